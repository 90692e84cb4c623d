"""The pictures of the matching room: all pairs as a heat map, the proposed pairing as a graph with its table."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from applications.models import Track
from matching.admin.doors import room_address
from matching.enums import RuleKind
from matching.models import Scenario
from matching.selectors.room import Place, Room
from matching.sentences import bar_in_words, points_in_words, unmatched_in_words, whole_points
from sdgpartners.core import charts
from sdgpartners.core.components import Shape

RULE_MARKS = {RuleKind.LOCK.value: "■", RuleKind.FORBID.value: "✕", RuleKind.PREFER.value: "★"}
NORTH_MARKER = Shape.DIAMOND
MOST_ROWS, MOST_COLUMNS = 40, 20
"""What one heat map holds; the rest stands on its further pages, and all of it in the table of pairs."""

MOST_ENDS = 60
"""How many names a side of the graph holds before it leaves out who is alone."""
MOST_WISHES = 40
"""How many pairs that would rather have each other such a large graph draws; all of them stand in their list."""


@dataclass(frozen=True)
class Heat:
    """The heat map of a part of the room, with the pages of its rows and columns."""

    table: SafeString
    rows: Page[Place]
    columns: Page[Place]


def heat(room: Room, tracks: list[Track], scenario: Scenario, shown: dict[str, str]) -> Heat:
    """The pairs in the order that the address asks for; each cell leads to its reasons."""
    markers = _markers(tracks)
    ordered = room.ordered(rows=shown.get("rows", ""), columns=shown.get("columns", ""))
    rows = Paginator(ordered.north, MOST_ROWS).get_page(shown.get("page"))
    columns = Paginator(ordered.south, MOST_COLUMNS).get_page(shown.get("across"))
    table = charts.heat_map(
        [charts.HeatHead(south.name, markers[south.track_id]) for south in columns],
        [
            (
                charts.HeatHead(north.name, NORTH_MARKER),
                [_cell(room, north, south, scenario, shown) for south in columns],
            )
            for north in rows
        ],
        caption=_("Score of each pair, 0 to 100. Outlined: proposed. ✕: not possible, or forbidden."),
        corner=_("Municipality"),
    )
    return Heat(table, rows, columns)


def _markers(tracks: list[Track]) -> dict[int, str]:
    return {track.pk: str(track.partner_country.country.marker) for track in tracks}


def _cell(
    room: Room, north: Place, south: Place, scenario: Scenario, shown: dict[str, str]
) -> charts.HeatCell:
    cell = room.cells[north.reference, south.reference]
    url = room_address(scenario, f"{north.reference}.{south.reference}", shown) + "#pair"
    note = f"{RULE_MARKS[cell.rule]} {RuleKind(cell.rule).label}" if cell.rule else ""
    pair = f"{north.name} – {south.name}"
    if cell.possible is None:
        words = bar_in_words(cell.barred_by) if cell.score is None else str(RuleKind.FORBID.label)
        return charts.HeatCell(
            None, state="barred", state_text=words, note=note, url=url, name=f"{pair}: {words}"
        )
    text, state = whole_points(cell.possible), _("proposed") if cell.proposed else ""
    return charts.HeatCell(
        float(cell.possible),
        text=text,
        state="chosen" if state else "",
        state_text=state,
        note=note,
        url=url,
        name=f"{pair}: {text} {state}".rstrip(),
    )


def graph(room: Room, tracks: list[Track]) -> dict[str, Any] | None:
    """The proposed pairs as lines between the two sides, with the same as a table; None without a pair."""
    if not room.proposed:
        return None
    markers = {pk: Shape(marker).hue for pk, marker in _markers(tracks).items()}
    partner = {north.reference: (south, cell) for north, south, cell in room.proposed}
    taken = {south.reference for south, _cell in partner.values()}
    # Who belongs together stands on one height, by country; who is alone comes below: in a large room only who would
    # rather have somebody else.
    paired = sorted(room.proposed, key=lambda row: (row[1].track_id, row[0].name))
    small = max(len(room.north), len(room.south)) <= MOST_ENDS
    wishes = room.blocking if small else room.blocking[:MOST_WISHES]
    wished = {reference for pair in wishes for reference in pair}
    north = [row[0] for row in paired] + [
        one for one in room.north if one.reference not in partner and (small or one.reference in wished)
    ]
    south = [row[1] for row in paired] + [
        one for one in room.south if one.reference not in taken and (small or one.reference in wished)
    ]
    left = {one.reference: place for place, one in enumerate(north)}
    right = {one.reference: place for place, one in enumerate(south)}
    lines = [
        charts.Link(place, place, f"{a.name} – {b.name}: {points_in_words(float(cell.score or 0))}")
        for place, (a, b, cell) in enumerate(paired)
    ]
    lines += [charts.Link(left[a], right[b], _wish_in_words(room, a, b), dashed=True) for a, b in wishes]
    picture = charts.links(
        [charts.End(one.name, NORTH_MARKER.hue, _note(partner.get(one.reference))) for one in north],
        [charts.End(one.name, markers[one.track_id]) for one in south],
        lines,
        title=_("Proposed pairs"),
    )
    drawn = set(left) | set(right)
    alone = [row for row in room.unmatched if row[0].reference in drawn]
    return {
        "picture": picture,
        "headers": _headers(),
        "rows": _rows(paired, alone) + [_wish_row(room, pair) for pair in wishes],
        "dashed": len(wishes),
        "wishes": len(room.blocking),
    }


def _note(found: Any) -> str:
    return whole_points(found[1].score) if found and found[1].score is not None else ""


def _wish_in_words(room: Room, north: str, south: str) -> str:
    names = {"north": room.name_of(north), "south": room.name_of(south)}
    return _("%(north)s and %(south)s would rather have each other") % names


def _wish_row(room: Room, pair: tuple[str, str]) -> list[str]:
    """A dashed line, as a row."""
    score = room.cells[pair].score
    points = "" if score is None else points_in_words(float(score))
    return [room.name_of(pair[0]), room.name_of(pair[1]), points, _("Would rather have each other")]


def _headers() -> list[str]:
    return [_("Flemish municipality"), _("Partner municipality"), _("Score"), _("Note")]


def _rows(paired: Any, alone: list[tuple[Place, str]]) -> list[list[str]]:
    """What is drawn, as a table."""
    rows = [
        [
            a.name,
            b.name,
            points_in_words(float(cell.score or 0)),
            RuleKind(cell.rule).label if cell.rule else "",
        ]
        for a, b, cell in paired
    ]
    return rows + [
        [place.name, "", "", unmatched_in_words(code)]
        if place.track_id == 0
        else ["", place.name, "", unmatched_in_words(code)]
        for place, code in alone
    ]
