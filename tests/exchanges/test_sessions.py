"""Sessions: planned, confirmed with invitations that calendars understand, moved, held, cancelled."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from icalendar import Calendar

from exchanges.enums import AttendanceKind, MeetingStatus
from exchanges.errors import CountrySuspended, NotYet, OutsidePeriod
from exchanges.models import Session
from exchanges.selectors.sessions import attendance_lines, past, sessions_visible_to, upcoming
from exchanges.services.attendance import Mark, record_attendance, record_marks
from exchanges.services.sessions import (
    cancel_session,
    change_session,
    confirm_session,
    hold_session,
    move_session,
    plan_series,
    plan_session,
    report_session,
)
from exchanges.texts import Texts
from matching.enums import PartnershipStatus
from matching.models import TeamMember
from matching.signals import partnership_activated
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import Membership
from sdgpartners.programme.enums import Side
from tests.exchanges.factories import (
    NOON,
    Pairs,
    make_confirmed,
    make_partnership,
    make_session,
    texts,
)
from tests.factories import UserFactory, make_editor
from tests.world import World


def _event(mail: OutgoingMail) -> tuple[str, Any]:
    """The method and the one event of a mail's calendar file."""
    calendar = Calendar.from_ical(mail.calendar)
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def _mails(session: Session, kind: str = "session_invitation") -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind=kind, target=session.reference).order_by("pk"))


