"""Draining the outbox: claimed in small batches, sent once each, tried again with longer and longer waits."""

import logging
import smtplib
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q, QuerySet

from sdgpartners.core import clock
from sdgpartners.core.moves import check_move
from sdgpartners.notifications.enums import MAIL_MOVES, MailState
from sdgpartners.notifications.models import OutgoingMail, Preference
from sdgpartners.notifications.services.outbox import MOST_TRIES

logger = logging.getLogger(__name__)

BATCH = 10
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=12)
# Longer than the hard time limit of a task: whoever claimed the mail is gone by then.
STALE_AFTER = timedelta(minutes=15)
MOST_BATCHES = 50
PERMANENT = range(500, 600)
# RFC 3463, class x.7: the server's policy (relay denied, sender not allowed) says nothing of the address.
POLICY = "5.7."
LONGEST_ERROR = 2_000


@dataclass(slots=True)
class Drained:
    """What one drain did."""

    sent: int = 0
    failed: int = 0
    bounced: int = 0


class _ServerGone(Exception):
    """The mail server cannot be reached: the rest of the batch waits without a try of its own."""


def drain_outbox() -> Drained:
    """Send what waits. Two drains at once send each mail once; a mail server that is down costs one try,
    not all.

    A mail whose sender died between sending and writing that down goes out again after STALE_AFTER, under
    the same Message-ID.
    """
    return_stale_claims()
    drop_replaced()
    done = Drained()
    for _number in range(MOST_BATCHES):
        batch = _claim_batch()
        if not batch or not _send_batch(batch, done):
            break
    return done


def return_stale_claims() -> int:
    """Mails that a vanished worker was sending wait again; how many there were."""
    check_move(MAIL_MOVES, current=MailState.SENDING, target=MailState.QUEUED, states=MailState)
    return OutgoingMail.objects.filter(
        state=MailState.SENDING, claimed_at__lt=clock.now() - STALE_AFTER
    ).update(state=MailState.QUEUED, updated_at=clock.now(), error="The worker that sent this mail has gone.")


def drop_replaced() -> int:
    """Mails that were being sent when another replaced them, and that did not go, never do; how many there were."""
    rows = OutgoingMail.objects.filter(
        state__in=(MailState.QUEUED, MailState.FAILED), superseded_by__isnull=False
    )
    return rows.update(state=MailState.SUPERSEDED, updated_at=clock.now())


def _waiting() -> QuerySet[OutgoingMail]:
    again = Q(state=MailState.FAILED, tries__lt=MOST_TRIES)
    rows = OutgoingMail.objects.filter(Q(state=MailState.QUEUED) | again, superseded_by__isnull=True)
    return rows.filter(not_before__lte=clock.now())


@transaction.atomic
def _claim_batch() -> list[OutgoingMail]:
    """Take some waiting rows that nobody else is looking at, and mark them in the same transaction."""
    rows = _waiting().select_for_update(skip_locked=True, of=("self",)).order_by("not_before", "pk")
    batch = list(rows.select_related("attachment")[:BATCH])
    claimed_at = clock.now()
    for mail in batch:
        check_move(MAIL_MOVES, current=mail.state, target=MailState.SENDING, states=MailState)
        mail.state, mail.claimed_at, mail.tries = MailState.SENDING, claimed_at, mail.tries + 1
    OutgoingMail.objects.filter(pk__in=[mail.pk for mail in batch]).update(
        state=MailState.SENDING, claimed_at=claimed_at, updated_at=claimed_at, tries=F("tries") + 1
    )
    return batch


def _send_batch(batch: list[OutgoingMail], done: Drained) -> bool:
    """Send over one connection; False when the server could not be reached and draining should stop."""
    connection: BaseEmailBackend = get_connection()
    try:
        for number, mail in enumerate(batch):
            try:
                _send_one(mail, connection, done)
            except _ServerGone:
                _give_back(batch[number + 1 :])
                return False
    finally:
        _close(connection)
    return True


