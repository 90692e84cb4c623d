"""Why a part of a pair's score is what it is: a code with parameters, put into words by `matching.sentences`.

Pure. Titles of subthemes are kept in all languages, so that the reasons of a scenario read the same for ever,
in the reader's language, whatever becomes of the theme.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from matching.pairing_input import STRONGEST

if TYPE_CHECKING:
    from matching.pairing import PairTable
    from matching.pairing_input import Candidate, TopicId

Reason: TypeAlias = tuple[str, dict[str, Any]]
UNKNOWN = "unknown"
SHOWN_TOPICS = 3


@dataclass(frozen=True, slots=True)
class Profile:
    """Levels above 0 (up to 3) by the position of the topic: offers, asks, and the strongest of both with the goals
    and targets that were named."""

    offers: Mapping[int, int]
    asks: Mapping[int, int]
    interests: Mapping[int, int]


def profile_of(one: Candidate, column: Mapping[TopicId, int]) -> Profile:
    """The profile of a candidate; `column` gives the positions of the topics."""
    offers, asks = (
        {column[topic]: level for topic, level in sorted_by(levels, column) if level}
        for levels in (one.offers, one.asks)
    )
    interests = {
        place: max(offers.get(place, 0), asks.get(place, 0)) for place in offers.keys() | asks.keys()
    }
    interests |= {column[code]: STRONGEST for code in one.named if code in column}
    return Profile(offers, asks, dict(sorted(interests.items())))


def sorted_by(levels: Mapping[TopicId, int], column: Mapping[TopicId, int]) -> list[tuple[TopicId, int]]:
    """The levels of topics that are known, in the order of the topics."""
    return sorted(
        ((t, level) for t, level in levels.items() if t in column), key=lambda pair: column[pair[0]]
    )


def reason(part: str, row: int, column: int, table: PairTable) -> Reason:
    """The code and parameters of a part that is known. KeyError for an unknown part."""
    return _REASONS[part](row, column, table)


def _theme(row: int, column: int, table: PairTable) -> Reason:
    north, south = table.profiles[0][row].interests, table.profiles[1][column].interests
    shared = sorted((-min(north[place], south[place]), place) for place in north.keys() & south.keys())
    if shared:
        topics = [table.shown_topics[place] for _level, place in shared[:SHOWN_TOPICS]]
        return "theme_shared", {"topics": topics}
    near, i, j = _nearest(north, south, table.near_rows)
    if not near:
        return "theme_apart", {}
    return "theme_near", {
        "north": table.north[row].name,
        "south": table.south[column].name,
        "north_topic": table.shown_topics[i],
        "south_topic": table.shown_topics[j],
    }


def _nearest(
    north: Mapping[int, int], south: Mapping[int, int], near: Sequence[Sequence[float]]
) -> tuple[float, int, int]:
    """The two topics that lie nearest to each other, the first of equals; nearness 0 where none do."""
    found = (0.0, 0, 0)
    for i in north:
        for j in south:
            if near[i][j] > found[0]:
                found = (near[i][j], i, j)
    return found


def _exchange(row: int, column: int, table: PairTable) -> Reason:
    (north, south), (northern, southern) = _pair(row, column, table), _profiles(row, column, table)
    meetings = [
        meeting
        for asker, giver, wishes, strengths in (
            (south, north, southern.asks, northern.offers),
            (north, south, northern.asks, southern.offers),
        )
        if (meeting := _meeting(asker, giver, wishes, strengths, table)) is not None
    ]
    if not meetings:
        return "exchange_none", {"north": north.name, "south": south.name}
    return "exchange_meets", {"meetings": meetings}


def _meeting(
    asker: Candidate,
    giver: Candidate,
    wishes: Mapping[int, int],
    strengths: Mapping[int, int],
    table: PairTable,
) -> dict[str, Any] | None:
    """The wish of one that the other meets best, with the strength that meets it; None where nothing does."""
    best, found = (0.0, 0), (0, 0)
    near = table.near_rows
    for i, wish in wishes.items():
        for j, strength in strengths.items():
            met = (near[i][j] * min(wish, strength), wish)
            if near[i][j] and met > best:
                best, found = met, (i, j)
    if not best[0]:
        return None
    asked, offered = found
    return {
        "asker": asker.name,
        "giver": giver.name,
        "asked": table.shown_topics[asked],
        "offered": None if asked == offered else table.shown_topics[offered],
    }


def _language(row: int, column: int, table: PairTable) -> Reason:
    north, south = _pair(row, column, table)
    common = sorted(north.languages & south.languages)
    names = {"north": north.name, "south": south.name}
    return ("language_common", {"languages": common}) if common else ("language_none", names)


def _preference(row: int, column: int, table: PairTable) -> Reason:
    north, south = _pair(row, column, table)
    named = {
        "north_wish": _wish(north, south),
        "south_wish": _wish(south, north),
    }
    return "preference_told", {"north": north.name, "south": south.name, "rank": north.rank, **named}


def _wish(one: Candidate, other: Candidate) -> int | None:
    """The rank that one gave to the other; 0: it named others; None: it named nobody."""
    if not one.wishes:
        return None
    return one.wishes.get(other.place, 0) if other.place is not None else 0


def _size(row: int, column: int, table: PairTable) -> Reason:
    north, south = _pair(row, column, table)
    return "size_known", {
        "north": north.name,
        "south": south.name,
        "north_population": north.population,
        "south_population": south.population,
        "north_character": north.character,
        "south_character": south.character,
    }


def _application(row: int, column: int, table: PairTable) -> Reason:
    scored = [
        {"name": one.name, "score": one.application_score}
        for one in _pair(row, column, table)
        if one.application_score is not None
    ]
    return "application_scored", {"scored": scored}


def _pair(row: int, column: int, table: PairTable) -> tuple[Candidate, Candidate]:
    return table.north[row], table.south[column]


def _profiles(row: int, column: int, table: PairTable) -> tuple[Profile, Profile]:
    return table.profiles[0][row], table.profiles[1][column]


_REASONS = {
    "theme": _theme,
    "exchange": _exchange,
    "language": _language,
    "preference": _preference,
    "size": _size,
    "application": _application,
}
