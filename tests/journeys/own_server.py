"""A web server of its own for journeys that kill it: gunicorn over the test database, as `make run` serves it."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@dataclass
class OwnServer:
    """Starts, kills and starts again on the same port."""

    folder: Path
    port: int = field(default_factory=_free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def collect(self) -> None:
        """Static files as visitors get them: named by their content, compressed."""
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=self._environment(), check=True)

    def start(self) -> None:
        command = [
            sys.executable, "-m", "gunicorn", "sdgpartners.wsgi:application", "--bind", f"127.0.0.1:{self.port}",
            "--worker-class", "gthread", "--workers", "1", "--threads", "4", "--no-control-socket",
            "--log-level", "warning",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, env=self._environment(), start_new_session=True)
        for _attempt in range(300):
            if self._answers():
                return
            time.sleep(0.1)
        raise AssertionError("gunicorn does not answer")

    def kill(self) -> None:
        """Without warning, as a lost machine: the master and its workers, which form a group of their own."""
        assert self.process is not None
        os.killpg(self.process.pid, 9)
        self.process.wait(10)
        self.process = None

    def _answers(self) -> bool:
        one = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            one.request("GET", "/health/")
            return one.getresponse().status == 200
        except OSError:
            return False
        finally:
            one.close()

    def _environment(self) -> dict[str, str]:
        address = os.environ["DATABASE_URL"].rpartition("/")[0]
        return {
            **os.environ,
            "DATABASE_URL": f"{address}/{connection.settings_dict['NAME']}",
            "STATIC_ROOT": str(self.folder / "static"),
            "MEDIA_ROOT": str(self.folder / "files"),
            "STATIC_MANIFEST": "1",
            "EMAIL_URL": "dummymail://",
            "SITE_URL": self.url,
        }
