"""What the scores of pairs are made from: topics with their place in the 2030 Agenda, and candidates.

Pure; numpy is imported on the first call of `near_table`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table: TypeAlias = NDArray[np.float64]

TopicId: TypeAlias = int | str
"""The number of a subtheme, or the code of a goal (`16`) or target (`16.7`) that a candidate named."""

STRONGEST = 3
"""Offers and asks are given on a scale of 0 to 3."""

MOST_WEIGHT = 100
"""The highest weight of a part. Weights count in proportion, so that more would say nothing new."""

SAME, SAME_GOAL, SAME_PILLAR = 1.0, 0.7, 0.4
"""How near two topics are: the same subtheme or target, the same goal, the same pillar."""


def _in_the_agenda(target: str) -> tuple[int, bool, str]:
    """Where the code of a target stands among all: 16.7 before 16.10, and that before 16.a."""
    goal, _dot, place = target.partition(".")
    return int(goal), not place.isdecimal(), place.zfill(3)


@dataclass(frozen=True, slots=True)
class Topic:
    """A subtheme, or a goal or target that somebody named: its titles by language, and the goals, targets and pillars
    that it belongs to. `theme`: the primary key of a subtheme's theme."""

    id: TopicId
    titles: Mapping[str, str]
    goals: frozenset[int] = frozenset()
    targets: frozenset[str] = frozenset()
    pillars: frozenset[str] = frozenset()
    theme: int | None = None

    @property
    def sign(self) -> str:
        """The shortest name in the 2030 Agenda: the first target (16.7), else the first goal (16), else nothing."""
        return min(self.targets, key=_in_the_agenda, default="") or str(min(self.goals, default=""))

    @property
    def is_goal(self) -> bool:
        """A goal that was named as a whole: two who name it share the goal, which may hold different targets."""
        return isinstance(self.id, str) and not self.targets


@dataclass(frozen=True, slots=True)
class Candidate:
    """One municipality in the matching. `offers` and `asks`: strength and wish by topic id, 0 to 3.

    `named`: the goals and targets that it would work on first. `place`: the municipality's own number; `wishes`: the
    rank that it gave to partners it named, by their number (empty: none asked for or none named).
    `rank`: the place of this track in a northern candidate's order. `application_score`: 0 to 100.
    `barred`: the code of the hard rule that keeps the candidate out of every pair of this track.
    """

    id: str
    name: str
    offers: Mapping[TopicId, int] = field(default_factory=dict)
    asks: Mapping[TopicId, int] = field(default_factory=dict)
    named: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    population: int | None = None
    character: str = ""
    rank: int | None = None
    place: int | None = None
    wishes: Mapping[int, int] = field(default_factory=dict)
    application_score: float | None = None
    barred: str = ""


def nearness(one: Topic, other: Topic) -> float:
    """How near two topics are, 0 to 1."""
    if one.targets & other.targets or (one.id == other.id and not one.is_goal):
        return SAME
    if one.goals & other.goals:
        return SAME_GOAL
    return SAME_PILLAR if one.pillars & other.pillars else 0.0


def near_table(topics: Sequence[Topic]) -> Table:
    """The nearness of all topics to each other."""
    import numpy as np

    table = np.zeros((len(topics), len(topics)))
    for shared, near in (
        ([topic.pillars for topic in topics], SAME_PILLAR),
        ([topic.goals for topic in topics], SAME_GOAL),
        ([topic.targets for topic in topics], SAME),
    ):
        table[shares(shared, shared)] = near
    itself = [place for place, topic in enumerate(topics) if not topic.is_goal]
    table[itself, itself] = SAME
    return table


def shares(one: Sequence[Collection[object]], other: Sequence[Collection[object]]) -> NDArray[np.bool_]:
    """Which of `one` (rows) have something in common with which of `other` (columns)."""
    import numpy as np

    column = {value: place for place, value in enumerate({value for row in (*one, *other) for value in row})}
    marks = []
    for rows in (one, other):
        made = np.zeros((len(rows), len(column)), dtype=np.float32)
        for number, row in enumerate(rows):
            made[number, [column[value] for value in row]] = 1
        marks.append(made)
    return np.asarray(marks[0] @ marks[1].T > 0)
