"""How well a northern and a southern municipality fit: 0 to 100 points in named parts, each with its reason.

Pure arithmetic. A part is a number of 0 to 1, or not known: then it is left out and the weights of the others
are re-based (concept note: theme 40, exchange 25, language 15, preference 10, size 5, application 5).
numpy is imported on the first call, so this belongs to the worker.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from matching import pairing_reasons

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table: TypeAlias = NDArray[np.float64]

PARTS = ("theme", "exchange", "language", "preference", "size", "application")
STRONGEST = 3
"""Offers and asks are given on a scale of 0 to 3."""

SAME, SAME_GOAL, SAME_PILLAR = 1.0, 0.7, 0.4
"""How near two subthemes are: the same one or a shared target, a shared goal, a shared pillar."""

RELATED_CHARACTERS = (frozenset({"urban", "suburban"}), frozenset({"rural", "suburban"}))
NOTHING_KNOWN = "nothing_known"
"""The bar of a pair of which no weighted part is known."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A subtheme: its titles by language, and the goals, targets and pillars that it belongs to."""

    id: int
    titles: Mapping[str, str]
    goals: frozenset[int] = frozenset()
    targets: frozenset[str] = frozenset()
    pillars: frozenset[str] = frozenset()

    @property
    def sign(self) -> str:
        """The shortest name in the 2030 Agenda: a target (16.7), else a goal (16), else nothing."""
        return min(self.targets, default="") or str(min(self.goals, default=""))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One municipality in the matching. `offers` and `asks`: strength and wish by topic id, 0 to 3.

    `rank`: the place of this track in a northern candidate's order. `application_score`: 0 to 100.
    `barred`: the code of the hard rule that keeps the candidate out of every pair of this track.
    """

    id: str
    name: str
    offers: Mapping[int, int] = field(default_factory=dict)
    asks: Mapping[int, int] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    population: int | None = None
    character: str = ""
    rank: int | None = None
    application_score: float | None = None
    barred: str = ""


def nearness(one: Topic, other: Topic) -> float:
    """How near two subthemes are, 0 to 1."""
    if one.id == other.id or one.targets & other.targets:
        return SAME
    if one.goals & other.goals:
        return SAME_GOAL
    return SAME_PILLAR if one.pillars & other.pillars else 0.0


@dataclass(frozen=True)
class PairTable:
    """All pairs of one track at once; tables have a row a north and a column a south."""

    north: Sequence[Candidate]
    south: Sequence[Candidate]
    topics: Sequence[Topic]
    weights: Mapping[str, int]
    pair_bars: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Hard rules on single pairs, by the ids of north and south."""
    extra: Table | None = None
    """Points added before the solver (a preference of the coordinators); a score never passes 100."""

    @cached_property
    def near(self) -> Table:
        """The nearness of all topics to each other."""
        import numpy as np

        rows = [[nearness(one, other) for other in self.topics] for one in self.topics]
        return np.array(rows, dtype=float).reshape(len(self.topics), len(self.topics))

    @cached_property
    def parts(self) -> Mapping[str, Table]:
        """Every part as a table of numbers 0 to 1, NaN where it is not known."""
        return {
            "theme": self._theme(),
            "exchange": self._exchange(),
            "language": self._language(),
            "preference": self._preference(),
            "size": self._size(),
            "application": self._application(),
        }

    @cached_property
    def scores(self) -> Table:
        """Scores in points, 0 to 100, NaN where nothing is known. Four decimals, as the solver reads them."""
        import numpy as np

        points = np.zeros(self._shape)
        known = np.zeros(self._shape)
        for name in PARTS:
            part, weight = self.parts[name], float(self.weights[name])
            points += np.nan_to_num(part) * weight
            known += np.where(np.isnan(part), 0.0, weight)
        with np.errstate(invalid="ignore", divide="ignore"):
            base = np.where(known > 0, 100 * points / known, np.nan)
        if self.extra is not None:
            base = np.minimum(base + self.extra, 100.0)
        return np.floor(base * 10_000 + 0.5) / 10_000

    def barred(self, row: int, column: int) -> str:
        """The code of the hard rule that excludes the pair, empty where it is allowed."""
        north, south = self.north[row], self.south[column]
        rule = south.barred or north.barred or self.pair_bars.get((north.id, south.id), "")
        return rule or (NOTHING_KNOWN if math.isnan(self.scores[row, column]) else "")

    def allowed_scores(self) -> Table:
        """The scores with NaN for every pair that a hard rule excludes."""
        import numpy as np

        bars = [[bool(self.barred(i, j)) for j in range(len(self.south))] for i in range(len(self.north))]
        return np.where(np.array(bars, dtype=bool).reshape(self._shape), np.nan, self.scores)

    def explain(self, row: int, column: int) -> list[dict[str, Any]]:
        """The parts of one pair as stored: part, weight, score (None: not known), sentence, params."""
        north, south = self.north[row], self.south[column]
        rows = []
        for name in PARTS:
            value = float(self.parts[name][row, column])
            known = not math.isnan(value)
            code, params = (
                pairing_reasons.reason(name, north, south, self) if known else (pairing_reasons.UNKNOWN, {})
            )
            rows.append(
                {
                    "part": name,
                    "weight": self.weights[name],
                    "score": round(value, 4) if known else None,
                    "sentence": code,
                    "params": params,
                }
            )
        return rows

    @property
    def _shape(self) -> tuple[int, int]:
        return len(self.north), len(self.south)

    def _levels(self, side: Sequence[Candidate], *names: str) -> Table:
        """The strongest of offers or asks by topic, 0 to 1; NaN for a candidate who filled in nothing."""
        import numpy as np

        table = np.zeros((len(side), len(self.topics)))
        for row, one in enumerate(side):
            if not any((*one.offers.values(), *one.asks.values())):
                table[row] = np.nan
                continue
            for name in names:
                levels: Mapping[int, int] = getattr(one, name)
                given = [levels.get(topic.id, 0) / STRONGEST for topic in self.topics]
                table[row] = np.maximum(table[row], given)
        return table

    def _met(self, wanted: Table, given: Table) -> Table:
        """Which share of its wants each row finds with the others, nearer topics more; NaN: wants nothing."""
        import numpy as np

        met = np.zeros((len(wanted), len(given)))
        for topic in range(len(self.topics)):
            best = np.zeros_like(met)
            for other in np.flatnonzero(self.near[topic]):
                reached = np.minimum(wanted[:, topic, None], given[None, :, other])
                best = np.maximum(best, self.near[topic, other] * reached)
            met += best
        total = wanted.sum(axis=1)[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(total > 0, met / total, np.nan)

    def _theme(self) -> Table:
        north = self._levels(self.north, "offers", "asks")
        south = self._levels(self.south, "offers", "asks")
        return (self._met(north, south) + self._met(south, north).T) / 2

    def _exchange(self) -> Table:
        """What one is strong in meets what the other asks, both ways; a balanced exchange scores higher."""
        import numpy as np

        learns = self._met(self._levels(self.north, "asks"), self._levels(self.south, "offers"))
        teaches = self._met(self._levels(self.south, "asks"), self._levels(self.north, "offers")).T
        both = (np.minimum(learns, teaches) + (learns + teaches) / 2) / 2
        one_way = np.where(np.isnan(learns), teaches, learns)
        # Who filled in nothing is not known, which is not the same as giving nothing.
        silent = np.isnan(self._levels(self.north, "asks").sum(axis=1))[:, None] | np.isnan(
            self._levels(self.south, "asks").sum(axis=1)
        )
        return np.where(silent, np.nan, np.where(np.isnan(both), one_way, both))

    def _language(self) -> Table:
        return self._cells(
            lambda north, south: (
                float(bool(north.languages & south.languages))
                if north.languages and south.languages
                else None
            )
        )

    def _preference(self) -> Table:
        return self._cells(lambda north, _south: 1 / north.rank if north.rank else None)

    def _size(self) -> Table:
        return self._cells(size_fit)

    def _application(self) -> Table:
        return self._cells(_application_fit)

    def _cells(self, fit: Any) -> Table:
        import numpy as np

        rows = [
            [np.nan if (value := fit(north, south)) is None else value for south in self.south]
            for north in self.north
        ]
        return np.array(rows, dtype=float).reshape(self._shape)


def size_fit(north: Candidate, south: Candidate) -> float | None:
    """How alike two places are: mean of inhabitants (ten times as many: 0) and character, where known."""
    known = []
    if north.population and south.population:
        known.append(max(0.0, 1 - abs(math.log10(north.population / south.population))))
    if north.character and south.character:
        known.append(character_fit(north.character, south.character))
    return sum(known) / len(known) if known else None


def character_fit(one: str, other: str) -> float:
    """1 for the same character, a half for a related one, else 0."""
    if one == other:
        return 1.0
    return 0.5 if frozenset({one, other}) in RELATED_CHARACTERS else 0.0


def _application_fit(north: Candidate, south: Candidate) -> float | None:
    known = [one.application_score for one in (north, south) if one.application_score is not None]
    return sum(known) / len(known) / 100 if known else None
