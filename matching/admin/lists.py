"""The lists beside the heat map, page by page: wishes for each other, who is alone, what was said on pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from applications.models import Track
from matching.admin.doors import Loaded, room_address
from matching.admin.pictures import Heat
from matching.errors import NoLongerPossible
from matching.models import PairRule, Scenario
from matching.permissions import Perm
from matching.selectors.outcome import unmatched_in
from matching.selectors.room import Room
from matching.selectors.scenarios import gone_from
from matching.sentences import unmatched_in_words
from matching.services.scenarios import OPEN_STATES
from sdgpartners.core.access import allowed

ON_A_PAGE = 20
"""How many lines a list beside the heat map holds; the rest stands on its further pages."""


@dataclass(frozen=True, slots=True)
class View:
    """The room as the address asks for it: the pair that is open, orders and pages."""

    scenario: Scenario
    key: str
    shown: dict[str, str]

    def address(self, anchor: str, **changes: str) -> str:
        """The room with some of it changed, at one of its parts."""
        return f"{room_address(self.scenario, self.key, {**self.shown, **changes})}#{anchor}"


@dataclass(frozen=True, slots=True)
class Pages:
    """One page of a list, with the addresses of those before and after it (empty: none)."""

    label: str
    page: Page[Any]
    count: int
    previous_url: str
    next_url: str


def lists(request: HttpRequest, loaded: Loaded, room: Room, view: View, heat: Heat | None) -> dict[str, Any]:
    """All of them, and the pages of the heat map. `gone` costs a statement while the scenario is worked on."""
    scenario, tracks = loaded
    blocking = _pages(room.blocking, view, "blocking", _("Would rather have each other"))
    said = _pages(room.said, view, "said", _("What was said on pairs"))
    found: dict[str, Any] = {
        "blocking": blocking,
        "blocking_rows": [_blocking(room, pair, view) for pair in blocking.page],
        "alone": _pages(_alone(scenario, room, tracks), view, "alone", _("Without a partner")),
        "said": said,
        "said_rows": [_said(request, tracks, rule, view) for rule in said.page],
        "gone": _gone(scenario, room),
    }
    if heat is not None:
        found["rows"] = _around(heat.rows, view, "page", _("Flemish municipalities"), "heat")
        found["columns"] = _around(heat.columns, view, "across", _("Partner municipalities"), "heat")
    return found


def _pages(rows: Sequence[Any], view: View, name: str, label: str) -> Pages:
    return _around(Paginator(rows, ON_A_PAGE).get_page(view.shown.get(name)), view, name, label, name)


def _around(page: Page[Any], view: View, name: str, label: str, anchor: str) -> Pages:
    before = str(page.previous_page_number()) if page.has_previous() else ""
    after = str(page.next_page_number()) if page.has_next() else ""
    return Pages(
        label,
        page,
        page.paginator.count,
        view.address(anchor, **{name: before}) if before else "",
        view.address(anchor, **{name: after}) if after else "",
    )


def _blocking(room: Room, pair: tuple[str, str], view: View) -> dict[str, str]:
    north, south = pair
    return {
        "north": room.name_of(north),
        "south": room.name_of(south),
        "url": room_address(view.scenario, f"{north}.{south}", view.shown) + "#pair",
    }


def _alone(scenario: Scenario, room: Room, tracks: list[Track]) -> list[tuple[str, str]]:
    """Who is without a partner, and why; where one side has nobody at all there are no pairs to read it from."""
    if room.cells:
        return [(place.name, unmatched_in_words(code)) for place, code in room.unmatched]
    return [(one.name, unmatched_in_words(one.reason)) for one in unmatched_in(scenario, tracks)]


def _said(request: HttpRequest, tracks: list[Track], rule: PairRule, view: View) -> dict[str, Any]:
    """A word on a pair, also on one that is no candidate any more: it can be taken back here."""
    key = f"{rule.north.reference}.{rule.south.reference}"
    own = next((track for track in tracks if track.pk == rule.south.track_id), None)
    may_rule = own is not None and allowed(request.user, Perm.SET_PAIR_RULE, own)
    return {
        "rule": rule,
        "key": key,
        "north": rule.north.municipality.name,
        "south": rule.south.municipality.name,
        "url": room_address(view.scenario, key, view.shown) + "#pair",
        "may_clear": may_rule and view.scenario.status in OPEN_STATES,
    }


def _gone(scenario: Scenario, room: Room) -> str:
    """Which of those paired cannot be matched any more; empty once it is decided, for the decision stands."""
    if scenario.status not in OPEN_STATES or not room.proposed:
        return ""
    paired = {place.reference: place.name for row in room.proposed for place in row[:2]}
    gone = gone_from(scenario.call_id, paired)
    return str(NoLongerPossible(names=", ".join(paired[one] for one in gone))) if gone else ""
