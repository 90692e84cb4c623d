"""How well a northern and a southern municipality fit: 0 to 100 points in named parts, each with its reason.

Pure arithmetic over all pairs at once. A part is a number of 0 to 1, or not known: then it is left out and the weights
of the others are re-based (concept note: theme 40, exchange 25, language 15, preference 10, size 5, application 5).
numpy is imported on the first call, so this belongs to the worker.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from matching import pairing_parts, pairing_reasons
from matching.pairing_input import Candidate, Topic, near_table, nearness
from matching.pairing_parts import character_fit, size_fit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from matching.pairing_input import Table

__all__ = [
    "NOTHING_KNOWN",
    "PARTS",
    "Candidate",
    "PairTable",
    "Topic",
    "character_fit",
    "nearness",
    "size_fit",
]

PARTS = ("theme", "exchange", "language", "preference", "size", "application")
NOTHING_KNOWN = "nothing_known"
"""The bar of a pair of which no weighted part is known."""


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
        return near_table(self.topics)

    @cached_property
    def near_rows(self) -> list[list[float]]:
        """The same as plain numbers, for the reasons."""
        rows: list[list[float]] = self.near.tolist()
        return rows

    @cached_property
    def shown_topics(self) -> list[dict[str, Any]]:
        """The topics as reasons store them."""
        return [{"titles": dict(topic.titles), "sign": topic.sign} for topic in self.topics]

    @cached_property
    def parts(self) -> Mapping[str, Table]:
        """Every part as a table of numbers 0 to 1, NaN where it is not known."""
        sides = self.north, self.south
        return {
            "theme": pairing_parts.theme(*sides, self.topics, self.near),
            "exchange": pairing_parts.exchange(*sides, self.topics, self.near),
            "language": pairing_parts.language(*sides),
            "preference": pairing_parts.preference(*sides),
            "size": pairing_parts.size(*sides),
            "application": pairing_parts.application(*sides),
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
            base = base + self.extra
        # A sum of shares may pass the whole by the last bit.
        return np.floor(np.minimum(base, 100.0) * 10_000 + 0.5) / 10_000

    def weighed(self, weights: Mapping[str, int]) -> PairTable:
        """The same pairs under other weights; the parts are not computed again."""
        made = replace(self, weights=weights)
        made.__dict__["parts"] = self.parts
        return made

    @cached_property
    def bars(self) -> NDArray[np.object_]:
        """The code of the hard rule that excludes each pair, empty where it is allowed."""
        import numpy as np

        codes = np.full(self._shape, "", dtype=object)
        codes[np.isnan(self.scores)] = NOTHING_KNOWN
        row = {one.id: place for place, one in enumerate(self.north)}
        column = {one.id: place for place, one in enumerate(self.south)}
        for (north, south), code in self.pair_bars.items():
            if north in row and south in column:
                codes[row[north], column[south]] = code
        for place, one in enumerate(self.north):
            if one.barred:
                codes[place, :] = one.barred
        for place, one in enumerate(self.south):
            if one.barred:
                codes[:, place] = one.barred
        return codes

    def barred(self, row: int, column: int) -> str:
        """The code of the hard rule that excludes the pair, empty where it is allowed."""
        return str(self.bars[row, column])

    def allowed_scores(self) -> Table:
        """The scores with NaN for every pair that a hard rule excludes."""
        import numpy as np

        return np.where(self.bars == "", self.scores, np.nan)

    @cached_property
    def profiles(self) -> tuple[list[pairing_reasons.Profile], list[pairing_reasons.Profile]]:
        """What each candidate marked, as the reasons read it: north, south."""
        column = {topic.id: place for place, topic in enumerate(self.topics)}
        north, south = (
            [pairing_reasons.profile_of(one, column) for one in side] for side in (self.north, self.south)
        )
        return north, south

    def explain(self, row: int, column: int) -> list[dict[str, Any]]:
        """The parts of one pair as stored: part, weight, score (None: not known), sentence, params."""
        rows = []
        for name in PARTS:
            value = float(self.parts[name][row, column])
            known = not math.isnan(value)
            code, params = (
                pairing_reasons.reason(name, row, column, self) if known else (pairing_reasons.UNKNOWN, {})
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
