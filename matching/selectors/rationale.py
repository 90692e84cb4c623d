"""Why a scenario came to its pairs, read from what is kept with it alone: names, scores, weights and results as they
were when it was solved, whatever changed since."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from applications.models import Application, Track
from matching.enums import RuleKind, ScorePart
from matching.models import PairRule, PairScore, Proposal, Scenario, ScenarioComment
from matching.selectors.outcome import groups_of, names_of
from matching.selectors.room import OTHER_TRACK
from matching.selectors.scenarios import proposed_scores

MOST_PRICES = 60
"""How many other pairs are printed with their price, the cheapest first; the number of all stands beside them."""
Pair = tuple[str, str]


@dataclass(frozen=True)
class Kept:
    """What is kept with a scenario, for the countries of `tracks`. Pairs and people are named as they were."""

    scenario: Scenario
    tracks: Sequence[Track]
    names: Mapping[str, str]
    groups: Mapping[str, str]
    countries: frozenset[str] = field(default_factory=frozenset)

    @property
    def whole(self) -> bool:
        """Whether these are all its countries."""
        return self.countries.issuperset(self.groups.values())

    def name(self, reference: str) -> str:
        """The name of a candidate when it was solved; the reference of one that was none then."""
        return self.names.get(reference) or reference

    def pair(self, north: str, south: str) -> str:
        """Both names."""
        return f"{self.name(north)} – {self.name(south)}"

    def shows(self, south: str) -> bool:
        """Whether a southern candidate is of one of the countries."""
        return self.groups.get(south) in self.countries


def kept_of(scenario: Scenario, tracks: Sequence[Track]) -> Kept:
    """The reading of a scenario; no statement."""
    countries = frozenset(str(track.partner_country.country_id) for track in tracks)
    return Kept(scenario, tracks, names_of(scenario), groups_of(scenario), countries)


def northern(kept: Kept) -> list[str]:
    """The names of the Flemish candidates, by name: of one country those who are candidates there (one statement)."""
    everybody = kept.scenario.inputs.get("problem", {}).get("north", [])
    if kept.whole:
        return sorted(kept.name(one) for one in everybody)
    rows = PairScore.objects.filter(scenario=kept.scenario, track__in=kept.tracks)
    here = set(rows.exclude(barred_by__in=OTHER_TRACK).values_list("north__reference", flat=True).distinct())
    return sorted(kept.name(one) for one in everybody if one in here)


def southern(kept: Kept) -> list[tuple[Track, int, list[str]]]:
    """By country: its track, the places that were left, the names of its candidates."""
    places: Mapping[str, int] = kept.scenario.inputs.get("problem", {}).get("places", {})
    found = []
    for track in kept.tracks:
        code = str(track.partner_country.country_id)
        own = sorted(kept.name(one) for one, group in kept.groups.items() if group == code)
        found.append((track, places.get(code, 0), own))
    return found


@dataclass(frozen=True, slots=True)
class Weight:
    """The weight of a part on a track: what was used, and the track's own where others were tried."""

    track: Track
    part: ScorePart
    used: int
    standard: int


def weights_in(kept: Kept) -> list[Weight]:
    """Every weight, by country and part."""
    used: Mapping[str, Mapping[str, int]] = kept.scenario.weights.get("tracks", {})
    standard: Mapping[str, Mapping[str, int]] = kept.scenario.weights.get("standard", used)
    found = []
    for track in kept.tracks:
        code = str(track.partner_country.country_id)
        for part in ScorePart:
            weight = used.get(code, {}).get(part.value, 0)
            found.append(Weight(track, part, weight, standard.get(code, {}).get(part.value, weight)))
    return found


@dataclass(frozen=True, slots=True)
class Barred:
    """A hard rule (its code) with whom it kept out: candidates of all their pairs in a country, and single pairs."""

    code: str
    candidates: Sequence[str]
    pairs: Sequence[str]


def barred_in(kept: Kept) -> list[Barred]:
    """Who was kept out by which hard rule; one statement. A candidate that one rule keeps out of every pair of a
    country stands there once, instead of all its pairs."""
    rows = PairScore.objects.filter(scenario=kept.scenario, track__in=kept.tracks)
    if not kept.whole:
        # Who is a candidate elsewhere alone is nobody's business here.
        rows = rows.exclude(barred_by__in=OTHER_TRACK)
    codes: dict[Pair, str] = {}
    partners: dict[tuple[int, str], list[Pair]] = defaultdict(list)
    for north, south, track, code in rows.values_list(
        "north__reference", "south__reference", "track_id", "barred_by"
    ):
        codes[north, south] = code
        partners[track, north].append((north, south))
        partners[track, south].append((north, south))
    whole: dict[str, set[str]] = defaultdict(set)
    covered: set[Pair] = set()
    for (_track, candidate), pairs in partners.items():
        found = {codes[pair] for pair in pairs}
        if len(found) == 1 and (code := found.pop()):
            whole[code].add(candidate)
            covered |= set(pairs)
    single: dict[str, list[Pair]] = defaultdict(list)
    for pair, code in codes.items():
        if code and pair not in covered:
            single[code].append(pair)
    return [
        Barred(
            code,
            sorted(kept.name(one) for one in whole[code]),
            sorted(kept.pair(*pair) for pair in single[code]),
        )
        for code in sorted({*whole, *single})
    ]


