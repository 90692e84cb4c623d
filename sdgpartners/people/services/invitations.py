"""Invitations: for one seat, to one address, used once, expiring."""

from datetime import timedelta

from django.db import transaction

from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.core.history import because
from sdgpartners.people.enums import InvitationState
from sdgpartners.people.errors import (
    AccountExists,
    InvitationExpired,
    InvitationForAnother,
    InvitationRevoked,
    InvitationUnknown,
    InvitationUsed,
    OutOfScope,
    SeatTaken,
)
from sdgpartners.people.models import AssociationSeat, Invitation, Membership, SteeringSeat, User
from sdgpartners.people.offers import (
    AssociationOffer,
    MunicipalOffer,
    Offer,
    columns_of,
    offer_of,
)
from sdgpartners.people.permissions import Perm
from sdgpartners.people.selectors import account_exists, programme_of
from sdgpartners.people.services.accounts import NewPerson, create_person, verify_address
from sdgpartners.people.services.seats import give_seat
from sdgpartners.people.signals import invitation_created
from sdgpartners.people.tokens import new_token, token_hash
from sdgpartners.programme.models import ProgrammeRules
from sdgpartners.programme.selectors import rules_on


def check_invitation(*, email: str, offer: Offer, actor: User | None) -> None:
    """The rules of `invite_person`, for forms that say it beside the field. Raises OutOfScope, SeatTaken."""
    if actor is not None and not allowed(actor, Perm.INVITE_PERSON, offer):
        raise OutOfScope
    if _held(email.strip(), offer):
        raise SeatTaken


def _held(email: str, offer: Offer) -> bool:
    if isinstance(offer, MunicipalOffer):
        seats = Membership.objects.filter(municipality=offer.municipality, role=offer.role)
        return seats.filter(user__email__iexact=email, ended_at__isnull=True).exists()
    if isinstance(offer, AssociationOffer):
        held = AssociationSeat.objects.filter(association=offer.association, role=offer.role)
        return held.filter(user__email__iexact=email, ended_at__isnull=True).exists()
    group = SteeringSeat.objects.filter(programme=offer.programme, ended_at__isnull=True)
    return group.filter(user__email__iexact=email).exists()


def valid_days(offer: Offer) -> int:
    """How many days a link to this seat works: the rule of its programme."""
    programme = programme_of(offer)
    if programme is None:
        # The first coordinators are invited before a programme is loaded.
        default: int = ProgrammeRules._meta.get_field("invitation_days").default
        return default
    return rules_on(programme).invitation_days


@transaction.atomic
def invite_person(*, email: str, language: str, offer: Offer, actor: User | None) -> Invitation:
    """Invite the reader of `email` to the seat of `offer`, in `language`.

    Valid for `ProgrammeRules.invitation_days` days. An earlier open one for the same address and seat is
    withdrawn, so that one link works at a time. Sends `invitation_created` with the token, of which only the
    hash is kept; notifications mails it. Raises OutOfScope and SeatTaken.
    """
    address = email.strip().lower()
    check_invitation(email=address, offer=offer, actor=actor)
    now, token = clock.now(), new_token()
    earlier = Invitation.objects.filter(
        email=address, accepted_at__isnull=True, revoked_at__isnull=True, **columns_of(offer)
    )
    with because(actor):
        earlier.update(revoked_at=now, updated_at=now)
        invitation = Invitation.objects.create(
            email=address,
            language=language,
            token_hash=token_hash(token),
            invited_by=actor,
            expires_at=now + timedelta(days=valid_days(offer)),
            **columns_of(offer),
        )
    invitation_created.send(sender=Invitation, invitation=invitation, token=token)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, actor: User | None, reason: str = "") -> Invitation:
    """Withdraw an invitation that is not used yet. Locks the row. Raises OutOfScope, InvitationUsed."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if actor is not None and not allowed(actor, Perm.REVOKE_INVITATION, locked):
        raise OutOfScope
    if locked.accepted_at is not None:
        raise InvitationUsed
    if locked.revoked_at is None:
        locked.revoked_at = clock.now()
        with because(actor, reason):
            locked.save(update_fields=["revoked_at"])
    return locked


_REFUSALS = {
    InvitationState.ACCEPTED: InvitationUsed,
    InvitationState.REVOKED: InvitationRevoked,
    InvitationState.EXPIRED: InvitationExpired,
}


def check_open(invitation: Invitation) -> None:
    """Raise InvitationUsed, InvitationRevoked or InvitationExpired unless the invitation stands open."""
    refusal = _REFUSALS.get(invitation.state)
    if refusal is not None:
        raise refusal


def check_for(invitation: Invitation, user: User) -> None:
    """Raise InvitationForAnother unless `user` has the invited address."""
    if user.email.lower() != invitation.email.lower():
        raise InvitationForAnother(invited=invitation.email, present=user.email)


@transaction.atomic
def accept_invitation(*, token: str, user: User | None = None, person: NewPerson | None = None) -> User:
    """Use the invitation behind `token`: the seat goes to the signed-in `user`, or to a new `person`.

    One of the two is given. Locks the invitation, so that of two uses at once one gets InvitationUsed. Gives
    back who holds the seat now. Raises InvitationUnknown, InvitationUsed, InvitationRevoked,
    InvitationExpired, InvitationForAnother, AccountExists and SeatTaken.
    """
    if (user is None) == (person is None):
        raise ValueError("accept_invitation wants either the signed-in user or a new person")
    invitation = Invitation.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    if invitation is None:
        raise InvitationUnknown
    check_open(invitation)
    if user is not None:
        check_for(invitation, user)
        holder = user
        verify_address(holder)
    else:
        assert person is not None  # noqa: S101
        if account_exists(invitation.email):
            raise AccountExists
        holder = create_person(email=invitation.email, person=person)
    give_seat(user=holder, offer=offer_of(invitation), actor=holder)
    invitation.accepted_at, invitation.accepted_by = clock.now(), holder
    with because(holder):
        invitation.save(update_fields=["accepted_at", "accepted_by"])
    return holder
