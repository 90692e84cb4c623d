"""Mail sent by a real Celery worker process to a real mail server."""

from pathlib import Path

import pytest
from pytest_django import Settings

from sdgpartners.notifications.enums import MailState
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import queue_mail
from tests.documents.worker import running_worker, wait_for
from tests.factories import UserFactory
from tests.notifications.conftest import Mailbox


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_what_a_transaction_queued(
    settings: Settings, tmp_path: Path, mailbox: Mailbox, greeting: str
) -> None:
    log = tmp_path / "worker.log"
    with running_worker(log, {"EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}"}):
        # The nudge alone does it: no beat runs here.
        people = [UserFactory() for _number in range(3)]
        for person in people:
            queue_mail(kind=greeting, recipient=person)
        wait_for(lambda: OutgoingMail.objects.filter(state=MailState.SENT).count() == 3, log)
    assert sorted(address for envelope in mailbox.taken for address in envelope.rcpt_tos) == sorted(
        person.email for person in people
    )
    assert set(OutgoingMail.objects.values_list("tries", flat=True)) == {1}
