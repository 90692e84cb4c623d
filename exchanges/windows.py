"""Periods of days: a window, the conference inside it, a visit inside it. Plain arithmetic.

Every visit of a country lies in one window with a thematic conference of a minimum of days inside
(concept note 3.6, 3.7). What breaks that is a `Problem`; what is only unwise is a `Caution`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends included."""

    starts_on: date
    ends_on: date

    @property
    def in_order(self) -> bool:
        return self.starts_on <= self.ends_on

    @property
    def length(self) -> int:
        """Days, 0 when the end lies before the start."""
        return max(0, (self.ends_on - self.starts_on).days + 1)

    def holds(self, other: "Period") -> bool:
        """Whether all days of `other` lie in this period."""
        return self.starts_on <= other.starts_on and other.ends_on <= self.ends_on

    def common(self, other: "Period") -> "Period":
        """The days of both; of length 0 where there are none."""
        return Period(max(self.starts_on, other.starts_on), min(self.ends_on, other.ends_on))

    def overlaps(self, other: "Period") -> bool:
        return self.common(other).length > 0

    def days(self) -> Iterator[date]:
        """Each day in order."""
        return (self.starts_on + timedelta(days=number) for number in range(self.length))


class Problem(StrEnum):
    """Why dates cannot be accepted."""

    OUT_OF_ORDER = "out_of_order"
    OUTSIDE_WINDOW = "outside_window"
    CONFERENCE_TOO_SHORT = "conference_too_short"
    OUTSIDE_PARTNERSHIP = "outside_partnership"


class Caution(StrEnum):
    """What people should think about before they go; it blocks nothing."""

    MISSES_CONFERENCE = "misses_conference"
    LONGER_THAN_USUAL = "longer_than_usual"
    DELEGATION_SMALL = "delegation_small"
    NO_POLITICIAN = "no_politician"


def conference_problem(window: Period, conference: Period, *, days_min: int) -> Problem | None:
    """What is wrong with a conference in `window` that lasts `days_min` days at least; None when nothing
    is.
    """
    if not conference.in_order:
        return Problem.OUT_OF_ORDER
    if not window.holds(conference):
        return Problem.OUTSIDE_WINDOW
    return Problem.CONFERENCE_TOO_SHORT if conference.length < days_min else None


def visit_problem(window: Period, visit: Period, *, partnership: Period) -> Problem | None:
    """What is wrong with the dates of a visit in `window` by a pair that runs over `partnership`."""
    if not visit.in_order:
        return Problem.OUT_OF_ORDER
    if not window.holds(visit):
        return Problem.OUTSIDE_WINDOW
    return None if partnership.holds(visit) else Problem.OUTSIDE_PARTNERSHIP


def visit_cautions(
    visit: Period,
    *,
    conference: Period | None,
    usual_days: int,
    delegates: int,
    delegates_min: int,
    politicians: int,
) -> list[Caution]:
    """What to think about, in the order of the enumeration. No delegate yet is no caution but a task."""
    found = []
    if conference is not None and not visit.holds(conference):
        found.append(Caution.MISSES_CONFERENCE)
    if visit.length > usual_days:
        found.append(Caution.LONGER_THAN_USUAL)
    if 0 < delegates < delegates_min:
        found.append(Caution.DELEGATION_SMALL)
    if delegates and not politicians:
        found.append(Caution.NO_POLITICIAN)
    return found


def spread_days(first: date, last: date, number: int) -> list[date]:
    """`number` working days spread evenly from `first` to `last`: the middle of each equal part, moved
    off weekends.

    Distinct and in order where the period has that many working days; ValueError for a negative number or a
    period that holds no working day.
    """
    period = Period(first, last)
    working = [day for day in period.days() if day.weekday() < 5]
    if number < 0 or (number and not working):
        raise ValueError("no working days to spread over")
    found: list[date] = []
    for index in range(number):
        middle = first + timedelta(days=(2 * index + 1) * period.length // (2 * number))
        found.append(min(working, key=lambda day: (abs((day - middle).days), day)))
    return found
