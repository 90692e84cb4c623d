"""Partnerships in the admin: the list with its filters, and the start of those that are ready."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Partnership
from matching.services import activate_partnership
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.models import User


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
        "starts_on",
        "ends_on",
        "page",
    )
    list_filter = ("status", "partner_country")
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
    )
    readonly_fields = fields
    actions = ("activate",)

    @admin.display(description=gettext_lazy("page"))
    def page(self, obj: Partnership) -> SafeString:
        address = reverse("matching:partnership-agreement", args=[obj.reference])
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
