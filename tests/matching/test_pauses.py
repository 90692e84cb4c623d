"""Days on which a partnership stood still, as pure arithmetic."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from matching.pauses import Pause, moved_end, paused_days

days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
lengths = st.integers(0, 400)


@given(first=days, length=lengths, begin=days, stretch=lengths)
def test_days_are_counted_as_one_would_on_a_calendar(
    first: date, length: int, begin: date, stretch: int
) -> None:
    last = first + timedelta(days=length)
    pause = Pause(begin, begin + timedelta(days=stretch))
    calendar = [begin + timedelta(days=step) for step in range(stretch)]
    assert paused_days([pause], first, last) == sum(first <= day <= last for day in calendar)
    assert pause.days == stretch


def test_a_pause_of_no_day_counts_nothing() -> None:
    day = date(2026, 5, 1)
    assert paused_days([Pause(day, day)], day, day) == 0


@given(ends_on=days, length=lengths, cap=days)
def test_the_end_moves_along_never_past_its_cap_and_never_back(ends_on: date, length: int, cap: date) -> None:
    moved = moved_end(ends_on, length, cap)
    assert ends_on <= moved <= max(ends_on, cap)
    if ends_on + timedelta(days=length) <= cap:
        assert moved == ends_on + timedelta(days=length)
