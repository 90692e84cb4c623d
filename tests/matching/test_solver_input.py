"""Each kind of input that makes no sense is refused by name."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import pytest

from matching.solver import InvalidProblem, Objective, parse_problem, solve

Raw = dict[str, Any]

VALID: Raw = {
    "north": ["A", "B"],
    "south": [{"id": "X", "group": "RW"}, {"id": "Y", "group": "BJ"}],
    "scores": [[87.5, None], [10, 20]],
    "places": {"RW": 1, "BJ": 1},
    "locked": [["A", "X"]],
    "forbidden": [["B", "X"]],
    "objective": "total",
    "alternatives": 3,
    "details": True,
}


def put(*path: Any, value: Any) -> Callable[[Raw], None]:
    def change(raw: Raw) -> None:
        place: Any = raw
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def drop(key: str) -> Callable[[Raw], None]:
    def change(raw: Raw) -> None:
        del raw[key]

    return change


REFUSED = [
    (put("norths", value=[]), 'problem: unknown key "norths"'),
    (drop("places"), 'problem: key "places" is missing'),
    (put("north", value="AB"), 'north: expected a list, not "AB"'),
    (put("north", 0, value=1), "north: expected text, not 1"),
    (put("north", 1, value="A"), 'north and south: duplicate id "A"'),
    (put("south", 1, "id", value="A"), 'north and south: duplicate id "A"'),
    (put("south", 0, value="X"), 'south: expected an object, not "X"'),
    (put("south", 0, "country", value="RW"), 'south: unknown key "country"'),
    (put("south", 0, "group", value=None), 'south "X": group: expected text, not null'),
    (put("south", 0, "group", value="UG"), 'group "UG" of "X" has no places'),
    (put("scores", value={}), "scores: expected a list, not an object"),
    (put("scores", value=[[1, 2]]), "scores: expected 2 rows, one for each north, not 1"),
    (put("scores", 1, value=[1]), 'scores of "B": expected 2, one for each south, not 1'),
    (put("scores", 1, value=7), 'scores of "B": expected a list, not 7'),
    (put("scores", 1, 0, value="10"), '"B" with "X": score: expected a finite number, not "10"'),
    (put("scores", 1, 0, value=True), '"B" with "X": score: expected a finite number, not true'),
    (put("scores", 1, 0, value=math.nan), '"B" with "X": score: expected a finite number, not NaN'),
    (put("scores", 1, 0, value=-math.inf), '"B" with "X": score: expected a finite number, not -Infinity'),
    (put("scores", 1, 0, value=100.00001), '"B" with "X": score 100.00001 is outside 0 to 100'),
    (put("scores", 1, 0, value=-1), '"B" with "X": score -1 is outside 0 to 100'),
    (put("places", value=[4, 4]), "places: expected an object, not a list"),
    (put("places", "RW", value=-1), 'places of "RW": expected a whole number of 0 or more, not -1'),
    (put("places", "RW", value=1.5), 'places of "RW": expected a whole number of 0 or more, not 1.5'),
    (put("places", "RW", value="1"), 'places of "RW": expected a whole number of 0 or more, not "1"'),
    (put("places", "RW", value=True), 'places of "RW": expected a whole number of 0 or more, not true'),
    (put("places", "RW", value=0), 'locked: more locks in group "RW" than its 0 places'),
    (put("locked", value=None), "locked: expected a list, not null"),
    (put("locked", value=["AX"]), 'locked: expected a list, not "AX"'),
    (put("locked", value=[["A"]]), "locked: expected pairs of one north and one south, not 1 ids"),
    (put("locked", value=[["C", "X"]]), 'locked: unknown id "C" in north'),
    (put("locked", value=[["X", "A"]]), 'locked: unknown id "X" in north'),
    (put("locked", value=[["A", "Z"]]), 'locked: unknown id "Z" in south'),
    (put("locked", value=[["B", "Y"], ["B", "X"]]), 'locked: two locks on "B"'),
    (put("locked", value=[["A", "X"], ["A", "X"]]), 'locked: two locks on "A"'),
    (put("locked", value=[["A", "Y"]]), 'locked: "A" with "Y" is not allowed, its score is null'),
    (put("locked", value=[["B", "X"]]), 'locked: "B" with "X" is forbidden'),
    (put("forbidden", value=[["A", "Z"]]), 'forbidden: unknown id "Z" in south'),
    (put("objective", value="best"), 'objective: expected "total" or "fair", not "best"'),
    (put("objective", value=1), 'objective: expected "total" or "fair", not 1'),
    (put("alternatives", value=-1), "alternatives: expected a whole number of 0 or more, not -1"),
    (put("details", value="yes"), 'details: expected true or false, not "yes"'),
]


@pytest.mark.parametrize(("change", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_makes_no_sense_is_refused_by_name(change: Callable[[Raw], None], message: str) -> None:
    raw = copy.deepcopy(VALID)
    change(raw)
    with pytest.raises(InvalidProblem) as refused:
        parse_problem(raw)
    assert str(refused.value) == message


@pytest.mark.parametrize("raw", [None, [], "problem", 3])
def test_a_problem_is_an_object(raw: object) -> None:
    with pytest.raises(InvalidProblem, match=r"^problem: expected an object"):
        parse_problem(raw)


def test_the_valid_problem_is_read_as_it_stands() -> None:
    problem = parse_problem(VALID)
    assert problem.scores.tolist() == [[875_000, -1], [100_000, 200_000]]
    assert problem.locked == [("A", "X")]
    assert problem.forbidden == [("B", "X")]
    assert (problem.objective, problem.alternatives, problem.details) == (Objective.TOTAL, 3, True)


def test_what_may_be_left_out_has_its_default() -> None:
    problem = parse_problem({key: VALID[key] for key in ("north", "south", "scores", "places")})
    assert (problem.locked, problem.forbidden) == ([], [])
    assert (problem.objective, problem.alternatives, problem.details) == (Objective.TOTAL, 0, True)


def test_nobody_at_all_is_a_problem_with_an_empty_answer() -> None:
    solution = solve(parse_problem({"north": [], "south": [], "scores": [], "places": {}}))
    assert solution.as_json() == {
        "pairs": [],
        "total": 0,
        "worst": None,
        "optimal": True,
        "blocking": [],
        "alternatives": [],
        "cost_of": [],
        "unmatched": [],
    }


def test_scores_are_rounded_half_up_to_four_decimals() -> None:
    raw = {**VALID, "scores": [[87.50005, None], [0.00005, 99.99995]], "locked": []}
    assert parse_problem(raw).scores.tolist() == [[875_001, -1], [1, 1_000_000]]


def test_more_places_than_a_machine_word_holds_are_just_enough() -> None:
    raw = {**VALID, "places": {"RW": 10**30, "BJ": 1}}
    assert len(solve(parse_problem(raw)).matching.pairs) == 2
