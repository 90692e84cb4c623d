"""The ladder of reminders: plain days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdgpartners.notifications.ladder import reached_steps

DUE = date(2026, 12, 1)
LADDER = [-14, -3, 0, 3, 7]


def _reached(
    offset: int, entered: set[int] | None = None, ladder: list[int] = LADDER
) -> list[tuple[int, bool]]:
    found = reached_steps(
        due_on=DUE,
        today=DUE + timedelta(days=offset),
        ladder=ladder,
        entered=entered or set(),
        max_age_days=7,
    )
    return [(row.step, row.goes_out) for row in found]


@pytest.mark.parametrize(
    ("offset", "entered", "expected"),
    [
        (-15, set(), []),
        (-14, set(), [(-14, True)]),
        (-14, {-14}, []),
        # A missed run catches up for seven days, not longer.
        (-7, set(), [(-14, True)]),
        (-6, set(), [(-14, False)]),
        (-4, {-14}, []),
        # Only the latest goes out, however many were missed.
        (-3, set(), [(-14, False), (-3, True)]),
        (5, {-14}, [(-3, False), (0, False), (3, True)]),
        (14, {-14, -3, 0, 3}, [(7, True)]),
        (15, {-14, -3, 0, 3}, [(7, False)]),
        (400, set(), [(-14, False), (-3, False), (0, False), (3, False), (7, False)]),
        # A step that was added to the ladder behind one that went out already has passed.
        (1, {-14, 0}, [(-3, False)]),
    ],
)
def test_steps_of_a_day(offset: int, entered: set[int], expected: list[tuple[int, bool]]) -> None:
    assert _reached(offset, entered) == expected


def test_a_ladder_in_any_order_with_repetitions_is_the_same() -> None:
    assert _reached(0, ladder=[0, -3, 0, -14]) == _reached(0, ladder=[-14, -3, 0])


def test_an_empty_ladder_reminds_of_nothing() -> None:
    assert _reached(0, ladder=[]) == []


@given(st.lists(st.integers(-30, 30), max_size=6), st.lists(st.integers(-40, 60), min_size=1, max_size=20))
def test_walking_day_by_day_enters_each_step_once_and_sends_at_most_one_a_day(
    ladder: list[int], offsets: list[int]
) -> None:
    entered: set[int] = set()
    for offset in sorted(offsets):
        found = _reached(offset, entered, ladder)
        assert sum(goes_out for _step, goes_out in found) <= 1
        assert not {step for step, _goes_out in found} & entered
        entered |= {step for step, _goes_out in found}
    assert entered == {step for step in ladder if step <= max(offsets)}
