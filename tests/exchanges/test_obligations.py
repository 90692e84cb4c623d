"""The obligations meter as pure arithmetic: what can never happen, and a second opinion day by day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchanges.obligations import (
    DIRECTIONS,
    NORTH_TO_SOUTH,
    SOUTH_TO_NORTH,
    Facts,
    Kind,
    Minima,
    Obligation,
    State,
    StepCode,
    Travel,
    obligations,
    prorated,
)

STRICT = Minima(planning_share=0)
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
day_lists = st.lists(days, max_size=6)
travels = st.lists(st.builds(Travel, days, st.sampled_from(DIRECTIONS)), max_size=4)
minima = st.builds(
    Minima,
    sessions=st.integers(0, 4),
    moments=st.integers(0, 6),
    visits=st.integers(0, 2),
    visits_each_way=st.integers(0, 2),
    contacts=st.integers(0, 2),
    planning_share=st.sampled_from([0.0, 0.5, 1.0]),
)
ORDER = [State.LATE, State.ON_WAY, State.MET]


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    starts_on = draw(days)
    return Facts(
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=draw(st.integers(1, 800))),
        sessions_north=draw(day_lists),
        sessions_south=draw(day_lists),
        sessions_ahead=draw(day_lists),
        conference_days=draw(day_lists),
        conference_days_ahead=draw(day_lists),
        visits_held=draw(travels),
        visits_unreported=draw(travels),
        visits_ahead=draw(travels),
        windows_ahead=draw(travels),
        contacts=draw(day_lists),
    )


def _meter(known: Facts, rules: Minima, year: int, today: date) -> dict[Kind, Obligation]:
    return {row.kind: row for row in obligations(known, rules, year=year, today=today)}


def _state(known: Facts, kind: Kind, today: date, rules: Minima = STRICT, year: int = 2026) -> State:
    return _meter(known, rules, year, today)[kind].state


@given(facts(), minima, st.integers(2024, 2027), days)
def test_met_is_the_number_and_nothing_else(known: Facts, rules: Minima, year: int, today: date) -> None:
    for row in obligations(known, rules, year=year, today=today):
        if row.kind is not Kind.BOTH_WAYS:
            assert (row.state is State.MET) == (row.value >= row.minimum)
        assert (row.step.code is StepCode.NONE) == (row.state is State.MET)
        assert row.state is State.MET or row.step.number > 0


@given(facts(), minima, st.integers(2024, 2027), days)
def test_a_year_that_is_over_is_met_or_late(known: Facts, rules: Minima, year: int, today: date) -> None:
    for row in obligations(known, rules, year=year, today=today):
        if today > row.by:
            assert row.state is not State.ON_WAY


@given(facts(), minima, st.integers(2024, 2027), days, st.integers(0, 400))
def test_waiting_never_helps(known: Facts, rules: Minima, year: int, today: date, more: int) -> None:
    now = _meter(known, rules, year, today)
    later = _meter(known, rules, year, today + timedelta(days=more))
    assert all(ORDER.index(later[kind].state) <= ORDER.index(now[kind].state) for kind in now)


@given(facts(), minima, st.integers(2024, 2027), days, st.builds(Travel, days, st.sampled_from(DIRECTIONS)))
def test_doing_or_planning_more_never_harms(
    known: Facts, rules: Minima, year: int, today: date, trip: Travel
) -> None:
    before = _meter(known, rules, year, today)
    day = trip.starts_on
    for changed in (
        replace(
            known, sessions_north=[*known.sessions_north, day], sessions_south=[*known.sessions_south, day]
        ),
        replace(known, sessions_ahead=[*known.sessions_ahead, day]),
        replace(known, conference_days=[*known.conference_days, day]),
        replace(known, visits_held=[*known.visits_held, trip]),
        replace(known, visits_ahead=[*known.visits_ahead, trip]),
        replace(known, windows_ahead=[*known.windows_ahead, trip]),
        replace(known, contacts=[*known.contacts, day]),
    ):
        after = _meter(changed, rules, year, today)
        assert all(ORDER.index(after[kind].state) >= ORDER.index(before[kind].state) for kind in before)


@given(facts(), minima, st.integers(2024, 2027), days)
def test_the_two_sides_are_equal(known: Facts, rules: Minima, year: int, today: date) -> None:
    def turned(rows: Sequence[Travel]) -> list[Travel]:
        other = {NORTH_TO_SOUTH: SOUTH_TO_NORTH, SOUTH_TO_NORTH: NORTH_TO_SOUTH}
        return [Travel(row.starts_on, other[row.direction]) for row in rows]

    mirrored = replace(
        known,
        sessions_north=known.sessions_south,
        sessions_south=known.sessions_north,
        visits_held=turned(known.visits_held),
        visits_unreported=turned(known.visits_unreported),
        visits_ahead=turned(known.visits_ahead),
        windows_ahead=turned(known.windows_ahead),
    )
    one, other = _meter(known, rules, year, today), _meter(mirrored, rules, year, today)
    for kind, row in one.items():
        assert (row.value, row.state) == (other[kind].value, other[kind].state)
        assert (row.north, row.south) == (other[kind].south, other[kind].north)


@settings(max_examples=200)
@given(facts(), st.integers(2024, 2027), days)
def test_sessions_by_counting_day_by_day(known: Facts, year: int, today: date) -> None:
    """The rule to the letter: late when what is still planned in the year cannot reach the minimum."""
    rows = _meter(known, STRICT, year, today)
    running = [
        day
        for day in (date(year, 1, 1) + timedelta(days=number) for number in range(366))
        if day.year == year and known.starts_on <= day <= known.ends_on
    ]
    if not running:
        assert rows == {}
        return
    done = min(
        sum(sessions.count(day) for day in running)
        for sessions in (list(known.sessions_north), list(known.sessions_south))
    )
    coming = sum(list(known.sessions_ahead).count(day) for day in running if day >= today)
    least = prorated(3, running[0], running[-1])
    if done >= least:
        expected = State.MET
    elif today > running[-1] or done + coming < least:
        expected = State.LATE
    else:
        expected = State.ON_WAY
    assert (rows[Kind.SESSIONS].value, rows[Kind.SESSIONS].state) == (done, expected)


YEAR = Facts(starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31))


def test_a_full_year_asks_the_whole_and_a_part_its_part() -> None:
    assert [
        prorated(3, date(2026, 1, 1), date(2026, 12, 31)),
        prorated(5, date(2028, 1, 1), date(2028, 12, 31)),
    ] == [
        3,
        5,
    ]
    assert prorated(3, date(2026, 12, 1), date(2026, 12, 31)) == 0
    assert [prorated(1, date(2026, month, 1), date(2026, 12, 31)) for month in (6, 7, 8)] == [1, 1, 0]


@given(st.integers(0, 12), days, st.integers(0, 365))
def test_a_longer_part_never_asks_less(minimum: int, first: date, more: int) -> None:
    last = min(first + timedelta(days=more), date(first.year, 12, 31))
    parts = [prorated(minimum, first, first), prorated(minimum, first, last)]
    assert 0 <= parts[0] <= parts[1] <= minimum


def test_the_third_session_of_the_year_meets_it_for_both_sides_only() -> None:
    three = [date(2026, 2, 3), date(2026, 6, 3), date(2026, 10, 3)]
    north_only = replace(YEAR, sessions_north=three, sessions_south=three[:2])
    assert _state(north_only, Kind.SESSIONS, date(2026, 11, 23)) is State.LATE
    assert _state(replace(north_only, sessions_south=three), Kind.SESSIONS, date(2026, 11, 23)) is State.MET
    planned = replace(north_only, sessions_ahead=[date(2026, 12, 7)])
    assert _state(planned, Kind.SESSIONS, date(2026, 12, 7)) is State.ON_WAY
    assert _state(planned, Kind.SESSIONS, date(2026, 12, 8)) is State.LATE


def test_conference_days_are_meeting_moments() -> None:
    three = [date(2026, 2, 3), date(2026, 6, 3), date(2026, 10, 3)]
    known = replace(YEAR, sessions_north=three, sessions_south=three)
    assert _state(known, Kind.MOMENTS, date(2026, 11, 23)) is State.LATE
    days_of_conference = [date(2026, 5, 5), date(2026, 5, 6)]
    assert (
        _state(replace(known, conference_days=days_of_conference), Kind.MOMENTS, date(2026, 11, 23))
        is State.MET
    )


def test_in_the_first_half_what_nobody_planned_is_not_late_yet() -> None:
    rules = Minima()
    assert _state(YEAR, Kind.SESSIONS, date(2026, 7, 2), rules) is State.ON_WAY
    assert _state(YEAR, Kind.SESSIONS, date(2026, 7, 3), rules) is State.LATE
    assert _state(YEAR, Kind.BOTH_WAYS, date(2026, 12, 31), rules) is State.ON_WAY
    assert _state(YEAR, Kind.BOTH_WAYS, date(2027, 1, 1), rules) is State.LATE


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, StepCode.ASK_WINDOW),
        ({"windows_ahead": [Travel(date(2026, 12, 1), NORTH_TO_SOUTH)]}, StepCode.PLAN_VISIT),
        ({"visits_ahead": [Travel(date(2026, 12, 1), NORTH_TO_SOUTH)]}, StepCode.MAKE_VISIT),
        ({"visits_unreported": [Travel(date(2026, 5, 1), NORTH_TO_SOUTH)]}, StepCode.REPORT_VISIT),
        ({"visits_held": [Travel(date(2026, 5, 1), SOUTH_TO_NORTH)]}, StepCode.NONE),
    ],
)
def test_the_next_step_towards_a_visit(changed: dict[str, list[Travel]], code: StepCode) -> None:
    known = replace(YEAR, **changed)  # type: ignore[arg-type]
    assert _meter(known, STRICT, 2026, date(2026, 11, 23))[Kind.VISIT].step.code is code


def test_receiving_is_counted_for_each_side_over_the_whole_partnership() -> None:
    known = replace(YEAR, visits_held=[Travel(date(2026, 5, 1), NORTH_TO_SOUTH)])
    row = _meter(known, STRICT, 2027, date(2027, 3, 1))[Kind.BOTH_WAYS]
    assert (row.value, row.north, row.south, row.state) == (0, 0, 1, State.LATE)
    assert (row.step.code, row.step.direction, row.by) == (
        StepCode.ASK_WINDOW,
        SOUTH_TO_NORTH,
        date(2027, 12, 31),
    )


def test_contact_is_late_only_once_the_year_is_over() -> None:
    assert _state(YEAR, Kind.CONTACT, date(2026, 12, 31)) is State.ON_WAY
    assert _state(YEAR, Kind.CONTACT, date(2027, 1, 1)) is State.LATE
    assert _state(replace(YEAR, contacts=[date(2026, 3, 3)]), Kind.CONTACT, date(2027, 1, 1)) is State.MET


def test_a_year_without_the_partnership_has_no_obligations() -> None:
    assert obligations(YEAR, STRICT, year=2025, today=date(2026, 11, 23)) == ()


@given(
    minimum=st.integers(0, 12),
    pauses=st.lists(st.tuples(st.integers(0, 364), st.integers(0, 40)), max_size=5),
)
def test_days_of_a_suspension_are_never_asked_for(minimum: int, pauses: list[tuple[int, int]]) -> None:
    """More days of suspension ask for less or as much, a whole year of it for nothing, none for the whole."""
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    stretches, end = [], -1
    for begin, length in sorted(pauses):
        if begin > end:
            end = begin + length
            stretches.append((first + timedelta(days=begin), first + timedelta(days=end)))
    asked = [
        obligations(
            Facts(starts_on=first, ends_on=last, paused=stretches[:number]),
            Minima(sessions=minimum),
            year=2026,
            today=date(2026, 6, 1),
        )[0].minimum
        for number in range(len(stretches) + 1)
    ]
    assert asked[0] == minimum
    assert asked == sorted(asked, reverse=True)
    whole = Facts(starts_on=first, ends_on=last, paused=[(first, last)])
    line = obligations(whole, Minima(sessions=minimum), year=2026, today=date(2027, 1, 1))[0]
    assert (line.minimum, line.state) == (0, State.MET)
