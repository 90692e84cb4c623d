"""The panel of one pair in the matching room: its parts, its sentences, what choosing it would cost."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.enums import Objective, RuleKind
from matching.models import Scenario
from matching.selectors.room import Cell, Place, Room
from matching.selectors.word_prices import word_prices
from matching.sentences import bar_in_words, extra_points, parts_in_words, points_in_words
from sdgpartners.core import charts


def pair_panel(scenario: Scenario, room: Room, chosen: tuple[Place, Place, Cell]) -> dict[str, Any]:
    """What the panel shows of a pair in view, whose parts the room was asked for."""
    north, south, cell = chosen
    key = (north.reference, south.reference)
    found = room.parts.get(key, [])
    parts = parts_in_words(found)
    known = [part for part in parts if part.points is not None and part.maximum]
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
        "extra": points_in_words(extra) if (extra := extra_points(found)) else "",
        "cost": _cost(scenario, room, key),
        "blocking": key in set(room.blocking),
        "rule": room.rules.get(key),
        "price": word_prices(scenario).get(key, ""),
    }


def _cost(scenario: Scenario, room: Room, key: tuple[str, str]) -> str:
    """What choosing this pair instead would cost the whole, in one sentence; empty where not priced."""
    cell = room.cells[key]
    if cell.proposed or cell.score is None or cell.rule == RuleKind.FORBID or not room.costs:
        return ""
    if key not in room.costs:
        return _("One of the two is in a fixed pair, so another choice is not priced.")
    return cost_in_words(scenario, room.costs[key], cell.score)


def is_fair(scenario: Scenario) -> bool:
    """Whether the pairs were sought under the fair aim, whatever the aim is by now."""
    return bool(scenario.inputs.get("problem", {}).get("objective") == Objective.FAIR)


def cost_in_words(scenario: Scenario, cost: float | None, score: Decimal | None) -> str:
    """What choosing a pair that is priced, with this score, would cost the whole. Under the fair aim its price asks of
    the other pairs alone that they stay as good as the weakest."""
    fair = is_fair(scenario)
    if cost is None and fair:
        return _(
            "With this pair one place fewer can be filled, or another pair is weaker than the weakest is now."
        )
    if cost is None:
        return _("With this pair one place fewer can be filled.")
    if cost < 0:
        return _("With this pair the total rises by %(points)s, but the weakest pair is weaker.") % {
            "points": small_points(-cost)
        }
    weakest = fair and score is not None and scenario.worst is not None and score < scenario.worst
    if cost == 0 and weakest:
        return _("Choosing this pair costs the total nothing, but the weakest pair is weaker.")
    if cost == 0:
        return _("Choosing this pair costs nothing: it is a tie, which people decide.")
    told = ngettext(
        "Choosing this pair costs the whole %(points)s point.",
        "Choosing this pair costs the whole %(points)s points.",
        2 if cost != 1 else 1,
    ) % {"points": small_points(cost)}
    weaker = _("The weakest pair is weaker then.")
    return f"{told} {weaker}" if weakest else told


def small_points(value: float) -> str:
    """Points of a difference: one that is more than nothing is never shown as 0."""
    least = 0.1
    if 0 < value < least / 2:
        return _("less than %(points)s") % {"points": points_in_words(least)}
    return points_in_words(value)
