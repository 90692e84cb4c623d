"""Become one of the private servers: write the process down, give up root, and let the server take over."""

import os

from . import processes
from .account import service_account
from .paths import Kind, prepare_sockets
from .servers import server


def serve(kind: Kind, name: str) -> None:
    """Replace this process by the server, which keeps the process number that was written down."""
    one = server(kind, name)
    account = service_account()
    prepare_sockets(kind, account)
    one.prepare(account)
    command = one.command(account)
    processes.record(one.record_name, os.getpid())
    account.become()
    os.umask(0o077)
    os.chdir("/")
    os.execv(command[0], command)  # noqa: S606


def start_recorded(name: str, command: list[str]) -> None:
    """Replace this process by a command of the portal, written down under this name."""
    processes.record(name, os.getpid())
    os.execvp(command[0], command)  # noqa: S606
