"""Leniency, sensitivity and agreed scores: worked examples, and properties of the split arithmetic."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from applications.fairness import leniency, reviewer_shifts, weight_shifts
from applications.scoring import (
    Outcome,
    Problem,
    RankedApplication,
    ReviewSheet,
    agreed_upon,
    order,
    parse_problem,
    rank,
    spread_of,
    tally,
)
from tests.applications.test_scoring import Raw, application, changed, problem, rankings

many = settings(max_examples=200, deadline=None)
TWO = [{"id": name, "weight": 50, "min": 0, "max": 4} for name in ("motivation", "openness")]


def outcomes(problem_: Problem) -> dict[str, Outcome]:
    return {line.id: line.outcome for line in rank(problem_)}


def test_a_mild_reviewer_stands_above_the_others_on_the_same_applications() -> None:
    found = leniency([{"mild": 80, "strict": 60}, {"mild": 70, "strict": 40, "third": 50}, {"alone": 90}])
    assert [(one.by, one.n, one.difference) for one in found] == [
        ("mild", 2, Decimal("22.50")),
        ("third", 1, Decimal("-5.00")),
        ("strict", 2, Decimal("-20.00")),
    ]


def test_a_weight_that_moves_by_a_fifth_may_change_who_is_selected() -> None:
    raw = problem(
        application("A", {"motivation": 4, "openness": 0}),
        application("B", {"motivation": 0, "openness": 4}),
        criteria=[{**TWO[0], "weight": 52}, {**TWO[1], "weight": 48}],
        places=1,
    )
    shifts = {
        (one.criterion, one.step): [(c.id, c.before, c.after) for c in one.changes]
        for one in weight_shifts(parse_problem(raw))
    }
    swapped = [("A", Outcome.SELECTED, Outcome.RESERVE), ("B", Outcome.RESERVE, Outcome.SELECTED)]
    fifth = Fraction(1, 5)
    assert shifts == {
        ("motivation", -fifth): swapped,
        ("motivation", fifth): [],
        ("openness", -fifth): [],
        ("openness", fifth): swapped,
    }


def test_a_reviewer_left_out_may_change_who_is_selected() -> None:
    raw = problem(application("A", 4, 1), application("B", 2, 2), places=1)
    shifts = {one.reviewer: [c.id for c in one.changes] for one in reviewer_shifts(parse_problem(raw))}
    # Without r0, who saw A far above, B is better; without r1 A stays in front.
    assert shifts == {"r0": ["A", "B"], "r1": []}


def test_an_agreed_score_stands_in_every_review_that_counts() -> None:
    review = ReviewSheet(by="r1", scores={"motivation": 1, "openness": 2})
    assert agreed_upon(review, {"motivation": 3}).scores == {"motivation": 3, "openness": 2}
    assert agreed_upon(review, {"motivation": None}).scores == {"motivation": None, "openness": 2}
    for uncounted in (
        ReviewSheet(by="r2", scores={"motivation": 1}, set_aside=True),
        ReviewSheet(by="r3", scores={"motivation": None}),
        ReviewSheet(by="r4", scores={}),
    ):
        assert agreed_upon(uncounted, {"motivation": 3}) is uncounted


@many
@given(rankings())
def test_stored_tallies_put_in_order_are_the_ranking(raw: Raw) -> None:
    """Through text and back, as a row of the database holds them; and from any order but that of equals."""
    parsed = parse_problem(raw)
    lines = [
        tally(parsed.criteria, sheet, bonus_max=parsed.bonus_max, disagree_at=parsed.disagree_at)
        for sheet in parsed.applications
    ]
    stored = [_through_text(line) for line in lines]
    assert order(stored, places=parsed.places, tie_breaks=parsed.tie_breaks) == rank(parsed)


def _through_text(line: RankedApplication) -> RankedApplication:
    def back(figure: Decimal | None) -> Decimal | None:
        return None if figure is None else Decimal(str(figure))

    return RankedApplication(
        id=line.id,
        n=line.n,
        bonus=Decimal(str(line.bonus)),
        counted_bonus=Fraction(str(line.bonus)),
        figures={name: Decimal(str(figure)) for name, figure in line.figures.items()},
        floors_missed=tuple(line.floors_missed),
        total=back(line.total),
        mean=back(line.mean),
        median=back(line.median),
        spread=back(line.spread),
        disagree=line.disagree,
    )


@many
@given(rankings())
def test_a_problem_written_as_json_is_the_same_problem(raw: Raw) -> None:
    parsed = parse_problem(raw)
    again = parse_problem(parsed.as_json())
    assert again == parsed
    assert [line.as_json() for line in rank(again)] == [line.as_json() for line in rank(parsed)]


@many
@given(rankings())
def test_the_shifts_are_the_rankings_of_the_changed_problems(raw: Raw) -> None:
    """What the fast way finds is what ranking the changed problem from scratch gives."""
    parsed = parse_problem(raw)
    before = outcomes(parsed)
    for shift in weight_shifts(parsed):

        def move(other: Raw, shift: Any = shift) -> None:
            for row in other["criteria"]:
                if row["id"] == shift.criterion:
                    row["weight"] = Fraction(str(row["weight"])) * (1 + shift.step)

        assert _told(shift) == _differences(before, outcomes(parse_problem(changed(raw, move))))
    for shift in reviewer_shifts(parsed):

        def leave_out(other: Raw, shift: Any = shift) -> None:
            for entry in other["applications"]:
                entry["reviews"] = [one for one in entry["reviews"] if one["by"] != shift.reviewer]

        assert _told(shift) == _differences(before, outcomes(parse_problem(changed(raw, leave_out))))


def _told(shift: Any) -> dict[str, tuple[Outcome, Outcome]]:
    return {change.id: (change.before, change.after) for change in shift.changes}


def _differences(before: dict[str, Outcome], after: dict[str, Outcome]) -> dict[str, tuple[Outcome, Outcome]]:
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


@many
@given(rankings(), st.data())
def test_agreeing_on_every_criterion_ends_the_disagreement(raw: Raw, data: st.DataObject) -> None:
    parsed = parse_problem(raw)
    assume(parsed.applications)
    sheet = data.draw(st.sampled_from(parsed.applications))
    agreed = {
        rule.id: data.draw(st.integers(int(rule.minimum), int(rule.maximum))) for rule in parsed.criteria
    }
    overlaid = [agreed_upon(review, agreed) for review in sheet.reviews]
    before, after = (spread_of(parsed.criteria, reviews) for reviews in (sheet.reviews, overlaid))
    assert after == (None if before is None else 0)
    counted = [sum(not one.set_aside and any(s is not None for s in one.scores.values()) for one in reviews)
               for reviews in (sheet.reviews, overlaid)]  # fmt: skip
    assert counted[0] == counted[1]


@many
@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 100), max_size=4), max_size=5))
def test_mildness_is_relative_to_the_others(applications: list[dict[str, int]]) -> None:
    found = {one.by: one for one in leniency(applications)}
    shared = [totals for totals in applications if len(totals) > 1]
    assert set(found) == {by for totals in shared for by in totals}
    assert all(-100 <= one.difference <= 100 for one in found.values())
    # Everybody a point milder on everything: nobody stands otherwise beside the others.
    raised = leniency([{by: total + 1 for by, total in totals.items()} for totals in applications])
    assert list(found.values()) == raised
