"""Requests to join: the list, and one page on which a coordinator decides."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import display, register
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin.base import PeopleAdmin, acting
from sdgpartners.people.enums import JoinState
from sdgpartners.people.forms import JoinDecisionForm
from sdgpartners.people.models import JoinRequest, User
from sdgpartners.people.permissions import Perm
from sdgpartners.people.selectors import join_requests_visible_to
from sdgpartners.people.services import accept_join, refuse_join
from sdgpartners.programme.mail_domains import mail_domains


@register(JoinRequest)
class JoinRequestAdmin(PeopleAdmin):
    list_display = (
        "full_name",
        "municipality",
        "role",
        "email",
        "address",
        "state",
        "proved_at",
        "decided_by",
    )
    list_filter = ("state", "municipality__country", "own_domain")
    search_fields = ("email", "last_name", "municipality__name")

    def visible(self, user: User) -> QuerySet[Any]:
        return join_requests_visible_to(user)

    @display(description=_("name"), ordering="last_name")
    def full_name(self, row: JoinRequest) -> str:
        return row.full_name

    @display(description=_("address"))
    def address(self, row: JoinRequest) -> str:
        if row.own_domain:
            return gettext("on its own domain")
        return gettext("not on its own domain")

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.decide_page)
        return [path("<int:pk>/decide/", page, name="people_joinrequest_decide"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One request, to read and decide on."""
        return self._page(request, self._one(request, object_id), JoinDecisionForm())

    def decide_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST decides."""
        row = self._one(request, str(pk))
        require(request.user, Perm.DECIDE_JOIN, row)
        form = JoinDecisionForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._page(request, row, form)
        try:
            if request.POST.get("decision") == "accept":
                accept_join(join_request=row, phoned=form.cleaned_data["phoned"], actor=acting(request))
                messages.success(
                    request, gettext("%(person)s is in and gets a mail.") % {"person": row.full_name}
                )
            else:
                self._refuse(request, row, form)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        if form.errors:
            return self._page(request, row, form)
        return redirect("admin:people_joinrequest_changelist")

    def _refuse(self, request: HttpRequest, row: JoinRequest, form: JoinDecisionForm) -> None:
        reason = form.cleaned_data["reason"]
        if not reason.strip():
            form.add_error("reason", gettext("Say why: the person gets this text."))
            return
        refuse_join(join_request=row, reason=reason, actor=acting(request))
        messages.success(
            request, gettext("%(person)s gets a mail with the reason.") % {"person": row.full_name}
        )

    def _one(self, request: HttpRequest, key: str) -> JoinRequest:
        require(request.user, Perm.VIEW_PEOPLE)
        visible = self.visible(acting(request))
        row: JoinRequest = one_or_404(visible, pk=int(key) if key.isascii() and key.isdigit() else 0)
        return row

    def _page(self, request: HttpRequest, row: JoinRequest, form: JoinDecisionForm) -> HttpResponse:
        waiting = row.state == JoinState.WAITING
        context = {
            "title": str(row),
            "join_request": row,
            "form": form,
            "domains": ", ".join(mail_domains(row.municipality)),
            "may_decide": waiting and allowed(request.user, Perm.DECIDE_JOIN, row),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/people/joinrequest/detail.html", context, status=status)
