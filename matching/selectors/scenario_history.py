"""The steps of a scenario from its history: what was changed, by whom and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from matching.enums import Objective, ScenarioStatus
from matching.models import Scenario
from sdgpartners.people.models import User

COLUMNS = (
    "status",
    "name",
    "objective",
    "prefer_points",
    "trial_weights",
    "put_forward_at",
    "sent_back_at",
    "solved_at",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what happened in the words of the reader, by whom (None: the portal) and why."""

    at: datetime
    text: str
    actor: User | None
    reason: str


def steps_of(scenario: Scenario) -> list[Step]:
    """Everything that was done with the scenario, the oldest first; two statements."""
    events: Any = apps.get_model("matching", "ScenarioEvent")
    rows = (
        events.objects.filter(pgh_obj=scenario.pk)
        .order_by("pgh_id")
        .values("pgh_created_at", "pgh_context__metadata", *COLUMNS)
    )
    found: list[tuple[datetime, str, Mapping[str, Any]]] = []
    before: Mapping[str, Any] | None = None
    for row in rows:
        for text in _changes(before, row):
            found.append((row["pgh_created_at"], text, row["pgh_context__metadata"] or {}))
        before = row
    people = User.objects.in_bulk({given["user"] for _at, _text, given in found if given.get("user")})
    return [
        Step(at, text, people.get(given.get("user") or 0), str(given.get("reason") or ""))
        for at, text, given in found
    ]


def _changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[str]:
    """What one row of the history changed, in words."""
    if before is None:
        return [_("Made")]
    changed = {name for name in COLUMNS if before[name] != after[name]}
    found = []
    if "name" in changed:
        found.append(_("Name: %(name)s") % {"name": after["name"]})
    if "objective" in changed:
        found.append(_("Aim: %(aim)s") % {"aim": Objective(after["objective"]).label})
    if "prefer_points" in changed:
        found.append(_("Points for a preferred pair: %(points)s") % {"points": after["prefer_points"]})
    if "trial_weights" in changed:
        found.append(
            _("Other weights tried") if after["trial_weights"] else _("Back to the weights of the tracks")
        )
    if "put_forward_at" in changed and after["put_forward_at"]:
        found.append(_("Put to the steering group"))
    if "sent_back_at" in changed:
        return [*found, _("Sent back")]
    if "solved_at" in changed:
        return [*found, _("Solved")]
    if "status" in changed:
        found.append(str(ScenarioStatus(after["status"]).label))
    return found
