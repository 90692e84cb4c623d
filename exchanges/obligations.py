"""The obligations meter: what the concept note asks of a pair in a calendar year, and how far it is. Pure.

Read from 3.7 and 3.9 with the note's defaults: a year is a calendar year; digital sessions and conference
days are meeting moments; one visit a year, going or receiving; each side receives its partner at least
once in the whole partnership; contact of one's own in between. What each municipality must do for itself
(sessions, meeting moments) counts as the lesser of the two sides. A year in which the partnership runs
only in part asks for that part, rounded half up; a full year asks for the whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What is asked."""

    SESSIONS = "sessions"
    MOMENTS = "moments"
    VISIT = "visit"
    BOTH_WAYS = "both_ways"
    CONTACT = "contact"


class State(StrEnum):
    """How far it is; the words are `enums.ObligationState`."""

    MET = "met"
    ON_WAY = "on_way"
    LATE = "late"


class StepCode(StrEnum):
    """What to do next. The words are in `sentences.step_in_words`."""

    NONE = "none"
    ATTEND_SESSION = "attend_session"
    PLAN_SESSIONS = "plan_sessions"
    REPORT_VISIT = "report_visit"
    MAKE_VISIT = "make_visit"
    PLAN_VISIT = "plan_visit"
    ASK_WINDOW = "ask_window"
    LOG_CONTACT = "log_contact"
    CATCH_UP = "catch_up"


NORTH_TO_SOUTH = "north_to_south"
SOUTH_TO_NORTH = "south_to_north"
DIRECTIONS = (NORTH_TO_SOUTH, SOUTH_TO_NORTH)


@dataclass(frozen=True, slots=True)
class Travel:
    """A visit, or a window in which the pair can still plan one; `starts_on` decides its year."""

    starts_on: date
    direction: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one pair on a day. `ahead` means planned for later and not cancelled.

    `sessions_*` and `conference_*` hold the days that each side took part in. `visits_unreported` ended
    without anybody saying that they took place. A window in which the pair has a visit is not in
    `windows_ahead`. `paused` are stretches of days, the last one counted, on which the partnership was suspended; they
    do not overlap and nothing is asked for them.
    """

    starts_on: date
    ends_on: date
    sessions_north: Sequence[date] = ()
    sessions_south: Sequence[date] = ()
    sessions_ahead: Sequence[date] = ()
    conference_days: Sequence[date] = ()
    conference_days_ahead: Sequence[date] = ()
    visits_held: Sequence[Travel] = ()
    visits_unreported: Sequence[Travel] = ()
    visits_ahead: Sequence[Travel] = ()
    windows_ahead: Sequence[Travel] = ()
    contacts: Sequence[date] = ()
    paused: Sequence[tuple[date, date]] = ()


@dataclass(frozen=True, slots=True)
class Minima:
    """The numbers of the programme's rules. Until `planning_share` of a period is over, what nobody has
    planned yet can still be planned, so it is on its way and not late; 0 makes everything unplanned late
    at once.
    """

    sessions: int = 3
    moments: int = 5
    visits: int = 1
    visits_each_way: int = 1
    contacts: int = 1
    planning_share: float = 0.5


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next; `on` is the date that it is about, `number` how many are missing."""

    code: StepCode
    on: date | None = None
    number: int = 0
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One line of the meter. `by` is its last day; `north` and `south` are the sides' own numbers, where they
    differ in meaning from the pair's `value`."""

    kind: Kind
    value: int
    minimum: int
    state: State
    by: date
    step: Step = field(default=Step(StepCode.NONE))
    north: int | None = None
    south: int | None = None


