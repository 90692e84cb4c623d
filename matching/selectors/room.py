"""What the matching room shows of a scenario: all pairs of the countries that a person looks into."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from applications.enums import ApplicationStatus
from applications.models import Application, Track, TrackPreference
from matching.enums import RuleKind
from matching.models import PairRule, PairScore, Scenario

OTHER_TRACK = ("not_ranked", "not_selected")
"""Bars that say that the Flemish municipality is no candidate for that country."""
BY_BEST = "best"
"""The order of rows or columns that begins with the best score."""
ELSEWHERE = "elsewhere"
"""Why a Flemish municipality has no partner here although the solver gave it one: in a country that is not in view."""


@dataclass(frozen=True, slots=True)
class Place:
    """A candidate: application reference, name, and for the southern side its track."""

    reference: str
    name: str
    track_id: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair: its score (None: barred), the bar's code, whether it is proposed, the kind of its rule, the primary key
    of what is stored of it."""

    score: Decimal | None
    barred_by: str
    proposed: bool
    rule: str
    pk: int = 0

    @property
    def possible(self) -> Decimal | None:
        """The score of a pair that may be made; None where it is barred or forbidden."""
        return None if self.rule == RuleKind.FORBID else self.score


@dataclass(frozen=True)
class Room:
    """The table of pairs with what the solver says about them; keys are references of north and south. `parts`: those
    of the pairs that were asked for."""

    north: Sequence[Place]
    south: Sequence[Place]
    cells: Mapping[tuple[str, str], Cell]
    rules: Mapping[tuple[str, str], PairRule]
    blocking: Sequence[tuple[str, str]] = ()
    costs: Mapping[tuple[str, str], float | None] = field(default_factory=dict)
    unmatched: Sequence[tuple[Place, str]] = ()
    parts: Mapping[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)

    @cached_property
    def proposed(self) -> list[tuple[Place, Place, Cell]]:
        """The proposed pairs, in the order of the rows."""
        return [
            (north, south, cell)
            for north in self.north
            for south in self.south
            if (cell := self.cells[north.reference, south.reference]).proposed
        ]

    @cached_property
    def total(self) -> Decimal:
        """The sum of the proposed scores in view."""
        return sum((cell.score or Decimal(0) for _north, _south, cell in self.proposed), Decimal(0))

    @property
    def worst(self) -> tuple[Place, Place, Cell] | None:
        """The proposed pair in view with the lowest score; fixed pairs do not count (None: no other pair)."""
        free = [row for row in self.proposed if row[2].rule != RuleKind.LOCK]
        return min(free, key=lambda row: row[2].score or Decimal(0), default=None)

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """All candidates in view by their reference."""
        return {place.reference: place for place in (*self.north, *self.south)}

    @cached_property
    def said(self) -> list[PairRule]:
        """People's words on pairs, by both names; also on pairs that are no longer candidates."""
        return sorted(
            self.rules.values(), key=lambda rule: (rule.north.municipality.name, rule.south.municipality.name)
        )

    def name_of(self, reference: str) -> str:
        """The name of a candidate in view."""
        return self.places[reference].name

    @cached_property
    def best(self) -> Mapping[str, Decimal]:
        """The best score that each candidate can have in view; none where every pair is barred."""
        found: dict[str, Decimal] = {}
        for pair, cell in self.cells.items():
            if (score := cell.possible) is None:
                continue
            for reference in pair:
                found[reference] = max(score, found.get(reference, Decimal(0)))
        return found

    def ordered(self, *, rows: str = "", columns: str = "") -> "Room":
        """The same room; `best` puts who has the best score first, anything else keeps the order by name."""
        return replace(
            self,
            north=self._by_best(self.north) if rows == BY_BEST else self.north,
            south=self._by_best(self.south) if columns == BY_BEST else self.south,
        )

    def _by_best(self, places: Iterable[Place]) -> list[Place]:
        return sorted(places, key=lambda place: self.best.get(place.reference, Decimal(-1)), reverse=True)


def read_room(
    scenario: Scenario, tracks: Sequence[Track], explained: Collection[tuple[str, str]] = ()
) -> Room:
    """The room of a scenario over the given tracks: two statements, whatever the size. `explained`: the pairs of which
    the parts are read along."""
    named = Concat("north__reference", Value("."), "south__reference")
    wanted = Case(When(named__in=[".".join(pair) for pair in explained], then=F("parts")), default=None)
    scores = PairScore.objects.filter(scenario=scenario, track__in=tracks).order_by(
        "track__partner_country__country", "south__municipality__name", "north__municipality__name"
    )
    rows = scores.annotate(named=named, told=wanted).values_list(
        "north__reference",
        "north__municipality__name",
        "south__reference",
        "south__municipality__name",
        "track_id",
        "score",
        "barred_by",
        "pk",
        "told",
    )
    rules = {
        (rule.north.reference, rule.south.reference): rule
        for rule in PairRule.objects.filter(scenario=scenario, south__track__in=tracks).select_related(
            "north__municipality", "south__municipality", "set_by"
        )
    }
    chosen = {(north, south) for north, south, _score in scenario.result.get("pairs", [])}
    north_places: dict[str, Place] = {}
    south_places: dict[str, Place] = {}
    cells, parts = {}, {}
    for north, north_name, south, south_name, track, score, barred, pk, told in rows:
        south_places[south] = Place(south, south_name, track)
        if barred not in OTHER_TRACK:
            north_places[north] = Place(north, north_name)
        rule = rules[north, south].kind if (north, south) in rules else ""
        cells[north, south] = Cell(score, barred, (north, south) in chosen, rule, pk)
        if told is not None:
            parts[north, south] = told
    ordered = sorted(north_places.values(), key=lambda place: (place.name, place.reference))
    return _with_result(Room(ordered, list(south_places.values()), cells, rules, parts=parts), scenario)


def known_in_view(scenario: Scenario, tracks: Sequence[Track]) -> QuerySet[Application]:
    """The Flemish applications that stand in the room over these tracks, or on a pair of which something was said, or
    that would be candidates if it were solved now."""
    scores = PairScore.objects.filter(scenario=scenario, track__in=tracks, north=OuterRef("pk"))
    said = PairRule.objects.filter(scenario=scenario, south__track__in=tracks, north=OuterRef("pk"))
    chosen = TrackPreference.objects.filter(application=OuterRef("pk"), track__in=tracks)
    seen = Q(Exists(scores.exclude(barred_by__in=OTHER_TRACK))) | Q(Exists(said))
    return Application.objects.filter(
        seen | Q(Exists(chosen), status=ApplicationStatus.CONFIRMED), call=scenario.call_id
    )


def _with_result(room: Room, scenario: Scenario) -> Room:
    """Blocking pairs, costs and reasons, as far as both municipalities are in view."""
    places, result = room.places, scenario.result
    alone = [(places[row["id"]], row["reason"]) for row in result.get("unmatched", []) if row["id"] in places]
    told = {place.reference for place, _reason in alone}
    told |= {north.reference for north, _south, _cell in room.proposed}
    elsewhere = [(place, ELSEWHERE) for place in room.north if place.reference not in told] if result else []
    return replace(
        room,
        blocking=[
            (north, south)
            for north, south, _s in result.get("blocking", [])
            if north in places and south in places
        ],
        costs={(north, south): cost for north, south, cost in result.get("cost_of", [])},
        unmatched=[*alone, *elsewhere],
    )
