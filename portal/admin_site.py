"""The coordinators' admin: their desk, in the scope of their seats."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of

DESK_ROLES = (
    AssociationRole.COORDINATOR,
    AssociationRole.CHECKER,
    AssociationRole.APPROVER,
    AssociationRole.PAYER,
    AssociationRole.AUDITOR,
)


class CoordinatorAdminSite(AdminSite):
    """Open to association seats with desk work and to the administrator."""

    site_header = _("SDG Partners")
    site_title = _("SDG Partners")
    index_title = _("Desk")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_active and (user.is_superuser or standing_of(user).has_role(*DESK_ROLES)))
