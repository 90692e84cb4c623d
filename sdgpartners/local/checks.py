"""`make check`: everything that is checked without running the portal, one after the other."""

import os
import subprocess
from dataclasses import dataclass, field

from . import services
from .catalogues import catalogue_faults
from .libraries import program
from .paths import ROOT
from .preparation import MANAGE, install

# The packages that import-linter and mypy look at stand in pyproject.toml.
# What a production machine would say; nothing of it is called.
PRODUCTION = {
    "PRODUCTION": "1",
    "DEMO": "0",
    "SECRET_KEY": "a key of fifty letters or more, for this check only: 0123456789",
    "ALLOWED_HOSTS": "portal.example",
    "SITE_URL": "https://portal.example",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example:587",
    "BEHIND_PROXY": "1",
}


@dataclass(frozen=True)
class Check:
    """One command that must end well."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def run_checks() -> int:
    """Run them all, print what fails in full, and return 0 only when every one passed."""
    install("test")
    urls = services.ensure("test")
    servers = {"DATABASE_URL": urls.database_url, "REDIS_URL": urls.redis_url}
    failed = [check.name for check in _checks() if not _passes(check, servers)]
    faults = catalogue_faults([*_with(servers | PRODUCTION), *MANAGE])
    print("\n".join(faults) if faults else "passed  catalogues complete and up to date", flush=True)
    if faults:
        failed.append("catalogues")
    print(f"\nmake check: {'FAILED: ' + ', '.join(failed) if failed else 'all checks passed'}", flush=True)
    return 1 if failed else 0


def _checks() -> list[Check]:
    return [
        Check("ruff check", [program("ruff"), "check", "."]),
        Check("ruff format", [program("ruff"), "format", "--check", "."]),
        Check("imports", [program("lint-imports"), "--cache-dir", "var/import-linter"]),
        Check("compose file", [program("check-jsonschema"), *_compose()]),
        Check("missing migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], PRODUCTION),
        Check("check --deploy", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        Check("mypy", [program("mypy")]),
    ]


def _compose() -> list[str]:
    return ["--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]


def _passes(check: Check, servers: dict[str, str]) -> bool:
    environment = {**os.environ, **PRODUCTION, **servers, **check.environment}
    done = subprocess.run(
        check.command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    passed = done.returncode == 0
    print(f"{'passed ' if passed else 'FAILED '} {check.name}", flush=True)
    if not passed:
        print(f"{done.stdout}{done.stderr}", flush=True)
    return passed


def _with(environment: dict[str, str]) -> list[str]:
    return ["env", *(f"{name}={value}" for name, value in environment.items())]
