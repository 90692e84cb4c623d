"""Mail templates of the tests, a mail server of their own, and people who read different languages."""

import copy
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from sdgpartners.people.models import User
from tests.factories import UserFactory

WriteTemplate = Callable[[str, str, str], None]
NAME = "{% if recipient %}{{ recipient.first_name }}{% else %}{{ to }}{% endif %}"
SUBJECT = "{% load i18n %}{% translate 'Monday' %}: " + NAME + " & 'co'"
BODY = """{% extends "emails/base.txt" %}{% load i18n %}{% block body %}
{% translate "January" %} <b>{{ note }}</b>

- one
- two & three

{% translate "Monday" %}:
{{ link }}
{% endblock %}"""


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    settings.MEDIA_ROOT = folder
    return folder


@pytest.fixture
def write_template(settings: Settings, tmp_path: Path) -> WriteTemplate:
    """Put the templates of one more kind of mail in place: kind, subject, text."""
    folder = tmp_path / "templates" / "emails"
    folder.mkdir(parents=True)
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(folder.parent)
    settings.TEMPLATES = templates

    def write(kind: str, subject: str = SUBJECT, body: str = BODY) -> None:
        (folder / f"{kind}.subject.txt").write_text(subject)
        (folder / f"{kind}.txt").write_text(body)

    return write


@pytest.fixture
def greeting(write_template: Callable[..., None]) -> str:
    """A kind of mail with words that Django itself translates, a list, a link of its own line."""
    write_template("greeting")
    return "greeting"


class Mailbox:
    """A mail server that takes mail, or refuses it by what stands before the @."""

    REFUSALS = {
        "unknown": "550 5.1.1 no such person",
        "relay": "550 5.7.1 relaying denied",
        "later": "451 4.3.0 come back later",
    }

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.data_answer = "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.REFUSALS.get(address.partition("@")[0])
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data_answer.startswith("250"):
            self.taken.append(envelope)
        return self.data_answer


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A real SMTP server on a free port; Django is set to send through it."""
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield box
    controller.stop()


@pytest.fixture
def reader_nl(db: None) -> User:
    user: User = UserFactory(email="an@example.org", first_name="An", language="nl")
    return user
