"""A suspended partnership: nothing of its exchanges changes, nothing gets late, and the days come back."""

from datetime import date, timedelta

import pytest

from exchanges.enums import AttendanceKind, ContactKind, DelegateRole, MeetingStatus
from exchanges.models import HomeworkAnswer, Visit
from exchanges.obligations import Kind, prorated
from exchanges.selectors.homework import is_late
from exchanges.selectors.obligations import obligations_of
from exchanges.selectors.open_work import exchanges_open
from exchanges.services.attendance import record_attendance
from exchanges.services.contacts import log_contact
from exchanges.services.homework import discuss_homework, hand_in_homework
from exchanges.services.visits import (
    add_delegate,
    cancel_visit,
    change_visit,
    confirm_visit,
    hold_visit,
    plan_visit,
    remove_delegate,
    report_visit,
)
from matching.errors import StandsStill
from matching.models import Partnership
from matching.services import end_early, resume_partnership, suspend_partnership
from sdgpartners.core import clock
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.registry import reminders
from sdgpartners.programme.enums import Side
from tests.exchanges.asking import as_user, homework_url, planned_visit, visit_url
from tests.exchanges.factories import NOON, Pairs, make_confirmed, make_homework, make_session


def suspend(pairs: Pairs, partnership: Partnership) -> None:
    suspend_partnership(
        partnership=partnership, reason="Stop", hide_publicly=False, actor=pairs.world.coordinator_ralga
    )


def resume(pairs: Pairs, partnership: Partnership) -> None:
    resume_partnership(
        partnership=partnership, reason="Go", show_publicly=True, actor=pairs.world.coordinator_ralga
    )


def test_every_write_is_refused_with_words(pairs: Pairs) -> None:
    session = make_confirmed(pairs.world.rwanda, NOON + timedelta(hours=1))
    answer = pairs.answer(pairs.gent_karongi, make_homework(session))
    visit = planned_visit(pairs)
    pair, gent = pairs.gent_karongi, pairs.gent
    suspend(pairs, pair)
    day, last, window = visit.starts_on, visit.ends_on, visit.window
    steps = (
        lambda: hand_in_homework(answer=answer, text="Text", version=0, actor=gent),
        lambda: discuss_homework(answer=answer, actor=None),
        lambda: log_contact(
            partnership=pair, side=Side.NORTH, kind=ContactKind.CALL, held_on=date(2026, 11, 20), actor=gent
        ),
        lambda: plan_visit(
            window=window,
            partnership=pair,
            starts_on=day,
            ends_on=last,
            actor=gent,
        ),
        lambda: change_visit(visit=visit, starts_on=day, ends_on=last, programme_text="x", actor=gent),
        lambda: add_delegate(visit=visit, name="Ann", role=DelegateRole.OFFICIAL, actor=gent),
        lambda: remove_delegate(visit=visit, name="Ann", actor=gent),
        lambda: confirm_visit(visit=visit, actor=pairs.world.coordinator_ralga),
        lambda: hold_visit(visit=visit, actor=pairs.world.coordinator_ralga),
        lambda: report_visit(visit=visit, side=Side.NORTH, text="x", actor=gent),
        lambda: cancel_visit(visit=visit, reason="x", actor=gent),
    )
    for step in steps:
        with pytest.raises(StandsStill, match="suspended"):
            step()
    with clock.at(NOON + timedelta(hours=2)), pytest.raises(StandsStill):
        record_attendance(
            session=session, partnership=pair, side=Side.NORTH, kind=AttendanceKind.PRESENT, actor=None
        )
    # Bookings are called off by who coordinates.
    cancelled = cancel_visit(visit=visit, reason="No travel", actor=pairs.world.coordinator_ralga)
    assert cancelled.status == MeetingStatus.CANCELLED


def test_the_other_pairs_of_the_country_go_on(pairs: Pairs) -> None:
    homework = make_homework(make_session(pairs.world.rwanda))
    suspend(pairs, pairs.gent_karongi)
    hand_in_homework(
        answer=pairs.answer(pairs.leuven_nyanza, homework), text="Text", version=0, actor=pairs.leuven
    )


def test_what_was_in_time_gets_the_days_back_and_what_was_late_stays_late(pairs: Pairs) -> None:
    late = make_homework(make_session(pairs.world.rwanda, NOON + timedelta(days=1)), days=2)
    ahead = make_homework(make_session(pairs.world.rwanda, NOON + timedelta(days=2)), days=20)
    pair = pairs.gent_karongi
    with clock.at(NOON + timedelta(days=10)):
        suspend(pairs, pair)
    with clock.at(NOON + timedelta(days=100)):
        assert not is_late(pairs.answer(pair, ahead))
        assert not is_late(pairs.answer(pair, late))
        assert all(due.target.endswith(pairs.leuven_nyanza.reference) for due in _dues("homework_due"))
        resume(pairs, pair)
        answer = pairs.answer(pair, ahead)
        assert answer.due_on == ahead.due_on + timedelta(days=90)
        assert not is_late(answer)
        assert is_late(pairs.answer(pair, late))
        assert pairs.answer(pair, late).moved_to is None
        mine = [due for due in _dues("homework_due") if due.recipient == pairs.gent]
        assert {due.due_on for due in mine} == {late.due_on, answer.due_on}
    # The other pair's homework is due when it was.
    assert pairs.answer(pairs.leuven_nyanza, ahead).due_on == ahead.due_on


