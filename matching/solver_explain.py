"""Why a matching is what it is: what others cost, who would rather have each other, why some stay alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.solver_exchange import Exchange
from matching.solver_input import NOT_ALLOWED, Problem
from matching.solver_result import Pair, PairCost, Reason, Unmatched
from matching.solver_table import UNMATCHED, Table, allowed_scores, groups_and_places

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from matching.solver_input import Scores
    from matching.solver_table import Match, Positions


def pair_costs(problem: Problem, table: Table, match: Match, price: Exchange) -> tuple[PairCost, ...]:
    """The cost of every open pair of the table outside the match, in input order."""
    import numpy as np

    rows, columns = np.nonzero(table.scores != NOT_ALLOWED)
    outside = match[rows] != columns
    rows, columns = rows[outside], columns[outside]
    north, south = table.rows[rows], table.columns[columns]
    order = np.lexsort((south, north))
    costs = price.costs[rows, columns][order].tolist()
    places = zip(north[order].tolist(), south[order].tolist(), costs, strict=True)
    return tuple(
        PairCost(problem.north[i], problem.south[j].id, None if cost == np.inf else int(cost))
        for i, j, cost in places
    )


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A result as everybody in the problem finds it, locked pairs included; positions are the problem's.

    `scores` has no forbidden pairs, `groups` numbers the group of every south; `full`, `places` are by group.
    """

    problem: Problem
    scores: Scores
    groups: Positions
    places: Positions
    full: NDArray[np.bool_]
    south_of: Match
    north_of: Match

    @classmethod
    def of(cls, problem: Problem, pairs: Sequence[tuple[int, int]]) -> Standing:
        """The standing after these pairs were made."""
        import numpy as np

        groups, places = groups_and_places(problem)
        south_of = np.full(len(problem.north), UNMATCHED, dtype=np.intp)
        north_of = np.full(len(problem.south), UNMATCHED, dtype=np.intp)
        for north, south in pairs:
            south_of[north], north_of[south] = south, north
        taken = np.bincount(groups[north_of != UNMATCHED], minlength=len(places))
        return cls(problem, allowed_scores(problem), groups, places, taken >= places, south_of, north_of)

    def blocking(self) -> tuple[Pair, ...]:
        """The pairs that score above what both sides have now, where the places hold if both leave for it."""
        import numpy as np

        north_alone, south_alone = self.south_of == UNMATCHED, self.north_of == UNMATCHED
        of_north = self._present(self.south_of, north_alone, self.scores)
        of_south = self._present(self.north_of, south_alone, self.scores.T)
        both_gain = (self.scores > of_north[:, None]) & (self.scores > of_south)
        # A south alone needs a place of its group: an empty one, or the one that the north leaves.
        left_group = np.where(north_alone, UNMATCHED, np.append(self.groups, UNMATCHED)[self.south_of])
        has_place = ~south_alone | ~self.full[self.groups] | (left_group[:, None] == self.groups)
        return tuple(
            Pair(self.problem.north[i], self.problem.south[j].id, int(self.scores[i, j]))
            for i, j in np.argwhere(both_gain & has_place).tolist()
        )

    @staticmethod
    def _present(partners: Match, alone: NDArray[np.bool_], scores: Scores) -> Scores:
        import numpy as np

        # Alone is worse than any score, also than 0; NOT_ALLOWED is just below.
        present = np.full(len(partners), NOT_ALLOWED, dtype=np.int32)
        present[~alone] = scores[np.flatnonzero(~alone), partners[~alone]]
        return present

    def unmatched(self) -> tuple[Unmatched, ...]:
        """Everybody who stays alone with the reason, north before south, in input order."""
        import numpy as np

        allowed = (self.scores != NOT_ALLOWED) & (self.places[self.groups] > 0)
        locked = self.problem.positions(self.problem.locked, "locked")
        open_north = np.ones(len(self.problem.north), dtype=bool)
        open_south = np.ones(len(self.problem.south), dtype=bool)
        for i, j in locked:
            open_north[i] = open_south[j] = False
        full = self.full[self.groups]
        open_partners = allowed & open_south
        north = [
            Unmatched(
                self.problem.north[i],
                _reason(allowed[i].any(), open_partners[i].any(), not (open_partners[i] & ~full).any()),
            )
            for i in np.flatnonzero(self.south_of == UNMATCHED).tolist()
        ]
        south = [
            Unmatched(
                self.problem.south[j].id,
                _reason(allowed[:, j].any(), (allowed[:, j] & open_north).any(), full[j]),
            )
            for j in np.flatnonzero(self.north_of == UNMATCHED).tolist()
        ]
        return (*north, *south)


def _reason(has_allowed: object, has_open: object, is_full: object) -> Reason:
    if not has_allowed:
        return Reason.NO_ALLOWED_PAIR
    if not has_open:
        return Reason.PARTNERS_LOCKED
    return Reason.PLACES_FULL if is_full else Reason.PARTNERS_TAKEN
