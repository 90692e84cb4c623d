"""What happens to people: profiles, invitations, seats and deputies."""

from sdgpartners.people.services.accounts import (
    NewPerson,
    choose_language,
    close_account,
    create_person,
    reopen_account,
    update_profile,
)
from sdgpartners.people.services.invitations import (
    accept_invitation,
    check_invitation,
    invite_person,
    revoke_invitation,
)
from sdgpartners.people.services.seats import (
    end_association_seat,
    end_membership,
    end_seat,
    end_steering_seat,
    give_seat,
    name_deputy,
    withdraw_deputy,
)

__all__ = [
    "NewPerson",
    "accept_invitation",
    "check_invitation",
    "choose_language",
    "close_account",
    "create_person",
    "end_association_seat",
    "end_membership",
    "end_seat",
    "end_steering_seat",
    "give_seat",
    "invite_person",
    "name_deputy",
    "reopen_account",
    "revoke_invitation",
    "update_profile",
    "withdraw_deputy",
]
