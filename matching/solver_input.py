"""What a matching is made from: municipalities, scores, places, locks. Pure; making a Problem checks it.

Scores are whole ten-thousandths of a point (0 to 1,000,000), so that all arithmetic is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sdgpartners.core import json_input
from sdgpartners.core.json_input import Exact, InvalidProblem, no_duplicates, shown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores: TypeAlias = NDArray[np.int32]
    Points: TypeAlias = NDArray[np.float64]

PER_POINT = 10_000
HIGHEST_SCORE = 100 * PER_POINT
NOT_ALLOWED = -1
NEAR_HALF = 1e-6


class Objective(StrEnum):
    """What is best: the highest total, or first the highest worst pair and then the total."""

    TOTAL = "total"
    FAIR = "fair"


class South(NamedTuple):
    """A southern municipality and the group (country) whose places it takes."""

    id: str
    group: str


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A whole matching. `scores[i, j]` is north i with south j in ten-thousandths, NOT_ALLOWED for no pair.

    Raises:
        InvalidProblem: one line that names what is wrong.
    """

    north: Sequence[str]
    south: Sequence[South]
    scores: Scores
    places: Mapping[str, int]
    locked: Sequence[tuple[str, str]] = ()
    forbidden: Sequence[tuple[str, str]] = ()
    objective: Objective = Objective.TOTAL
    alternatives: int = 0
    details: bool = True

    def __post_init__(self) -> None:
        no_duplicates((*self.north, *(south.id for south in self.south)), "north and south")
        if self.scores.shape != (len(self.north), len(self.south)):
            raise InvalidProblem(f"scores: expected {len(self.north)} rows of {len(self.south)} scores")
        if self.scores.size and not (self.scores.min() >= NOT_ALLOWED and self.scores.max() <= HIGHEST_SCORE):
            raise InvalidProblem("scores: a score is outside 0 to 100")
        for group, places in self.places.items():
            if places < 0:
                raise InvalidProblem(f"places of {shown(group)}: expected a whole number of 0 or more")
        for south in self.south:
            if south.group not in self.places:
                raise InvalidProblem(f"group {shown(south.group)} of {shown(south.id)} has no places")
        if self.alternatives < 0:
            raise InvalidProblem("alternatives: expected a whole number of 0 or more")
        self._check_locks()

    def positions(self, pairs: Sequence[tuple[str, str]], what: str) -> list[tuple[int, int]]:
        """The pairs as positions in north and south; refuses an id that is unknown or on the wrong side."""
        rows = {one: position for position, one in enumerate(self.north)}
        columns = {south.id: position for position, south in enumerate(self.south)}
        for north, south in pairs:
            if north not in rows:
                raise InvalidProblem(f"{what}: unknown id {shown(north)} in north")
            if south not in columns:
                raise InvalidProblem(f"{what}: unknown id {shown(south)} in south")
        return [(rows[north], columns[south]) for north, south in pairs]

    def _check_locks(self) -> None:
        forbidden = set(self.positions(self.forbidden, "forbidden"))
        left = dict(self.places)
        taken: set[str] = set()
        for (north, south), position in zip(self.locked, self.positions(self.locked, "locked"), strict=True):
            pair = f"{shown(north)} with {shown(south)}"
            for one in (north, south):
                if one in taken:
                    raise InvalidProblem(f"locked: two locks on {shown(one)}")
                taken.add(one)
            if self.scores[position] == NOT_ALLOWED:
                raise InvalidProblem(f"locked: {pair} is not allowed, its score is null")
            if position in forbidden:
                raise InvalidProblem(f"locked: {pair} is forbidden")
            group = self.south[position[1]].group
            left[group] -= 1
            if left[group] < 0:
                raise InvalidProblem(
                    f"locked: more locks in group {shown(group)} than its {shown(self.places[group])} places"
                )


