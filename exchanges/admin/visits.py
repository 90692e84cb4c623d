"""Work visits at the desk: the list with its steps. A visit itself is worked on at its own page."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchanges.admin.steps import step_each
from exchanges.models import Visit
from exchanges.services.visits import confirm_visit
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User


@admin.register(Visit)
class VisitAdmin(ScopedAdmin):
    """Who travels when, how large the delegation is, and who has reported."""

    country_path = "partnership__partner_country"
    view_roles = (AssociationRole.COORDINATOR, AssociationRole.AUDITOR)
    list_display = (
        "open_page",
        "partnership",
        "direction",
        "starts_on",
        "ends_on",
        "status",
        "people",
        "reported_north",
        "reported_south",
    )
    list_display_links = None
    list_filter = ("status", "window__direction", "partnership__partner_country")
    search_fields = ("reference", "partnership__north__name", "partnership__south__name")
    list_select_related = ("window", "partnership__north", "partnership__south")
    actions = ("confirm",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        number = Count("delegates", distinct=True)
        rows: QuerySet[Model] = super().get_queryset(request).annotate(number_of_people=number)
        return rows

    @admin.display(description=gettext_lazy("visit"), ordering="reference")
    def open_page(self, visit: Visit) -> SafeString:
        url = reverse("exchanges:visit-detail", args=(visit.reference,))
        return format_html('<a href="{}">{}</a>', url, visit.reference)

    @admin.display(description=gettext_lazy("direction"), ordering="window__direction")
    def direction(self, visit: Visit) -> str:
        return visit.window.get_direction_display()

    @admin.display(description=gettext_lazy("delegation"))
    def people(self, visit: Any) -> int:
        return int(visit.number_of_people)

    @admin.display(description=gettext_lazy("report of Flanders"), boolean=True)
    def reported_north(self, visit: Visit) -> bool:
        return visit.report_north_at is not None

    @admin.display(description=gettext_lazy("report of the partner"), boolean=True)
    def reported_south(self, visit: Visit) -> bool:
        return visit.report_south_at is not None

    @admin.action(description=gettext_lazy("Confirm, and tell both sides"), permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Visit]) -> None:
        assert isinstance(request.user, User)  # noqa: S101  # admin_view lets nobody else in
        actor = request.user
        step_each(
            request,
            queryset,
            lambda row: confirm_visit(visit=row, actor=actor),
            _("Visits confirmed: %(number)s."),
        )

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Its own page, where both sides work on it."""
        visit = self.get_object(request, object_id)
        if not isinstance(visit, Visit):
            return redirect("admin:exchanges_visit_changelist")
        return redirect("exchanges:visit-detail", visit.reference)
