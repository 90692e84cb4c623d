"""Where things stand: the clone, its `var/` folder, and the short folder for sockets."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Literal

from .account import ServiceAccount, open_folder
from .errors import LocalError

Kind = Literal["run", "test"]
KINDS: tuple[Kind, ...] = ("run", "test")

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = ROOT / "var"
LOGS = VAR / "log"
RECORDS = VAR / "processes"
STAMPS = VAR / "stamps"
STATE = Path("/var/lib/sdgpartners")
# The limit of the operating system is 107 characters, and PostgreSQL appends '/.s.PGSQL.5432'.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


def clone_mark(root: Path = ROOT) -> str:
    """Ten hexadecimal characters that stand for this clone's place on the machine."""
    return hashlib.sha256(str(root).encode()).hexdigest()[:10]


def data_home(kind: Kind, account: ServiceAccount) -> Path:
    """Where the servers of this kind keep their data: in `var/`, or below the system's state folder
    when the service account cannot reach `var/` (a clone below root's 0700 home).
    """
    if account.reaches(ROOT):
        return VAR / kind
    return STATE / clone_mark() / kind


def sockets(kind: Kind) -> Path:
    """The folder of the sockets that the running servers use: the recorded one, else the first that fits."""
    recorded = _socket_record(kind)
    if recorded.exists():
        return Path(recorded.read_text().strip())
    return _socket_candidates(kind)[0]


def prepare_sockets(kind: Kind, account: ServiceAccount) -> Path:
    """Make the socket folder (0700, owned by the service account), record it and return it.

    Raises LocalError when no short folder can be made, or when somebody else made it before.
    """
    recorded = sockets(kind)
    for folder in [recorded, *_socket_candidates(kind)]:
        if len(str(folder)) > LONGEST_SOCKET_FOLDER or not account.reaches(folder.parent):
            continue
        try:
            folder.mkdir(mode=0o700)
            os.chown(folder, account.uid, account.gid)
        except FileExistsError:
            pass
        except OSError:
            continue
        _refuse_strangers(folder, account)
        open_folder(VAR)
        _socket_record(kind).write_text(f"{folder}\n")
        return folder
    raise LocalError("No folder for sockets: set TMPDIR to a short path that can be written, such as /tmp.")


def _socket_record(kind: Kind) -> Path:
    return VAR / f"sockets-{kind}"


def _socket_candidates(kind: Kind) -> list[Path]:
    name = f"sdgp-{clone_mark()}-{kind}"
    bases = [os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"]  # noqa: S108
    fitting = [Path(base) / name for base in bases if base and Path(base).is_dir()]
    return [folder for folder in fitting if len(str(folder)) <= LONGEST_SOCKET_FOLDER]


def _refuse_strangers(folder: Path, account: ServiceAccount) -> None:
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid and not found.st_mode & 0o077
    if not private:
        raise LocalError(
            f"{folder} belongs to somebody else or is open to others: remove it and start again."
        )
