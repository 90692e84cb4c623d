"""The capped end of a partnership."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.dates import months_later, partnership_end

FAR = date(2100, 12, 31)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 1, 1), 24, date(2025, 12, 31)),
        (date(2024, 3, 1), 24, date(2026, 2, 28)),
        (date(2022, 3, 1), 24, date(2024, 2, 29)),
        (date(2024, 2, 29), 24, date(2026, 2, 27)),
        (date(2024, 2, 29), 48, date(2028, 2, 28)),
        (date(2024, 8, 31), 6, date(2025, 2, 27)),
        (date(2024, 12, 15), 1, date(2025, 1, 14)),
    ],
)
def test_start_plus_months_less_a_day(start: date, months: int, end: date) -> None:
    assert partnership_end(start, duration_months=months, last_days=(FAR,)) == end


def test_the_earliest_last_day_caps_the_end() -> None:
    start, days = date(2024, 4, 1), (date(2025, 12, 31), date(2026, 12, 31))
    assert partnership_end(start, duration_months=24, last_days=days) == date(2025, 12, 31)
    assert partnership_end(start, duration_months=24, last_days=days[::-1]) == date(2025, 12, 31)


def test_29_february_falls_on_the_28th_in_a_common_year() -> None:
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(1, 60))
def test_more_months_never_end_earlier_and_never_a_month_late(start: date, months: int) -> None:
    end = months_later(start, months)
    assert end < months_later(start, months + 1)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
