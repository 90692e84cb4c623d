"""The base of the pages that show how the portal itself runs: mail, jobs, reports, reminders."""

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from sdgpartners.core.concealment import without_concealed
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of


class RunningAdmin(ScopedAdmin):
    """Rows that the portal wrote: read-only, for coordinators and auditors of the association that runs a
    programme and for the administrator. They span the countries, so nobody else's seat opens them.

    Actions name the permission `act`, which coordinators of that association and the administrator have. Rows that
    the person may not come across are left out.
    """

    for_administrator: ClassVar[bool] = True

    def _may(self, request: HttpRequest, roles: tuple[AssociationRole, ...], obj: Model | None) -> bool:
        user = request.user
        if user.is_active and user.is_superuser:
            return True
        standing = standing_of(user)
        return not standing.associations_as(*roles).isdisjoint(standing.led_programmes.values())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return without_concealed(super().get_queryset(request), request.user)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_act_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return self._may(request, self.edit_roles, None)
