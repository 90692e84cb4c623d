"""The information session of a call as an event in people's calendars: one UID for life."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.enums import CallStatus
from applications.models import Call
from sdgpartners.core import clock
from sdgpartners.notifications.calendar import CalendarEvent
from sdgpartners.notifications.rendering import absolute


def ends_at(call: Call) -> datetime | None:
    """When the session is over; None where the call has none."""
    if call.info_session_at is None:
        return None
    return call.info_session_at + timedelta(minutes=call.info_session_minutes)


def takes_sign_ups(call: Call) -> bool:
    """Whether people can sign up: a session that is announced and not over, of a call that was not cancelled."""
    end = ends_at(call)
    return call.status == CallStatus.PUBLISHED and end is not None and clock.now() < end


def information_event(call: Call, starts_at: datetime | None = None) -> CalendarEvent:
    """The session in the active language and the call's own zone. It holds no host name in its UID, which may
    change. `starts_at` is for a session that was called off: where it stood. ValueError without a moment."""
    start = starts_at or call.info_session_at
    if start is None:
        raise ValueError("the call has no information session")
    start = start.astimezone(ZoneInfo(call.time_zone))
    page = absolute(reverse("portal:call-detail", args=(call.code,)))
    link = call.info_session_url
    parts = [call.title, _("Join: %(link)s") % {"link": link} if link else "", page]
    return CalendarEvent(
        uid=f"information-{call.code}@sdg-partners",
        sequence=call.info_session_sequence,
        starts_at=start,
        ends_at=start + timedelta(minutes=call.info_session_minutes),
        summary=_("Information session: %(call)s") % {"call": call.title},
        description="\n\n".join(part for part in parts if part),
        location=link,
        url=page,
        cancelled=call.info_session_at is None or call.status == CallStatus.CANCELLED,
    )
