"""History: every decision's model has a table that tracks each of its columns, and nobody rewrites it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from pghistory.models import Event

from applications.models import Application
from matching.models import Partnership
from sdgpartners.core import clock
from sdgpartners.core.history import because
from tests.architecture.samples import pair, person

# Columns that no history needs, with the reason.
NOT_TRACKED: dict[str, set[str]] = {
    # What opens an invitation is kept once, where it can be used up.
    "people.Invitation": {"token_hash"},
    "people.JoinRequest": {"token_hash"},
    # Nobody but who wrote it reads it.
    "applications.Review": {"private_note"},
}
# What decisions rest on (the mission's aggregates and what is agreed inside them).
MUST_HAVE = {
    "applications.Application", "applications.Call", "applications.Decision", "applications.Review",
    "applications.Score", "applications.SignOff", "budget.Budget", "budget.Expense", "budget.Share",
    "exchanges.Attendance", "exchanges.Homework", "exchanges.Session", "exchanges.Visit", "matching.Activity",
    "matching.Agreement", "matching.Approval", "matching.FormalDecision", "matching.LearningQuestion",
    "matching.PlanReview", "matching.JointPlan", "matching.PairRule", "matching.Partnership", "matching.Proposal",
    "matching.Scenario", "people.AssociationSeat", "people.JoinRequest", "people.Membership",
    "people.SteeringSeat", "people.Succession",
}  # fmt: skip


def event_models() -> list[Any]:
    return [model for model in apps.get_models() if issubclass(model, Event) and not model._meta.abstract]


def tracked_model(event: Any) -> type[Model]:
    return event.pgh_tracked_model


def columns(model: type[Model]) -> set[str]:
    return {field.column for field in model._meta.concrete_fields}


EVENTS = {tracked_model(model)._meta.label: model for model in event_models()}


def test_whatever_a_decision_rests_on_has_a_history() -> None:
    assert MUST_HAVE - set(EVENTS) == set()


@pytest.mark.parametrize("label", sorted(EVENTS))
def test_the_history_tracks_every_column(label: str) -> None:
    event = EVENTS[label]
    tracked = {name for name in columns(event) if not name.startswith("pgh_")}
    assert tracked == columns(tracked_model(event)) - NOT_TRACKED.get(label, set())


@pytest.mark.parametrize("label", sorted(EVENTS))
def test_the_triggers_of_the_history_are_in_the_database(label: str, db: None) -> None:
    event = EVENTS[label]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = %s::regclass",
            [tracked_model(event)._meta.db_table],
        )
        kept = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = %s::regclass",
            [event._meta.db_table],
        )
        guards = cursor.fetchone()[0]
    # Insert and update are kept; the history itself is guarded against update and delete.
    assert (kept >= 2, guards >= 1) == (True, True)


@pytest.mark.parametrize("label", ["applications.Application", "matching.Partnership", "budget.Expense"])
@pytest.mark.parametrize("sql", ["UPDATE {table} SET pgh_label = 'other'", "DELETE FROM {table}"])
def test_the_history_cannot_be_rewritten(label: str, sql: str, story: date) -> None:
    event = EVENTS[label]
    before = event.objects.count()
    refused = pytest.raises(DatabaseError, match="append_only")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(table=event._meta.db_table))
    assert (before > 0, event.objects.count()) == (True, before)


def test_a_change_says_who_and_why(story: date) -> None:
    partnership, actor = pair("Leuven"), person("vvsg")
    events = EVENTS["matching.Partnership"].objects.filter(pgh_obj=partnership.pk)
    before = events.count()
    with because(actor, "Asked by the municipality"):
        Partnership.objects.filter(pk=partnership.pk).update(hidden_publicly=True)
    last = events.order_by("pgh_id").select_related("pgh_context").last()
    assert (events.count(), last.hidden_publicly) == (before + 1, True)
    assert last.pgh_context.metadata == {"user": actor.pk, "reason": "Asked by the municipality"}


def test_a_bulk_change_is_kept_as_well(story: date) -> None:
    event = EVENTS["applications.Application"]
    before = event.objects.count()
    changed = Application.objects.filter(call__code="demo-5").update(
        updated_at=clock.now() + timedelta(hours=1)
    )
    assert event.objects.count() == before + changed
