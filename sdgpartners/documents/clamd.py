"""A small client of clamd, the daemon of ClamAV: one command a connection, PING or INSTREAM (man clamd)."""

import socket
from typing import IO
from urllib.parse import urlsplit

from sdgpartners.documents.errors import ScanFailed, ScannerAway

SECONDS = 60
PING_SECONDS = 2
STEP = 1 << 16
PORT = 3310
LONGEST_ANSWER = 4_096


def scan(url: str, stream: IO[bytes]) -> str:
    """What clamd at `url` finds in the bytes: the name of a virus, or nothing.

    `url` is `unix:///run/clamav/clamd.ctl` or `tcp://host:3310`. Raises ScannerAway when clamd does not answer,
    ScanFailed when it answers that it cannot look at this file; ValueError for another kind of address.
    """
    try:
        with _connected(url, SECONDS) as connection:
            answer = _asked(connection, stream)
    except OSError as error:
        raise ScannerAway(f"{type(error).__name__}: {error}") from error
    text = answer.rstrip(b"\0\n ").decode("utf-8", "replace")
    if text == "stream: OK":
        return ""
    if text.startswith("stream: ") and text.endswith(" FOUND"):
        return text.removeprefix("stream: ").removesuffix(" FOUND")
    if not text:
        raise ScannerAway("clamd closed the connection without an answer")
    raise ScanFailed(text)


def answers(url: str) -> bool:
    """Whether clamd at `url` says within two seconds that it works. Raises ValueError as `scan` does."""
    try:
        with _connected(url, PING_SECONDS) as connection:
            connection.sendall(b"zPING\0")
            return _answer(connection) == b"PONG\0"
    except OSError:
        return False


def _connected(url: str, seconds: int) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(seconds)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
        return connection
    if parts.scheme == "tcp" and parts.hostname:
        return socket.create_connection((parts.hostname, parts.port or PORT), timeout=seconds)
    raise ValueError("CLAMD_URL is unix:///path or tcp://host:port")


def _asked(connection: socket.socket, stream: IO[bytes]) -> bytes:
    try:
        connection.sendall(b"zINSTREAM\0")
        while piece := stream.read(STEP):
            connection.sendall(len(piece).to_bytes(4, "big") + piece)
        connection.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        # clamd hangs up on a stream above its own limit; its answer may stand in the pipe already.
        pass
    return _answer(connection)


def _answer(connection: socket.socket) -> bytes:
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
        piece = connection.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer
