"""Who comes into the matching room, what they name in the address, and the pages beside each other."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from applications.models import Application, Track
from matching.models import Scenario
from matching.permissions import Perm, scenario_for, visible_tracks
from sdgpartners.core.access import one_or_404, require
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of

VIEW_PARAMETERS = ("rows", "columns", "page", "across")
"""How the heat map is shown; kept in the address of every pair and step."""


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


def load(request: HttpRequest, reference: str) -> Loaded:
    """The scenario with the tracks in view, for coordinators and auditors; the steering group has a page of its own.

    404 for whom it does not exist: also for a person with a conflict of interest in all its countries.
    """
    if not standing_of(request.user).has_role(AssociationRole.COORDINATOR, AssociationRole.AUDITOR):
        raise Http404
    scenario = scenario_for(request.user, reference)
    tracks = visible_tracks(request.user, scenario)
    if not tracks:
        raise Http404
    return scenario, tracks


def pair_of(
    request: HttpRequest, scenario: Scenario, tracks: list[Track], key: str
) -> tuple[Application, Application]:
    """The two applications of a pair on a track that the person coordinates; 404 or 403 otherwise."""
    north, _dot, south = key.partition(".")
    rows = Application.objects.filter(call=scenario.call_id).select_related("municipality")
    southern = one_or_404(rows, reference=south, track__in=tracks)
    require(request.user, Perm.SET_PAIR_RULE, next(row for row in tracks if row.pk == southern.track_id))
    return one_or_404(rows, reference=north, track__isnull=True), southern


def shown_as(request: HttpRequest) -> dict[str, str]:
    """The part of the address that says how the heat map is shown."""
    return {name: value for name in VIEW_PARAMETERS if (value := request.GET.get(name))}


def room_address(scenario: Scenario, key: str = "", shown: dict[str, str] | None = None) -> str:
    """The room, with a pair open and shown in a certain way."""
    address = reverse("admin:matching_scenario_room", args=[scenario.reference])
    query = {**(shown or {}), **({"pair": key} if key else {})}
    return f"{address}?{urlencode(query)}" if query else address


def frame(scenario: Scenario, page: str) -> dict[str, Any]:
    """What every page of the room shows around its content."""
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
        "desk_items": [
            DeskItem(
                reverse(f"admin:matching_scenario_{name}", args=[scenario.reference]),
                label,
                current=name == page,
            )
            for name, label in pages
        ],
    }
