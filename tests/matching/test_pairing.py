"""The score of a pair: bounds, re-basing, symmetry, and each part on an example worked out by hand."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.pairing import PARTS, Candidate, PairTable, Topic, nearness, size_fit

WEIGHTS = {"theme": 40, "exchange": 25, "language": 15, "preference": 10, "size": 5, "application": 5}
TITLES = {"en": "Budgets", "fr": "Budgets (fr)", "nl": "Budgetten"}
BUDGETS = Topic(1, TITLES, frozenset({16}), frozenset({"16.7"}), frozenset({"peace"}))
COUNCILS = Topic(2, TITLES, frozenset({16}), frozenset({"16.6"}), frozenset({"peace"}))
TRUST = Topic(3, TITLES, frozenset(), frozenset(), frozenset({"peace"}))
ENERGY = Topic(4, TITLES, frozenset({7}), frozenset({"7.1"}), frozenset({"prosperity"}))
TOPICS = (BUDGETS, COUNCILS, TRUST, ENERGY)
NOTHING: dict[str, Any] = {}


def table(north: Candidate, south: Candidate, **fields: Any) -> PairTable:
    return PairTable([north], [south], TOPICS, fields.pop("weights", WEIGHTS), **fields)


def part(name: str, north: Candidate, south: Candidate) -> float:
    return float(table(north, south).parts[name][0, 0])


def north(**fields: Any) -> Candidate:
    return Candidate(id="N", name="Gent", **fields)


def south(**fields: Any) -> Candidate:
    return Candidate(id="S", name="Karongi", **fields)


levels = st.dictionaries(st.sampled_from([1, 2, 3, 4]), st.integers(0, 3), max_size=4)
candidates = st.builds(
    Candidate,
    id=st.just("X"),
    name=st.just("Place"),
    offers=levels,
    asks=levels,
    languages=st.frozensets(st.sampled_from(["nl", "fr", "en"])),
    population=st.none() | st.integers(1, 10_000_000),
    character=st.sampled_from(["", "urban", "suburban", "rural", "coastal"]),
    rank=st.none() | st.integers(1, 4),
    application_score=st.none() | st.floats(0, 100),
)
weights = st.fixed_dictionaries({name: st.integers(0, 100) for name in PARTS})


@given(candidates, candidates, weights, st.sampled_from([0.0, 5.0, 20.0]))
@settings(max_examples=300, deadline=None)
def test_a_score_lies_between_0_and_100_or_is_not_known(
    one: Candidate, other: Candidate, given_weights: dict[str, int], extra: float
) -> None:
    import numpy as np

    made = table(one, other, weights=given_weights, extra=np.full((1, 1), extra))
    score = float(made.scores[0, 0])
    assert math.isnan(score) == (made.barred(0, 0) == "nothing_known")
    assert math.isnan(score) or 0 <= score <= 100
    assert all(math.isnan(value) or 0 <= value <= 1 for rows in made.parts.values() for value in rows.flat)


@given(candidates, candidates, weights)
@settings(max_examples=300, deadline=None)
def test_the_known_parts_with_their_re_based_weights_are_the_score(
    one: Candidate, other: Candidate, given_weights: dict[str, int]
) -> None:
    made = table(one, other, weights=given_weights)
    known = [row for row in made.explain(0, 0) if row["score"] is not None]
    whole = sum(row["weight"] for row in known)
    if whole == 0:
        assert made.barred(0, 0) == "nothing_known"
    else:
        points = sum(100 * row["weight"] * row["score"] / whole for row in known)
        assert points == pytest.approx(float(made.scores[0, 0]), abs=0.02)


@given(candidates, candidates)
@settings(max_examples=300, deadline=None)
def test_theme_exchange_language_and_size_do_not_depend_on_who_stands_north(
    one: Candidate, other: Candidate
) -> None:
    there, back = table(one, other), table(other, one)
    for name in ("theme", "exchange", "language", "size"):
        assert there.parts[name][0, 0] == pytest.approx(back.parts[name][0, 0], nan_ok=True)


@given(st.lists(candidates, min_size=1, max_size=4), st.lists(candidates, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_all_pairs_at_once_are_each_pair_alone(many: list[Candidate], others: list[Candidate]) -> None:
    whole = PairTable(many, others, TOPICS, WEIGHTS)
    for i, one in enumerate(many):
        for j, other in enumerate(others):
            alone = PairTable([one], [other], TOPICS, WEIGHTS)
            assert whole.scores[i, j] == pytest.approx(alone.scores[0, 0], nan_ok=True)
            assert whole.explain(i, j) == alone.explain(0, 0)


def test_a_part_that_is_not_known_is_left_out() -> None:
    known = table(north(rank=2, languages=frozenset({"en"})), south(languages=frozenset({"en"})))
    # Language 1 x 15, preference 0.5 x 10, of 25.
    assert known.scores[0, 0] == 80
    unknown = [row["part"] for row in known.explain(0, 0) if row["score"] is None]
    assert unknown == ["theme", "exchange", "size", "application"]


def test_nearness_goes_from_the_same_over_a_goal_and_a_pillar_to_nothing() -> None:
    shared_target = Topic(9, TITLES, frozenset({16}), frozenset({"16.7"}))
    assert [nearness(BUDGETS, one) for one in (BUDGETS, shared_target, COUNCILS, TRUST, ENERGY)] == [
        1.0,
        1.0,
        0.7,
        0.4,
        0.0,
    ]


def test_theme_counts_how_much_of_each_ones_interests_the_other_shares() -> None:
    # Gent: budgets 3; Karongi: budgets 3 and energy 3. Gent finds all, Karongi half.
    assert part("theme", north(offers={1: 3}), south(asks={1: 3, 4: 3})) == pytest.approx(0.75)
    assert part("theme", north(offers={1: 3}), south(asks={2: 3})) == pytest.approx(0.7)
    assert part("theme", north(offers={1: 3}), south(asks={4: 3})) == 0


def test_an_exchange_both_ways_scores_higher_than_one_way() -> None:
    both = part("exchange", north(offers={1: 3}, asks={4: 3}), south(offers={4: 3}, asks={1: 3}))
    one_way = part("exchange", north(offers={1: 3}, asks={4: 3}), south(asks={1: 3}, offers={2: 1}))
    assert both == 1
    # Karongi's wish is met (1), Gent's is not (0): (0 + 0.5) / 2.
    assert one_way == pytest.approx(0.25)


def test_a_side_that_asks_nothing_is_judged_by_the_other_direction() -> None:
    assert part("exchange", north(offers={1: 3}), south(asks={1: 3})) == 1


def test_who_filled_in_nothing_is_not_known_rather_than_empty_handed() -> None:
    assert math.isnan(part("exchange", north(asks={1: 3}), south()))
    assert math.isnan(part("theme", north(asks={1: 3}), south()))


@pytest.mark.parametrize(
    ("first", "second", "fit"),
    [
        (NOTHING, NOTHING, None),
        ({"population": 100_000}, {"population": 100_000}, 1.0),
        ({"population": 10_000}, {"population": 100_000}, 0.0),
        ({"population": 1_000}, {"population": 1_000_000}, 0.0),
        ({"character": "urban"}, {"character": "suburban"}, 0.5),
        ({"character": "urban"}, {"character": "rural"}, 0.0),
        ({"character": "rural", "population": 10_000}, {"character": "rural", "population": 100_000}, 0.5),
    ],
)
def test_size_and_character(first: dict[str, Any], second: dict[str, Any], fit: float | None) -> None:
    found = size_fit(north(**first), south(**second))
    assert found is None if fit is None else found == pytest.approx(fit)


def test_hard_rules_bar_a_pair_and_the_southern_one_is_named_first() -> None:
    made = table(north(barred="not_ranked", rank=1), south(barred="twinned"))
    assert made.barred(0, 0) == "twinned"
    assert math.isnan(made.allowed_scores()[0, 0])
    pair = table(north(rank=1), south(), pair_bars={("N", "S"): "declined"})
    assert pair.barred(0, 0) == "declined"


def test_without_topics_the_other_parts_decide() -> None:
    made = PairTable([north(rank=1)], [south()], [], WEIGHTS)
    assert made.scores[0, 0] == 100


def test_without_anybody_there_is_no_pair() -> None:
    assert PairTable([], [], TOPICS, WEIGHTS).allowed_scores().shape == (0, 0)
