"""People, the seats they hold, and how they come and go."""

from sdgpartners.people.models.joining import JoinRequest, Succession
from sdgpartners.people.models.seats import (
    AssociationSeat,
    Invitation,
    Membership,
    SteeringSeat,
    User,
    UserManager,
)

__all__ = [
    "AssociationSeat",
    "Invitation",
    "JoinRequest",
    "Membership",
    "SteeringSeat",
    "Succession",
    "User",
    "UserManager",
]
