"""The arithmetic of the ranking: worked examples, properties, and every input that makes no sense."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from applications.scoring import (
    InvalidProblem,
    Outcome,
    RankedApplication,
    parse_problem,
    rank,
    review_total,
    two_decimals,
)

Raw = dict[str, Any]

CRITERIA = ("motivation", "openness", "support")
many = settings(max_examples=200, deadline=None)


def problem(*applications: Raw, **changes: Any) -> Raw:
    """A ranking on one criterion of 0 to 4, which makes a score of 3 a total of 75."""
    return {
        "criteria": [{"id": "motivation", "weight": 20, "min": 0, "max": 4, "floor": None}],
        "bonus_max": 5,
        "places": 4,
        "disagree_at": 25,
        "tie_breaks": [],
        "applications": list(applications),
        **changes,
    }


def application(name: str, *scores: Any, bonus: Any = 0) -> Raw:
    """An application with one review a score; a score may be a whole sheet."""
    sheets = [score if isinstance(score, dict) else {"motivation": score} for score in scores]
    return {
        "id": name,
        "bonus": bonus,
        "reviews": [
            {"by": f"r{position}", "scores": sheet, "set_aside": False}
            for position, sheet in enumerate(sheets)
        ],
    }


def ranked(raw: Raw) -> dict[str, RankedApplication]:
    return {line.id: line for line in rank(parse_problem(raw))}


def places_of(raw: Raw) -> list[tuple[str, int, str]]:
    return [(line.id, line.rank, line.outcome.value) for line in rank(parse_problem(raw))]


def grid(**floors: Any) -> list[Raw]:
    weights = {"motivation": 20, "openness": 15, "support": 10}
    return [
        {"id": name, "weight": weight, "min": 0, "max": 4, "floor": floors.get(name)}
        for name, weight in weights.items()
    ]


def test_the_lines_hold_what_the_contract_names() -> None:
    lines = rank(parse_problem(problem(application("A", 3, 4, 4, bonus=7), application("B"))))
    assert [line.as_json() for line in lines] == [
        {
            "id": "A",
            "rank": 1,
            "total": 96.67,
            "mean": 91.67,
            "median": 100.0,
            "n": 3,
            "spread": 25.0,
            "disagree": True,
            "outcome": "selected",
        },
        {
            "id": "B",
            "rank": 2,
            "total": None,
            "mean": None,
            "median": None,
            "n": 0,
            "spread": None,
            "disagree": False,
            "outcome": "unscored",
        },
    ]


def test_a_review_is_weighed_over_what_it_scored() -> None:
    raw = problem(
        application("whole", {"motivation": 4, "openness": 2, "support": 0}),
        application("part", {"motivation": 4, "openness": 2, "support": None}),
        criteria=grid(),
    )
    lines = ranked(raw)
    # (20 x 1 + 15 x 1/2 + 10 x 0) / 45 and (20 x 1 + 15 x 1/2) / 35
    assert (str(lines["whole"].total), str(lines["part"].total)) == ("61.11", "78.57")
    assert {name: str(figure) for name, figure in lines["part"].figures.items()} == {
        "motivation": "100.00",
        "openness": "50.00",
        "support": "0.00",
    }


def test_scales_need_not_begin_at_zero() -> None:
    criteria = [{"id": "motivation", "weight": 0.5, "min": -1, "max": 2.5}]
    assert str(ranked(problem(application("A", 0), criteria=criteria))["A"].total) == "28.57"


def test_a_review_without_scores_or_set_aside_does_not_count() -> None:
    entry = application("A", 4, {"motivation": None}, {}, 0)
    entry["reviews"][3]["set_aside"] = True
    line = ranked(problem(entry))["A"]
    assert (line.n, str(line.total), str(line.spread)) == (1, "100.00", "0.00")


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two() -> None:
    assert str(ranked(problem(application("A", 0, 1, 3, 4)))["A"].median) == "50.00"


@pytest.mark.parametrize(("disagree_at", "expected"), [(25, True), (25.01, False), (0, True)])
def test_disagreement_begins_at_the_declared_spread(disagree_at: float, expected: bool) -> None:
    raw = problem(application("A", 2, 3), disagree_at=disagree_at)
    assert ranked(raw)["A"].disagree is expected


def test_disagreement_compares_the_rounded_spread() -> None:
    criteria = [{"id": "motivation", "weight": 1, "min": 0, "max": 3}]
    raw = problem(application("A", 1, 2), criteria=criteria, disagree_at=33.333)
    # The exact spread, 33.3333..., is above; the figure that people see, 33.33, is not.
    assert ranked(raw)["A"].disagree is False


def test_the_bonus_is_capped_and_added_before_rounding() -> None:
    criteria = [{"id": "motivation", "weight": 1, "min": 0, "max": 3}]
    lines = ranked(problem(application("A", 1, bonus=0.004), application("B", 1, bonus=9), criteria=criteria))
    assert (str(lines["A"].mean), str(lines["A"].total)) == ("33.33", "33.34")
    assert (str(lines["B"].total), str(lines["B"].bonus)) == ("38.33", "5.00")


def test_equal_totals_share_a_rank_and_keep_the_order_of_the_input() -> None:
    raw = problem(*(application(name, score) for name, score in zip("ABCD", (1, 3, 4, 3), strict=True)))
    assert places_of(raw) == [
        ("C", 1, "selected"),
        ("B", 2, "selected"),
        ("D", 2, "selected"),
        ("A", 4, "selected"),
    ]


def test_tie_breaks_are_taken_in_their_declared_order() -> None:
    level = problem(
        application("A", {"motivation": 3, "openness": 0}),
        application("B", {"motivation": 0, "openness": 3}),
        application("C", {"motivation": 3, "openness": 0}),
        criteria=[{"id": name, "weight": 1, "min": 0, "max": 3} for name in ("motivation", "openness")],
    )
    assert [line[:2] for line in places_of(level)] == [("A", 1), ("B", 1), ("C", 1)]
    by_openness = {**level, "tie_breaks": ["openness", "motivation"]}
    assert [line[:2] for line in places_of(by_openness)] == [("B", 1), ("A", 2), ("C", 2)]


def test_the_bonus_as_counted_breaks_ties() -> None:
    low, high = application("A", 3, bonus=5), application("B", 3, bonus=50)
    assert [line[:2] for line in places_of(problem(low, high, tie_breaks=["bonus"]))] == [("A", 1), ("B", 1)]
    # The totals are equal, 79 each: one by its scores, one by its bonus.
    criteria = [{"id": "motivation", "weight": 1, "min": 0, "max": 100}]
    plain, plus = application("A", 79), application("B", 75, bonus=4)
    raw = problem(plain, plus, criteria=criteria, tie_breaks=["bonus"])
    assert [line[:2] for line in places_of(raw)] == [("B", 1), ("A", 2)]


def test_a_tie_on_the_cut_line_goes_whole_to_the_panel() -> None:
    raw = problem(*(application(f"A{n}", score) for n, score in enumerate((4, 3, 3, 3, 1))), places=2)
    assert [outcome for _, _, outcome in places_of(raw)] == [
        "selected",
        "panel",
        "panel",
        "panel",
        "reserve",
    ]


@pytest.mark.parametrize(
    ("places", "outcomes"),
    [
        (0, ["reserve"] * 3),
        (1, ["selected", "reserve", "reserve"]),
        (3, ["selected"] * 3),
        (9, ["selected"] * 3),
    ],
)
def test_the_first_places_are_selected_and_the_rest_is_reserve(places: int, outcomes: list[str]) -> None:
    raw = problem(*(application(f"A{n}", score) for n, score in enumerate((4, 3, 1))), places=places)
    assert [outcome for _, _, outcome in places_of(raw)] == outcomes


def test_below_a_floor_comes_after_all_others_by_the_same_order() -> None:
    criteria = [
        {"id": "motivation", "weight": 1, "min": 0, "max": 4, "floor": 2},
        {"id": "openness", "weight": 9, "min": 0, "max": 4},
    ]
    raw = problem(
        application("low", {"motivation": 1, "openness": 3}),
        application("none"),
        application("lowest", {"motivation": 1, "openness": 1}),
        application("kept", {"motivation": 2, "openness": 0}),
        application("unknown", {"openness": 0}),
        criteria=criteria,
        places=5,
    )
    assert places_of(raw) == [
        ("kept", 1, "selected"),
        ("unknown", 2, "selected"),
        ("low", 3, "below_minimum"),
        ("lowest", 4, "below_minimum"),
        ("none", 5, "unscored"),
    ]
    assert ranked(raw)["low"].floors_missed == ("motivation",)


def test_a_floor_is_held_by_the_mean_of_the_counted_scores() -> None:
    criteria = [{"id": "motivation", "weight": 1, "min": 0, "max": 4, "floor": 2}]
    kept = application("kept", 1, 3)
    missed = application("missed", 1, 3)
    missed["reviews"][1]["set_aside"] = True
    lines = ranked(problem(kept, missed, criteria=criteria))
    assert lines["kept"].outcome == Outcome.SELECTED
    assert lines["missed"].outcome == Outcome.BELOW_MINIMUM


def test_unscored_ones_are_last_in_input_order_with_one_rank() -> None:
    raw = problem(application("Z"), application("A", 0), application("B", {"motivation": None}, bonus=5))
    assert places_of(raw) == [("A", 1, "selected"), ("Z", 2, "unscored"), ("B", 2, "unscored")]


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Fraction(1, 200), "0.01"),
        (Fraction(1, 3), "0.33"),
        (Fraction(2, 3), "0.67"),
        (Fraction(12345, 1000), "12.35"),
        (100, "100.00"),
        (0, "0.00"),
    ],
)
def test_rounding_is_half_up(value: Fraction | int, rounded: str) -> None:
    assert str(two_decimals(value)) == rounded


SCORE = st.none() | st.integers(0, 4) | st.sampled_from((0.5, 1.25, 3.1))
SHEET = st.fixed_dictionaries({}, optional=dict.fromkeys(CRITERIA, SCORE))


@st.composite
def rankings(draw: st.DrawFn) -> Raw:
    """A valid ranking of up to six applications."""
    criteria = [
        {
            "id": name,
            "weight": draw(st.sampled_from((1, 10, 15, 0.3))),
            "min": draw(st.sampled_from((0, -1))),
            "max": draw(st.sampled_from((4, 5))),
            "floor": draw(st.none() | st.sampled_from((1, 2.5))),
        }
        for name in CRITERIA
    ]
    applications = []
    for position, sheets in enumerate(draw(st.lists(st.lists(SHEET, max_size=3), max_size=6))):
        entry = application(f"A{position}", *sheets, bonus=draw(st.sampled_from((0, 2.5, 5, 8))))
        for review in entry["reviews"]:
            review["set_aside"] = draw(st.sampled_from((False, False, True)))
        applications.append(entry)
    return {
        "criteria": criteria,
        "bonus_max": draw(st.sampled_from((0, 5))),
        "places": draw(st.integers(0, 4)),
        "disagree_at": 25,
        "tie_breaks": draw(st.lists(st.sampled_from((*CRITERIA, "bonus")), max_size=3)),
        "applications": applications,
    }


def changed(raw: Raw, change: Callable[[Raw], None]) -> Raw:
    other = copy.deepcopy(raw)
    change(other)
    return other


@many
@given(rankings(), st.randoms(use_true_random=False))
def test_the_order_of_reviews_and_applications_changes_no_line(raw: Raw, random: Any) -> None:
    def shuffle(other: Raw) -> None:
        random.shuffle(other["criteria"])
        random.shuffle(other["applications"])
        for entry in other["applications"]:
            random.shuffle(entry["reviews"])
            for review in entry["reviews"]:
                review["scores"] = dict(reversed(review["scores"].items()))

    before, after = ranked(raw), ranked(changed(raw, shuffle))
    assert {name: line.as_json() for name, line in before.items()} == {
        name: line.as_json() for name, line in after.items()
    }


@many
@given(rankings(), st.data())
def test_a_higher_score_never_lowers_a_total_or_a_rank(raw: Raw, data: st.DataObject) -> None:
    scored = [
        (position, number, name)
        for position, entry in enumerate(raw["applications"])
        for number, review in enumerate(entry["reviews"])
        for name, score in review["scores"].items()
        if score is not None
    ]
    assume(scored)
    position, number, name = data.draw(st.sampled_from(scored))
    old = raw["applications"][position]["reviews"][number]["scores"][name]
    new = data.draw(st.sampled_from([step for step in (old + 0.25, 4) if old < step <= 4] or [old]))

    def raise_score(other: Raw) -> None:
        other["applications"][position]["reviews"][number]["scores"][name] = new

    before, after = ranked(raw)[f"A{position}"], ranked(changed(raw, raise_score))[f"A{position}"]
    assert after.rank <= before.rank
    assert (before.total is None) == (after.total is None)
    for figure in ("total", "mean", "median"):
        if getattr(before, figure) is not None:
            assert getattr(after, figure) >= getattr(before, figure)


@many
@given(rankings())
def test_bounds_are_kept(raw: Raw) -> None:
    for line in ranked(raw).values():
        assert all(0 <= figure <= 100 for figure in line.figures.values())
        assert 0 <= line.bonus <= raw["bonus_max"]
        if line.n:
            assert line.mean is not None
            assert line.median is not None
            assert line.spread is not None
            assert line.total is not None
            assert 0 <= line.mean <= 100
            assert 0 <= line.median <= 100
            assert 0 <= line.spread <= 100
            assert line.mean <= line.total <= 100 + raw["bonus_max"]
        else:
            assert (line.total, line.mean, line.median, line.spread) == (None,) * 4


@many
@given(rankings(), st.data())
def test_not_applicable_never_lowers_a_total_by_itself(raw: Raw, data: st.DataObject) -> None:
    """Leaving out a criterion lowers a review only if that criterion stood above the review's own total."""
    rules = {rule.id: rule for rule in parse_problem(raw).criteria}
    sheets = [
        sheet.scores for entry in parse_problem(raw).applications for sheet in entry.reviews if sheet.scores
    ]
    assume(sheets)
    scores = data.draw(st.sampled_from(sheets))
    for left_out in scores:
        before = review_total(rules.values(), scores)
        after = review_total(rules.values(), {**scores, left_out: None})
        missing = review_total(rules.values(), {k: v for k, v in scores.items() if k != left_out})
        assert after == missing
        score = scores[left_out]
        if before is None or after is None or score is None:
            continue
        own = rules[left_out].normalised(score)
        assert (after >= before) is (own <= before)
        # A reviewer who gives the same everywhere keeps that total whatever is left out.
        if len({rules[name].normalised(s) for name, s in scores.items() if s is not None}) == 1:
            assert after == before


