"""Where values lie: dots on a scale, and one share as a ring."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import pi
from statistics import median

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sdgpartners.core.charts import svg


@dataclass(frozen=True, slots=True)
class DotRow:
    """The values of one group."""

    label: str
    values: Sequence[float]
    hue: str = "accent"


def dots(
    rows: Sequence[DotRow],
    *,
    low: float,
    high: float,
    title: str,
    desc: str = "",
    threshold: float | None = None,
    threshold_text: str = "",
) -> SafeString:
    """A dot a value on a scale from `low` to `high`, equal values stacked; the median is a line, a
    threshold dashed."""
    if high <= low:
        raise ValueError("dots: high must be above low")

    def place(value: float) -> float:
        # A little room at both ends, so that the dots of 0 and 100 are whole.
        return 0.02 + 0.96 * svg.share(value - low, high - low)

    parts, y = [], 18.0 if threshold_text else 0.0
    for row in rows:
        counts = Counter(round(value, 1) for value in row.values)
        rise = 9 * (max(counts.values(), default=1) - 1)
        base = y + 36 + rise
        parts.append(svg.text(0, y + 14, row.label))
        if row.values:
            middle = median(row.values)
            words = _("middle: %(value)s") % {"value": svg.shown(middle)}
            parts.append(svg.text(1, y + 14, words, kind="muted", anchor="end"))
            parts.append(svg.line(place(middle), base - rise - 12, place(middle), base + 8, "ink", width=2))
        parts.append(svg.line(0, base + 8, 1, base + 8, "line"))
        parts += [
            _dot(place(value), base - 9 * level, row.hue)
            for value, count in sorted(counts.items())
            for level in range(count)
        ]
        y = base + 20
    if threshold is not None:
        x = place(threshold)
        parts.append(svg.line(x, 22 if threshold_text else 0, x, y - 12, "late", dash="4 3"))
        parts.append(svg.text(x, 12, threshold_text, kind="muted", anchor="end" if x > 0.5 else "", size=12))
    parts += [
        svg.text(0, y + 4, svg.shown(low), kind="muted", size=12),
        svg.text(1, y + 4, svg.shown(high), kind="muted", size=12, anchor="end"),
    ]
    return svg.picture(parts, height=y + 8, title=title, desc=desc)


def _dot(x: float, y: float, hue: str) -> SafeString:
    return svg.element(
        "circle", cx=svg.percent(x), cy=svg.number(y), r="4.5", fill=svg.FILLS[hue], class_=f"c-{hue}"
    )


def progress_ring(value: float, maximum: float, *, title: str, text: str = "") -> SafeString:
    """A share as a ring of 96 pixels with its words in the middle (`2/6`)."""
    if not title:
        raise ValueError("a picture needs a title")
    length = 2 * pi * 42
    done = svg.share(value, maximum) * length
    circle = {"cx": "50", "cy": "50", "r": "42", "fill": "none", "stroke_width": "10"}
    words = text or f"{svg.shown(value)}/{svg.shown(maximum)}"
    parts = [
        svg.element("title", title),
        svg.element("circle", **circle, stroke=svg.FILLS["track"], class_="l-track"),
        svg.element(
            "circle",
            **circle,
            stroke=svg.FILLS["accent"],
            class_="l-accent",
            stroke_dasharray=f"{svg.number(done)} {svg.number(length)}",
            transform="rotate(-90 50 50)",
        ),
        svg.element(
            "text",
            words,
            x="50",
            y="58",
            text_anchor="middle",
            font_size="22",
            font_weight="700",
            fill=svg.FILLS["ink"],
        ),
    ]
    return svg.element(
        "svg",
        svg.join(parts),
        class_="chart ring",
        viewBox="0 0 100 100",
        width="96",
        height="96",
        role="img",
        xmlns="http://www.w3.org/2000/svg",
    )
