"""What has to be in place before the portal starts; each step is skipped when nothing has changed."""

import os
import subprocess
from pathlib import Path

from . import catalogues, libraries, stamps
from .account import service_account
from .errors import LocalError
from .packages import install_missing
from .paths import ROOT, VAR, Kind
from .servers import Postgres
from .services import Urls, secret_key

MANAGE = [str(libraries.PYTHON), "manage.py"]


def install(kind: Kind) -> None:
    """The system's packages, the Python libraries, the compiled messages."""
    install_missing(kind)
    libraries.install_libraries(kind)
    catalogues.compile_catalogues()


def portal_environment(urls: Urls, port: int) -> dict[str, str]:
    """The environment of the portal's processes on one's own machine: a demonstration unless DEMO=0."""
    return {
        "DEMO": "1",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": secret_key(),
        "PYTHONUNBUFFERED": "1",
        **os.environ,
        "DATABASE_URL": urls.database_url,
        "REDIS_URL": urls.redis_url,
        "DJANGO_SETTINGS_MODULE": "sdgpartners.settings",
    }


def prepare_portal(environment: dict[str, str]) -> None:
    """Static files, tables, reference data and, with DEMO=1 on an empty database, the demonstration.

    Raises LocalError when a step fails; what was done before it stays, and the next start goes on from there.
    """
    database = _database_mark(environment)
    static = stamps.mark_of([*_files("static", "*"), *_files("requirements", "run.txt")])
    if not (VAR / "static" / "staticfiles.json").exists():
        stamps.forget("collected-static")
    _once("collected-static", static, ["collectstatic", "--noinput", "--verbosity", "0"], environment)
    tables = stamps.mark_of(_files(".", "migrations/*.py"), database)
    _once("migrated", tables, ["migrate", "--noinput", "--verbosity", "0"], environment)
    reference = stamps.mark_of(_files("sdgpartners/programme/data", "*"), database)
    _once("loaded-reference", reference, ["load_reference"], environment)
    rates = stamps.mark_of(_files("budget/data", "*"), database)
    _once("loaded-rates", rates, ["load_rates"], environment)
    if environment["DEMO"] == "1":
        _once("loaded-demo", database, ["load_demo"], environment)


def show_logins(environment: dict[str, str]) -> None:
    """Print the accounts of the demonstration."""
    if environment["DEMO"] == "1":
        subprocess.run([*MANAGE, "demo_logins"], cwd=ROOT, env=environment, check=False)


def _once(name: str, mark: str, command: list[str], environment: dict[str, str]) -> None:
    if stamps.is_done(name, mark):
        return
    print(f"{command[0]} ...", flush=True)
    # Hundreds of lines about fictional mail would hide what went wrong.
    quiet = {"LOG_LEVEL": "WARNING", **environment}
    if subprocess.run([*MANAGE, *command], cwd=ROOT, env=quiet, check=False).returncode:
        raise LocalError(f"`manage.py {command[0]}` failed (see above); the portal was not started.")
    stamps.note_done(name, mark)


def _files(folder: str, pattern: str) -> list[Path]:
    """Files of the repository below a folder; never those of `.venv`, `var` or the compiled caches."""
    unwanted = {".venv", "var", "__pycache__", ".git", "node_modules"}
    found = (ROOT / folder).rglob(pattern)
    return [file for file in found if file.is_file() and not unwanted & set(file.relative_to(ROOT).parts)]


def _database_mark(environment: dict[str, str]) -> str:
    """What tells this database from an earlier one at the same address: a new cluster has a new file."""
    if "DATABASE_URL" in os.environ:
        return environment["DATABASE_URL"]
    version = Postgres("run").data(service_account()) / "PG_VERSION"
    found = version.stat()
    return f"{environment['DATABASE_URL']} {found.st_ino} {found.st_mtime_ns}"
