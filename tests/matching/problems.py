"""Random small matchings, as the plain JSON that the command reads."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

Raw = dict[str, Any]

GROUPS = ("BJ", "RW", "UG")
# Few different scores make ties; 0 and 100 are the ends; the rest has all four decimals.
TIED = st.sampled_from((0, 1, 50.5, 100))
FINE = st.integers(0, 1_000_000).map(lambda ten_thousandths: ten_thousandths / 10_000)


@st.composite
def problems(
    draw: st.DrawFn,
    *,
    objective: str | None = None,
    most: int = 5,
    scores: st.SearchStrategy[float] | None = None,
) -> Raw:
    """A valid matching of at most `most` municipalities a side, with places, locks and forbidden pairs."""
    groups = GROUPS[: draw(st.integers(1, len(GROUPS)))]
    north = [f"n{number}" for number in draw(st.permutations(range(draw(st.integers(0, most)))))]
    numbers = draw(st.permutations(range(draw(st.integers(0, most)))))
    south = [{"id": f"s{number}", "group": draw(st.sampled_from(groups))} for number in numbers]
    kinds = (TIED, FINE, TIED | st.none(), FINE | st.none()) if scores is None else (scores,)
    score = draw(st.sampled_from(kinds))
    row = st.lists(score, min_size=len(south), max_size=len(south))
    table = draw(st.lists(row, min_size=len(north), max_size=len(north)))
    places = {group: draw(st.integers(0, 3)) for group in groups}
    pairs = [(i, j) for i in range(len(north)) for j in range(len(south)) if table[i][j] is not None]
    locked = _locks(draw(st.lists(st.sampled_from(pairs), max_size=2)) if pairs else [], south, places)
    ids = [[north[i], south[j]["id"]] for i, j in pairs if (i, j) not in locked]
    return {
        "north": north,
        "south": south,
        "scores": table,
        "places": places,
        "locked": [[north[i], south[j]["id"]] for i, j in locked],
        "forbidden": draw(st.lists(st.sampled_from(ids), max_size=4)) if ids else [],
        "objective": objective or draw(st.sampled_from(("total", "fair"))),
        "alternatives": draw(st.sampled_from((0, 3, 8))),
    }


IDS = ("A", "a", "b", "10", "9", "00", "é", "e\u0301", "Çè", "Ωx", "ß", "Za-Kpota", "~", "", " ", "🏠")


def random_problem(random: Random) -> Raw:
    """The same, many times faster to make: ids of any script, forbidden pairs that had no score, all four decimals and
    more, and a table that is sometimes nearly empty."""
    ids = random.sample(IDS, random.randint(0, 10))
    half = random.randint(max(0, len(ids) - 5), min(5, len(ids)))
    groups = random.sample(GROUPS, random.randint(1, len(GROUPS)))
    north, south = ids[:half], [{"id": one, "group": random.choice(groups)} for one in ids[half:]]
    allowed = random.choice((1, 1, 0.65, 0.25))
    fine = random.random() < 0.5

    def score() -> float | None:
        if random.random() >= allowed:
            return None
        return round(100 * random.random(), 6) if fine else random.choice((0, 1, 50.5, 100))

    table = [[score() for _ in south] for _ in north]
    places = {group: random.randint(0, 3) for group in groups}
    cells = [(i, j) for i in range(len(north)) for j in range(len(south))]
    open_cells = [(i, j) for i, j in cells if table[i][j] is not None]
    wanted = random.sample(open_cells, min(len(open_cells), random.choice((0, 0, 1, 3))))
    locked = _locks(wanted, south, places)
    forbidden = random.sample(cells, min(len(cells), random.choice((0, 0, 2, 6))))
    return {
        "north": north,
        "south": south,
        "scores": table,
        "places": places,
        "locked": [[north[i], south[j]["id"]] for i, j in locked],
        "forbidden": [[north[i], south[j]["id"]] for i, j in forbidden if (i, j) not in locked],
        "objective": random.choice(("total", "fair")),
        "alternatives": random.choice((0, 1, 4, 300)),
    }


def _locks(
    wanted: list[tuple[int, int]], south: list[dict[str, str]], places: dict[str, int]
) -> list[tuple[int, int]]:
    """Those of the wanted locks that can hold together."""
    left = dict(places)
    locks: list[tuple[int, int]] = []
    for i, j in wanted:
        group = south[j]["group"]
        if left[group] and all(i != row and j != column for row, column in locks):
            locks.append((i, j))
            left[group] -= 1
    return locks
