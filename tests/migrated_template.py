"""A migrated, empty database from which each run's test database is copied.

Migrating from nothing takes the better part of a minute and copying a tenth of a second. The template's name
holds a hash of every migration and of the lock file, so a changed migration makes a new template.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from pytest_django.plugin import DjangoDbBlocker

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "migrated_"
# Enough to change between a few branches, or to work side by side, without migrating again.
KEPT = 8


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker: DjangoDbBlocker) -> None:
    """pytest-django asks for this before it makes the test database."""
    # A connection to the cluster, outside of a transaction: databases cannot be made inside one.
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        connection.settings_dict["TEST"]["TEMPLATE"] = _template(cursor)


def _template(cursor: CursorWrapper) -> str:
    """The name of the template, made when missing; one run makes it while others wait."""
    mark = _mark()
    name = f"{PREFIX}{mark}"
    cursor.execute("SELECT pg_advisory_lock(%s)", [int(mark[:8], 16)])
    present = _present(cursor)
    if name not in present:
        draft = f"draft_{name}"
        cursor.execute(f"DROP DATABASE IF EXISTS {draft}")
        cursor.execute(f"CREATE DATABASE {draft} TEMPLATE template0")
        try:
            _migrate(draft)
        except RuntimeError:
            cursor.execute(f"DROP DATABASE {draft}")
            raise
        cursor.execute(f"ALTER DATABASE {draft} RENAME TO {name}")
        for old in present[: max(0, len(present) - KEPT + 1)]:
            cursor.execute(f"DROP DATABASE IF EXISTS {old}")
    cursor.execute("SELECT pg_advisory_unlock(%s)", [int(mark[:8], 16)])
    return name


def _present(cursor: CursorWrapper) -> list[str]:
    """Templates there are, the oldest first."""
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid", [PREFIX])
    return [name for (name,) in cursor.fetchall()]


def _migrate(database: str) -> None:
    """`manage.py migrate` in a process of its own, because this one belongs to the test database."""
    address = os.environ["DATABASE_URL"].rpartition("/")[0]
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": f"{address}/{database}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The migrations do not run from nothing:\n{done.stderr}")


def _mark() -> str:
    """A hash of what decides the tables."""
    total = hashlib.sha256((ROOT / "requirements" / "run.txt").read_bytes())
    outside = {".venv", "var", "node_modules"}
    for file in sorted(ROOT.glob("**/migrations/*.py")):
        if not outside & set(file.relative_to(ROOT).parts):
            total.update(f"\0{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return total.hexdigest()[:16]
