"""The address that watchers ask: one word, and the truth."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from health_check.checks import Cache
from health_check.exceptions import ServiceUnavailable
from pytest_django import Settings

from portal.selectors.tasks import waiting_on
from sdgpartners.core import clock
from sdgpartners.documents.content import ANYTHING
from sdgpartners.documents.models import StoredFile
from sdgpartners.documents.selectors import LONG
from sdgpartners.documents.services import scan_waiting_files, store_upload
from tests.documents.making import MINIMAL_PDF, upload
from tests.documents.scanner import running_clamd
from tests.factories import UserFactory, make_editor
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html", "no/such;thing", "nonsense"])
def test_a_portal_that_works_says_so_in_one_word(client: Client, accept: str) -> None:
    answer = client.get(reverse("portal:health"), headers={"accept": accept})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer.headers["Cache-Control"]


def test_what_fails_is_not_told_to_strangers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(self: Cache) -> None:
        raise ServiceUnavailable("redis at a secret address")

    monkeypatch.setattr(Cache, "run", run)
    answer = client.get(reverse("portal:health"))
    assert (answer.status_code, answer.content) == (500, b"failing\n")


@pytest.mark.parametrize("way", ["?format=json", "?format=openmetrics"])
def test_no_other_form_gives_details(client: Client, way: str) -> None:
    assert client.get(reverse("portal:health") + way).content == b"ok\n"


def _sent() -> StoredFile:
    return store_upload(upload=upload(MINIMAL_PDF), purpose="receipt", actor=None, allowed=ANYTHING)


def test_a_scanner_that_is_away_degrades_the_portal_and_fails_nothing(
    client: Client, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MEDIA_ROOT = tmp_path
    page = reverse("portal:health")
    with running_clamd() as scanner:
        settings.CLAMD_URL = scanner.url
        stored = _sent()
        assert client.get(page).content == b"ok\n"
        scanner.mute = True
        answer = client.get(page)
        assert (answer.status_code, answer.content) == (200, b"degraded\n")
        assert "does not answer; 1 files wait since" in caplog.text
        # It answers again, but nobody comes for the file: no worker, no beat, or a file it cannot look at.
        scanner.mute = False
        with clock.at(stored.created_at + LONG * 2):
            assert client.get(page).content == b"degraded\n"
            scan_waiting_files()
            assert client.get(page).content == b"ok\n"


def test_files_that_wait_long_stand_at_the_desk_of_those_in_charge(
    settings: Settings, tmp_path: Path, world: World
) -> None:
    settings.MEDIA_ROOT, settings.CLAMD_URL = tmp_path, "tcp://127.0.0.1:1"
    label = "Files wait for the virus scanner"
    administrator = UserFactory(is_superuser=True, language="en")
    _sent()
    stored = _sent()
    assert waiting_on(administrator) == []
    with clock.at(stored.created_at + LONG * 2):
        for person in (administrator, world.coordinator_vvsg):
            (task,) = [task for task in waiting_on(person) if task.label == label]
            assert task.about.startswith("2 files, since ")
            assert task.url == reverse("admin:documents_storedfile_changelist") + "?state__exact=quarantine"
        for person in (world.coordinator_ancb, make_editor(world.gent)):
            assert label not in [task.label for task in waiting_on(person)]
