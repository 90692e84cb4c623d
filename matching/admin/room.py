"""The matching room: all pairs in a table, the reasons of one, people's words on pairs, solving again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from applications.models import Application, Track
from matching.admin.pair import pair_panel
from matching.enums import RuleKind, ScenarioStatus
from matching.forms.decisions import PairRuleForm
from matching.models import Scenario
from matching.permissions import Perm, scenario_for, tracks_in_scope, visible_tracks
from matching.selectors.room import Cell, Place, Room, read_room
from matching.sentences import bar_in_words, points_in_words, unmatched_in_words, whole_points
from matching.services import clear_pair_rule, request_solving, set_pair_rule
from matching.services.scenarios import OPEN_STATES
from sdgpartners.core import charts
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.documents.enums import JobState
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of

RULE_MARKS = {RuleKind.LOCK.value: "■", RuleKind.FORBID.value: "✕", RuleKind.PREFER.value: "★"}


def person(request: HttpRequest) -> User:
    """The person; the admin's door has let in nobody else."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user


@require_GET
def scenario_room(request: HttpRequest, reference: str) -> HttpResponse:
    """The room; `?pair=` names the pair whose reasons are shown."""
    return _page(request, _load(request, reference), request.GET.get("pair", ""))


@require_POST
def scenario_rule(request: HttpRequest, reference: str) -> HttpResponse:
    """Fix, forbid or prefer a pair of one's own countries."""
    scenario = _load(request, reference)
    key = request.POST.get("pair", "")
    north, south = _pair(request, scenario, key)
    form = PairRuleForm(request.POST)
    if not form.is_valid():
        return _page(request, scenario, key, status=422, form=form)

    def act() -> None:
        set_pair_rule(
            scenario=scenario,
            north=north,
            south=south,
            kind=RuleKind(form.cleaned_data["kind"]),
            reason=form.cleaned_data["reason"],
            actor=person(request),
        )

    return _act(request, scenario, key, act, _("Kept. Solve again to see what it changes."), form=form)


