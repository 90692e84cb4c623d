"""A map of pairs: insets of countries side by side, each on its own scale, with curves between their places.

Takes plain data and knows no country. Outlines are in `geo/<code>.json`: rings of longitude and latitude,
simplified beforehand with shared borders kept (sources and licences: docs/data-sources.md, Maps). A new
country is a new file.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import cos, radians
from pathlib import Path

from django.utils.safestring import SafeString

from sdgpartners.core.charts import svg
from sdgpartners.core.charts.heat import HUE_OF_SHAPE, shape_path
from sdgpartners.core.components import Shape

GEO = Path(__file__).parent / "geo"
Ring = tuple[tuple[float, float], ...]
Box = tuple[float, float, float, float]
WIDTH, HEIGHT = 560, 420
_LEADING_ZERO = re.compile(r"(?<!\d)0(?=\.)\.")


@dataclass(frozen=True, slots=True)
class MapInset:
    """A country: rings of (longitude, latitude), and the box west, south, east, north that holds them."""

    country_code: str
    label: str
    outlines: tuple[Ring, ...]
    bbox: Box


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A place inside an inset. `label` is drawn when not empty; `shape` is one of `components.Shape`."""

    code: str
    country_code: str
    latitude: float
    longitude: float
    label: str
    shape: str


