"""Pictures made on the server: safe markup for pages, reports and mail, without script and without style
attributes.

Each has a title that is read out. Beside each stands a table: `{% figure %}` puts it there.
"""

from sdgpartners.core.charts.bars import (
    PairRow,
    PartRow,
    StackRow,
    bar_pairs,
    funnel,
    legend_of,
    meter_cell,
    pair_cell,
    stacked_bars,
    weight_bars,
)
from sdgpartners.core.charts.heat import HeatCell, HeatHead, heat_map
from sdgpartners.core.charts.links import End, Link, links
from sdgpartners.core.charts.spread import DotRow, dots, progress_ring
from sdgpartners.core.charts.timeline import Span, TimeRow, timeline, window_strip

__all__ = [
    "DotRow",
    "End",
    "HeatCell",
    "HeatHead",
    "Link",
    "PairRow",
    "PartRow",
    "Span",
    "StackRow",
    "TimeRow",
    "bar_pairs",
    "dots",
    "funnel",
    "heat_map",
    "legend_of",
    "links",
    "meter_cell",
    "pair_cell",
    "progress_ring",
    "stacked_bars",
    "timeline",
    "weight_bars",
    "window_strip",
]
