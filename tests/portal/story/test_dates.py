"""People of the demo meet on working days, whatever the day on which it is loaded."""

from datetime import date, timedelta

import pytest

from applications.models import Call
from exchanges.models import Conference, Contact, Session, Visit, VisitWindow
from portal.demo.rounds import next_monday, working_day
from sdgpartners.core import clock

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("after", "working", "monday"),
    [(0, 0, 0), (1, 1, 7), (4, 4, 7), (5, 7, 7), (6, 7, 7), (7, 7, 7)],
)
def test_a_weekend_moves_to_monday(after: int, working: int, monday: int) -> None:
    day = MONDAY + timedelta(days=after)
    assert working_day(day) == MONDAY + timedelta(days=working)
    assert next_monday(day) == MONDAY + timedelta(days=monday)


def test_nobody_is_asked_to_come_in_a_weekend(story: date) -> None:
    meetings = {
        "information sessions": [call.info_session_at.date() for call in Call.objects.all() if call.info_session_at],
        "sessions": [session.starts_at.date() for session in Session.objects.all()],
        "windows": list(VisitWindow.objects.values_list("starts_on", flat=True)),
        "conferences": [day for days in Conference.objects.values_list("starts_on", "ends_on") for day in days],
        "visits": list(Visit.objects.values_list("starts_on", flat=True)),
        "contacts": list(Contact.objects.values_list("held_on", flat=True)),
    }  # fmt: skip
    assert all(meetings.values())
    assert {what: [day for day in days if day.weekday() > 4] for what, days in meetings.items()} == {
        what: [] for what in meetings
    }


def test_the_session_of_the_open_call_is_to_come(story: date) -> None:
    call = Call.objects.get(code="demo-5")
    assert call.info_session_at is not None
    assert clock.now() < call.info_session_at < call.closes_at
