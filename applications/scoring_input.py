"""What a ranking is made from: the grid, the reviewers' sheets, the places. Pure; making one checks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sdgpartners.core import json_input
from sdgpartners.core.json_input import Exact, InvalidProblem, exact, no_duplicates, shown

BONUS = "bonus"
"""The tie-break that is not a criterion: the bonus as it was counted."""


@dataclass(frozen=True, slots=True)
class CriterionRule:
    """One line of the grid: its weight, its scale, and the floor in that scale (None: no minimum)."""

    id: str
    weight: Exact
    minimum: Exact
    maximum: Exact
    floor: Exact | None = None
    weight_per_step: Exact = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise InvalidProblem(
                f"criterion {shown(self.id)}: weight must be above 0, not {shown(self.weight)}"
            )
        if self.maximum <= self.minimum:
            raise InvalidProblem(
                f"criterion {shown(self.id)}: max {shown(self.maximum)} is not above {shown(self.minimum)}"
            )
        object.__setattr__(self, "weight_per_step", exact(Fraction(self.weight, self.maximum - self.minimum)))

    def normalised(self, score: Exact) -> Fraction:
        """A score (or a mean of scores) of this scale on 0 to 100."""
        return Fraction(100 * (score - self.minimum), self.maximum - self.minimum)


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """One reviewer's scores by criterion; None or missing is 'not applicable'. Set aside, none counts."""

    by: str
    scores: Mapping[str, Exact | None]
    set_aside: bool = False


