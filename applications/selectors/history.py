"""What happened to an application, from its history tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, JSONObject

from applications.enums import ApplicationStatus
from applications.models import Application
from applications.own_reasons import in_words
from applications.selectors.history_events import Event, events_of
from applications.selectors.history_words import steps_of
from sdgpartners.people.models import User

# What one person types in one field without a longer pause is one change.
SITTING = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One move: when, to which state, by whom (None: the system), for which reason."""

    at: datetime
    status: ApplicationStatus
    actor: User | None
    reason: str


def status_history(application: Application) -> list[StatusChange]:
    """The moves of an application, the oldest first, in one statement; of the people only their names."""
    person = User.objects.filter(pk=OuterRef("actor_key")).values(
        row=JSONObject(pk="pk", first_name="first_name", last_name="last_name", email="email")
    )
    rows = (
        application.events.select_related("pgh_context")  # type: ignore[attr-defined]
        .annotate(actor_key=Cast(KeyTextTransform("user", "pgh_context__metadata"), BigIntegerField()))
        .annotate(actor_row=Subquery(person))
        .order_by("pgh_id")
    )
    found: list[StatusChange] = []
    for row in rows:
        if found and found[-1].status == row.status:
            continue
        context = row.pgh_context.metadata if row.pgh_context else {}
        found.append(
            StatusChange(
                at=row.pgh_created_at,
                status=ApplicationStatus(row.status),
                actor=User(**row.actor_row) if row.actor_row else None,
                reason=in_words(str(context.get("reason") or "")),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """Somebody (None: the portal itself) changed something: which field in words, what it said before and after,
    and why, as far as they said so."""

    at: datetime
    actor: User | None
    what: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime
    actor: int | None
    what: str
    before: str
    after: str
    reason: str
    whole: bool
    personal: bool


def application_history(application: Application, *, personal: bool) -> list[HistoryRow]:
    """Who changed what, the newest first, in the active language and in two statements. Without `personal` the
    fields that serve to reach people are left out."""
    lines = [line for line in lines_of(events_of(application)) if personal or not line.personal]
    people = User.objects.in_bulk({line.actor for line in lines if line.actor})
    return [
        HistoryRow(
            line.at, people.get(line.actor or 0), line.what, line.before, line.after, in_words(line.reason)
        )
        for line in reversed(lines)
    ]


def lines_of(events: Iterable[Event]) -> list[_Line]:
    """The changes of `events` (the oldest first), in that order; what one person changed in one field within a
    sitting is one line, from what was there first to what was there last, at its last moment."""
    stored: dict[tuple[str, int], Mapping[str, Any]] = {}
    lines: list[_Line] = []
    open_lines: dict[tuple[str, int, str], int] = {}
    for event in events:
        key = (event.kind, event.key)
        for step in steps_of(event, stored.get(key, {})):
            field = (*key, step.field)
            line = _Line(
                event.at, event.actor, step.what, step.before, step.after, event.reason or step.reason,
                step.whole, step.personal,
            )  # fmt: skip
            position = open_lines.get(field)
            if position is not None and _one_sitting(lines[position], line):
                lines[position] = replace(line, before=lines[position].before)
            else:
                open_lines[field] = len(lines)
                lines.append(line)
        stored[key] = {} if event.label == "delete" else event.data
    changed = [line for line in lines if line.before != line.after]
    return sorted(changed, key=lambda line: line.at)


def _one_sitting(earlier: _Line, later: _Line) -> bool:
    return (
        not later.whole
        and earlier.actor == later.actor
        and earlier.reason == later.reason
        and later.at - earlier.at <= SITTING
    )