def chosen_in(kept: Kept) -> list[tuple[PairScore, str, PairRule | None]]:
    """The chosen pairs with their stored score and parts, their names, and what was said on them; by country and by the
    name of then."""
    said = {(rule.north_id, rule.south_id): rule for rule in rules_in(kept)}
    tracks = {track.pk for track in kept.tracks}
    found = [
        (row, kept.pair(row.north.reference, row.south.reference), said.get((row.north_id, row.south_id)))
        for row in proposed_scores(kept.scenario)
        if row.track_id in tracks
    ]
    return sorted(found, key=lambda one: (str(one[0].track.partner_country.country_id), one[1]))


def rules_in(kept: Kept) -> list[PairRule]:
    """What people said on pairs of the countries, fixed first, with who said it."""
    order = [RuleKind.LOCK, RuleKind.PREFER, RuleKind.FORBID]
    rows = kept.scenario.rules.filter(south__track__in=kept.tracks).select_related("north", "south", "set_by")
    return sorted(rows, key=lambda row: (order.index(RuleKind(row.kind)), row.pk))


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way to pair: its total and weakest pair, what it costs the total, and which pairs differ."""

    total: float
    worst: float | None
    cost: float
    instead: Sequence[str]
    of: Sequence[str]


def alternatives_in(kept: Kept) -> list[Alternative]:
    """The next best ways, as far as they differ in the countries."""
    result = kept.scenario.result
    chosen = {(north, south) for north, south, _score in result.get("pairs", [])}
    found = []
    for row in result.get("alternatives", []):
        pairs = {(north, south) for north, south, _score in row["pairs"]}
        instead = [kept.pair(*pair) for pair in sorted(pairs - chosen) if kept.shows(pair[1])]
        given_up = [kept.pair(*pair) for pair in sorted(chosen - pairs) if kept.shows(pair[1])]
        if instead or given_up:
            cost = result["total"] - row["total"]
            found.append(Alternative(row["total"], row["worst"], cost, instead, given_up))
    return found


def prices_in(kept: Kept) -> tuple[list[tuple[str, float | None]], int]:
    """What every other pair would cost the total, the cheapest first, None (a place fewer) last; and how many."""
    rows = [
        (kept.pair(north, south), cost)
        for north, south, cost in kept.scenario.result.get("cost_of", [])
        if kept.shows(south)
    ]
    rows.sort(key=lambda row: (row[1] is None, row[1] or 0, row[0]))
    return rows[:MOST_PRICES], len(rows)


def blocking_in(kept: Kept) -> list[tuple[str, float]]:
    """Pairs of which both would score higher with each other, with that score."""
    rows = kept.scenario.result.get("blocking", [])
    return [(kept.pair(north, south), score) for north, south, score in rows if kept.shows(south)]


def comments_in(kept: Kept) -> list[tuple[ScenarioComment, str]]:
    """What was said, the oldest first, with the pair that it was about."""
    seen = {track.pk for track in kept.tracks}
    rows = kept.scenario.comments.select_related("author", "north", "south").order_by("created_at", "pk")
    return [
        (row, kept.pair(row.north.reference, row.south.reference) if row.north and row.south else "")
        for row in rows
        if row.south is None or row.south.track_id in seen
    ]


def stepped_out_in(kept: Kept) -> list[Mapping[str, Any]]:
    """Who stepped out when it was decided, by name: because of somebody who competes in one of the countries. One
    statement for part of them."""
    shown: list[Mapping[str, Any]] = kept.scenario.inputs.get("stepped_out", [])
    if not kept.whole:
        rows = Application.objects.filter(reference__in=[row["application"] for row in shown])
        here = rows.filter(Q(track__in=kept.tracks) | Q(preferences__track__in=kept.tracks))
        seen = set(here.values_list("reference", flat=True))
        shown = [row for row in shown if row["application"] in seen]
    return sorted(shown, key=lambda row: (row["name"], row["municipality"]))


def answers_in(kept: Kept) -> list[tuple[Proposal, str]]:
    """The proposals of the scenario in the countries, with their names then."""
    rows = (
        Proposal.objects.filter(scenario=kept.scenario, track__in=kept.tracks)
        .select_related("north", "south", "north_accepted_by", "south_accepted_by", "partnership")
        .prefetch_related("followed_by")
        .order_by("reference")
    )
    return [(row, kept.pair(row.north.reference, row.south.reference)) for row in rows]
