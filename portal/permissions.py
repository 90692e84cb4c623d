"""Who may open the pages of the roof that are not everybody's."""

from enum import StrEnum
from typing import Any

from portal.selectors.dashboard import BOARD_ROLES
from sdgpartners.core.access import predicate, register
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import PartnerCountry, Programme


class Perm(StrEnum):
    VIEW_DASHBOARD = "portal.view_dashboard"


@predicate
def follows_programme(user: Any, programme: Programme) -> bool:
    """The steering group, and coordinators and auditors of an association; each in its own scope."""
    standing = standing_of(user)
    if programme.pk in standing.steering or standing.leads(programme, *BOARD_ROLES):
        return True
    held = standing.associations_as(*BOARD_ROLES)
    return bool(held) and PartnerCountry.objects.filter(programme=programme, association__in=held).exists()


register(Perm.VIEW_DASHBOARD, follows_programme)
