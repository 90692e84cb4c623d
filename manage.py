#!/usr/bin/env python3
"""Django's commands, with the clone's own PostgreSQL and Redis unless the environment names others."""

import os
import sys


def main() -> None:
    """Run one command of `manage.py`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sdgpartners.settings")
    if "DATABASE_URL" not in os.environ or "REDIS_URL" not in os.environ:
        # A server of one's own is asked for by its absence only; production names both.
        from sdgpartners.local.errors import LocalError
        from sdgpartners.local.services import provide

        try:
            provide("run")
        except LocalError as error:
            sys.exit(str(error))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
