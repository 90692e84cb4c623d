"""The pages: what is shown, what is kept, what comes back with its errors."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from django.urls import reverse

from exchanges.enums import AttendanceKind, ContactKind, DelegateRole, HomeworkStatus, MeetingStatus
from exchanges.models import Contact, Session, Visit
from exchanges.services.homework import hand_in_homework
from exchanges.services.visits import add_delegate
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.exchanges.asking import as_user, homework_url, planned_visit, session_url, visit_url
from tests.exchanges.factories import (
    NOON,
    Pairs,
    make_confirmed,
    make_homework,
    make_session,
    make_window,
)
from tests.factories import make_seat


def test_a_time_is_shown_in_the_readers_zone_and_the_sessions(pairs: Pairs) -> None:
    session = make_session(pairs.world.rwanda, datetime(2026, 12, 7, 9, 0, tzinfo=UTC))
    text = as_user(pairs.karongi).get(session_url(session)).content.decode()
    assert "Monday 7 December 2026, 11:00 (Kigali) · 10:00 (Brussels)" in text


def test_planning_confirming_and_moving_from_the_pages(pairs: Pairs) -> None:
    facilitator = make_seat(pairs.world.ralga, AssociationRole.FACILITATOR)
    client = as_user(facilitator)
    data = {
        "title_en": "Reaching youth",
        "title_fr": "Atteindre les jeunes",
        "title_nl": "Jongeren bereiken",
        "day": "2026-12-10",
        "starts": "10:00",
        "time_zone": "Africa/Kigali",
        "minutes_long": "120",
        "agenda": "",
        "link": "meet.example.org/a",
        "working_languages": ["en", "fr"],
        "facilitator": facilitator.pk,
    }
    wrong = client.post(reverse("exchanges:session-create"), {**data, "day": "2026-11-01", "title_nl": ""})
    assert wrong.status_code == 422
    assert "Atteindre les jeunes" in wrong.content.decode()
    answer = client.post(reverse("exchanges:session-create"), data)
    session = Session.objects.get()
    assert answer["Location"] == session_url(session)
    assert (session.starts_at, session.working_languages, session.facilitator) == (
        datetime(2026, 12, 10, 8, 0, tzinfo=UTC),
        "en,fr",
        facilitator,
    )
    assert "5 people get an invitation." in client.get(session_url(session)).content.decode()
    client.post(session_url(session, "confirm"))
    client.post(session_url(session, "edit"), {**data, "day": "2026-12-11"})
    session.refresh_from_db()
    assert (session.status, session.sequence, session.day) == (MeetingStatus.CONFIRMED, 1, date(2026, 12, 11))


def test_a_person_of_two_countries_chooses_one(pairs: Pairs) -> None:
    client = as_user(pairs.world.coordinator_vvsg)
    url = reverse("exchanges:session-create")
    zones = {code: b"Kigali" in client.get(f"{url}?country={code}").content for code in ("BJ", "RW")}
    assert zones == {"BJ": False, "RW": True}
    assert as_user(pairs.world.coordinator_ancb).get(f"{url}?country=RW").content.count(b"Kigali") == 0
    assert as_user(pairs.gent).get(url).status_code == 403


def test_attendance_of_everybody_on_one_form(pairs: Pairs) -> None:
    session = make_confirmed(pairs.world.rwanda)
    client = as_user(pairs.world.coordinator_ralga)
    pair = pairs.gent_karongi.reference
    with clock.at(session.starts_at + timedelta(hours=4)):
        assert f'name="{pair}-north-kind"' in client.get(session_url(session)).content.decode()
        wrong = client.post(session_url(session, "attendance"), {f"{pair}-north-kind": "nonsense"})
        assert wrong.status_code == 422
        client.post(
            session_url(session, "attendance"),
            {
                f"{pair}-north-kind": "present",
                f"{pair}-north-people": "An, Bert",
                f"{pair}-south-kind": "failed",
            },
        )
        own = as_user(pairs.nyanza).get(session_url(session)).content.decode()
    session.refresh_from_db()
    assert session.status == MeetingStatus.HELD
    assert sorted(session.attendances.values_list("side", "kind", "people")) == [
        ("north", AttendanceKind.PRESENT, "An, Bert"),
        ("south", AttendanceKind.FAILED, ""),
    ]
    # Another municipality sees its own line and not who else was there.
    assert "An, Bert" not in own


def test_minutes_and_homework_from_the_session_page(pairs: Pairs) -> None:
    session = make_confirmed(pairs.world.rwanda)
    client = as_user(pairs.world.coordinator_ralga)
    homework = {
        f"homework-{name}_{code}": f"{name} {code}"
        for name in ("title", "text")
        for code in ("en", "fr", "nl")
    }
    url = reverse("exchanges:homework-create", args=(session.reference,))
    with clock.at(session.starts_at + timedelta(hours=4)):
        client.post(
            session_url(session, "attendance"), {f"{pairs.gent_karongi.reference}-north-kind": "present"}
        )
        early = client.post(url, {**homework, "homework-due_on": "2026-12-07"})
        assert (early.status_code, "Homework is due after" in early.content.decode()) == (422, True)
        assert client.post(url, {**homework, "homework-due_on": "2027-01-15"}).status_code == 302
        assert client.post(session_url(session, "report"), {"minutes-minutes": ""}).status_code == 422
        client.post(session_url(session, "report"), {"minutes-minutes": "We spoke."})
    session.refresh_from_db()
    assert (session.status, session.minutes, session.homework.get().answers.count()) == (
        MeetingStatus.REPORTED,
        "We spoke.",
        2,
    )


def test_a_conflict_shows_both_texts_and_the_second_try_goes_through(pairs: Pairs) -> None:
    homework = make_homework(make_session(pairs.world.rwanda))
    url = homework_url(homework, pairs.gent_karongi)
    answer = pairs.answer(pairs.gent_karongi, homework)
    hand_in_homework(answer=answer, text="From the north", version=0, actor=pairs.gent)
    client = as_user(pairs.karongi)
    conflict = client.post(url, {"text": "From the south", "version": 0})
    page = conflict.content.decode()
    assert conflict.status_code == 422
    assert ("From the north" in page, "From the south" in page, 'name="version" value="1"' in page) == (
        True,
        True,
        True,
    )
    assert client.post(url, {"text": "From both", "version": 1}).status_code == 302
    answer.refresh_from_db()
    assert (answer.text, answer.status) == ("From both", HomeworkStatus.HANDED_IN)


def test_late_homework_says_so_and_can_still_be_handed_in(pairs: Pairs) -> None:
    homework = make_homework(make_session(pairs.world.rwanda))
    url = homework_url(homework, pairs.gent_karongi)
    client = as_user(pairs.karongi)
    assert "late, you can still hand it in" not in client.get(url).content.decode()
    with clock.at(NOON + timedelta(days=90)):
        assert "late, you can still hand it in" in client.get(url).content.decode()
        client.post(url, {"text": "Sorry", "version": 0})
        assert "handed in late" in client.get(url).content.decode()


def test_a_facilitator_closes_homework_that_was_handed_in(pairs: Pairs) -> None:
    homework = make_homework(make_session(pairs.world.rwanda))
    answer = pairs.answer(pairs.gent_karongi, homework)
    url = homework_url(homework, pairs.gent_karongi, "homework-discuss")
    client = as_user(make_seat(pairs.world.ralga, AssociationRole.FACILITATOR))
    client.post(url)
    answer.refresh_from_db()
    assert answer.status == HomeworkStatus.OPEN
    hand_in_homework(answer=answer, text="Text", version=0, actor=pairs.gent)
    client.post(url)
    answer.refresh_from_db()
    assert answer.status == HomeworkStatus.DISCUSSED
    assert as_user(pairs.gent).post(url).status_code == 403


def test_a_contact_in_one_tap_and_a_double_tap_once(pairs: Pairs) -> None:
    client = as_user(pairs.karongi)
    url = reverse("exchanges:contact-create", args=(pairs.gent_karongi.reference,))
    page = client.get(url).content.decode()
    assert page.count('type="radio"') == len(ContactKind)
    assert 'value="2026-11-23"' in page
    data = {"kind": "call", "held_on": "2026-11-23", "note": "", "form_token": str(uuid4())}
    for _ in range(2):
        assert client.post(url, data)["Location"] == reverse(
            "exchanges:contact-list", args=(pairs.gent_karongi.reference,)
        )
    assert [(row.side, row.kind, row.logged_by) for row in Contact.objects.all()] == [
        (Side.SOUTH, ContactKind.CALL, pairs.karongi)
    ]
    late = client.post(
        url, {**data, "held_on": "2026-11-30", "note": "kept words", "form_token": str(uuid4())}
    )
    assert (late.status_code, "kept words" in late.content.decode()) == (422, True)


def reads_english(user: User) -> None:
    """Their pages in the language of the message ids."""
    user.language = "en"
    user.save(update_fields=["language"])


def test_a_visit_from_plan_to_report(pairs: Pairs) -> None:
    reads_english(pairs.gent)
    window = make_window(pairs.world.rwanda)
    client = as_user(pairs.gent)
    url = reverse("exchanges:visit-create", args=(pairs.gent_karongi.reference,))
    data = {"window": window.pk, "starts_on": "2027-05-09", "ends_on": "2027-05-15", "programme_text": ""}
    outside = client.post(url, {**data, "ends_on": "2027-06-15"})
    assert (outside.status_code, "outside the window" in outside.content.decode()) == (422, True)
    client.post(url, data)
    visit = Visit.objects.get()
    client.post(visit_url(visit, "delegate-add"), {"name": "An Peeters", "role": "official"})
    page = client.get(visit_url(visit)).content.decode()
    assert "The delegation is smaller than the programme expects." in page
    assert "There is no politician in the delegation." in page
    as_user(pairs.world.coordinator_ralga).post(visit_url(visit, "visit-confirm"))
    with clock.at(datetime(2027, 5, 16, 9, tzinfo=UTC)):
        for user in (pairs.gent, pairs.karongi):
            as_user(user).post(visit_url(visit, "visit-report"), {"text": f"Report of {user.email}"})
    visit.refresh_from_db()
    assert visit.status == MeetingStatus.REPORTED
    assert visit.report_south == f"Report of {pairs.karongi.email}"


def test_a_delegate_is_taken_off_by_name(pairs: Pairs) -> None:
    visit = planned_visit(pairs)
    add_delegate(visit=visit, name="An Peeters", role=DelegateRole.OFFICIAL, actor=None)
    as_user(pairs.karongi).post(visit_url(visit, "delegate-remove"), {"name": "An Peeters"})
    assert visit.delegates.count() == 1
    as_user(pairs.gent).post(visit_url(visit, "delegate-remove"), {"name": "An Peeters"})
    assert visit.delegates.count() == 0


def test_a_window_of_another_country_is_not_a_choice(pairs: Pairs) -> None:
    reads_english(pairs.gent)
    window = make_window(pairs.world.benin)
    url = reverse("exchanges:visit-create", args=(pairs.gent_karongi.reference,))
    client = as_user(pairs.gent)
    assert "No window is open" in client.get(url).content.decode()
    data = {"window": window.pk, "starts_on": "2027-05-09", "ends_on": "2027-05-15"}
    assert client.post(url, data).status_code == 422
    assert Visit.objects.count() == 0
