"""Starting a real Celery worker, a process of its own, on the tests' database and Redis."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from sdgpartners.celery import app

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90
WORK_SECONDS = 90


@contextmanager
def running_worker(log: Path, extra: Mapping[str, str] | None = None) -> Iterator[None]:
    """A worker with one child, ready to take tasks inside the block and ended after it."""
    app.control.purge()
    command = [sys.executable, "-m", "celery", "-A", "sdgpartners.celery", "worker", "-c", "1", "-l", "INFO"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**_environment(), **(extra or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        wait_for(lambda: b" ready." in log.read_bytes() or process.poll() is not None, log, START_SECONDS)
        assert process.poll() is None, log.read_text()
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(done: Callable[[], bool], log: Path, seconds: float = WORK_SECONDS) -> None:
    """Ask until it is done; the worker's log is the message when it takes too long."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def _environment() -> dict[str, str]:
    """As the tests', with the database that pytest-django made instead of the one it was made beside."""
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    return {
        **os.environ,
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "tests.documents.worker_settings",
    }
