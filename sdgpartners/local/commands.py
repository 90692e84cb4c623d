"""The commands of `python -m sdgpartners.local`, which the Makefile and the supervisor call."""

import os
import sys

from . import catalogues, checks, libraries, preparation, running, serve, services
from .errors import LocalError
from .packages import browser
from .paths import KINDS, ROOT, Kind


def run_command(arguments: list[str]) -> int:
    """Dispatch; the exit status. Raises LocalError for an unknown command."""
    match arguments:
        case ["serve", kind, name]:
            serve.serve(_kind(kind), name)
        case ["start", name, *command]:
            serve.start_recorded(name, command)
        case ["services", kind]:
            print(*vars(services.ensure(_kind(kind))).values(), sep="\n")
        case ["install", kind]:
            preparation.install(_kind(kind))
        case ["run"]:
            return running.run_portal()
        case ["stop"]:
            print(f"Stopped: {', '.join(running.stop_all()) or 'nothing was running'}")
        case ["check"]:
            return checks.run_checks()
        case ["messages"]:
            _update_messages()
        case ["test", *rest]:
            _replace_by("pytest", rest or _side_by_side())
        case ["bench", *rest]:
            _replace_by("bench", rest)
        case _:
            raise LocalError(f"Unknown command: {' '.join(arguments) or '(none)'}")
    return 0


def _replace_by(module: str, arguments: list[str]) -> None:
    """Install what tests need and become the module, so that its exit status is this one's."""
    preparation.install("test")
    found = browser()
    if found:
        os.environ.setdefault("CHROMIUM", found)
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(libraries.PYTHON, [str(libraries.PYTHON), "-m", module, *arguments])  # noqa: S606


def _side_by_side() -> list[str]:
    """The whole suite runs in as many processes as there are cores, four at most, and a file stays in one of them.
    On servers of one's own it runs in one: which other databases may be used there is not known."""
    if os.environ.keys() & {"DATABASE_URL", "REDIS_URL"}:
        return []
    return ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder"]


def _update_messages() -> None:
    preparation.install("test")
    services.provide("run")
    catalogues.update_catalogues(preparation.MANAGE)
    catalogues.compile_catalogues()


def _kind(name: str) -> Kind:
    for kind in KINDS:
        if kind == name:
            return kind
    raise LocalError(f"Unknown kind of services: {name}")
