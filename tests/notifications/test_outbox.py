"""The outbox: rows in the caller's transaction, in the reader's language, each sent once."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail as django_mail
from django.db import connection, transaction
from django.template import TemplateDoesNotExist
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from sdgpartners.core import clock, nudge
from sdgpartners.core.errors import MoveNotAllowed
from sdgpartners.notifications.enums import MailState
from sdgpartners.notifications.errors import BodyNotKept
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.rendering import text_to_html
from sdgpartners.notifications.services import (
    drain_outbox,
    hold_mail,
    queue_mail,
    queue_mail_to_address,
    send_again,
)
from sdgpartners.people.models import User
from tests.factories import UserFactory
from tests.notifications.conftest import WriteTemplate

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DEMO_LINE = "fictional demo round"


def _queue(kind: str, recipient: User | None = None, **more: object) -> OutgoingMail:
    person = recipient or UserFactory()
    return queue_mail(kind=kind, recipient=person, **more)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_words_are_the_readers_whoever_writes(greeting: str) -> None:
    with translation.override("fr"):
        mails = [_queue(greeting, UserFactory(language=code, first_name="A")) for code in ("nl", "fr", "en")]
    assert [mail.subject for mail in mails] == ["maandag: A & 'co'", "lundi: A & 'co'", "Monday: A & 'co'"]
    assert ["januari" in mails[0].body_text, "janvier" in mails[1].body_html] == [True, True]


@pytest.mark.django_db
def test_times_are_in_the_readers_zone(write_template: WriteTemplate) -> None:
    write_template(
        "zoned",
        "Hello",
        '{% extends "emails/base.txt" %}{% load ui %}{% block body %}{{ at|date:"H:i" }}{% endblock %}',
    )
    mail = _queue("zoned", UserFactory(time_zone="Africa/Kigali"), context={"at": NOON})
    assert mail.body_text.startswith("14:00\n")


@pytest.mark.django_db
def test_a_kind_without_templates_fails_at_once() -> None:
    with pytest.raises(TemplateDoesNotExist):
        _queue("nothing")
    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db
def test_a_subject_stays_one_line_of_bounded_length(write_template: WriteTemplate) -> None:
    write_template("long", "{{ title }}\n", "x")
    mail = _queue("long", context={"title": "a\r\nBcc: all@example.org " + "b" * 300})
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert len(mail.subject) == 250


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("demo", "person", "values", "marked"),
    [
        (True, False, {}, True),
        (False, True, {}, True),
        (False, False, {"is_demo": True}, True),
        (False, True, {"is_demo": False}, True),
        (False, False, {}, False),
    ],
)
def test_the_fictional_mark_is_in_text_and_html(
    *, settings: Settings, greeting: str, demo: bool, person: bool, values: dict[str, object], marked: bool
) -> None:
    settings.DEMO = demo
    mail = _queue(greeting, UserFactory(is_demo=person), context=values)
    assert [DEMO_LINE in mail.body_text, DEMO_LINE in mail.body_html] == [marked, marked]


def test_html_is_made_from_the_text() -> None:
    text = "A <b>\nsecond line\n\n- one\n- https://example.org/x\n\nOpen it:\nhttps://p.example/t/\n\nSee:\nhttps://else.example/"
    assert str(text_to_html(text, "https://p.example/t/")).split("\n") == [
        "<p>A &lt;b&gt;<br>second line</p>",
        '<ul><li>one</li><li><a href="https://example.org/x">https://example.org/x</a></li></ul>',
        '<p class="button"><a href="https://p.example/t/">Open it</a></p>',
        '<p>See:<br><a href="https://else.example/">https://else.example/</a></p>',
    ]


@pytest.mark.django_db
def test_a_line_like_the_signature_cuts_nothing_off(write_template: WriteTemplate) -> None:
    write_template(
        "signed", "Hello", '{% extends "emails/base.txt" %}{% block body %}before\n-- \nafter{% endblock %}'
    )
    html = _queue("signed").body_html
    assert ["before" in html, "after" in html] == [True, True]


@pytest.mark.django_db
def test_mail_is_part_of_the_transaction_that_causes_it(greeting: str) -> None:
    person = UserFactory()
    with transaction.atomic():
        _queue(greeting, person)
        transaction.set_rollback(True)
    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db
def test_the_nudge_goes_out_after_commit(
    greeting: str,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(nudge.current_app, "send_task", lambda name, args, retry: sent.append(name))
    with django_capture_on_commit_callbacks(execute=True):
        _queue(greeting)
        assert sent == []
    assert sent == ["notifications.drain_outbox"]


@pytest.mark.django_db
def test_superseding_replaces_only_what_is_the_same_and_unsent(
    greeting: str, write_template: WriteTemplate
) -> None:
    write_template("other")
    one, two = UserFactory(), UserFactory()
    old = [_queue(greeting, one, target="A") for _number in range(4)]
    for mail, state in zip(
        old, (MailState.QUEUED, MailState.HELD, MailState.FAILED, MailState.SENT), strict=True
    ):
        OutgoingMail.objects.filter(pk=mail.pk).update(state=state)
    kept = [
        _queue("other", one, target="A"),
        _queue(greeting, two, target="A"),
        _queue(greeting, one, target="B"),
    ]
    newer = _queue(greeting, one, target="A", supersede=True)
    for mail in (*old, *kept, newer):
        mail.refresh_from_db()
    assert [mail.state for mail in old] == [*[MailState.SUPERSEDED] * 3, MailState.SENT]
    assert [mail.superseded_by for mail in old] == [newer, newer, newer, None]
    assert [mail.state for mail in (*kept, newer)] == [MailState.QUEUED] * 4


@pytest.mark.django_db
def test_a_held_mail_stays_until_it_is_sent_again(greeting: str) -> None:
    mail = hold_mail(mail=_queue(greeting), actor=None)
    assert drain_outbox().sent == 0
    assert send_again(mail=mail, actor=None) == mail
    assert drain_outbox().sent == 1
    with pytest.raises(MoveNotAllowed):
        hold_mail(mail=mail, actor=None)


@pytest.mark.django_db
def test_what_was_given_up_starts_over_with_all_its_tries(greeting: str) -> None:
    mail = _queue(greeting)
    OutgoingMail.objects.update(
        state=MailState.FAILED, tries=8, error="down", not_before=NOON + timedelta(days=999)
    )
    mail = send_again(mail=mail, actor=None)
    assert (mail.state, mail.tries, mail.error) == (MailState.QUEUED, 0, "")
    assert drain_outbox().sent == 1


@pytest.mark.django_db
def test_of_a_sent_mail_a_copy_goes_out(greeting: str) -> None:
    mail = _queue(greeting, target="A")
    drain_outbox()
    again = send_again(mail=mail, actor=None)
    assert again != mail
    drain_outbox()
    assert len(django_mail.outbox) == 2
    first, second = django_mail.outbox
    assert (first.subject, first.body, first.to) == (second.subject, second.body, second.to)
    assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]


@pytest.mark.django_db
def test_a_secret_that_went_out_cannot_go_again(greeting: str) -> None:
    mail = queue_mail_to_address(kind=greeting, to="a@example.org", language="en", secret=True)
    drain_outbox()
    with pytest.raises(BodyNotKept):
        send_again(mail=mail, actor=None)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [MailState.QUEUED, MailState.SENDING, MailState.SUPERSEDED])
def test_what_is_on_its_way_or_replaced_is_not_sent_again(greeting: str, state: MailState) -> None:
    mail = _queue(greeting)
    OutgoingMail.objects.update(state=state)
    with pytest.raises(MoveNotAllowed):
        send_again(mail=mail, actor=None)


@pytest.mark.django_db
def test_mail_for_later_waits(greeting: str) -> None:
    with clock.at(NOON):
        _queue(greeting)
    with clock.at(NOON - timedelta(seconds=1)):
        assert drain_outbox().sent == 0
    with clock.at(NOON):
        assert drain_outbox().sent == 1


@pytest.mark.django_db(transaction=True)
def test_two_drains_at_once_send_each_mail_once(greeting: str) -> None:
    expected = sorted(_queue(greeting).to for _number in range(60))
    together = Barrier(2)
    counts: list[int] = []

    def drain() -> None:
        try:
            together.wait()
            counts.append(drain_outbox().sent)
        finally:
            connection.close()

    threads = [Thread(target=drain) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(message.to[0] for message in django_mail.outbox) == expected
    assert sum(counts) == 60
    assert set(OutgoingMail.objects.values_list("state", "tries")) == {(MailState.SENT, 1)}


@pytest.mark.django_db
def test_claiming_takes_the_same_statements_for_1_and_10_mails(greeting: str) -> None:
    counts = []
    for size in (1, 10):
        for _number in range(size):
            _queue(greeting)
        with CaptureQueriesContext(connection) as caught:
            assert drain_outbox().sent == size
        counts.append(len(caught) - 2 * size)
    # Each mail costs two: its outcome, and the mark of its address.
    assert counts[0] == counts[1]
