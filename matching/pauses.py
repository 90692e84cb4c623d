"""Days on which a partnership stood still. Pure calendar arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Pause:
    """From `first` up to but not including `until`, the day on which it went on (concept note's default: inner
    deadlines move by these days, the end never passes its cap)."""

    first: date
    until: date

    @property
    def days(self) -> int:
        return max((self.until - self.first).days, 0)


def paused_days(pauses: Iterable[Pause], first: date, last: date) -> int:
    """How many days from `first` to `last`, both counted, lie in pauses that do not overlap each other."""
    ends = last + timedelta(days=1)
    return sum(max((min(one.until, ends) - max(one.first, first)).days, 0) for one in pauses)


def moved_end(ends_on: date, days: int, cap: date) -> date:
    """The last day after a pause of `days`: later by as many, never past `cap`, never earlier than before."""
    return max(min(ends_on + timedelta(days=days), cap), ends_on)
