"""The configuration of supervisor, which runs the portal and starts again whatever dies."""

import os
import shlex
from pathlib import Path

from .account import open_folder
from .libraries import PYTHON, program
from .paths import LOGS, ROOT, VAR
from .servers import servers

CONFIGURATION = VAR / "supervisord.conf"
PROCESSES = ("beat", "worker", "web")


def write_configuration(port: int) -> Path:
    """Write supervisor's file for this port and return its path.

    Programs start in this order and stop in the reverse: PostgreSQL, Redis, web, worker, beat.
    A server that the environment names instead (DATABASE_URL, REDIS_URL) gets no program.
    """
    parts = [_head()]
    own = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
    for priority, server in enumerate(servers("run"), 1):
        if own[server.name] not in os.environ:
            parts.append(
                _program(server.name, _python("serve", "run", server.name), priority, server.stop_signal.name)
            )
    for priority, (name, command) in enumerate(_portal(port).items(), 10):
        parts.append(_program(name, _python("start", name, *command), priority))
    CONFIGURATION.parent.mkdir(exist_ok=True)
    CONFIGURATION.write_text("\n".join(parts))
    return CONFIGURATION


def _portal(port: int) -> dict[str, list[str]]:
    celery = [program("celery"), "-A", "sdgpartners.celery"]
    web = [program("gunicorn"), "sdgpartners.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    return {
        "web": [*web, "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip"],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--pidfile="],
    }


def _python(*words: str) -> list[str]:
    return [str(PYTHON), "-m", "sdgpartners.local", *words]


def _head() -> str:
    # Named, so that supervisor does not warn that it runs as root where it was started so.
    user = "user=root\n" if os.geteuid() == 0 else ""
    return (
        f"[supervisord]\nnodaemon=true\n{user}directory={_quoted(str(ROOT))}\n"
        f"logfile={_quoted(str(open_folder(LOGS) / 'supervisor.log'))}\n"
        f"logfile_maxbytes=2MB\nlogfile_backups=2\npidfile={_quoted(str(VAR / 'supervisord.pid'))}\n"
    )


def _program(name: str, command: list[str], priority: int, stop_signal: str = "SIGTERM") -> str:
    words = _quoted(shlex.join(command))
    log = _quoted(str(LOGS / f"run-{name}.log"))
    return (
        f"[program:{name}]\ncommand={words}\npriority={priority}\nstopsignal={stop_signal.removeprefix('SIG')}\n"
        "autostart=true\nautorestart=true\nstartsecs=1\nstartretries=1000\nstopwaitsecs=20\n"
        f"redirect_stderr=true\nstdout_logfile={log}\nstdout_logfile_maxbytes=5MB\nstdout_logfile_backups=2\n"
    )


def _quoted(word: str) -> str:
    """Supervisor expands %(...)s in its values."""
    return word.replace("%", "%%")
