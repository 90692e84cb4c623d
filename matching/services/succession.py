"""After a merger or elections: partnerships follow the municipality, and the new sponsor stands behind them."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.enums import PartnershipStatus
from matching.errors import NotEntitled
from matching.models import Partnership, PartnershipSide, SideConfirmation
from matching.selectors.candidates import living_partnerships
from matching.selectors.course import municipality_on
from matching.services import letters_course as letters
from matching.services.course import DEAD, require_coordinator, require_reason
from matching.services.moving import lock_partnership, require_state
from matching.signals import partnership_succeeded
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.people.enums import SuccessionKind
from sdgpartners.people.models import Succession, User
from sdgpartners.people.standing import read_standing
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality
from sdgpartners.programme.selectors import rules_on

LIVING = tuple(status for status in PartnershipStatus if status not in DEAD)


@transaction.atomic
def follow_merger(*, succession: Succession) -> list[Partnership]:
    """The successor carries on the partnerships of a merged municipality, and its sponsor is asked to confirm them.

    One that the successor cannot carry on because it has a partnership of its own stays as it is; the coordinators are
    mailed `partnership_merger` and decide. Locks each in the order of their keys. Part of `municipality_succeeded`,
    under whose reason the history stands. Gives those that were carried on.
    """
    if succession.successor is None:
        raise ValueError("a merger names its successor")
    former = succession.municipality_id
    rows = Partnership.objects.select_for_update(of=("self",)).filter(
        Q(north=former) | Q(south=former), status__in=LIVING
    )
    carried = []
    for row in rows.select_related("partner_country__programme", "north", "south").order_by("pk"):
        side = Side.NORTH if row.north_id == former else Side.SOUTH
        other = _barred_by(row, side, succession.successor)
        if other is None:
            _carry(row, side, succession.successor)
            _ask(row, side, succession)
            carried.append(row)
        else:
            letters.send_merger_stuck(row, succession, other)
    return carried


@transaction.atomic
def follow_successor(*, partnership: Partnership, side: Side, reason: str, actor: User) -> Partnership:
    """A coordinator lets the successor carry on a partnership that could not follow at the merger.

    Locks the partnership. Raises NotEntitled, HasInterest, Incomplete without a reason, DomainError when the
    municipality has not merged or its successor still has a partnership of its own, MoveNotAllowed once ended.
    """
    partnership = lock_partnership(partnership)
    require_coordinator(partnership, actor)
    require_state(partnership.status, PartnershipStatus, *LIVING)
    reason = require_reason(reason)
    former = municipality_on(partnership, side)
    successor = former.successor
    if successor is None:
        raise DomainError(_("%(municipality)s has not merged."), municipality=former)
    other = _barred_by(partnership, side, successor)
    if other is not None:
        raise DomainError(
            _("%(successor)s has a partnership of its own: %(other)s. End one of the two first."),
            successor=successor,
            other=other.reference,
        )
    with because(actor, reason):
        _carry(partnership, side, successor)
        merger = Succession.objects.filter(municipality=former, kind=SuccessionKind.MERGER).first()
        if merger is not None:
            _ask(partnership, side, merger)
    return partnership


@transaction.atomic
def ask_new_sponsor(*, succession: Succession) -> int:
    """After elections the new sponsor is asked to stand behind what runs; how many. Safe to run twice."""
    place = succession.municipality_id
    rows = Partnership.objects.filter(Q(north=place) | Q(south=place), status__in=LIVING)
    found: Iterable[Partnership] = rows.select_related("partner_country__programme").order_by("pk")
    return sum(_ask(row, Side.NORTH if row.north_id == place else Side.SOUTH, succession) for row in found)


@transaction.atomic
def confirm_for_side(*, partnership: Partnership, side: Side, actor: User) -> None:
    """A signatory confirms that their municipality keeps to the partnership. Locks it and its open questions.

    Mails `partnership_sponsor_confirmed` to the coordinators. Raises NotEntitled, DomainError when nothing is asked,
    MoveNotAllowed once ended.
    """
    partnership = lock_partnership(partnership)
    running = tuple(status for status in LIVING if status != PartnershipStatus.SUSPENDED)
    require_state(partnership.status, PartnershipStatus, *running)
    if not read_standing(actor).is_signatory(municipality_on(partnership, side).pk):
        raise NotEntitled(_("Only a person who signs for the municipality can confirm."))
    waiting = SideConfirmation.objects.select_for_update(of=("self",)).filter(
        partnership=partnership, side=side, confirmed_at__isnull=True
    )
    questions = list(waiting)
    if not questions:
        raise DomainError(_("There is nothing to confirm here any more."))
    with because(actor):
        for question in questions:
            question.partnership = partnership
            question.confirmed_by, question.confirmed_at = actor, clock.now()
            question.save(update_fields=["confirmed_by", "confirmed_at"])
    letters.send_sponsor_confirmed(questions[0], actor)


def _barred_by(partnership: Partnership, side: Side, successor: Municipality) -> Partnership | None:
    """Another living partnership of the successor, which has one at a time."""
    if side == Side.NORTH and partnership.north_free_since is not None:
        return None
    return living_partnerships(successor.pk).exclude(pk=partnership.pk).first()


def _carry(partnership: Partnership, side: Side, successor: Municipality) -> None:
    former = municipality_on(partnership, side)
    setattr(partnership, side.value, successor)
    partnership.save(update_fields=[side.value])
    PartnershipSide.objects.filter(partnership=partnership, side=side).update(municipality=successor)
    partnership_succeeded.send(
        sender=Partnership, partnership=partnership, side=side, former=former, successor=successor
    )


def _ask(partnership: Partnership, side: Side, succession: Succession) -> bool:
    days = rules_on(partnership.partner_country.programme).confirm_days
    _row, new = SideConfirmation.objects.get_or_create(
        partnership=partnership,
        side=side,
        succession=succession,
        defaults={"due_on": clock.today() + timedelta(days=days)},
    )
    return new
