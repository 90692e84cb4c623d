"""Proposed matches in the admin: to read; municipalities answer on their own page."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from matching.models import Proposal
from matching.selectors.reopening import follow_ups_of
from matching.selectors.stepping_out import proposals_closed_to
from sdgpartners.people.admin_base import ScopedAdmin


@admin.register(Proposal)
class ProposalAdmin(ScopedAdmin):
    """Who has accepted, who declined and why, and which scenario looks for new partners. What is closed to a person
    for a conflict of interest is not here, also where they read it on the page of their own municipality."""

    country_path = "track__partner_country"
    list_display = (
        "reference",
        "pair",
        "track",
        "status",
        "accept_by",
        "north_accepted_at",
        "south_accepted_at",
        "declined_side",
        "page",
    )
    list_filter = ("status", "track__partner_country", "declined_side")
    search_fields = ("reference", "north__municipality__name", "south__municipality__name")
    list_select_related = (
        "north__municipality",
        "south__municipality",
        "track__partner_country__country",
        "track__call",
    )
    fields = (
        "reference",
        "pair",
        "track",
        "scenario_page",
        "score",
        "status",
        "accept_by",
        "north_accepted_at",
        "north_accepted_by",
        "south_accepted_at",
        "south_accepted_by",
        "declined_side",
        "decline_reason",
        "search",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Those in scope that are not closed to the person."""
        return super().get_queryset(request).exclude(pk__in=proposals_closed_to(request.user).values("pk"))

    @admin.display(description=_("pair"))
    def pair(self, obj: Proposal) -> str:
        return str(obj)

    @admin.display(description=_("page"))
    def page(self, obj: Proposal) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("matching:proposal-detail", args=[obj.reference]), _("Open")
        )

    @admin.display(description=_("scenario"))
    def scenario_page(self, obj: Proposal) -> SafeString:
        """Where the pair was decided upon, and its rationale is printed."""
        address = reverse("matching:scenario-detail", args=[obj.scenario.reference])
        return format_html('<a href="{}">{}</a>', address, obj.scenario)

    @admin.display(description=_("search for new partners"))
    def search(self, obj: Proposal) -> str:
        """The scenarios that followed, with their state."""
        rows = follow_ups_of(obj)
        return "; ".join(f"{row.reference} ({row.get_status_display()})" for row in rows) or "–"

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Read here, answered by the municipalities."""
        return False
