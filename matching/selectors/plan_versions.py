"""What a joint plan said before, version by version, from its history."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from matching.models import JointPlan
from matching.plan_content import PlanContent
from sdgpartners.people.models import User

COLUMNS = ("version", "theme_title", "change_north", "change_south", "language", "updated_at")
AGREED = ("agreed_north_at", "agreed_south_at")


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One version: what it said, who saved it (None: the portal) and when, and when each side agreed to it."""

    number: int
    saved_at: datetime
    saved_by: User | None
    agreed_north_at: datetime | None
    agreed_south_at: datetime | None
    content: PlanContent


def versions_of(plan: JointPlan) -> Sequence[int]:
    """The numbers of all versions that were saved, the latest first; no statement."""
    return range(plan.version, 0, -1)


def read_versions(plan: JointPlan, numbers: Iterable[int]) -> list[PlanVersion]:
    """The versions of these numbers, the latest first; four statements."""
    wanted = list(numbers)
    rows = _events("JointPlanEvent").filter(pgh_obj=plan.pk, version__in=wanted).order_by("pgh_id")
    # The first row of a version is its save, the last one says who has agreed to it in the end.
    saved: dict[int, Mapping[str, Any]] = {}
    agreed: dict[int, Mapping[str, Any]] = {}
    for row in rows.values(*COLUMNS, *AGREED, "pgh_context__metadata"):
        saved.setdefault(row["version"], row)
        agreed[row["version"]] = row
    keys = {(row["pgh_context__metadata"] or {}).get("user") for row in saved.values()}
    people = User.objects.in_bulk({key for key in keys if key})
    questions = _lines("LearningQuestionEvent", plan, wanted, "text")
    activities = _lines("ActivityEvent", plan, wanted, "text", "due_on")
    return [
        PlanVersion(
            number,
            row["updated_at"],
            people.get((row["pgh_context__metadata"] or {}).get("user") or 0),
            agreed[number]["agreed_north_at"],
            agreed[number]["agreed_south_at"],
            PlanContent(
                theme_title=row["theme_title"],
                change_north=row["change_north"],
                change_south=row["change_south"],
                language=row["language"],
                questions=tuple(text for (text,) in questions[number]),
                activities=tuple(activities[number]),
            ),
        )
        for number, row in sorted(saved.items(), reverse=True)
    ]


def _lines(model: str, plan: JointPlan, numbers: Iterable[int], *names: str) -> dict[int, list[Any]]:
    """The rows of each version in their order. A row is written once, with its version, and never changed."""
    rows = _events(model).filter(plan=plan.pk, version__in=numbers).order_by("version", "order", "pgh_id")
    found: dict[int, list[Any]] = defaultdict(list)
    for version, *values in rows.values_list("version", *names):
        found[version].append(tuple(values))
    return found


def _events(model: str) -> Any:
    return apps.get_model("matching", model).objects
