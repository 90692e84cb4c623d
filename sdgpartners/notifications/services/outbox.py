"""The outbox: a mail is a row, written in the transaction that causes it."""

import logging
import uuid
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from sdgpartners.core import clock
from sdgpartners.core.errors import MoveNotAllowed
from sdgpartners.core.moves import check_move
from sdgpartners.core.nudge import nudge
from sdgpartners.documents.models import StoredFile
from sdgpartners.notifications.enums import MAIL_MOVES, MailState
from sdgpartners.notifications.errors import BodyNotKept
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.rendering import LONGEST_SUBJECT, render_mail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Language

logger = logging.getLogger(__name__)

DRAIN_TASK = "notifications.drain_outbox"
MOST_TRIES = 8
RESENDABLE = (MailState.HELD, MailState.FAILED, MailState.BOUNCED, MailState.SENT)
UNSENT = (MailState.QUEUED, MailState.HELD, MailState.FAILED)


@transaction.atomic
def queue_mail(
    *,
    kind: str,
    recipient: User,
    link: str = "",
    target: str = "",
    context: Mapping[str, object] | None = None,
    attachment: StoredFile | None = None,
    calendar: str = "",
    actor: User | None = None,
    supersede: bool = False,
    replaces: Collection[str] = (),
) -> OutgoingMail:
    """Write a mail to a person into the outbox, in their language and zone, in the caller's transaction.

    `link` is the path of the page where the task is done, `target` the reference of what it is about,
    `calendar` an invitation from `notifications.calendar`. With `supersede` earlier mails of the same kind,
    target and person that have not gone out are replaced. `replaces` names kinds that contradict this mail: of
    those, earlier ones that have not gone out never do, and no copy goes of one that has. `actor` is written to the
    log. Nudges the worker after commit. Raises TemplateDoesNotExist for a kind without templates.
    """
    given = context or {}
    words = render_mail(
        kind=kind,
        language=recipient.language,
        zone=recipient.time_zone,
        link=link,
        context={**given, "recipient": recipient, "is_demo": recipient.is_demo or given.get("is_demo")},
    )
    mail = _store(
        OutgoingMail(
            recipient=recipient,
            to=recipient.email,
            language=recipient.language,
            kind=kind,
            target=target,
            subject=words.subject,
            body_text=words.text,
            body_html=words.html,
            attachment=attachment,
            calendar=calendar,
        )
    )
    if supersede:
        _supersede_earlier(mail)
    if replaces:
        _replace_earlier(mail, replaces)
    logger.info("Mail %s (%s) queued by %s.", mail.pk, kind, actor.pk if actor else "the system")
    return mail


@transaction.atomic
def queue_mail_to_address(
    *,
    kind: str,
    to: str,
    language: str,
    link: str = "",
    target: str = "",
    context: Mapping[str, object] | None = None,
    secret: bool = False,
    calendar: str = "",
    zone: str = "",
) -> OutgoingMail:
    """Like `queue_mail`, for an address that is no account yet; `recipient` in the context is None.

    Times stand in `zone` (IANA), or in the portal's own.

    `secret` is for mails whose link opens a door (invitations): nobody can preview them and the text is
    wiped once the mail has gone out. ValueError for an unknown language.
    """
    words = render_mail(
        kind=kind,
        language=Language(language),
        zone=zone or settings.TIME_ZONE,
        link=link,
        context={**(context or {}), "recipient": None},
    )
    return _store(
        OutgoingMail(
            to=to,
            language=language,
            kind=kind,
            target=target,
            subject=words.subject,
            body_text=words.text,
            body_html=words.html,
            calendar=calendar,
            body_kept=not secret,
        )
    )