def ten_thousandths(points: Points) -> Scores:
    """A table of points (NaN: not allowed) as a Problem wants it: rounded half up to four decimals."""
    import numpy as np

    scores = np.empty(points.shape, dtype=np.int32)
    # Row by row: what is worked on stays in the processor's cache, three times faster on large tables.
    for row, line in zip(scores, points, strict=True):
        scaled = line * PER_POINT
        floor = np.floor(scaled + 0.5)
        # A product just beside a half may come from a number just at it: those are rounded as written.
        for column in np.flatnonzero(np.abs(scaled - floor) > 0.5 - NEAR_HALF).tolist():
            floor[column] = _rounded(json_input.number(float(line[column]), "score"))
        row[:] = np.where(np.isnan(floor), NOT_ALLOWED, floor)
    return scores


def parse_problem(raw: object) -> Problem:
    """The matching that a JSON document describes (`manage.py solve_matching`).

    Raises:
        InvalidProblem: one line that names what is wrong.
    """
    entries = json_input.mapping(
        raw,
        "problem",
        required=("north", "south", "scores", "places"),
        optional=("locked", "forbidden", "objective", "alternatives", "details"),
    )
    north = [json_input.text(one, "north") for one in json_input.sequence(entries["north"], "north")]
    south = [_south(one) for one in json_input.sequence(entries["south"], "south")]
    places = json_input.free_mapping(entries["places"], "places")
    return Problem(
        north=north,
        south=south,
        scores=_scores(entries["scores"], north, [one.id for one in south]),
        places={
            group: json_input.whole(number, f"places of {shown(group)}") for group, number in places.items()
        },
        locked=_pairs(entries.get("locked", []), "locked"),
        forbidden=_pairs(entries.get("forbidden", []), "forbidden"),
        objective=_objective(entries.get("objective", Objective.TOTAL.value)),
        alternatives=json_input.whole(entries.get("alternatives", 0), "alternatives"),
        details=json_input.flag(entries.get("details", True), "details"),
    )


def _south(value: object) -> South:
    entries = json_input.mapping(value, "south", required=("id", "group"))
    south = json_input.text(entries["id"], "south: id")
    return South(south, json_input.text(entries["group"], f"south {shown(south)}: group"))


def _objective(value: object) -> Objective:
    try:
        return Objective(json_input.text(value, "objective"))
    except ValueError as error:
        raise InvalidProblem(f'objective: expected "total" or "fair", not {shown(value)}') from error


def _pairs(value: object, what: str) -> list[tuple[str, str]]:
    pairs = []
    for entry in json_input.sequence(value, what):
        pair = json_input.sequence(entry, what)
        if len(pair) != 2:
            raise InvalidProblem(f"{what}: expected pairs of one north and one south, not {len(pair)} ids")
        pairs.append((json_input.text(pair[0], what), json_input.text(pair[1], what)))
    return pairs


def _scores(value: object, north: Sequence[str], south: Sequence[str]) -> Scores:
    import numpy as np

    rows = json_input.sequence(value, "scores")
    if len(rows) != len(north):
        raise InvalidProblem(f"scores: expected {len(north)} rows, one for each north, not {len(rows)}")
    table = np.full((len(north), len(south)), NOT_ALLOWED, dtype=np.int32)
    for position, (one, row) in enumerate(zip(north, rows, strict=True)):
        cells = json_input.sequence(row, f"scores of {shown(one)}")
        if len(cells) != len(south):
            raise InvalidProblem(
                f"scores of {shown(one)}: expected {len(south)}, one for each south, not {len(cells)}"
            )
        table[position] = [_score(cell, one, other) for cell, other in zip(cells, south, strict=True)]
    return table


def _score(value: object, north: str, south: str) -> int:
    if value is None:
        return NOT_ALLOWED
    try:
        points = json_input.number(value, "score")
    except InvalidProblem as error:
        raise InvalidProblem(f"{shown(north)} with {shown(south)}: {error}") from error
    if not 0 <= points <= 100:
        raise InvalidProblem(f"{shown(north)} with {shown(south)}: score {shown(value)} is outside 0 to 100")
    return _rounded(points)


def _rounded(points: Exact) -> int:
    return int((points * 2 * PER_POINT + 1) // 2)
