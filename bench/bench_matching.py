"""How fast `matching.solver.solve` is, and how much memory it takes, beside scipy's bare assignment.

    make bench ARGS="matching"                 about two minutes
    python -m bench.bench_matching --low-rank  also scores of rank one, the worst case: minutes more

Every case runs in a process of its own that is warm (everything imported, one small problem solved), so that
the peak memory is its own. The targets are those of `docs/matching.md`.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from statistics import median
from typing import TYPE_CHECKING, TypeVar

from matching.solver import Objective, Problem, South, solve, ten_thousandths

if TYPE_CHECKING:
    from matching.solver_input import Points

Result = TypeVar("Result")

SEED = 20
SMALL, LARGE = 300, 5_000
SMALL_SECONDS, LARGE_RATIO, LARGE_RUNS = 5.0, 1.2, 5


def main(arguments: Sequence[str] = ()) -> None:
    """Prints all figures; ends with 1 if a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--low-rank", action="store_true", help="also 5,000 x 5,000 scores of rank one")
    options = parser.parse_args(arguments)
    print(f"{SMALL} x {SMALL}, two groups, 3 alternatives, all details; at most {SMALL_SECONDS:g} s each")
    kept = [_apart(small_case, places, objective.value) for places in (4, 75, 150) for objective in Objective]
    print(f"{LARGE} x {LARGE}, complete, no details")
    kept.append(_apart(large_ratio))
    _apart(bare_case, "uniform")
    for places in (LARGE, 4, 75, 1_250):
        _apart(large_case, "uniform", places)
    if options.low_rank:
        _apart(large_case, "low rank", LARGE // 2)
        _apart(bare_case, "low rank")
    raise SystemExit(0 if all(kept) else 1)


def small_case(places: int, objective: str) -> bool:
    """One small problem with all details, held to its bound by the clock; the processor's time beside it tells whether
    other programs on the machine had a part in it."""
    problem = make_problem(SMALL, "uniform", places, objective=Objective(objective), alternatives=3)
    seconds, processor, solution = timed(lambda: solve(problem))
    kept = seconds <= SMALL_SECONDS and solution.explanation is not None and solution.explanation.optimal
    clocks = f"{seconds:7.2f} s ({processor:.2f} s of the processor)"
    print(f"  places {places:>4}+{places:<4} {objective:<5} {clocks} {peak()} {verdict(kept)}")
    return kept


def large_ratio() -> bool:
    """The large problem whose places do not bind, in turns with the bare call."""
    from scipy.optimize import linear_sum_assignment

    points = make_points(LARGE, "uniform")
    problem = make_problem(LARGE, "uniform", LARGE, details=False)
    bare, ours = [], []
    for _ in range(LARGE_RUNS):
        bare.append(timed(lambda: linear_sum_assignment(points, maximize=True))[:2])
        ours.append(timed(lambda: solve(problem))[:2])
    (bare_wall, bare_processor), (wall, processor) = (
        [median(run[clock] for run in runs) for clock in (0, 1)] for runs in (bare, ours)
    )
    kept = wall / bare_wall <= LARGE_RATIO
    print(f"  bare call, median of {LARGE_RUNS}  {bare_wall:7.2f} s")
    print(f"  solve, median of {LARGE_RUNS}      {wall:7.2f} s {peak()} (with both inputs)")
    print(f"  ratio {wall / bare_wall:.2f}, at most {LARGE_RATIO:g} {verdict(kept)}")
    print(f"  ratio of processor time {processor / bare_processor:.2f} (what counts on a busy machine)")
    return kept


def large_case(kind: str, places: int) -> bool:
    """One large problem alone, for its time and memory."""
    problem = make_problem(LARGE, kind, places, details=False)
    seconds, _, solution = timed(lambda: solve(problem))
    pairs = len(solution.matching.pairs)
    print(f"  solve alone, {kind}, places {places}+{places}, {pairs} pairs {seconds:7.2f} s {peak()}")
    return True


def bare_case(kind: str) -> bool:
    """The bare call alone, for its time and memory."""
    from scipy.optimize import linear_sum_assignment

    points = make_points(LARGE, kind)
    seconds, _, _ = timed(lambda: linear_sum_assignment(points, maximize=True))
    print(f"  bare call alone, {kind} {seconds:7.2f} s {peak()}")
    return True


def make_points(size: int, kind: str) -> Points:
    """Scores of 0 to 100: uniform, or the product of one figure a side."""
    import numpy as np

    random = np.random.default_rng(SEED)
    if kind == "uniform":
        return random.uniform(0, 100, (size, size))
    return np.outer(random.uniform(0, 10, size), random.uniform(0, 10, size))


def make_problem(
    size: int,
    kind: str,
    places: int,
    *,
    objective: Objective = Objective.TOTAL,
    alternatives: int = 0,
    details: bool = True,
) -> Problem:
    """A complete problem with ids ascending and two groups of `places` each."""
    return Problem(
        north=[f"n{position:04}" for position in range(size)],
        south=[South(f"s{position:04}", "RW" if position % 2 else "BJ") for position in range(size)],
        scores=ten_thousandths(make_points(size, kind)),
        places={"RW": places, "BJ": places},
        objective=objective,
        alternatives=alternatives,
        details=details,
    )


def timed(work: Callable[[], Result]) -> tuple[float, float, Result]:
    """Seconds on the wall, seconds of the processor, and the result."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - wall, time.process_time() - processor, result


def peak() -> str:
    """The peak memory of this process so far."""
    return f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:>5} MB"


def verdict(kept: bool) -> str:
    """Whether a target was kept."""
    return "kept" if kept else "MISSED"


def _apart(case: Callable[..., bool], *arguments: object) -> bool:
    with get_context("spawn").Pool(1, initializer=_warm_up) as pool:
        return pool.apply(case, arguments)


def _warm_up() -> None:
    solve(make_problem(4, "uniform", 1))


if __name__ == "__main__":
    main(sys.argv[1:])
