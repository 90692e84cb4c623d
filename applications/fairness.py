"""What a ranking hangs on: how mild or strict each reviewer is, and who would change places if one weight or one
reviewer were different. Shown to the panel, never used to correct a figure.

Pure and exact, like `applications.scoring`; `docs/scoring.md` holds the formulas.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import lcm
from typing import Any

from applications.scoring import (
    ApplicationSheet,
    CriterionRule,
    OrderKey,
    Outcome,
    Problem,
    RankedApplication,
    ReviewSheet,
    order_key,
    outcome_of,
    tally,
    two_decimals,
)
from sdgpartners.core.json_input import Exact

STEP = Fraction(1, 5)
"""By how much a weight is moved: a fifth of itself."""


@dataclass(frozen=True, slots=True)
class Leniency:
    """One reviewer beside the others: the mean of (own total less the mean of the others' totals) over the `n`
    applications that somebody else judged as well. Above 0: milder than the others."""

    by: str
    n: int
    difference: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """An application whose outcome would be another."""

    id: str
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Shift:
    """One thing made different, and whose outcome changes by it: the weight of `criterion` moved by `step` of itself,
    or `reviewer` left out."""

    changes: tuple[Change, ...]
    criterion: str = ""
    step: Fraction = Fraction(0)
    reviewer: str = ""


def leniency(applications: Iterable[Mapping[str, Exact | Decimal]]) -> list[Leniency]:
    """Each reviewer who judged something together with others, the mildest first; equal ones by their id.

    An entry holds the totals of one application by reviewer: those of their own scores, before the panel agreed on
    others.
    """
    # By how many others judged the same: that many times the difference, which stays a whole number of hundredths.
    sums: defaultdict[str, dict[int, Any]] = defaultdict(dict)
    counts: Counter[str] = Counter()
    for totals in applications:
        others = len(totals) - 1
        if others < 1:
            continue
        together = sum(totals.values())
        for by, total in totals.items():
            counts[by] += 1
            sums[by][others] = sums[by].get(others, 0) + (others + 1) * total - together
    found = []
    for by, parts in sums.items():
        mean = sum((Fraction(one) / others for others, one in parts.items()), Fraction(0)) / counts[by]
        found.append((by, counts[by], mean))
    found.sort(key=lambda one: (-one[2], one[0]))
    return [Leniency(by, n, two_decimals(mean)) for by, n, mean in found]


def weight_shifts(problem: Problem, step: Fraction = STEP) -> list[Shift]:
    """The ranking with each weight in turn lowered and raised by `step` of itself, the others as they are. Two a
    criterion, in the order of the grid."""
    lines = _tallies(problem)
    keys = [order_key(line, problem.tie_breaks) for line in lines]
    before = _outcomes(keys, problem.places)
    compact = _Compact(problem)
    found = []
    for place, rule in enumerate(problem.criteria):
        for moved in (-step, step):
            weights = [one.weight for one in problem.criteria]
            weights[place] = rule.weight * (1 + moved)
            after = _outcomes(_reweighed(keys, compact.totals(weights, lines)), problem.places)
            found.append(Shift(_changes(problem, before, after), criterion=rule.id, step=moved))
    return found


def reviewer_shifts(problem: Problem) -> list[Shift]:
    """The ranking without the reviews of each reviewer in turn, by the order in which they first come."""
    keys = [order_key(line, problem.tie_breaks) for line in _tallies(problem)]
    before = _outcomes(keys, problem.places)
    found = []
    for reviewer, places in _places_of(problem).items():
        moved = list(keys)
        for place in places:
            sheet = problem.applications[place]
            others = [review for review in sheet.reviews if review.by != reviewer]
            line = _tally(problem, replace(sheet, reviews=others))
            moved[place] = order_key(line, problem.tie_breaks)
        changes = _changes(problem, before, _outcomes(moved, problem.places))
        found.append(Shift(changes, reviewer=reviewer))
    return found


def changes_between(
    before: Iterable[RankedApplication], after: Iterable[RankedApplication]
) -> tuple[Change, ...]:
    """Who has another outcome in the second ranking than in the first, of those that stand in both; in the order of the
    first."""
    outcomes = {line.id: line.outcome for line in after}
    return tuple(
        Change(line.id, line.outcome, outcome)
        for line in before
        if (outcome := outcomes.get(line.id)) is not None and outcome != line.outcome
    )


class _Compact:
    """The scores of a problem as whole numbers, so that a thousand rankings by other weights stay exact and quick.

    Every score is held as its share of the scale in `unit`ths. Reviews of one application that scored the same
    criteria have the same sum of weights, so their shares are added up first.
    """

    def __init__(self, problem: Problem) -> None:
        shares = [[_shares(problem.criteria, one) for one in sheet.reviews] for sheet in problem.applications]
        self.unit = lcm(
            1, *(share.denominator for sheet in shares for one in sheet for share in one.values())
        )
        self.sheets = [self._added(sheet) for sheet in shares]

    def _added(
        self, sheet: Iterable[Mapping[int, Exact]]
    ) -> tuple[int, list[tuple[tuple[int, ...], list[int]]]]:
        """How many reviews count, and by the criteria that were scored the sum of the shares of each."""
        found: dict[tuple[int, ...], list[int]] = {}
        n = 0
        for shares in sheet:
            if shares:
                n += 1
                sums = found.setdefault(tuple(shares), [0] * len(shares))
                for place, share in enumerate(shares.values()):
                    sums[place] += int(share * self.unit)
        return n, list(found.items())

    def totals(
        self, weights: Sequence[Exact], lines: Iterable[RankedApplication]
    ) -> Iterator[Decimal | None]:
        """The total of each application by `weights`, one for a criterion; None where no review counts."""
        common = lcm(*(weight.denominator for weight in weights)) if weights else 1
        whole = [int(weight * common) for weight in weights]
        for (n, groups), line in zip(self.sheets, lines, strict=True):
            if not n:
                yield None
                continue
            top, bottom = 0, 1
            for scored, sums in groups:
                points = sum(whole[place] * one for place, one in zip(scored, sums, strict=True))
                together = sum(whole[place] for place in scored)
                top, bottom = top * together + points * bottom, bottom * together
            # The mean is 100 * top / (bottom * unit * n).
            bottom *= self.unit * n
            bonus = line.counted_bonus
            top = 100 * top * bonus.denominator + bonus.numerator * bottom
            yield _rounded(top, bottom * bonus.denominator)


def _shares(criteria: Sequence[CriterionRule], review: ReviewSheet) -> dict[int, Exact]:
    """By the place of the criterion in the grid: how far up its scale the score stands; nothing of a review that was
    set aside."""
    if review.set_aside:
        return {}
    return {
        place: Fraction(score - rule.minimum) / Fraction(rule.maximum - rule.minimum)
        for place, rule in enumerate(criteria)
        if (score := review.scores.get(rule.id)) is not None
    }


def _rounded(top: int, bottom: int) -> Decimal:
    """`top` / `bottom`, half up to two decimals, as `scoring.two_decimals` does."""
    return Decimal(f"{(200 * top + bottom) // (2 * bottom)}E-2")


def _places_of(problem: Problem) -> dict[str, list[int]]:
    """Where each reviewer whose review counts stands among the applications."""
    found: dict[str, list[int]] = {}
    for place, sheet in enumerate(problem.applications):
        for by in _counted_by(sheet):
            found.setdefault(by, []).append(place)
    return found


def _counted_by(sheet: ApplicationSheet) -> Iterator[str]:
    for review in sheet.reviews:
        if not review.set_aside and any(score is not None for score in review.scores.values()):
            yield review.by


def _tallies(problem: Problem) -> list[RankedApplication]:
    return [_tally(problem, sheet) for sheet in problem.applications]


def _tally(problem: Problem, sheet: ApplicationSheet) -> RankedApplication:
    return tally(problem.criteria, sheet, bonus_max=problem.bonus_max, disagree_at=problem.disagree_at)


def _reweighed(keys: Sequence[OrderKey], totals: Iterable[Decimal | None]) -> list[OrderKey]:
    """The keys with other totals; nothing else that orders rests on weights."""
    return [
        key if total is None else (key[0], -total, *key[2:]) for key, total in zip(keys, totals, strict=True)
    ]


def _outcomes(keys: Sequence[OrderKey], places: int) -> list[Outcome]:
    """The outcome of each, in the order in which they stand."""
    ranked = sorted(range(len(keys)), key=keys.__getitem__)
    found = [Outcome.UNSCORED] * len(keys)
    before = 0
    for key, equal in groupby(ranked, key=keys.__getitem__):
        group = list(equal)
        outcome = outcome_of(key, before=before, equals=len(group), places=places)
        for place in group:
            found[place] = outcome
        before += len(group)
    return found


def _changes(problem: Problem, before: Sequence[Outcome], after: Sequence[Outcome]) -> tuple[Change, ...]:
    return tuple(
        Change(sheet.id, was, becomes)
        for sheet, was, becomes in zip(problem.applications, before, after, strict=True)
        if was != becomes
    )
