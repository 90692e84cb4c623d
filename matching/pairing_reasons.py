"""Why a part of a pair's score is what it is: a code with parameters, put into words by `matching.sentences`.

Pure. Titles of subthemes are kept in all languages, so that the reasons of a scenario read the same for ever,
in the reader's language, whatever becomes of the theme.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from matching.pairing import Candidate, PairTable, Topic

Reason: TypeAlias = tuple[str, dict[str, Any]]
UNKNOWN = "unknown"
SHOWN_TOPICS = 3


def reason(part: str, north: Candidate, south: Candidate, table: PairTable) -> Reason:
    """The code and parameters of a part that is known. KeyError for an unknown part."""
    return _REASONS[part](north, south, table)


def shown_topic(topic: Topic) -> dict[str, Any]:
    """A topic as it is stored in a reason."""
    return {"titles": dict(topic.titles), "sign": topic.sign}


def _level(one: Candidate, topic: Topic) -> int:
    return max(one.offers.get(topic.id, 0), one.asks.get(topic.id, 0))


def _theme(north: Candidate, south: Candidate, table: PairTable) -> Reason:
    shared = sorted(
        (
            (-min(_level(north, topic), _level(south, topic)), position)
            for position, topic in enumerate(table.topics)
            if _level(north, topic) and _level(south, topic)
        )
    )
    if shared:
        topics = [shown_topic(table.topics[position]) for _level_, position in shared[:SHOWN_TOPICS]]
        return "theme_shared", {"topics": topics}
    pairs = [
        (float(table.near[i, j]), -i, -j)
        for i, one in enumerate(table.topics)
        if _level(north, one)
        for j, other in enumerate(table.topics)
        if _level(south, other)
    ]
    near, i, j = max(pairs, default=(0.0, 0, 0))
    if not near:
        return "theme_apart", {}
    return "theme_near", {
        "north": north.name,
        "south": south.name,
        "north_topic": shown_topic(table.topics[-i]),
        "south_topic": shown_topic(table.topics[-j]),
    }


def _exchange(north: Candidate, south: Candidate, table: PairTable) -> Reason:
    meetings = [
        meeting
        for asker, giver in ((south, north), (north, south))
        if (meeting := _meeting(asker, giver, table)) is not None
    ]
    if not meetings:
        return "exchange_none", {"north": north.name, "south": south.name}
    return "exchange_meets", {"meetings": meetings}


def _meeting(asker: Candidate, giver: Candidate, table: PairTable) -> dict[str, Any] | None:
    """The wish of one that the other meets best, with the strength that meets it; None where nothing does."""
    found = [
        (float(table.near[i, j]) * min(wish, strength), wish, -i, -j)
        for i, asked in enumerate(table.topics)
        if (wish := asker.asks.get(asked.id, 0))
        for j, offered in enumerate(table.topics)
        if (strength := giver.offers.get(offered.id, 0)) and table.near[i, j]
    ]
    if not found:
        return None
    _, _, i, j = max(found)
    asked, offered = table.topics[-i], table.topics[-j]
    return {
        "asker": asker.name,
        "giver": giver.name,
        "asked": shown_topic(asked),
        "offered": None if asked.id == offered.id else shown_topic(offered),
    }


def _language(north: Candidate, south: Candidate, _table: PairTable) -> Reason:
    common = sorted(north.languages & south.languages)
    names = {"north": north.name, "south": south.name}
    return ("language_common", {"languages": common}) if common else ("language_none", names)


def _preference(north: Candidate, _south: Candidate, _table: PairTable) -> Reason:
    return "preference_rank", {"north": north.name, "rank": north.rank}


def _size(north: Candidate, south: Candidate, _table: PairTable) -> Reason:
    return "size_known", {
        "north": north.name,
        "south": south.name,
        "north_population": north.population,
        "south_population": south.population,
        "north_character": north.character,
        "south_character": south.character,
    }


def _application(north: Candidate, south: Candidate, _table: PairTable) -> Reason:
    scored = [
        {"name": one.name, "score": one.application_score}
        for one in (north, south)
        if one.application_score is not None
    ]
    return "application_scored", {"scored": scored}


_REASONS = {
    "theme": _theme,
    "exchange": _exchange,
    "language": _language,
    "preference": _preference,
    "size": _size,
    "application": _application,
}