@many
@given(rankings())
def test_ranks_and_outcomes_follow_the_declared_order(raw: Raw) -> None:
    lines = list(ranked(raw).values())
    order = ("selected", "panel", "reserve", "below_minimum", "unscored")
    stages = [order.index(line.outcome) for line in lines]
    assert stages == sorted(stages)
    keys = [sort_key(raw, line) for line in lines]
    assert keys == sorted(keys)
    assert [line.rank for line in lines] == [1 + keys.index(key) for key in keys]
    selected, panel = (sum(line.outcome == one for line in lines) for one in ("selected", "panel"))
    eligible = sum(line.n > 0 and not line.floors_missed for line in lines)
    if panel:
        assert selected < raw["places"] < selected + panel
        assert len({key for key, line in zip(keys, lines, strict=True) if line.outcome == "panel"}) == 1
    else:
        assert selected == min(raw["places"], eligible)


def sort_key(raw: Raw, line: RankedApplication) -> tuple[float, ...]:
    if line.total is None:
        return (2,)
    ties = (line.bonus if name == "bonus" else line.figures[name] for name in raw["tie_breaks"])
    return (bool(line.floors_missed), -float(line.total), *(-float(figure) for figure in ties))


def put(*path: Any, value: Any) -> Callable[[Raw], None]:
    def change(raw: Raw) -> None:
        place: Any = raw
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


