"""The meter read from the database, for one pair and for thirty in as many statements."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchanges.enums import AttendanceKind, ContactKind, DelegateRole, Direction, ObligationState
from exchanges.models import Contact, Session, Visit
from exchanges.obligations import Kind, Obligation, State, StepCode
from exchanges.selectors.obligations import obligations_of
from exchanges.sentences import meter_line
from exchanges.services.attendance import record_attendance
from exchanges.services.sessions import cancel_session, confirm_session
from exchanges.services.visits import add_delegate, confirm_visit, hold_visit, plan_visit
from matching.models import Partnership
from sdgpartners.core import clock
from sdgpartners.programme.enums import Side
from tests.exchanges.factories import NOON, Pairs, make_pairs, make_session, make_window
from tests.world import World


def _meter(partnership: Partnership, year: int = 2026) -> dict[Kind, Obligation]:
    return {row.kind: row for row in obligations_of([partnership], year)[partnership.pk]}


def _held(pairs: Pairs, day: datetime, kinds: dict[Side, AttendanceKind]) -> Session:
    with clock.at(day - timedelta(days=30)):
        session = confirm_session(session=make_session(pairs.world.rwanda, day), actor=None)
    with clock.at(day):
        for side, kind in kinds.items():
            record_attendance(
                session=session, partnership=pairs.gent_karongi, side=side, kind=kind, actor=None
            )
    return session


def test_attendance_counts_by_its_kind_and_side(pairs: Pairs) -> None:
    present, phone = AttendanceKind.PRESENT, AttendanceKind.BY_PHONE
    _held(pairs, datetime(2026, 2, 3, 9, tzinfo=UTC), {Side.NORTH: present, Side.SOUTH: phone})
    _held(
        pairs,
        datetime(2026, 6, 3, 9, tzinfo=UTC),
        {Side.NORTH: AttendanceKind.RECORDING, Side.SOUTH: present},
    )
    _held(
        pairs, datetime(2026, 9, 3, 9, tzinfo=UTC), {Side.NORTH: present, Side.SOUTH: AttendanceKind.FAILED}
    )
    sessions = _meter(pairs.gent_karongi)[Kind.SESSIONS]
    assert (sessions.value, sessions.minimum, sessions.north, sessions.south) == (2, 3, 3, 2)
    assert sessions.state is State.LATE
    assert _meter(pairs.leuven_nyanza)[Kind.SESSIONS].value == 0


def test_a_session_at_midnight_belongs_to_the_year_of_its_own_zone(pairs: Pairs) -> None:
    day = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)  # 00:30 on 1 January in Kigali
    with clock.at(NOON):
        session = make_session(pairs.world.rwanda, day, time_zone="Africa/Kigali")
        confirm_session(session=session, actor=None)
    with clock.at(day):
        record_attendance(
            session=session,
            partnership=pairs.gent_karongi,
            side=Side.NORTH,
            kind=AttendanceKind.PRESENT,
            actor=None,
        )
    assert _meter(pairs.gent_karongi)[Kind.SESSIONS].north == 0
    assert _meter(pairs.gent_karongi, 2027)[Kind.SESSIONS].north == 1


def test_planned_sessions_keep_it_on_its_way_until_they_are_cancelled(pairs: Pairs) -> None:
    sessions = [make_session(pairs.world.rwanda, NOON + timedelta(days=number)) for number in (10, 20, 30)]
    row = _meter(pairs.gent_karongi)[Kind.SESSIONS]
    assert (row.state, row.step.code, row.step.on) == (
        State.ON_WAY,
        StepCode.ATTEND_SESSION,
        date(2026, 12, 3),
    )
    assert _meter(pairs.mechelen_nikki)[Kind.SESSIONS].state is State.LATE
    cancel_session(session=sessions[0], reason="elections", actor=None)
    assert _meter(pairs.gent_karongi)[Kind.SESSIONS].state is State.LATE


def _visited(pairs: Pairs, direction: Direction = Direction.NORTH_TO_SOUTH) -> Visit:
    with clock.at(NOON - timedelta(days=150)):
        window = make_window(pairs.world.rwanda, direction, date(2026, 9, 1), date(2026, 9, 30))
        visit = plan_visit(
            window=window,
            partnership=pairs.gent_karongi,
            starts_on=date(2026, 9, 9),
            ends_on=date(2026, 9, 15),
            actor=None,
        )
        add_delegate(visit=visit, name="An", role=DelegateRole.OFFICIAL, actor=None)
        return confirm_visit(visit=visit, actor=None)


def test_a_visit_counts_once_somebody_says_that_it_took_place(pairs: Pairs) -> None:
    visit = _visited(pairs)
    waiting = _meter(pairs.gent_karongi)[Kind.VISIT]
    assert (waiting.value, waiting.state, waiting.step.code) == (0, State.ON_WAY, StepCode.REPORT_VISIT)
    hold_visit(visit=visit, actor=None)
    meter = _meter(pairs.gent_karongi)
    assert (meter[Kind.VISIT].value, meter[Kind.VISIT].state) == (1, State.MET)
    # The conference is on the 8th and 9th; the visit saw its second day.
    assert meter[Kind.MOMENTS].value == 1
    assert (meter[Kind.BOTH_WAYS].north, meter[Kind.BOTH_WAYS].south) == (0, 1)
    assert _meter(pairs.leuven_nyanza)[Kind.VISIT].value == 0


def test_a_window_ahead_is_a_chance_of_its_own_country(pairs: Pairs) -> None:
    make_window(pairs.world.rwanda, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 20))
    row = _meter(pairs.gent_karongi)[Kind.VISIT]
    assert (row.state, row.step.code, row.step.on) == (State.ON_WAY, StepCode.PLAN_VISIT, date(2026, 12, 1))
    assert _meter(pairs.mechelen_nikki)[Kind.VISIT].step.code is StepCode.ASK_WINDOW


def test_a_contact_of_the_year_meets_it(pairs: Pairs) -> None:
    assert _meter(pairs.gent_karongi)[Kind.CONTACT].state is State.ON_WAY
    Contact.objects.create(
        partnership=pairs.gent_karongi, side=Side.NORTH, kind=ContactKind.CALL, held_on=date(2026, 4, 1)
    )
    assert _meter(pairs.gent_karongi)[Kind.CONTACT].state is State.MET


def test_the_rules_of_the_programme_decide(pairs: Pairs) -> None:
    rules = pairs.world.rules
    rules.sessions_per_year_min, rules.visits_hosted_min, rules.visits_made_min = 0, 0, 0
    rules.save()
    meter = _meter(pairs.gent_karongi)
    assert (meter[Kind.SESSIONS].state, meter[Kind.BOTH_WAYS].state) == (State.MET, State.MET)


def test_pairs_without_dates_are_left_out(pairs: Pairs) -> None:
    Partnership.objects.filter(pk=pairs.gent_karongi.pk).update(
        starts_on=None, ends_on=None, status="preparing"
    )
    pairs.gent_karongi.refresh_from_db()
    assert obligations_of([pairs.gent_karongi], 2026) == {}
    assert obligations_of([pairs.leuven_nyanza], 2024) == {pairs.leuven_nyanza.pk: ()}


def test_each_line_has_words(pairs: Pairs) -> None:
    make_session(pairs.world.rwanda)
    lines = [meter_line(row) for row in obligations_of([pairs.gent_karongi], 2026)[pairs.gent_karongi.pk]]
    assert [line.code for line in lines] == [kind.value for kind in Kind]
    assert all(line.label and line.figure and line.next_step for line in lines)
    assert lines[0].figure == "0 of 3"
    assert lines[0].state is ObligationState.LATE
    assert lines[0].next_step == "Take part in the meeting of 7 December 2026."


@pytest.mark.parametrize("number", [1, 30])
def test_thirty_pairs_take_as_many_statements_as_one(world: World, number: int) -> None:
    rows = [*make_pairs(world.benin, number), *make_pairs(world.rwanda, number)]
    for country in (world.benin, world.rwanda):
        window = make_window(country)
        make_session(country)
        for pair in rows:
            if pair.partner_country_id == country.pk:
                plan_visit(
                    window=window,
                    partnership=pair,
                    starts_on=date(2027, 5, 9),
                    ends_on=date(2027, 5, 15),
                    actor=None,
                )
    found = list(Partnership.objects.select_related("partner_country__programme"))
    with CaptureQueriesContext(connection) as caught:
        meters = obligations_of(found, 2026)
    assert len(meters) == 2 * number
    assert len(caught) == 7