def test_the_days_to_report_on_a_visit_move_and_nobody_is_reminded_meanwhile(pairs: Pairs) -> None:
    visit = planned_visit(pairs)
    add_delegate(visit=visit, name="Ann", role=DelegateRole.OFFICIAL, actor=pairs.gent)
    confirm_visit(visit=visit, actor=pairs.world.coordinator_ralga)
    due_on = date(2027, 5, 15) + timedelta(days=30)
    with clock.at(NOON.replace(year=2027, month=5, day=20)):
        assert {due.due_on for due in _dues("visit_report_due")} == {due_on}
        suspend(pairs, pairs.gent_karongi)
        assert _dues("visit_report_due") == []
    with clock.at(NOON.replace(year=2027, month=7, day=1)):
        resume(pairs, pairs.gent_karongi)
        assert {due.due_on for due in _dues("visit_report_due")} == {due_on + timedelta(days=42)}
    visit.refresh_from_db()
    assert visit.starts_on == date(2027, 5, 9)


def test_the_pair_is_invited_again_to_the_sessions_to_come(pairs: Pairs) -> None:
    suspend(pairs, pairs.gent_karongi)
    make_confirmed(pairs.world.rwanda)
    invited = OutgoingMail.objects.filter(kind="session_invitation")
    assert pairs.gent.pk not in set(invited.values_list("recipient", flat=True))
    resume(pairs, pairs.gent_karongi)
    assert pairs.gent.pk in set(invited.values_list("recipient", flat=True))


def test_the_meter_does_not_count_the_days(pairs: Pairs) -> None:
    pair = pairs.gent_karongi
    before = {line.kind: line.minimum for line in obligations_of([pair], 2026)[pair.pk]}
    assert before[Kind.SESSIONS] == 3
    with clock.at(NOON.replace(month=3, day=1)):
        suspend(pairs, pair)
    with clock.at(NOON.replace(month=10, day=1)):
        meter = {line.kind: line.minimum for line in obligations_of([pair], 2026)[pair.pk]}
        assert meter[Kind.SESSIONS] == prorated(3, date(2026, 1, 1), date(2026, 12, 31), 215)
        resume(pairs, pair)
        pair.refresh_from_db()
        meter = {line.kind: line.minimum for line in obligations_of([pair], 2026)[pair.pk]}
    # 1 March to 30 September, of a year.
    assert meter[Kind.SESSIONS] == 1
    assert prorated(3, date(2026, 1, 1), date(2026, 12, 31), 365) == 0


def test_an_early_end_calls_the_visits_off(pairs: Pairs) -> None:
    visit = planned_visit(pairs)
    lines = {line.kind: line.count for line in exchanges_open([pairs.gent_karongi])}
    assert lines["visits"] == 1
    end_early(partnership=pairs.gent_karongi, reason="New council", actor=pairs.world.coordinator_ralga)
    visit.refresh_from_db()
    assert (visit.status, visit.cancel_reason) == (MeetingStatus.CANCELLED, "New council")


def test_nothing_typed_is_lost_when_it_is_suspended_meanwhile(pairs: Pairs) -> None:
    homework = make_homework(make_session(pairs.world.rwanda))
    visit, pair = planned_visit(pairs), pairs.gent_karongi
    pairs.gent.language = "en"
    pairs.gent.save()
    suspend(pairs, pair)
    browser = as_user(pairs.gent)
    page = browser.get(homework_url(homework, pair)).content.decode()
    assert "This partnership is suspended" in page
    assert "<textarea" not in page
    answer = browser.post(homework_url(homework, pair), {"text": "Two hours of work", "version": "0"})
    assert answer.status_code == 422
    assert "Two hours of work" in answer.content.decode()
    assert "nothing is changed, sent or paid" in answer.content.decode()
    assert HomeworkAnswer.objects.get(homework=homework, partnership=pair).text == ""
    page = browser.get(visit_url(visit)).content.decode()
    assert "delegates/add" not in page
    assert browser.get(visit_url(visit, "visit-edit")).status_code == 200
    typed = {"starts_on": "2027-05-09", "ends_on": "2027-05-14", "programme_text": "All that we plan"}
    answer = browser.post(visit_url(visit, "visit-edit"), typed)
    assert answer.status_code == 422
    assert "All that we plan" in answer.content.decode()
    assert Visit.objects.get(pk=visit.pk).ends_on == date(2027, 5, 15)


def _dues(kind: str) -> list:  # type: ignore[type-arg]
    return list(reminders()[kind](clock.now()))
