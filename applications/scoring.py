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
from typing import TypeAlias

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
    "OrderKey",
    "Outcome",
    "Problem",
    "RankedApplication",
    "ReviewSheet",
    "agreed_upon",
    "order",
    "order_key",
    "outcome_of",
    "parse_problem",
    "parted_by",
    "placed",
    "rank",
    "review_total",
    "spread_of",
    "tally",
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
    100, `counted_bonus` what was counted of the bonus and `bonus` the same rounded, `floors_missed` the criteria
    whose mean lies below their floor. `rank` is 0 until the lines are put in their order.
    """

    id: str
    n: int
    bonus: Decimal
    counted_bonus: Exact
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
    lines = [
        tally(problem.criteria, sheet, bonus_max=problem.bonus_max, disagree_at=problem.disagree_at)
        for sheet in problem.applications
    ]
    return order(lines, places=problem.places, tie_breaks=problem.tie_breaks)


def order(
    lines: Iterable[RankedApplication], *, places: int, tie_breaks: Sequence[str]
) -> list[RankedApplication]:
    """Tallied lines with their rank and outcome, best first; equal ones in the order in which they came.

    What is compared are the figures of the lines alone, so lines that were stored order like fresh ones.
    """
    keyed = sorted(((order_key(line, tie_breaks), line) for line in lines), key=itemgetter(0))
    result: list[RankedApplication] = []
    for key, equal in groupby(keyed, key=itemgetter(0)):
        group = [line for _, line in equal]
        before = len(result)
        outcome = outcome_of(key, before=before, equals=len(group), places=places)
        result += [replace(line, rank=before + 1, outcome=outcome) for line in group]
    return result


def placed(line: RankedApplication, *, rank: int, outcome: Outcome) -> RankedApplication:
    """`line` with a rank and an outcome that were found before."""
    return replace(line, rank=rank, outcome=outcome)


OrderKey: TypeAlias = tuple[Decimal | Exact, ...]
"""What lines are compared by, the best first: 0, 1 below a floor, or 2 without a review; then the figures, negative."""


def order_key(line: RankedApplication, tie_breaks: Sequence[str]) -> OrderKey:
    """What `order` compares a line by; equal keys are equal ranks."""
    if line.total is None:
        return (2,)
    ties = (line.counted_bonus if name == BONUS else line.figures[name] for name in tie_breaks)
    return (int(bool(line.floors_missed)), -line.total, *(-figure for figure in ties))


def parted_by(above: RankedApplication, below: RankedApplication, tie_breaks: Sequence[str]) -> str | None:
    """The tie-break by which `below` stands after `above` although their totals are equal; None where a total, a floor
    or nothing parts them."""
    first, second = order_key(above, tie_breaks), order_key(below, tie_breaks)
    if first[:2] != second[:2]:
        return None
    pairs = zip(tie_breaks, first[2:], second[2:], strict=False)
    return next((name for name, one, other in pairs if one != other), None)


def outcome_of(key: OrderKey, *, before: int, equals: int, places: int) -> Outcome:
    """The outcome of one of `equals` lines with the same key, with `before` better ones."""
    if key[0] == 2:
        return Outcome.UNSCORED
    if key[0] == 1:
        return Outcome.BELOW_MINIMUM
    if before + equals <= places:
        return Outcome.SELECTED
    return Outcome.RESERVE if before >= places else Outcome.PANEL


def agreed_upon(review: ReviewSheet, agreed: Mapping[str, Exact | None]) -> ReviewSheet:
    """`review` with the scores that the panel agreed on in place of its own (None: 'not applicable').

    A review that does not count (set aside, or without any score of its own) stays as it is: what the panel
    agrees on does not make it count.
    """
    if not agreed or review.set_aside or all(score is None for score in review.scores.values()):
        return review
    return replace(review, scores={**review.scores, **agreed})


def tally(
    criteria: Sequence[CriterionRule], sheet: ApplicationSheet, *, bonus_max: Exact, disagree_at: Exact
) -> RankedApplication:
    """The figures of one application; rank and outcome wait for the others (`order`)."""
    counted = [review for review in sheet.reviews if not review.set_aside]
    totals = _totals(criteria, counted)
    bonus = min(sheet.bonus, bonus_max)
    line = _without_totals(criteria, sheet.id, counted, n=len(totals), bonus=bonus)
    if not totals:
        return line
    mean = sum(totals, Fraction(0)) / len(totals)
    spread = two_decimals(totals[-1] - totals[0])
    return replace(
        line,
        total=two_decimals(mean + bonus),
        mean=two_decimals(mean),
        median=two_decimals(_median(totals)),
        spread=spread,
        disagree=Fraction(spread) >= disagree_at,
    )


def spread_of(criteria: Sequence[CriterionRule], reviews: Iterable[ReviewSheet]) -> Decimal | None:
    """The highest less the lowest total of the reviews that count; None without any."""
    totals = _totals(criteria, (review for review in reviews if not review.set_aside))
    return two_decimals(totals[-1] - totals[0]) if totals else None


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


def _totals(criteria: Sequence[CriterionRule], counted: Iterable[ReviewSheet]) -> list[Fraction]:
    found = (review_total(criteria, review.scores) for review in counted)
    return sorted(total for total in found if total is not None)


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
        id=application,
        n=n,
        bonus=two_decimals(bonus),
        counted_bonus=bonus,
        figures=figures,
        floors_missed=tuple(missed),
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


def _plain(figure: Decimal | None) -> float | None:
    return None if figure is None else float(figure)
