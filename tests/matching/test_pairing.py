"""The score of a pair: bounds, re-basing, symmetry, and each part on an example worked out by hand."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.pairing import PARTS, Candidate, PairTable, Topic, nearness, size_fit
from matching.pairing_input import near_table

WEIGHTS = {"theme": 40, "exchange": 25, "language": 15, "preference": 10, "size": 5, "application": 5}
TITLES = {"en": "Budgets", "fr": "Budgets (fr)", "nl": "Budgetten"}
BUDGETS = Topic(1, TITLES, frozenset({16}), frozenset({"16.7"}), frozenset({"peace"}))
COUNCILS = Topic(2, TITLES, frozenset({16}), frozenset({"16.6"}), frozenset({"peace"}))
TRUST = Topic(3, TITLES, frozenset(), frozenset(), frozenset({"peace"}))
ENERGY = Topic(4, TITLES, frozenset({7}), frozenset({"7.1"}), frozenset({"prosperity"}))
GOAL_16 = Topic("16", TITLES, frozenset({16}), frozenset(), frozenset({"peace"}))
TARGET_16_7 = Topic("16.7", TITLES, frozenset({16}), frozenset({"16.7"}), frozenset({"peace"}))
TARGET_7_1 = Topic("7.1", TITLES, frozenset({7}), frozenset({"7.1"}), frozenset({"prosperity"}))
TOPICS = (BUDGETS, COUNCILS, TRUST, ENERGY, GOAL_16, TARGET_16_7, TARGET_7_1)
NOTHING: dict[str, Any] = {}


def table(north: Candidate, south: Candidate, **fields: Any) -> PairTable:
    return PairTable([north], [south], TOPICS, fields.pop("weights", WEIGHTS), **fields)


def part(name: str, north: Candidate, south: Candidate) -> float:
    return float(table(north, south).parts[name][0, 0])


def north(**fields: Any) -> Candidate:
    return Candidate(id="N", name="Gent", **fields)


def south(**fields: Any) -> Candidate:
    return Candidate(id="S", name="Karongi", **fields)


# 5 is a subtheme of another theme: nothing that is marked there counts.
levels = st.dictionaries(st.sampled_from([1, 2, 3, 4, 5]), st.integers(0, 3), max_size=4)
candidates = st.builds(
    Candidate,
    id=st.just("X"),
    name=st.just("Place"),
    offers=levels,
    asks=levels,
    named=st.frozensets(st.sampled_from(["16", "16.7", "7.1", "2"])),
    languages=st.frozensets(st.sampled_from(["nl", "fr", "en"])),
    population=st.none() | st.integers(1, 10_000_000),
    character=st.sampled_from(["", "urban", "suburban", "rural", "coastal"]),
    rank=st.none() | st.integers(1, 4),
    place=st.none() | st.integers(1, 3),
    wishes=st.dictionaries(st.integers(1, 3), st.integers(1, 3), max_size=2),
    application_score=st.none() | st.floats(0, 105),
)


def placed(side: list[Candidate]) -> list[Candidate]:
    """The same, each municipality once."""
    return [replace(one, place=number) for number, one in enumerate(side, 1)]


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
def test_no_part_but_the_order_of_countries_depends_on_who_stands_north(
    one: Candidate, other: Candidate
) -> None:
    one, other = replace(one, rank=None), replace(other, rank=None)
    there, back = table(one, other), table(other, one)
    for name in PARTS:
        assert there.parts[name][0, 0] == pytest.approx(back.parts[name][0, 0], nan_ok=True)


@given(st.lists(candidates, min_size=1, max_size=4), st.lists(candidates, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_all_pairs_at_once_are_each_pair_alone(many: list[Candidate], others: list[Candidate]) -> None:
    many, others = placed(many), placed(others)
    whole = PairTable(many, others, TOPICS, WEIGHTS)
    for i, one in enumerate(many):
        for j, other in enumerate(others):
            alone = PairTable([one], [other], TOPICS, WEIGHTS)
            assert whole.scores[i, j] == pytest.approx(alone.scores[0, 0], nan_ok=True)
            assert whole.explain(i, j) == alone.explain(0, 0)


@given(candidates, candidates, weights, st.sampled_from(PARTS))
@settings(max_examples=100, deadline=None)
def test_a_part_without_weight_counts_as_little_as_one_that_is_not_known(
    one: Candidate, other: Candidate, given_weights: dict[str, int], part_: str
) -> None:
    """Re-basing: only proportions count, and what weighs nothing changes nothing."""
    made = table(one, other, weights=given_weights | {part_: 0})
    doubled = made.weighed({name: 2 * weight for name, weight in made.weights.items()})
    assert made.scores[0, 0] == pytest.approx(doubled.scores[0, 0], nan_ok=True)
    known = {name: float(values[0, 0]) for name, values in made.parts.items() if name != part_}
    counted = {name: value for name, value in known.items() if not math.isnan(value) and given_weights[name]}
    whole = sum(given_weights[name] for name in counted)
    expected = (
        100 * sum(given_weights[name] * value for name, value in counted.items()) / whole
        if whole
        else math.nan
    )
    assert made.scores[0, 0] == pytest.approx(expected, nan_ok=True, abs=0.0001)


@given(candidates, candidates, st.sampled_from(["16", "16.7", "7.1"]), st.integers(1, 4), st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_an_interest_more_that_both_share_never_lowers_the_theme(
    one: Candidate, other: Candidate, code: str, subtheme: int, level: int
) -> None:
    before = float(table(one, other).parts["theme"][0, 0])
    named = [replace(each, named=each.named | {code}) for each in (one, other)]
    assert not float(table(*named).parts["theme"][0, 0]) < before - 1e-9
    new = all(subtheme not in {*each.offers, *each.asks} for each in (one, other))
    if new:
        marked = [replace(each, offers={**each.offers, subtheme: level}) for each in (one, other)]
        assert not float(table(*marked).parts["theme"][0, 0]) < before - 1e-9


@given(candidates, candidates, st.sampled_from(["16", "16.7", "7.1"]))
@settings(max_examples=100, deadline=None)
def test_naming_a_goal_never_lowers_the_theme_of_who_marked_subthemes(
    one: Candidate, other: Candidate, code: str
) -> None:
    before = float(table(one, other).parts["theme"][0, 0])
    more = replace(one, named=one.named | {code})
    assert not float(table(more, other).parts["theme"][0, 0]) < before - 1e-9


@given(
    st.lists(candidates, min_size=2, max_size=5), st.lists(candidates, min_size=2, max_size=5), st.randoms()
)
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_rows_changes_nothing(
    many: list[Candidate], others: list[Candidate], random: Any
) -> None:
    many, others = placed(many), placed(others)
    rows, columns = list(range(len(many))), list(range(len(others)))
    random.shuffle(rows)
    random.shuffle(columns)
    whole = PairTable(many, others, TOPICS, WEIGHTS)
    turned = PairTable(
        [many[row] for row in rows], [others[column] for column in columns], TOPICS[::-1], WEIGHTS
    )
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            assert turned.scores[i, j] == pytest.approx(whole.scores[row, column], nan_ok=True, abs=0.0001)
            assert turned.barred(i, j) == whole.barred(row, column)


def test_all_topics_at_once_are_as_near_as_one_by_one() -> None:
    near = near_table(TOPICS)
    for i, one in enumerate(TOPICS):
        for j, other in enumerate(TOPICS):
            assert near[i, j] == nearness(one, other)


def test_a_target_counts_more_than_its_goal_and_that_more_than_its_pillar() -> None:
    found = [
        part("theme", north(named=frozenset({"16.7"})), south(named=frozenset({code})))
        for code in ("16.7", "16", "7.1")
    ]
    assert found == [1.0, 0.7, 0.0]
    assert part("theme", north(named=frozenset({"16"})), south(named=frozenset({"16"}))) == 0.7
    # A subtheme with the target is the same interest, one of the same pillar is near.
    assert part("theme", north(named=frozenset({"16.7"})), south(asks={1: 3})) == 1.0
    assert part("theme", north(named=frozenset({"16.7"})), south(asks={3: 3})) == 0.4


def test_a_goal_named_beside_subthemes_counts_only_where_it_raises_the_share() -> None:
    # Gent finds budgets wholly; that Karongi does not share its target on energy takes nothing away.
    assert part("theme", north(offers={1: 3}, named=frozenset({"7.1"})), south(asks={1: 3})) == 1.0
    # Half of the interests, and a shared target beside them: (1 + 1) / (2 + 1) for Gent, (1 + 1) / (1 + 1) for Karongi.
    shared = frozenset({"7.1"})
    one, other = north(offers={1: 3, 2: 3}, named=shared), south(asks={1: 3}, named=shared)
    assert part("theme", one, other) == pytest.approx(((1 + 0.7 + 1) / 3 + 1) / 2)


def test_preferences_are_the_order_of_countries_and_the_partners_that_both_sides_named() -> None:
    gent, karongi = {"place": 1, "rank": 1}, {"place": 2}
    assert part("preference", north(**gent), south(**karongi)) == 1.0
    assert part("preference", north(**gent, wishes={2: 2}), south(**karongi)) == pytest.approx(0.75)
    assert part("preference", north(**gent, wishes={3: 1}), south(**karongi)) == pytest.approx(0.5)
    both = part("preference", north(**gent, wishes={2: 1}), south(**karongi, wishes={1: 2}))
    assert both == pytest.approx((1 + 1 + 0.5) / 3)
    assert part("preference", north(place=1), south(**karongi, wishes={1: 1})) == 1.0
    assert math.isnan(part("preference", north(place=1), south(**karongi)))


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


def test_marks_on_subthemes_of_another_theme_say_nothing() -> None:
    only = {"offers": {5: 3}, "asks": {5: 3}}
    assert math.isnan(part("theme", north(**only), south(asks={1: 3})))
    assert math.isnan(part("exchange", north(**only), south(asks={1: 3}, offers={1: 3})))
    # Whole for the theme of this country, whatever was marked beside it.
    beside = north(offers={1: 3, 5: 3}, asks={5: 3})
    assert part("theme", beside, south(asks={1: 3})) == 1
    assert part("exchange", beside, south(asks={1: 3})) == 1


def test_who_named_nothing_known_is_not_known_beside_those_who_did() -> None:
    named = replace(north(named=frozenset({"16.7"})), id="M")
    made = PairTable([north(offers={5: 3}), named], [south(asks={1: 3})], TOPICS, WEIGHTS)
    assert math.isnan(made.parts["theme"][0, 0])
    assert made.parts["theme"][1, 0] == 1


def test_an_application_counts_for_the_whole_at_most_though_a_bonus_came_on_top() -> None:
    assert part("application", north(application_score=103.5), south()) == 1
    assert part("application", north(application_score=104), south(application_score=50)) == 0.75


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


def test_the_southern_bar_is_named_before_that_of_the_pair() -> None:
    pair = table(north(rank=1), south(barred="twinned"), pair_bars={("N", "S"): "declined"})
    assert pair.barred(0, 0) == "twinned"


def test_other_weights_give_the_scores_that_a_table_of_its_own_would_give() -> None:
    made = table(north(rank=2, languages=frozenset({"en"})), south(languages=frozenset({"en"})))
    tried = dict.fromkeys(PARTS, 10)
    assert (
        made.weighed(tried).scores[0, 0]
        == table(made.north[0], made.south[0], weights=tried).scores[0, 0]
        == 75
    )


def test_without_topics_the_other_parts_decide() -> None:
    made = PairTable([north(rank=1)], [south()], [], WEIGHTS)
    assert made.scores[0, 0] == 100


def test_without_anybody_there_is_no_pair() -> None:
    assert PairTable([], [], TOPICS, WEIGHTS).allowed_scores().shape == (0, 0)
