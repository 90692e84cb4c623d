"""The parts of the scores of all pairs at once: tables with a row a north and a column a south, numbers of 0 to 1,
NaN where a part is not known. Pure; loops go over topics and candidates, never over pairs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from matching.pairing_input import STRONGEST, Candidate, Topic, shares

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from matching.pairing_input import Table

RELATED_CHARACTERS = (frozenset({"urban", "suburban"}), frozenset({"rural", "suburban"}))
RELATED = 0.5
"""How alike a related character is."""


def theme(
    north: Sequence[Candidate], south: Sequence[Candidate], topics: Sequence[Topic], near: Table
) -> Table:
    """The mean of what each side finds of its interests with the other."""
    there = _interest_found(north, south, topics, near)
    back = _interest_found(south, north, topics, near)
    return (there + back.T) / 2


def exchange(
    north: Sequence[Candidate], south: Sequence[Candidate], topics: Sequence[Topic], near: Table
) -> Table:
    """What one is strong in meets what the other asks, both ways; a balanced exchange scores higher."""
    import numpy as np

    learns = _met(_levels(north, topics, "asks"), _levels(south, topics, "offers"), near)
    teaches = _met(_levels(south, topics, "asks"), _levels(north, topics, "offers"), near).T
    both = (np.minimum(learns, teaches) + (learns + teaches) / 2) / 2
    one_way = np.where(np.isnan(learns), teaches, learns)
    # Who filled in nothing is not known, which is not the same as giving nothing.
    silent = ~np.logical_and.outer(_filled_in(north, topics), _filled_in(south, topics))
    return np.where(silent, np.nan, np.where(np.isnan(both), one_way, both))


def language(north: Sequence[Candidate], south: Sequence[Candidate]) -> Table:
    """1 with a common working language, else 0."""
    import numpy as np

    known = np.logical_and.outer(
        [bool(one.languages) for one in north], [bool(one.languages) for one in south]
    )
    common = shares([one.languages for one in north], [one.languages for one in south])
    return np.where(known, common.astype(float), np.nan)


def preference(north: Sequence[Candidate], south: Sequence[Candidate]) -> Table:
    """The mean of what was preferred: the north's order of countries, and the partners that either side named."""
    import numpy as np

    order = np.array([math.nan if one.rank is None else 1 / one.rank for one in north], dtype=float)
    countries = np.broadcast_to(order[:, None], (len(north), len(south)))
    return _mean_of_known(countries, _wished(north, south), _wished(south, north).T)


def size(north: Sequence[Candidate], south: Sequence[Candidate]) -> Table:
    """How alike two places are: the mean of inhabitants (ten times as many: 0) and character, where known."""
    import numpy as np

    people = [
        np.log10(np.array([one.population or math.nan for one in side], dtype=float))
        for side in (north, south)
    ]
    inhabitants = np.maximum(0.0, 1 - np.abs(np.subtract.outer(*people)))
    return _mean_of_known(inhabitants, _characters(north, south))


def application(north: Sequence[Candidate], south: Sequence[Candidate]) -> Table:
    """The mean of the scores of the two applications, as far as they were scored. With its bonus one may have more than
    100: then 100 counts."""
    import numpy as np

    points = [
        np.array(
            [math.nan if one.application_score is None else min(one.application_score, 100) for one in side],
            dtype=float,
        )
        for side in (north, south)
    ]
    shape = len(north), len(south)
    return _mean_of_known(
        np.broadcast_to(points[0][:, None] / 100, shape), np.broadcast_to(points[1][None, :] / 100, shape)
    )


def size_fit(north: Candidate, south: Candidate) -> float | None:
    """`size` of one pair; None where nothing is known."""
    value = float(size([north], [south])[0, 0])
    return None if math.isnan(value) else value


def character_fit(one: str, other: str) -> float:
    """1 for the same character, a half for a related one, else 0."""
    if one == other:
        return 1.0
    return RELATED if frozenset({one, other}) in RELATED_CHARACTERS else 0.0


def _characters(north: Sequence[Candidate], south: Sequence[Candidate]) -> Table:
    import numpy as np

    kinds = sorted({one.character for one in (*north, *south)})
    number = {kind: place for place, kind in enumerate(kinds)}
    fits = np.array(
        [[character_fit(one, other) if one and other else math.nan for other in kinds] for one in kinds],
        dtype=float,
    ).reshape(len(kinds), len(kinds))
    rows, columns = ([number[one.character] for one in side] for side in (north, south))
    return fits[np.ix_(rows, columns)]


def _wished(wishing: Sequence[Candidate], wished: Sequence[Candidate]) -> Table:
    """1 for the partner named first, a half for the second, and so on; 0 for who was not named by somebody who named
    others, NaN where nobody was named."""
    import numpy as np

    column = {one.place: place for place, one in enumerate(wished) if one.place is not None}
    table = np.full((len(wishing), len(wished)), np.nan)
    for row, one in enumerate(wishing):
        if one.wishes:
            table[row] = 0.0
        for place, rank in one.wishes.items():
            if place in column:
                table[row, column[place]] = 1 / rank
    return table


