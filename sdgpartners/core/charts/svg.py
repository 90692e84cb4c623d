"""The few SVG pieces that all pictures are made of.

Pictures carry no style attribute (the content security policy refuses it). Colours are presentation
attributes with the light value, which reports and mail use, plus a class through which the page's style
sheet gives the token, so the dark scheme follows. A chart has no viewBox: x and widths are percentages and
heights pixels, so that letters keep their size on a phone.
"""

from collections.abc import Iterable

from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

# Light values of static/css/tokens.css; tests/core/test_contrast.py holds the two equal.
FILLS = {
    "accent": "#0b6b58",
    "north": "#b8860b",
    "south": "#2466b0",
    "third": "#0f7f4f",
    "fourth": "#7b4ea3",
    "fifth": "#b4506d",
    "late": "#a9211b",
    "track": "#dfe5e8",
    "line": "#dde2e6",
    "ink": "#16212e",
    "muted": "#536070",
    "ground": "#ffffff",
}
# The colours that the United Nations gave to the goals 1 to 17, in their order.
SDG_FILLS = (
    "#e5243b", "#dda63a", "#4c9f38", "#c5192d", "#ff3a21", "#26bde2", "#fcc30b", "#a21942", "#fd6925",
    "#dd1367", "#fd9d24", "#bf8b2e", "#3f7e44", "#0a97d9", "#56c02b", "#00689d", "#19486a",
)  # fmt: skip
SERIES = ("north", "south", "third", "fourth", "fifth", "accent")


def number(value: float) -> str:
    """A number as SVG wants it, whatever the language of the page: at most two decimals, no thousands."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def shown(value: float) -> str:
    """A number for people to read: in the active language, at most one decimal."""
    rounded = round(float(value), 1)
    return str(number_format(int(rounded) if rounded == int(rounded) else rounded, force_grouping=True))


def percent(value: float) -> str:
    """A share (0 to 1, held inside) as a percentage for x or width."""
    return f"{number(100 * min(max(value, 0.0), 1.0))}%"


def share(value: float, maximum: float) -> float:
    """`value` as a part of `maximum`, between 0 and 1; 0 where there is nothing to share."""
    return min(max(float(value) / float(maximum), 0.0), 1.0) if maximum > 0 else 0.0


def element(name: str, content: str = "", **attributes: object) -> SafeString:
    """One element, everything escaped. `text_anchor` becomes `text-anchor`, `class_` becomes `class`."""
    pairs = mark_safe(  # noqa: S308 each value is escaped in format_html
        "".join(
            format_html(' {}="{}"', key.rstrip("_").replace("_", "-"), value)
            for key, value in attributes.items()
            if value not in (None, "")
        )
    )
    inner = conditional_escape(content)
    if inner or name in ("svg", "g", "text"):
        return format_html("<{}{}>{}</{}>", mark_safe(name), pairs, inner, mark_safe(name))  # noqa: S308
    return format_html("<{}{}/>", mark_safe(name), pairs)  # noqa: S308


def bar(x: float, y: float, width: float, height: float, hue: str, *, words: str = "") -> SafeString:
    """A rectangle: x and width as shares of the picture (0 to 1), y and height in pixels; `words` on
    hovering."""
    return element(
        "rect",
        element("title", words) if words else "",
        x=percent(x),
        y=number(y),
        width=percent(width),
        height=number(height),
        fill=FILLS[hue],
        class_=f"c-{hue}",
    )


def text(
    x: float, y: float, words: str, *, kind: str = "", anchor: str = "", size: int = 14, dx: float = 0
) -> SafeString:
    """Words at share `x` and pixel `y` (their baseline). `kind`: empty, `muted` or `strong`."""
    return element(
        "text",
        words,
        x=percent(x),
        y=number(y),
        dx=number(dx) if dx else None,
        fill=FILLS["muted" if kind == "muted" else "ink"],
        class_=f"t-{kind}" if kind else None,
        font_size=size,
        font_weight="700" if kind == "strong" else None,
        text_anchor=anchor or None,
    )


def line(
    x1: float, y1: float, x2: float, y2: float, hue: str, *, dash: str = "", width: float = 1
) -> SafeString:
    """A straight line; x as shares, y in pixels."""
    return element(
        "line",
        x1=percent(x1),
        y1=number(y1),
        x2=percent(x2),
        y2=number(y2),
        stroke=FILLS[hue],
        stroke_width=number(width),
        stroke_dasharray=dash or None,
        class_=f"l-{hue}",
    )


def join(parts: Iterable[SafeString]) -> SafeString:
    """Markup after markup."""
    return mark_safe("".join(parts))  # noqa: S308 parts are safe already


def picture(
    parts: Iterable[SafeString], *, height: float, title: str, desc: str = "", css: str = "chart"
) -> SafeString:
    """The <svg> around the parts, `height` pixels high and as wide as its place. `title` is what is read
    out."""
    if not title:
        raise ValueError("a picture needs a title")
    head = [element("title", title)] + ([element("desc", desc)] if desc else [])
    return element(
        "svg",
        join([*head, *parts]),
        class_=css,
        width="100%",
        height=number(height),
        role="img",
        xmlns="http://www.w3.org/2000/svg",
    )
