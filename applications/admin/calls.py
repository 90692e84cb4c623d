"""Calls at the desk: made from the programme, corrected until they open, published, cancelled."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.admin.amendments import AmendmentPages
from applications.admin.call_form import CALL_FIELDSETS, grids_of, sheets_of
from applications.admin.call_pages import CallPages, person
from applications.admin.exceptions import ExceptionPages
from applications.admin.invitations import InvitationPages
from applications.admin.parts import CommitmentInline, QuestionInline, TrackInline, may_edit, read_again
from applications.admin.places import PlacePages
from applications.admin.rehearsals import RehearsalPages
from applications.enums import CallStatus
from applications.forms.call_page import CallPageForm
from applications.forms.calls import CallForm, ReasonForm
from applications.models import Call
from applications.permissions import Perm
from applications.selectors.calls import is_frozen
from applications.selectors.readiness import CallTopic, call_checks, read_parts
from applications.services.calls import cancel_call, create_call, lock_for_editing, publish_call
from applications.services.information_sessions import information_session_moved
from sdgpartners.core.access import require
from sdgpartners.core.display import labelled
from sdgpartners.core.errors import DomainError
from sdgpartners.core.forms import DateInput
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
class CallAdmin(RehearsalPages, AmendmentPages, ExceptionPages, InvitationPages, PlacePages, CallPages):
    """Every coordinator reads the calls of their country; the association that runs the programme makes
    them."""

    country_path = "tracks__partner_country"
    change_list_template = "admin/applications/call/change_list.html"
    change_form_template = "admin/applications/call/change_form.html"
    list_display = ("title", "status", "phase_now", "opening", "closing", "open_progress")
    list_filter = ("status",)
    show_full_result_count = False
    form = CallPageForm
    fieldsets = CALL_FIELDSETS
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        models.DateField: {"widget": DateInput},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 5})},
    }
    search_fields = ("code", "title_en", "title_fr", "title_nl")
    inlines = (TrackInline, QuestionInline, CommitmentInline)
    actions = ("publish",)

    @admin.display(description=_("now"))
    def phase_now(self, call: Call) -> str:
        return str(call.phase.label)

    @admin.display(description=_("Opening date"), ordering="opens_at")
    def opening(self, call: Call) -> datetime:
        return call.opens_at

    @admin.display(description=_("Closing date"), ordering="closes_at")
    def closing(self, call: Call) -> datetime:
        return call.closes_at

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return may_edit(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The bonus of a public call is changed on the page of weights of a track: with its effect, a reason and a
        version."""
        fields = super().get_readonly_fields(request, obj)
        public = obj is not None and obj.status != CallStatus.DRAFT
        return (*fields, "bonus", "bonus_max", "bonus_tie_break") if public else fields

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        if isinstance(obj, Call):
            lock_for_editing(obj)
            read_again(form)
        with because(request.user):
            super().save_model(request, obj, form, change)
        moved = {"info_session_at", "info_session_url", "info_session_minutes"}.intersection(
            form.changed_data
        )
        if isinstance(obj, Call) and change and moved:
            information_session_moved(obj, person(request))

    def response_post_save_change(self, request: HttpRequest, obj: Model) -> HttpResponseRedirect:
        return redirect("admin:applications_call_change", obj.pk)

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
        call = context["original"]
        parts = read_parts(call)
        may_manage = led_programmes(request).filter(pk=call.programme_id).exists()
        is_draft = call.status == CallStatus.DRAFT
        # A refused page speaks of what was typed, and that is not saved.
        checks = call_checks(parts) if is_draft and may_manage and not context["errors"] else []
        context |= sheets_of(context, checks) | {
            "may_manage": may_manage,
            "is_frozen": is_frozen(call),
            "checks": checks,
            "topics": list(CallTopic),
            "problems": [problem for check in checks for problem in check.problems],
            "grids": grids_of(parts),
            "may_add_criteria": is_draft and may_manage,
            # One button, which comes back to this page and its list of what is missing.
            "show_save_and_continue": False,
        }
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
            messages.error(request, labelled(call, error))
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
