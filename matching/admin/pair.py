"""The panel of one pair in the matching room: its parts, its sentences, what choosing it would cost."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.enums import RuleKind
from matching.models import PairScore, Scenario
from matching.selectors.room import Cell, Place, Room
from matching.sentences import bar_in_words, extra_points, parts_in_words, points_in_words
from sdgpartners.core import charts


def pair_panel(scenario: Scenario, room: Room, chosen: tuple[Place, Place, Cell]) -> dict[str, Any]:
    """What the panel shows of a pair in view (one statement)."""
    north, south, cell = chosen
    row = PairScore.objects.get(
        scenario=scenario, north__reference=north.reference, south__reference=south.reference
    )
    parts = parts_in_words(row.parts)
    known = [part for part in parts if part.points is not None and part.maximum]
    key = (north.reference, south.reference)
    return {
        "key": f"{north.reference}.{south.reference}",
        "north": north.name,
        "south": south.name,
        "score": None if cell.score is None else points_in_words(float(cell.score)),
        "bar": bar_in_words(cell.barred_by) if cell.barred_by else "",
        "proposed": cell.proposed,
        "parts": parts,
        "chart": charts.weight_bars(
            [charts.PartRow(part.label, part.points or 0.0, part.maximum, part.shown) for part in known],
            title=_("How the score of %(north)s and %(south)s came about")
            % {"north": north.name, "south": south.name},
        )
        if known
        else None,
        "extra": points_in_words(extra) if (extra := extra_points(row.parts)) else "",
        "cost": _cost(room, key),
        "blocking": key in set(room.blocking),
        "rule": room.rules.get(key),
    }


def _cost(room: Room, key: tuple[str, str]) -> str:
    """What choosing this pair instead would cost the whole, in one sentence; empty where not priced."""
    cell = room.cells[key]
    if cell.proposed or cell.score is None or cell.rule == RuleKind.FORBID or not room.costs:
        return ""
    if key not in room.costs:
        return _("One of the two is in a fixed pair, so another choice is not priced.")
    return cost_in_words(room.costs[key])


def cost_in_words(cost: float | None) -> str:
    """What choosing a pair that is priced would cost the whole."""
    if cost is None:
        return _("With this pair one place fewer can be filled.")
    if cost == 0:
        return _("Choosing this pair costs nothing: it is a tie, which people decide.")
    if cost < 0:
        return _("With this pair the total rises by %(points)s, but the weakest pair is weaker.") % {
            "points": points_in_words(-cost)
        }
    return ngettext(
        "Choosing this pair costs the whole %(points)s point.",
        "Choosing this pair costs the whole %(points)s points.",
        2 if cost != 1 else 1,
    ) % {"points": points_in_words(cost)}
