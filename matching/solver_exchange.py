"""What forcing one pair costs, and the proof that a match is the best.

A match changes by chains of exchanges: a north takes another's south, whose north takes the next, until
somebody is left alone or a free place is filled. All such chains are walks in one small graph: a node for
every pair of the match (its north looks for another south), one for every group (it needs a place) and one
for those left alone (the pool). The shortest walks between all nodes price every pair at once; a match is the
best exactly when no walk back to its start gains anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.solver_input import NOT_ALLOWED
from matching.solver_table import UNMATCHED, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from matching.solver_input import Scores
    from matching.solver_table import Match, Weights


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """`costs[row, column]`: what forcing this pair into the match costs, in ten-thousandths.

    Infinite stands for: not allowed, already in the match, or only possible with fewer pairs.
    `proven`: no chain of exchanges gains anything, so the match is the best of its table.
    """

    costs: Weights
    proven: bool


def exchange(table: Table, match: Match, priced: Scores | None = None) -> Exchange:
    """Prices every pair against the match; `priced` gives other scores for the forced pair itself.

    All weights are whole numbers far below 2**53, so the floats are exact.
    """
    import numpy as np

    priced = table.scores if priced is None else priced
    weights = _weights(table.scores, table.base)
    rows = np.flatnonzero(match != UNMATCHED)
    columns = match[rows]
    own = weights[rows, columns]
    distances = _shortest(_graph(table, weights, rows, columns))
    pairs, pool = len(rows), len(distances) - 1
    # Forcing a south breaks its own pair, or takes a place of its group.
    after = distances[pairs + table.groups]
    after[columns] = own[:, None] + distances[:pairs]
    # The walk ends where the forced north comes from: its own pair, or the pool.
    origin = np.full(len(match), pool)
    origin[rows] = np.arange(pairs)
    costs = after[:, origin].T - _weights(priced, table.base)
    costs[rows, columns] = np.inf
    costs[costs > table.base / 2] = np.inf
    return Exchange(costs, bool((distances.diagonal() >= 0).all()))


def _weights(scores: Scores, base: int) -> Weights:
    import numpy as np

    return np.where(scores == NOT_ALLOWED, -np.inf, scores + float(base))


def _graph(table: Table, weights: Weights, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Weights:
    """The lengths of the single exchanges between pairs, groups and pool; a loss is positive."""
    import numpy as np

    pairs, pool = len(rows), len(rows) + len(table.places)
    own = weights[rows, columns]
    alone = np.setdiff1d(np.arange(weights.shape[0]), rows)
    free = np.setdiff1d(np.arange(weights.shape[1]), columns)
    lengths = np.full((pool + 1, pool + 1), np.inf)
    lengths[:pairs, :pairs] = own - weights[np.ix_(rows, columns)]
    lengths[:pairs, pool] = 0
    lengths[pool, :pairs] = own - weights[np.ix_(alone, columns)].max(axis=0, initial=-np.inf)
    for group, places in enumerate(table.places.tolist()):
        node = pairs + group
        open_columns = free[table.groups[free] == group]
        members = np.flatnonzero(table.groups[columns] == group)
        lengths[:pairs, node] = -weights[np.ix_(rows, open_columns)].max(axis=1, initial=-np.inf)
        lengths[pool, node] = -weights[np.ix_(alone, open_columns)].max(initial=-np.inf)
        # A place is found by breaking a pair of the group, or is still empty.
        lengths[node, members] = own[members]
        if len(members) < places:
            lengths[node, pool] = 0
        if len(members):
            lengths[pool, node] = min(lengths[pool, node], 0)
    np.fill_diagonal(lengths, 0)
    return lengths


def _shortest(lengths: Weights) -> Weights:
    """The shortest walks between all nodes (Floyd and Warshall), in place."""
    import numpy as np

    longer = np.empty_like(lengths)
    for via in range(len(lengths)):
        np.add(lengths[:, via, None], lengths[via], out=longer)
        np.minimum(lengths, longer, out=lengths)
    return lengths
