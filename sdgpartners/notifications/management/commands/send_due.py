"""`manage.py send_due`: queue the reminders that are due."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sdgpartners.core import clock
from sdgpartners.core.management.json_command import INVALID_INPUT
from sdgpartners.notifications.enums import ReminderState
from sdgpartners.notifications.services.reminders import DueRow, RemindersFailed, send_due

AHEAD_AT_MOST = timedelta(days=1)
STATE_WORDS = {
    ReminderState.QUEUED: "queued",
    ReminderState.HELD: "held for digest",
    ReminderState.PASSED: "passed",
}


class Command(BaseCommand):
    """Writes outbox and ledger rows for what is due and not in the ledger; sends no mail itself.

    Invalid input: nothing on standard output, one line on standard error, exit status 2. When some
    reminders fail the others are entered and printed, and the exit status is 1.
    """

    help = "Queue the reminders that are due and were not queued before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", metavar="MOMENT", help="ISO 8601 with offset; now when it is left out")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, tell what would be done")
        parser.add_argument("--json", action="store_true", help="print the rows as JSON")

    def handle(self, *args: object, **options: Any) -> None:
        given: str | None = options["at"]
        standing: AbstractContextManager[object] = nullcontext()
        if given is not None:
            moment = _moment(given)
            _refuse_future(moment, given, dry_run=options["dry_run"])
            standing = clock.at(moment)
        failed: RemindersFailed | None = None
        with standing:
            try:
                rows = send_due(dry_run=options["dry_run"])
            except RemindersFailed as error:
                rows, failed = error.rows, error
        self.stdout.write(_as_json(rows) if options["json"] else _as_lines(rows))
        if failed:
            raise CommandError(str(failed), returncode=1) from failed


def _moment(given: str) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
        if moment.tzinfo is None:
            raise CommandError(
                f"--at {given}: the offset is missing (for example +01:00)", returncode=INVALID_INPUT
            )
        # The first and the last day of the calendar do not exist in every zone.
        return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CommandError(f"--at {given!r}: not a moment in ISO 8601", returncode=INVALID_INPUT) from error


def _refuse_future(moment: datetime, given: str, *, dry_run: bool) -> None:
    if dry_run or settings.DEMO or moment <= clock.now() + AHEAD_AT_MOST:
        return
    raise CommandError(
        f"--at {given}: more than a day ahead; this needs --dry-run or DEMO=1", returncode=INVALID_INPUT
    )


def _as_json(rows: Iterable[DueRow]) -> str:
    return json.dumps(
        [
            {
                "kind": row.kind,
                "target": row.target,
                "due": row.due.isoformat(),
                "step": row.step,
                "recipient": row.recipient,
                "language": row.language,
                "subject": row.subject,
                "state": STATE_WORDS[row.state],
            }
            for row in rows
        ]
    )


def _as_lines(rows: list[DueRow]) -> str:
    if not rows:
        return "Nothing is due."
    return "\n".join(
        f"{row.recipient}  {row.kind}  {row.target}  {row.due:%Y-%m-%d} {row.step:+d}  "
        f"{STATE_WORDS[row.state]}  {row.subject}"
        for row in rows
    )
