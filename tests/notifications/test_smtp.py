"""A real SMTP exchange: what goes out is read back as a mail reader would, and refusals are told apart."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from pytest_django import Settings

from sdgpartners.core import clock
from sdgpartners.documents.services import store_bytes
from sdgpartners.notifications.calendar import invitation_ics
from sdgpartners.notifications.enums import MailState
from sdgpartners.notifications.models import OutgoingMail, Preference
from sdgpartners.notifications.services import drain_outbox, queue_mail, queue_mail_to_address
from sdgpartners.notifications.services.sending import MOST_TRIES, STALE_AFTER
from sdgpartners.people.models import User
from tests.factories import UserFactory
from tests.notifications.conftest import Mailbox

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _read(mailbox: Mailbox) -> list[EmailMessage]:
    found = []
    for envelope in mailbox.taken:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def _part(message: EmailMessage, content_type: str) -> EmailMessage:
    (part,) = (part for part in message.walk() if part.get_content_type() == content_type)
    assert isinstance(part, EmailMessage)
    return part


def _invitation(attendee: str, sequence: int = 0, *, cancelled: bool = False) -> str:
    brussels = ZoneInfo("Europe/Brussels")
    return invitation_ics(
        uid="SES-2026-0001@sdgpartners",
        sequence=sequence,
        starts_at=datetime(2027, 1, 12, 10, tzinfo=brussels),
        ends_at=datetime(2027, 1, 12, 12, tzinfo=brussels),
        summary="Sessie über coöperatie",
        description="Lees vooraf het huiswerk. " * 10,
        location="online",
        organizer_email="portal@example.org",
        attendee_email=attendee,
        cancelled=cancelled,
    )


def test_a_whole_mail_read_back(mailbox: Mailbox, greeting: str, reader_nl: User) -> None:
    file = store_bytes(
        content=b"%PDF-1.4", name="brief.pdf", content_type="application/pdf", purpose="x", actor=None
    )
    mail = queue_mail(
        kind=greeting,
        recipient=reader_nl,
        link="/start/",
        target="APP-2026-0001",
        context={"note": "<i>Covè</i>"},
        attachment=file,
        calendar=_invitation(reader_nl.email),
    )
    done = drain_outbox()
    assert (done.sent, done.failed, done.bounced) == (1, 0, 0)

    (envelope,) = mailbox.taken
    assert envelope.rcpt_tos == ["an@example.org"]
    (message,) = _read(mailbox)
    assert message["To"] == "an@example.org"
    assert message["From"] == "SDG Partners <portal@localhost>"
    assert message["Subject"] == "maandag: An & 'co'"
    assert message["Message-ID"] == mail.message_id
    assert message["Content-Language"] == "nl"
    assert message["Auto-Submitted"] == "auto-generated"

    text = _part(message, "text/plain").get_content()
    assert "januari <b><i>Covè</i></b>" in text
    assert "http://testserver/start/" in text
    html = _part(message, "text/html").get_content()
    assert '<html lang="nl">' in html
    assert "januari &lt;b&gt;&lt;i&gt;Covè&lt;/i&gt;&lt;/b&gt;" in html
    assert "<ul><li>one</li><li>two &amp; three</li></ul>" in html
    assert '<p class="button"><a href="http://testserver/start/">maandag</a></p>' in html

    shown = _part(message, "text/calendar")
    assert shown["Content-Type"].params["method"] == "REQUEST"
    (event,) = icalendar.Calendar.from_ical(shown.get_content()).walk("VEVENT")
    assert event["SUMMARY"] == "Sessie über coöperatie"
    attached = {part.get_filename(): part.get_content_type() for part in message.iter_attachments()}
    assert attached == {"invite.ics": "application/ics", "brief.pdf": "application/pdf"}
    assert _part(message, "application/pdf").get_content() == b"%PDF-1.4"

    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.error) == (MailState.SENT, 1, "")
    assert mail.sent_at is not None


def test_a_cancellation_says_so(mailbox: Mailbox, greeting: str, reader_nl: User) -> None:
    queue_mail(kind=greeting, recipient=reader_nl, calendar=_invitation("an@example.org", 1, cancelled=True))
    drain_outbox()
    part = _part(_read(mailbox)[0], "text/calendar")
    assert part["Content-Type"].params["method"] == "CANCEL"
    (event,) = icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT")
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


def test_an_address_without_account_gets_mail_and_a_secret_is_wiped(mailbox: Mailbox, greeting: str) -> None:
    mail = queue_mail_to_address(
        kind=greeting,
        to="new@example.org",
        language="fr",
        link="/secret-token/",
        context={"to": "vous"},
        secret=True,
    )
    assert "secret-token" in mail.body_text
    drain_outbox()
    (message,) = _read(mailbox)
    assert message["Subject"] == "lundi: vous & 'co'"
    assert "http://testserver/secret-token/" in _part(message, "text/plain").get_content()
    mail.refresh_from_db()
    assert (mail.state, mail.body_text, mail.body_html) == (MailState.SENT, "", "")


def test_refusals_are_told_apart(mailbox: Mailbox, greeting: str) -> None:
    people = {
        name: UserFactory(email=f"{name}@example.org") for name in ("unknown", "relay", "later", "good")
    }
    for person in people.values():
        queue_mail(kind=greeting, recipient=person)
    done = drain_outbox()
    assert (done.sent, done.failed, done.bounced) == (1, 2, 1)
    found = {mail.to.partition("@")[0]: (mail.state, mail.error) for mail in OutgoingMail.objects.all()}
    assert found == {
        "unknown": (MailState.BOUNCED, "550 5.1.1 no such person"),
        "relay": (MailState.FAILED, "550 5.7.1 relaying denied"),
        "later": (MailState.FAILED, "451 4.3.0 come back later"),
        "good": (MailState.SENT, ""),
    }
    # Only the address that does not exist is marked: a relay that refuses us says nothing about people.
    assert [row.user for row in Preference.objects.filter(bounced_at__isnull=False)] == [people["unknown"]]


def test_an_address_that_takes_mail_again_loses_its_mark(
    mailbox: Mailbox, greeting: str, reader_nl: User
) -> None:
    Preference.objects.create(user=reader_nl, bounced_at=NOON)
    queue_mail(kind=greeting, recipient=reader_nl)
    drain_outbox()
    assert Preference.objects.get(user=reader_nl).bounced_at is None


def test_a_refused_text_is_tried_again_with_longer_and_longer_waits(
    mailbox: Mailbox, greeting: str, reader_nl: User
) -> None:
    mailbox.data_answer = "554 5.6.0 not like this"
    with clock.at(NOON):
        mail = queue_mail(kind=greeting, recipient=reader_nl)
    moment, waits = NOON, []
    for number in range(1, MOST_TRIES + 1):
        with clock.at(moment):
            drain_outbox()
            assert drain_outbox().failed == 0
        mail.refresh_from_db()
        assert (mail.state, mail.tries) == (MailState.FAILED, number)
        waits.append(mail.not_before - moment)
        moment = mail.not_before
    minutes = [round(wait / timedelta(minutes=1)) for wait in waits]
    assert minutes == [1, 4, 16, 64, 256, 720, 720, 720]
    assert mail.error == "554 5.6.0 not like this"
    # After the last try it stays where a coordinator sees it.
    with clock.at(moment + timedelta(days=30)):
        assert drain_outbox().failed == 0
    assert mailbox.taken == []


def test_a_server_that_is_down_costs_one_try_of_one_mail(
    settings: Settings, greeting: str, reader_nl: User, mailbox: Mailbox
) -> None:
    up = settings.EMAIL_PORT
    settings.EMAIL_PORT = 1
    with clock.at(NOON):
        for _number in range(3):
            queue_mail(kind=greeting, recipient=reader_nl)
        assert drain_outbox().failed == 1
    found = OutgoingMail.objects.order_by("pk").values_list("state", "tries")
    assert list(found) == [(MailState.FAILED, 1), (MailState.QUEUED, 0), (MailState.QUEUED, 0)]
    assert "Connection refused" in OutgoingMail.objects.order_by("pk")[0].error

    settings.EMAIL_PORT = up
    with clock.at(NOON + timedelta(minutes=1)):
        assert drain_outbox().sent == 3
    assert len(mailbox.taken) == 3


def test_a_mail_whose_file_is_gone_does_not_stop_the_others(
    mailbox: Mailbox, greeting: str, reader_nl: User
) -> None:
    file = store_bytes(content=b"x", name="x.pdf", content_type="application/pdf", purpose="x", actor=None)
    broken = queue_mail(kind=greeting, recipient=reader_nl, attachment=file)
    Path(file.file.path).unlink()
    queue_mail(kind=greeting, recipient=reader_nl)
    done = drain_outbox()
    assert (done.sent, done.failed) == (1, 1)
    broken.refresh_from_db()
    assert broken.error.startswith("FileNotFoundError")


def test_a_mail_whose_sender_died_goes_out_under_the_same_id(
    mailbox: Mailbox, greeting: str, reader_nl: User
) -> None:
    with clock.at(NOON):
        mail = queue_mail(kind=greeting, recipient=reader_nl)
        OutgoingMail.objects.update(state=MailState.SENDING, claimed_at=NOON, tries=1)
    with clock.at(NOON + STALE_AFTER):
        assert drain_outbox().sent == 0
    with clock.at(NOON + STALE_AFTER + timedelta(seconds=1)):
        assert drain_outbox().sent == 1
    assert [message["Message-ID"] for message in _read(mailbox)] == [mail.message_id]
