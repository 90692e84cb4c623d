"""Partnerships in the admin: the list with its filters, the start of those that are ready, a whole country."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.admin.country import country_course
from matching.models import EndChange, Partnership, Suspension
from matching.selectors.partnerships import partnerships_visible_to
from matching.services import activate_partnership
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import PartnerCountry


@admin.register(Partnership)
class PartnershipAdmin(ScopedAdmin):
    """Read here; changed on its own pages, started by the action."""

    country_path = "partner_country"
    list_display = (
        "reference",
        "north",
        "south",
        "partner_country",
        "status",
        "suspended_since",
        "starts_on",
        "ends_on",
        "end_asked",
        "hidden_publicly",
        "page",
    )
    list_filter = ("status", "partner_country", "hidden_publicly", "ends_on")
    search_fields = ("reference", "north__name", "south__name")
    list_select_related = ("north", "south", "partner_country__country", "theme")
    fields = (
        "reference",
        "north",
        "south",
        "partner_country",
        "theme",
        "status",
        "starts_on",
        "ends_on",
        "activated_at",
        "ended_on",
        "end_reason",
        "replaces",
        "north_free_since",
        "hidden_publicly",
    )
    readonly_fields = fields
    actions = ("activate",)

    def get_urls(self) -> list[URLPattern]:
        """The step over a whole country stands before the stock pages."""
        view = self.admin_site.admin_view(country_course)
        return [path("country/<int:pk>/", view, name="matching_partnership_country"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """With the day since when a partnership is suspended and the last day that its sides ask for."""
        held = Suspension.objects.filter(partnership=OuterRef("pk"), resumed_on__isnull=True)
        asked = EndChange.objects.filter(partnership=OuterRef("pk"), decided_at__isnull=True)
        rows: QuerySet[Model] = (
            super()
            .get_queryset(request)
            .annotate(
                held_since=Subquery(held.values("since")[:1]), asked_end=Subquery(asked.values("ends_on")[:1])
            )
        )
        return rows

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without the partnership whose place it takes, where that is of a country that is not one's own."""
        names = super().get_fields(request, obj)
        key = getattr(obj, "replaces_id", None)
        if key is None or partnerships_visible_to(request.user).filter(pk=key).order_by().exists():
            return names
        return [name for name in names if name != "replaces"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the countries that the person may suspend or let go on."""
        scope = standing_of(request.user).scope("", AssociationRole.COORDINATOR)
        countries = PartnerCountry.objects.filter(scope).select_related("country")
        return super().changelist_view(request, {**(extra_context or {}), "countries": countries})

    @admin.display(description=gettext_lazy("suspended since"), ordering="held_since")
    def suspended_since(self, obj: Any) -> date | None:
        return obj.held_since  # type: ignore[no-any-return]

    @admin.display(description=gettext_lazy("last day asked for"), ordering="asked_end")
    def end_asked(self, obj: Any) -> date | None:
        return obj.asked_end  # type: ignore[no-any-return]

    @admin.display(description=gettext_lazy("page"))
    def page(self, obj: Partnership) -> SafeString:
        address = reverse("matching:partnership-course", args=[obj.reference])
        return format_html('<a href="{}">{}</a>', address, gettext_lazy("Open"))

    @admin.action(description=gettext_lazy("Start the chosen partnerships"), permissions=["start"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Partnership]) -> None:
        """Start each; those that are not ready are named with what they miss."""
        user = request.user
        assert isinstance(user, User)  # noqa: S101  the admin's door
        for partnership in queryset.select_related("partner_country__programme", "north", "south"):
            try:
                activate_partnership(partnership=partnership, actor=user)
            except DomainError as error:
                text = _("%(partnership)s: %(problem)s") % {"partnership": partnership, "problem": error}
                self.message_user(request, text, messages.ERROR)
            else:
                text = _("%(partnership)s is active.") % {"partnership": partnership}
                self.message_user(request, text, messages.SUCCESS)

    def has_start_permission(self, request: HttpRequest) -> bool:
        """Coordinators; the service checks the country of each."""
        return self._may(request, self.edit_roles, None)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Read here."""
        return False