def _send_one(mail: OutgoingMail, connection: BaseEmailBackend, done: Drained) -> None:
    try:
        made = message(mail, connection)
    except Exception as error:
        # A row that cannot become a message (its file is gone) may not stop the others.
        logger.exception("Mail %s could not be written as a message.", mail.pk)
        _failed(mail, f"{type(error).__name__}: {error}", done)
        return
    try:
        made.send()
    except smtplib.SMTPRecipientsRefused as error:
        _refused(mail, error, done)
    except smtplib.SMTPResponseException as error:
        _failed(mail, f"{error.smtp_code} {_text(error.smtp_error)}", done)
        _close(connection)
        if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPAuthenticationError):
            raise _ServerGone from error
    except (OSError, smtplib.SMTPException) as error:
        # smtplib's errors are OSErrors as well: refused, timed out, name not known, connection lost.
        _failed(mail, f"{type(error).__name__}: {error}", done)
        raise _ServerGone from error
    else:
        _sent(mail)
        done.sent += 1


def message(mail: OutgoingMail, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The row as a message: text, HTML, the invitation twice (shown, and as a file), the attachment."""
    headers = {
        "Message-ID": mail.message_id,
        "Content-Language": mail.language,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    made = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.body_text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        headers=headers,
        connection=connection,
    )
    made.attach_alternative(mail.body_html, "text/html")
    if mail.calendar:
        method = "CANCEL" if "METHOD:CANCEL" in mail.calendar else "REQUEST"
        made.attach_alternative(mail.calendar, f"text/calendar; method={method}")
        made.attach("invite.ics", mail.calendar.encode(), "application/ics")
    if mail.attachment is not None:
        with mail.attachment.file.open("rb") as file:
            made.attach(mail.attachment.name, file.read(), mail.attachment.content_type)
    return made


def wait_after(tries: int) -> timedelta:
    """How long a mail waits after its try number `tries`: 1, 4, 16, 64 minutes ... at most 12 hours."""
    return min(FIRST_WAIT * int(4 ** (tries - 1)), LONGEST_WAIT)


def _refused(mail: OutgoingMail, error: smtplib.SMTPRecipientsRefused, done: Drained) -> None:
    """The server does not take this address: for good (bounced), or for now or by its own policy (tried
    again)."""
    code, raw = next(iter(error.recipients.values()))
    words = _text(raw)
    if code in PERMANENT and not words.startswith(POLICY):
        _bounced(mail, f"{code} {words}")
        done.bounced += 1
    else:
        _failed(mail, f"{code} {words}", done)


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words


def _settle(mail: OutgoingMail, state: MailState, **fields: object) -> None:
    """Write the outcome down, as long as this claim still holds."""
    check_move(MAIL_MOVES, current=mail.state, target=state, states=MailState)
    OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENDING, claimed_at=mail.claimed_at).update(
        state=state, updated_at=clock.now(), **fields
    )


def _sent(mail: OutgoingMail) -> None:
    kept = {} if mail.body_kept else {"body_text": "", "body_html": ""}
    _settle(mail, MailState.SENT, sent_at=clock.now(), error="", **kept)
    if mail.recipient_id is not None:
        marked = Preference.objects.filter(user_id=mail.recipient_id, bounced_at__isnull=False)
        marked.update(bounced_at=None)


def _failed(mail: OutgoingMail, error: str, done: Drained) -> None:
    logger.warning("Mail %s failed on try %s: %s", mail.pk, mail.tries, error)
    not_before = clock.now() + wait_after(mail.tries)
    _settle(mail, MailState.FAILED, error=error[:LONGEST_ERROR], not_before=not_before)
    done.failed += 1


def _bounced(mail: OutgoingMail, error: str) -> None:
    logger.warning("Mail %s bounced: %s", mail.pk, error)
    _settle(mail, MailState.BOUNCED, error=error[:LONGEST_ERROR])
    if mail.recipient_id is not None:
        Preference.objects.update_or_create(user_id=mail.recipient_id, defaults={"bounced_at": clock.now()})


def _give_back(batch: list[OutgoingMail]) -> None:
    """Mails that were claimed but not tried wait again, without a try on their account."""
    for mail in batch:
        _settle(mail, MailState.QUEUED, tries=F("tries") - 1, not_before=clock.now() + FIRST_WAIT)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        logger.info("The mail server was gone when its connection was closed: %s", error)
