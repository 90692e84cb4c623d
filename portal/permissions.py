"""Who may open the pages of the roof that are not everybody's."""

from enum import StrEnum
from typing import Any

from sdgpartners.core.access import predicate, register
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Programme


class Perm(StrEnum):
    VIEW_DASHBOARD = "portal.view_dashboard"


@predicate
def follows_programme(user: Any, programme: Programme) -> bool:
    """The steering group, and coordinators and auditors of an association; each in its own scope."""
    standing = standing_of(user)
    return programme.pk in standing.steering or standing.has_role(
        AssociationRole.COORDINATOR, AssociationRole.AUDITOR
    )


register(Perm.VIEW_DASHBOARD, follows_programme)
