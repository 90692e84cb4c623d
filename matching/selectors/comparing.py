"""Scenarios side by side: which pairs, rules and weights differ, and what another pairing costs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from applications.models import Track
from matching.enums import ScorePart
from matching.models import PairRule, PairScore, Scenario

MOST_BESIDE = 3
"""How many scenarios can stand beside one: more do not fit a page."""
Pair = tuple[str, str]


@dataclass(frozen=True)
class Pairing:
    """A set of pairs in view, by reference of north: the southern partner and the pair's score there."""

    pairs: Mapping[str, tuple[str, Decimal]]

    @property
    def total(self) -> Decimal:
        """The sum of the scores in view."""
        return sum((score for _south, score in self.pairs.values()), Decimal(0))

    @property
    def worst(self) -> Decimal | None:
        """The lowest score in view, fixed pairs included."""
        return min((score for _south, score in self.pairs.values()), default=None)


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
    """The first scenario and those beside it, in order; `costs` has None for the first."""

    scenarios: Sequence[Scenario]
    pairings: Sequence[Pairing]
    partners: Sequence[PartnerLine]
    costs: Sequence[Cost | None]
    rules: Sequence[tuple[str, str, Sequence[PairRule | None]]]
    weights: Sequence[tuple[str, str, Sequence[int | None]]]


def comparable_with(scenario: Scenario, visible: QuerySet[Scenario]) -> list[Scenario]:
    """The solved scenarios of the same call among those a person sees, the newest first; one statement."""
    return list(visible.filter(call=scenario.call_id, solved_at__isnull=False).exclude(pk=scenario.pk))


def pairing_of(rows: Iterable[Sequence[Any]], south: Mapping[str, str]) -> Pairing:
    """The pairs of a result whose southern side is in view (`south`: names by reference)."""
    return Pairing({a: (b, Decimal(str(score))) for a, b, score in rows if b in south})


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
    """These scenarios over the tracks in view; four statements whatever the size."""
    south, names = names_in_view(scenarios, tracks)
    pairings = [pairing_of(row.result.get("pairs", []), south) for row in scenarios]
    return Comparison(
        scenarios=scenarios,
        pairings=pairings,
        partners=partner_lines(pairings, names),
        costs=_costs(scenarios[0], pairings),
        rules=_rules(scenarios, tracks),
        weights=_weights(scenarios, tracks),
    )


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
        country = str(track.partner_country.country_id)
        used = [row.weights.get("tracks", {}).get(country, {}) for row in scenarios]
        for part in ScorePart:
            values = [weights.get(part.value) for weights in used]
            if len(set(values)) > 1:
                lines.append((str(track.partner_country), str(part.label), values))
    return lines
