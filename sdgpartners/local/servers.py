"""The two private servers, PostgreSQL and Redis: their data, their command line, whether they answer."""

import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from . import paths, readiness
from .account import ServiceAccount
from .errors import LocalError
from .paths import Kind

OLDEST_POSTGRES = 15
# A test database that is lost is made again, so tests need not wait for the disk.
POSTGRES_FOR_TESTS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]


@dataclass(frozen=True)
class Server:
    """One server of one kind. `command` and `prepare` come from the two classes below."""

    kind: Kind
    name = ""
    # How it is asked to stop: PostgreSQL's fast shutdown, Redis's save and exit.
    stop_signal = signal.SIGTERM

    @property
    def record_name(self) -> str:
        """Under which name its process is written down."""
        return f"{self.kind}-{self.name}"

    @property
    def sockets(self) -> Path:
        """The folder of its socket."""
        return paths.sockets(self.kind)

    def data(self, account: ServiceAccount) -> Path:
        """The folder of its data."""
        return paths.data_home(self.kind, account) / self.name

    def answers(self) -> bool:
        """Whether it can be used now."""
        raise NotImplementedError

    def prepare(self, account: ServiceAccount) -> None:
        """Make its data folder ready for a start. Nothing to do when it is."""
        raise NotImplementedError

    def command(self, account: ServiceAccount) -> list[str]:
        """The command line that runs it in the foreground."""
        raise NotImplementedError


@dataclass(frozen=True)
class Postgres(Server):
    """A cluster of one's own, reachable by its socket only; names sort by ICU."""

    name = "postgres"
    stop_signal = signal.SIGINT

    def answers(self) -> bool:
        """Whether `SELECT 1` works."""
        return readiness.postgres_answers(self.sockets)

    def prepare(self, account: ServiceAccount) -> None:
        """Make the cluster when there is none, and end what a killed one left behind."""
        data = self.data(account)
        if not (data / "PG_VERSION").exists():
            _make_cluster(data, account)
        _wait_for_children_of_a_killed_server(data)

    def command(self, account: ServiceAccount) -> list[str]:
        """`postgres` in the foreground, with everything on the command line."""
        data = self.data(account)
        options = [
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_checkpoints=off",
            *(POSTGRES_FOR_TESTS if self.kind == "test" else []),
        ]
        flags = [part for option in options for part in ("-c", option)]
        return [str(postgres_folder(_version_of(data)) / "postgres"), "-D", str(data), *flags]


@dataclass(frozen=True)
class Redis(Server):
    """A Redis of one's own, reachable by its socket only, that keeps every queued message on disk."""

    name = "redis"

    @property
    def socket(self) -> Path:
        """The path of its socket."""
        return self.sockets / "redis.sock"

    def answers(self) -> bool:
        """Whether it answers PING."""
        return readiness.redis_answers(self.socket)

    def prepare(self, account: ServiceAccount) -> None:
        """Make the data folder."""
        account.owns(self.data(account))

    def command(self, account: ServiceAccount) -> list[str]:
        """`redis-server` in the foreground. Append-only: the default save points lose a killed queue."""
        binary = shutil.which("redis-server", path=_wide_path()) or "redis-server"
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data(account)),
            "databases": "64",
            "save": "",
            "appendonly": "no" if self.kind == "test" else "yes",
            "daemonize": "no",
            "loglevel": "notice",
        }
        return [binary, *(part for key, value in settings.items() for part in (f"--{key}", value))]


def servers(kind: Kind) -> tuple[Server, ...]:
    """Both servers of a kind, in the order in which they start."""
    return Postgres(kind), Redis(kind)


def server(kind: Kind, name: str) -> Server:
    """The one with this name."""
    return next(one for one in servers(kind) if one.name == name)


def postgres_folder(version: int | None = None) -> Path:
    """The folder of PostgreSQL's programs: of that major version, else of the newest from 15 on.

    Raises LocalError when the machine has none.
    """
    found = _postgres_versions()
    wanted = version or max(found, default=0)
    if wanted not in found or wanted < OLDEST_POSTGRES:
        asked = (
            f"PostgreSQL {version}, which made this clone's data," if version else "PostgreSQL 15 or newer"
        )
        raise LocalError(
            f"{asked} is not on this machine. Install it, or set DATABASE_URL to a server of your own."
        )
    return found[wanted]


def has_postgres() -> bool:
    """Whether a usable version is on this machine."""
    return max(_postgres_versions(), default=0) >= OLDEST_POSTGRES


def _wide_path() -> str:
    """PATH with the folders that a plain user's or a scheduled job's may lack."""
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/bin", "/usr/sbin", "/usr/local/bin"])


def _postgres_versions() -> dict[int, Path]:
    """Major version to folder of programs, of all that are installed."""
    on_path = shutil.which("postgres", path=_wide_path())
    places = list(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    places += list(Path("/opt/homebrew/opt").glob("postgresql@*/bin/postgres"))
    places += [Path(on_path).resolve()] if on_path else []
    found: dict[int, Path] = {}
    for program in places:
        named = re.search(r"postgresql[/@](\d+)/", str(program))
        version = int(named[1]) if named else _asked_version(program)
        found.setdefault(version, program.parent)
    return found


def _asked_version(program: Path) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+", answer)
    return int(number[0]) if number else 0


def _version_of(data: Path) -> int:
    return int((data / "PG_VERSION").read_text())


def _make_cluster(data: Path, account: ServiceAccount) -> None:
    """`initdb` beside the final place and a rename: an interrupted one is never taken for a cluster."""
    # The parent is the service account's too, because initdb runs as that account.
    account.owns(data.parent)
    draft = data.with_name(f"{data.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    flags = ["--username", readiness.ROLE, "--auth", "trust", "--encoding", "UTF8", "--no-instructions"]
    flags += ["--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en-US", "--no-sync"]
    made = run_as(account, [str(postgres_folder() / "initdb"), "-D", str(draft), *flags])
    if made.returncode:
        raise LocalError(f"PostgreSQL could not make its data folder {draft}: {made.stderr.strip()}")
    draft.rename(data)


def run_as(account: ServiceAccount, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a short program as the service account and keep what it says."""
    lent = {"user": account.uid, "group": account.gid, "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **lent)  # type: ignore[call-overload,no-any-return]


def _wait_for_children_of_a_killed_server(data: Path, seconds: float = 10) -> None:
    """After kill -9 its children live on for a moment and hold the shared memory, which refuses a start."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and _children_in(data):
        time.sleep(0.1)
    for pid in _children_in(data):
        os.kill(pid, signal.SIGKILL)


def _children_in(data: Path) -> list[int]:
    """Processes that have this data folder as working directory: PostgreSQL's all do, and nobody else's."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            inside = os.readlink(entry) == str(data)
        except OSError:
            continue
        if inside and int(entry.parent.name) != os.getpid() and _is_postgres(entry.parent):
            found.append(int(entry.parent.name))
    return found


def _is_postgres(process: Path) -> bool:
    try:
        return (process / "comm").read_text().strip() == "postgres"
    except OSError:
        return False
