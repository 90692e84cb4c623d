"""The information session of a call: signing up without an account, and the mails about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from applications.enums import CallPhase, CallStatus
from applications.information_event import ends_at, information_event, takes_sign_ups
from applications.models import Call, InformationSignUp
from applications.selectors.calls import zones_of
from sdgpartners.core import clock
from sdgpartners.core.display import format_moments
from sdgpartners.core.errors import DeadlinePassed
from sdgpartners.core.history import because
from sdgpartners.notifications.calendar import invitation_ics
from sdgpartners.notifications.services import queue_mail_to_address
from sdgpartners.people.models import User
from sdgpartners.programme.models import Municipality

DAY_BEFORE = timedelta(days=1)
# A thank-you that could not go out for a week is left out.
FOLLOW_UP_WITHIN = timedelta(days=7)


class NoSession(DeadlinePassed):
    """There is no session to come."""

    message = _("There is no information session to sign up for any more.")


@dataclass(frozen=True)
class Guest:
    """Who signs up."""

    name: str
    job_title: str
    email: str
    language: str
    municipality: Municipality | None = None

    @property
    def address(self) -> str:
        return self.email.strip().lower()


@transaction.atomic
def sign_up(*, call: Call, guest: Guest) -> InformationSignUp:
    """Put `guest` on the list and mail the confirmation with its calendar file.

    The same address again is the same sign-up, as it was first given: a stranger who knows an address changes
    nothing, and the mail says that it was known. Who had cancelled comes back. Locks the call for reading and
    the row. Raises NoSession.
    """
    call = Call.objects.select_for_update(no_key=True).get(pk=call.pk)
    if not takes_sign_ups(call):
        raise NoSession
    known = _row(call, guest.address)
    if known is None:
        try:
            with transaction.atomic():
                row = InformationSignUp.objects.create(call=call, **_columns(guest))
        except IntegrityError:
            row = InformationSignUp.objects.get(call=call, email__iexact=guest.address)
    else:
        row = known
    back = row.cancelled_at is not None
    if back:
        for name, value in _columns(guest).items():
            setattr(row, name, value)
        row.cancelled_at = None
    if call.info_session_at is not None and call.info_session_at - clock.now() <= DAY_BEFORE:
        # The confirmation is the reminder.
        row.reminded_of = call.info_session_at
    row.save()
    _mail(row, call, "information_sign_up", known=known is not None and not back)
    return row


def _row(call: Call, address: str) -> InformationSignUp | None:
    rows = InformationSignUp.objects.select_for_update(of=("self",)).filter(call=call, email__iexact=address)
    return rows.first()


def _columns(guest: Guest) -> dict[str, object]:
    return {
        "name": guest.name,
        "job_title": guest.job_title,
        "email": guest.address,
        "language": guest.language,
        "municipality": guest.municipality,
    }


@transaction.atomic
def cancel_sign_up(*, sign_up: InformationSignUp) -> None:
    """Take somebody off the list and the event out of their calendar; a second time changes nothing. Locks."""
    rows = InformationSignUp.objects.select_for_update(of=("self",)).select_related("call__programme")
    row = rows.get(pk=sign_up.pk)
    if row.cancelled_at is not None:
        return
    row.cancelled_at = clock.now()
    row.save(update_fields=["cancelled_at"])
    _mail(row, row.call, "information_cancelled", cancelled=True, by_self=True)


@transaction.atomic
def information_session_moved(call: Call, actor: User | None) -> int:
    """Tell everybody who signed up that the session has another moment or address, or is off; how many.

    Call it once the call is saved, in the same transaction. Their calendars replace the event. Locks the call.
    Nothing is mailed about a session that is over.
    """
    call = (
        Call.objects.select_for_update(of=("self",), no_key=True).select_related("programme").get(pk=call.pk)
    )
    call.info_session_sequence += 1
    with because(actor):
        call.save(update_fields=["info_session_sequence"])
    off = call.info_session_at is None or call.status == CallStatus.CANCELLED
    stood_at = call.info_session_at or _last_moment(call)
    if stood_at is None or stood_at + timedelta(minutes=call.info_session_minutes) <= clock.now():
        return 0
    rows = list(call.sign_ups.filter(cancelled_at__isnull=True).select_related("municipality__country"))
    for row in rows:
        if off:
            _mail(row, call, "information_cancelled", cancelled=True, stood_at=stood_at, by_self=False)
        else:
            _mail(row, call, "information_sign_up", changed=True)
    return len(rows)


def _last_moment(call: Call) -> datetime | None:
    """Where the session stood before it was taken out, from the history."""
    events = Call.pgh_event_model.objects.filter(pgh_obj=call.pk, info_session_at__isnull=False)  # type: ignore[attr-defined]
    last = events.order_by("-pgh_id").first()
    return last.info_session_at if last else None


def send_information_mails() -> int:
    """Remind people the day before their session, and lead them on to the application after it; how many mails.

    Each row is claimed and marked with its mail, so that two runs at once mail once.
    """
    now = clock.now()
    sessions = Call.objects.filter(
        status=CallStatus.PUBLISHED,
        info_session_at__gt=now - FOLLOW_UP_WITHIN - DAY_BEFORE,
        info_session_at__lte=now + DAY_BEFORE,
    )
    sent = 0
    for call in sessions.select_related("programme"):
        end = ends_at(call)
        due = call.sign_ups.filter(cancelled_at__isnull=True)
        if call.info_session_at is not None and now < call.info_session_at:
            due = due.exclude(reminded_of=call.info_session_at)
        elif end is not None and end <= now:
            due = due.filter(followed_up_at__isnull=True, created_at__lt=end)
        else:
            continue
        sent += sum(_claim(pk, call, now) for pk in due.values_list("pk", flat=True))
    return sent


@transaction.atomic
def _claim(pk: int, call: Call, now: datetime) -> bool:
    rows = InformationSignUp.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.select_related("municipality__country").filter(pk=pk, cancelled_at__isnull=True).first()
    if row is None or call.info_session_at is None:
        return False
    if now < call.info_session_at:
        if row.reminded_of == call.info_session_at:
            return False
        row.reminded_of = call.info_session_at
        row.save(update_fields=["reminded_of"])
        _mail(row, call, "information_reminder")
        return True
    if row.followed_up_at is not None:
        return False
    row.followed_up_at = now
    row.save(update_fields=["followed_up_at"])
    if call.phase not in (CallPhase.OPEN, CallPhase.UPCOMING):
        return False
    _mail_way_on(row, call)
    return True


def _mail(
    row: InformationSignUp, call: Call, kind: str, *, cancelled: bool = False, stood_at: datetime | None = None,
    **context: object,
) -> None:  # fmt: skip
    starts_at = call.info_session_at or stood_at or row.created_at
    with translation.override(row.language):
        event = information_event(call, starts_at)
        moment = format_moments(starts_at, zones_of(call), weekday=True)
    calendar = invitation_ics(
        uid=event.uid,
        sequence=event.sequence,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        summary=event.summary,
        description=event.description,
        location=event.location,
        # Mail programs show Accept buttons only where the organiser is the sender.
        organizer_email=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        attendee_email=row.email,
        cancelled=cancelled,
    )
    cancel = reverse("calls:information-cancel", args=[call.code, row.uid])
    page = reverse("portal:call-detail", args=[call.code])
    queue_mail_to_address(
        kind=kind,
        to=row.email,
        language=row.language,
        link=page if cancelled else cancel,
        target=f"information-{row.pk}",
        context={
            "sign_up": row,
            "call": call,
            "moment": moment,
            "is_demo": call.programme.is_fictional,
            **context,
        },
        calendar="" if kind == "information_reminder" else calendar,
        zone=call.time_zone,
    )


def _mail_way_on(row: InformationSignUp, call: Call) -> None:
    start = reverse("applications:application-start", args=[call.code])
    page = reverse("portal:call-detail", args=[call.code])
    opened = call.phase == CallPhase.OPEN
    queue_mail_to_address(
        kind="information_follow_up",
        to=row.email,
        language=row.language,
        link=start if opened else page,
        target=f"information-{row.pk}",
        context={"sign_up": row, "call": call, "opened": opened, "is_demo": call.programme.is_fictional},
        zone=call.time_zone,
    )
