"""Start and stop the private PostgreSQL and Redis.

`ensure()` is what `manage.py` and the tests call; it costs milliseconds when the servers already answer.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import paths, processes, readiness
from .account import ServiceAccount, open_folder, service_account
from .errors import LocalError
from .paths import Kind
from .servers import Postgres, Server, servers

SUPERVISOR = "run-supervisor"
START_SECONDS = 30
SUPERVISED_SECONDS = 20


@dataclass(frozen=True)
class Urls:
    """Where the two servers are, as Django's settings read it."""

    database_url: str
    redis_url: str


def ensure(kind: Kind) -> Urls:
    """The addresses of PostgreSQL and Redis, started when they do not answer yet.

    DATABASE_URL and REDIS_URL in the environment win, each by itself. Raises LocalError when a server
    cannot be started.
    """
    wanted = private_servers(kind)
    if not all(server.answers() for server in wanted):
        with locked(kind):
            for server in wanted:
                _bring_up(server)
            _make_database(kind)
    return Urls(
        database_url=os.environ.get("DATABASE_URL") or private_urls(kind).database_url,
        redis_url=os.environ.get("REDIS_URL") or private_urls(kind).redis_url,
    )


def provide(kind: Kind) -> None:
    """`ensure()`, written into the environment for Django's settings, with a secret key of this clone."""
    urls = ensure(kind)
    os.environ["DATABASE_URL"] = urls.database_url
    os.environ["REDIS_URL"] = urls.redis_url
    os.environ.setdefault("SECRET_KEY", secret_key())


def private_urls(kind: Kind, suffix: str | None = None) -> Urls:
    """The addresses of this clone's own servers, whether they run or not; see `redis_number`."""
    folder = paths.sockets(kind)
    return Urls(
        database_url=f"postgres://{readiness.ROLE}@/{folder}/{readiness.DATABASE}",
        redis_url=f"unix://{folder}/redis.sock?db={redis_number(kind, suffix)}",
    )


def redis_number(kind: Kind, suffix: str | None = None) -> int:
    """The numbered Redis database: 0, or for tests one that goes with `suffix`, else TEST_DB_SUFFIX (1 to 63)."""
    if suffix is None:
        suffix = os.environ.get("TEST_DB_SUFFIX", "")
    return 1 + zlib.crc32(suffix.encode()) % 63 if kind == "test" and suffix else 0


def secret_key() -> str:
    """The key of this clone, made once and readable by its owner only."""
    place = open_folder(paths.VAR) / "secret-key"
    if not place.exists():
        draft = place.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        # A link never replaces: of two commands that start at once both read the first one's key.
        with contextlib.suppress(FileExistsError):
            place.hardlink_to(draft)
        draft.unlink()
    return place.read_text()


def stop(kind: Kind) -> list[str]:
    """Stop this kind's servers, Redis first; the names of those that ran. Data stays."""
    with locked(kind):
        return [server.record_name for server in reversed(servers(kind)) if stop_server(server)]


def stop_server(server: Server) -> bool:
    """Stop one server; whether it ran."""
    process = processes.recorded(server.record_name)
    if process:
        process.end(server.stop_signal, seconds=20)
    return process is not None


def supervised(kind: Kind) -> bool:
    """Whether `make run` watches over this kind's servers and will start them again itself."""
    return kind == "run" and processes.recorded(SUPERVISOR) is not None


def wait_until_ready(server: Server, seconds: float) -> bool:
    """Ask again and again; False when it does not answer within that many seconds."""
    deadline = time.monotonic() + seconds
    while not server.answers():
        if isinstance(server, Postgres) and _lacks_only_the_database(server):
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def private_servers(kind: Kind) -> list[Server]:
    """The servers of this kind that the environment does not replace by others."""
    return [server for server in servers(kind) if _variable(server) not in os.environ]


@contextlib.contextmanager
def locked(kind: Kind) -> Iterator[None]:
    """Only one of several commands at once starts or stops servers; the others wait for it."""
    with (open_folder(paths.VAR) / f"lock-{kind}").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _variable(server: Server) -> str:
    return "DATABASE_URL" if isinstance(server, Postgres) else "REDIS_URL"


def _lacks_only_the_database(server: Postgres) -> bool:
    return readiness.postgres_answers(server.sockets, "postgres")


def _make_database(kind: Kind) -> None:
    postgres = Postgres(kind)
    if "DATABASE_URL" in os.environ or postgres.answers():
        return
    readiness.postgres_query(postgres.sockets, f'CREATE DATABASE "{readiness.DATABASE}"', "postgres", 30)
    if not wait_until_ready(postgres, 5):
        raise LocalError(f"PostgreSQL runs but has no database: {_log_hint(postgres)}")


def _bring_up(server: Server) -> None:
    """Start one server under the lock, unless somebody else has done it meanwhile."""
    if server.answers():
        return
    if supervised(server.kind):
        if not wait_until_ready(server, SUPERVISED_SECONDS):
            raise LocalError(f"`make run` is on, but {server.name} does not answer: {_log_hint(server)}")
        return
    account = service_account()
    if _start(server, account):
        return
    if server.kind == "test":
        # Written without fsync, so a machine that went down may leave it unreadable; nothing in it is needed.
        stop_server(server)
        shutil.rmtree(server.data(account), ignore_errors=True)
        if _start(server, account):
            return
    raise LocalError(f"{server.name} does not start: {_log_hint(server)}")


def _start(server: Server, account: ServiceAccount) -> bool:
    """Start a server of its own, apart from this process; whether it answers."""
    # One that runs but does not answer has lost its socket, to a cleaner of temporary folders for one.
    if processes.recorded(server.record_name):
        if wait_until_ready(server, 3):
            return True
        stop_server(server)
    paths.prepare_sockets(server.kind, account)
    with _log(server).open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "sdgpartners.local", "serve", server.kind, server.name],
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if wait_until_ready(server, 0.5):
            # The server outlives this process on purpose; without this line Python warns about it.
            child.returncode = 0
            return True
        if child.poll() is not None:
            return False
    return False


def _log_hint(server: Server) -> str:
    return f"see {_log(server).relative_to(paths.ROOT)}"


def _log(server: Server) -> Path:
    return open_folder(paths.LOGS) / f"{server.record_name}.log"
