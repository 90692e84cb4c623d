"""A heat map is a table: numbers in its cells, ten steps of one hue behind them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from sdgpartners.core.charts import svg
from sdgpartners.core.components import Shape

STEPS = 10


@dataclass(frozen=True, slots=True)
class HeatHead:
    """The head of a row or column; `shape` draws the side's marker before it."""

    label: str
    shape: str = ""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell. `value` None is empty; `state` is '', 'chosen' or 'barred', said in words by `state_text`;
    `note` is a short word in the corner (`fixed`); `name` says what the link behind it is about, for who hears links
    alone: it contains the words of the cell."""

    value: float | None
    text: str = ""
    state: str = ""
    state_text: str = ""
    note: str = ""
    url: str = ""
    name: str = ""


_PATHS = {
    Shape.DIAMOND: "M6 0l6 6-6 6-6-6z",
    Shape.CIRCLE: "M6 .6a5.4 5.4 0 110 10.8A5.4 5.4 0 016 .6z",
    Shape.TRIANGLE: "M6 .8L12 11.4H0z",
    Shape.SQUARE: "M1 1h10v10H1z",
    Shape.STAR: "M6 0l1.7 4L12 4.4 8.8 7.3l.9 4.5L6 9.4l-3.7 2.4.9-4.5L0 4.4 4.3 4z",
}
HUE_OF_SHAPE = {
    Shape.DIAMOND: "north",
    Shape.CIRCLE: "third",
    Shape.TRIANGLE: "south",
    Shape.SQUARE: "fourth",
    Shape.STAR: "fifth",
}


def shape_path(shape: str) -> str:
    """The outline of a marker in a box of 12 by 12."""
    return _PATHS[Shape(shape)]


def step_of(value: float, low: float, high: float) -> int:
    """Which of the ten steps a value falls in, 0 to 9."""
    return min(STEPS - 1, int(STEPS * svg.share(value - low, high - low)))


def heat_map(
    columns: Sequence[HeatHead],
    rows: Sequence[tuple[HeatHead, Sequence[HeatCell]]],
    *,
    caption: str,
    low: float = 0,
    high: float = 100,
    corner: str = "",
) -> SafeString:
    """The table. ValueError where a row has not one cell a column."""
    if any(len(cells) != len(columns) for _head, cells in rows):
        raise ValueError("heat_map: each row has one cell a column")
    heads = format_html_join("", '<th scope="col">{}</th>', ((_head_of(head),) for head in columns))
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        ((_head_of(head), svg.join(_cell(cell, low, high) for cell in cells)) for head, cells in rows),
    )
    # The first head is never empty: screen readers would announce a nameless column.
    first = format_html('<td class="corner">{}</td>', corner)
    return format_html(
        '<div class="table-scroll" tabindex="0" role="group" aria-label="{}">'
        '<table class="heat"><caption><span>{}</span></caption>'
        "<thead><tr>{}{}</tr></thead><tbody>{}</tbody></table></div>",
        caption,
        caption,
        first,
        heads,
        body,
    )


def _head_of(head: HeatHead) -> SafeString:
    if not head.shape:
        return conditional_escape(head.label)
    mark = svg.element(
        "svg",
        svg.element("path", d=shape_path(head.shape)),
        class_=f"marker shape-{Shape(head.shape).value}",
        viewBox="0 0 12 12",
        width="12",
        height="12",
        fill=svg.FILLS[HUE_OF_SHAPE[Shape(head.shape)]],
        aria_hidden="true",
        focusable="false",
    )
    return format_html("{} {}", mark, head.label)


def _cell(cell: HeatCell, low: float, high: float) -> SafeString:
    if cell.state not in ("", "chosen", "barred"):
        raise ValueError(f"heat_map: unknown state {cell.state!r}")
    if cell.state and not cell.state_text:
        raise ValueError("heat_map: a state needs its words")
    step = "" if cell.value is None or cell.state == "barred" else f"h{step_of(cell.value, low, high)}"
    shown = cell.text or ("" if cell.value is None else svg.shown(cell.value))
    if cell.state == "barred":
        words = format_html(
            '<span aria-hidden="true">✕</span><span class="visually-hidden">{}</span>', cell.state_text
        )
    elif cell.state:
        words = format_html('{}<span class="visually-hidden"> {}</span>', shown, cell.state_text)
    else:
        words = conditional_escape(shown)
    if cell.url:
        named = format_html(' aria-label="{}"', cell.name) if cell.name else ""
        words = format_html('<a href="{}"{}>{}</a>', cell.url, named, words)
    note = format_html("<small>{}</small>", cell.note) if cell.note else ""
    return format_html('<td class="{}">{}{}</td>', " ".join(filter(None, (step, cell.state))), words, note)
