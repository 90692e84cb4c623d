"""The steps of a scenario from its history: what was changed, by whom and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from applications.models import Track
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


def steps_of(scenario: Scenario, tracks: Sequence[Track], *, whole: bool) -> list[Step]:
    """Everything that was done with the scenario, the oldest first: also approvals of `tracks` that were taken back
    later. Unless `tracks` are the `whole` of it, without the reason of a step that may speak of another country: a word
    on one of its pairs, the minute of its approval. Three statements."""
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
            given = row["pgh_context__metadata"] or {}
            told = given if whole or _is_about_all(before, row) else {**given, "reason": ""}
            found.append((row["pgh_created_at"], text, told))
        before = row
    found = sorted([*_approvals(scenario, tracks), *found], key=lambda step: step[0])
    people = User.objects.in_bulk({given["user"] for _at, _text, given in found if given.get("user")})
    return [
        Step(at, text, people.get(given.get("user") or 0), str(given.get("reason") or ""))
        for at, text, given in found
    ]


def laid_aside(scenario: Scenario) -> Step | None:
    """When, by whom and why people laid a scenario aside; None where another one took its place. Two statements."""
    events: Any = apps.get_model("matching", "ScenarioEvent")
    rows = events.objects.filter(pgh_obj=scenario.pk, status=ScenarioStatus.SUPERSEDED).order_by("pgh_id")
    row = rows.values("pgh_created_at", "pgh_context__metadata").first()
    given = (row or {}).get("pgh_context__metadata") or {}
    if row is None or not given.get("user") or not given.get("reason"):
        return None
    person = User.objects.filter(pk=given["user"]).first()
    return Step(row["pgh_created_at"], str(ScenarioStatus.SUPERSEDED.label), person, str(given["reason"]))


def _is_about_all(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> bool:
    """Whether its reason was given for the whole: made, endorsed, sent back, laid aside."""
    if before is None or before["sent_back_at"] != after["sent_back_at"]:
        return True
    moved = before["status"] != after["status"]
    return moved and after["status"] in (ScenarioStatus.ENDORSED, ScenarioStatus.SUPERSEDED)


def _approvals(scenario: Scenario, tracks: Sequence[Track]) -> list[tuple[datetime, str, Mapping[str, Any]]]:
    countries = {track.pk: track.partner_country.country for track in tracks}
    events: Any = apps.get_model("matching", "ApprovalEvent")
    rows = events.objects.filter(scenario=scenario.pk, track__in=countries, pgh_label="insert")
    return [
        (
            at,
            _("%(association)s approves %(country)s") % {"association": name, "country": countries[track]},
            given or {},
        )
        for at, name, track, given in rows.order_by("pgh_id").values_list(
            "pgh_created_at", "association__acronym", "track", "pgh_context__metadata"
        )
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
