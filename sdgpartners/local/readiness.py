"""Whether a server answers, asked over its socket in its own protocol: quick, and no client program."""

import socket
import struct
from pathlib import Path

ROLE = "sdgpartners"
DATABASE = "sdgpartners"


def postgres_answers(folder: Path, database: str = DATABASE, seconds: float = 2) -> bool:
    """Whether `SELECT 1` works in this database (protocol 3.0, chapter 55 of PostgreSQL's manual)."""
    try:
        return postgres_query(folder, "SELECT 1", database, seconds)
    except OSError:
        return False


def postgres_query(folder: Path, sql: str, database: str, seconds: float = 2) -> bool:
    """Run one statement; False when the server refuses the login or the statement.

    Raises OSError when nobody listens or the answer takes more than that many seconds.
    """
    words = f"user\0{ROLE}\0database\0{database}\0\0".encode()
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(seconds)
        link.connect(str(folder / ".s.PGSQL.5432"))
        link.sendall(struct.pack("!II", len(words) + 8, 196608) + words)
        if not _until_ready(link):
            return False
        query = sql.encode() + b"\0"
        link.sendall(b"Q" + struct.pack("!I", len(query) + 4) + query)
        answered = _until_ready(link)
        link.sendall(b"X" + struct.pack("!I", 4))
        return answered


def redis_answers(path: Path, seconds: float = 2) -> bool:
    """Whether Redis answers PING, which it refuses while it still loads its file."""
    try:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(seconds)
            link.connect(str(path))
            link.sendall(b"PING\r\n")
            return link.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def _until_ready(link: socket.socket) -> bool:
    """Read messages until 'ready for query'; False when an error came first or the link closed."""
    fine = True
    while head := _exactly(link, 5):
        _exactly(link, struct.unpack("!I", head[1:])[0] - 4)
        if head[:1] == b"E":
            fine = False
        if head[:1] == b"Z":
            return fine
    return False


def _exactly(link: socket.socket, size: int) -> bytes:
    """That many bytes, or none when the other side has closed the link."""
    found = b""
    while len(found) < size:
        part = link.recv(size - len(found))
        if not part:
            return b""
        found += part
    return found
