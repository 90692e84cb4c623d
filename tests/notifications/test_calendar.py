"""Calendar files, read back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest

from sdgpartners.core import clock
from sdgpartners.notifications.calendar import CalendarEvent, feed_ics, invitation_ics

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KIGALI = ZoneInfo("Africa/Kigali")
START = datetime(2027, 6, 7, 9, 30, tzinfo=KIGALI)
END = datetime(2027, 6, 7, 11, tzinfo=KIGALI)


def _invitation(**changes: object) -> icalendar.Calendar:
    values: dict[str, object] = {
        "uid": "SES-2026-0001@sdgpartners",
        "sequence": 3,
        "starts_at": START,
        "ends_at": END,
        "summary": "Séance; avec, signes\net lignes",
        "description": "é" * 200,
        "location": "En ligne",
        "organizer_email": "portal@example.org",
        "attendee_email": "jean@example.org",
        **changes,
    }
    with clock.at(NOON):
        text = invitation_ics(**values)  # type: ignore[arg-type]
    assert max(len(line) for line in text.encode().split(b"\r\n")) <= 75
    return icalendar.Calendar.from_ical(text)


def test_an_invitation_asks_one_attendee_and_keeps_its_zone() -> None:
    calendar = _invitation()
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Africa/Kigali"]
    (event,) = calendar.walk("VEVENT")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("SES-2026-0001@sdgpartners", 3, "CONFIRMED")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (START, END)
    assert event["DTSTART"].params["TZID"] == "Africa/Kigali"
    assert event["DTSTAMP"].dt == NOON
    assert event["SUMMARY"] == "Séance; avec, signes\net lignes"
    assert event["ORGANIZER"] == "mailto:portal@example.org"
    # One attendee a mail: a second one would be a list, and show addresses to each other.
    assert event["ATTENDEE"] == "mailto:jean@example.org"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"


def test_a_change_is_the_same_event_with_a_higher_sequence() -> None:
    (first,), (second,) = (_invitation(sequence=number).walk("VEVENT") for number in (3, 4))
    assert first["UID"] == second["UID"]
    assert second["SEQUENCE"] == first["SEQUENCE"] + 1


def test_a_cancellation_cancels_the_event() -> None:
    calendar = _invitation(cancelled=True)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")


@pytest.mark.parametrize(
    "changes",
    [{"starts_at": START.replace(tzinfo=None)}, {"ends_at": END.replace(tzinfo=None)}, {"ends_at": NOON}],
)
def test_moments_without_zone_or_in_the_wrong_order_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a calendar event"):
        _invitation(**changes)


def test_a_feed_holds_all_events_and_asks_nothing() -> None:
    events = [
        CalendarEvent(
            f"SES-2026-000{number}@sdgpartners", 0, START, END, f"Session {number}", url="https://x.example/"
        )
        for number in (1, 2)
    ]
    calendar = icalendar.Calendar.from_ical(feed_ics(events, name="SDG"))
    assert (calendar["METHOD"], calendar["X-WR-CALNAME"]) == ("PUBLISH", "SDG")
    found = calendar.walk("VEVENT")
    assert [event["SUMMARY"] for event in found] == ["Session 1", "Session 2"]
    assert [("ATTENDEE" in event, str(event["URL"])) for event in found] == [
        (False, "https://x.example/")
    ] * 2
