"""The information session: signing up without an account, calendar files that follow, mails that go once."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from pytest_django import Settings

from applications.enums import CallStatus
from applications.models import Call, InformationSignUp
from applications.services.information_sessions import (
    Guest,
    NoSession,
    cancel_sign_up,
    information_session_moved,
    send_information_mails,
    sign_up,
)
from sdgpartners.core import clock
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.programme.models import Municipality
from tests.applications.factories import open_call
from tests.world import World


@pytest.fixture(autouse=True)
def own_cache(settings: Settings, request: pytest.FixtureRequest) -> None:
    """Tries are counted in the cache."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": request.node.nodeid}}


@pytest.fixture
def call(world: World) -> Call:
    return open_call(
        world, info_session_at=clock.now() + timedelta(days=3), info_session_url="https://meet.example/x"
    )


def guest(email: str = "An@gent.be", municipality: Municipality | None = None, **changes: str) -> Guest:
    given = {"name": "An Peeters", "job_title": "expert", "language": "nl"} | changes
    return Guest(email=email, municipality=municipality, **given)


def event_of(mail: OutgoingMail) -> tuple[str, object]:
    """The method and the event of the calendar file in a mail."""
    calendar = Calendar.from_ical(mail.calendar)
    return str(calendar["method"]), next(part for part in calendar.walk("VEVENT"))


def mails(kind: str) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind=kind).order_by("pk"))


def test_signing_up_mails_a_confirmation_with_a_calendar_file(call: Call) -> None:
    row = sign_up(call=call, guest=guest())
    mail = mails("information_sign_up")[0]
    assert (mail.to, mail.language) == ("an@gent.be", "nl")
    assert reverse("calls:information-cancel", args=[call.code, row.uid]) in mail.body_text
    method, event = event_of(mail)
    assert (method, str(event["uid"]), event["sequence"]) == ("REQUEST", "information-autumn@sdg-partners", 0)  # type: ignore[index]
    assert str(event["dtstart"].params["TZID"]) == "Europe/Brussels"  # type: ignore[index]
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=60)  # type: ignore[index]
    assert "mailto:an@gent.be" in str(event["attendee"])  # type: ignore[index]


def test_the_same_address_is_the_same_sign_up_and_no_stranger_changes_it(call: Call) -> None:
    sign_up(call=call, guest=guest())
    sign_up(call=call, guest=guest("AN@GENT.BE", name="Somebody else"))
    row = InformationSignUp.objects.get()
    assert row.name == "An Peeters"
    assert len(mails("information_sign_up")) == 2


def test_the_page_says_the_same_to_everybody(client: Client, call: Call) -> None:
    sign_up(call=call, guest=guest())
    url = reverse("calls:information-sign-up", args=[call.code])
    said = []
    for email in ("an@gent.be", "els@gent.be"):
        page = client.post(url, {"name": "X", "email": email, "language": "nl"}, follow=True).content.decode()
        said.append(re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page).replace("els@", "an@"))
    assert said[0] == said[1]
    assert "You are signed up" in said[0]
    assert InformationSignUp.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"email": "nobody"}, "valid email"), ({"name": ""}, "required"), ({"municipality": "Atlantis"}, "do not know"),
     ({"language": "xx"}, "xx"), ({"name": "x" * 200}, "120"),
     ({"name": "You won, see evil.com"}, "Leave out web and mail addresses")],
)  # fmt: skip
def test_bad_input_stands_on_the_page(
    changes: dict[str, str], words: str, client: Client, call: Call
) -> None:
    given = {"name": "X", "email": "x@gent.be", "language": "nl"} | changes
    answer = client.post(reverse("calls:information-sign-up", args=[call.code]), given)
    assert (answer.status_code, InformationSignUp.objects.count()) == (422, 0)
    assert words in answer.content.decode()


def test_one_mailbox_and_one_network_are_not_flooded(client: Client, call: Call) -> None:
    url = reverse("calls:information-sign-up", args=[call.code])
    codes = [
        client.post(url, {"name": "X", "email": "x@gent.be", "language": "nl"}).status_code
        for _time in range(61)
    ]
    assert (codes[0], codes[-1], len(mails("information_sign_up"))) == (302, 429, 3)


def test_not_after_the_session_nor_without_one(client: Client, call: Call) -> None:
    url = reverse("calls:information-sign-up", args=[call.code])
    assert call.info_session_at is not None
    with clock.at(call.info_session_at + timedelta(minutes=59)):
        sign_up(call=call, guest=guest())
    with clock.at(call.info_session_at + timedelta(minutes=60)):
        with pytest.raises(NoSession):
            sign_up(call=call, guest=guest("b@gent.be"))
        assert "to sign up for any more" in client.get(url).content.decode()
        assert client.post(url, {"name": "X", "email": "x@gent.be", "language": "nl"}).status_code == 422
    Call.objects.filter(pk=call.pk).update(info_session_at=None)
    with pytest.raises(NoSession):
        sign_up(call=call, guest=guest("b@gent.be"))
    assert client.get(reverse("calls:information-calendar", args=[call.code])).status_code == 404


