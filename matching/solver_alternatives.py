"""The next best matchings, one after the other.

The solutions are split into cells by forcing or forbidding one pair at a time, each cell with its best
match; the best second-best of all cells is the next solution (Lawler 1972, Chegireddy and Hamacher 1987).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

from matching.solver_exchange import exchange
from matching.solver_fair import next_floor
from matching.solver_input import NOT_ALLOWED
from matching.solver_table import UNMATCHED, Table, best_match, size

if TYPE_CHECKING:
    from matching.solver_table import Match


def next_best(table: Table, match: Match, floor: int | None) -> Iterator[list[tuple[int, int]]]:
    """The solutions after `match`, best first, as positions in the problem's north and south.

    With a floor (fair): first all that reach it, by total; then those with the next lower worst pair; ...
    """
    pairs = size(match)
    if floor is None:
        yield from _in_order(_Cell(table, match))
        return
    yield from _in_order(_Cell(table.from_score(floor), match))
    while pairs and (lower := next_floor(table, floor, pairs)) is not None:
        floor = lower
        level = table.from_score(floor)
        yield from _in_order(_Cell(level, best_match(level), needs=floor))


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    """All solutions that hold the `taken` pairs (out of the table) and else only pairs allowed in the table.

    `match` is the best of the table. With `needs` only those with a pair of just this score are meant.
    """

    table: Table
    match: Match
    taken: Sequence[tuple[int, int]] = ()
    taken_total: int = 0
    needs: int | None = None

    @property
    def solution(self) -> list[tuple[int, int]]:
        return [*self.taken, *self.table.pairs(self.match)]

    def next(self) -> tuple[int, tuple[int, int]] | None:
        """The total of the best solution of the cell other than the match, and a pair that only it has.

        With `needs` the match itself is meant too, if it holds such a pair. None: there is no more.
        """
        import numpy as np

        total = self.taken_total + self.table.total(self.match)
        wanted = self.table.scores != NOT_ALLOWED
        if self.needs is not None:
            wanted = self.table.scores == self.needs
            rows = np.flatnonzero(self.match != UNMATCHED)
            rows = rows[wanted[rows, self.match[rows]]]
            if len(rows):
                return total, (int(rows[0]), int(self.match[rows[0]]))
        if not wanted.any():
            return None
        costs = np.where(wanted, exchange(self.table, self.match).costs, np.inf)
        row, column = divmod(int(costs.argmin()), costs.shape[1])
        if np.isinf(costs[row, column]):
            return None
        return total - int(costs[row, column]), (row, column)

    def forcing(self, row: int, column: int) -> _Cell:
        """The solutions of the cell that hold this pair."""
        table = self.table.without(row, column)
        pair = (int(self.table.rows[row]), int(self.table.columns[column]))
        total = self.taken_total + int(self.table.scores[row, column])
        return _Cell(table, best_match(table), (*self.taken, pair), total)

    def forbidding(self, row: int, column: int) -> _Cell:
        """The solutions of the cell that do not hold this pair."""
        scores = self.table.scores.copy()
        scores[row, column] = NOT_ALLOWED
        table = self.table.only(scores)
        match = self.match
        if match[row] == column:
            # As many pairs as before: with `needs` the solutions above the floor before are all still there.
            match = best_match(table)
        return _Cell(table, match, self.taken, self.taken_total, self.needs)


@dataclass(order=True, frozen=True, slots=True)
class _Next:
    """A cell's next solution in the queue: the highest total first, then the cell that was made first."""

    loss: int
    serial: int
    cell: _Cell = field(compare=False)
    pair: tuple[int, int] = field(compare=False)


def _in_order(whole: _Cell) -> Iterator[list[tuple[int, int]]]:
    """All solutions of a cell but its match, by total; with `needs` all that it means."""
    queue: list[_Next] = []
    serials = count()

    def enqueue(cell: _Cell) -> None:
        found = cell.next()
        if found:
            heappush(queue, _Next(-found[0], next(serials), cell, found[1]))

    enqueue(whole)
    while queue:
        best = heappop(queue)
        forced = best.cell.forcing(*best.pair)
        yield forced.solution
        enqueue(forced)
        enqueue(best.cell.forbidding(*best.pair))
