"""The matching room: all pairs in a table, the reasons of one, people's words on pairs, solving again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from applications.models import Track
from matching.admin.doors import Loaded, frame, load, pair_of, person, room_address, shown_as
from matching.admin.lists import View, lists
from matching.admin.pair import pair_panel
from matching.admin.pictures import graph, heat
from matching.enums import RuleKind, ScenarioStatus
from matching.forms.decisions import PairRuleForm
from matching.models import Scenario
from matching.permissions import Perm
from matching.reports_rationale import subjects_for
from matching.selectors.room import BY_BEST, Cell, Place, Room, read_room
from matching.sentences import points_in_words
from matching.services import clear_pair_rule, request_solving, set_pair_rule
from matching.services.scenarios import OPEN_STATES
from sdgpartners.core.access import allowed, require
from sdgpartners.core.errors import DomainError
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.services.jobs import MOST_TRIES

TOO_LONG = "SoftTimeLimitExceeded"
"""How the error of a job begins that took too long."""


@require_GET
def scenario_room(request: HttpRequest, reference: str) -> HttpResponse:
    """The room; `?pair=` names the pair whose reasons are shown, `rows` and `columns` the order of the heat map."""
    return _page(request, load(request, reference), request.GET.get("pair", ""))


@require_POST
def scenario_rule(request: HttpRequest, reference: str) -> HttpResponse:
    """Fix, forbid or prefer a pair of one's own countries."""
    scenario, tracks = loaded = load(request, reference)
    key = request.POST.get("pair", "")
    north, south = pair_of(request, scenario, tracks, key)
    form = PairRuleForm(request.POST)
    if not form.is_valid():
        return _page(request, loaded, key, status=422, form=form)

    def act() -> None:
        set_pair_rule(
            scenario=scenario,
            north=north,
            south=south,
            kind=RuleKind(form.cleaned_data["kind"]),
            reason=form.cleaned_data["reason"],
            actor=person(request),
        )

    return _act(request, loaded, key, act, _("Kept. Solve again to see what it changes."), form=form)


