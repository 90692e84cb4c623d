"""A small server that speaks clamd's PING and INSTREAM: EICAR's string is found, everything else is clean."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# In two parts, so that a scanner on the developer's machine leaves this file alone.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.ThreadingTCPServer):
    """`seen` are the streams it was given, `limit` its StreamMaxLength, `mute` hangs up without an answer, and so
    it does on a stream that holds `deadly`."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.seen: list[bytes] = []
        self.limit = 25_000_000
        self.mute = False
        self.deadly = b""

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class _Session(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        command = self.rfile.read(6)
        if command == b"zPING\0":
            self.wfile.write(b"" if self.server.mute else b"PONG\0")
            return
        assert command + self.rfile.read(4) == b"zINSTREAM\0"
        stream = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            stream += self.rfile.read(length)
            if len(stream) > self.server.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.seen.append(stream)
        deadly = self.server.deadly
        if not self.server.mute and not (deadly and deadly in stream):
            found = EICAR in stream
            self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0")


@contextmanager
def running_clamd() -> Iterator[Clamd]:
    """The server on a free port of this machine."""
    with Clamd() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
