"""manage.py demo_logins: who can sign in to the demo."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.demo.accounts import PASSWORD, logins


class Command(BaseCommand):
    help = "Prints the demo accounts, all with the same password."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        rows = logins()
        width = max(len(row.email) for row in rows)
        for row in rows:
            self.stdout.write(f"  {row.email:<{width}}  {row.role}")
        self.stdout.write(f"  password of all of them: {PASSWORD}")