@require_POST
def scenario_clear(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back what was said on a pair."""
    scenario, tracks = loaded = load(request, reference)
    key = request.POST.get("pair", "")
    north, south = pair_of(request, scenario, tracks, key)
    return _act(
        request,
        loaded,
        key,
        lambda: clear_pair_rule(scenario=scenario, north=north, south=south, actor=person(request)),
        _("Taken back. Solve again to see what it changes."),
    )


@require_POST
def scenario_solve(request: HttpRequest, reference: str) -> HttpResponse:
    """Put solving into the worker's queue."""
    scenario, _tracks = loaded = load(request, reference)
    require(request.user, Perm.SOLVE_SCENARIO, scenario)
    return _act(
        request,
        loaded,
        request.POST.get("pair", ""),
        lambda: request_solving(scenario=scenario, actor=person(request)),
        _("The scenario is being solved."),
    )


@require_GET
def scenario_job(request: HttpRequest, reference: str) -> HttpResponse:
    """The state of the solving. Once it is over the page offers the result: it is not loaded by itself, so that nobody
    loses a reason they are writing."""
    scenario, _tracks = loaded = load(request, reference, whole=False)
    if _is_running(scenario):
        return render(request, "admin/matching/scenario/_job_state.html", job_context(loaded))
    response = render(request, "admin/matching/scenario/_job_ended.html", job_context(loaded))
    # The state is read out only when it ends.
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#job", "innerHTML"
    return response


def _act(
    request: HttpRequest,
    loaded: Loaded,
    key: str,
    act: Callable[[], object],
    done: str,
    **extra: Any,
) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        return _page(request, loaded, key, status=422, refusal=str(error), **extra)
    messages.success(request, done)
    return redirect(room_address(loaded[0], key, shown_as(request)))


def _page(request: HttpRequest, loaded: Loaded, key: str, status: int = 200, **extra: Any) -> HttpResponse:
    scenario, tracks = loaded
    room, shown = read_room(scenario, tracks, _explained(scenario, key)), shown_as(request)
    opened = scenario.status in OPEN_STATES
    chosen = _chosen(room, key)
    if "form" in extra and chosen is not None and ".".join(one.reference for one in chosen[:2]) != key:
        # What was typed on a pair that has gone meanwhile is not offered for another.
        chosen = None
    key = f"{chosen[0].reference}.{chosen[1].reference}" if chosen and key else ""
    table = heat(room, tracks, scenario, shown) if room.north and room.south else None
    context = {
        **frame(request, loaded, "room"),
        "room": room,
        "heat": table,
        **lists(request, loaded, room, View(scenario, key, shown), table),
        "orders": _orders(scenario, shown, key),
        "view": urlencode(shown),
        "graph": graph(room, tracks),
        "count": len(room.proposed),
        "total": points_in_words(float(room.total)),
        "worst": _named(room.worst),
        "pair": pair_panel(scenario, room, chosen) if chosen else None,
        "form": PairRuleForm(),
        "may_rule": opened and chosen is not None and _rules_on(request, tracks, chosen[1]),
        "may_solve": opened and any(allowed(request.user, Perm.SET_PAIR_RULE, track) for track in tracks),
        "may_put_forward": _may_put_forward(request, scenario, tracks),
        "prints": subjects_for(scenario, tracks),
        **job_context(loaded),
    }
    return render(request, "admin/matching/scenario/room.html", {**context, **extra}, status=status)


def _rules_on(request: HttpRequest, tracks: list[Track], south: Place) -> bool:
    own = next((track for track in tracks if track.pk == south.track_id), None)
    return own is not None and allowed(request.user, Perm.SET_PAIR_RULE, own)


def _may_put_forward(request: HttpRequest, scenario: Scenario, tracks: list[Track]) -> bool:
    """Whether the person coordinates all countries of a solved scenario; no statement, for its result names them."""
    if scenario.status != ScenarioStatus.SOLVED or scenario.put_forward_at is not None:
        return False
    whole = len(scenario.weights.get("tracks", {})) == len(tracks)
    return whole and all(allowed(request.user, Perm.SET_PAIR_RULE, track) for track in tracks)


def _orders(scenario: Scenario, shown: dict[str, str], key: str) -> list[dict[str, Any]]:
    """The orders of rows and columns as links."""
    kinds = (
        ("rows", "page", _("Flemish municipalities")),
        ("columns", "across", _("Partner municipalities")),
    )
    found = []
    for name, page, label in kinds:
        kept = {other: value for other, value in shown.items() if other not in (name, page)}
        now = shown.get(name) == BY_BEST
        links = [
            {"label": _("by name"), "url": room_address(scenario, key, kept), "current": not now},
            {
                "label": _("by best score"),
                "url": room_address(scenario, key, {**kept, name: BY_BEST}),
                "current": now,
            },
        ]
        found.append({"label": label, "links": links})
    return found


def _is_running(scenario: Scenario) -> bool:
    return scenario.job is not None and scenario.job.state in (JobState.QUEUED, JobState.RUNNING)


def job_context(loaded: Loaded) -> dict[str, Any]:
    """What the line about the solving shows. `broken`: it ended for a reason that no coordinator can mend; `partly`:
    the reason may name a pair of a country that is not in view."""
    scenario, tracks = loaded
    job = scenario.job
    broken = job is not None and (job.tries >= MOST_TRIES or job.error.startswith(TOO_LONG))
    failed = job is not None and job.state == JobState.FAILED
    return {
        "scenario": scenario,
        "job": job,
        "running": _is_running(scenario),
        "broken": broken,
        "partly": failed and scenario.tracks.count() != len(tracks),
    }


def _chosen(room: Room, key: str) -> tuple[Place, Place, Cell] | None:
    """The pair that the address names, if it is in view, else the first proposed one."""
    north, _dot, south = key.partition(".")
    one, other = room.places.get(north), room.places.get(south)
    if one in room.north and other in room.south and one is not None and other is not None:
        return one, other, room.cells[north, south]
    return next(iter(room.proposed), None)


def _explained(scenario: Scenario, key: str) -> set[tuple[str, str]]:
    """The pairs one of which is shown with its reasons: the named one, or one of the proposed."""
    north, _dot, south = key.partition(".")
    # A null byte, which is an error to the database, names nothing.
    named = {(north, south)} if key.isascii() and key.isprintable() else set()
    return named | {(row[0], row[1]) for row in scenario.result.get("pairs", [])}


def _named(row: tuple[Place, Place, Cell] | None) -> dict[str, str] | None:
    if row is None:
        return None
    north, south, cell = row
    return {"north": north.name, "south": south.name, "points": points_in_words(float(cell.score or 0))}
