"""The solver against trying every set of pairs, and against itself on changed problems."""

from __future__ import annotations

import subprocess
import sys
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matching.solver import Problem, South, parse_problem, solve, ten_thousandths
from matching.solver_exchange import exchange
from matching.solver_fair import is_fair
from matching.solver_table import best_match, open_table
from tests.matching.brute_force import BruteForce, Pairs
from tests.matching.problems import Raw, problems, random_problem

many = settings(
    max_examples=1_200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
some = settings(many, max_examples=200)


def solved(raw: Raw) -> dict[str, Any]:
    return solve(parse_problem(raw)).as_json()


def pair_set(matching: dict[str, Any]) -> Pairs:
    return frozenset((north, south) for north, south, _ in matching["pairs"])


def exact(points: float) -> int:
    return round(points * 10_000)


def exact_list(entries: list[list[Any]]) -> list[tuple[str, str, int | None]]:
    return [(n, s, None if points is None else exact(points)) for n, s, points in entries]


def assert_matching(raw: Raw, judge: BruteForce, matching: dict[str, Any]) -> None:
    """A solution, in input order, whose figures are right."""
    pairs = pair_set(matching)
    assert pairs in judge.solutions
    assert exact(matching["total"]) == judge.total(pairs)
    worst = matching["worst"]
    assert (None if worst is None else exact(worst)) == judge.worst(pairs)
    assert exact_list(matching["pairs"]) == [
        (n, s, judge.score[n, s]) for n in raw["north"] for s in judge.south if (n, s) in pairs
    ]


@many
@given(problems())
def test_everything_equals_brute_force(raw: Raw) -> None:
    assert_equals_brute_force(raw)


@pytest.mark.parametrize("seed", range(4))
def test_thousands_of_small_problems_equal_brute_force(seed: int) -> None:
    random = Random(seed)
    for _ in range(750):
        raw = random_problem(random)
        assert_equals_brute_force(raw)
        without = solved({**raw, "details": False})
        whole = solved(raw)
        assert without == {key: whole[key] for key in ("pairs", "total", "worst")} | {"optimal": None}


def assert_equals_brute_force(raw: Raw) -> None:
    """Pairs, total, worst, alternatives, cost_of, blocking, reasons and certificate are those of trying everything."""
    judge = BruteForce(raw)
    answer = solved(raw)
    best = pair_set(answer)
    assert_matching(raw, judge, answer)
    assert judge.order(best) == judge.order(judge.solutions[0])
    assert answer["optimal"] is True

    alternatives = [pair_set(one) for one in answer["alternatives"]]
    assert best not in alternatives
    assert len(set(alternatives)) == len(alternatives)
    for one in answer["alternatives"]:
        assert_matching(raw, judge, one)
    next_best = judge.solutions[1 : 1 + raw["alternatives"]]
    assert [judge.order(one) for one in alternatives] == [judge.order(one) for one in next_best]

    assert exact_list(answer["cost_of"]) == judge.cost_of(best)
    assert exact_list(answer["blocking"]) == judge.blocking(best)
    assert [(one["id"], one["reason"]) for one in answer["unmatched"]] == judge.unmatched(best)


@some
@given(problems(most=4, objective="fair", scores=st.sampled_from((0, 0, 1, 2, 60, 100))))
def test_all_fair_solutions_come_in_order(raw: Raw) -> None:
    judge = BruteForce(raw)
    answer = solved({**raw, "alternatives": 300})
    found = [pair_set(one) for one in (answer, *answer["alternatives"])]
    assert set(found) == set(judge.solutions)
    assert [judge.order(one) for one in found] == [judge.order(one) for one in judge.solutions]


@some
@given(problems(), st.randoms(use_true_random=False))
def test_order_of_input_changes_nothing(raw: Raw, random: Any) -> None:
    rows = random.sample(range(len(raw["north"])), len(raw["north"]))
    columns = random.sample(range(len(raw["south"])), len(raw["south"]))
    shuffled = {
        **raw,
        "north": [raw["north"][i] for i in rows],
        "south": [raw["south"][j] for j in columns],
        "scores": [[raw["scores"][i][j] for j in columns] for i in rows],
        "places": dict(reversed(raw["places"].items())),
        "locked": raw["locked"][::-1],
    }
    assert by_id(solved(shuffled)) == by_id(solved(raw))


def by_id(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer in an order that does not depend on the input's."""
    lists = {name: sorted(answer[name]) for name in ("pairs", "blocking", "cost_of")}
    unmatched = sorted(answer["unmatched"], key=lambda one: one["id"])
    alternatives = [{**one, "pairs": sorted(one["pairs"])} for one in answer["alternatives"]]
    return {**answer, **lists, "unmatched": unmatched, "alternatives": alternatives}


@some
@given(problems())
def test_a_constant_on_all_scores_moves_only_the_figures(raw: Raw) -> None:
    half = {
        **raw,
        "scores": [[None if s is None else round(s / 2, 4) for s in row] for row in raw["scores"]],
    }
    raised = {
        **half,
        "scores": [[None if s is None else round(s + 25, 4) for s in row] for row in half["scores"]],
    }
    before, after = solved(half), solved(raised)
    for one, other in zip((before, *before["alternatives"]), (after, *after["alternatives"]), strict=True):
        assert pair_set(other) == pair_set(one)
        assert exact(other["total"]) == exact(one["total"]) + 25 * 10_000 * len(one["pairs"])
        if one["worst"] is None:
            assert other["worst"] is None
        else:
            assert exact(other["worst"]) == exact(one["worst"]) + 25 * 10_000
    assert [(*pair, exact(score - 25)) for *pair, score in after["blocking"]] == exact_list(
        before["blocking"]
    )
    for same in ("cost_of", "unmatched", "optimal"):
        assert after[same] == before[same]


@some
@given(problems(), st.sampled_from(("north", "south", "no places")), st.sampled_from("am~"))
def test_somebody_without_an_allowed_pair_changes_nothing_else(raw: Raw, side: str, name: str) -> None:
    if side == "north":
        changed = {
            **raw,
            "north": [*raw["north"], name],
            "scores": [*raw["scores"], [None] * len(raw["south"])],
        }
    else:
        group = next(iter(raw["places"])) if side == "south" else "closed"
        score = None if side == "south" else 100
        changed = {
            **raw,
            "south": [*raw["south"], {"id": name, "group": group}],
            "scores": [[*row, score] for row in raw["scores"]],
            "places": {**raw["places"], "closed": 0},
        }
    before, after = solved(raw), solved(changed)
    added = [one for one in after["unmatched"] if one["id"] == name]
    assert added == [{"id": name, "reason": "no_allowed_pair"}]
    rest = [one for one in after["unmatched"] if one["id"] != name]
    # A north that had only closed partners, or none, keeps its reason.
    assert {**after, "unmatched": rest} == before


@some
@given(problems(objective="total"), st.data())
def test_locking_a_pair_costs_what_was_said(raw: Raw, data: st.DataObject) -> None:
    before = solved(raw)
    assume(before["cost_of"])
    north, south, cost = data.draw(st.sampled_from(before["cost_of"]))
    after = solved({**raw, "locked": [*raw["locked"], [north, south]]})
    if cost is None:
        assert len(after["pairs"]) < len(before["pairs"])
    else:
        assert len(after["pairs"]) == len(before["pairs"])
        assert exact(after["total"]) == exact(before["total"]) - exact(cost)


@some
@given(problems())
def test_without_details_the_result_is_the_same(raw: Raw) -> None:
    full, bare = solved(raw), solved({**raw, "details": False})
    assert bare == {"pairs": full["pairs"], "total": full["total"], "worst": full["worst"], "optimal": None}


@some
@given(problems(objective="total"))
def test_the_certificate_refuses_a_match_that_is_not_the_best(raw: Raw) -> None:
    table = open_table(parse_problem(raw))
    match = best_match(table)
    judge = BruteForce(raw)
    assert exchange(table, match).proven
    for row in range(len(match)):
        if match[row] >= 0:
            fewer = match.copy()
            fewer[row] = -1
            assert not exchange(table, fewer).proven
    worse = [one for one in judge.solutions if judge.total(one) < judge.total(judge.solutions[0])]
    for pairs in worse[:3]:
        assert not exchange(table, as_match(raw, table, pairs)).proven


@some
@given(problems(objective="fair"))
def test_the_fair_certificate_refuses_a_lower_floor_and_fewer_pairs(raw: Raw) -> None:
    table = open_table(parse_problem(raw))
    judge = BruteForce(raw)
    floor = judge.worst(judge.solutions[0])
    if floor is None:
        return
    match = as_match(raw, table, judge.solutions[0])
    assert is_fair(table, match, floor)
    for one in judge.solutions:
        lower = judge.worst(one)
        assert lower is not None
        assert is_fair(table, match, lower) is (lower == floor)
    match[match.argmax()] = -1
    assert not (match >= 0).any() or not is_fair(table, match, floor)


def as_match(raw: Raw, table: Any, pairs: Pairs) -> Any:
    """A set of pairs in the table's own rows and columns."""
    match = best_match(table) * 0 - 1
    south = [one["id"] for one in raw["south"]]
    for row, position in enumerate(table.rows.tolist()):
        for column, other in enumerate(table.columns.tolist()):
            if (raw["north"][position], south[other]) in pairs:
                match[row] = column
    return match


def test_the_example_of_a_small_round() -> None:
    """Two places for two countries; worked out by hand."""
    answer = solved(
        {
            "north": ["Gent", "Lier", "Zele"],
            "south": [
                {"id": "Karongi", "group": "RW"},
                {"id": "Ruhango", "group": "RW"},
                {"id": "Za-Kpota", "group": "BJ"},
            ],
            "scores": [[90, 80, 10], [85, 60, None], [20, 70, 40]],
            "places": {"RW": 1, "BJ": 1},
            "alternatives": 1,
        }
    )
    assert answer == {
        "pairs": [["Gent", "Karongi", 90.0], ["Zele", "Za-Kpota", 40.0]],
        "total": 130.0,
        "worst": 40.0,
        "optimal": True,
        # Zele would leave Za-Kpota for Ruhango, but Rwanda's one place is taken by another pair.
        "blocking": [],
        "alternatives": [
            {"pairs": [["Lier", "Karongi", 85.0], ["Zele", "Za-Kpota", 40.0]], "total": 125.0, "worst": 40.0}
        ],
        "cost_of": [
            ["Gent", "Ruhango", 10.0],
            ["Gent", "Za-Kpota", 35.0],
            ["Lier", "Karongi", 5.0],
            ["Lier", "Ruhango", 30.0],
            ["Zele", "Karongi", 100.0],
            ["Zele", "Ruhango", 50.0],
        ],
        "unmatched": [
            {"id": "Lier", "reason": "places_full"},
            {"id": "Ruhango", "reason": "places_full"},
        ],
    }


def test_fair_raises_the_worst_pair_first_and_a_cost_may_be_negative() -> None:
    raw = {
        "north": ["A", "B"],
        "south": [{"id": "X", "group": "G"}, {"id": "Y", "group": "G"}],
        "scores": [[100, 40], [60, 10]],
        "places": {"G": 2},
        "objective": "fair",
    }
    answer = solved(raw)
    assert answer["pairs"] == [["A", "Y", 40.0], ["B", "X", 60.0]]
    assert (answer["total"], answer["worst"]) == (100.0, 40.0)
    # With A and X together B must take Y; only that pair may be below the worst, so A with X has no price.
    assert answer["cost_of"] == [["A", "X", None], ["B", "Y", -10.0]]


def test_every_reason_for_staying_alone() -> None:
    answer = solved(
        {
            "north": ["A", "B", "C", "D"],
            "south": [
                {"id": "W", "group": "G"},
                {"id": "X", "group": "G"},
                {"id": "Y", "group": "H"},
                {"id": "Z", "group": "none"},
            ],
            "scores": [
                [50, None, None, None],
                [60, None, None, 90],
                [None, None, 70, None],
                [None, None, 80, None],
            ],
            "places": {"G": 5, "H": 2, "none": 0},
            "locked": [["A", "W"]],
        }
    )
    assert answer["unmatched"] == [
        {"id": "B", "reason": "partners_locked"},
        {"id": "C", "reason": "partners_taken"},
        {"id": "X", "reason": "no_allowed_pair"},
        {"id": "Z", "reason": "no_allowed_pair"},
    ]


def test_a_place_is_filled_with_a_score_of_zero() -> None:
    answer = solved(
        {"north": ["A"], "south": [{"id": "X", "group": "G"}], "scores": [[0]], "places": {"G": 1}}
    )
    assert answer["pairs"] == [["A", "X", 0.0]]


def test_locks_alone_have_no_worst_pair() -> None:
    raw = {
        "north": ["A"],
        "south": [{"id": "X", "group": "G"}],
        "scores": [[87.5]],
        "places": {"G": 1},
        "locked": [["A", "X"]],
        "objective": "fair",
        "alternatives": 2,
    }
    assert solved(raw) == {
        "pairs": [["A", "X", 87.5]],
        "total": 87.5,
        "worst": None,
        "optimal": True,
        "blocking": [],
        "alternatives": [],
        "cost_of": [],
        "unmatched": [],
    }


def test_a_table_of_numbers_is_read_like_the_file() -> None:
    import numpy as np

    scores = [[2.00015, 12.34565, None], [0.00004, 0.00005, 100.0]]
    points = np.array(scores, dtype=float)
    assert ten_thousandths(points).tolist() == [[20_002, 123_457, -1], [0, 1, 1_000_000]]
    raw = {
        "north": ["A", "B"],
        "south": [{"id": one, "group": "G"} for one in "XYZ"],
        "scores": scores,
        "places": {"G": 3},
    }
    direct = Problem(
        north=["A", "B"],
        south=[South(one, "G") for one in "XYZ"],
        scores=ten_thousandths(points),
        places={"G": 3},
    )
    assert solved(raw) == solve(direct).as_json()


@pytest.mark.parametrize(
    "module", ["matching.solver", "matching.pairing", "matching.word_prices", "applications.scoring"]
)
def test_the_arithmetic_loads_neither_django_nor_numpy(module: str) -> None:
    code = (
        f"import sys, {module}\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'django', 'numpy', 'scipy'}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
