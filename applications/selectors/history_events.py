"""Everything that was written about one application, from all its history tables, in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    F,
    Func,
    IntegerField,
    JSONField,
    OuterRef,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, JSONObject

from applications.enums import QuestionKind
from applications.models import Application, KeptText, QuestionChoice
from sdgpartners.programme.models import Goal, Target

# What the page tells of the row of an application, beside its state.
PLAIN = (
    "contact_name", "contact_function", "contact_email", "contact_phone", "character", "working_languages",
    "has_active_twinning", "twinning_note", "late_until",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """A row of a history table: which kind of thing, which one (`key`), what was done to it (`label` insert,
    update or delete), its columns afterwards, and who did it why."""

    kind: str
    key: int
    at: datetime
    label: str
    data: Mapping[str, Any]
    actor: int | None
    reason: str


def _texts(path: str) -> dict[str, F]:
    return {code: F(f"{path}_{code}") for code in ("en", "fr", "nl")}


def _choices() -> ArraySubquery:
    rows = QuestionChoice.objects.filter(question=OuterRef("question_id")).order_by("order")
    return ArraySubquery(rows.values(row=JSONObject(code=F("code"), **_texts("label"))))


def _goals() -> Case:
    """The goals and targets that an answer names, of a question on goals."""
    named = Func(OuterRef("value"), Value(" "), function="string_to_array")
    place = Func(named, Cast("code", TextField()), function="array_position", output_field=IntegerField())
    goals = Goal.objects.annotate(code=Cast("number", TextField()))
    rows = [
        ArraySubquery(
            each.alias(place=place).filter(place__isnull=False).order_by()
            .values(row=JSONObject(code=F("code"), **_texts(text)))
        )
        for each, text in ((goals, "title"), (Target.objects.all(), "text"))
    ]  # fmt: skip
    both = Func(*rows, function="array_cat", output_field=ArrayField(JSONField()))
    return Case(When(question__kind=QuestionKind.GOALS, then=both))


def _columns() -> dict[str, dict[str, Any]]:
    """Per history table what the page needs of it."""
    name = _texts("track__partner_country__country__name")
    return {
        "Application": {"status": F("status"), "filled_by": F("filled_by__acronym")}
        | {"merged_into": F("merged_into__reference"), "municipality": F("municipality__name")}
        | {field: F(field) for field in PLAIN},
        "Merged": {"reference": F("reference")},
        "Answer": {"value": F("value"), "kind": F("question__kind"), "choices": _choices(), "goals": _goals()}
        | _texts("question__label"),
        "Interest": {"offer": F("offer"), "ask": F("ask")} | _texts("subtheme__title"),
        "TrackPreference": {"rank": F("rank")} | name,
        "PartnerPreference": {"rank": F("rank"), "partner": F("municipality__name")} | name,
        "AnswerFile": {"name": F("file__name"), "removed": F("removed_at")} | _texts("question__label"),
        "CommitmentAcceptance": dict(_texts("commitment__text")),
        "SignOff": {"state": F("state"), "reason": F("reason")},
        "SponsorConfirmation": {"confirmed_at": F("confirmed_at")},
        "ChangeRequest": {
            "note": F("note"),
            "due_at": F("due_at"),
            "answered_at": F("answered_at"),
            "cancelled_at": F("cancelled_at"),
            "sections": F("sections"),
        },
    }


# Of the table of applications itself: its own rows, and those of applications that were put into it.
_BY = {"Application": "pgh_obj", "Merged": "merged_into"}


def _select(name: str, columns: dict[str, Any], application: Application) -> QuerySet[Any, Any]:
    of_application = name in _BY
    events: Any = apps.get_model("applications", "ApplicationEvent" if of_application else f"{name}Event")
    rows = events.objects.filter(**{_BY.get(name, "application"): application.pk}).order_by()
    return rows.values_list(  # type: ignore[no-any-return]
        Value(name, output_field=CharField()),
        Cast("pgh_obj_id", IntegerField()),
        F("pgh_created_at"),
        Cast("pgh_id", IntegerField()),
        Cast("pgh_label", CharField()),
        F("pgh_context__metadata"),
        JSONObject(**columns),
    )


def _settled(application: Application) -> QuerySet[Any, Any]:
    rows = KeptText.objects.filter(application=application.pk, settled_at__isnull=False).order_by()
    return rows.values_list(
        Value("KeptText", output_field=CharField()),
        Cast("pk", IntegerField()),
        F("settled_at"),
        Cast("pk", IntegerField()),
        Value("settled", output_field=CharField()),
        Value(None, output_field=JSONField()),
        JSONObject(section=F("section"), writer=F("written_by_id")),
    )


def events_of(application: Application) -> list[Event]:
    """All events, the oldest first."""
    selects = [_select(name, columns, application) for name, columns in _columns().items()]
    rows = selects[0].union(*selects[1:], _settled(application), all=True)
    return [
        Event(kind, key, at, label, data, (meta or {}).get("user"), str((meta or {}).get("reason") or ""))
        for kind, key, at, _number, label, meta, data in sorted(rows, key=lambda row: (row[2], row[3]))
    ]
