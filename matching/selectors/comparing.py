"""Scenarios side by side: which pairs, rules and weights differ, and what another pairing costs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Concat

from applications.models import Track
from matching.enums import ScorePart
from matching.models import PairRule, PairScore, Scenario

LARGE = ("inputs", "result")
MOST_BESIDE = 3
"""How many scenarios can stand beside one: more do not fit a page."""
Pair = tuple[str, str]


@dataclass(frozen=True)
class Pairing:
    """A set of pairs in view, by reference of north: the southern partner and the pair's score there. `fixed`: the
    northern ones whose pair people fixed."""

    pairs: Mapping[str, tuple[str, Decimal]]
    fixed: frozenset[str] = frozenset()

    @property
    def total(self) -> Decimal:
        """The sum of the scores in view."""
        return sum((score for _south, score in self.pairs.values()), Decimal(0))

    @property
    def worst(self) -> Decimal | None:
        """The lowest score in view; fixed pairs do not count, as in the room (None: no other pair)."""
        free = (score for north, (_south, score) in self.pairs.items() if north not in self.fixed)
        return min(free, default=None)


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A Flemish municipality with its partner (name and score; None: without one) in each pairing."""

    name: str
    partners: Sequence[tuple[str, Decimal] | None]

    @property
    def differs(self) -> bool:
        """Whether the pairings disagree about it."""
        return len({None if one is None else one[0] for one in self.partners}) > 1


@dataclass(frozen=True, slots=True)
class Cost:
    """A pairing measured by the scores of the first scenario: its total there, what it costs against the first, and
    how many of its pairs are not possible there (they are left out of the total)."""

    total: Decimal
    cost: Decimal
    impossible: int


@dataclass(frozen=True)
class Comparison:
    """The first scenario and those beside it, in order, over the countries that all of them look at; `left_out` are
    those in view that one of them does not. `costs` has None for the first."""

    scenarios: Sequence[Scenario]
    tracks: Sequence[Track]
    left_out: Sequence[Track]
    pairings: Sequence[Pairing]
    partners: Sequence[PartnerLine]
    costs: Sequence[Cost | None]
    rules: Sequence[tuple[str, str, Sequence[PairRule | None]]]
    weights: Sequence[tuple[str, str, Sequence[int | None]]]


def comparable_with(
    scenario: Scenario, visible: QuerySet[Scenario], tracks: Sequence[Track]
) -> QuerySet[Scenario]:
    """The solved scenarios of the same call among those a person sees that look at one of `tracks`, the newest first.
    Without what was given in and what came out, which is large: read it for those that are chosen."""
    looked_at = Scenario.objects.filter(tracks__in=tracks).order_by().values("pk")
    rows = visible.filter(call=scenario.call_id, solved_at__isnull=False, pk__in=looked_at)
    return rows.exclude(pk=scenario.pk).defer(*LARGE)


def pairing_of(
    rows: Iterable[Sequence[Any]], south: Mapping[str, str], fixed: frozenset[str] = frozenset()
) -> Pairing:
    """The pairs of a result whose southern side is in view (`south`: names by reference)."""
    return Pairing({a: (b, Decimal(str(score))) for a, b, score in rows if b in south}, fixed)


def _fixed_in(scenario: Scenario) -> frozenset[str]:
    """The northern references of the pairs that were fixed when it was solved."""
    return frozenset(pair[0] for pair in scenario.inputs.get("problem", {}).get("locked", []))


def partner_lines(pairings: Sequence[Pairing], names: Mapping[str, str]) -> list[PartnerLine]:
    """Every Flemish municipality that has a partner in one of the pairings, by name."""
    everybody = sorted(
        {one for pairing in pairings for one in pairing.pairs}, key=lambda one: (names[one], one)
    )
    return [
        PartnerLine(
            names[one],
            [
                (names[found[0]], found[1]) if (found := pairing.pairs.get(one)) else None
                for pairing in pairings
            ],
        )
        for one in everybody
    ]


def compare(scenarios: Sequence[Scenario], tracks: Sequence[Track]) -> Comparison:
    """These scenarios over those of the tracks in view that all of them look at: a country that one leaves out is no
    difference between their pairs. Four statements whatever the size."""
    common = [track for track in tracks if all(_country(track) in countries_of(row) for row in scenarios)]
    south, names = names_in_view(scenarios, common)
    pairings = [pairing_of(row.result.get("pairs", []), south, _fixed_in(row)) for row in scenarios]
    return Comparison(
        scenarios=scenarios,
        tracks=common,
        left_out=[track for track in tracks if track not in common],
        pairings=pairings,
        partners=partner_lines(pairings, names),
        costs=_costs(scenarios[0], pairings),
        rules=_rules(scenarios, common),
        weights=_weights(scenarios, common),
    )


def countries_of(scenario: Scenario) -> Mapping[str, Mapping[str, int]]:
    """The countries that a scenario looked at when it was solved, with the weights that it used."""
    found: Mapping[str, Mapping[str, int]] = scenario.weights.get("tracks", {})
    return found


def _country(track: Track) -> str:
    return str(track.partner_country.country_id)


@dataclass(frozen=True, slots=True)
class Effect:
    """The pairing that the weights of the tracks would give (first) and that of the weights tried, over the countries
    in view; the total of each by the weights of the tracks, and by those tried (None: a pair cannot be scored so)."""

    lines: Sequence[PartnerLine]
    by_standard: Sequence[Decimal | None]
    by_tried: Sequence[Decimal | None]