@dataclass(frozen=True, slots=True)
class ApplicationSheet:
    """One application with its reviews and its bonus, not yet capped."""

    id: str
    reviews: Sequence[ReviewSheet]
    bonus: Exact = 0

    def __post_init__(self) -> None:
        if self.bonus < 0:
            raise InvalidProblem(f"application {shown(self.id)}: negative bonus {shown(self.bonus)}")
        reviewers: set[str] = set()
        for review in self.reviews:
            if review.by in reviewers:
                raise InvalidProblem(
                    f"application {shown(self.id)}: the same reviewer twice, {shown(review.by)}"
                )
            reviewers.add(review.by)


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole ranking. Making one checks it.

    Raises:
        InvalidProblem: duplicate id, unknown criterion or tie-break, score outside its scale.
    """

    criteria: Sequence[CriterionRule]
    applications: Sequence[ApplicationSheet]
    places: int
    bonus_max: Exact
    disagree_at: Exact
    tie_breaks: Sequence[str] = ()

    def __post_init__(self) -> None:
        no_duplicates((rule.id for rule in self.criteria), "criteria")
        no_duplicates((sheet.id for sheet in self.applications), "applications")
        rules = {rule.id: rule for rule in self.criteria}
        if BONUS in rules:
            raise InvalidProblem(f"criteria: the id {shown(BONUS)} is kept for the tie-break on the bonus")
        if self.places < 0:
            raise InvalidProblem(f"places: expected a whole number of 0 or more, not {shown(self.places)}")
        if self.bonus_max < 0:
            raise InvalidProblem(f"bonus_max: negative bonus {shown(self.bonus_max)}")
        for name in self.tie_breaks:
            if name != BONUS and name not in rules:
                raise InvalidProblem(f"tie_breaks: unknown tie-break {shown(name)}")
        for sheet in self.applications:
            for review in sheet.reviews:
                _check_scores(rules, sheet.id, review)

    def as_json(self) -> dict[str, object]:
        """The problem as `parse_problem` reads it; numbers must have a finite decimal notation."""
        return {
            "criteria": [
                {
                    "id": rule.id,
                    "weight": _plain(rule.weight),
                    "min": _plain(rule.minimum),
                    "max": _plain(rule.maximum),
                    "floor": None if rule.floor is None else _plain(rule.floor),
                }
                for rule in self.criteria
            ],
            "bonus_max": _plain(self.bonus_max),
            "places": self.places,
            "disagree_at": _plain(self.disagree_at),
            "tie_breaks": list(self.tie_breaks),
            "applications": [
                {
                    "id": sheet.id,
                    "bonus": _plain(sheet.bonus),
                    "reviews": [
                        {
                            "by": review.by,
                            "scores": {
                                name: None if score is None else _plain(score)
                                for name, score in review.scores.items()
                            },
                            "set_aside": review.set_aside,
                        }
                        for review in sheet.reviews
                    ],
                }
                for sheet in self.applications
            ],
        }


def _plain(number: Exact) -> int | float:
    return int(number) if number == int(number) else float(number)


def _check_scores(rules: Mapping[str, CriterionRule], application: str, review: ReviewSheet) -> None:
    for criterion, score in review.scores.items():
        rule = rules.get(criterion)
        if rule is None:
            raise InvalidProblem(f"application {shown(application)}: unknown criterion {shown(criterion)}")
        if score is not None and not rule.minimum <= score <= rule.maximum:
            raise InvalidProblem(
                f"application {shown(application)}, review by {shown(review.by)}: score {shown(score)} "
                f"for {shown(criterion)} is outside {shown(rule.minimum)} to {shown(rule.maximum)}"
            )


def parse_problem(raw: object) -> Problem:
    """The ranking that a JSON document describes (`manage.py rank_applications`).

    `floor`, `bonus`, `set_aside` and `tie_breaks` may be left out: null, 0, false and [].

    Raises:
        InvalidProblem: one line that names what is wrong.
    """
    entries = json_input.mapping(
        raw,
        "problem",
        required=("criteria", "bonus_max", "places", "disagree_at", "applications"),
        optional=("tie_breaks",),
    )
    tie_breaks = json_input.sequence(entries.get("tie_breaks", []), "tie_breaks")
    return Problem(
        criteria=tuple(
            _criterion(value, f"criteria[{position}]")
            for position, value in enumerate(json_input.sequence(entries["criteria"], "criteria"))
        ),
        applications=tuple(
            _application(value, f"applications[{position}]")
            for position, value in enumerate(json_input.sequence(entries["applications"], "applications"))
        ),
        places=json_input.whole(entries["places"], "places"),
        bonus_max=json_input.number(entries["bonus_max"], "bonus_max"),
        disagree_at=json_input.number(entries["disagree_at"], "disagree_at"),
        tie_breaks=tuple(json_input.text(name, "tie_breaks") for name in tie_breaks),
    )


def _criterion(value: object, where: str) -> CriterionRule:
    entries = json_input.mapping(value, where, required=("id", "weight", "min", "max"), optional=("floor",))
    criterion = json_input.text(entries["id"], f"{where}.id")
    where = f"criterion {shown(criterion)}"
    floor = entries.get("floor")
    return CriterionRule(
        id=criterion,
        weight=json_input.number(entries["weight"], f"{where}: weight"),
        minimum=json_input.number(entries["min"], f"{where}: min"),
        maximum=json_input.number(entries["max"], f"{where}: max"),
        floor=None if floor is None else json_input.number(floor, f"{where}: floor"),
    )


def _application(value: object, where: str) -> ApplicationSheet:
    entries = json_input.mapping(value, where, required=("id", "reviews"), optional=("bonus",))
    application = json_input.text(entries["id"], f"{where}.id")
    where = f"application {shown(application)}"
    reviews = json_input.sequence(entries["reviews"], f"{where}: reviews")
    return ApplicationSheet(
        id=application,
        reviews=tuple(
            _review(review, f"{where}, reviews[{position}]") for position, review in enumerate(reviews)
        ),
        bonus=json_input.number(entries.get("bonus", 0), f"{where}: bonus"),
    )


def _review(value: object, where: str) -> ReviewSheet:
    entries = json_input.mapping(value, where, required=("by", "scores"), optional=("set_aside",))
    scores = json_input.free_mapping(entries["scores"], f"{where}: scores")
    return ReviewSheet(
        by=json_input.text(entries["by"], f"{where}: by"),
        scores={
            criterion: None
            if score is None
            else json_input.number(score, f"{where}: score for {shown(criterion)}")
            for criterion, score in scores.items()
        },
        set_aside=json_input.flag(entries.get("set_aside", False), f"{where}: set_aside"),
    )
