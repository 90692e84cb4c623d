"""manage.py load_reference: goals, countries, associations, municipalities, known town twinnings."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sdgpartners.programme.loading.problems import LoadError
from sdgpartners.programme.loading.reference import DATA, load_reference


class Command(BaseCommand):
    help = "Loads the reference data. A second run changes nothing; a broken row stops it with file and line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data-dir", type=Path, default=DATA, help="folder of the CSV files")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_reference(options["data_dir"])
        except LoadError as refused:
            raise CommandError(f"nothing was loaded\n{refused}", returncode=2) from refused
        for line in report.text():
            self.stdout.write(line)
