"""A session as an event in people's calendars: one UID for life."""

from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from exchanges.enums import MeetingStatus
from exchanges.models import Session
from sdgpartners.notifications.calendar import CalendarEvent
from sdgpartners.notifications.rendering import absolute


def session_uid(session: Session) -> str:
    """What every invitation, change and feed calls this session. It holds no host name, which may change."""
    return f"{session.reference}@sdg-partners"


def session_event(session: Session) -> CalendarEvent:
    """The session in the active language, in its own zone."""
    zone = ZoneInfo(session.time_zone)
    page = absolute(reverse("exchanges:session-detail", args=(session.reference,)))
    parts = [session.agenda.strip()]
    if session.link:
        parts.append(_("Join: %(link)s") % {"link": session.link})
    parts.append(page)
    return CalendarEvent(
        uid=session_uid(session),
        sequence=session.sequence,
        starts_at=session.starts_at.astimezone(zone),
        ends_at=session.ends_at.astimezone(zone),
        summary=session.title,
        description="\n\n".join(part for part in parts if part),
        location=session.link,
        url=page,
        cancelled=session.status == MeetingStatus.CANCELLED,
    )
