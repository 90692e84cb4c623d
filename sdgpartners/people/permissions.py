"""Who may look after people. Names are registered when the app is ready."""

from enum import StrEnum

from sdgpartners.core import access
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import AssociationSeat, Invitation, JoinRequest, User
from sdgpartners.people.offers import MunicipalOffer, Offer, Seat, offer_of
from sdgpartners.people.selectors import people_scope, people_visible_to
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Municipality


class Perm(StrEnum):
    """Permissions of the people room."""

    VIEW_PEOPLE = "people.view_people"  # no object: the lists in the admin
    VIEW_PERSON = "people.view_person"  # on a User
    EDIT_PROFILE = "people.edit_profile"  # on a User
    MANAGE_ACCOUNTS = "people.manage_accounts"  # no object: close, reopen, make administrator
    INVITE_PERSON = "people.invite_person"  # on an Offer
    REVOKE_INVITATION = "people.revoke_invitation"  # on an Invitation
    END_SEAT = "people.end_seat"  # on a Membership, AssociationSeat or SteeringSeat
    NAME_DEPUTY = "people.name_deputy"  # on an AssociationSeat
    DECIDE_JOIN = "people.decide_join"  # on a JoinRequest
    RECORD_SUCCESSION = "people.record_succession"  # on a Municipality


def _is_administrator(user: User) -> bool:
    return user.is_superuser


def _looks_after_people(user: User) -> bool:
    # The same people as those with a scope, from the seats alone: each page of the admin asks for its menu.
    return user.is_superuser or standing_of(user).has_role(AssociationRole.COORDINATOR)


def _sees(user: User, other: User) -> bool:
    return people_visible_to(user).filter(pk=other.pk).exists()


def _is_oneself(user: User, other: User) -> bool:
    return user.pk == other.pk


def _may_give(user: User, offer: Offer) -> bool:
    # The administrator looks after accounts, also before the first coordinator has one.
    return user.is_superuser or people_scope(user).holds(offer)


def _may_revoke(user: User, invitation: Invitation) -> bool:
    return _may_give(user, offer_of(invitation))


def _may_end(user: User, seat: Seat) -> bool:
    return _may_give(user, offer_of(seat))


def _may_name_deputy(user: User, seat: AssociationSeat) -> bool:
    return user.pk == seat.user_id or _may_end(user, seat)


def _may_decide_join(user: User, join_request: JoinRequest) -> bool:
    return people_scope(user).holds(MunicipalOffer(join_request.municipality, join_request.role))


def _may_record_succession(user: User, municipality: Municipality) -> bool:
    return people_scope(user).holds(MunicipalOffer(municipality, ""))


access.register(Perm.VIEW_PEOPLE, access.person_predicate(_looks_after_people))
access.register(Perm.VIEW_PERSON, access.predicate(_sees))
access.register(Perm.EDIT_PROFILE, access.predicate(_is_oneself))
access.register(Perm.MANAGE_ACCOUNTS, access.person_predicate(_is_administrator))
access.register(Perm.INVITE_PERSON, access.predicate(_may_give))
access.register(Perm.REVOKE_INVITATION, access.predicate(_may_revoke))
access.register(Perm.END_SEAT, access.predicate(_may_end))
access.register(Perm.NAME_DEPUTY, access.predicate(_may_name_deputy))
access.register(Perm.DECIDE_JOIN, access.predicate(_may_decide_join))
access.register(Perm.RECORD_SUCCESSION, access.predicate(_may_record_succession))
