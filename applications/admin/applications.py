"""Applications at the desk: who is where, what was submitted, whether it is eligible."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.admin.changes import RETURNABLE, change_urls
from applications.admin.duplicates import duplicate_urls
from applications.admin.eligibility import decide_together_page
from applications.admin.exports import ExportPages
from applications.admin.imports import ImportPages
from applications.admin.list_filters import (
    AwaitsDecisionFilter,
    ChangesFilter,
    CompleteFilter,
    FilesFilter,
    PartnerCountryFilter,
    RegionFilter,
)
from applications.answers import AnswerRow, answer_rows
from applications.enums import ApplicationStatus
from applications.fields import SectionContent
from applications.forms.calls import EligibilityForm
from applications.models import Application
from applications.permissions import Perm
from applications.selectors.amendments import CAN_CHANGE
from applications.selectors.applications import (
    applications_at_desk,
    with_progress,
)
from applications.selectors.completeness import missing_of
from applications.selectors.conflicts import note_free
from applications.selectors.eligibility import eligibility_of
from applications.selectors.history import status_history
from applications.selectors.sections import read_sections
from applications.services.eligibility import admit_unscored, decide_eligibility
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.display import labelled
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Side


@admin.register(Application)
class ApplicationAdmin(ExportPages, ImportPages, ScopedAdmin):
    """The list and, per application, a page to read; nothing is typed over here."""

    change_list_template = "admin/applications/application/change_list.html"

    edit_roles = ()
    view_roles = (*ScopedAdmin.view_roles, *ScopedAdmin.edit_roles)
    list_display = (
        "reference", "municipality", "region", "side", "call", "status", "progress", "submitted_at",
    )  # fmt: skip
    list_filter = (
        "status", AwaitsDecisionFilter, CompleteFilter, "side", PartnerCountryFilter, RegionFilter, "call",
        FilesFilter, ChangesFilter,
    )  # fmt: skip
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("reference", "municipality__name", "municipality__code", "contact_name")
    actions = ("decide_together", "admit")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_progress(applications_at_desk(request.user)).select_related(
            "call__programme__lead_association", "municipality__country", "filled_by",
            "track__partner_country__country", "track__partner_country__association",
        )  # fmt: skip

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Contact data, also as something to search by, is not for auditors."""
        fields = super().get_search_fields(request)
        if standing_of(request.user).has_role(AssociationRole.COORDINATOR):
            return fields
        return [name for name in fields if not name.startswith("contact_")]

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if not super().has_view_permission(request):
            return False
        return obj is None or allowed(request.user, Perm.VIEW_APPLICATION, obj)

    @admin.display(description=_("parts done"))
    def progress(self, application: Any) -> int:
        return int(application.sections_done)

    @admin.display(description=_("region"), ordering="municipality__region")
    def region(self, application: Any) -> str:
        return str(application.municipality.region)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"may_import": standing_of(request.user).has_role(AssociationRole.COORDINATOR)}
        return super().changelist_view(request, (extra_context or {}) | more)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path(
                "<int:pk>/eligibility/",
                wrap(self.eligibility_page),
                name="applications_application_eligibility",
            ),
            path("<int:pk>/admit/", wrap(self.admit_page), name="applications_application_admit"),
        ]
        returned = [*change_urls(self.admin_site), *duplicate_urls(self.admin_site)]
        return own + returned + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of one application, to read."""
        application = self._one(request, object_id)
        return self._page(request, application, EligibilityForm())

    def eligibility_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST decides whether the application is eligible."""
        application = self._one(request, pk)
        require(request.user, Perm.DECIDE_ELIGIBILITY, application)
        form = EligibilityForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._page(request, application, form)
        try:
            decide_eligibility(
                application=application,
                eligible=request.POST.get("decision") == "eligible",
                note=form.cleaned_data["note"],
                actor=_person(request),
            )
        except DomainError as error:
            form.add_error("note", str(error))
            return self._page(request, application, form)
        messages.success(
            request, gettext("The decision on %(reference)s is kept.") % {"reference": application.reference}
        )
        return redirect("admin:applications_application_change", pk)

    def admit_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST brings an unscored southern application to the matching."""
        application = self._one(request, pk)
        require(request.user, Perm.DECIDE_ELIGIBILITY, application)
        if request.method == "POST":
            self._admit(request, application)
        return redirect("admin:applications_application_change", pk)

    @admin.action(description=_("Decide on the eligibility of the chosen applications"))
    def decide_together(self, request: HttpRequest, queryset: QuerySet[Application]) -> HttpResponse | None:
        """Shows what is about to be decided of how many, then decides."""
        return decide_together_page(self, request, queryset)

    @admin.action(description=_("Admit the chosen unscored applications to the matching"))
    def admit(self, request: HttpRequest, queryset: QuerySet[Application]) -> None:
        for application in queryset:
            require(request.user, Perm.DECIDE_ELIGIBILITY, application)
            self._admit(request, application)

    def _admit(self, request: HttpRequest, application: Application) -> None:
        try:
            admit_unscored(application=application, actor=_person(request))
        except DomainError as error:
            messages.error(request, labelled(application, error))
        else:
            messages.success(
                request, gettext("%(application)s goes to the matching.") % {"application": application}
            )

    def _one(self, request: HttpRequest, pk: object) -> Application:
        key = str(pk)
        visible = applications_at_desk(request.user)
        application = one_or_404(visible, pk=int(key) if key.isascii() and key.isdigit() else 0)
        note_free(request.user, application)
        require(request.user, Perm.VIEW_APPLICATION, application)
        return application

    def _page(self, request: HttpRequest, application: Application, form: EligibilityForm) -> HttpResponse:
        contents = read_sections(application)
        decides = allowed(request.user, Perm.DECIDE_ELIGIBILITY, application)
        status = ApplicationStatus(application.status)
        unscored = (
            application.side == Side.SOUTH
            and application.track is not None
            and not application.track.southern_scored
        )
        context = {
            "title": str(application),
            "application": application,
            "revisions": list(application.revisions.defer("content")) if application.submitted_at else [],
            "draft": _draft_answers(request, application, contents),
            "history": status_history(application),
            "missing": missing_of(contents),
            "eligibility": eligibility_of(
                application.municipality, application.call, application.has_active_twinning
            ),
            "form": form,
            "may_decide": decides
            and status
            in (ApplicationStatus.SUBMITTED, ApplicationStatus.ELIGIBLE, ApplicationStatus.INELIGIBLE),
            "may_return": decides and application.submitted_at is not None and status in RETURNABLE,
            "may_admit": decides and unscored and status == ApplicationStatus.ELIGIBLE,
        }
        template = "admin/applications/application/detail.html"
        return TemplateResponse(request, template, context, status=422 if form.errors else 200)


def _draft_answers(
    request: HttpRequest, application: Application, contents: list[SectionContent]
) -> list[tuple[str, list[AnswerRow]]]:
    """What is typed so far by section, while it can still change; contact data not for auditors."""
    if application.status not in CAN_CHANGE:
        return []
    personal = allowed(request.user, Perm.VIEW_CONTACT, application)
    found = []
    for content in contents:
        rows = [row for row in answer_rows(content) if personal or not row.spec.personal]
        if rows:
            found.append((str(content.section.label), rows))
    return found


def _person(request: HttpRequest) -> Any:
    return request.user
