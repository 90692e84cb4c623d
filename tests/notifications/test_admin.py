"""The mail log and its neighbours: for those who run the programme, read-only but for two steps."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sdgpartners.documents.enums import JobState
from sdgpartners.documents.models import Job
from sdgpartners.notifications.enums import MailState
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import queue_mail, queue_mail_to_address
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.factories import UserFactory, make_editor, make_seat
from tests.world import World

PAGES = (
    "documents_job",
    "documents_generatedreport",
    "notifications_outgoingmail",
    "notifications_remindersent",
    "notifications_preference",
)
LOG = "admin:notifications_outgoingmail_changelist"


def _people(world: World) -> dict[str, User]:
    return {
        "vvsg coordinator": world.coordinator_vvsg,
        "vvsg auditor": make_seat(world.vvsg, AssociationRole.AUDITOR),
        "administrator": UserFactory(is_superuser=True),
        "vvsg checker": make_seat(world.vvsg, AssociationRole.CHECKER),
        "ancb coordinator": world.coordinator_ancb,
        "ralga auditor": make_seat(world.ralga, AssociationRole.AUDITOR),
        "editor": make_editor(world.gent),
    }


@pytest.mark.django_db
def test_only_those_who_run_the_programme_read_the_logs(client: Client, world: World) -> None:
    found = {}
    for name, person in _people(world).items():
        client.force_login(person)
        found[name] = {client.get(reverse(f"admin:{page}_changelist")).status_code == 200 for page in PAGES}
    assert found == {
        "vvsg coordinator": {True},
        "vvsg auditor": {True},
        "administrator": {True},
        "vvsg checker": {False},
        "ancb coordinator": {False},
        "ralga auditor": {False},
        "editor": {False},
    }


@pytest.mark.django_db
def test_nothing_can_be_added_changed_or_deleted(client: Client, world: World, greeting: str) -> None:
    mail = queue_mail(kind=greeting, recipient=world.coordinator_vvsg)
    client.force_login(world.coordinator_vvsg)
    address = reverse("admin:notifications_outgoingmail_change", args=[mail.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"subject": "changed"}).status_code == 403
    assert client.post(reverse("admin:notifications_outgoingmail_delete", args=[mail.pk])).status_code == 403
    assert client.get(reverse("admin:notifications_outgoingmail_add")).status_code == 403
    mail.refresh_from_db()
    assert mail.subject != "changed"


@pytest.mark.django_db
def test_the_text_is_shown_escaped_and_a_secret_never(
    client: Client, world: World, write_template: Callable[..., None]
) -> None:
    write_template("shown", "Subject", "<script>alert(1)</script> {{ link }}")
    person = world.coordinator_vvsg
    plain = queue_mail(kind="shown", recipient=person, link="/open/")
    secret = queue_mail_to_address(
        kind="shown", to="a@example.org", language="en", link="/t0ken/", secret=True
    )
    client.force_login(person)
    pages = [
        client.get(reverse("admin:notifications_outgoingmail_change", args=[mail.pk])).content.decode()
        for mail in (plain, secret)
    ]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; http://testserver/open/" in pages[0]
    assert "<script>alert(1)" not in pages[0]
    assert "t0ken" not in pages[1]


def _act(client: Client, page: str, action: str, *rows: OutgoingMail | Job) -> HttpResponse:
    data: dict[str, Any] = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(reverse(f"admin:{page}_changelist"), data)


@pytest.mark.django_db
def test_a_coordinator_holds_mail_back_and_lets_it_go(client: Client, world: World, greeting: str) -> None:
    first, second = (queue_mail(kind=greeting, recipient=UserFactory()) for _number in range(2))
    OutgoingMail.objects.filter(pk=second.pk).update(state=MailState.SENT)
    world.coordinator_vvsg.language = "en"
    world.coordinator_vvsg.save(update_fields=["language"])
    client.force_login(world.coordinator_vvsg)
    response = _act(client, "notifications_outgoingmail", "hold", first, second)
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        f"{second}: This step is no longer possible: the present state is “Sent”.",
        "1 mail is held back.",
    ]
    first.refresh_from_db()
    assert first.state == MailState.HELD
    _act(client, "notifications_outgoingmail", "send_again", first)
    first.refresh_from_db()
    assert first.state == MailState.QUEUED


@pytest.mark.django_db
def test_an_auditor_reads_and_cannot_act(client: Client, world: World, greeting: str) -> None:
    mail = queue_mail(kind=greeting, recipient=UserFactory())
    client.force_login(make_seat(world.vvsg, AssociationRole.AUDITOR))
    assert 'value="hold"' not in client.get(reverse(LOG)).content.decode()
    _act(client, "notifications_outgoingmail", "hold", mail)
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED


@pytest.mark.django_db
def test_a_failed_job_starts_over(client: Client, world: World) -> None:
    failed, done = (
        Job.objects.create(kind="x", state=state, tries=3) for state in (JobState.FAILED, JobState.DONE)
    )
    client.force_login(world.coordinator_vvsg)
    _act(client, "documents_job", "start_over", failed, done)
    assert list(Job.objects.order_by("pk").values_list("state", "tries")) == [
        (JobState.QUEUED, 0),
        (JobState.DONE, 3),
    ]


@pytest.mark.django_db
def test_the_log_takes_the_same_statements_at_1_and_30_mails(
    client: Client, world: World, greeting: str
) -> None:
    client.force_login(world.coordinator_vvsg)
    counts = []
    for more in (1, 29):
        for _number in range(more):
            queue_mail(kind=greeting, recipient=UserFactory())
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse(LOG)).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 12
