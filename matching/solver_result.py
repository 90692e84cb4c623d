"""What a matching gives back. Scores, totals and costs are whole ten-thousandths of a point."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from matching.solver_input import PER_POINT


class Pair(NamedTuple):
    """A north with a south and their score."""

    north: str
    south: str
    score: int


class PairCost(NamedTuple):
    """What choosing this pair would cost the total (negative only if fair); None: it would cost a pair."""

    north: str
    south: str
    cost: int | None


class Reason(StrEnum):
    """Why a municipality stays unmatched: the first that holds."""

    NO_ALLOWED_PAIR = "no_allowed_pair"
    PARTNERS_LOCKED = "partners_locked"
    PLACES_FULL = "places_full"
    PARTNERS_TAKEN = "partners_taken"


class Unmatched(NamedTuple):
    """A municipality without a partner, and why."""

    id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Matching:
    """One way to pair: the pairs in input order, their total, and the lowest score not locked, if any."""

    pairs: tuple[Pair, ...]
    total: int
    worst: int | None

    def as_json(self) -> dict[str, object]:
        """As `manage.py solve_matching` prints it, in points."""
        return {
            "pairs": [[pair.north, pair.south, in_points(pair.score)] for pair in self.pairs],
            "total": in_points(self.total),
            "worst": None if self.worst is None else in_points(self.worst),
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a matching is what it is. `optimal`: the certificate was checked and holds.

    `blocking` holds the pairs that would both rather have each other, `alternatives` the next best matchings,
    `cost_of` every open pair outside the matching, `unmatched` everybody who stays alone.
    """

    optimal: bool
    blocking: tuple[Pair, ...]
    alternatives: tuple[Matching, ...]
    cost_of: tuple[PairCost, ...]
    unmatched: tuple[Unmatched, ...]

    def as_json(self) -> dict[str, object]:
        """As `manage.py solve_matching` prints it, in points."""
        return {
            "optimal": self.optimal,
            "blocking": [[pair.north, pair.south, in_points(pair.score)] for pair in self.blocking],
            "alternatives": [matching.as_json() for matching in self.alternatives],
            "cost_of": [
                [pair.north, pair.south, None if pair.cost is None else in_points(pair.cost)]
                for pair in self.cost_of
            ],
            "unmatched": [{"id": one.id, "reason": one.reason.value} for one in self.unmatched],
        }


@dataclass(frozen=True, slots=True)
class Solution:
    """The best matching, and its explanation unless the problem asked for none."""

    matching: Matching
    explanation: Explanation | None

    def as_json(self) -> dict[str, object]:
        """As `manage.py solve_matching` prints it, in points; without an explanation nothing is certified."""
        explained = {"optimal": None} if self.explanation is None else self.explanation.as_json()
        return {**self.matching.as_json(), **explained}


def in_points(ten_thousandths: int) -> float:
    """Ten-thousandths as points."""
    return ten_thousandths / PER_POINT
