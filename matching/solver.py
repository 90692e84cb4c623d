"""The matching of north and south: the best pairs under places, locks and forbidden pairs, and why.

Pure arithmetic, exact in ten-thousandths of a point. numpy and scipy are imported on the first call only:
they take over a second and 70 MB, so solving belongs to the worker and the commands. `docs/matching.md` gives
the meaning (concept note 3.4: the associations match municipalities on interests).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import islice

from matching.solver_alternatives import next_best
from matching.solver_exchange import exchange
from matching.solver_explain import Standing, pair_costs
from matching.solver_fair import highest_floor, is_fair
from matching.solver_input import (
    HIGHEST_SCORE,
    NOT_ALLOWED,
    PER_POINT,
    Objective,
    Problem,
    South,
    parse_problem,
    ten_thousandths,
)
from matching.solver_result import (
    Explanation,
    Matching,
    Pair,
    PairCost,
    Reason,
    Solution,
    Unmatched,
    in_points,
)
from matching.solver_table import best_match, open_table, size
from sdgpartners.core.json_input import InvalidProblem

__all__ = [
    "HIGHEST_SCORE",
    "NOT_ALLOWED",
    "PER_POINT",
    "Explanation",
    "InvalidProblem",
    "Matching",
    "Objective",
    "Pair",
    "PairCost",
    "Problem",
    "Reason",
    "Solution",
    "South",
    "Unmatched",
    "in_points",
    "parse_problem",
    "solve",
    "ten_thousandths",
]


def solve(problem: Problem) -> Solution:
    """The best matching of a problem.

    A solution holds every lock and the most pairs that fit; of those it has the highest total or, if fair,
    the highest worst pair that is not locked and then the highest total. Ties are decided by ids and scores,
    never by the order of the input.
    """
    table = open_table(problem)
    match = best_match(table)
    floor = None
    level = table
    if problem.objective is Objective.FAIR:
        floor = highest_floor(table, size(match))
        level = table.from_score(floor)
        match = best_match(level)
    open_pairs = table.pairs(match)
    matching = _matching(problem, open_pairs)
    if not problem.details:
        return Solution(matching, None)
    price = exchange(level, match, priced=table.scores)
    locked = problem.positions(problem.locked, "locked")
    standing = Standing.of(problem, [*locked, *open_pairs])
    # A file may ask for any number of them.
    alternatives = islice(next_best(table, match, floor), min(problem.alternatives, sys.maxsize))
    explanation = Explanation(
        optimal=price.proven and (floor is None or is_fair(table, match, floor)),
        blocking=standing.blocking(),
        alternatives=tuple(_matching(problem, pairs) for pairs in alternatives),
        cost_of=pair_costs(problem, table, match, price),
        unmatched=standing.unmatched(),
    )
    return Solution(matching, explanation)


def _matching(problem: Problem, open_pairs: Sequence[tuple[int, int]]) -> Matching:
    """The open pairs together with the locked ones, in input order."""
    locked = problem.positions(problem.locked, "locked")
    pairs = tuple(
        Pair(problem.north[i], problem.south[j].id, int(problem.scores[i, j]))
        for i, j in sorted([*locked, *open_pairs])
    )
    return Matching(
        pairs=pairs,
        total=sum(pair.score for pair in pairs),
        worst=min((int(problem.scores[i, j]) for i, j in open_pairs), default=None),
    )