@dataclass(frozen=True, slots=True)
class _Span:
    """The days over which something counts."""

    first: date
    last: date
    paused: Sequence[tuple[date, date]] = ()

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last

    def count(self, days: Iterable[date]) -> int:
        return sum(1 for day in days if self.has(day))

    def elapsed(self, today: date) -> float:
        """The share that is over on the morning of `today`, 0 to 1."""
        length = self.working(self.last)
        if not length:
            return 0.0
        return min(max(self.working(today - timedelta(days=1)) / length, 0.0), 1.0)

    def working(self, last: date) -> int:
        """The days from the first to `last` on which the partnership was not suspended."""
        days = (min(last, self.last) - self.first).days + 1
        return max(days - self.stopped(min(last, self.last)), 0)

    def stopped(self, last: date) -> int:
        """The days from the first to `last` on which it was."""
        pairs = [(max(begin, self.first), min(end, last)) for begin, end in self.paused]
        return sum((end - begin).days + 1 for begin, end in pairs if begin <= end)


@dataclass(frozen=True, slots=True)
class _Meter:
    """A span, seen on a day."""

    span: _Span
    today: date
    planning_share: float

    @property
    def past(self) -> bool:
        return self.today > self.span.last

    def state(self, value: int, ahead: int, minimum: int) -> State:
        """`ahead` is what is planned and can still come in time."""
        if value >= minimum:
            return State.MET
        if self.past:
            return State.LATE
        if value + ahead >= minimum or self.span.elapsed(self.today) < self.planning_share:
            return State.ON_WAY
        return State.LATE

    def coming(self, days: Iterable[date]) -> list[date]:
        """Those of the span that are not over, in order."""
        return sorted(day for day in days if self.span.has(day) and day >= self.today)


def obligations(facts: Facts, minima: Minima, *, year: int, today: date) -> tuple[Obligation, ...]:
    """The meter of a pair for a calendar year as it stands on `today`, one line a kind in the order of
    `Kind`.

    Empty for a year in which the partnership does not run.
    """
    first, last = max(facts.starts_on, date(year, 1, 1)), min(facts.ends_on, date(year, 12, 31))
    span = _Span(first, last, facts.paused)
    if span.first > span.last:
        return ()
    meter = _Meter(span, today, minima.planning_share)
    return (
        _sessions(facts, minima, meter),
        _moments(facts, minima, meter),
        _visit(facts, minima, meter),
        _both_ways(facts, minima, today),
        _contact(facts, minima, meter),
    )


def prorated(minimum: int, first: date, last: date, paused: int = 0) -> int:
    """`minimum` a year for the days from `first` to `last` of one calendar year, less `paused`, rounded half up."""
    year_days = (date(first.year, 12, 31) - date(first.year, 1, 1)).days + 1
    days = (last - first).days + 1 - paused
    return (2 * minimum * days + year_days) // (2 * year_days)


def _asked(minimum: int, span: _Span) -> int:
    return prorated(minimum, span.first, span.last, span.stopped(span.last))


def _sessions(facts: Facts, minima: Minima, meter: _Meter) -> Obligation:
    span = meter.span
    minimum = _asked(minima.sessions, span)
    north, south = span.count(facts.sessions_north), span.count(facts.sessions_south)
    return _meetings(Kind.SESSIONS, minimum, (north, south), meter, facts.sessions_ahead)


def _moments(facts: Facts, minima: Minima, meter: _Meter) -> Obligation:
    span = meter.span
    minimum = _asked(minima.moments, span)
    shared = span.count(facts.conference_days)
    north = span.count(facts.sessions_north) + shared
    south = span.count(facts.sessions_south) + shared
    ahead = [*facts.sessions_ahead, *facts.conference_days_ahead]
    return _meetings(Kind.MOMENTS, minimum, (north, south), meter, ahead)


def _meetings(
    kind: Kind, minimum: int, sides: tuple[int, int], meter: _Meter, ahead: Iterable[date]
) -> Obligation:
    """The pair has what its lesser side has."""
    value, coming = min(sides), meter.coming(ahead)
    state = meter.state(value, len(coming), minimum)
    step = _meeting_step(state, coming, missing=minimum - value, past=meter.past)
    return Obligation(kind, value, minimum, state, meter.span.last, step, *sides)