SHEET_PATH = ("applications", 0, "reviews", 0)
REFUSED = [
    (put("bonus", value=1), 'problem: unknown key "bonus"'),
    (put("criteria", value={}), "criteria: expected a list, not an object"),
    (put("criteria", 0, "wieght", value=1), 'criteria[0]: unknown key "wieght"'),
    (put("criteria", 0, "weight", value=0), 'criterion "motivation": weight must be above 0, not 0'),
    (put("criteria", 0, "weight", value=-0.5), 'criterion "motivation": weight must be above 0, not -0.5'),
    (
        put("criteria", 0, "weight", value=math.nan),
        'criterion "motivation": weight: expected a finite number',
    ),
    (put("criteria", 0, "max", value=0), 'criterion "motivation": max 0 is not above 0'),
    (put("criteria", 0, "floor", value="2"), 'criterion "motivation": floor: expected a finite number'),
    (put("criteria", 0, "id", value="bonus"), 'criteria: the id "bonus" is kept for the tie-break'),
    (put("criteria", 1, value={"id": "motivation", "weight": 1, "min": 0, "max": 1}), 'duplicate id "mot'),
    (put("bonus_max", value=-1), "bonus_max: negative bonus -1"),
    (put("places", value=-1), "places: expected a whole number of 0 or more, not -1"),
    (put("places", value=1.5), "places: expected a whole number of 0 or more, not 1.5"),
    (put("places", value=True), "places: expected a whole number of 0 or more, not true"),
    (put("places", value=None), "places: expected a whole number of 0 or more, not null"),
    (put("disagree_at", value=math.inf), "disagree_at: expected a finite number, not Infinity"),
    (put("tie_breaks", value=["weight"]), 'tie_breaks: unknown tie-break "weight"'),
    (put("applications", 1, "id", value="A"), 'applications: duplicate id "A"'),
    (put("applications", 0, "bonus", value=-1), 'application "A": negative bonus -1'),
    (put("applications", 0, "name", value="A"), 'applications[0]: unknown key "name"'),
    (
        put("applications", 0, "reviews", 1, "by", value="r0"),
        'application "A": the same reviewer twice, "r0"',
    ),
    (put(*SHEET_PATH, "score", value={}), 'application "A", reviews[0]: unknown key "score"'),
    (put(*SHEET_PATH, "set_aside", value=0), "reviews[0]: set_aside: expected true or false, not 0"),
    (put(*SHEET_PATH, "scores", value=[1]), "reviews[0]: scores: expected an object, not a list"),
    (put(*SHEET_PATH, "scores", "other", value=1), 'application "A": unknown criterion "other"'),
    (put(*SHEET_PATH, "scores", "other", value=None), 'application "A": unknown criterion "other"'),
    (put(*SHEET_PATH, "scores", "motivation", value=4.01), 'score 4.01 for "motivation" is outside 0 to 4'),
    (put(*SHEET_PATH, "scores", "motivation", value=-1), 'score -1 for "motivation" is outside 0 to 4'),
    (put(*SHEET_PATH, "scores", "motivation", value=math.nan), "expected a finite number, not NaN"),
    (put(*SHEET_PATH, "scores", "motivation", value="3"), 'expected a finite number, not "3"'),
]


@pytest.mark.parametrize(("change", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_makes_no_sense_is_refused_by_name(change: Callable[[Raw], None], message: str) -> None:
    raw = problem(application("A", 1, 2), application("B", 3))
    raw["criteria"].append({"id": "openness", "weight": 1, "min": 0, "max": 1})
    with pytest.raises(InvalidProblem) as refused:
        parse_problem(changed(raw, change))
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("key", ["criteria", "bonus_max", "places", "disagree_at", "applications"])
def test_what_a_ranking_needs_is_asked_for_by_name(key: str) -> None:
    raw = problem()
    del raw[key]
    with pytest.raises(InvalidProblem, match=f'problem: key "{key}" is missing'):
        parse_problem(raw)


def test_a_score_set_aside_must_still_be_on_its_scale() -> None:
    entry = application("A", 9)
    entry["reviews"][0]["set_aside"] = True
    with pytest.raises(InvalidProblem, match="outside 0 to 4"):
        parse_problem(problem(entry))