def effect_of_weights(scenario: Scenario, tracks: Sequence[Track]) -> Effect | None:
    """What the weights tried change; None where both were not computed. Two statements."""
    beside = scenario.weights.get("beside")
    if not beside:
        return None
    south, names = names_in_view([scenario], tracks)
    standard, tried = (
        pairing_of(rows, south) for rows in (beside["pairs"], scenario.result.get("pairs", []))
    )
    stored = _scores_of(scenario, {(a, b) for one in (standard, tried) for a, (b, _s) in one.pairs.items()})
    return Effect(
        lines=partner_lines([standard, tried], names),
        by_standard=[standard.total, _total(tried, {pair: row[1] for pair, row in stored.items()})],
        by_tried=[_total(standard, {pair: row[0] for pair, row in stored.items()}), tried.total],
    )


def _total(pairing: Pairing, scores: Mapping[Pair, Decimal | None]) -> Decimal | None:
    found = [scores.get((a, b)) for a, (b, _score) in pairing.pairs.items()]
    known = [score for score in found if score is not None]
    return sum(known, Decimal(0)) if len(known) == len(found) else None


def _scores_of(
    scenario: Scenario, pairs: Iterable[Pair]
) -> Mapping[Pair, tuple[Decimal | None, Decimal | None]]:
    """The scores of these pairs by the weights tried, and by those of the track; one statement."""
    named = Concat("north__reference", Value("."), "south__reference")
    rows = PairScore.objects.filter(scenario=scenario).annotate(named=named).order_by()
    chosen = rows.filter(named__in=[".".join(pair) for pair in pairs]).values_list(
        "north__reference", "south__reference", "track__partner_country__country", "score", "parts"
    )
    weights = scenario.weights["standard"]
    return {(a, b): (score, _by_weights(parts, weights[country])) for a, b, country, score, parts in chosen}


def _by_weights(parts: Sequence[Mapping[str, Any]], weights: Mapping[str, int]) -> Decimal | None:
    """The score of a pair from its stored parts under other weights, points for a preference included; None where no
    part with a weight is known. To four decimals, as the solver reads scores."""
    known = [
        (weights[row["part"]], Decimal(str(row["score"])))
        for row in parts
        if row["part"] in weights and row["score"] is not None
    ]
    whole = sum(weight for weight, _score in known)
    if not whole:
        return None
    extra = sum((Decimal(str(row["points"])) for row in parts if row["part"] == "preferred"), Decimal(0))
    score = 100 * sum((weight * one for weight, one in known), Decimal(0)) / whole + extra
    return min(score, Decimal(100)).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def names_in_view(
    scenarios: Sequence[Scenario], tracks: Sequence[Track]
) -> tuple[dict[str, str], dict[str, str]]:
    """Names by reference: of the southern candidates in view, and of everybody; one statement."""
    everybody = {key: name for row in scenarios for key, name in row.inputs.get("names", {}).items()}
    scored = PairScore.objects.filter(scenario__in=scenarios, track__in=tracks).order_by()
    seen = set(scored.values_list("south__reference", flat=True).distinct())
    return {key: name for key, name in everybody.items() if key in seen}, everybody


def _costs(first: Scenario, pairings: Sequence[Pairing]) -> list[Cost | None]:
    pairs = {(a, b) for pairing in pairings for a, (b, _score) in pairing.pairs.items()}
    rows = PairScore.objects.filter(
        scenario=first,
        north__reference__in={a for a, _b in pairs},
        south__reference__in={b for _a, b in pairs},
        score__isnull=False,
    ).order_by()
    scores = {
        (a, b): score for a, b, score in rows.values_list("north__reference", "south__reference", "score")
    }
    own = pairings[0].total
    found: list[Cost | None] = [None]
    for pairing in pairings[1:]:
        there = [(a, b) for a, (b, _score) in pairing.pairs.items()]
        total = sum((scores[pair] or Decimal(0) for pair in there if pair in scores), Decimal(0))
        found.append(Cost(total, own - total, sum(pair not in scores for pair in there)))
    return found


def _rules(
    scenarios: Sequence[Scenario], tracks: Sequence[Track]
) -> list[tuple[str, str, list[PairRule | None]]]:
    """The pairs on which something else is said, with what each scenario says."""
    said: dict[Pair, dict[int, PairRule]] = {}
    rows = PairRule.objects.filter(scenario__in=scenarios, south__track__in=tracks).select_related(
        "north__municipality", "south__municipality"
    )
    for rule in rows.order_by("north__municipality__name", "south__municipality__name"):
        pair = rule.north.municipality.name, rule.south.municipality.name
        said.setdefault(pair, {})[rule.scenario_id] = rule
    lines = [(*pair, [found.get(row.pk) for row in scenarios]) for pair, found in said.items()]
    return [line for line in lines if len({rule.kind if rule else "" for rule in line[2]}) > 1]


def _weights(
    scenarios: Sequence[Scenario], tracks: Sequence[Track]
) -> list[tuple[str, str, list[int | None]]]:
    """The parts that weigh something else, by country; None where a scenario does not look at the country."""
    lines = []
    for track in tracks:
        used = [countries_of(row).get(_country(track), {}) for row in scenarios]
        for part in ScorePart:
            values = [weights.get(part.value) for weights in used]
            if len(set(values)) > 1:
                lines.append((str(track.partner_country), str(part.label), values))
    return lines
