"""Calls at the desk: made from the programme, corrected until they open, published, cancelled."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.admin.amendments import AmendmentPages
from applications.admin.call_pages import CallPages, person
from applications.admin.exceptions import ExceptionPages
from applications.admin.invitations import InvitationPages
from applications.admin.parts import CommitmentInline, QuestionInline, TrackInline, may_edit
from applications.admin.rehearsals import RehearsalPages
from applications.enums import CallStatus
from applications.forms.calls import CallForm, ReasonForm
from applications.models import Call, Criterion
from applications.permissions import Perm
from applications.selectors.calls import is_frozen
from applications.selectors.readiness import call_problems
from applications.services.calls import cancel_call, create_call, lock_for_editing, publish_call
from applications.services.information_sessions import information_session_moved
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Programme


def led_programmes(request: HttpRequest) -> QuerySet[Programme]:
    """Programmes for which the person may make calls."""
    standing = standing_of(request.user)
    led = [pk for pk in standing.led_programmes if standing.leads(pk, AssociationRole.COORDINATOR)]
    return Programme.objects.filter(pk__in=led).select_related("north_country").order_by("code")


@admin.register(Call)
class CallAdmin(RehearsalPages, AmendmentPages, ExceptionPages, InvitationPages, CallPages):
    """Every coordinator reads the calls of their country; the association that runs the programme makes
    them."""

    country_path = "tracks__partner_country"
    change_list_template = "admin/applications/call/change_list.html"
    change_form_template = "admin/applications/call/change_form.html"
    list_display = ("title", "status", "phase_now", "opens_at", "closes_at", "open_progress")
    list_filter = ("status",)
    show_full_result_count = False
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    search_fields = ("code", "title_en", "title_fr", "title_nl")
    readonly_fields = ("programme", "status", "published_at", "decided_at", "criteria_table")
    inlines = (TrackInline, QuestionInline, CommitmentInline)
    actions = ("publish",)

    @admin.display(description=_("now"))
    def phase_now(self, call: Call) -> str:
        return str(call.phase.label)

    @admin.display(description=_("criteria"))
    def criteria_table(self, call: Call) -> SafeString:
        """The criteria of all tracks with their weights, each with a link to change it."""
        criteria = Criterion.objects.filter(track__call=call).select_related(
            "track__partner_country__country"
        )
        return format_html(
            "<ul>{}</ul>",
            format_html_join(
                "",
                '<li>{}: <a href="{}">{}</a> ({})</li>',
                (
                    (
                        row.track.partner_country,
                        reverse("admin:applications_criterion_change", args=(row.pk,)),
                        row.title,
                        row.weight,
                    )
                    for row in criteria
                ),
            ),
        )

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return may_edit(request, obj)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        if isinstance(obj, Call):
            lock_for_editing(obj)
        with because(request.user):
            super().save_model(request, obj, form, change)
        moved = {"info_session_at", "info_session_url", "info_session_minutes"}.intersection(
            form.changed_data
        )
        if isinstance(obj, Call) and change and moved:
            information_session_moved(obj, person(request))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("new/", wrap(self.new_page), name="applications_call_new"),
            path("<int:pk>/publish/", wrap(self.publish_page), name="applications_call_publish"),
            path("<int:pk>/cancel/", wrap(self.cancel_page), name="applications_call_cancel"),
        ]
        return own + super().get_urls()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"may_make": led_programmes(request).exists()}
        return super().changelist_view(request, (extra_context or {}) | more)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        call = context.get("original")
        context["may_manage"] = (
            call is not None and led_programmes(request).filter(pk=call.programme_id).exists()
        )
        context["is_frozen"] = call is not None and is_frozen(call)
        is_draft = call is not None and call.status == CallStatus.DRAFT
        context["problems"] = call_problems(call) if is_draft and context["may_manage"] else []
        return super().render_change_form(request, context, *args, **kwargs)

    def new_page(self, request: HttpRequest) -> HttpResponse:
        """A new call from the rules of a programme."""
        programmes = led_programmes(request)
        if not programmes.exists():
            raise PermissionDenied
        form = CallForm(programmes, request.POST if request.method == "POST" else None)
        if form.is_valid():
            call = create_call(
                programme=form.cleaned_data["programme"],
                code=form.cleaned_data["code"],
                title=form.texts("title"),
                summary=form.texts("summary"),
                dates=form.dates(),
                actor=person(request),
            )
            messages.success(request, gettext("The call is made. Read it through before you publish it."))
            return redirect("admin:applications_call_change", call.pk)
        return self._page(request, "new", form, title=gettext("New call"))

    def publish_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST publishes; there is nothing to see here."""
        call = self._managed(request, pk)
        if request.method == "POST":
            self._publish(request, call)
        return redirect("admin:applications_call_change", pk)

    @admin.action(description=_("Publish the chosen calls"))
    def publish(self, request: HttpRequest, queryset: QuerySet[Call]) -> None:
        for call in queryset:
            require(request.user, Perm.MANAGE_CALL, call)
            self._publish(request, call)

    def _publish(self, request: HttpRequest, call: Call) -> None:
        try:
            publish_call(call=call, actor=person(request))
        except DomainError as error:
            messages.error(request, f"{call}: {error}")
        else:
            messages.success(request, gettext("“%(call)s” is public.") % {"call": call})

    def cancel_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks for the reason and says how many applications it touches."""
        call = self._managed(request, pk)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                cancel_call(call=call, reason=form.cleaned_data["reason"], actor=person(request))
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, gettext("The call is cancelled and its applicants get a mail."))
                return redirect("admin:applications_call_change", pk)
        title = gettext("Cancel “%(call)s”?") % {"call": call}
        return self._page(request, "cancel", form, title=title, call=call, count=call.applications.count())
