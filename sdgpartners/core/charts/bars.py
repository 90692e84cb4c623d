"""Bars: two of a pair, parts of a whole, points of a maximum, a funnel. Words stand above a bar, never
inside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from sdgpartners.core.charts import svg

# Room for the words after the longest bar, as a share of the width.
_ROOM = 0.28


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two values of one thing with the words that are drawn; `maximum` (0: none) draws what could have
    been."""

    label: str
    first: float
    second: float
    first_text: str
    second_text: str
    maximum: float = 0


@dataclass(frozen=True, slots=True)
class StackRow:
    """The parts of one bar, in the order of the legend, and the words at its end."""

    label: str
    parts: Sequence[float]
    text: str = ""


@dataclass(frozen=True, slots=True)
class PartRow:
    """`value` out of `maximum`, with the words that are drawn (`38/40`)."""

    label: str
    value: float
    maximum: float
    text: str = ""


def bar_pairs(
    rows: Sequence[PairRow], *, title: str, desc: str = "", hues: tuple[str, str] = ("north", "south")
) -> SafeString:
    """Two bars a row on one scale, for instance spent in the north and in the south."""
    top = max((max(row.first, row.second, row.maximum) for row in rows), default=0)
    parts, y = [], 0.0
    for row in rows:
        parts.append(svg.text(0, y + 14, row.label, kind="strong"))
        for offset, value, words, hue in (
            (22, row.first, row.first_text, hues[0]),
            (42, row.second, row.second_text, hues[1]),
        ):
            if row.maximum:
                parts.append(svg.bar(0, y + offset, (1 - _ROOM) * svg.share(row.maximum, top), 16, "track"))
            width = (1 - _ROOM) * svg.share(value, top)
            parts.append(svg.bar(0, y + offset, width, 16, hue))
            end = (1 - _ROOM) * svg.share(max(row.maximum, value), top)
            parts.append(svg.text(end, y + offset + 13, words, dx=8))
        y += 74
    return svg.picture(parts, height=max(y - 14, 16), title=title, desc=desc)


def pair_cell(
    first: float, second: float, maximum: float, *, title: str, hues: tuple[str, str] = ("north", "south")
) -> SafeString:
    """The two bars of one row without words, for a table cell; the numbers are in `title`."""
    parts = []
    for y, value, hue in ((0, first, hues[0]), (11, second, hues[1])):
        parts += [svg.bar(0, y, 1, 9, "track"), svg.bar(0, y, svg.share(value, maximum), 9, hue)]
    return svg.picture(parts, height=20, title=title, css="chart chart-cell")


def stacked_bars(
    rows: Sequence[StackRow],
    part_labels: Sequence[str],
    *,
    title: str,
    desc: str = "",
    full: bool = False,
    hues: Sequence[str] = svg.SERIES,
) -> SafeString:
    """Parts of a whole, one bar a row on one scale; `full` draws each bar to its own total (shares).

    ValueError where a row has more parts than there are labels. Use `legend_of(part_labels)` beside it.
    """
    if any(len(row.parts) != len(part_labels) for row in rows) or len(part_labels) > len(hues):
        raise ValueError("stacked_bars: each row has one part a label, at most six")
    totals = [float(sum(row.parts)) for row in rows]
    top = max(totals, default=0)
    parts, y = [], 0.0
    for row, total in zip(rows, totals, strict=True):
        parts += [svg.text(0, y + 14, row.label), svg.text(1, y + 14, row.text, kind="muted", anchor="end")]
        x = 0.0
        for value, label, hue in zip(row.parts, part_labels, hues, strict=False):
            width = svg.share(value, total if full else top)
            parts.append(
                svg.bar(x, y + 22, width, 18, hue, words=f"{row.label}, {label}: {svg.shown(value)}")
            )
            if width > 0.06:
                parts.append(svg.text(x, y + 54, svg.shown(value), kind="muted", size=12))
            x += width
        y += 68
    return svg.picture(parts, height=max(y - 10, 16), title=title, desc=desc)


def legend_of(labels: Sequence[str], hues: Sequence[str] = svg.SERIES) -> list[tuple[str, str]]:
    """The legend of a stacked bar with the same `hues`, for `{% figure legend=... %}`."""
    return list(zip(hues, labels, strict=False))


def weight_bars(rows: Sequence[PartRow], *, title: str, desc: str = "") -> SafeString:
    """What each part brings of what it could bring: how a score came about. Every bar is as wide as its
    maximum is among the others, so a heavy criterion looks heavy."""
    top = max((row.maximum for row in rows), default=0)
    parts, y = [], 0.0
    for row in rows:
        words = row.text or f"{svg.shown(row.value)}/{svg.shown(row.maximum)}"
        parts += [svg.text(0, y + 14, row.label), svg.text(1, y + 14, words, anchor="end")]
        parts.append(svg.bar(0, y + 20, svg.share(row.maximum, top), 8, "track"))
        parts.append(svg.bar(0, y + 20, svg.share(row.value, top), 8, "accent"))
        y += 40
    return svg.picture(parts, height=max(y - 8, 16), title=title, desc=desc)


def meter_cell(value: float, maximum: float, *, title: str, hue: str = "accent") -> SafeString:
    """One bar without words, for a table cell; the numbers are in `title`."""
    parts = [svg.bar(0, 0, 1, 10, "track"), svg.bar(0, 0, svg.share(value, maximum), 10, hue)]
    return svg.picture(parts, height=10, title=title, css="chart chart-cell")


def funnel(rows: Sequence[PartRow], *, title: str, desc: str = "") -> SafeString:
    """How many were left after each step. `value` is drawn; `text` is the number with its share, if any."""
    top = max((row.value for row in rows), default=0)
    parts, y = [], 0.0
    for row in rows:
        words = row.text or svg.shown(row.value)
        parts += [svg.text(0, y + 14, row.label), svg.text(1, y + 14, words, kind="strong", anchor="end")]
        parts += [
            svg.bar(0, y + 22, 1, 16, "track"),
            svg.bar(0, y + 22, svg.share(row.value, top), 16, "accent"),
        ]
        y += 54
    return svg.picture(parts, height=max(y - 14, 16), title=title, desc=desc)
