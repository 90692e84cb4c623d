"""Two columns of names with lines between them: who belongs to whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from sdgpartners.core.charts import svg

ROW = 30
_LEFT, _RIGHT = 0.43, 0.57
"""Where the lines begin and end, as shares of the width; names stand outside."""


@dataclass(frozen=True, slots=True)
class End:
    """A name at one end; `hue` colours its mark, `note` is a short word behind or before the name (a score)."""

    label: str
    hue: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two ends by their positions; dashed for what is only wished. `words` on hovering."""

    left: int
    right: int
    words: str
    dashed: bool = False


def links(
    left: Sequence[End], right: Sequence[End], lines: Sequence[Link], *, title: str, desc: str = ""
) -> SafeString:
    """The picture. ValueError for a line to an end that is not there."""
    for one in lines:
        if not (0 <= one.left < len(left) and 0 <= one.right < len(right)):
            raise ValueError("links: each line has an end on both sides")
    parts = [
        svg.element("g", svg.element("title", one.words) + _line(one))
        for one in sorted(lines, key=_dashed_first)
    ]
    for place, end in enumerate(left):
        y = _middle(place)
        words = f"{end.label} {end.note}".strip()
        parts += [svg.text(_LEFT, y + 5, words, anchor="end", dx=-12), _mark(_LEFT, y, end.hue)]
    for place, end in enumerate(right):
        y = _middle(place)
        words = f"{end.note} {end.label}".strip()
        parts += [_mark(_RIGHT, y, end.hue), svg.text(_RIGHT, y + 5, words, dx=12)]
    return svg.picture(parts, height=max(len(left), len(right), 1) * ROW, title=title, desc=desc)


def _middle(place: int) -> float:
    return place * ROW + ROW / 2


def _dashed_first(one: Link) -> bool:
    return not one.dashed


def _line(one: Link) -> SafeString:
    hue, dash, width = ("late", "5 4", 2.0) if one.dashed else ("accent", "", 3.0)
    return svg.line(_LEFT, _middle(one.left), _RIGHT, _middle(one.right), hue, dash=dash, width=width)


def _mark(x: float, y: float, hue: str) -> SafeString:
    return svg.element(
        "circle", cx=svg.percent(x), cy=svg.number(y), r="6", fill=svg.FILLS[hue], class_=f"c-{hue}"
    )
