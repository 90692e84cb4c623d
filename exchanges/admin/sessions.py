"""Sessions at the desk: the list with its steps. A session itself is worked on at its own page."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchanges.admin.steps import step_each
from exchanges.enums import ATTENDED
from exchanges.forms.series import SeriesForm
from exchanges.models import Session
from exchanges.permissions import Perm
from exchanges.selectors.sessions import countries_of_sessions
from exchanges.services.sessions import confirm_session, plan_series
from sdgpartners.core import display
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User


@admin.register(Session)
class SessionAdmin(ScopedAdmin):
    """All sessions of one's countries; a whole year is planned at once."""

    country_path = "partner_country"
    view_roles = (AssociationRole.COORDINATOR, AssociationRole.FACILITATOR, AssociationRole.AUDITOR)
    addable = True
    list_display = ("open_page", "country", "moment", "status", "facilitator", "attended")
    list_display_links = None
    list_filter = ("status", "partner_country")
    search_fields = ("reference", "title_en", "title_fr", "title_nl")
    list_select_related = ("partner_country__country", "facilitator")
    date_hierarchy = "starts_at"
    actions = ("confirm",)
    change_list_template = "admin/exchanges/session/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        took_part = Count("attendances", filter=Q(attendances__kind__in=ATTENDED), distinct=True)
        rows: QuerySet[Model] = super().get_queryset(request).annotate(took_part=took_part)
        return rows

    @admin.display(description=gettext_lazy("session"), ordering="title_en")
    def open_page(self, session: Session) -> SafeString:
        url = reverse("exchanges:session-detail", args=(session.reference,))
        return format_html('<a href="{}">{}</a>', url, session.title)

    @admin.display(description=gettext_lazy("country"), ordering="partner_country__country")
    def country(self, session: Session) -> str:
        return str(session.partner_country)

    @admin.display(description=gettext_lazy("starts"), ordering="starts_at")
    def moment(self, session: Session) -> str:
        return display.format_moment(session.starts_at, session.time_zone)

    @admin.display(description=gettext_lazy("municipalities that took part"))
    def attended(self, session: Any) -> int:
        return int(session.took_part)

    @admin.action(description=gettext_lazy("Confirm and send the invitations"), permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        step_each(
            request,
            queryset,
            lambda row: confirm_session(session=row, actor=_actor(request)),
            _("Sessions confirmed: %(number)s."),
        )

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.series_view)
        return [path("series/", page, name="exchanges_session_series"), *super().get_urls()]

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page that facilitators use as well."""
        return redirect("exchanges:session-create")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Its own page: only the steps there keep calendars in step."""
        session = self.get_object(request, object_id)
        if not isinstance(session, Session):
            return redirect("admin:exchanges_session_changelist")
        return redirect("exchanges:session-detail", session.reference)

    def series_view(self, request: HttpRequest) -> HttpResponse:
        """Plan the sessions that the rules ask of a year, spread evenly."""
        countries = countries_of_sessions(request.user)
        form = SeriesForm(request.POST if request.method == "POST" else None, countries=countries)
        if form.is_bound and form.is_valid():
            country = form.cleaned_data["partner_country"]
            require(request.user, Perm.PLAN_SESSION, country)
            try:
                made = plan_series(actor=_actor(request), titles=form.titles, **form.given)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                words = _("Sessions planned: %(number)s. Look at each, then confirm them.")
                self.message_user(request, words % {"number": len(made)})
                return redirect("admin:exchanges_session_changelist")
        context = {**self.admin_site.each_context(request), "form": form, "title": _("Plan a year")}
        status = 422 if form.is_bound else 200
        return render(request, "admin/exchanges/session/series.html", context, status=status)


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # admin_view lets nobody else in
    return request.user
