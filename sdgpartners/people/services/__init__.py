"""What happens to people: profiles, invitations, seats and deputies."""

from sdgpartners.people.services.accounts import (
    NewPerson,
    choose_language,
    close_account,
    create_person,
    make_administrator,
    reopen_account,
    unmake_administrator,
    update_profile,
)
from sdgpartners.people.services.invitations import (
    accept_invitation,
    check_invitation,
    invite_person,
    revoke_invitation,
)
from sdgpartners.people.services.joining import (
    Asking,
    accept_join,
    ask_to_join,
    prove_address,
    refuse_join,
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
from sdgpartners.people.services.succession import record_elections, record_merger

__all__ = [
    "Asking",
    "NewPerson",
    "accept_invitation",
    "accept_join",
    "ask_to_join",
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
    "make_administrator",
    "name_deputy",
    "prove_address",
    "record_elections",
    "record_merger",
    "refuse_join",
    "reopen_account",
    "revoke_invitation",
    "unmake_administrator",
    "update_profile",
    "withdraw_deputy",
]
