"""Contact in between at the desk: read only, the pairs log it."""

from typing import ClassVar

from django.contrib import admin

from exchanges.models import Contact
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole


@admin.register(Contact)
class ContactAdmin(ScopedAdmin):
    """What pairs did on their own initiative."""

    country_path = "partnership__partner_country"
    edit_roles: ClassVar[tuple[AssociationRole, ...]] = ()
    list_display = ("held_on", "partnership", "side", "kind", "note")
    list_filter = ("kind", "side", "partnership__partner_country")
    search_fields = ("note", "partnership__north__name", "partnership__south__name")
    list_select_related = ("partnership__north", "partnership__south")
    date_hierarchy = "held_on"
