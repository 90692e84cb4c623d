"""All pairs of a room as lines of a table: filtered, sorted, with the parts of those on the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from matching.enums import RuleKind
from matching.models import PairScore
from matching.selectors.room import OTHER_TRACK, Place, Room

PROPOSED, POSSIBLE, BARRED, BLOCKING = "proposed", "possible", "barred", "blocking"
"""What a list of pairs can be narrowed to, beside the kinds of rules."""
SORT_KEYS = ("north", "south", "score", "cost")
FIRST_ORDER = "-score"


@dataclass(frozen=True, slots=True)
class PairLine:
    """One pair. `cost`: what choosing it costs the total (None: not priced, or one place fewer could be filled)."""

    north: Place
    south: Place
    score: Decimal | None
    barred_by: str
    proposed: bool
    rule: str
    blocking: bool
    priced: bool
    cost: float | None
    pk: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """The references of north and south."""
        return self.north.reference, self.south.reference

    @property
    def possible(self) -> bool:
        """Whether the pair may be made: neither barred nor forbidden."""
        return self.score is not None and self.rule != RuleKind.FORBID


def pair_lines(room: Room) -> list[PairLine]:
    """Every pair in view, but those of a Flemish municipality that is no candidate for that country."""
    blocking = set(room.blocking)
    lines = []
    for north in room.north:
        for south in room.south:
            key = north.reference, south.reference
            cell = room.cells[key]
            if cell.barred_by in OTHER_TRACK:
                continue
            lines.append(
                PairLine(
                    north=north,
                    south=south,
                    score=cell.score,
                    barred_by=cell.barred_by,
                    proposed=cell.proposed,
                    rule=cell.rule,
                    blocking=key in blocking,
                    priced=key in room.costs,
                    cost=room.costs.get(key),
                    pk=cell.pk,
                )
            )
    return lines


def chosen_lines(
    lines: Iterable[PairLine],
    *,
    name: str = "",
    track: int | None = None,
    only: str = "",
    least: int | None = None,
) -> list[PairLine]:
    """The lines that fit: `name` in either name, one track, a kind of pair or rule, at least so many points."""
    wanted = name.strip().casefold()
    return [
        line
        for line in lines
        if (not wanted or wanted in line.north.name.casefold() or wanted in line.south.name.casefold())
        and (track is None or line.south.track_id == track)
        and (not only or _is(line, only))
        and (least is None or (line.score is not None and line.score >= least))
    ]


def _is(line: PairLine, only: str) -> bool:
    if only in RuleKind.values:
        return line.rule == only
    known = {
        PROPOSED: line.proposed,
        POSSIBLE: line.possible,
        BARRED: not line.possible,
        BLOCKING: line.blocking,
    }
    return known.get(only, True)


def sorted_lines(lines: Iterable[PairLine], order: str) -> list[PairLine]:
    """By one of SORT_KEYS, a minus before it turns it round; another word gives the first order. What has no score or
    price comes last both ways; equals stand by name."""
    key, falling = order.removeprefix("-"), order.startswith("-")
    if key not in SORT_KEYS:
        return sorted_lines(lines, FIRST_ORDER)
    by_name = sorted(lines, key=lambda line: (line.north.name, line.south.name))
    if key in ("north", "south"):
        return sorted(by_name, key=lambda line: getattr(line, key).name, reverse=falling)
    known = [line for line in by_name if getattr(line, key) is not None]
    unknown = [line for line in by_name if getattr(line, key) is None]
    return sorted(known, key=lambda line: getattr(line, key), reverse=falling) + unknown


def parts_of(lines: Iterable[PairLine]) -> Mapping[int, list[dict[str, Any]]]:
    """The stored parts of these pairs by the lines' primary keys; one statement."""
    return dict(PairScore.objects.filter(pk__in=[line.pk for line in lines]).values_list("pk", "parts"))
