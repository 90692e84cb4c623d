"""Another last day: one side asks, the other agrees, a coordinator decides; never past the cap."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matching.enums import PartnershipStatus
from matching.models import EndChange, Partnership
from matching.selectors.course import cap_of, other_side
from matching.services import letters_course as letters
from matching.services.course import (
    require_coordinator,
    require_editor,
    require_reason,
)
from matching.services.moving import lock_partnership, move_partnership, require_state
from matching.signals import partnership_end_moved
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.core.errors import DomainError, Incomplete, LimitExceeded, SamePerson
from sdgpartners.core.history import because
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.selectors import rules_on

OPEN = (PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING)
NOTHING_ASKED = _("Nobody asks for another last day any more.")


@transaction.atomic
def ask_for_end(
    *, partnership: Partnership, side: Side, ends_on: date, reason: str, actor: User
) -> EndChange:
    """An editor or signatory of one side asks for another last day, later or earlier, and so agrees for their side.

    Locks the partnership. Mails `end_change_asked` to the other side. Raises NotEntitled, Incomplete without a reason,
    LimitExceeded outside tomorrow and the cap, DomainError for the same day or while another request waits,
    MoveNotAllowed unless active or closing.
    """
    partnership = lock_partnership(partnership)
    require_state(partnership.status, PartnershipStatus, *OPEN)
    require_editor(partnership, side, actor)
    reason = require_reason(reason)
    before = _require_day(partnership, ends_on)
    if ends_on == before:
        raise DomainError(_("This is the last day already."))
    if EndChange.objects.filter(partnership=partnership, decided_at__isnull=True).exists():
        raise DomainError(_("A request for another last day waits for an answer already."))
    with because(actor, reason):
        change = EndChange.objects.create(
            partnership=partnership,
            ends_on=ends_on,
            ended_before=before,
            reason=reason,
            asked_by=actor,
            **{f"agreed_{side.value}_at": clock.now(), f"agreed_{side.value}_by": actor},
        )
    letters.send_end_asked(change, side, actor)
    return change


@transaction.atomic
def agree_to_end(*, partnership: Partnership, side: Side, actor: User, seen: int | None = None) -> EndChange:
    """The other side agrees; now a coordinator decides. Locks the partnership, then the request.

    `seen` is the key of the request that stood on the page; None where no page was read. Mails `end_change_agreed` to
    the coordinators. Raises NotEntitled, SamePerson for who agreed for the other side, LimitExceeded when the day no
    longer fits, DomainError when nothing or another request waits, when the last day has moved past the one that is
    asked for, or when this side agreed; MoveNotAllowed.
    """
    partnership = lock_partnership(partnership)
    require_state(partnership.status, PartnershipStatus, *OPEN)
    require_editor(partnership, side, actor)
    change = _lock_open(partnership, seen)
    if getattr(change, f"agreed_{side.value}_at") is not None:
        raise DomainError(_("Your side has agreed already."))
    if actor.pk == getattr(change, f"agreed_{other_side(side).value}_by_id"):
        raise SamePerson
    _require_still_wanted(change, _require_day(partnership, change.ends_on))
    with because(actor):
        setattr(change, f"agreed_{side.value}_at", clock.now())
        setattr(change, f"agreed_{side.value}_by", actor)
        change.save()
    letters.send_end_agreed(change, actor)
    return change


@transaction.atomic
def withdraw_end(
    *, partnership: Partnership, side: Side, reason: str, actor: User, seen: int | None = None
) -> EndChange:
    """One side takes its request back, or does not agree to the other's: the last day stays. Locks the partnership.

    `seen` as in `agree_to_end`. Mails `end_change_decided`. Raises NotEntitled, Incomplete without a reason,
    DomainError when nothing or another request waits, MoveNotAllowed.
    """
    partnership = lock_partnership(partnership)
    require_state(partnership.status, PartnershipStatus, *OPEN)
    require_editor(partnership, side, actor)
    change = _lock_open(partnership, seen)
    return _decide(change, granted=False, reason=require_reason(reason), actor=actor)


@transaction.atomic
def decide_end(
    *, partnership: Partnership, granted: bool, reason: str, actor: User, seen: int | None = None
) -> EndChange:
    """A coordinator grants or refuses, with the reason; granted only once both sides agree and inside the cap.

    A closing partnership that gets more time than closing takes is active again. `seen` as in `agree_to_end`. Locks the
    partnership, then the request. Mails `end_change_decided` to both sides, sends `partnership_end_moved`. Raises
    NotEntitled, HasInterest, Incomplete without a reason or while a side has not agreed, LimitExceeded, DomainError as
    `agree_to_end`, MoveNotAllowed.
    """
    partnership = lock_partnership(partnership)
    require_coordinator(partnership, actor)
    require_state(partnership.status, PartnershipStatus, *OPEN)
    change, reason = _lock_open(partnership, seen), require_reason(reason)
    if granted:
        if change.agreed_north_at is None or change.agreed_south_at is None:
            raise Incomplete(_("Both municipalities agree first."))
        before = _require_day(partnership, change.ends_on)
        _require_still_wanted(change, before)
        with because(actor, reason):
            # A suspension may have moved it since it was asked.
            change.ended_before, partnership.ends_on = before, change.ends_on
            if partnership.status == PartnershipStatus.CLOSING and not closes_by(partnership):
                move_partnership(partnership, PartnershipStatus.ACTIVE)
            partnership.save(update_fields=["status", "ends_on"])
            partnership_end_moved.send(
                sender=Partnership, partnership=partnership, before=before, actor=actor
            )
    return _decide(change, granted=granted, reason=reason, actor=actor)


def closes_by(partnership: Partnership) -> bool:
    """Whether its last days of closing have come, by the rules of today."""
    if partnership.ends_on is None:
        return False
    days = rules_on(partnership.partner_country.programme).closing_days
    return clock.today() >= partnership.ends_on - timedelta(days=days)


def drop_open_request(partnership: Partnership, reason: str, actor: User | None) -> None:
    """The partnership has ended: nothing is left to decide. The caller holds its lock and mails."""
    with because(actor, reason):
        for change in EndChange.objects.select_for_update(of=("self",)).filter(
            partnership=partnership, decided_at__isnull=True
        ):
            change.decided_at, change.decided_by = clock.now(), actor
            change.granted, change.decision_reason = False, reason
            change.save()


def _decide(change: EndChange, *, granted: bool, reason: str, actor: User) -> EndChange:
    with because(actor, reason):
        change.decided_at, change.decided_by = clock.now(), actor
        change.granted, change.decision_reason = granted, reason
        change.save()
    letters.send_end_decided(change, actor)
    return change


def _lock_open(partnership: Partnership, seen: int | None) -> EndChange:
    rows = EndChange.objects.select_for_update(of=("self",))
    change = rows.filter(partnership=partnership, decided_at__isnull=True).first()
    if change is None:
        raise DomainError(NOTHING_ASKED)
    if seen is not None and seen != change.pk:
        raise DomainError(_("The request has changed since you opened this page. Read it again."))
    # The locked row, with what it has loaded.
    change.partnership = partnership
    return change


def _require_still_wanted(change: EndChange, ends_on: date) -> None:
    """A later day was asked for, and a suspension has moved the last day as far or further since: granting it would
    take days away."""
    if change.ended_before < change.ends_on <= ends_on:
        raise DomainError(
            _(
                "The last day has moved to %(day)s since this was asked, so this request gives no more time. Take "
                "it back or refuse it."
            ),
            day=format_date(ends_on),
        )


def _require_day(partnership: Partnership, ends_on: date) -> date:
    """The new last day lies after today and the first day, and not after the cap, as all of them are now.
    Gives the last day that holds until then."""
    cap = cap_of(partnership)
    if cap is None or partnership.starts_on is None or partnership.ends_on is None:
        raise DomainError(_("This partnership has no dates yet."))
    first = max(clock.today(), partnership.starts_on) + timedelta(days=1)
    if not first <= ends_on <= cap:
        raise LimitExceeded(
            _("The last day lies between %(first)s and %(last)s."),
            first=format_date(first),
            last=format_date(cap),
        )
    return partnership.ends_on
