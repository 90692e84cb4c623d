"""ClamAV itself, where it is installed: what the small server of the other tests imitates, done by clamd.

Its only signature is that of EICAR's test string, so that nothing is downloaded.
"""

import io
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from sdgpartners.documents import clamd
from sdgpartners.documents.content import ANYTHING
from sdgpartners.documents.enums import FileState
from sdgpartners.documents.errors import ScanFailed, ScannerAway
from sdgpartners.documents.models import StoredFile
from sdgpartners.documents.services import scan_file, scan_waiting_files, store_upload
from tests.documents.making import MINIMAL_PDF, office, upload
from tests.documents.scanner import EICAR

pytestmark = pytest.mark.skipif(shutil.which("clamd") is None, reason="ClamAV is not installed")
FOUND = "Eicar-Test-Signature.UNOFFICIAL"
INFECTED = MINIMAL_PDF.replace(b"%%EOF", b"% " + EICAR + b"\n%%EOF")
START_SECONDS = 30


class Daemon:
    """clamd in a folder of its own, on a socket there and on a free port of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.port_url = f"tcp://127.0.0.1:{port}"
        self.socket_url = f"unix://{folder}/clamd.ctl"
        (folder / "db").mkdir()
        (folder / "db" / "own.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
        lines = ["Foreground yes", f"DatabaseDirectory {folder}/db", f"LocalSocket {folder}/clamd.ctl",
                 "TCPAddr 127.0.0.1", f"TCPSocket {port}", "StreamMaxLength 1M"]  # fmt: skip
        if os.geteuid() == 0:
            lines.append("User root")
        (folder / "clamd.conf").write_text("\n".join(lines) + "\n")

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = ["clamd", "--config-file", str(self.folder / "clamd.conf")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                clamd.scan(self.port_url, io.BytesIO(b"."))
                return
            except ScannerAway:
                assert time.monotonic() < until, "clamd does not start"
                time.sleep(0.05)

    def send(self, number: signal.Signals) -> None:
        """A signal; SIGKILL is waited for."""
        assert self.process is not None
        self.process.send_signal(number)
        if number == signal.SIGKILL:
            self.process.wait()


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    # Not below pytest's folders: the path of a socket has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder:
        made = Daemon(Path(folder))
        made.start()
        yield made
        made.send(signal.SIGKILL)


def _sent(body: bytes, name: str = "bewijs.pdf") -> StoredFile:
    return store_upload(upload=upload(body, name), purpose="receipt", actor=None, allowed=ANYTHING)


def _states() -> list[str]:
    return list(StoredFile.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.django_db
def test_a_clean_file_is_let_through_and_an_infected_one_loses_its_bytes(
    daemon: Daemon, settings: Settings, django_capture_on_commit_callbacks: object
) -> None:
    for url in (daemon.port_url, daemon.socket_url):
        StoredFile.objects.all().delete()
        settings.CLAMD_URL = url
        clean, infected = _sent(MINIMAL_PDF), _sent(INFECTED)
        packed = _sent(office({"word/document.xml": EICAR + b" " * 500}), "verslag.docx")
        assert _states() == [FileState.QUARANTINE] * 3
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            assert scan_waiting_files() == 3
        assert _states() == [FileState.CLEAN, FileState.REFUSED, FileState.REFUSED]
        assert Path(clean.file.path).read_bytes() == MINIMAL_PDF
        for refused in (infected, packed):
            refused.refresh_from_db()
            assert refused.finding == FOUND
            assert not Path(refused.file.path).exists()


@pytest.mark.django_db
def test_a_file_above_its_limit_waits_and_the_others_go_on(daemon: Daemon, settings: Settings) -> None:
    for url in (daemon.port_url, daemon.socket_url):
        with pytest.raises(ScanFailed, match="size limit exceeded"):
            clamd.scan(url, io.BytesIO(os.urandom(8_000_000)))
    settings.CLAMD_URL = daemon.port_url
    _sent(MINIMAL_PDF[:-6] + b"%" + b"x" * 2_000_000 + b"\n%%EOF\n")
    _sent(MINIMAL_PDF)
    assert scan_waiting_files() == 1
    assert _states() == [FileState.QUARANTINE, FileState.CLEAN]


@pytest.mark.django_db(transaction=True)
def test_killed_while_it_looks_it_loses_nothing(daemon: Daemon, settings: Settings) -> None:
    settings.CLAMD_URL = daemon.socket_url
    files = [_sent(body) for body in (MINIMAL_PDF, INFECTED, MINIMAL_PDF)]
    # Stopped it takes the stream and does not answer: the worker is in the middle of a file when it dies.
    daemon.send(signal.SIGSTOP)
    left: list[int] = []

    def work() -> None:
        left.append(scan_waiting_files())
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    worker.join(0.5)
    assert worker.is_alive()
    daemon.send(signal.SIGKILL)
    worker.join()
    assert left == [0]
    assert _states() == [FileState.QUARANTINE] * 3
    with pytest.raises(ScannerAway):
        scan_file(files[0].pk)
    assert all(Path(row.file.path).exists() for row in files)

    daemon.start()
    assert scan_waiting_files() == 3
    assert _states() == [FileState.CLEAN, FileState.REFUSED, FileState.CLEAN]
    assert [Path(row.file.path).exists() for row in files] == [True, False, True]