@require_POST
def scenario_clear(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back what was said on a pair."""
    scenario = _load(request, reference)
    key = request.POST.get("pair", "")
    north, south = _pair(request, scenario, key)
    return _act(
        request,
        scenario,
        key,
        lambda: clear_pair_rule(scenario=scenario, north=north, south=south, actor=person(request)),
        _("Taken back. Solve again to see what it changes."),
    )


@require_POST
def scenario_solve(request: HttpRequest, reference: str) -> HttpResponse:
    """Put solving into the worker's queue."""
    scenario = _load(request, reference)
    require(request.user, Perm.SOLVE_SCENARIO, scenario)
    return _act(
        request,
        scenario,
        request.POST.get("pair", ""),
        lambda: request_solving(scenario=scenario, actor=person(request)),
        _("The scenario is being solved."),
    )


@require_GET
def scenario_job(request: HttpRequest, reference: str) -> HttpResponse:
    """The state of the solving; asks htmx for the whole page once it is over."""
    scenario = _load(request, reference)
    response = render(request, "admin/matching/scenario/_job.html", _job_context(scenario))
    if not _is_running(scenario):
        response.headers["HX-Refresh"] = "true"
    return response


def _load(request: HttpRequest, reference: str) -> Scenario:
    """The scenario for coordinators and auditors; the steering group has a page of its own."""
    if not standing_of(request.user).has_role(AssociationRole.COORDINATOR, AssociationRole.AUDITOR):
        raise Http404
    return scenario_for(request.user, reference)


def _pair(request: HttpRequest, scenario: Scenario, key: str) -> tuple[Application, Application]:
    """The two applications of a pair on a track that the person coordinates; 404 or 403 otherwise."""
    north, _dot, south = key.partition(".")
    rows = Application.objects.filter(call=scenario.call_id).select_related("municipality")
    southern = one_or_404(rows, reference=south, track__in=visible_tracks(request.user, scenario))
    track = Track.objects.select_related("partner_country").get(southern_applications=southern.pk)
    require(request.user, Perm.SET_PAIR_RULE, track)
    return one_or_404(rows, reference=north, track__isnull=True), southern


def _act(
    request: HttpRequest,
    scenario: Scenario,
    key: str,
    act: Callable[[], object],
    done: str,
    **extra: Any,
) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        return _page(request, scenario, key, status=422, refusal=str(error), **extra)
    messages.success(request, done)
    return redirect(_address(scenario, key))


def _address(scenario: Scenario, key: str) -> str:
    address = reverse("admin:matching_scenario_room", args=[scenario.reference])
    return f"{address}?{urlencode({'pair': key})}" if key else address


def _page(
    request: HttpRequest, scenario: Scenario, key: str, status: int = 200, **extra: Any
) -> HttpResponse:
    scope = tracks_in_scope(request.user, scenario)
    tracks: list[Track] = [track for track in scope if not track.closed]
    room = read_room(scenario, tracks)
    opened = scenario.status in OPEN_STATES
    chosen = _chosen(room, key)
    track = next((one for one in tracks if chosen and one.pk == chosen[1].track_id), None)
    context = {
        "scenario": scenario,
        "tracks": tracks,
        "closed": [track for track in scope if track.closed],
        "room": room,
        "heat": _heat(room, tracks, scenario) if room.north and room.south else None,
        "count": len(room.proposed),
        "total": points_in_words(float(room.total)),
        "worst": _named(room.worst),
        "blocking": [
            {
                "north": room.name_of(north),
                "south": room.name_of(south),
                "url": _address(scenario, f"{north}.{south}"),
            }
            for north, south in room.blocking
        ],
        "unmatched": [(place.name, unmatched_in_words(code)) for place, code in room.unmatched],
        "pair": pair_panel(scenario, room, chosen) if chosen else None,
        "form": PairRuleForm(),
        "may_rule": opened and track is not None and allowed(request.user, Perm.SET_PAIR_RULE, track),
        "may_solve": opened and allowed(request.user, Perm.SOLVE_SCENARIO, scenario),
        "stale": scenario.status == ScenarioStatus.DRAFT and scenario.solved_at is not None,
        **_job_context(scenario),
    }
    return render(request, "admin/matching/scenario/room.html", {**context, **extra}, status=status)


def _is_running(scenario: Scenario) -> bool:
    return scenario.job is not None and scenario.job.state in (JobState.QUEUED, JobState.RUNNING)


def _job_context(scenario: Scenario) -> dict[str, Any]:
    return {"scenario": scenario, "job": scenario.job, "running": _is_running(scenario)}


def _chosen(room: Room, key: str) -> tuple[Place, Place, Cell] | None:
    """The pair that the address names, if it is in view, else the first proposed one."""
    north, _dot, south = key.partition(".")
    found = [
        (one, other, room.cells[north, south])
        for one in room.north
        for other in room.south
        if (one.reference, other.reference) == (north, south)
    ]
    return next(iter(found or room.proposed), None)


def _named(row: tuple[Place, Place, Cell] | None) -> dict[str, str] | None:
    if row is None:
        return None
    north, south, cell = row
    return {"north": north.name, "south": south.name, "points": points_in_words(float(cell.score or 0))}


def _heat(room: Room, tracks: list[Track], scenario: Scenario) -> SafeString:
    markers = {track.pk: str(track.partner_country.country.marker) for track in tracks}
    north_marker = "diamond"
    rows = [
        (
            charts.HeatHead(north.name, north_marker),
            [_heat_cell(room, north, south, scenario) for south in room.south],
        )
        for north in room.north
    ]
    columns = [charts.HeatHead(south.name, markers[south.track_id]) for south in room.south]
    return charts.heat_map(
        columns,
        rows,
        caption=_("Score of each pair, 0 to 100. Outlined = proposed"),
        corner=_("Municipality"),
    )


def _heat_cell(room: Room, north: Place, south: Place, scenario: Scenario) -> charts.HeatCell:
    cell = room.cells[north.reference, south.reference]
    url = _address(scenario, f"{north.reference}.{south.reference}")
    note = f"{RULE_MARKS[cell.rule]} {RuleKind(cell.rule).label}" if cell.rule else ""
    if cell.score is None:
        return charts.HeatCell(
            None, state="barred", state_text=bar_in_words(cell.barred_by), note=note, url=url
        )
    if cell.rule == RuleKind.FORBID:
        return charts.HeatCell(
            None, state="barred", state_text=str(RuleKind.FORBID.label), note=note, url=url
        )
    return charts.HeatCell(
        float(cell.score),
        text=whole_points(cell.score),
        state="chosen" if cell.proposed else "",
        state_text=_("proposed") if cell.proposed else "",
        note=note,
        url=url,
    )
