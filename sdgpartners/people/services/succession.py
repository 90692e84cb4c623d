"""After a merger or elections: the successor body and the new sponsor take over, on record."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.core.history import because
from sdgpartners.people.enums import JoinState, MunicipalRole, SuccessionKind
from sdgpartners.people.errors import MergedOtherwise, OutOfScope, SponsorRefused, SuccessorRefused
from sdgpartners.people.models import Invitation, JoinRequest, Membership, Succession, User
from sdgpartners.people.offers import MunicipalOffer
from sdgpartners.people.permissions import Perm
from sdgpartners.people.services.invitations import invite_person
from sdgpartners.people.services.seats import end_membership, give_seat
from sdgpartners.people.signals import municipality_succeeded, sponsor_changed
from sdgpartners.people.standing import forget_standing
from sdgpartners.programme.models import Municipality


@transaction.atomic
def record_merger(
    *, municipality: Municipality, successor: Municipality, happened_on: date, note: str, actor: User
) -> Succession:
    """`municipality` has gone up in `successor`: its people work there from now on, in the same roles.

    Locks both municipalities. Ends the seats and writes new ones, carries over open invitations and requests
    to join, and sends `municipality_succeeded` for the rooms above. Municipalities that had merged into the
    old one point at the new one. Raises OutOfScope, MergedOtherwise and SuccessorRefused.
    """
    old, new = _locked_pair(municipality, successor)
    _may_record(old, actor)
    if old.successor_id not in (None, new.pk):
        raise MergedOtherwise(municipality=old, successor=old.successor)
    if new.pk == old.pk or new.country_id != old.country_id or new.successor_id is not None:
        raise SuccessorRefused
    reason = note or f"Merger into {new.name}"
    with because(actor, reason):
        old.successor = new
        old.save(update_fields=["successor"])
        Municipality.objects.filter(successor=old).update(successor=new)
        _carry_over(old, new)
        succession = Succession.objects.create(
            kind=SuccessionKind.MERGER,
            municipality=old,
            successor=new,
            happened_on=happened_on,
            note=note,
            recorded_by=actor,
        )
        municipality_succeeded.send(sender=Succession, succession=succession)
    return succession


def _locked_pair(one: Municipality, other: Municipality) -> tuple[Municipality, Municipality]:
    # In the order of their keys: two mergers at once do not wait for each other.
    rows = Municipality.objects.select_for_update(of=("self",)).select_related("country").order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=(one.pk, other.pk))}
    return found[one.pk], found[other.pk]


def _may_record(municipality: Municipality, actor: User) -> None:
    if not allowed(actor, Perm.RECORD_SUCCESSION, municipality):
        raise OutOfScope


def _carry_over(old: Municipality, new: Municipality) -> None:
    now = clock.now()
    seats = Membership.objects.select_for_update(of=("self",)).filter(municipality=old, ended_at__isnull=True)
    for seat in seats.select_related("user").order_by("pk"):
        seat.ended_at = now
        seat.save(update_fields=["ended_at"])
        Membership.objects.get_or_create(
            user=seat.user,
            municipality=new,
            role=seat.role,
            ended_at=None,
            defaults={"job_title": seat.job_title},
        )
        forget_standing(seat.user)
    waiting = Invitation.objects.filter(municipality=old, accepted_at=None, revoked_at=None)
    waiting.update(municipality=new, updated_at=now)
    for ask in JoinRequest.objects.filter(municipality=old, state__in=(JoinState.ASKED, JoinState.WAITING)):
        twin = JoinRequest.objects.filter(
            municipality=new, email=ask.email, state__in=(JoinState.ASKED, JoinState.WAITING)
        )
        if not twin.exists():
            ask.municipality = new
            ask.save(update_fields=["municipality"])


@transaction.atomic
def record_elections(
    *,
    municipality: Municipality,
    former: User | None,
    new_email: str,
    happened_on: date,
    note: str,
    actor: User,
) -> Succession:
    """After elections another person signs: the seat of `former` (None: there was none) ends.

    A colleague with `new_email` gets the seat of a signatory at once; anybody else is invited to it, in the
    language of the country. Locks the municipality. Sends `sponsor_changed`, so that what the former one
    signed is confirmed again. Raises OutOfScope and SponsorRefused.
    """
    place = (
        Municipality.objects.select_for_update(of=("self",)).select_related("country").get(pk=municipality.pk)
    )
    _may_record(place, actor)
    address = new_email.strip().lower()
    if former is not None and former.email.lower() == address:
        raise SponsorRefused(_("The former and the new sponsor are the same person."))
    reason = note or "Elections"
    if former is not None:
        _end_former(place, former, actor, reason)
    succession = Succession(
        kind=SuccessionKind.ELECTIONS,
        municipality=place,
        former_signatory=former,
        new_email=address,
        happened_on=happened_on,
        note=note,
        recorded_by=actor,
    )
    succession.new_signatory = _name_new(place, address, actor)
    with because(actor, reason):
        succession.save()
        sponsor_changed.send(sender=Succession, succession=succession)
    return succession


def _end_former(place: Municipality, former: User, actor: User, reason: str) -> None:
    seats = Membership.objects.filter(municipality=place, user=former, role=MunicipalRole.SIGNATORY)
    seat = seats.filter(ended_at__isnull=True).first()
    if seat is None:
        raise SponsorRefused(
            _("%(person)s does not sign for %(municipality)s."), person=former, municipality=place
        )
    end_membership(membership=seat, actor=actor, reason=reason)
    forget_standing(former)


def _name_new(place: Municipality, address: str, actor: User) -> User | None:
    """Give the seat to a colleague, or invite somebody new; None until they have accepted."""
    offer = MunicipalOffer(place, MunicipalRole.SIGNATORY)
    colleagues = Membership.objects.filter(municipality=place, ended_at__isnull=True, user__is_active=True)
    seat = colleagues.filter(user__email__iexact=address).select_related("user").first()
    if seat is not None:
        give_seat(user=seat.user, offer=offer, actor=actor)
        return seat.user
    account = User.objects.filter(email__iexact=address).first()
    language = account.language if account else place.country.default_language
    invite_person(email=address, language=language, offer=offer, actor=actor)
    return None
