"""A contact person has handed over: calendar and places in delegations move to the successor."""

from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from exchanges.events import session_event
from exchanges.models import Delegate, Session
from exchanges.selectors.passing_on import coming_sessions, places_to_come
from exchanges.services.letters import INVITATION, invited_to, send_invitations, time_for
from matching.models import HandOver
from sdgpartners.core.history import because
from sdgpartners.notifications.calendar import invitation_ics
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User


@transaction.atomic
def pass_on(*, hand_over: HandOver, actor: User | None) -> None:
    """Move what hung on the one to the other: places in delegations that have not set out, and sessions to come.

    Locks the places. Mails `session_invitation` to a successor with an account who was not invited yet, and
    `session_passed_on`, which takes the event out of the calendar, to who left and is invited by no other seat. A
    second run changes nothing and mails nobody.
    """
    _move_places(hand_over, actor)
    partnership = hand_over.side.partnership
    left, takes = hand_over.leaving.user, hand_over.successor.user if hand_over.successor else None
    for session in coming_sessions(partnership):
        people = invited_to(session)
        if takes is not None and takes in people and not _was_mailed(INVITATION, session, takes):
            send_invitations(session, changed=False, actor=actor, people=[takes])
        if left is not None and left not in people and _was_mailed(INVITATION, session, left):
            _take_out(session, left, hand_over, actor)


def _move_places(hand_over: HandOver, actor: User | None) -> None:
    successor = hand_over.successor
    places = places_to_come([hand_over.leaving]).get(hand_over.leaving.pk, [])
    rows = Delegate.objects.select_for_update().filter(pk__in=[row.pk for row in places])
    for row in rows.order_by("pk"):
        if row.visit.starts_on <= hand_over.leaves_on or successor is None:
            continue
        with because(actor):
            if Delegate.objects.filter(visit=row.visit_id, name__iexact=successor.name).exists():
                row.delete()
            else:
                row.name = successor.name
                row.save()


def _was_mailed(kind: str, session: Session, user: User) -> bool:
    return OutgoingMail.objects.filter(kind=kind, target=session.reference, recipient=user).exists()


def _take_out(session: Session, user: User, hand_over: HandOver, actor: User | None) -> None:
    if not user.is_active or _was_mailed("session_passed_on", session, user):
        return
    with translation.override(user.language):
        event = session_event(session)
        calendar = invitation_ics(
            uid=event.uid,
            sequence=event.sequence,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            summary=event.summary,
            description=event.description,
            location=event.location,
            organizer_email=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
            attendee_email=user.email,
            cancelled=True,
        )
    queue_mail(
        kind="session_passed_on",
        recipient=user,
        link=reverse("portal:start"),
        target=session.reference,
        context={
            "session": session,
            "when": time_for(session, user),
            "successor": hand_over.successor,
            "is_demo": session.partner_country.programme.is_fictional,
        },
        calendar=calendar,
        actor=actor,
        replaces=(INVITATION,),
    )
