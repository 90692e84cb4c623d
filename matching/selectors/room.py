"""What the matching room shows of a scenario: all pairs of the countries that a person looks into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from applications.models import Track
from matching.models import PairRule, PairScore, Scenario

OTHER_TRACK = ("not_ranked", "not_selected")
"""Bars that say that the Flemish municipality is no candidate for that country."""


@dataclass(frozen=True, slots=True)
class Place:
    """A candidate: application reference, name, and for the southern side its track."""

    reference: str
    name: str
    track_id: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair: its score (None: barred), the bar's code, whether it is proposed, the kind of its rule."""

    score: Decimal | None
    barred_by: str
    proposed: bool
    rule: str


@dataclass(frozen=True)
class Room:
    """The table of pairs with what the solver says about them; keys are references of north and south."""

    north: Sequence[Place]
    south: Sequence[Place]
    cells: Mapping[tuple[str, str], Cell]
    rules: Mapping[tuple[str, str], PairRule]
    blocking: Sequence[tuple[str, str]] = ()
    costs: Mapping[tuple[str, str], float | None] = field(default_factory=dict)
    unmatched: Sequence[tuple[Place, str]] = ()

    @property
    def proposed(self) -> list[tuple[Place, Place, Cell]]:
        """The proposed pairs, in the order of the rows."""
        return [
            (north, south, cell)
            for north in self.north
            for south in self.south
            if (cell := self.cells[north.reference, south.reference]).proposed
        ]

    @property
    def total(self) -> Decimal:
        """The sum of the proposed scores in view."""
        return sum((cell.score or Decimal(0) for _north, _south, cell in self.proposed), Decimal(0))

    @property
    def worst(self) -> tuple[Place, Place, Cell] | None:
        """The proposed pair in view with the lowest score; fixed pairs do not count (None: no other pair)."""
        free = [row for row in self.proposed if row[2].rule != "lock"]
        return min(free, key=lambda row: row[2].score or Decimal(0), default=None)

    def name_of(self, reference: str) -> str:
        """The name of a candidate in view."""
        return next(place.name for place in (*self.north, *self.south) if place.reference == reference)


def read_room(scenario: Scenario, tracks: Sequence[Track]) -> Room:
    """The room of a scenario over the given tracks: two statements, whatever the size."""
    scores = PairScore.objects.filter(scenario=scenario, track__in=tracks).order_by(
        "track__partner_country__country", "south__municipality__name", "north__municipality__name"
    )
    rows = scores.values_list(
        "north__reference",
        "north__municipality__name",
        "south__reference",
        "south__municipality__name",
        "track_id",
        "score",
        "barred_by",
    )
    rules = {
        (rule.north.reference, rule.south.reference): rule
        for rule in PairRule.objects.filter(scenario=scenario, south__track__in=tracks).select_related(
            "north", "south", "set_by"
        )
    }
    chosen = {(north, south) for north, south, _score in scenario.result.get("pairs", [])}
    north_places: dict[str, Place] = {}
    south_places: dict[str, Place] = {}
    cells = {}
    for north, north_name, south, south_name, track, score, barred in rows:
        south_places[south] = Place(south, south_name, track)
        if barred not in OTHER_TRACK:
            north_places[north] = Place(north, north_name)
        rule = rules[north, south].kind if (north, south) in rules else ""
        cells[north, south] = Cell(score, barred, (north, south) in chosen, rule)
    ordered = sorted(north_places.values(), key=lambda place: (place.name, place.reference))
    return _with_result(Room(ordered, list(south_places.values()), cells, rules), scenario)


def _with_result(room: Room, scenario: Scenario) -> Room:
    """Blocking pairs, costs and reasons, as far as both municipalities are in view."""
    places = {place.reference: place for place in (*room.north, *room.south)}
    result = scenario.result
    return Room(
        north=room.north,
        south=room.south,
        cells=room.cells,
        rules=room.rules,
        blocking=[
            (north, south)
            for north, south, _s in result.get("blocking", [])
            if {north, south} <= places.keys()
        ],
        costs={(north, south): cost for north, south, cost in result.get("cost_of", [])},
        unmatched=[
            (places[row["id"]], row["reason"]) for row in result.get("unmatched", []) if row["id"] in places
        ],
    )
