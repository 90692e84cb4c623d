"""The meaning of a matching written down again, by trying every set of pairs: the judge of the solver.

It shares no code with the solver, works on the plain JSON problem and on whole ten-thousandths, and is slow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Pairs = frozenset[tuple[str, str]]


def ten_thousandths(points: float) -> int:
    """The number as it is written, rounded half up."""
    return int((Decimal(str(points)) * 10_000).to_integral_value(ROUND_HALF_UP))


@dataclass
class BruteForce:
    """Every feasible set of a problem, and what follows from the set that was chosen."""

    raw: Mapping[str, Any]
    score: dict[tuple[str, str], int] = field(default_factory=dict)
    group: dict[str, str] = field(default_factory=dict)
    locked: Pairs = frozenset()
    feasible: list[Pairs] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.north = list(self.raw["north"])
        self.south = [one["id"] for one in self.raw["south"]]
        self.group = {one["id"]: one["group"] for one in self.raw["south"]}
        self.fair = self.raw.get("objective") == "fair"
        self.locked = frozenset((n, s) for n, s in self.raw.get("locked", []))
        forbidden = {(n, s) for n, s in self.raw.get("forbidden", [])}
        for n, row in zip(self.north, self.raw["scores"], strict=True):
            for s, score in zip(self.south, row, strict=True):
                if score is not None and (n, s) not in forbidden:
                    self.score[n, s] = ten_thousandths(score)
        self.feasible = list(self._sets(0, frozenset()))
        self.most = max(len(one) for one in self.feasible)
        self.solutions = sorted((one for one in self.feasible if len(one) == self.most), key=self.order)

    def _sets(self, position: int, chosen: Pairs) -> Iterator[Pairs]:
        if position == len(self.north):
            if self.locked <= chosen:
                yield chosen
            return
        yield from self._sets(position + 1, chosen)
        n = self.north[position]
        for s in self.south:
            if (n, s) in self.score and all(s != other for _, other in chosen):
                more = chosen | {(n, s)}
                if self._places_hold(more):
                    yield from self._sets(position + 1, more)

    def _places_hold(self, chosen: Pairs) -> bool:
        return all(self._count(chosen, group) <= places for group, places in self.raw["places"].items())

    def _count(self, chosen: Pairs, group: str) -> int:
        return sum(self.group[s] == group for _, s in chosen)

    def total(self, chosen: Pairs) -> int:
        return sum(self.score[pair] for pair in chosen)

    def worst(self, chosen: Pairs) -> int | None:
        return min((self.score[pair] for pair in chosen - self.locked), default=None)

    def order(self, chosen: Pairs) -> tuple[int, ...]:
        """Ascending from the best."""
        worst = self.worst(chosen)
        return (-(worst or 0), -self.total(chosen)) if self.fair else (-self.total(chosen),)

    def cost_of(self, chosen: Pairs) -> list[tuple[str, str, int | None]]:
        taken = {one for pair in self.locked for one in pair}
        floor = self.worst(chosen)
        result: list[tuple[str, str, int | None]] = []
        for n in self.north:
            for s in self.south:
                pair = (n, s)
                if pair not in self.score or pair in chosen or {n, s} & taken:
                    continue
                if not any(pair in one for one in self.feasible):
                    continue
                totals = [
                    self.total(one)
                    for one in self.solutions
                    if pair in one
                    and not (
                        self.fair
                        and any(self.score[other] < (floor or 0) for other in one - self.locked - {pair})
                    )
                ]
                result.append((n, s, self.total(chosen) - max(totals) if totals else None))
        return result

    def blocking(self, chosen: Pairs) -> list[tuple[str, str, int]]:
        present = {one: self.score[pair] for pair in chosen for one in pair}
        result = []
        for n in self.north:
            for s in self.south:
                if (n, s) not in self.score or (n, s) in chosen:
                    continue
                score = self.score[n, s]
                after = {pair for pair in chosen if n not in pair and s not in pair} | {(n, s)}
                if (
                    score > present.get(n, -1)
                    and score > present.get(s, -1)
                    and self._places_hold(frozenset(after))
                ):
                    result.append((n, s, score))
        return result

    def unmatched(self, chosen: Pairs) -> list[tuple[str, str]]:
        busy = {one for pair in chosen for one in pair}
        return [(one, self._reason(one, chosen)) for one in [*self.north, *self.south] if one not in busy]

    def _reason(self, one: str, chosen: Pairs) -> str:
        places = self.raw["places"]
        locked = {other for pair in self.locked for other in pair}
        allowed = [pair for pair in self.score if one in pair and places[self.group[pair[1]]] > 0]
        if not allowed:
            return "no_allowed_pair"
        partners = [n if s == one else s for n, s in allowed]
        unlocked = [other for other in partners if other not in locked]
        if not unlocked:
            return "partners_locked"
        groups = {self.group[one]} if one in self.group else {self.group[other] for other in unlocked}
        if all(self._count(chosen, group) == places[group] for group in groups):
            return "places_full"
        return "partners_taken"
