"""The picture of the two halves."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from budget.selectors import ShareBalance
from sdgpartners.core.charts import StackRow, legend_of, stacked_bars
from sdgpartners.core.display import format_money
from sdgpartners.core.templatetags.ui import figure

register = template.Library()
# What is left is the ground of the bar: money used stands out.
HUES = ("accent", "fourth", "track")


@register.inclusion_tag("components/figure.html")
def budget_figure(halves: Sequence[ShareBalance]) -> dict[str, Any]:
    """Both halves: approved, claimed, left. The title says how much is left in all."""
    currency = halves[0].share.budget.currency
    left = sum((half.balance.left for half in halves), start=halves[0].balance.amount * 0)
    parts = [_("Approved"), _("Claimed"), _("Left")]
    title = _("%(left)s is left of %(total)s") % {
        "left": format_money(left, currency),
        "total": format_money(halves[0].share.budget.total, currency),
    }
    rows = [
        StackRow(
            label=half.share.municipality.name,
            parts=(float(half.balance.approved), float(half.balance.reserved), float(half.balance.left)),
            text=format_money(half.balance.left, currency),
        )
        for half in halves
    ]
    table = [
        (
            half.share.municipality.name,
            format_money(half.balance.approved, currency),
            format_money(half.balance.reserved, currency),
            format_money(half.balance.left, currency),
        )
        for half in halves
    ]
    return figure(
        title,
        stacked_bars(rows, parts, title=title, hues=HUES),
        headers=[_("Half of"), *parts],
        rows=table,
        legend=legend_of(parts, HUES),
    )
