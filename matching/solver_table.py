"""The table that is left to be paired once locked pairs are out, and the best pairing of it.

Rows are north, columns south, both sorted by id, so that nothing depends on the order of the input.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from matching.solver_input import HIGHEST_SCORE, NOT_ALLOWED, Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from matching.solver_input import Scores

    Positions: TypeAlias = NDArray[np.intp]
    Weights: TypeAlias = NDArray[np.float64]
    Match: TypeAlias = NDArray[np.intp]
    """The column of every row, UNMATCHED for none."""

UNMATCHED = -1


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Scores still to be paired: `groups` numbers the group of every column, `places` is what each has left.

    `rows` and `columns` are positions in the problem's north and south.
    """

    scores: Scores
    groups: Positions
    places: Positions
    rows: Positions
    columns: Positions

    @property
    def base(self) -> int:
        """What a pair counts before its score, so high that one pair more beats every sum of scores.

        Twice that, so that half of it tells a change of the number of pairs from a change of the total.
        """
        import numpy as np

        usable = int(np.minimum(self.sizes, self.places).sum())
        most = max(1, min(len(self.rows), usable))
        return 2 * most * HIGHEST_SCORE + 1

    @property
    def sizes(self) -> Positions:
        """How many columns each group has."""
        import numpy as np

        return np.bincount(self.groups, minlength=len(self.places))

    def only(self, scores: Scores) -> Table:
        """The same table with other scores."""
        return replace(self, scores=scores)

    def from_score(self, lowest: int) -> Table:
        """The same table with only the pairs that score at least `lowest`."""
        import numpy as np

        return self.only(np.where(self.scores >= lowest, self.scores, NOT_ALLOWED))

    def counting(self) -> Table:
        """The same table with a score of 0 for every allowed pair: only the number of pairs matters."""
        import numpy as np

        return self.only(np.minimum(self.scores, 0))

    def without(self, row: int, column: int) -> Table:
        """The table after this pair was taken out, with its place."""
        import numpy as np

        places = self.places.copy()
        places[self.groups[column]] -= 1
        return Table(
            scores=np.delete(np.delete(self.scores, row, axis=0), column, axis=1),
            groups=np.delete(self.groups, column),
            places=places,
            rows=np.delete(self.rows, row),
            columns=np.delete(self.columns, column),
        )

    def pairs(self, match: Match) -> list[tuple[int, int]]:
        """The pairs of a match as positions in the problem's north and south."""
        import numpy as np

        rows = np.flatnonzero(match != UNMATCHED)
        return list(zip(self.rows[rows].tolist(), self.columns[match[rows]].tolist(), strict=True))

    def total(self, match: Match) -> int:
        """The sum of the scores of a match, in ten-thousandths."""
        import numpy as np

        rows = np.flatnonzero(match != UNMATCHED)
        return int(self.scores[rows, match[rows]].sum())


def size(match: Match) -> int:
    """How many pairs a match has."""
    return int((match != UNMATCHED).sum())


def open_table(problem: Problem) -> Table:
    """What is left of the problem: no locked pair, nobody without an allowed pair that still has a place."""
    import numpy as np

    groups, places = groups_and_places(problem)
    locked = problem.positions(problem.locked, "locked")
    for _, column in locked:
        places[groups[column]] -= 1
    rows = _by_id(problem.north, {row for row, _ in locked})
    columns = _by_id([south.id for south in problem.south], {column for _, column in locked})
    columns = columns[places[groups[columns]] > 0]
    scores = _selected(allowed_scores(problem), rows, columns)
    allowed = scores != NOT_ALLOWED
    useful_rows, useful_columns = (np.flatnonzero(allowed.any(axis=axis)) for axis in (1, 0))
    return Table(
        scores=_selected(scores, useful_rows, useful_columns),
        groups=groups[columns[useful_columns]],
        places=places,
        rows=rows[useful_rows],
        columns=columns[useful_columns],
    )


def groups_and_places(problem: Problem) -> tuple[Positions, Positions]:
    """The number of the group of every south, and the places of every group; groups are numbered by name."""
    import numpy as np

    names = sorted(problem.places)
    number = {name: position for position, name in enumerate(names)}
    # A file may hold any number; one place more than municipalities is enough to be never full.
    ample = len(problem.south) + 1
    groups = np.array([number[south.group] for south in problem.south], dtype=np.intp)
    places = np.array([min(problem.places[name], ample) for name in names], dtype=np.intp)
    return groups, places


def allowed_scores(problem: Problem) -> Scores:
    """The problem's scores with the forbidden pairs not allowed."""
    forbidden = problem.positions(problem.forbidden, "forbidden")
    if not forbidden:
        return problem.scores
    scores = problem.scores.copy()
    for position in forbidden:
        scores[position] = NOT_ALLOWED
    return scores


def best_match(table: Table) -> Match:
    """A match with the most pairs, and of those one with the highest total.

    One linear assignment. A group with more municipalities than places gets a dummy row for each one too
    many; a dummy inside its group is worth two pairs, so that all stand there and leave exactly the places.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    height, width = table.scores.shape
    match = np.full(height, UNMATCHED, dtype=np.intp)
    if not height or not width:
        return match
    dummies = np.repeat(np.arange(len(table.places)), np.maximum(table.sizes - table.places, 0))
    base = float(table.base)
    cost = np.empty((height + len(dummies), width))
    real = cost[:height]
    np.add(table.scores, base, out=real)
    np.negative(real, out=real)
    # A row that gets a pair that is not allowed stays alone.
    real[table.scores == NOT_ALLOWED] = 0
    cost[height:] = np.where(dummies[:, None] == table.groups, -2 * base, 0)
    _reduce(cost)
    rows, columns = linear_sum_assignment(cost)
    is_pair = rows < height
    rows, columns = rows[is_pair], columns[is_pair]
    is_pair = table.scores[rows, columns] != NOT_ALLOWED
    match[rows[is_pair]] = columns[is_pair]
    return match


def _reduce(cost: Weights) -> None:
    """Takes its least cost off every row or column that is surely used once, in place.

    It changes no choice, and leaves the assignment a third less to do.
    """
    height, width = cost.shape
    if height <= width:
        cost -= cost.min(axis=1, keepdims=True)
    if width <= height:
        cost -= cost.min(axis=0)


def _by_id(ids: Iterable[str], left_out: set[int]) -> Positions:
    import numpy as np

    ordered = [position for _, position in sorted((one, position) for position, one in enumerate(ids))]
    return np.array([position for position in ordered if position not in left_out], dtype=np.intp)


def _selected(scores: Scores, rows: Positions, columns: Positions) -> Scores:
    """The scores at these rows and columns, not copied where they are all."""
    import numpy as np

    whole = all(
        len(positions) == length and bool((positions == np.arange(length)).all())
        for positions, length in zip((rows, columns), scores.shape, strict=True)
    )
    return scores if whole else scores[np.ix_(rows, columns)]
