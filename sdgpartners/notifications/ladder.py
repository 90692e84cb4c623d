"""Which steps of a reminder's ladder are reached: plain arithmetic of days."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Reached:
    """A step (days before (-) or after the due date) that is not in the ledger; `goes_out`, or it has
    passed by."""

    step: int
    goes_out: bool


def reached_steps(
    *, due_on: date, today: date, ladder: Iterable[int], entered: Collection[int], max_age_days: int
) -> list[Reached]:
    """The steps that were reached by `today` and are not `entered` yet, earliest first.

    Only the latest step of all that were reached can go out, and only while it is at most `max_age_days`
    old; so a run that was missed is caught up with one mail instead of several, and none that is stale.
    """
    # Days are compared, not added: a date that somebody typed may lie at the end of the calendar.
    steps = [step for step in sorted(set(ladder)) if step <= (today - due_on).days]
    return [
        Reached(step, goes_out=step == steps[-1] and (today - due_on).days - step <= max_age_days)
        for step in steps
        if step not in entered
    ]
