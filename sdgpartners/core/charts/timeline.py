"""Spans on a line of months: a plan, and the windows in which people are free."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from sdgpartners.core.charts import svg


@dataclass(frozen=True, slots=True)
class Span:
    """Both days included. `text` is read out and shown on hovering; `hue` is one of `svg.FILLS`."""

    start: date
    end: date
    text: str = ""
    hue: str = "north"


@dataclass(frozen=True, slots=True)
class TimeRow:
    """One line of the picture."""

    label: str
    spans: Sequence[Span]


def months(start: date, end: date) -> Iterator[date]:
    """The first days of the months that begin between two days, both included."""
    year, month = start.year, start.month
    while (first := date(year, month, 1)) <= end:
        if first >= start:
            yield first
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def timeline(
    rows: Sequence[TimeRow],
    *,
    start: date,
    end: date,
    title: str,
    desc: str = "",
    windows: Sequence[Span] = (),
    today: date | None = None,
    today_text: str = "",
) -> SafeString:
    """Rows of spans from `start` to `end`; `windows` run down through all rows with a dashed edge."""
    if end <= start:
        raise ValueError("timeline: end must be after start")
    days = (end - start).days + 1

    def place(day: date) -> float:
        return svg.share((day - start).days, days)

    bottom = 30.0 + 44 * len(rows)
    parts = list(_axis(start, end, place_of=place, bottom=bottom))
    for window in windows:
        left, right = place(window.start), svg.share((window.end - start).days + 1, days)
        parts.append(svg.bar(left, 22, right - left, bottom - 22, "track", words=window.text))
        parts += [svg.line(x, 22, x, bottom, "late", dash="4 3") for x in (left, right)]
    for index, row in enumerate(rows):
        y = 30.0 + 44 * index
        parts.append(svg.text(0, y + 13, row.label, kind="halo"))
        for span in row.spans:
            left, right = place(span.start), svg.share((span.end - start).days + 1, days)
            if right > left:
                parts.append(svg.bar(left, y + 19, max(right - left, 0.006), 14, span.hue, words=span.text))
    if today is not None and start <= today <= end:
        x = place(today)
        parts.append(svg.line(x, 22, x, bottom, "ink", width=2))
        parts.append(
            svg.text(x, bottom + 14, today_text, kind="strong", size=12, anchor="end" if x > 0.5 else "")
        )
        bottom += 18
    return svg.picture(parts, height=bottom + 2, title=title, desc=desc)


def _month(first: date) -> str:
    """The short name of a month: only English writes it with a capital."""
    return date_format(first, "M" if (get_language() or "en").startswith("en") else "b")


def _axis(
    start: date, end: date, *, place_of: Callable[[date], float], bottom: float
) -> Iterator[SafeString]:
    """Month names at the top with a line down; at most seven names, so that they fit a phone."""
    firsts = list(months(start, end))
    step = max(1, -(-len(firsts) // 7))
    for first in firsts[::step]:
        x = place_of(first)
        yield svg.line(x, 18, x, bottom, "line")
        year = f" {first:%Y}" if first.month <= step and len(firsts) > 12 else ""
        if x < 0.93:
            yield svg.text(x, 12, _month(first) + year, kind="muted", size=12)


def window_strip(
    spans: Sequence[Span], *, start: date, end: date, title: str, windows: Sequence[Span] = ()
) -> SafeString:
    """One line without words, for a table cell or a list: free spans on a track, the chosen windows in full
    height."""
    if end <= start:
        raise ValueError("window_strip: end must be after start")
    days = (end - start).days + 1
    parts = [svg.bar(0, 4, 1, 12, "track")]
    for span, y, height in [(s, 4, 12) for s in spans] + [(w, 0, 20) for w in windows]:
        left = svg.share((span.start - start).days, days)
        right = svg.share((span.end - start).days + 1, days)
        if right > left:
            parts.append(svg.bar(left, y, right - left, height, span.hue, words=span.text))
    return svg.picture(parts, height=20, title=title)