def test_planning_tells_nobody(pairs: Pairs) -> None:
    session = make_session(pairs.world.rwanda)
    assert (session.status, session.reference, session.sequence) == (
        MeetingStatus.PLANNED,
        "SES-2026-0001",
        0,
    )
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize(
    ("starts_at", "titles", "error"),
    [
        (NOON, texts("Session"), OutsidePeriod),
        (datetime(2031, 1, 1, 10, tzinfo=UTC), texts("Session"), OutsidePeriod),
        (NOON + timedelta(days=1), Texts("Session", " ", "Sessie"), Incomplete),
    ],
)
def test_a_session_needs_words_and_a_moment_to_come(
    world: World, starts_at: datetime, titles: Texts, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        plan_session(partner_country=world.rwanda, titles=titles, starts_at=starts_at, actor=None)
    assert Session.objects.count() == 0


def test_a_suspended_country_plans_and_confirms_nothing(pairs: Pairs) -> None:
    session = make_session(pairs.world.rwanda)
    country = pairs.world.rwanda
    country.suspended_since, country.suspension_reason = date(2026, 11, 1), "ties cut"
    country.save()
    with pytest.raises(CountrySuspended):
        make_session(country)
    with pytest.raises(CountrySuspended):
        confirm_session(session=session, actor=None)


def test_a_series_is_as_long_as_the_rules_ask_and_evenly_spread(world: World) -> None:
    made = plan_series(partner_country=world.rwanda, year=2027, titles=texts("Session"), actor=None)
    days = [session.day for session in made]
    assert len(days) == world.rules.sessions_per_year_min == 3
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    assert all(abs(gap - 365 / 3) <= 3 for gap in gaps)
    assert all(day.weekday() < 5 and day.year == 2027 for day in days)
    assert [session.title_nl for session in made] == [f"Session (nl) 2027/{n}" for n in (1, 2, 3)]
    assert [session.starts_at.astimezone(UTC).hour for session in made] == [9, 8, 9]  # 10:00 in Brussels


def test_a_second_series_plans_only_what_is_missing(world: World) -> None:
    first = plan_series(partner_country=world.rwanda, year=2027, titles=texts("Session"), actor=None)
    assert plan_series(partner_country=world.rwanda, year=2027, titles=texts("Session"), actor=None) == []
    cancel_session(session=first[0], reason="elections", actor=None)
    again = plan_series(partner_country=world.rwanda, year=2027, titles=texts("Session"), actor=None)
    assert len(again) == 1
    with pytest.raises(OutsidePeriod):
        plan_series(partner_country=world.rwanda, year=2025, titles=texts("Session"), actor=None)


def test_confirming_invites_each_person_of_the_country_once(pairs: Pairs) -> None:
    world = pairs.world
    both = make_editor(world.gent, email="both@example.org")
    Membership.objects.create(user=both, municipality=world.gent, role="signatory")
    outsider = UserFactory(email="team@example.org", language="fr", time_zone="Africa/Kigali")
    side = pairs.gent_karongi.sides.get(side=Side.SOUTH)
    TeamMember.objects.create(side=side, user=outsider, name="Team", role="contact", kind="official")
    left = UserFactory(email="left@example.org")
    TeamMember.objects.create(
        side=side, user=left, name="Left", role="contact", kind="official", left_on=date(2026, 6, 1)
    )
    closed = make_editor(world.karongi, email="closed@example.org", is_active=False)
    facilitator = UserFactory(email="facilitator@example.org")
    session = make_session(world.rwanda, facilitator=facilitator)

    confirm_session(session=session, actor=world.coordinator_ralga)

    invited = {pairs.gent, pairs.karongi, pairs.leuven, pairs.nyanza, both, outsider, facilitator}
    mails = _mails(session)
    assert sorted(mail.to for mail in mails) == sorted(user.email for user in invited)
    assert closed.email not in {mail.to for mail in mails}
    for mail in mails:
        method, event = _event(mail)
        assert method == "REQUEST"
        assert str(event["ATTENDEE"]) == f"mailto:{mail.to}"
        assert (str(event["UID"]), event["SEQUENCE"]) == (f"{session.reference}@sdg-partners", 0)
        assert event.decoded("dtstart") == session.starts_at
        assert event.decoded("dtend") == session.starts_at + timedelta(hours=3)
    french = next(mail for mail in mails if mail.to == outsider.email)
    assert "Session (fr)" in french.subject
    assert "(Kigali)" in french.subject


def test_partnerships_that_do_not_run_that_day_are_not_invited(world: World) -> None:
    gent, karongi = make_editor(world.gent), make_editor(world.karongi)
    make_partnership(world.rwanda, world.gent, world.karongi, ends_on=date(2026, 12, 1))
    suspended = make_partnership(world.rwanda, world.leuven, world.nyanza, status=PartnershipStatus.SUSPENDED)
    make_editor(world.leuven)
    session = make_confirmed(world.rwanda, datetime(2026, 12, 7, 9, 0, tzinfo=UTC))
    assert _mails(session) == []
    earlier = make_confirmed(world.rwanda, datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    assert {mail.to for mail in _mails(earlier)} == {gent.email, karongi.email}
    assert suspended.status == PartnershipStatus.SUSPENDED


def test_moving_a_confirmed_session_updates_the_same_event(pairs: Pairs) -> None:
    session = make_confirmed(pairs.world.rwanda)
    moved = move_session(
        session=session,
        starts_at=NOON + timedelta(days=21),
        time_zone="Africa/Kigali",
        minutes_long=120,
        actor=None,
    )
    mails = [mail for mail in _mails(session) if mail.to == pairs.karongi.email]
    (first_method, first), (second_method, second) = (_event(mail) for mail in mails)
    assert first_method == second_method == "REQUEST"
    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)
    assert second.decoded("dtstart") == NOON + timedelta(days=21)
    assert second["DTSTART"].params["TZID"] == "Africa/Kigali"
    assert mails[0].superseded_by == mails[1]
    assert mails[1].subject.startswith("Changed: Session, Monday 14 December 2026, 13:00 (Kigali)")
    assert moved.sequence == 1


def test_the_same_time_again_changes_nothing(pairs: Pairs) -> None:
    session = make_confirmed(pairs.world.rwanda)
    before = len(_mails(session))
    again = move_session(
        session=session,
        starts_at=session.starts_at,
        time_zone=session.time_zone,
        minutes_long=session.minutes_long,
        actor=None,
    )
    assert (again.sequence, len(_mails(session))) == (0, before)


def test_other_words_are_one_update_and_none_while_only_planned(pairs: Pairs) -> None:
    values: dict[str, Any] = {
        "titles": texts("Another title"),
        "starts_at": NOON + timedelta(days=14),
        "time_zone": "Europe/Brussels",
        "minutes_long": 180,
        "link": "https://meet.example.org/x",
        "actor": None,
    }
    planned = change_session(session=make_session(pairs.world.rwanda), **values)
    assert (planned.sequence, _mails(planned)) == (1, [])
    confirmed = make_confirmed(pairs.world.rwanda)
    before = len(_mails(confirmed))
    change_session(session=confirmed, **values)
    updates = _mails(confirmed)[before:]
    assert len(updates) == before == 4
    assert {str(_event(mail)[1]["LOCATION"]) for mail in updates} == {"https://meet.example.org/x"}


def test_cancelling_takes_the_event_out_of_every_calendar(pairs: Pairs) -> None:
    session = make_confirmed(pairs.world.rwanda)
    # Somebody who left since still has it in the calendar.
    Membership.objects.filter(user=pairs.gent).update(ended_at=clock.now())
    cancelled = cancel_session(session=session, reason="Elections", actor=pairs.world.coordinator_ralga)
    mails = _mails(session, "session_cancelled")
    assert {mail.to for mail in mails} == {
        user.email for user in (pairs.gent, pairs.karongi, pairs.leuven, pairs.nyanza)
    }
    for mail in mails:
        method, event = _event(mail)
        assert (method, str(event["STATUS"])) == ("CANCEL", "CANCELLED")
        assert (str(event["UID"]), event["SEQUENCE"]) == (f"{session.reference}@sdg-partners", 1)
        assert "Elections" in mail.body_text
    assert cancelled.status == MeetingStatus.CANCELLED


def test_cancelling_wants_a_reason_and_a_planned_one_goes_silently(pairs: Pairs) -> None:
    session = make_session(pairs.world.rwanda)
    with pytest.raises(Incomplete):
        cancel_session(session=session, reason=" ", actor=None)
    cancel_session(session=session, reason="not needed", actor=None)
    assert OutgoingMail.objects.count() == 0
    with pytest.raises(MoveNotAllowed):
        confirm_session(session=session, actor=None)


def test_a_session_is_held_once_it_begins_and_then_reported(pairs: Pairs) -> None:
    session = make_confirmed(pairs.world.rwanda)
    with pytest.raises(NotYet):
        hold_session(session=session, actor=None)
    with clock.at(session.starts_at):
        held = hold_session(session=session, actor=None)
        with pytest.raises(MoveNotAllowed):
            cancel_session(session=session, reason="too late", actor=None)
        with pytest.raises(Incomplete):
            report_session(session=held, minutes="  ", actor=None)
        reported = report_session(session=held, minutes="We spoke.", actor=None)
    assert (held.status, reported.status) == (MeetingStatus.HELD, MeetingStatus.REPORTED)


def test_a_planned_session_is_never_held(pairs: Pairs) -> None:
    session = make_session(pairs.world.rwanda)
    with clock.at(session.starts_at), pytest.raises(MoveNotAllowed):
        hold_session(session=session, actor=None)


def test_attendance_of_all_municipalities_at_once_holds_the_session(pairs: Pairs) -> None:
    session = make_confirmed(pairs.world.rwanda)
    kinds = [AttendanceKind.PRESENT, AttendanceKind.BY_PHONE, AttendanceKind.EXCUSED, AttendanceKind.ABSENT]
    rows = [
        (pairs.gent_karongi, Side.NORTH),
        (pairs.gent_karongi, Side.SOUTH),
        (pairs.leuven_nyanza, Side.NORTH),
        (pairs.leuven_nyanza, Side.SOUTH),
    ]
    marks = [Mark(pair, side, kind) for (pair, side), kind in zip(rows, kinds, strict=True)]
    with clock.at(session.starts_at):
        assert record_marks(session=session, marks=marks, actor=pairs.world.coordinator_ralga) == 4
        session.refresh_from_db()
        lines = attendance_lines(session)
    assert session.status == MeetingStatus.HELD
    assert [(line.partnership, line.side, line.recorded and line.recorded.kind) for line in lines] == [
        (pair, side, kind) for (pair, side), kind in zip(rows, kinds, strict=True)
    ]


def test_attendance_is_corrected_in_place(pairs: Pairs) -> None:
    session = make_confirmed(pairs.world.rwanda)
    with clock.at(session.starts_at):
        for kind in (AttendanceKind.ABSENT, AttendanceKind.RECORDING):
            record_attendance(
                session=session, partnership=pairs.gent_karongi, side=Side.NORTH, kind=kind, actor=None
            )
    assert [row.kind for row in session.attendances.all()] == [AttendanceKind.RECORDING]


def test_attendance_before_it_begins_and_of_another_country_is_refused(pairs: Pairs) -> None:
    session = make_confirmed(pairs.world.rwanda)
    mark = {"side": Side.NORTH, "kind": AttendanceKind.PRESENT, "actor": None}
    with pytest.raises(NotYet):
        record_attendance(session=session, partnership=pairs.gent_karongi, **mark)  # type: ignore[arg-type]
    with clock.at(session.starts_at), pytest.raises(DomainError):
        record_attendance(session=session, partnership=pairs.mechelen_nikki, **mark)  # type: ignore[arg-type]
    assert session.attendances.count() == 0


def test_a_partnership_that_becomes_active_is_invited_to_what_was_confirmed(world: World) -> None:
    session = make_confirmed(world.rwanda)
    planned = make_session(world.rwanda)
    benin = make_confirmed(world.benin)
    gent, karongi = make_editor(world.gent), make_editor(world.karongi)
    partnership = make_partnership(world.rwanda, world.gent, world.karongi)
    partnership_activated.send(sender=type(partnership), partnership=partnership)
    assert {mail.to for mail in _mails(session)} == {gent.email, karongi.email}
    assert _mails(planned) == _mails(benin) == []


def test_a_session_is_to_come_until_it_ends(pairs: Pairs) -> None:
    session = make_confirmed(pairs.world.rwanda)
    seen = sessions_visible_to(pairs.gent)
    for minutes, coming in ((-1, True), (179, True), (180, False)):
        with clock.at(session.starts_at + timedelta(minutes=minutes)):
            assert (session in upcoming(seen), session in past(seen)) == (coming, not coming)
