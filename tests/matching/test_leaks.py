"""Nobody reads of candidates, pairs, scores, reasons, minutes and papers what is not theirs, at any step of a matching,
whatever page, list, file, report or mail they open. Two proofs: who reads each trace, and from which step on, is what
stands in the table, no more and no less; and what is decided in silence changes no page of who waits, to the letter."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytest_django import Settings

from sdgpartners.core import clock
from tests.matching.factories import NOON
from tests.matching.leak_reading import Pages, changed, read_by
from tests.matching.leaking import story_of, traces_of
from tests.story import without_warnings
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# After which steps each person's pages are read.
LOOKS: dict[str, tuple[str, ...]] = {
    "vvsg": ("approved", "ended"),
    # Has a conflict of interest with Karongi.
    "vvsg aside": ("approved", "ended"),
    "vvsg auditor": ("ended",),
    "ralga": ("solved", "put forward", "answered", "ended"),
    "ralga auditor": ("approved",),
    "ancb": ("solved", "approved", "ended"),
    "ancb auditor": ("approved",),
    "steering": ("confirmed", "solved", "put forward", "approved", "active", "ended"),
    # Has a conflict of interest with Karongi, too.
    "steering aside": ("approved", "ended"),
    "observer": ("put forward", "approved", "ended"),
    # Observes for ANCB.
    "observer elsewhere": ("put forward", "approved", "ended"),
    "leuven": ("confirmed", "approved", "released", "active", "ended"),
    "karongi": ("confirmed", "approved", "released", "active", "ended"),
    "leuven contributor": ("approved", "released", "ended"),
    "gent": ("released", "active", "suspended"),
    "nikki": ("approved", "released", "suspended"),
    "mechelen": ("released", "answered"),
    "nyanza": ("confirmed", "approved", "released", "answered"),
    "aalst": ("confirmed", "approved", "released", "active", "ended"),
    "cove": ("released", "ended"),
    "reviewer": ("confirmed", "approved", "ended"),
    "facilitator": ("confirmed", "approved", "active", "ended"),
    "anonymous": ("confirmed", "approved", "active", "suspended"),
}
# What happens between the two steps is nothing that the person may notice.
WAITING = ("leuven", "karongi", "nyanza", "aalst", "reviewer", "facilitator", "anonymous")
UNNOTICED: dict[str, tuple[str, str]] = {
    **dict.fromkeys(WAITING, ("confirmed", "approved")),
    # The coordinators have not put it forward yet.
    "steering": ("confirmed", "solved"),
}
# The names of the pairs are public while they work, and nobody else's once they stand still or have ended.
HIDDEN_AGAIN = {"anonymous": "suspended", "aalst": "ended"}

RWANDA = {"vvsg", "vvsg auditor", "ralga", "ralga auditor"}
BENIN = {"vvsg", "vvsg aside", "vvsg auditor", "ancb", "ancb auditor"}
DESK = RWANDA | BENIN
ON_RWANDA, ON_BENIN = {"steering", "observer"}, {"steering", "observer elsewhere"}
STEERING = ON_RWANDA | ON_BENIN
PAIR = {"leuven", "leuven contributor", "karongi"}
IN_CHARGE = {"vvsg", "vvsg aside", "vvsg auditor", "ralga", "facilitator"}
READERS = PAIR | IN_CHARGE | ON_RWANDA | {"steering aside"}
PUBLIC = {"leuven", "karongi", "gent", "aalst", "facilitator", "anonymous"}
# By trace and step, who reads it from then on (at their next look); nobody else ever does.
READ: dict[str, dict[str, set[str]]] = {
    "Leuven": {
        "confirmed": DESK | {"leuven", "leuven contributor"},
        "put forward": STEERING,
        "released": {"karongi"},
        "active": PUBLIC - PAIR,
        "ended": {"steering aside"},
    },
    "Karongi": {
        # Who has to do with it reads that they step out of its country, and because of whom.
        "confirmed": RWANDA | {"karongi"},
        "put forward": ON_RWANDA | {"steering aside"},
        "released": {"leuven", "leuven contributor"},
        "active": {"vvsg aside"} | PUBLIC - PAIR,
    },
    "Gent": {
        "confirmed": DESK | {"gent"},
        "put forward": STEERING,
        "released": {"nikki"},
        "active": {"steering aside"} | PUBLIC - {"gent"},
    },
    "Nikki": {
        "confirmed": BENIN | {"nikki"},
        "put forward": ON_BENIN,
        "released": {"gent"},
        "active": {"steering aside"} | PUBLIC - {"gent"},
    },
    "Mechelen": {
        "confirmed": DESK | {"mechelen"},
        "put forward": STEERING,
        "released": {"nyanza"},
    },
    "Nyanza": {
        "confirmed": RWANDA | {"vvsg aside", "nyanza"},
        "put forward": ON_RWANDA,
        "released": {"mechelen"},
    },
    # Chose Rwanda alone: whoever works on Benin never reads of it. It stays without a partner, and so does Covè.
    "Aalst": {"confirmed": RWANDA | {"vvsg aside", "aalst"}, "put forward": ON_RWANDA},
    "Covè": {"confirmed": BENIN | {"cove"}, "put forward": ON_BENIN},
    "what Leuven's application scored": {"confirmed": DESK, "put forward": ON_RWANDA},
    "the score of Leuven and Karongi": {"solved": RWANDA, "put forward": ON_RWANDA},
    "the score of Gent and Nikki": {"solved": BENIN, "put forward": ON_BENIN},
    "why RALGA fixed Leuven and Karongi": {"solved": RWANDA, "put forward": ON_RWANDA},
    "why RALGA forbade a pair": {"solved": RWANDA, "put forward": ON_RWANDA},
    "why ANCB fixed Gent and Nikki": {"solved": BENIN, "put forward": ON_BENIN},
    "a comment on the whole": {"put forward": DESK | STEERING},
    "a comment on Leuven and Karongi": {"put forward": RWANDA | ON_RWANDA},
    "a comment on Gent and Nikki": {"put forward": BENIN | ON_BENIN},
    "why it was sent back": {"approved": DESK | STEERING},
    "the minute of the steering group": {"approved": DESK | STEERING},
    "the minutes on Rwanda": {"approved": RWANDA | ON_RWANDA},
    "the minutes on Benin": {"approved": BENIN | ON_BENIN},
    # Mechelen hears that Nyanza has said no, not why.
    "why Nyanza says no": {"answered": {"vvsg", "vvsg auditor", "ralga"} | ON_RWANDA},
    "what somebody has to do with Karongi": {"confirmed": RWANDA},
    "the joint plan": {"active": READERS},
    "who is in the team": {"active": READERS},
    "the agreement": {"active": READERS},
    "what the council decided": {"active": READERS},
    "the name of the council's paper": {"active": READERS},
    "the council's paper": {"active": READERS},
    # For the own side, and for the coordinators who follow it.
    "the notes of a hand-over": {"active": {"leuven", "leuven contributor", "vvsg", "vvsg aside", "ralga"}},
    "why the pair stands still": {"suspended": READERS},
    "why it ended": {"ended": READERS},
    "why Benin stands still": {
        "suspended": ON_BENIN
        | {"steering aside", "vvsg", "vvsg aside", "vvsg auditor", "ancb", "gent", "nikki"},
    },
}


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_nobody_reads_what_is_not_theirs(world: World) -> None:
    walk = _walked(world)
    assert _read(walk) == {trace: _expected(table, walk.steps) for trace, table in READ.items()}
    noticed = {
        name: found
        for name, (before, after) in UNNOTICED.items()
        if (found := changed(walk.pages[name, before], walk.pages[name, after]))
    }
    assert noticed == {}
    for name, step in HIDDEN_AGAIN.items():
        assert not {"Leuven", "Karongi", "Gent", "Nikki"} & walk.found[name, step], name


@dataclass
class Walk:
    """What was read by each person after each step: the pages, and the traces in them."""

    steps: tuple[str, ...] = ()
    pages: dict[tuple[str, str], Pages] = field(default_factory=dict)
    found: dict[tuple[str, str], set[str]] = field(default_factory=dict)


def _walked(world: World) -> Walk:
    """The story from its beginning to its end."""
    walk = Walk()
    with clock.at(NOON), without_warnings(), story_of(world) as story:
        walk.steps = tuple(story.steps)
        seen: dict[str, set[int]] = {name: set() for name in story.people}
        for step, goes_on in story.steps.items():
            goes_on()
            traces = traces_of(story)
            for name in (name for name, steps in LOOKS.items() if step in steps):
                pages, refusals = read_by(story, name, seen[name])
                walk.pages[name, step] = pages
                walk.found[name, step] = _traces_in([*pages.values(), refusals], traces)
    return walk


def _traces_in(texts: Iterable[str], traces: Mapping[str, re.Pattern[str]]) -> set[str]:
    everything = "\n".join(texts)
    return {trace for trace, pattern in traces.items() if pattern.search(everything)}


def _read(walk: Walk) -> dict[str, dict[str, str]]:
    """By trace and person the first step after which it was read."""
    read: dict[str, dict[str, str]] = {}
    for (name, step), traces in walk.found.items():
        for trace in traces:
            read.setdefault(trace, {}).setdefault(name, step)
    return read


def _expected(table: Mapping[str, set[str]], steps: tuple[str, ...]) -> dict[str, str]:
    """A row of the table by person: their first look after the step."""
    return {
        name: next(look for look in LOOKS[name] if steps.index(look) >= steps.index(step))
        for step, names in table.items()
        for name in names
    }
