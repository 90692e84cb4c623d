"""Periods of days: what holds, what overlaps, what is too short. Without a database."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges.windows import (
    Caution,
    Period,
    Problem,
    conference_problem,
    spread_days,
    visit_cautions,
    visit_problem,
)

days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
periods = st.builds(Period, days, days)
WINDOW = Period(date(2027, 5, 3), date(2027, 5, 30))


def _days(period: Period) -> set[date]:
    return set(period.days())


@given(periods, periods)
def test_periods_are_sets_of_days(one: Period, other: Period) -> None:
    assert one.length == len(_days(one))
    assert one.overlaps(other) == bool(_days(one) & _days(other))
    assert _days(one.common(other)) == _days(one) & _days(other)
    if one.in_order and other.in_order:
        assert one.holds(other) == (_days(other) <= _days(one))


@given(periods, st.integers(1, 10))
def test_a_conference_without_problem_is_inside_and_long_enough(conference: Period, least: int) -> None:
    fine = conference.in_order and _days(conference) <= _days(WINDOW) and conference.length >= least
    assert (conference_problem(WINDOW, conference, days_min=least) is None) == fine


@given(periods, periods)
def test_a_visit_without_problem_is_inside_window_and_partnership(visit: Period, partnership: Period) -> None:
    inside = _days(visit) <= _days(WINDOW) & _days(partnership)
    assert (visit_problem(WINDOW, visit, partnership=partnership) is None) == (visit.in_order and inside)


def test_a_conference_of_one_day_is_too_short() -> None:
    one_day = Period(date(2027, 5, 10), date(2027, 5, 10))
    assert conference_problem(WINDOW, one_day, days_min=2) is Problem.CONFERENCE_TOO_SHORT


def test_cautions_name_what_to_think_about() -> None:
    visit = Period(date(2027, 5, 3), date(2027, 5, 10))
    conference = Period(date(2027, 5, 10), date(2027, 5, 11))
    usual = {"usual_days": 7, "delegates_min": 2}
    assert visit_cautions(visit, conference=conference, delegates=1, politicians=0, **usual) == list(Caution)
    week = Period(date(2027, 5, 10), date(2027, 5, 16))
    assert visit_cautions(week, conference=conference, delegates=3, politicians=1, **usual) == []
    # Nobody named yet is a task on the page and not a caution about the delegation.
    assert visit_cautions(week, conference=None, delegates=0, politicians=0, **usual) == []


@given(days, st.integers(40, 900), st.integers(1, 6))
def test_sessions_spread_over_working_days_in_order_with_even_gaps(
    first: date, span: int, number: int
) -> None:
    last = first + timedelta(days=span)
    found = spread_days(first, last, number)
    assert len(found) == number
    assert all(first <= day <= last and day.weekday() < 5 for day in found)
    assert found == sorted(set(found))
    part = (span + 1) / number
    gaps = [(later - earlier).days for earlier, later in pairwise(found)]
    assert all(abs(gap - part) <= 3 for gap in gaps)


def test_no_working_day_is_no_spread() -> None:
    saturday, sunday = date(2026, 11, 28), date(2026, 11, 29)
    assert spread_days(saturday, sunday, 0) == []
    with pytest.raises(ValueError, match="no working days"):
        spread_days(saturday, sunday, 1)
    with pytest.raises(ValueError, match="no working days"):
        spread_days(saturday, sunday + timedelta(days=5), -1)
