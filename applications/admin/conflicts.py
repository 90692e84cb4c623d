"""The record of declarations at the desk: who said what, entered and lifted by a coordinator of the lead with a reason;
and who agreed to confidentiality."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.admin.ranking_pages import track_for_ranking
from applications.forms.conflicts import EnterForm, FindApplicationForm, LiftForm
from applications.models import Application, ConfidentialityAgreement, ConflictDeclaration
from applications.review_permissions import ReviewPerm
from applications.selectors.applications import applications_at_desk
from applications.selectors.conflicts import recusals_of
from applications.selectors.declarations import (
    agreements_visible_to,
    declarations_visible_to,
    history_of,
    people_reading,
)
from applications.services.conflicts import enter_conflict, lift_conflict
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of

NAME = "applications_conflictdeclaration"


class StandsFilter(admin.SimpleListFilter):
    """Whether there is a conflict now."""

    title = _("conflict of interest")
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Steps out")), ("lifted", _("Lifted")), ("no", _("Nothing to do with it"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "yes":
            return queryset.exclude(ground="").filter(lifted_at__isnull=True)
        if self.value() == "lifted":
            return queryset.filter(lifted_at__isnull=False)
        return queryset.filter(ground="") if self.value() == "no" else queryset


@admin.register(ConflictDeclaration)
class ConflictDeclarationAdmin(ScopedAdmin):
    """Who declared what; nothing is typed over here."""

    edit_roles = ()
    view_roles = (*ScopedAdmin.view_roles, *ScopedAdmin.edit_roles)
    change_list_template = "admin/applications/conflictdeclaration/change_list.html"
    list_display = ("application", "person", "outcome", "origin", "declared_at", "lifted_at")
    list_filter = (StandsFilter, "origin", "ground", "application__call")
    search_fields = (
        "application__reference",
        "application__municipality__name",
        "person__last_name",
        "person__email",
    )
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return declarations_visible_to(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if not super().has_view_permission(request):
            return False
        return obj is None or declarations_visible_to(request.user).filter(pk=obj.pk).exists()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list; only who may enter a conflict is offered to."""
        standing = standing_of(request.user)
        enters = any(standing.leads(one, AssociationRole.COORDINATOR) for one in standing.led_programmes)
        return super().changelist_view(request, {**(extra_context or {}), "may_enter": enters})

    @admin.display(description=_("what was said"), ordering="ground")
    def outcome(self, row: ConflictDeclaration) -> str:
        return str(row.get_ground_display()) if row.ground else gettext("Nothing to do with it")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("enter/", wrap(self.find_page), name=f"{NAME}_find"),
            path("enter/<int:pk>/", wrap(self.enter_page), name=f"{NAME}_enter"),
            path("track/<int:pk>/", wrap(self.track_page), name=f"{NAME}_track"),
        ]
        return own + super().get_urls()

    def find_page(self, request: HttpRequest) -> HttpResponse:
        """Of which application."""
        form = FindApplicationForm(request.GET or None)
        if form.is_valid():
            reference = form.cleaned_data["reference"].strip().upper()
            found = applications_at_desk(request.user).filter(reference=reference).first()
            if found is not None:
                return redirect(f"admin:{NAME}_enter", found.pk)
            form.add_error("reference", gettext("You see no application with this reference."))
        title = gettext("Enter a conflict of interest")
        return self._page(request, "find", form, title=title)

    def enter_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who steps out of it, why, and what that rests on."""
        application: Application = one_or_404(applications_at_desk(request.user), pk=pk)
        require(request.user, ReviewPerm.KEEP_CONFLICTS, application)
        people = people_reading(application).exclude(pk=_person(request).pk)
        form = EnterForm(people, request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                row = enter_conflict(application=application, actor=_person(request), **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(
                    request,
                    gettext("%(person)s steps out of %(application)s.")
                    % {"person": row.person, "application": application},
                )
                return redirect(f"admin:{NAME}_change", row.pk)
        title = gettext("Enter a conflict of interest: %(application)s") % {"application": application}
        return self._page(request, "enter", form, title=title, application=application)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One declaration with its history; POST lifts it."""
        key = int(object_id) if object_id.isascii() and object_id.isdecimal() and len(object_id) < 19 else 0
        row: ConflictDeclaration = one_or_404(declarations_visible_to(request.user), pk=key)
        if not self.has_view_permission(request):
            require(request.user, ReviewPerm.KEEP_CONFLICTS, row.application)
        form = LiftForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            require(request.user, ReviewPerm.KEEP_CONFLICTS, row.application)
        if form.is_valid():
            try:
                lift_conflict(declaration=row, actor=_person(request), **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(
                    request, gettext("The conflict is lifted. The record keeps it with your reason.")
                )
                return redirect(f"admin:{NAME}_change", row.pk)
        may_lift = (
            bool(row.ground)
            and row.lifted_at is None
            and row.person_id != request.user.pk
            and allowed(request.user, ReviewPerm.KEEP_CONFLICTS, row.application)
        )
        return self._page(
            request, "detail", form, title=str(row), row=row, history=history_of(row), may_lift=may_lift
        )

    def track_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everybody who steps out on a track, also where the portal found it; as the decision record has it."""
        track = track_for_ranking(request, pk)
        title = gettext("Who steps out: %(track)s") % {"track": track.partner_country}
        return self._page(request, "track", None, title=title, track=track, recusals=recusals_of(track))

    def _page(self, request: HttpRequest, name: str, form: Any, **context: object) -> HttpResponse:
        status = 422 if form is not None and form.is_bound and form.errors else 200
        template = f"admin/applications/conflictdeclaration/{name}.html"
        return TemplateResponse(request, template, {"form": form, **context}, status=status)


@admin.register(ConfidentialityAgreement)
class ConfidentialityAgreementAdmin(ScopedAdmin):
    """Who agreed to what, when; to read."""

    edit_roles = ()
    view_roles = (*ScopedAdmin.view_roles, *ScopedAdmin.edit_roles)
    list_display = ("person", "call", "language", "agreed_at")
    list_filter = ("call", "language")
    search_fields = ("person__last_name", "person__email")
    fields = (("call", "person"), ("language", "agreed_at"), "text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return agreements_visible_to(request.user)


def _person(request: HttpRequest) -> Any:
    return request.user
