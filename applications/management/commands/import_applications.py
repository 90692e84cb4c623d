"""manage.py import_applications FILE: drafts of applications from a spreadsheet, previewed row by row."""

import csv
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applications.enums import CallStatus
from applications.import_report import ImportReport
from applications.models import Call
from applications.selectors.calls import open_calls
from applications.selectors.import_columns import IDENTITY, import_columns
from applications.services.importing import import_applications
from applications.sheets import SheetRefused, read_sheet
from sdgpartners.core.errors import DomainError
from sdgpartners.core.management.json_command import INVALID_INPUT
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import AssociationSeat, User

# A spreadsheet of a thousand rows with long answers stays below this.
LARGEST_FILE = 50_000_000


class Command(BaseCommand):
    """Invalid input: nothing on standard output, one line on standard error that names it, exit status 2."""

    help = (
        "Reads applications from XLSX or CSV (one row a municipality) and shows what each row would do; --write "
        "keeps it. Nothing is written if a row fails, unless --skip-bad. A second run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="the spreadsheet, XLSX or CSV")
        parser.add_argument("--call", metavar="CODE", help="the call; without it the only one that is open")
        parser.add_argument("--write", action="store_true", help="keep it; otherwise it is a preview")
        parser.add_argument("--skip-bad", action="store_true", help="keep the good rows although others fail")
        parser.add_argument("--json", action="store_true", help="print the rows as JSON")
        parser.add_argument(
            "--actor", metavar="EMAIL", help="the coordinator in whose name it is done; without it the longest "
            "serving one of the association that runs the programme",
        )  # fmt: skip
        parser.add_argument("--template", metavar="CALL", help="print the columns of a call as CSV, and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["template"]:
                self._print_template(_call(options["template"]))
                return
            report = _report(options)
        except DomainError as error:
            raise CommandError(_one_line(str(error)), returncode=INVALID_INPUT) from error
        if options["write"] and report.failed and not report.written:
            raise CommandError(
                _one_line(f"nothing was written: {_first_problem(report)}"), returncode=INVALID_INPUT
            )
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            self._print(report)

    def _print_template(self, call: Call) -> None:
        csv.writer(self.stdout, lineterminator="\n").writerow([*IDENTITY, *import_columns(call)])

    def _print(self, report: ImportReport) -> None:
        for row in report.rows:
            place = f"{row.country} {row.code} {row.name}".strip()
            told = f" {row.reference}" if row.reference else ""
            changes = f" ({', '.join(row.changes)})" if row.changes else ""
            self.stdout.write(f"row {row.number}: {row.result.value}: {place}{told}{changes}")
            for problem in row.problems:
                self.stdout.write(f"row {row.number}: {problem.column}: {problem.reason}")
        self.stdout.write(", ".join(f"{count} {name}" for name, count in report.counts.items()))
        self.stdout.write("written" if report.written else "nothing was written")


def _report(options: dict[str, Any]) -> ImportReport:
    if options["file"] is None:
        raise DomainError("FILE is missing")
    call = _call(options["call"])
    actor = _actor(options["actor"], call)
    countries = {call.programme.north_country_id}
    countries |= set(call.tracks.values_list("partner_country__country", flat=True))
    try:
        sheet = read_sheet(_content(options["file"]))
        return import_applications(
            call=call, sheet=sheet, actor=actor, countries=countries, write=options["write"],
            skip_bad=options["skip_bad"],
        )  # fmt: skip
    except SheetRefused as error:
        raise DomainError("%(file)s: %(why)s", file=options["file"].name, why=str(error)) from error


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DomainError("%(file)s: is larger than %(most)s bytes", file=path.name, most=LARGEST_FILE)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        # A path may hold what no file name can: a null byte is a ValueError.
        raise DomainError("%(file)s: cannot be read", file=ascii(path.name)) from error


def _call(code: str | None) -> Call:
    calls = Call.objects.select_related("programme__lead_association", "programme__north_country")
    if code is not None:
        found = calls.filter(code=code).exclude(status=CallStatus.CANCELLED).first()
        if found is None:
            raise DomainError("there is no call %(code)s", code=ascii(code))
        return found
    now_open = list(calls.filter(pk__in=open_calls())[:2])
    if len(now_open) != 1:
        raise DomainError(
            "%(count)s call is open: name one with --call", count="more than one" if now_open else "no"
        )
    return now_open[0]


def _actor(email: str | None, call: Call) -> User:
    seats = AssociationSeat.objects.filter(
        role=AssociationRole.COORDINATOR, association=call.programme.lead_association, ended_at__isnull=True,
        user__is_active=True,
    ).select_related("user").order_by("created_at", "pk")  # fmt: skip
    seat = (seats if email is None else seats.filter(user__email__iexact=email)).first()
    if seat is None:
        who = "anybody" if email is None else ascii(email)
        raise DomainError(
            "%(who)s is no coordinator of %(association)s",
            who=who,
            association=call.programme.lead_association,
        )
    return seat.user


def _first_problem(report: ImportReport) -> str:
    row = next(row for row in report.rows if row.problems)
    more = report.failed - 1
    first = row.problems[0]
    return f"row {row.number}: {first.column}: {first.reason}" + (f" ({more} more rows fail)" if more else "")


def _one_line(text: str) -> str:
    return " ".join(text.split())
