"""`make run` and `make stop`: the whole portal on one's own machine, watched over by supervisor."""

import contextlib
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from types import FrameType

from . import preparation, processes, services
from .account import open_folder
from .errors import LocalError
from .libraries import program
from .paths import KINDS, LOGS, ROOT, VAR
from .supervision import PROCESSES, write_configuration

RUNNER = "run-portal"
ANSWER_SECONDS = 90
# A supervisor that dies this soon this often will not be helped by another start.
QUICK_DEATH_SECONDS = 10
QUICK_DEATHS = 3


def run_portal() -> int:
    """Install, prepare, start and watch until Ctrl-C; 0 when the portal already runs or was stopped."""
    port = chosen_port()
    address = f"http://127.0.0.1:{port}"
    with _only_one() as first:
        if not first or processes.recorded(services.SUPERVISOR):
            print(f"The portal of this clone already runs: {_running_address(address)} (make stop ends it).")
            return 0
        processes.record(RUNNER, os.getpid())
        (VAR / "address").write_text(address)
        ended = processes.end_recorded(PROCESSES)
        if ended:
            print(f"Ended what an earlier run left behind: {', '.join(ended)}")
        preparation.install("run")
        _refuse_taken(port)
        urls = services.ensure("run")
        environment = preparation.portal_environment(urls, port)
        preparation.prepare_portal(environment)
        return Watch(port, environment).until_stopped()


def stop_all() -> list[str]:
    """Stop the portal and this clone's private servers, for running and for tests; what was stopped."""
    stopped = []
    # The runner first: it would start its supervisor again.
    for name in (RUNNER, services.SUPERVISOR):
        if process := processes.recorded(name):
            process.end(seconds=90)
            stopped.append(name)
    stopped += processes.end_recorded(PROCESSES)
    for kind in KINDS:
        stopped += services.stop(kind)
    return stopped


def chosen_port() -> int:
    """PORT from the environment, 8000 without it. Raises LocalError when it is no port."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise LocalError(f"PORT is not a port number: {text}")
    return int(text)


class Watch:
    """Keeps one supervisor running until this process is asked to stop."""

    def __init__(self, port: int, environment: dict[str, str]) -> None:
        self.port = port
        self.environment = environment
        self.stopping = False
        self.child: subprocess.Popen[bytes] | None = None

    def until_stopped(self) -> int:
        """Start everything, say where it is, and stay. 0 after a wanted stop, 1 when it can't be kept up."""
        self._listen_for_stop()
        deaths = 0
        while not self.stopping:
            began = time.monotonic()
            self._start()
            if deaths == 0:
                self._greet()
            self._wait()
            deaths = deaths + 1 if time.monotonic() - began < QUICK_DEATH_SECONDS else 1
            if not self.stopping:
                print("The supervisor ended by itself; starting again.", flush=True)
                processes.end_recorded(PROCESSES)
            if deaths >= QUICK_DEATHS and not self.stopping:
                raise LocalError("The supervisor does not stay up: see var/log/supervisor.log")
        # Nothing is left when the supervisor stopped by itself; one killed while stopping leaves some.
        processes.end_recorded(PROCESSES)
        services.stop("run")
        print("The portal has stopped; its data is kept.", flush=True)
        return 0

    def _listen_for_stop(self) -> None:
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGTERM, self._stop)
        # Under nohup a closed terminal means nothing.
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        if self.child and self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)

    def _start(self) -> None:
        """Hand the servers over to the supervisor; the lock keeps other commands out meanwhile."""
        configuration = write_configuration(self.port)
        with services.locked("run"):
            for server in reversed(services.private_servers("run")):
                services.stop_server(server)
            with (open_folder(LOGS) / "supervisor-start.log").open("ab") as log:
                self.child = subprocess.Popen(
                    [program("supervisord"), "-n", "-c", str(configuration)],
                    cwd=ROOT,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    # Ctrl-C in the terminal reaches this process, which passes it on once.
                    start_new_session=True,
                )
            processes.record(services.SUPERVISOR, self.child.pid)
        if self.stopping:
            self.child.send_signal(signal.SIGTERM)

    def _wait(self) -> None:
        """Until the supervisor has ended, by itself or because it was asked to."""
        while self.child and self.child.poll() is None:
            time.sleep(0.2)

    def _greet(self) -> None:
        """Once it answers, print where it is and who can log in."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while not self.stopping and not _answers(self.port):
            if time.monotonic() > deadline or (self.child and self.child.poll() is not None):
                print("The portal does not answer yet: see var/log/run-web.log", flush=True)
                return
            time.sleep(0.1)
        if not self.stopping:
            preparation.show_logins(self.environment)
            print(f"\nThe portal runs at http://127.0.0.1:{self.port} (Ctrl-C stops it).", flush=True)


def _answers(port: int) -> bool:
    """Whether the portal answers a request without a failure of its own."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        link.request("GET", "/")
        return link.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def _running_address(fallback: str) -> str:
    noted = VAR / "address"
    return noted.read_text() if noted.exists() else fallback


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise LocalError(
                f"Port {port} cannot be used ({error.strerror}): try PORT=8001 make run"
            ) from None


@contextlib.contextmanager
def _only_one() -> Iterator[bool]:
    """Whether this is the only `make run` of the clone; the lock is held until it ends."""
    with (open_folder(VAR) / "lock-portal").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
