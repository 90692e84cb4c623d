"""Quarantine: what waits for the virus scanner is not given out, and nothing is lost while the scanner is away."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.http import Http404
from pytest_django import Settings

from sdgpartners.core import clock
from sdgpartners.documents import clamd, tasks
from sdgpartners.documents.content import ANYTHING, PDF
from sdgpartners.documents.enums import FileState
from sdgpartners.documents.errors import ScannerAway
from sdgpartners.documents.models import StoredFile
from sdgpartners.documents.selectors import LONG, Quarantine, quarantine
from sdgpartners.documents.services import deliver, scan_file, scan_waiting_files, store_upload
from sdgpartners.documents.services.files import store_bytes
from sdgpartners.documents.signals import file_refused
from tests.documents.making import MINIMAL_PDF, upload
from tests.documents.scanner import EICAR, Clamd, running_clamd

pytestmark = pytest.mark.django_db
INFECTED = MINIMAL_PDF.replace(b"%%EOF", b"% " + EICAR + b"\n%%EOF")
NOBODY = "tcp://127.0.0.1:1"


@pytest.fixture
def scanner(settings: Settings) -> Iterator[Clamd]:
    with running_clamd() as server:
        settings.CLAMD_URL = server.url
        yield server


def _sent(body: bytes = MINIMAL_PDF) -> StoredFile:
    return store_upload(upload=upload(body), purpose="receipt", actor=None, allowed=ANYTHING)


@pytest.mark.usefixtures("scanner")
def test_a_file_waits_and_is_given_out_once_it_was_looked_at() -> None:
    stored = _sent()
    assert stored.state == FileState.QUARANTINE
    with pytest.raises(Http404):
        deliver(stored)
    assert scan_waiting_files() == 1
    stored.refresh_from_db()
    assert (stored.state, stored.finding) == (FileState.CLEAN, "")
    response = deliver(stored)
    assert b"".join(response.streaming_content) == MINIMAL_PDF
    response.close()


def test_the_scanner_sees_every_byte(scanner: Clamd) -> None:
    large = MINIMAL_PDF[:-6] + b"%" + b"x" * 200_000 + b"\n%%EOF\n"
    _sent(large)
    scan_waiting_files()
    assert scanner.seen == [large]


@pytest.mark.usefixtures("scanner")
def test_an_infected_file_is_refused_by_name_and_its_bytes_go(
    django_capture_on_commit_callbacks: object,
) -> None:
    told: list[StoredFile] = []

    def listen(*, stored_file: StoredFile, **_kwargs: object) -> None:
        told.append(stored_file)

    file_refused.connect(listen)
    stored = _sent(INFECTED)
    path = Path(stored.file.path)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert scan_file(stored.pk) is True
    file_refused.disconnect(listen)
    stored.refresh_from_db()
    assert (stored.state, stored.finding) == (FileState.REFUSED, "Eicar-Test-Signature")
    assert told == [stored]
    assert not path.exists()
    # Looked at once: a second worker finds nothing to do.
    assert scan_file(stored.pk) is False


def test_without_an_answer_all_files_wait_and_the_row_says_why(settings: Settings, scanner: Clamd) -> None:
    first, second = _sent(), _sent(INFECTED)
    settings.CLAMD_URL = NOBODY
    assert scan_waiting_files() == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == second.state == FileState.QUARANTINE
    assert "ConnectionRefusedError" in first.scan_error
    # One try a round: the others are not asked for while nobody answers.
    assert second.scan_error == ""
    tasks.scan_file(first.pk)

    settings.CLAMD_URL = scanner.url
    assert scan_waiting_files() == 2
    states = StoredFile.objects.order_by("pk").values_list("state", "scan_error")
    assert list(states) == [(FileState.CLEAN, ""), (FileState.REFUSED, "")]


def test_a_scanner_that_hangs_up_is_away(scanner: Clamd) -> None:
    scanner.mute = True
    stored = _sent()
    with pytest.raises(ScannerAway):
        scan_file(stored.pk)
    stored.refresh_from_db()
    assert stored.state == FileState.QUARANTINE
    assert "without an answer" in stored.scan_error


def test_a_file_above_the_scanners_own_limit_waits_and_the_others_go_on(scanner: Clamd) -> None:
    scanner.limit = len(MINIMAL_PDF)
    large = _sent(MINIMAL_PDF[:-6] + b"%" + b"x" * 100 + b"\n%%EOF\n")
    small = _sent()
    assert scan_waiting_files() == 1
    large.refresh_from_db()
    small.refresh_from_db()
    assert (large.state, small.state) == (FileState.QUARANTINE, FileState.CLEAN)
    assert "size limit exceeded" in large.scan_error


def test_a_file_that_the_scanner_dies_of_does_not_hold_up_the_others(scanner: Clamd) -> None:
    scanner.deadly = b"% heavy"
    deadly = _sent(MINIMAL_PDF + b"% heavy\n")
    others = [_sent() for _ in range(3)]
    assert scan_waiting_files() == 0
    assert scan_waiting_files() == 3
    deadly.refresh_from_db()
    assert deadly.state == FileState.QUARANTINE
    assert not StoredFile.objects.filter(pk__in=[row.pk for row in others], state="quarantine").exists()
    scanner.deadly = b""
    assert scan_waiting_files() == 1


def test_what_waits_is_counted_since_the_oldest(scanner: Clamd) -> None:
    assert quarantine() == Quarantine(0, None)
    assert not quarantine().is_stuck
    first = _sent()
    _sent()
    assert quarantine() == Quarantine(2, first.created_at)
    assert not quarantine().is_stuck
    with clock.at(first.created_at + LONG + timedelta(seconds=1)):
        assert quarantine().is_stuck
    scan_waiting_files()
    assert quarantine() == Quarantine(0, None)


def test_the_scanner_is_asked_whether_it_works(scanner: Clamd) -> None:
    assert clamd.answers(scanner.url) is True
    scanner.mute = True
    assert clamd.answers(scanner.url) is False
    assert clamd.answers(NOBODY) is False
    with pytest.raises(ValueError, match="CLAMD_URL"):
        clamd.answers("clamd.example")


def test_the_log_says_how_many_files_wait_for_a_scanner_that_is_away(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CLAMD_URL = NOBODY
    first = _sent()
    _sent()
    scan_waiting_files()
    assert f"The virus scanner is away: 2 files wait since {first.created_at}." in caplog.messages


@pytest.mark.usefixtures("scanner")
def test_a_file_that_is_gone_does_not_stop_the_others() -> None:
    gone, here = _sent(), _sent()
    Path(gone.file.path).unlink()
    assert scan_waiting_files() == 1
    gone.refresh_from_db()
    here.refresh_from_db()
    assert (gone.state, here.state) == (FileState.QUARANTINE, FileState.CLEAN)


def test_without_a_scanner_files_are_usable_at_once_also_those_that_waited(settings: Settings) -> None:
    assert _sent().state == FileState.CLEAN
    settings.CLAMD_URL = NOBODY
    waiting = _sent()
    settings.CLAMD_URL = ""
    assert scan_waiting_files() == 1
    waiting.refresh_from_db()
    assert waiting.state == FileState.CLEAN


@pytest.mark.usefixtures("scanner")
def test_what_the_portal_makes_itself_does_not_wait() -> None:
    made = store_bytes(content=b"abc", name="a.pdf", content_type=PDF, purpose="report", actor=None)
    assert made.state == FileState.CLEAN


def test_a_socket_of_the_machine_serves_as_well(tmp_path: Path) -> None:
    with pytest.raises(ScannerAway), (tmp_path / "x").open("wb+") as empty:
        clamd.scan(f"unix://{tmp_path}/clamd.ctl", empty)
    with pytest.raises(ValueError, match="CLAMD_URL"), (tmp_path / "x").open("rb") as empty:
        clamd.scan("clamd.example:3310", empty)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_looks(scanner: Clamd) -> None:
    stored, barrier, done = _sent(), threading.Barrier(2), []

    def work() -> None:
        barrier.wait()
        done.append(scan_file(stored.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, True]
    assert len(scanner.seen) == 1
