"""The fair objective: the highest floor that keeps the number of pairs, the next lower one, and the proof.

A floor is the score that every pair, locked ones apart, must reach.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from matching.solver_exchange import exchange
from matching.solver_input import NOT_ALLOWED
from matching.solver_table import Table, best_match, size

if TYPE_CHECKING:
    from matching.solver_table import Match


def score_levels(table: Table) -> list[int]:
    """The different scores of the table, ascending."""
    import numpy as np

    levels: list[int] = np.unique(table.scores[table.scores != NOT_ALLOWED]).tolist()
    return levels


def highest_floor(table: Table, pairs: int) -> int:
    """The highest score that every pair of some match of so many pairs reaches; 0 without pairs."""
    levels = score_levels(table)
    if not pairs:
        return 0
    # From some level on it is no longer reached; the lowest always is.
    too_high = bisect_left(levels, True, key=lambda level: size(best_match(table.from_score(level))) < pairs)
    return levels[too_high - 1]


def next_floor(table: Table, floor: int, pairs: int) -> int | None:
    """The worst score, below `floor`, of the next solutions in fair order; None if there are none."""
    levels = [level for level in score_levels(table) if level < floor]
    levels.reverse()
    found = bisect_left(levels, True, key=lambda level: _dips(table, level, floor, pairs))
    return levels[found] if found < len(levels) else None


def _dips(table: Table, level: int, floor: int, pairs: int) -> bool:
    """Whether a match of so many pairs, all of `level` or more, can hold a pair below `floor`."""
    import numpy as np

    below = np.where(table.scores >= level, table.scores < floor, NOT_ALLOWED).astype(np.int32)
    marked = table.only(below)
    match = best_match(marked)
    return size(match) == pairs and marked.total(match) > 0


def is_fair(table: Table, match: Match, floor: int) -> bool:
    """Whether it is proven that no match has more pairs, and that above the floor every match has fewer."""
    if not size(match):
        return True
    if not exchange(table.counting(), match).proven:
        return False
    higher = [level for level in score_levels(table) if level > floor]
    if not higher:
        return True
    above = table.from_score(higher[0]).counting()
    fewer = best_match(above)
    return size(fewer) < size(match) and exchange(above, fewer).proven
