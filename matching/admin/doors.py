"""Who comes into the matching room, what they name in the address, and the pages beside each other."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from applications.models import Application, Track
from matching.enums import ScenarioStatus
from matching.models import Scenario
from matching.permissions import Perm, left_tracks, scenarios_visible_to, visible_tracks
from matching.selectors.comparing import LARGE
from matching.selectors.room import BY_BEST, known_in_view
from sdgpartners.core.access import one_or_404, require
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of

ORDERS = ("rows", "columns")
PAGES = ("page", "across", "blocking", "alone", "said")
"""How the room is shown, orders and pages; kept in the address of every pair and step."""

RESULT_PAGES = ("room", "pairs", "alternatives", "compare", "weights")
"""The pages that show what was solved."""
MOST_DIGITS = 4

Loaded: TypeAlias = tuple[Scenario, list[Track]]
"""A scenario with those of its tracks that the person looks into."""


@dataclass(frozen=True, slots=True)
class DeskItem:
    """A page beside this one."""

    url: str
    label: str
    current: bool


def person(request: HttpRequest) -> User:
    """The person; the admin's door has let in nobody else."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user


def load(request: HttpRequest, reference: str, *, whole: bool = True) -> Loaded:
    """The scenario with the tracks in view, for coordinators and auditors; the steering group has a page of its own.
    Not `whole`: without what was given in and came out, which is large.

    404 for whom it does not exist: also for a person with a conflict of interest in all its countries.
    """
    if not standing_of(request.user).has_role(AssociationRole.COORDINATOR, AssociationRole.AUDITOR):
        raise Http404
    rows = scenarios_visible_to(request.user)
    scenario = one_or_404(rows if whole else rows.defer(*LARGE), reference=reference)
    tracks = visible_tracks(request.user, scenario)
    if not tracks:
        raise Http404
    return scenario, tracks


def pair_of(
    request: HttpRequest, scenario: Scenario, tracks: list[Track], key: str
) -> tuple[Application, Application]:
    """The two applications of a pair on a track that the person coordinates; 404 or 403 otherwise."""
    north, _dot, south = key.partition(".")
    if not key.isprintable():
        # No reference, and a null byte is an error to the database.
        raise Http404
    rows = Application.objects.filter(call=scenario.call_id).select_related("municipality")
    # Who is no candidate in the countries in view does not exist here: no name comes back for a guessed reference.
    northern = rows.filter(track__isnull=True, pk__in=known_in_view(scenario, tracks).values("pk"))
    southern = one_or_404(rows, reference=south, track__in=tracks)
    require(request.user, Perm.SET_PAIR_RULE, next(row for row in tracks if row.pk == southern.track_id))
    return one_or_404(northern, reference=north), southern


def shown_as(request: HttpRequest) -> dict[str, str]:
    """The part of the address that says how the room is shown. It is repeated in the address of every pair, so what
    means nothing is left out."""
    orders = {name: BY_BEST for name in ORDERS if request.GET.get(name) == BY_BEST}
    pages = {name: request.GET.get(name, "") for name in PAGES}
    return orders | {
        name: number
        for name, number in pages.items()
        if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS
    }


def room_address(scenario: Scenario, key: str = "", shown: dict[str, str] | None = None) -> str:
    """The room, with a pair open and shown in a certain way."""
    address = reverse("admin:matching_scenario_room", args=[scenario.reference])
    query = {**(shown or {}), **({"pair": key} if key else {})}
    return f"{address}?{urlencode(query)}" if query else address


def frame(request: HttpRequest, loaded: Loaded, page: str) -> dict[str, Any]:
    """What every page of the room shows around its content: also whether what was solved is older than the last
    change, and of which countries the person steps out."""
    scenario, tracks = loaded
    pages = (
        ("room", _("Room")),
        ("pairs", _("All pairs")),
        ("alternatives", _("Alternatives")),
        ("compare", _("Compare")),
        ("weights", _("Weights")),
        ("settings", _("Scenario")),
    )
    return {
        "scenario": scenario,
        "tracks": tracks,
        "closed": left_tracks(request.user, scenario),
        "stale": page in RESULT_PAGES
        and scenario.status == ScenarioStatus.DRAFT
        and scenario.solved_at is not None,
        "desk_items": [
            DeskItem(
                reverse(f"admin:matching_scenario_{name}", args=[scenario.reference]),
                label,
                current=name == page,
            )
            for name, label in pages
        ],
    }
