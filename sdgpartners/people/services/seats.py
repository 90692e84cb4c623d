"""Seats: given by an invitation, ended by a coordinator, stood in for by a deputy."""

from datetime import date
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.core.errors import DomainError, SamePerson
from sdgpartners.core.history import because
from sdgpartners.people.errors import DeputyRefused, OutOfScope, SeatTaken
from sdgpartners.people.models import AssociationSeat, Membership, SteeringSeat, User
from sdgpartners.people.offers import AssociationOffer, MunicipalOffer, Offer, Seat
from sdgpartners.people.permissions import Perm
from sdgpartners.people.signals import membership_given
from sdgpartners.people.standing import forget_standing

SeatT = TypeVar("SeatT", Membership, AssociationSeat, SteeringSeat)


@transaction.atomic
def give_seat(*, user: User, offer: Offer, actor: User | None) -> Seat:
    """Give `user` the seat of `offer`; one that they hold already is given back as it is.

    Sends `membership_given` for a new one at a municipality. Raises SeatTaken where they sit in the same steering
    group in another quality.
    """
    seat: Seat
    new = False
    with because(actor):
        if isinstance(offer, MunicipalOffer):
            seat, new = Membership.objects.get_or_create(
                user=user, municipality=offer.municipality, role=offer.role, ended_at=None
            )
        elif isinstance(offer, AssociationOffer):
            seat, _new = AssociationSeat.objects.get_or_create(
                user=user, association=offer.association, role=offer.role, ended_at=None
            )
        else:
            seat, _new = SteeringSeat.objects.get_or_create(
                user=user,
                programme=offer.programme,
                ended_at=None,
                defaults={"kind": offer.kind, "association": offer.association},
            )
            if seat.kind != offer.kind or seat.association != offer.association:
                raise SeatTaken
    forget_standing(user)
    if new:
        membership_given.send(sender=Membership, membership=seat)
    return seat


@transaction.atomic
def _end(seat: SeatT, actor: User | None, reason: str) -> SeatT:
    locked = type(seat)._default_manager.select_for_update().get(pk=seat.pk)
    if actor is not None and not allowed(actor, Perm.END_SEAT, locked):
        raise OutOfScope
    if locked.ended_at is not None:
        raise DomainError(_("This seat has ended already."))
    locked.ended_at = clock.now()
    with because(actor, reason):
        locked.save(update_fields=["ended_at"])
    return locked


def end_membership(*, membership: Membership, actor: User | None, reason: str = "") -> Membership:
    """The person works no longer for the municipality. The row stays, for the record.

    Locks the row. Raises OutOfScope, and DomainError when it has ended already.
    """
    return _end(membership, actor, reason)


def end_association_seat(*, seat: AssociationSeat, actor: User | None, reason: str = "") -> AssociationSeat:
    """The role ends, its deputy's as well. Locks the row. Raises OutOfScope, and DomainError when ended."""
    return _end(seat, actor, reason)


def end_steering_seat(*, seat: SteeringSeat, actor: User | None, reason: str = "") -> SteeringSeat:
    """The seat in the steering group ends. Locks the row. Raises OutOfScope, and DomainError when ended."""
    return _end(seat, actor, reason)


@transaction.atomic
def set_reviewing(*, seat: SteeringSeat, reviews: bool, actor: User | None) -> SteeringSeat:
    """Whether a member of the steering group also scores applications. Reviews that they had to hand in wait until they
    are given to somebody else.

    Locks the row. Raises OutOfScope, and DomainError for a seat that has ended.
    """
    locked = SteeringSeat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    if actor is not None and not allowed(actor, Perm.END_SEAT, locked):
        raise OutOfScope
    if locked.ended_at is not None:
        raise DomainError(_("This seat has ended already."))
    locked.reviews = reviews
    with because(actor):
        locked.save(update_fields=["reviews"])
    forget_standing(locked.user)
    return locked


def end_seat(*, seat: Seat, actor: User | None, reason: str = "") -> Seat:
    """End a seat of whatever kind: see the three services above."""
    if isinstance(seat, Membership):
        return end_membership(membership=seat, actor=actor, reason=reason)
    if isinstance(seat, AssociationSeat):
        return end_association_seat(seat=seat, actor=actor, reason=reason)
    return end_steering_seat(seat=seat, actor=actor, reason=reason)


@transaction.atomic
def name_deputy(
    *, seat: AssociationSeat, deputy: User, first_day: date, last_day: date, actor: User | None
) -> AssociationSeat:
    """`deputy` acts in this seat from `first_day` to `last_day` included; an earlier deputy is replaced.

    A deputy works at the same association, so that a role never leaves it by this way. Locks the seat. Raises
    OutOfScope, SamePerson (one is not one's own deputy) and DeputyRefused.
    """
    locked = AssociationSeat.objects.select_for_update().get(pk=seat.pk)
    if actor is not None and not allowed(actor, Perm.NAME_DEPUTY, locked):
        raise OutOfScope
    check_deputy(locked, deputy, first_day, last_day)
    locked.deputy, locked.deputy_from, locked.deputy_until = deputy, first_day, last_day
    with because(actor):
        locked.save(update_fields=["deputy", "deputy_from", "deputy_until"])
    forget_standing(deputy)
    return locked


def check_deputy(seat: AssociationSeat, deputy: User, first_day: date, last_day: date) -> None:
    """The rules of `name_deputy` beside the permission, for forms that want to say it beside the field."""
    if deputy.pk == seat.user_id:
        raise SamePerson(_("Nobody is their own deputy."))
    if seat.ended_at is not None:
        raise DeputyRefused(_("This seat has ended already."))
    if first_day > last_day:
        raise DeputyRefused(_("The last day lies before the first."))
    colleagues = AssociationSeat.objects.filter(association=seat.association, ended_at__isnull=True)
    if not deputy.is_active or not colleagues.filter(user=deputy).exists():
        raise DeputyRefused(
            _("%(person)s has no seat at %(association)s, so cannot be a deputy there."),
            person=deputy,
            association=seat.association,
        )


@transaction.atomic
def withdraw_deputy(*, seat: AssociationSeat, actor: User | None) -> AssociationSeat:
    """Nobody stands in any more. Locks the seat. Raises OutOfScope."""
    locked = AssociationSeat.objects.select_for_update().get(pk=seat.pk)
    if actor is not None and not allowed(actor, Perm.NAME_DEPUTY, locked):
        raise OutOfScope
    locked.deputy = locked.deputy_from = locked.deputy_until = None
    with because(actor):
        locked.save(update_fields=["deputy", "deputy_from", "deputy_until"])
    return locked
