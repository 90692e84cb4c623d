"""Nobody reads of scores, names, counts, ranks and decisions before their time, whatever page, list, file or mail they
open. Two proofs: what is read holds no trace of it, and it is the same, to the letter, before and after something
happened that the person may not know of."""

from itertools import pairwise
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.applications.leaking import Pages, Story, changed, read_by, story_of, traces_of
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Who hears nothing of how it goes, between the moment that the reviewers are asked and the release.
QUIET = (
    "editor", "signatory", "barred", "steering barred", "observer elsewhere", "ancb", "facilitator", "anonymous",
)  # fmt: skip
# After which steps each person's pages are read.
LOOKS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(QUIET, ("assigned", "prepared", "released")),
    "aside": ("set aside", "prepared", "released"),
    "steering": ("one in", "agreed", "prepared", "released"),
    "observer": ("one in", "agreed", "prepared", "released"),
    "one": ("begun", "one in", "agreed", "prepared", "released"),
    "two": ("assigned", "one in", "all in", "prepared"),
    "both": ("assigned", "one in", "all in", "prepared"),
    "auditor": ("begun", "one in", "prepared"),
    "ralga": ("assigned", "begun", "one in", "all in", "agreed", "prepared"),
    "vvsg": ("begun", "prepared", "released"),
}
# What happens between the two steps is nothing that the person may notice.
UNNOTICED: dict[str, tuple[str, str]] = {
    **dict.fromkeys(QUIET, ("assigned", "prepared")),
    "aside": ("set aside", "prepared"),
    # Decisions are prepared in silence.
    "steering": ("agreed", "prepared"),
    "observer": ("agreed", "prepared"),
    "one": ("agreed", "prepared"),
    # Who has reviews to hand in does not read that others have.
    "two": ("assigned", "one in"),
    "both": ("assigned", "one in"),
}
# The first look at which each trace is read, by whom; nobody else ever reads it.
FIGURES = {
    "vvsg": "prepared",
    "ralga": "one in",
    "both": "all in",
    "one": "one in",
    "two": "all in",
    "auditor": "one in",
    "steering": "one in",
    "observer": "one in",
}
READ: dict[str, dict[str, str]] = {
    "reviewers": {
        "vvsg": "begun",
        "ralga": "assigned",
        "both": "assigned",
        "one": "agreed",
        "two": "all in",
        "auditor": "begun",
    },
    "begun": {"one": "begun"},
    "comment": {"vvsg": "prepared", "ralga": "one in", "both": "all in", "one": "one in", "two": "all in"},
    "overall": {
        "vvsg": "prepared",
        "ralga": "one in",
        "both": "all in",
        "one": "one in",
        "two": "all in",
    },
    "private-one": {"one": "one in"},
    "private-two": {"two": "all in"},
    "aside": {"vvsg": "prepared", "ralga": "all in", "both": "all in", "auditor": "prepared"},
    "minute": {"vvsg": "prepared", "ralga": "agreed", "both": "prepared", "one": "agreed", "two": "prepared"},
    "advice": {
        "vvsg": "prepared",
        "ralga": "agreed",
        "both": "prepared",
        "one": "agreed",
        "two": "prepared",
        "auditor": "prepared",
        "steering": "agreed",
        "observer": "agreed",
    },
    "review totals": FIGURES,
    "total Gent": FIGURES,
    "total Mechelen": FIGURES,
    # The own figure, and no other.
    "total Leuven": FIGURES | {"editor": "released", "signatory": "released"},
    "hand Gent": {"vvsg": "prepared", "ralga": "prepared", "both": "prepared", "auditor": "prepared"},
    "hand Leuven": {
        "vvsg": "prepared",
        "ralga": "prepared",
        "both": "prepared",
        "auditor": "prepared",
        "editor": "released",
        "signatory": "released",
    },
    "feedback Gent": {"vvsg": "prepared", "ralga": "prepared", "both": "prepared"},
    "feedback Leuven": {
        "vvsg": "prepared",
        "ralga": "prepared",
        "both": "prepared",
        "editor": "released",
        "signatory": "released",
    },
    "record": {
        "vvsg": "released",
        "steering": "released",
        "observer": "released",
    },
}


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_nobody_reads_before_their_time(world: World) -> None:
    looked: dict[tuple[str, str], Pages] = {}
    read: dict[str, dict[str, str]] = {}
    with story_of(world) as made:
        for step, goes_on in made.steps.items():
            goes_on()
            for name in (name for name, steps in LOOKS.items() if step in steps):
                looked[name, step] = read_by(made, name)
                for trace in _traces_in(made, looked[name, step]):
                    read.setdefault(trace, {}).setdefault(name, step)
    noticed = {
        name: found
        for name, (before, after) in UNNOTICED.items()
        if (found := changed(looked[name, before], looked[name, after]))
    }
    assert noticed == {}
    # The same look does see it where somebody may: each step tells the coordinator of the country something.
    steps = LOOKS["ralga"]
    for before, after in pairwise(steps):
        assert changed(looked["ralga", before], looked["ralga", after]), after
    assert read == READ


def _traces_in(made: Story, pages: Pages) -> set[str]:
    found = {
        kind
        for kind, pattern in traces_of(made).items()
        if any(pattern.search(text) for text in pages.values())
    }
    return found | {"record"} if "record" in pages else found
