"""A mypy plugin that only names servers, which are never called, so that Django's settings load."""

import os

from mypy.plugin import Plugin

for name, value in {
    "DATABASE_URL": "postgres:///types",
    "REDIS_URL": "redis://localhost/0",
    "SECRET_KEY": "types",
}.items():
    os.environ.setdefault(name, value)


def plugin(version: str) -> type[Plugin]:
    """What mypy asks a plugin file for."""
    return Plugin
