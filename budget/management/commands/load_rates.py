"""Puts the rates of exchange of a file into the database; again changes nothing."""

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from budget.models import Rate

DEFAULT = Path(__file__).parent.parent.parent / "data" / "currency_rates.csv"


class Command(BaseCommand):
    help = "Loads rates of exchange (valid_from, valid_to, base, quote, rate, rate_type, source)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=DEFAULT)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        created = 0
        with options["file"].open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                created += self._load(row, f"{options['file'].name}:{number}")
        self.stdout.write(f"{created} rates new.")

    def _load(self, row: dict[str, str], where: str) -> int:
        try:
            values = {
                "rate": Decimal(row["rate"]),
                "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                "rate_type": row["rate_type"],
                "source": row["source"],
            }
            key = {
                "base": row["base"],
                "currency": row["quote"],
                "valid_from": date.fromisoformat(row["valid_from"]),
            }
        except (KeyError, ValueError, InvalidOperation) as error:
            raise CommandError(f"{where}: {error!r}", returncode=2) from error
        return int(Rate.objects.get_or_create(**key, defaults=values)[1])
