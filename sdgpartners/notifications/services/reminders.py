"""Reminders become outbox and ledger rows: one transaction for each person and kind, never a mail server."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from sdgpartners.core import clock
from sdgpartners.notifications.enums import ReminderState
from sdgpartners.notifications.ladder import Reached, reached_steps
from sdgpartners.notifications.models import OutgoingMail, ReminderSent
from sdgpartners.notifications.registry import Due, Reminder, reminders
from sdgpartners.notifications.rendering import render_mail
from sdgpartners.notifications.services.outbox import queue_mail
from sdgpartners.people.models import User
from sdgpartners.programme.models import ProgrammeRules
from sdgpartners.programme.selectors import rules_on

logger = logging.getLogger(__name__)

Entered = dict[tuple[int, str, date], set[int]]
"""Steps in the ledger by recipient, target and due date."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """What `send_due` tells of one step."""

    kind: str
    target: str
    due: date
    step: int
    recipient: str
    language: str
    subject: str
    state: ReminderState


class RemindersFailed(Exception):
    """Some reminders could not be queued; all others were. `rows` are theirs, `failures` one line each."""

    def __init__(self, rows: list[DueRow], failures: list[str]) -> None:
        self.rows = rows
        self.failures = failures
        super().__init__("; ".join(failures))


class _RulesOfToday:
    """The rules of each programme, read once a run."""

    def __init__(self) -> None:
        self.today = clock.today()
        self._known: dict[int, ProgrammeRules] = {}

    def of(self, due: Due) -> ProgrammeRules:
        if due.programme.pk not in self._known:
            self._known[due.programme.pk] = rules_on(due.programme, self.today)
        return self._known[due.programme.pk]

    def reached(self, due: Due, entered: Entered) -> list[Reached]:
        rules = self.of(due)
        return reached_steps(
            due_on=due.due_on,
            today=self.today,
            ladder=rules.reminder_days,
            entered=entered.get(_key(due), frozenset()),
            max_age_days=rules.reminder_max_age_days,
        )


def send_due(*, dry_run: bool = False) -> list[DueRow]:
    """Queue the reminders that are due and not in the ledger at `clock.now()`; what was (or would be)
    entered.

    Writes one transaction for each recipient and kind, under a lock on the recipient, so that two runs at
    once write each step once. A mail that is still unsent is replaced by the next step's. Inactive people
    get nothing. When a reminder or a person's mail fails, the others go on and RemindersFailed is raised at
    the end.
    """
    rules = _RulesOfToday()
    rows: list[DueRow] = []
    failures: list[str] = []
    for kind, reminder in reminders().items():
        try:
            open_now = _open_now(reminder)
            entered = _ledger(kind, {due.target for due in open_now})
        except Exception as error:
            logger.exception("The reminder %s failed.", kind)
            failures.append(f"{kind}: {type(error).__name__}: {error}")
            continue
        for recipient, dues in _by_recipient(due for due in open_now if rules.reached(due, entered)):
            try:
                rows += _enter_person(kind, recipient, dues, rules, dry_run=dry_run)
            except Exception as error:
                logger.exception("The reminder %s for person %s failed.", kind, recipient.pk)
                failures.append(f"{kind} for {recipient.email}: {type(error).__name__}: {error}")
    rows.sort(key=lambda row: (row.recipient, row.kind, row.target, row.due, row.step))
    if failures:
        raise RemindersFailed(rows, failures)
    return rows


def _open_now(reminder: Reminder) -> list[Due]:
    """What is open, once for each person, target and day, for people who can still sign in."""
    found = {_key(due): due for due in reminder(clock.now()) if due.recipient.is_active}
    return list(found.values())


def _key(due: Due) -> tuple[int, str, date]:
    return due.recipient.pk, due.target, due.due_on


def _by_recipient(dues: Iterable[Due]) -> Iterator[tuple[User, list[Due]]]:
    people: dict[int, User] = {}
    grouped: dict[int, list[Due]] = defaultdict(list)
    for due in dues:
        people[due.recipient.pk] = due.recipient
        grouped[due.recipient.pk].append(due)
    for pk, own in grouped.items():
        yield people[pk], own


def _ledger(kind: str, targets: Collection[str], recipient: User | None = None) -> Entered:
    rows = ReminderSent.objects.filter(kind=kind, target__in=targets)
    if recipient is not None:
        rows = rows.filter(recipient=recipient)
    entered: Entered = defaultdict(set)
    for pk, target, due_on, step in rows.values_list("recipient_id", "target", "due_on", "step"):
        entered[pk, target, due_on].add(step)
    return entered


def _enter_person(
    kind: str, recipient: User, dues: list[Due], rules: _RulesOfToday, *, dry_run: bool
) -> list[DueRow]:
    with transaction.atomic():
        if not dry_run:
            # Another run may have entered these meanwhile, under the same lock: the ledger is read again.
            User.objects.select_for_update(no_key=True).get(pk=recipient.pk)
        entered = _ledger(kind, {due.target for due in dues}, recipient)
        return [
            _enter_step(kind, due, reached, dry_run=dry_run)
            for due in dues
            for reached in rules.reached(due, entered)
        ]


def _enter_step(kind: str, due: Due, reached: Reached, *, dry_run: bool) -> DueRow:
    state = ReminderState.QUEUED if reached.goes_out else ReminderState.PASSED
    context = {
        **due.context,
        "step": reached.step,
        "due_on": due.due_on,
        "is_demo": due.programme.is_fictional or due.context.get("is_demo"),
    }
    if dry_run or state == ReminderState.PASSED:
        subject = _subject(kind, due, context)
        mail = None
    else:
        mail = _mail(kind, due, context)
        subject = mail.subject
    if not dry_run:
        ReminderSent.objects.create(
            kind=kind,
            target=due.target,
            due_on=due.due_on,
            recipient=due.recipient,
            step=reached.step,
            state=state,
            mail=mail,
        )
    return DueRow(
        kind=kind,
        target=due.target,
        due=due.due_on,
        step=reached.step,
        recipient=due.recipient.email,
        language=due.recipient.language,
        subject=subject,
        state=state,
    )


def _mail(kind: str, due: Due, context: dict[str, object]) -> OutgoingMail:
    return queue_mail(
        kind=kind, recipient=due.recipient, link=due.link, target=due.target, context=context, supersede=True
    )


def _subject(kind: str, due: Due, context: dict[str, object]) -> str:
    return render_mail(
        kind=kind,
        language=due.recipient.language,
        zone=due.recipient.time_zone,
        link=due.link,
        context={**context, "recipient": due.recipient},
    ).subject
