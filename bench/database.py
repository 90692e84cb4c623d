"""A database that a measurement has for itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_database(name: str) -> Iterator[str]:
    """An empty, migrated database for this process, and for a server that is given its address. Dropped afterwards."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    address = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    before = settings.DATABASES["default"]["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", interactive=False, verbosity=0)
        yield address
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
