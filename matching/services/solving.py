"""Solving a scenario: read what is known, score all pairs, pair, keep inputs, weights and result with it."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Track
from matching.enums import RuleKind, ScenarioStatus
from matching.errors import NoLongerPossible, PairNotAllowed
from matching.models import PairRule, PairScore, Scenario
from matching.selectors.candidates import TrackInputs, read_tracks
from matching.sentences import bar_in_words
from matching.services.moving import lock_scenario, move_scenario, require_state
from matching.services.scenarios import OPEN_STATES, take_back
from matching.word_prices import price_words
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.people.models import User

ALTERNATIVES = 3
MOST_TRIES = 3
"""How often a scenario that people change meanwhile is solved anew before the job gives up."""
BATCH = 1_000
READ, SCORED, PAIRED, WRITING = 10, 30, 60, 80
"""How far the work is, in percent, as its job tells it."""
Pair = tuple[str, str]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class _Rules:
    """Pairs by the ids of north and south."""

    locked: list[Pair]
    forbidden: list[Pair]
    preferred: frozenset[Pair]


@dataclass(frozen=True)
class _Run:
    """What was computed, and what the scenario said at that moment."""

    said: object
    inputs: Sequence[TrackInputs]
    problem: dict[str, Any]
    solution: dict[str, Any]
    weights: dict[str, Any]
    rules: list[dict[str, Any]]


def solve_scenario(
    *, scenario: Scenario, actor: User | None = None, progress: Progress | None = None
) -> Scenario:
    """Score and pair the candidates as they are now; store inputs, weights, scores with reasons, and result.

    Computes without a lock, telling `progress` how far it is (percent); then stores under the lock of the scenario,
    unless somebody changed it meanwhile: then it computes again. What lies with the steering group comes back. Raises
    MoveNotAllowed once endorsed, PairNotAllowed for fixed pairs that cannot stand together (no longer allowed, or more
    than the places), NoLongerPossible for a fixed pair that lost a candidate, DomainError where it is changed again
    and again.
    """
    tell = progress or (lambda _percent: None)
    for _try in range(MOST_TRIES):
        run = _compute(Scenario.objects.select_related("call__programme").get(pk=scenario.pk), tell)
        tell(WRITING)
        if (solved := _store(scenario, run, actor)) is not None:
            return solved
    raise DomainError(_("The scenario is being changed while it is solved. Solve it again."))


def _compute(scenario: Scenario, tell: Progress) -> _Run:
    from matching.solver import InvalidProblem, parse_problem, solve

    require_state(scenario.status, ScenarioStatus, *OPEN_STATES)
    said = _said(scenario)
    tracks = list(
        scenario.tracks.select_related("partner_country__country").order_by("partner_country__country")
    )
    standard = read_tracks(scenario.call, tracks)
    tell(READ)
    rules = _read_rules(scenario, standard)
    plain = _problem([_with_trial(one, scenario) for one in standard], rules, scenario)["scores"]
    standard = [_with_preferences(one, rules, scenario.prefer_points) for one in standard]
    inputs = [_with_trial(one, scenario) for one in standard]
    _check_fixed(inputs, rules)
    problem = _problem(inputs, rules, scenario)
    tell(SCORED)
    try:
        solution: dict[str, Any] = solve(parse_problem(problem)).as_json()
    except InvalidProblem as error:
        raise PairNotAllowed(
            _("The fixed pairs cannot stand together with the places and rules: %(detail)s"),
            detail=str(error),
        ) from error
    beside = _beside(standard, rules, scenario) if scenario.trial_weights else None
    tell(PAIRED)
    weights: dict[str, Any] = {"tracks": _weights(inputs), "prefer_points": scenario.prefer_points}
    if words := price_words(problem, plain, rules.preferred, solution["pairs"]):
        weights["words"] = words
    if scenario.trial_weights:
        weights |= {"standard": _weights(standard), "beside": beside}
    return _Run(said, inputs, problem, solution, weights, _rules_as_told(scenario))


@transaction.atomic
def _store(scenario: Scenario, run: _Run, actor: User | None) -> Scenario | None:
    """Keep what was computed; None where the scenario says something else by now."""
    locked = lock_scenario(scenario)
    require_state(locked.status, ScenarioStatus, *OPEN_STATES)
    if _said(locked) != run.said:
        return None
    with because(actor):
        _store_scores(locked, run.inputs)
        _store_result(locked, run)
    return locked


def _said(scenario: Scenario) -> object:
    """Everything in the scenario on which its result rests."""
    rules = (
        PairRule.objects.filter(scenario=scenario)
        .order_by("pk")
        .values_list("north", "south", "kind", "reason")
    )
    tracks = scenario.tracks.order_by("pk").values_list("pk", flat=True)
    aim = (scenario.objective, scenario.prefer_points, scenario.trial_weights)
    return aim, list(rules), list(tracks)


def _rules_as_told(scenario: Scenario) -> list[dict[str, Any]]:
    rows = scenario.rules.select_related("north", "south").order_by("pk")
    return [
        {"pair": [row.north.reference, row.south.reference], "kind": row.kind, "reason": row.reason}
        for row in rows
    ]


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


def _check_fixed(inputs: Sequence[TrackInputs], rules: _Rules) -> None:
    """Raise PairNotAllowed, in words, where a fixed pair is excluded or a country has more of them than places: the
    solver would name references only."""
    for one in inputs:
        table = one.table
        row = {each.id: place for place, each in enumerate(table.north)}
        column = {each.id: place for place, each in enumerate(table.south)}
        fixed = [(row[north], column[south]) for north, south in rules.locked if south in column]
        for i, j in fixed:
            if bar := table.barred(i, j):
                raise PairNotAllowed(
                    _("%(north)s – %(south)s is fixed, but not possible: %(rule)s Release that pair first."),
                    north=table.north[i].name,
                    south=table.south[j].name,
                    rule=bar_in_words(bar),
                )
        if len(fixed) > one.places:
            raise PairNotAllowed(
                _(
                    "%(country)s has fewer places left (%(places)s) than fixed pairs (%(fixed)s). Release a fixed pair "
                    "first."
                ),
                country=one.track.partner_country,
                places=one.places,
                fixed=len(fixed),
            )


def _with_preferences(inputs: TrackInputs, rules: _Rules, points: int) -> TrackInputs:
    import numpy as np

    table = inputs.table
    row = {one.id: place for place, one in enumerate(table.north)}
    column = {one.id: place for place, one in enumerate(table.south)}
    extra = np.zeros((len(row), len(column)))
    for north, south in rules.preferred:
        if north in row and south in column:
            extra[row[north], column[south]] = points
    return replace(inputs, table=replace(table, extra=extra))


def _with_trial(inputs: TrackInputs, scenario: Scenario) -> TrackInputs:
    """The same under the weights that the scenario tries for the country, where it tries any."""
    tried: Mapping[str, int] | None = scenario.trial_weights.get(_country(inputs.track))
    return inputs if tried is None else replace(inputs, table=inputs.table.weighed(tried))


def _beside(standard: Sequence[TrackInputs], rules: _Rules, scenario: Scenario) -> dict[str, Any] | None:
    """What the weights of the tracks would give, to lay beside what the tried ones give: pairs, total, worst. None
    where they give nothing: a fixed pair of which only parts are known that weigh nothing there."""
    from matching.solver import InvalidProblem, parse_problem, solve

    problem = _problem(standard, rules, scenario) | {"alternatives": 0, "details": False}
    try:
        found = solve(parse_problem(problem)).as_json()
    except InvalidProblem:
        return None
    return {key: found[key] for key in ("pairs", "total", "worst")}


def _problem(inputs: Sequence[TrackInputs], rules: _Rules, scenario: Scenario) -> dict[str, Any]:
    """The input of the solver to the letter, so that the run can be repeated from what is stored."""
    north = [one.id for one in inputs[0].table.north]
    south, rows = [], [list[float | None]() for _ in north]
    for track in inputs:
        group = _country(track.track)
        south += [{"id": one.id, "group": group} for one in track.table.south]
        for row, scores in zip(rows, track.table.allowed_scores().tolist(), strict=True):
            row += [None if math.isnan(score) else score for score in scores]
    return {
        "north": north,
        "south": south,
        "scores": rows,
        "places": {_country(track.track): track.places for track in inputs},
        "locked": [list(pair) for pair in rules.locked],
        "forbidden": [list(pair) for pair in rules.forbidden],
        "objective": str(scenario.objective),
        "alternatives": ALTERNATIVES,
        "details": True,
    }


def _country(track: Track) -> str:
    return str(track.partner_country.country_id)


def _weights(inputs: Sequence[TrackInputs]) -> dict[str, dict[str, int]]:
    return {_country(track.track): dict(track.table.weights) for track in inputs}


def _store_scores(scenario: Scenario, inputs: Sequence[TrackInputs]) -> None:
    keys = dict(Application.objects.filter(call=scenario.call_id).values_list("reference", "pk"))
    scenario.pair_scores.all().delete()
    for track in inputs:
        rows = _pair_scores(scenario, track, keys)
        # Not all at once: the reasons of many pairs take much memory.
        while batch := list(islice(rows, BATCH)):
            PairScore.objects.bulk_create(batch)


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


def _store_result(scenario: Scenario, run: _Run) -> None:
    candidates = [one for track in run.inputs for one in (*track.table.north, *track.table.south)]
    scenario.inputs = {
        "problem": run.problem,
        "names": {one.id: one.name for one in candidates},
        "rules": run.rules,
    }
    solution = run.solution
    scenario.weights, scenario.result = run.weights, solution
    scenario.total = Decimal(f"{solution['total']:.4f}")
    scenario.worst = None if solution["worst"] is None else Decimal(f"{solution['worst']:.4f}")
    scenario.optimal = solution["optimal"]
    scenario.solved_at = clock.now()
    take_back(scenario)
    move_scenario(scenario, ScenarioStatus.SOLVED)
    scenario.save()
