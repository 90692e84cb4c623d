"""Solving a scenario: read what is known, score all pairs, pair, keep inputs, weights and result with it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from matching.enums import RuleKind, ScenarioStatus
from matching.errors import NoLongerPossible, PairNotAllowed
from matching.models import PairRule, PairScore, Scenario
from matching.selectors.candidates import TrackInputs, read_tracks
from matching.services.moving import lock_scenario, move_scenario, require_state
from sdgpartners.core import clock
from sdgpartners.core.history import because
from sdgpartners.people.models import User

ALTERNATIVES = 3
Pair = tuple[str, str]


@dataclass(frozen=True)
class _Rules:
    """Pairs by the ids of north and south."""

    locked: list[Pair]
    forbidden: list[Pair]
    preferred: frozenset[Pair]


@transaction.atomic
def solve_scenario(*, scenario: Scenario, actor: User | None = None) -> Scenario:
    """Score and pair the candidates as they are now; store inputs, weights, scores with reasons, and result.

    Locks the scenario. Raises MoveNotAllowed once endorsed, PairNotAllowed for fixed pairs that cannot stand
    together (no longer allowed, or more than the places), NoLongerPossible for a fixed pair that lost a
    candidate.
    """
    from matching.solver import InvalidProblem, parse_problem, solve

    scenario = lock_scenario(scenario)
    require_state(scenario.status, ScenarioStatus, ScenarioStatus.DRAFT, ScenarioStatus.SOLVED)
    tracks = scenario.tracks.select_related("partner_country__country").order_by("partner_country__country")
    inputs = read_tracks(scenario.call, tracks)
    rules = _read_rules(scenario, inputs)
    inputs = [_with_preferences(one, rules, scenario.prefer_points) for one in inputs]
    problem = _problem(inputs, rules, scenario)
    try:
        solution = solve(parse_problem(problem)).as_json()
    except InvalidProblem as error:
        raise PairNotAllowed(
            _("The fixed pairs cannot stand together with the places and rules: %(detail)s"),
            detail=str(error),
        ) from error
    with because(actor):
        _store_scores(scenario, inputs)
        _store_result(scenario, inputs, problem, solution)
    return scenario


def _read_rules(scenario: Scenario, inputs: Sequence[TrackInputs]) -> _Rules:
    """The words on pairs that still concern candidates; a fixed pair that lost one is refused."""
    north = {one.id for track in inputs for one in track.table.north}
    south = {one.id for track in inputs for one in track.table.south}
    found: dict[str, list[Pair]] = {kind.value: [] for kind in RuleKind}
    rules = PairRule.objects.filter(scenario=scenario)
    for rule in rules.select_related("north__municipality", "south__municipality"):
        pair = (rule.north.reference, rule.south.reference)
        if pair[0] in north and pair[1] in south:
            found[rule.kind].append(pair)
        elif rule.kind == RuleKind.LOCK:
            gone = [one for one in (rule.north, rule.south) if one.reference not in north | south]
            raise NoLongerPossible(
                _("%(names)s is in a fixed pair but cannot be matched any more. Release that pair first."),
                names=", ".join(one.municipality.name for one in gone),
            )
    return _Rules(
        locked=sorted(found[RuleKind.LOCK]),
        forbidden=sorted(found[RuleKind.FORBID]),
        preferred=frozenset(found[RuleKind.PREFER]),
    )


def _with_preferences(inputs: TrackInputs, rules: _Rules, points: int) -> TrackInputs:
    import numpy as np

    table = inputs.table
    extra = [
        [points * ((one.id, other.id) in rules.preferred) for other in table.south] for one in table.north
    ]
    shape = len(table.north), len(table.south)
    nudged = replace(table, extra=np.array(extra, dtype=float).reshape(shape))
    return replace(inputs, table=nudged)


def _problem(inputs: Sequence[TrackInputs], rules: _Rules, scenario: Scenario) -> dict[str, Any]:
    """The input of the solver to the letter, so that the run can be repeated from what is stored."""
    north = [one.id for one in inputs[0].table.north]
    south, rows = [], [list[float | None]() for _ in north]
    for track in inputs:
        group = str(track.track.partner_country.country_id)
        south += [{"id": one.id, "group": group} for one in track.table.south]
        for row, scores in zip(rows, track.table.allowed_scores().tolist(), strict=True):
            row += [None if math.isnan(score) else score for score in scores]
    return {
        "north": north,
        "south": south,
        "scores": rows,
        "places": {str(track.track.partner_country.country_id): track.places for track in inputs},
        "locked": [list(pair) for pair in rules.locked],
        "forbidden": [list(pair) for pair in rules.forbidden],
        "objective": str(scenario.objective),
        "alternatives": ALTERNATIVES,
        "details": True,
    }


def _store_scores(scenario: Scenario, inputs: Sequence[TrackInputs]) -> None:
    keys = dict(Application.objects.filter(call=scenario.call_id).values_list("reference", "pk"))
    scenario.pair_scores.all().delete()
    for track in inputs:
        PairScore.objects.bulk_create(_pair_scores(scenario, track, keys), batch_size=1_000)


def _pair_scores(scenario: Scenario, inputs: TrackInputs, keys: Mapping[str, int]) -> Iterator[PairScore]:
    table = inputs.table
    for i, north in enumerate(table.north):
        for j, south in enumerate(table.south):
            bar = table.barred(i, j)
            parts = table.explain(i, j)
            if table.extra is not None and table.extra[i, j]:
                parts.append({"part": "preferred", "points": float(table.extra[i, j])})
            yield PairScore(
                scenario=scenario,
                track=inputs.track,
                north_id=keys[north.id],
                south_id=keys[south.id],
                score=None if bar else Decimal(f"{table.scores[i, j]:.4f}"),
                barred_by=bar,
                parts=parts,
            )


def _store_result(
    scenario: Scenario, inputs: Sequence[TrackInputs], problem: dict[str, Any], solution: dict[str, Any]
) -> None:
    said = scenario.rules.select_related("north", "south").order_by("pk")
    candidates = [one for track in inputs for one in (*track.table.north, *track.table.south)]
    scenario.inputs = {
        "problem": problem,
        "names": {one.id: one.name for one in candidates},
        "rules": [
            {"pair": [row.north.reference, row.south.reference], "kind": row.kind, "reason": row.reason}
            for row in said
        ],
    }
    weights = {track.track.partner_country.country_id: dict(track.table.weights) for track in inputs}
    scenario.weights = {"tracks": weights, "prefer_points": scenario.prefer_points}
    scenario.result = solution
    scenario.total = Decimal(f"{solution['total']:.4f}")
    scenario.worst = None if solution["worst"] is None else Decimal(f"{solution['worst']:.4f}")
    scenario.optimal = solution["optimal"]
    scenario.solved_at = clock.now()
    move_scenario(scenario, ScenarioStatus.SOLVED)
    scenario.save()
