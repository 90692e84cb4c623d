"""A contact person leaves and another takes over: named in time, told to both sides, and what hung on the one
moves."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matching.enums import MemberKind, TeamRole
from matching.errors import NotEntitled, StandsStill
from matching.models import HandOver, PartnershipSide, TeamMember
from matching.newcomer import Newcomer
from matching.selectors.handovers import open_hand_overs
from matching.services.letters_papers import (
    send_contact_handed_over,
    send_contact_leaves,
    send_contact_stays,
)
from matching.services.teams import account_of, lock_side
from matching.signals import contact_handed_over
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.core.errors import DomainError, Incomplete, LimitExceeded, MoveNotAllowed
from sdgpartners.core.history import because
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing

Successor = TeamMember | Newcomer | None


@transaction.atomic
def start_hand_over(
    *,
    leaving: TeamMember,
    leaves_on: date,
    successor: Successor,
    notes: str,
    actor: User,
) -> HandOver:
    """Say that a contact person leaves after `leaves_on`, and who takes over if that is known. Locks partnership and
    side.

    Mails `contact_leaves` to both sides and the coordinators. Once the day has come and there is a successor it is
    done at once. Raises NotEntitled, DomainError for who is no contact person (any more) or hands over already, or
    for a successor of another side or the same person; LimitExceeded for a day before the programme or after the
    partnership, MoveNotAllowed once that has ended.
    """
    side = _lock_side(leaving.side, actor)
    member = TeamMember.objects.select_for_update(of=("self",)).get(pk=leaving.pk, side=side)
    if member.left_on is not None or member.role != TeamRole.CONTACT:
        raise DomainError(_("%(name)s is no contact person of your side.") % {"name": member.name})
    if HandOver.objects.filter(leaving=member, done_at__isnull=True).exists():
        raise DomainError(_("%(name)s hands over already.") % {"name": member.name})
    _require_day(side, leaves_on)
    with because(actor):
        hand_over = HandOver(side=side, leaving=member, leaves_on=leaves_on, notes=notes.strip())
        hand_over.started_by = actor
        hand_over.successor = _successor(side, member, successor)
        hand_over.save()
    if not _complete_when_due(hand_over, actor):
        send_contact_leaves(hand_over, actor)
    return hand_over


@transaction.atomic
def name_successor(*, hand_over: HandOver, successor: Successor, actor: User) -> HandOver:
    """Name, or name another, who takes over. Locks partnership and side. Mails and raises as `start_hand_over`,
    Incomplete without anybody, DomainError for a hand-over that is done."""
    row = _lock_open(hand_over, actor)
    if successor is None:
        raise Incomplete(_("Name who takes over."))
    with because(actor):
        row.successor = _successor(row.side, row.leaving, successor)
        row.save()
    if not _complete_when_due(row, actor):
        send_contact_leaves(row, actor)
    return row


@transaction.atomic
def cancel_hand_over(*, hand_over: HandOver, actor: User) -> None:
    """The contact person stays after all. Locks the side; history keeps the row. Mails `contact_stays`. Raises
    NotEntitled, DomainError for a hand-over that is done or who has left the team."""
    row = _lock_open(hand_over, actor)
    if row.leaving.left_on is not None:
        raise DomainError(_("%(name)s has left the team."), name=row.leaving.name)
    send_contact_stays(row, actor)
    with because(actor):
        HandOver.objects.filter(pk=row.pk).delete()


def complete_hand_overs() -> int:
    """Finish every hand-over with a successor whose day has come; how many. Safe to run twice."""
    return sum(_complete(row) for row in list(open_hand_overs().filter(successor__isnull=False)))


@transaction.atomic
def _complete(row: HandOver) -> bool:
    try:
        side = lock_side(row.side)
    except (MoveNotAllowed, StandsStill):  # suspended or ended since the list was read
        return False
    held = HandOver.objects.select_for_update(of=("self",)).select_related("leaving", "successor")
    current = held.filter(pk=row.pk, done_at__isnull=True).first()
    if current is None:
        return False
    current.side = side
    return _complete_when_due(current, None)


def _complete_when_due(hand_over: HandOver, actor: User | None) -> bool:
    """On the last day: the line of the one ends, what hung on it moves, both sides and the coordinators hear of
    it."""
    zone = hand_over.side.municipality.country.time_zone
    gone = hand_over.successor is None or hand_over.successor.left_on is not None
    if gone or clock.today(zone) < hand_over.leaves_on:
        return False
    with because(actor):
        if hand_over.leaving.left_on is None:
            hand_over.leaving.left_on = hand_over.leaves_on
            hand_over.leaving.save()
        hand_over.done_at = clock.now()
        hand_over.save()
    contact_handed_over.send(sender=HandOver, hand_over=hand_over, actor=actor)
    send_contact_handed_over(hand_over, actor)
    return True


def _require_day(side: PartnershipSide, leaves_on: date) -> None:
    partnership = side.partnership
    programme = partnership.partner_country.programme
    last = partnership.ends_on or programme.ends_on
    if not programme.starts_on <= leaves_on <= last:
        raise LimitExceeded(
            _("The last day lies between %(first)s and %(last)s."),
            first=format_date(programme.starts_on),
            last=format_date(last),
        )


def _successor(side: PartnershipSide, leaving: TeamMember, given: Successor) -> TeamMember | None:
    """The line of the contact person that takes over, made where there is none yet."""
    if given is None:
        return None
    if isinstance(given, TeamMember):
        if given.side_id != side.pk or given.left_on is not None:
            raise DomainError(_("Choose somebody of your own team."))
        found = Newcomer(given.name, given.service, MemberKind(given.kind))
    else:
        found = Newcomer(given.name.strip(), given.service.strip(), given.kind)
    if not found.name:
        raise Incomplete(_("Name who takes over."))
    if found.name.casefold() == leaving.name.casefold():
        raise DomainError(_("Somebody else takes over."))
    present = side.team.filter(left_on__isnull=True, role=TeamRole.CONTACT, name__iexact=found.name)
    account = given.user if isinstance(given, TeamMember) else None
    return present.first() or TeamMember.objects.create(
        side=side,
        user=account or account_of(side, found.name),
        name=found.name,
        service=found.service,
        role=TeamRole.CONTACT,
        kind=found.kind,
    )


def _lock_open(hand_over: HandOver, actor: User) -> HandOver:
    side = _lock_side(hand_over.side, actor)
    rows = HandOver.objects.select_for_update(of=("self",)).select_related("leaving", "successor")
    row = rows.filter(pk=hand_over.pk, done_at__isnull=True).first()
    if row is None:
        raise DomainError(_("This hand-over is done."))
    row.side = side
    return row


def _lock_side(side: PartnershipSide, actor: User) -> PartnershipSide:
    row = lock_side(side)
    if not read_standing(actor).is_editor(row.municipality_id):
        raise NotEntitled(_("Only an editor or signatory of the municipality can do this."))
    return row