def _mean_of_known(*tables: Table) -> Table:
    import numpy as np

    known = np.sum([~np.isnan(table) for table in tables], axis=0)
    total = np.sum([np.nan_to_num(table) for table in tables], axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known > 0, total / known, np.nan)


def _filled_in(side: Sequence[Candidate], topics: Sequence[Topic]) -> NDArray[np.bool_]:
    """Who marked any of the topics; marks on others say nothing here."""
    import numpy as np

    marked: NDArray[np.bool_] = np.any(_levels(side, topics, "offers", "asks"), axis=1)
    return marked


def _levels(side: Sequence[Candidate], topics: Sequence[Topic], *names: str) -> Table:
    """The strongest of offers or asks by topic, 0 to 1."""
    import numpy as np

    column = {topic.id: place for place, topic in enumerate(topics)}
    table = np.zeros((len(side), len(topics)))
    for row, one in enumerate(side):
        for name in names:
            for topic, level in getattr(one, name).items():
                if topic in column:
                    place = column[topic]
                    table[row, place] = max(table[row, place], level / STRONGEST)
    return table


def _interest_found(
    wanting: Sequence[Candidate], giving: Sequence[Candidate], topics: Sequence[Topic], near: Table
) -> Table:
    """Which share of its interests each row finds with the others, nearer topics more.

    Interests are the subthemes as strongly as they were marked. Goals and targets that were named beside them count
    where they raise the share, so that naming one never makes a pair worse; alone, the best found of them counts.
    """
    import numpy as np

    wants = _levels(wanting, topics, "offers", "asks")
    works_on, gives = (_with_picks(side, topics)[0] for side in (wanting, giving))
    total = wants.sum(axis=1)[:, None, None]
    found = _reached(wants, gives, near)[:, :, None]
    picked = _picks_found(wanting, topics, _best_of(gives, near))
    counted = np.arange(picked.shape[2] + 1)
    sums = found + np.concatenate([np.zeros((*picked.shape[:2], 1)), np.cumsum(picked, axis=2)], axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        fractions = np.where(total + counted > 0, sums / (total + counted), -1.0)
    best = fractions.max(axis=2)
    silent = ~np.logical_and.outer(works_on.any(axis=1), gives.any(axis=1))
    return np.where(silent | (best < 0), np.nan, best)


def _with_picks(side: Sequence[Candidate], topics: Sequence[Topic]) -> tuple[Table, list[list[int]]]:
    """What each has to do with each topic, 0 to 1, with goals and targets that it named at 1; and where those stand."""
    table = _levels(side, topics, "offers", "asks")
    column = {topic.id: place for place, topic in enumerate(topics)}
    picks = [sorted(column[code] for code in one.named if code in column) for one in side]
    for row, places in enumerate(picks):
        table[row, places] = 1.0
    return table, picks


def _picks_found(wanting: Sequence[Candidate], topics: Sequence[Topic], best: Table) -> Table:
    """How far each named goal or target of each row is found with each other, the best found first; 0 fills up."""
    import numpy as np

    _table, picks = _with_picks(wanting, topics)
    most = max(map(len, picks), default=0)
    found = np.zeros((len(wanting), len(best), most))
    for row, places in enumerate(picks):
        found[row, :, : len(places)] = best[:, places]
    return -np.sort(-found, axis=2)


def _best_of(gives: Table, near: Table) -> Table:
    """By row of `gives` and topic: the best that it has on it, nearer topics more."""
    import numpy as np

    best = np.zeros_like(gives)
    for topic in range(gives.shape[1]):
        best[:, topic] = (gives * near[topic]).max(axis=1, initial=0.0)
    return best


def _reached(wanted: Table, given: Table, near: Table) -> Table:
    """The sum over the topics that each row wants of the best that each other has on it, never more than is wanted."""
    import numpy as np

    met = np.zeros((len(wanted), len(given)))
    for topic in np.flatnonzero(wanted.any(axis=0)):
        best = np.zeros_like(met)
        # Nearness has three steps, so that three looks at a topic do for all others.
        for step in np.unique(near[topic][near[topic] > 0]):
            strongest = given[:, near[topic] == step].max(axis=1)
            best = np.maximum(best, step * np.minimum(wanted[:, topic, None], strongest[None, :]))
        met += best
    return met


def _met(wanted: Table, given: Table, near: Table) -> Table:
    """Which share of its wants each row finds with the others; NaN: wants nothing."""
    import numpy as np

    total = wanted.sum(axis=1)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, _reached(wanted, given, near) / total, np.nan)
