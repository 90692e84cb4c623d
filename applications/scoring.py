"""The arithmetic of the ranking: from the scores of the reviewers to totals, ranks and outcomes.

Pure and exact: fractions throughout, rounded half up to two decimals at the very end; what is compared (for
the order, for the flag of disagreement) is the rounded figure that people see. `docs/scoring.md` holds the
formulas (concept note 3.4: the scoring grid, the places per country).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from operator import itemgetter

from applications.scoring_input import (
    BONUS,
    ApplicationSheet,
    CriterionRule,
    Problem,
    ReviewSheet,
    parse_problem,
)
from sdgpartners.core.json_input import Exact, InvalidProblem

__all__ = [
    "BONUS",
    "ApplicationSheet",
    "CriterionRule",
    "InvalidProblem",
    "Outcome",
    "Problem",
    "RankedApplication",
    "ReviewSheet",
    "parse_problem",
    "rank",
    "review_total",
    "two_decimals",
]


class Outcome(StrEnum):
    """What the ranking alone says of an application; people decide."""

    SELECTED = "selected"
    RESERVE = "reserve"
    PANEL = "panel"
    BELOW_MINIMUM = "below_minimum"
    UNSCORED = "unscored"


@dataclass(frozen=True, slots=True)
class RankedApplication:
    """One line of the ranking; mean, median and spread are on 0 to 100, the total is the mean with the bonus.

    Without a counted review (`n` is 0) the four are None. `figures` holds each criterion's figure on 0 to
    100, `bonus` what was counted of it, `floors_missed` the criteria whose mean lies below their floor.
    """

    id: str
    n: int
    bonus: Decimal
    figures: Mapping[str, Decimal]
    floors_missed: tuple[str, ...]
    total: Decimal | None = None
    mean: Decimal | None = None
    median: Decimal | None = None
    spread: Decimal | None = None
    disagree: bool = False
    rank: int = 0
    outcome: Outcome = Outcome.UNSCORED

    def as_json(self) -> dict[str, object]:
        """The line as `manage.py rank_applications` prints it."""
        return {
            "id": self.id,
            "rank": self.rank,
            "total": _plain(self.total),
            "mean": _plain(self.mean),
            "median": _plain(self.median),
            "n": self.n,
            "spread": _plain(self.spread),
            "disagree": self.disagree,
            "outcome": self.outcome.value,
        }


def rank(problem: Problem) -> list[RankedApplication]:
    """Everything ranked, best first; what is equal to the last tie-break keeps the order of the input.

    Unscored applications come last and share one rank.
    """
    tallied = sorted((_tally(problem, sheet) for sheet in problem.applications), key=itemgetter(0))
    result: list[RankedApplication] = []
    for _, equal in groupby(tallied, key=itemgetter(0)):
        lines = [line for _, line in equal]
        before = len(result)
        result += [
            replace(line, rank=before + 1, outcome=_outcome(line, before, len(lines), problem.places))
            for line in lines
        ]
    return result


def review_total(criteria: Iterable[CriterionRule], scores: Mapping[str, Exact | None]) -> Fraction | None:
    """One review's total on 0 to 100 over the criteria that it scored, weights re-based; None without any."""
    points: Exact = 0
    weights: Exact = 0
    for rule in criteria:
        score = scores.get(rule.id)
        if score is not None:
            points += rule.weight_per_step * (score - rule.minimum)
            weights += rule.weight
    return Fraction(100 * points, weights) if weights else None


def two_decimals(value: Exact) -> Decimal:
    """`value` rounded half up to two decimals."""
    hundredths = (200 * value.numerator + value.denominator) // (2 * value.denominator)
    return Decimal(f"{hundredths}E-2")


def _tally(problem: Problem, sheet: ApplicationSheet) -> tuple[tuple[Exact, ...], RankedApplication]:
    """What one application is ordered by, and its line; rank and outcome wait for the others."""
    counted = [review for review in sheet.reviews if not review.set_aside]
    found = (review_total(problem.criteria, review.scores) for review in counted)
    totals = sorted(total for total in found if total is not None)
    bonus = min(sheet.bonus, problem.bonus_max)
    line = _without_totals(problem.criteria, sheet.id, counted, n=len(totals), bonus=bonus)
    if not totals:
        return (2,), line
    mean = sum(totals, Fraction(0)) / len(totals)
    total = two_decimals(mean + bonus)
    spread = two_decimals(totals[-1] - totals[0])
    ties = (bonus if name == BONUS else Fraction(line.figures[name]) for name in problem.tie_breaks)
    order = (int(bool(line.floors_missed)), -Fraction(total), *(-figure for figure in ties))
    return order, replace(
        line,
        total=total,
        mean=two_decimals(mean),
        median=two_decimals(_median(totals)),
        spread=spread,
        disagree=Fraction(spread) >= problem.disagree_at,
    )


def _without_totals(
    criteria: Sequence[CriterionRule],
    application: str,
    counted: Sequence[ReviewSheet],
    *,
    n: int,
    bonus: Exact,
) -> RankedApplication:
    figures: dict[str, Decimal] = {}
    missed: list[str] = []
    for rule in criteria:
        mean = _mean_score(rule, counted)
        # Nobody scored it: the figure is 0, and a floor does not bite.
        figures[rule.id] = Decimal("0.00") if mean is None else two_decimals(rule.normalised(mean))
        if mean is not None and rule.floor is not None and mean < rule.floor:
            missed.append(rule.id)
    return RankedApplication(
        id=application, n=n, bonus=two_decimals(bonus), figures=figures, floors_missed=tuple(missed)
    )


def _mean_score(rule: CriterionRule, counted: Iterable[ReviewSheet]) -> Fraction | None:
    """The mean of the counted scores of a criterion, in its own scale; None if nobody scored it."""
    scores = [score for review in counted if (score := review.scores.get(rule.id)) is not None]
    return Fraction(sum(scores), len(scores)) if scores else None


def _median(ascending: Sequence[Fraction]) -> Fraction:
    middle = len(ascending) // 2
    if len(ascending) % 2:
        return ascending[middle]
    return (ascending[middle - 1] + ascending[middle]) / 2


def _outcome(line: RankedApplication, before: int, equals: int, places: int) -> Outcome:
    """The outcome of one of `equals` applications of the same rank, with `before` better ones."""
    if line.n == 0:
        return Outcome.UNSCORED
    if line.floors_missed:
        return Outcome.BELOW_MINIMUM
    if before + equals <= places:
        return Outcome.SELECTED
    return Outcome.RESERVE if before >= places else Outcome.PANEL


def _plain(figure: Decimal | None) -> float | None:
    return None if figure is None else float(figure)
