"""Random small matchings, as the plain JSON that the command reads."""

from __future__ import annotations

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
