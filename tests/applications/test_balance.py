"""Spreading work: even, never to who is barred, as many as wanted."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from applications.balance import Wanted, spread

PEOPLE = list(range(1, 7))
people = st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True)


@given(people, st.integers(0, 25), st.integers(1, 4), st.integers(0, 3))
def test_loads_differ_by_at_most_one_where_nobody_is_barred(
    able: list[int], applications: int, number: int, start: int
) -> None:
    wanted = [Wanted(key, frozenset(able), number) for key in range(applications)]
    found = spread(wanted, dict.fromkeys(able, start))
    loads = [sum(person in chosen for chosen in found.values()) for person in able]
    assert max(loads) - min(loads) <= 1
    assert {len(chosen) for chosen in found.values()} <= {min(number, len(able))}


wanted_rows = st.lists(
    st.tuples(st.frozensets(st.sampled_from(PEOPLE)), st.integers(0, 4), st.integers(0, 3)), max_size=12
)


@given(wanted_rows, st.lists(st.integers(0, 9), min_size=6, max_size=6), st.sets(st.sampled_from(PEOPLE)))
def test_nobody_gets_what_they_may_not_take_and_each_gets_as_many_as_there_are(
    rows: list[tuple[frozenset[int], int, int]], before: list[int], favoured: set[int]
) -> None:
    wanted = [Wanted(key, able, number, least) for key, (able, number, least) in enumerate(rows)]
    found = spread(wanted, dict(zip(PEOPLE, before, strict=True)), favoured)
    for one in wanted:
        assert found[one.key] <= one.able
        assert len(found[one.key]) == min(one.number, len(one.able))
        assert len(found[one.key] & favoured) >= min(one.favoured, one.number, len(one.able & favoured))


small = st.lists(st.frozensets(st.sampled_from(PEOPLE[:4]), min_size=2), min_size=1, max_size=4)


@given(small, st.lists(st.integers(0, 3), min_size=4, max_size=4))
@settings(max_examples=60)
def test_no_other_way_is_more_even(able: list[frozenset[int]], before: list[int]) -> None:
    loads = dict(zip(PEOPLE, before, strict=False))
    found = spread([Wanted(key, one, 2) for key, one in enumerate(able)], loads)
    ways = product(*(combinations(sorted(one), 2) for one in able))
    best = min(_unevenness(loads, way) for way in ways)
    assert _unevenness(loads, found.values()) == best


def _unevenness(loads: dict[int, int], way: object) -> int:
    after = dict(loads)
    for chosen in way:  # type: ignore[attr-defined]
        for person in chosen:
            after[person] += 1
    return sum(load * load for load in after.values())


def test_the_same_input_gives_the_same_answer_and_pairs_are_mixed() -> None:
    wanted = [Wanted(key, frozenset(PEOPLE), 2) for key in range(30)]
    loads = dict.fromkeys(PEOPLE, 0)
    found = spread(wanted, loads)
    assert found == spread(wanted, loads)
    assert len(set(found.values())) > 8


def test_a_chain_of_people_evens_out() -> None:
    """The first takes both of the second's at once only by way of the second."""
    wanted = [Wanted(1, frozenset({1, 2}), 1), Wanted(2, frozenset({2, 3}), 1), Wanted(3, frozenset({2}), 1)]
    found = spread(wanted, {1: 0, 2: 0, 3: 0})
    assert found == {1: frozenset({1}), 2: frozenset({3}), 3: frozenset({2})}
