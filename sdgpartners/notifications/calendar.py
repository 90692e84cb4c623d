"""Calendar files. One event keeps one UID for life; each change carries a higher SEQUENCE."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar, Event, vCalAddress, vText

from sdgpartners.core import clock

PRODUCT = "-//VVSG ANCB RALGA//SDG Partners//EN"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event as calendars see it. Moments are aware; `uid` never changes, `sequence` rises with each
    change."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    cancelled: bool = False


def invitation_ics(
    *,
    uid: str,
    sequence: int,
    starts_at: datetime,
    ends_at: datetime,
    summary: str,
    description: str,
    location: str,
    organizer_email: str,
    attendee_email: str,
    cancelled: bool = False,
) -> str:
    """An invitation (or its cancellation) for one attendee, as calendars answer it with Accept buttons.

    `starts_at` and `ends_at` are aware; their zone (a ZoneInfo) goes along, so that a later change of
    clocks moves the event with the place where it is held. ValueError for a moment without a zone, or an
    end before the start.
    """
    event = _event(
        CalendarEvent(uid, sequence, starts_at, ends_at, summary, description, location, cancelled=cancelled)
    )
    event["organizer"] = vCalAddress(f"mailto:{organizer_email}")
    attendee = vCalAddress(f"mailto:{attendee_email}")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("FALSE" if cancelled else "TRUE")
    event.add("attendee", attendee, encode=False)
    return _text("CANCEL" if cancelled else "REQUEST", [event])


def feed_ics(events: Iterable[CalendarEvent], *, name: str = "SDG Partners") -> str:
    """A calendar to subscribe to, read by calendars every few hours."""
    return _text("PUBLISH", [_event(event) for event in events], name=name)


def _event(given: CalendarEvent) -> Event:
    if given.starts_at.tzinfo is None or given.ends_at.tzinfo is None:
        raise ValueError("a calendar event needs moments with their zone")
    if given.ends_at < given.starts_at:
        raise ValueError("a calendar event ends after it starts")
    event = Event()
    event.add("uid", given.uid)
    event.add("sequence", given.sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", given.starts_at)
    event.add("dtend", given.ends_at)
    event.add("summary", given.summary)
    event.add("status", "CANCELLED" if given.cancelled else "CONFIRMED")
    for key, value in (
        ("description", given.description),
        ("location", given.location),
        ("url", given.url),
    ):
        if value:
            event.add(key, value)
    return event


def _text(method: str, events: list[Event], *, name: str = "") -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content.decode()
