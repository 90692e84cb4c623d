"""What people's words on pairs (fixed, forbidden, preferred) cost: the same problem, solved again without them.

Free of Django. Every pairing is measured by the scores as they were computed, without the points that a preference
adds, so that pairings with and without a word can be laid side by side.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matching.solver_input import Problem, Scores

Pair = tuple[str, str]
Points = Sequence[Sequence[float | None]]
MOST_WORDS = 40
"""Each word asks for a run of its own. Of more than so many words only the price of all together is computed."""


def price_words(
    problem: Mapping[str, Any], plain: Points, preferred: Collection[Pair], chosen: Sequence[Sequence[Any]]
) -> dict[str, Any] | None:
    """What the pairing `chosen` comes to, what it would without any word, and without each one alone; None where nobody
    said anything.

    `problem` is the solver's input with all words in it, `plain` its scores without the points of preferences. Given
    back are `now`, `without` (pairs, count, total in points) and `each`: the pair that a word is about with count and
    total without it. Under the fair aim each has `worst` too: the lowest score of all its pairs, fixed ones included.
    """
    words = [*_pairs(problem["locked"]), *_pairs(problem["forbidden"]), *sorted(preferred)]
    if not words:
        return None
    runs = _Runs.of(problem, plain)
    priced = words if len(words) <= MOST_WORDS else []
    return {
        "now": runs.measured([(north, south) for north, south, *_score in chosen]),
        "without": runs.measured(runs.without(set(words))),
        "each": [{"pair": list(pair), **_figures(runs.measured(runs.without({pair})))} for pair in priced],
    }


@dataclass(frozen=True, eq=False)
class _Runs:
    """The problem with all words in it, read once, and its scores without the points of preferences."""

    problem: Problem
    plain: Scores

    @classmethod
    def of(cls, problem: Mapping[str, Any], plain: Points) -> _Runs:
        from matching.solver import parse_problem

        wordless = {**problem, "scores": plain, "locked": [], "forbidden": []}
        return cls(parse_problem(problem), parse_problem(wordless).scores)

    @cached_property
    def places(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """Where each north and each south stands in the scores."""
        north = {one: place for place, one in enumerate(self.problem.north)}
        return north, {one.id: place for place, one in enumerate(self.problem.south)}

    def without(self, dropped: set[Pair]) -> list[Pair]:
        """The best pairing where these words were not said."""
        from matching.solver import solve

        scores = self.problem.scores.copy()
        for place in map(self.place, dropped):
            scores[place] = self.plain[place]
        given = replace(
            self.problem,
            scores=scores,
            locked=[pair for pair in self.problem.locked if pair not in dropped],
            forbidden=[pair for pair in self.problem.forbidden if pair not in dropped],
            alternatives=0,
            details=False,
        )
        return [(pair.north, pair.south) for pair in solve(given).matching.pairs]

    def measured(self, pairs: Sequence[Pair]) -> dict[str, Any]:
        """The figures of a pairing by the plain scores."""
        from matching.solver import Objective, in_points

        scores = [int(self.plain[place]) for place in map(self.place, pairs)]
        figures: dict[str, Any] = {
            "pairs": [list(pair) for pair in pairs], "count": len(pairs), "total": in_points(sum(scores)),
        }  # fmt: skip
        if self.problem.objective is Objective.FAIR:
            figures["worst"] = in_points(min(scores)) if scores else None
        return figures

    def place(self, pair: Pair) -> tuple[int, int]:
        """Where a pair stands in the scores."""
        row, column = self.places
        return row[pair[0]], column[pair[1]]


def _figures(measured: Mapping[str, Any]) -> dict[str, Any]:
    return {key: figure for key, figure in measured.items() if key != "pairs"}


def _pairs(rows: Sequence[Sequence[str]]) -> list[Pair]:
    return [(north, south) for north, south in rows]
