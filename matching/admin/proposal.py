"""Proposed matches in the admin: to read; municipalities answer on their own page."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from matching.models import Proposal
from matching.selectors.conflicts import tracks_closed_to
from sdgpartners.people.admin_base import ScopedAdmin


@admin.register(Proposal)
class ProposalAdmin(ScopedAdmin):
    """Who has accepted, who declined and why."""

    country_path = "track__partner_country"
    list_display = ("reference", "pair", "track", "status", "accept_by", "declined_side", "page")
    list_filter = ("status", "track__partner_country")
    search_fields = ("reference", "north__municipality__name", "south__municipality__name")
    list_select_related = (
        "north__municipality",
        "south__municipality",
        "track__partner_country__country",
        "track__call",
    )
    fields = ("reference", "pair", "track", "score", "status", "accept_by", "declined_side", "decline_reason")
    readonly_fields = fields

    @admin.display(description=_("pair"))
    def pair(self, obj: Proposal) -> str:
        return str(obj)

    @admin.display(description=_("page"))
    def page(self, obj: Proposal) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("matching:proposal-detail", args=[obj.reference]), _("Open")
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Without the tracks that the person steps out of."""
        return super().get_queryset(request).exclude(track__in=tracks_closed_to(request.user).values("pk"))

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Read here, answered by the municipalities."""
        return False
