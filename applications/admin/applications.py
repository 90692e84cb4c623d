"""Applications at the desk: who is where, what was submitted, whether it is eligible."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus
from applications.forms.calls import EligibilityForm
from applications.models import Application, Track
from applications.permissions import Perm
from applications.selectors.applications import applications_visible_to, progress_of, with_progress
from applications.selectors.history import status_history
from applications.services.eligibility import admit_unscored, decide_eligibility
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Country


class PartnerCountryFilter(admin.SimpleListFilter):
    """The partner country that an application is about: its own track, or one that it ranks."""

    title = _("partner country")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        countries = Country.objects.filter(pk__in=_countries_with_tracks()).order_by("code")
        return [(country.code, country.name) for country in countries]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        code = self.value()
        if not code:
            return queryset
        ranking = Application.objects.filter(preferences__track__partner_country__country=code)
        return queryset.filter(Q(track__partner_country__country=code) | Q(pk__in=ranking.values("pk")))


def _countries_with_tracks() -> QuerySet[Any, Any]:
    return Track.objects.values("partner_country__country")


@admin.register(Application)
class ApplicationAdmin(ScopedAdmin):
    """The list and, per application, a page to read; nothing is typed over here."""

    edit_roles = ()
    view_roles = (*ScopedAdmin.view_roles, *ScopedAdmin.edit_roles)
    list_display = ("reference", "municipality", "side", "call", "status", "progress", "submitted_at")
    list_filter = ("status", "side", PartnerCountryFilter, "call")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("reference", "municipality__name", "contact_name")
    actions = ("find_eligible", "admit")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_progress(applications_visible_to(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if not super().has_view_permission(request):
            return False
        return obj is None or allowed(request.user, Perm.VIEW_APPLICATION, obj)

    @admin.display(description=_("parts done"))
    def progress(self, application: Any) -> int:
        return int(application.sections_done)

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
        return own + super().get_urls()

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
            request, _t("The decision on %(reference)s is kept.") % {"reference": application.reference}
        )
        return redirect("admin:applications_application_change", pk)

    def admit_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST brings an unscored southern application to the matching."""
        application = self._one(request, pk)
        require(request.user, Perm.DECIDE_ELIGIBILITY, application)
        if request.method == "POST":
            self._admit(request, application)
        return redirect("admin:applications_application_change", pk)

    @admin.action(description=_("The chosen applications are eligible"))
    def find_eligible(self, request: HttpRequest, queryset: QuerySet[Application]) -> None:
        for application in queryset:
            require(request.user, Perm.DECIDE_ELIGIBILITY, application)
            try:
                decide_eligibility(application=application, eligible=True, note="", actor=_person(request))
            except DomainError as error:
                messages.error(request, f"{application}: {error}")

    @admin.action(description=_("Admit the chosen unscored applications to the matching"))
    def admit(self, request: HttpRequest, queryset: QuerySet[Application]) -> None:
        for application in queryset:
            require(request.user, Perm.DECIDE_ELIGIBILITY, application)
            self._admit(request, application)

    def _admit(self, request: HttpRequest, application: Application) -> None:
        try:
            admit_unscored(application=application, actor=_person(request))
        except DomainError as error:
            messages.error(request, f"{application}: {error}")
        else:
            messages.success(
                request, _t("%(application)s goes to the matching.") % {"application": application}
            )

    def _one(self, request: HttpRequest, pk: object) -> Application:
        key = str(pk)
        visible = applications_visible_to(request.user)
        application = one_or_404(visible, pk=int(key) if key.isdigit() else 0)
        require(request.user, Perm.VIEW_APPLICATION, application)
        return application

    def _page(self, request: HttpRequest, application: Application, form: EligibilityForm) -> HttpResponse:
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
            "progress": progress_of(application),
            "revisions": list(application.revisions.defer("content")),
            "history": status_history(application),
            "form": form,
            "may_decide": decides
            and status
            in (ApplicationStatus.SUBMITTED, ApplicationStatus.ELIGIBLE, ApplicationStatus.INELIGIBLE),
            "may_admit": decides and unscored and status == ApplicationStatus.ELIGIBLE,
        }
        template = "admin/applications/application/detail.html"
        return TemplateResponse(request, template, context, status=422 if form.errors else 200)


def _person(request: HttpRequest) -> Any:
    return request.user