def test_cancelling_by_the_link_takes_the_event_out(client: Client, call: Call) -> None:
    row = sign_up(call=call, guest=guest())
    url = reverse("calls:information-cancel", args=[call.code, row.uid])
    page = client.get(url).content.decode()
    assert "an@gent.be" not in page
    row.refresh_from_db()
    assert row.cancelled_at is None
    assert "You are off the list" in client.post(url).content.decode()
    client.post(url)
    assert [event_of(mail)[0] for mail in mails("information_cancelled")] == ["CANCEL"]
    sign_up(call=call, guest=guest(name="An P."))
    row.refresh_from_db()
    assert (row.cancelled_at, row.name) == (None, "An P.")
    wrong = reverse("calls:information-cancel", args=["other", row.uid])
    assert client.get(wrong).status_code == 404


def moved(call: Call, moment: datetime | None) -> int:
    Call.objects.filter(pk=call.pk).update(info_session_at=moment)
    call.refresh_from_db()
    return information_session_moved(call, None)


def test_a_session_that_moves_updates_the_calendars_of_those_who_come(call: Call) -> None:
    sign_up(call=call, guest=guest())
    gone = sign_up(call=call, guest=guest("gone@gent.be"))
    cancel_sign_up(sign_up=gone)
    later = clock.now() + timedelta(days=5)
    assert moved(call, later) == 1
    mail = mails("information_sign_up")[-1]
    method, event = event_of(mail)
    assert (method, event["sequence"], mail.to) == ("REQUEST", 1, "an@gent.be")  # type: ignore[index]
    assert event["dtstart"].dt == later.replace(microsecond=0)  # type: ignore[index]
    assert mail.subject.startswith(("Changed", "Gewijzigd"))


def test_a_session_that_is_off_leaves_the_calendars(call: Call) -> None:
    sign_up(call=call, guest=guest())
    stood = call.info_session_at
    assert stood is not None
    assert moved(call, None) == 1
    method, event = event_of(mails("information_cancelled")[0])
    assert (method, event["dtstart"].dt) == ("CANCEL", stood.replace(microsecond=0))  # type: ignore[index]


def test_a_session_that_is_over_moves_nobody(call: Call) -> None:
    sign_up(call=call, guest=guest())
    with clock.at(clock.now() + timedelta(days=30)):
        assert information_session_moved(call, None) == 0
    assert len(mails("information_sign_up")) == 1


def test_a_reminder_the_day_before_once_and_again_when_it_moved(call: Call) -> None:
    sign_up(call=call, guest=guest())
    assert call.info_session_at is not None
    with clock.at(call.info_session_at - timedelta(hours=25)):
        assert send_information_mails() == 0
    with clock.at(call.info_session_at - timedelta(hours=23)):
        sign_up(call=call, guest=guest("late@gent.be"))
        assert [send_information_mails(), send_information_mails()] == [1, 0]
    assert [mail.to for mail in mails("information_reminder")] == ["an@gent.be"]
    later = call.info_session_at + timedelta(days=2)
    moved(call, later)
    with clock.at(later - timedelta(hours=2)):
        assert [send_information_mails(), send_information_mails()] == [2, 0]


def test_after_the_session_the_way_to_the_application(call: Call) -> None:
    sign_up(call=call, guest=guest())
    cancel_sign_up(sign_up=sign_up(call=call, guest=guest("gone@gent.be")))
    assert call.info_session_at is not None
    with clock.at(call.info_session_at + timedelta(hours=2)):
        assert [send_information_mails(), send_information_mails()] == [1, 0]
    mail = mails("information_follow_up")[0]
    assert reverse("applications:application-start", args=[call.code]) in mail.body_text


def test_a_call_that_was_cancelled_invites_nobody(call: Call) -> None:
    sign_up(call=call, guest=guest())
    Call.objects.filter(pk=call.pk).update(status=CallStatus.CANCELLED)
    assert call.info_session_at is not None
    for moment in (call.info_session_at - timedelta(hours=2), call.info_session_at + timedelta(hours=2)):
        with clock.at(moment):
            assert send_information_mails() == 0


def test_the_calendar_file_is_for_everybody(client: Client, call: Call) -> None:
    answer = client.get(reverse("calls:information-calendar", args=[call.code]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    event = next(part for part in Calendar.from_ical(answer.content).walk("VEVENT"))
    assert str(event["uid"]) == "information-autumn@sdg-partners"
    assert "attendee" not in event


def test_coordinators_see_and_export_their_own(client: Client, world: World, call: Call) -> None:
    sign_up(call=call, guest=guest(name="=cmd()", municipality=world.gent))
    sign_up(call=call, guest=guest("awa@nikki.bj", name="Awa", municipality=world.nikki))
    url = reverse("admin:applications_informationsignup_changelist")
    seen = {}
    for who in ("vvsg", "ancb", "ralga"):
        client.force_login(getattr(world, f"coordinator_{who}"))
        seen[who] = {row.email for row in client.get(url).context["cl"].result_list}
    assert seen == {"vvsg": {"an@gent.be", "awa@nikki.bj"}, "ancb": {"awa@nikki.bj"}, "ralga": set()}
    client.force_login(world.coordinator_vvsg)
    chosen = list(InformationSignUp.objects.values_list("pk", flat=True))
    answer = client.post(url, {"action": "download", "_selected_action": chosen})
    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Type"].startswith("text/csv")
    assert "'=cmd()" in text
    assert "awa@nikki.bj" in text