def _meeting_step(state: State, coming: Sequence[date], *, missing: int, past: bool) -> Step:
    if state is State.MET:
        return Step(StepCode.NONE)
    if past:
        return Step(StepCode.CATCH_UP, number=missing)
    if coming:
        return Step(StepCode.ATTEND_SESSION, on=coming[0], number=missing)
    return Step(StepCode.PLAN_SESSIONS, number=missing)


def _visit(facts: Facts, minima: Minima, meter: _Meter) -> Obligation:
    span = meter.span
    minimum = _asked(minima.visits, span)
    value = span.count(row.starts_on for row in facts.visits_held)
    state = meter.state(value, span.count(row.starts_on for row in _planned(facts)), minimum)
    step = _visit_step(state, facts, meter, DIRECTIONS, missing=minimum - value)
    return Obligation(Kind.VISIT, value, minimum, state, span.last, step)


def _both_ways(facts: Facts, minima: Minima, today: date) -> Obligation:
    """Over the whole partnership. A side receives when the other travels: `north` is what north received."""
    span = _Span(facts.starts_on, facts.ends_on, facts.paused)
    meter = _Meter(span, today, minima.planning_share)
    minimum = minima.visits_each_way
    held = {way: _count_way(facts.visits_held, way, span) for way in DIRECTIONS}
    states = {
        way: meter.state(held[way], _count_way(_planned(facts), way, span), minimum) for way in DIRECTIONS
    }
    worst = max(states.values(), key=list(State).index)
    lacking = [way for way in DIRECTIONS if states[way] is worst]
    step = _visit_step(worst, facts, meter, lacking, missing=minimum - held[lacking[0]])
    received = held[SOUTH_TO_NORTH], held[NORTH_TO_SOUTH]
    return Obligation(Kind.BOTH_WAYS, min(received), minimum, worst, span.last, step, *received)


def _planned(facts: Facts) -> list[Travel]:
    return [*facts.visits_unreported, *facts.visits_ahead, *facts.windows_ahead]


def _count_way(rows: Iterable[Travel], way: str, span: _Span) -> int:
    return span.count(row.starts_on for row in rows if row.direction == way)


def _visit_step(state: State, facts: Facts, meter: _Meter, ways: Sequence[str], *, missing: int) -> Step:
    """The step nearest to a visit that counts: say that it took place, make it, plan it, or ask for a
    window.
    """
    if state is State.MET:
        return Step(StepCode.NONE)
    for code, rows in (
        (StepCode.REPORT_VISIT, facts.visits_unreported),
        (StepCode.MAKE_VISIT, facts.visits_ahead),
        (StepCode.PLAN_VISIT, facts.windows_ahead),
    ):
        fitting = [row for row in rows if row.direction in ways and meter.span.has(row.starts_on)]
        if fitting:
            nearest = min(fitting, key=lambda row: (row.starts_on, row.direction))
            return Step(code, on=nearest.starts_on, number=missing, direction=nearest.direction)
    direction = ways[0] if len(ways) == 1 else ""
    code = StepCode.CATCH_UP if meter.past else StepCode.ASK_WINDOW
    return Step(code, number=missing, direction=direction)


def _contact(facts: Facts, minima: Minima, meter: _Meter) -> Obligation:
    """Every day that is left is a chance, so that this is late only once the year is over."""
    span = meter.span
    minimum = _asked(minima.contacts, span)
    value = span.count(facts.contacts)
    missing = max(minimum - value, 0)
    state = meter.state(value, missing, minimum)
    if state is State.MET:
        return Obligation(Kind.CONTACT, value, minimum, state, span.last)
    step = Step(StepCode.CATCH_UP if meter.past else StepCode.LOG_CONTACT, number=missing)
    return Obligation(Kind.CONTACT, value, minimum, state, span.last, step)
