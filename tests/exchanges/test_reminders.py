"""Reminders through the registry: what is open reaches the right people, what is done is quiet."""

from datetime import UTC, date, datetime, timedelta

from exchanges.enums import DelegateRole
from exchanges.services.homework import hand_in_homework
from exchanges.services.sessions import cancel_session
from exchanges.services.visits import add_delegate, confirm_visit, plan_visit, report_visit
from matching.enums import PartnershipStatus
from sdgpartners.core import clock
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.registry import Due, reminders
from sdgpartners.notifications.services import send_due
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.exchanges.factories import NOON, Pairs, make_confirmed, make_homework, make_session, make_window


def _dues(kind: str) -> list[Due]:
    return list(reminders()[kind](clock.now()))


def _who(dues: list[Due]) -> set[User]:
    return {due.recipient for due in dues}


def test_homework_reminds_both_municipalities_until_it_is_handed_in(pairs: Pairs) -> None:
    homework = make_homework(make_session(pairs.world.rwanda))
    dues = _dues("homework_due")
    assert _who(dues) == {pairs.gent, pairs.karongi, pairs.leuven, pairs.nyanza}
    gent = next(due for due in dues if due.recipient == pairs.gent)
    assert gent.target == f"{homework.reference}/{pairs.gent_karongi.reference}"
    assert gent.due_on == homework.due_on
    assert gent.link == f"/exchanges/homework/{homework.reference}/{pairs.gent_karongi.reference}/"
    hand_in_homework(
        answer=pairs.answer(pairs.gent_karongi, homework), text="Text", version=0, actor=pairs.karongi
    )
    assert _who(_dues("homework_due")) == {pairs.leuven, pairs.nyanza}
    pairs.leuven_nyanza.status = PartnershipStatus.SUSPENDED
    pairs.leuven_nyanza.save()
    assert _dues("homework_due") == []


def test_a_confirmed_session_reminds_until_it_begins(pairs: Pairs) -> None:
    session = make_confirmed(pairs.world.rwanda, datetime(2026, 12, 7, 23, 30, tzinfo=UTC))
    make_session(pairs.world.rwanda)
    dues = _dues("session_coming")
    assert _who(dues) == {pairs.gent, pairs.karongi, pairs.leuven, pairs.nyanza}
    assert {due.due_on for due in dues} == {date(2026, 12, 8)}  # the day in Brussels
    with clock.at(session.starts_at):
        assert _dues("session_coming") == []
    cancel_session(session=session, reason="no", actor=None)
    assert _dues("session_coming") == []


def test_a_visit_reminds_the_side_that_has_not_reported(pairs: Pairs) -> None:
    visit = plan_visit(
        window=make_window(pairs.world.rwanda),
        partnership=pairs.gent_karongi,
        starts_on=date(2027, 5, 9),
        ends_on=date(2027, 5, 15),
        actor=None,
    )
    add_delegate(visit=visit, name="An", role=DelegateRole.OFFICIAL, actor=None)
    confirm_visit(visit=visit, actor=None)
    assert _dues("visit_report_due") == []
    with clock.at(datetime(2027, 5, 16, 9, tzinfo=UTC)):
        dues = _dues("visit_report_due")
        assert _who(dues) == {pairs.gent, pairs.karongi}
        assert {due.due_on for due in dues} == {date(2027, 6, 14)}
        report_visit(visit=visit, side=Side.NORTH, text="Text", actor=pairs.gent)
        assert _who(_dues("visit_report_due")) == {pairs.karongi}
        report_visit(visit=visit, side=Side.SOUTH, text="Text", actor=pairs.karongi)
        assert _dues("visit_report_due") == []


def test_the_ladder_writes_mail_in_the_readers_language_and_zone(pairs: Pairs) -> None:
    session = make_confirmed(pairs.world.rwanda)
    make_homework(session, days=1)
    OutgoingMail.objects.all().delete()
    with clock.at(NOON + timedelta(days=1)):
        send_due()
    mails = OutgoingMail.objects.filter(recipient=pairs.karongi)
    assert sorted(mail.kind for mail in mails) == ["homework_due", "session_coming"]
    coming = mails.get(kind="session_coming")
    assert "Monday 7 December 2026, 13:00 (Kigali) · 12:00 (Brussels)" in coming.body_text
    homework = mails.get(kind="homework_due")
    assert "8 December 2026" in homework.subject
    assert f"/{pairs.gent_karongi.reference}/" in homework.body_text
    with clock.at(NOON + timedelta(days=1)):
        assert send_due() == []
