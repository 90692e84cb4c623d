"""manage.py load_demo [--today DATE]: the fictional round, once."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from portal.demo.story import load_story
from sdgpartners.core import clock


class Command(BaseCommand):
    help = (
        "Loads the fictional round, dated from a day; a second call changes nothing. Refused unless DEMO=1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", help="the day of loading, YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("load_demo is refused unless DEMO=1.", returncode=2)
        try:
            today = date.fromisoformat(options["today"]) if options["today"] else clock.today()
        except ValueError as error:
            raise CommandError(f"--today: {error}", returncode=2) from error
        call_command("load_reference", verbosity=0)
        call_command("load_rates", verbosity=0)
        with override("nl"):
            made = load_story(today)
        self.stdout.write(
            f"The fictional round is dated from {today}." if made else "The demo is there already."
        )
