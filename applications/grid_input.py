"""A scoring grid as somebody wants to have it: what may change once a call is public."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class CriterionInput:
    """Weight, minimum in the criterion's own scale (None: none), and place among the tie-breaks (None: breaks no
    tie)."""

    weight: int
    floor: Decimal | None = None
    tie_break: int | None = None


@dataclass(frozen=True, slots=True)
class GridInput:
    """The criteria of a track by their code, and the bonus, which all tracks of the call share."""

    criteria: Mapping[str, CriterionInput]
    bonus: Decimal
    bonus_max: Decimal
    bonus_tie_break: int | None

    def as_json(self) -> dict[str, Any]:
        """As a change of the grid keeps it."""
        return {
            "criteria": {
                code: {
                    "weight": one.weight,
                    "floor": _plain(one.floor),
                    "tie_break": one.tie_break,
                }
                for code, one in self.criteria.items()
            },
            "bonus": _plain(self.bonus),
            "bonus_max": _plain(self.bonus_max),
            "bonus_tie_break": self.bonus_tie_break,
        }

    def with_criteria(self, other: "GridInput") -> "GridInput":
        """The same bonus with the criteria of another track."""
        return replace(self, criteria=other.criteria)

    def has_other_bonus(self, other: "GridInput") -> bool:
        """Whether the bonus, its ceiling or its place among the tie-breaks differs."""
        mine = (self.bonus, self.bonus_max, self.bonus_tie_break)
        return mine != (other.bonus, other.bonus_max, other.bonus_tie_break)


def _plain(number: Decimal | None) -> str | None:
    """Two decimals always, so that 2 and 2.00 are the same to whoever compares."""
    return None if number is None else f"{number:.2f}"
