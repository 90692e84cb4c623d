"""manage.py load_programme FILE: a programme with its rules, countries, themes, grid and milestones."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sdgpartners.programme.loading.problems import LoadError
from sdgpartners.programme.loading.programme_file import load_programme


class Command(BaseCommand):
    help = (
        "Loads a programme from a TOML file. A second run changes nothing; every error is named by its path."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the programme, in TOML")
        parser.add_argument("--dry-run", action="store_true", help="check and report, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_programme(options["file"], dry_run=options["dry_run"])
        except LoadError as error:
            raise CommandError(f"nothing was loaded\n{error}", returncode=2) from error
        for line in report.text():
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("nothing was saved: dry run")
