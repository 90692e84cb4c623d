"""Mail about sessions, windows and visits, in each reader's language and zone."""

from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from exchanges.enums import MeetingStatus
from exchanges.events import session_event
from exchanges.models import Session, Visit, VisitWindow
from exchanges.selectors.running import people_of, running_on
from exchanges.selectors.visits import conference_of, guest_of, host_of
from exchanges.sentences import moment_in_zones
from matching.models import Partnership
from sdgpartners.notifications.calendar import invitation_ics
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User

INVITATION = "session_invitation"
CANCELLATION = "session_cancelled"


def time_for(session: Session, user: User) -> str:
    """When it begins, in the person's language, in their zone and that of the session."""
    with translation.override(user.language):
        return moment_in_zones(session.starts_at, user.time_zone, session.time_zone)


def invited_to(session: Session) -> list[User]:
    """Staff and team of every partnership of the country that runs on the day, and the facilitator."""
    people = people_of(running_on(session.partner_country, session.day))
    facilitator = session.facilitator
    if facilitator is not None and facilitator.is_active and facilitator not in people:
        people.append(facilitator)
    return people


def send_invitations(
    session: Session, *, changed: bool, actor: User | None, people: Iterable[User] | None = None
) -> int:
    """Invite everybody (or `people`), or tell them what changed; how many. An unsent earlier one is
    replaced.
    """
    receivers = list(invited_to(session) if people is None else people)
    for user in receivers:
        _send(INVITATION, session, user, actor, changed=changed)
    return len(receivers)


def send_cancellations(session: Session, *, actor: User | None) -> int:
    """Take the event out of the calendars of everybody who was invited, also of those who left since."""
    written = OutgoingMail.objects.filter(
        kind=INVITATION, target=session.reference, recipient__is_active=True
    )
    earlier = User.objects.filter(pk__in=written.values("recipient"))
    everybody = {user.pk: user for user in (*invited_to(session), *earlier)}
    for key in sorted(everybody):
        _send(CANCELLATION, session, everybody[key], actor)
    return len(everybody)


def _send(kind: str, session: Session, user: User, actor: User | None, **context: object) -> None:
    with translation.override(user.language):
        calendar = _calendar(session, user)
    queue_mail(
        kind=kind,
        recipient=user,
        link=reverse("exchanges:session-detail", args=(session.reference,)),
        target=session.reference,
        context={
            "session": session,
            "when": time_for(session, user),
            "is_demo": session.partner_country.programme.is_fictional,
            **context,
        },
        calendar=calendar,
        actor=actor,
        supersede=True,
    )


def _calendar(session: Session, user: User) -> str:
    """The event for one attendee. The organizer is the sender: mail programs show Accept buttons only
    then.
    """
    event = session_event(session)
    return invitation_ics(
        uid=event.uid,
        sequence=event.sequence,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        summary=event.summary,
        description=event.description,
        location=event.location,
        organizer_email=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        attendee_email=user.email,
        cancelled=session.status == MeetingStatus.CANCELLED,
    )


def send_window_fixed(
    window: VisitWindow, partnerships: Iterable[Partnership], *, actor: User | None
) -> None:
    """Tell the people of each partnership that they can plan their visit now."""
    for partnership in partnerships:
        for user in people_of([partnership]):
            queue_mail(
                kind="window_fixed",
                recipient=user,
                link=reverse("exchanges:visit-create", args=(partnership.reference,)),
                target=window.reference,
                context={
                    "window": window,
                    "conference": conference_of(window),
                    "partnership": partnership,
                    "is_demo": window.partner_country.programme.is_fictional,
                },
                actor=actor,
            )


def send_visit(kind: str, visit: Visit, *, actor: User | None) -> None:
    """Tell both sides that a visit is confirmed (`visit_confirmed`) or off (`visit_cancelled`)."""
    for user in people_of([visit.partnership]):
        queue_mail(
            kind=kind,
            recipient=user,
            link=reverse("exchanges:visit-detail", args=(visit.reference,)),
            target=visit.reference,
            context={
                "visit": visit,
                "guest": guest_of(visit),
                "host": host_of(visit),
                "is_demo": visit.partnership.partner_country.programme.is_fictional,
            },
            actor=actor,
            supersede=True,
        )