@dataclass(frozen=True, slots=True)
class MapLink:
    """A curve between two points, by their codes; `label` is shown on hovering."""

    from_code: str
    to_code: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where an inset stands in the picture, in its units."""

    x: float
    y: float
    width: float
    height: float


@cache
def _outline(country_code: str) -> tuple[tuple[Ring, ...], Box]:
    data = json.loads((GEO / f"{country_code.lower()}.json").read_text(encoding="utf-8"))
    rings = tuple(
        tuple((float(x), float(y)) for x, y in ring) for area in data["areas"] for ring in area["rings"]
    )
    west, south, east, north = data["bbox"]
    return rings, (west, south, east, north)


def known_outlines() -> frozenset[str]:
    """The codes of the countries that have an outline, in capitals."""
    return frozenset(path.stem.upper() for path in GEO.glob("*.json"))


def load_inset(country_code: str, label: str) -> MapInset:
    """The inset of a country, with its name in the reader's language. FileNotFoundError without an
    outline."""
    outlines, bbox = _outline(country_code)
    return MapInset(country_code, label, outlines, bbox)


class _Projection:
    """Longitude and latitude to the picture: equal scale at the middle of the box, fitted into the frame."""

    def __init__(self, bbox: Box, frame: _Frame) -> None:
        west, south, east, north = bbox
        self.west, self.north = west, north
        self.squeeze = cos(radians((south + north) / 2))
        width, height = (east - west) * self.squeeze, north - south
        self.scale = min(frame.width / width, frame.height / height)
        self.left = frame.x + (frame.width - width * self.scale) / 2
        self.top = frame.y + (frame.height - height * self.scale) / 2
        self.bottom = self.top + height * self.scale
        self.centre = frame.x + frame.width / 2

    def __call__(self, longitude: float, latitude: float) -> tuple[float, float]:
        return (
            self.left + (longitude - self.west) * self.squeeze * self.scale,
            self.top + (self.north - latitude) * self.scale,
        )


def _frames(count: int) -> list[_Frame]:
    """The first inset to the left, the others one above the other to the right."""
    if count == 1:
        return [_Frame(20, 30, WIDTH - 40, HEIGHT - 60)]
    rest = count - 1
    height = HEIGHT / rest
    # Labels need the room to the right of the column.
    column = [_Frame(366, i * height + 10, 124, height - 34) for i in range(rest)]
    return [_Frame(4, 118, 292, 150), *column]


def _path(rings: Sequence[Ring], project: _Projection) -> str:
    """Relative steps in tenths of a unit: a third of the size of absolute ones."""
    parts = []
    for ring in rings:
        points = [(round(x * 10), round(y * 10)) for x, y in (project(*point) for point in ring)]
        steps = [f"M{points[0][0] / 10:g} {points[0][1] / 10:g}l"]
        for (x0, y0), (x1, y1) in pairwise(points):
            if (x0, y0) != (x1, y1):
                steps.append(f"{(x1 - x0) / 10:g} {(y1 - y0) / 10:g}")
        parts.append(_LEADING_ZERO.sub(".", steps[0] + " ".join(steps[1:])).replace(" -", "-") + "z")
    return "".join(parts)


def pair_map(
    insets: Sequence[MapInset],
    points: Sequence[MapPoint],
    links: Sequence[MapLink],
    *,
    title: str,
    desc: str = "",
    attribution: str = "",
) -> SafeString:
    """The picture, 560 by 420 units, scaled to its place. The first inset stands left, the others to the
    right.

    KeyError for a point in a country without inset, or a link to an unknown point. `attribution` is drawn
    small.
    """
    frames = _frames(len(insets))
    projections = {
        inset.country_code: _Projection(inset.bbox, frame)
        for inset, frame in zip(insets, frames, strict=True)
    }
    at = {p.code: projections[p.country_code](p.longitude, p.latitude) for p in points}
    boxes: list[Box] = [(x - 7, y - 7, x + 7, y + 7) for x, y in at.values()]
    parts = [_land(inset, projections[inset.country_code]) for inset in insets]
    parts.append(svg.join(_link(link, at) for link in links))
    parts.append(svg.join(_mark(point, *at[point.code]) for point in points))
    parts += [_label(point, *at[point.code], boxes) for point in points if point.label]
    parts += [_name(inset, projections[inset.country_code]) for inset in insets]
    if attribution:
        parts.append(_words(WIDTH - 2, HEIGHT - 4, attribution, "t-muted", anchor="end", size=9))
    head = [svg.element("title", title)] + ([svg.element("desc", desc)] if desc else [])
    return svg.element(
        "svg",
        svg.join([*head, *parts]),
        class_="map",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        font_size="12",
        xmlns="http://www.w3.org/2000/svg",
    )


def _land(inset: MapInset, project: _Projection) -> SafeString:
    return svg.element(
        "path",
        d=_path(inset.outlines, project),
        class_="land",
        fill="#ecf1f0",
        stroke="#ffffff",
        stroke_width="1",
    )


def _words(x: float, y: float, words: str, css: str, *, anchor: str, size: int | None = None) -> SafeString:
    return svg.element(
        "text",
        words,
        x=svg.number(x),
        y=svg.number(y),
        class_=css,
        text_anchor=anchor,
        font_size=size,
        fill=svg.FILLS["muted" if "muted" in css else "ink"],
        font_weight="700" if "strong" in css else None,
    )


def _link(link: MapLink, at: dict[str, tuple[float, float]]) -> SafeString:
    """A curve that leaves level and arrives level, so that many of them stay readable."""
    (x0, y0), (x1, y1) = at[link.from_code], at[link.to_code]
    middle = x0 + (x1 - x0) * 0.55
    return svg.element(
        "path",
        svg.element("title", link.label) if link.label else "",
        d=f"M{x0:.0f} {y0:.0f}C{middle:.0f} {y0 - 34:.0f} {middle:.0f} {y1:.0f} {x1:.0f} {y1:.0f}",
        class_="link",
        fill="none",
        stroke=svg.FILLS["accent"],
        stroke_opacity=".55",
    )


def _mark(point: MapPoint, x: float, y: float) -> SafeString:
    shape = Shape(point.shape)
    return svg.element(
        "path",
        svg.element("title", point.label) if point.label else "",
        d=shape_path(shape),
        transform=f"translate({x - 5:.1f} {y - 5:.1f}) scale(.84)",
        class_=f"shape-{shape.value}",
        fill=svg.FILLS[HUE_OF_SHAPE[shape]],
    )


def _free(box: Box, boxes: Sequence[Box]) -> bool:
    inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= HEIGHT
    return inside and not any(
        box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in boxes
    )


def _label(point: MapPoint, x: float, y: float, boxes: list[Box]) -> SafeString:
    """The name right of, left of, below or above its mark, where it is free; otherwise none (the table has
    it)."""
    width = 6.8 * len(point.label)
    for anchor, left, baseline in (
        ("start", x + 9, y + 4),
        ("end", x - 9 - width, y + 4),
        ("middle", x - width / 2, y + 18),
        ("middle", x - width / 2, y - 9),
    ):
        box = (left, baseline - 10, left + width, baseline + 3)
        if _free(box, boxes):
            boxes.append(box)
            start = {"start": left, "end": left + width, "middle": x}[anchor]
            return _words(start, baseline, point.label, "halo", anchor=anchor)
    return svg.join(())


def _name(inset: MapInset, project: _Projection) -> SafeString:
    """The country's name below its land."""
    return _words(project.centre, project.bottom + 18, inset.label, "t-muted t-strong", anchor="middle")