@transaction.atomic
def log_sent_mail(
    *, kind: str, to: str, recipient: User | None, language: str, subject: str, message_id: str, error: str
) -> OutgoingMail:
    """Write a mail that went past the outbox into the log, without its text; no `error` means that it went.

    It is never sent from here, not even when it failed: its code or link would be stale.
    """
    now = clock.now()
    return OutgoingMail.objects.create(
        kind=kind,
        to=to,
        recipient=recipient,
        language=language if language in Language.values else Language.EN,
        subject=subject[:LONGEST_SUBJECT],
        message_id=message_id,
        body_kept=False,
        state=MailState.FAILED if error else MailState.SENT,
        tries=MOST_TRIES,
        error=error,
        sent_at=None if error else now,
    )


@transaction.atomic
def hold_mail(*, mail: OutgoingMail, actor: User | None) -> OutgoingMail:
    """Keep a mail that has not gone out from going. Locks the row; MoveNotAllowed when it went already."""
    mail = _locked(mail)
    _move(mail, MailState.HELD)
    logger.info("Mail %s held by %s.", mail.pk, actor.pk if actor else "the system")
    return mail


@transaction.atomic
def send_again(*, mail: OutgoingMail, actor: User | None) -> OutgoingMail:
    """Let a held, failed or bounced mail go now; of a sent one a copy goes out. Gives the row that will be
    sent.

    Locks the row. Raises MoveNotAllowed while it waits, is being sent or was superseded or replaced, and BodyNotKept
    when the text of a sent mail was wiped.
    """
    mail = _locked(mail)
    if mail.superseded_by_id is not None:
        raise MoveNotAllowed(state=MailState.SUPERSEDED.label)
    if mail.state not in RESENDABLE:
        raise MoveNotAllowed(state=MailState(mail.state).label)
    if not mail.body_text:
        raise BodyNotKept
    logger.info("Mail %s sent again by %s.", mail.pk, actor.pk if actor else "the system")
    if mail.state == MailState.SENT:
        return _store(_copy(mail))
    mail.tries, mail.error, mail.not_before = 0, "", clock.now()
    _move(mail, MailState.QUEUED)
    nudge(DRAIN_TASK)
    return mail


def new_message_id() -> str:
    """An id that stays with the row through every try, so that a mail server or reader can see a
    repetition."""
    return f"<{uuid.uuid4().hex}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def _store(mail: OutgoingMail) -> OutgoingMail:
    mail.message_id = new_message_id()
    mail.full_clean(exclude=["recipient", "attachment", "superseded_by"])
    mail.save()
    nudge(DRAIN_TASK)
    return mail


def _copy(mail: OutgoingMail) -> OutgoingMail:
    kept = ("recipient", "to", "language", "kind", "target", "subject", "body_text", "body_html", "calendar")
    return OutgoingMail(attachment=mail.attachment, **{name: getattr(mail, name) for name in kept})


def _supersede_earlier(mail: OutgoingMail) -> None:
    earlier = OutgoingMail.objects.select_for_update().filter(
        kind=mail.kind, target=mail.target, recipient=mail.recipient, state__in=UNSENT
    )
    for old in earlier.exclude(pk=mail.pk):
        old.superseded_by = mail
        _move(old, MailState.SUPERSEDED)


def _replace_earlier(mail: OutgoingMail, kinds: Collection[str]) -> None:
    earlier = OutgoingMail.objects.select_for_update(of=("self",)).filter(
        kind__in=kinds, target=mail.target, recipient=mail.recipient
    )
    for old in earlier.exclude(pk=mail.pk).exclude(state=MailState.SUPERSEDED):
        old.superseded_by = mail
        if old.state in UNSENT:
            _move(old, MailState.SUPERSEDED)
        else:
            # On its way or gone: the mark keeps it from a second try and from being sent again.
            old.save(update_fields=["superseded_by", "updated_at"])


def _locked(mail: OutgoingMail) -> OutgoingMail:
    return OutgoingMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)


def _move(mail: OutgoingMail, target: MailState) -> None:
    check_move(MAIL_MOVES, current=mail.state, target=target, states=MailState)
    mail.state = target
    mail.save()
