"""The end of a partnership: closing, closed, or ended early with the reason."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matching.enums import PartnershipStatus
from matching.models import Partnership, Suspension
from matching.open_work import open_work
from matching.services import letters_course as letters
from matching.services.another_end import closes_by, drop_open_request
from matching.services.course import require_coordinator, require_reason
from matching.services.moving import lock_partnership, move_partnership, require_state
from matching.services.reopening import reopen_for_match
from matching.signals import partnership_ended
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.core.history import because
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side

LAST_DAYS = "the last days have come"


@transaction.atomic
def end_early(
    *, partnership: Partnership, reason: str, actor: User, rematch: Collection[Side] = ()
) -> Partnership:
    """A coordinator ends the partnership today, with the reason that both municipalities read.

    `rematch` names the sides that wish to be matched again: they go back among the candidates. An open suspension ends
    with it, a request for another last day falls away. Locks the partnership, then what `reopen_for_match` locks. Mails
    `partnership_ended`, sends `partnership_ended`. Raises NotEntitled, HasInterest, Incomplete without a reason,
    MoveNotAllowed when it has ended already.
    """
    partnership = lock_partnership(partnership)
    require_coordinator(partnership, actor)
    if not reason.strip():
        raise Incomplete(_("Say why the partnership ends early."))
    reason = reason.strip()
    move_partnership(partnership, PartnershipStatus.ENDED_EARLY)
    with because(actor, reason):
        partnership.ended_on, partnership.end_reason = clock.today(), reason
        partnership.save()
        _end_suspension(partnership, reason, actor)
        drop_open_request(partnership, reason, actor)
        partnership_ended.send(sender=Partnership, partnership=partnership, reason=reason, actor=actor)
    for side in Side:
        freed = side == Side.NORTH and partnership.north_free_since is not None
        if side in rematch and not freed:
            reopen_for_match(partnership=partnership, side=side, actor=actor, reason=reason)
    letters.send_ended(partnership, actor)
    return partnership


@transaction.atomic
def begin_closing(*, partnership: Partnership, reason: str, actor: User | None) -> Partnership:
    """From here on reports and expenses are finished and no new visit is planned. `actor` None: the days of the rules
    have come.

    Locks the partnership. Mails `partnership_closing`. Raises NotEntitled, HasInterest, Incomplete when a person gives
    no reason, MoveNotAllowed unless active.
    """
    partnership = lock_partnership(partnership)
    if actor is not None:
        require_coordinator(partnership, actor)
        reason = require_reason(reason)
    require_state(partnership.status, PartnershipStatus, PartnershipStatus.ACTIVE)
    with because(actor, reason):
        move_partnership(partnership, PartnershipStatus.CLOSING)
        partnership.save(update_fields=["status"])
    letters.send_closing(partnership, actor)
    return partnership


@transaction.atomic
def close_partnership(*, partnership: Partnership, reason: str, actor: User) -> Partnership:
    """A coordinator closes a partnership whose last day is over, once its reports and its money are settled.

    Locks the partnership; nobody submits an expense of it meanwhile. Mails `partnership_closed`, sends
    `partnership_ended`. Raises NotEntitled, HasInterest, Incomplete without a reason or with what is still open,
    DomainError before the last day is over, MoveNotAllowed unless closing.
    """
    partnership = lock_partnership(partnership)
    require_coordinator(partnership, actor)
    reason = require_reason(reason)
    require_state(partnership.status, PartnershipStatus, PartnershipStatus.CLOSING)
    if partnership.ends_on is not None and clock.today() <= partnership.ends_on:
        raise DomainError(
            _("The partnership runs until %(day)s. Close it after that day."),
            day=format_date(partnership.ends_on),
        )
    left = [line for line in open_work([partnership]) if line.bars_closing]
    if left:
        words = "; ".join(f"{line.label} ({line.count})" for line in left)
        raise Incomplete(_("Still open: %(items)s."), items=words)
    with because(actor, reason):
        move_partnership(partnership, PartnershipStatus.CLOSED)
        partnership.ended_on = partnership.ends_on
        partnership.save(update_fields=["status", "ended_on"])
        drop_open_request(partnership, reason, actor)
        partnership_ended.send(sender=Partnership, partnership=partnership, reason=reason, actor=actor)
    letters.send_closed(partnership, actor)
    return partnership


def close_what_is_due() -> int:
    """Let every active partnership whose last days have come become closing; how many. Safe to run twice."""
    rows = Partnership.objects.filter(status=PartnershipStatus.ACTIVE, ends_on__isnull=False)
    due = [row for row in rows.select_related("partner_country__programme") if closes_by(row)]
    return sum(_begin_closing_of(row) for row in due)


@transaction.atomic
def _begin_closing_of(row: Partnership) -> bool:
    """Whether it still was to become closing under its lock."""
    held = lock_partnership(row)
    if held.status != PartnershipStatus.ACTIVE or not closes_by(held):
        return False
    begin_closing(partnership=held, reason=LAST_DAYS, actor=None)
    return True


def _end_suspension(partnership: Partnership, reason: str, actor: User) -> None:
    for row in Suspension.objects.select_for_update(of=("self",)).filter(
        partnership=partnership, resumed_on__isnull=True
    ):
        row.resumed_on, row.resumed_by, row.resume_reason = clock.today(), actor, reason
        row.save()
