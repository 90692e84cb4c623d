"""The scenario as the steering group reads it, and the decisions on it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from applications.models import Track
from matching.enums import ScenarioStatus
from matching.forms.decisions import ApproveForm, EndorseForm, ReasonForm
from matching.models import PairScore, Scenario
from matching.permissions import Perm, scenario_for, tracks_in_scope
from matching.selectors.room import read_room
from matching.selectors.scenarios import TrackApproval, approvals_of, proposed_scores
from matching.sentences import PartInWords, parts_in_words, unmatched_in_words
from matching.services import approve_track, endorse_scenario, release_scenario, send_back_scenario
from matching.views.people import person
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of

SHOWN_STATES = (
    ScenarioStatus.SOLVED,
    ScenarioStatus.ENDORSED,
    ScenarioStatus.APPROVED,
    ScenarioStatus.RELEASED,
    ScenarioStatus.SUPERSEDED,
)
STEPS = (ScenarioStatus.DRAFT, ScenarioStatus.SOLVED, ScenarioStatus.ENDORSED, ScenarioStatus.APPROVED)


@login_required
@require_GET
def scenario_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """The proposed pairs with their reasons, who stays without a partner, and what is to decide."""
    return _page(request, scenario_for(request.user, reference))


@login_required
@require_POST
def scenario_endorse(request: HttpRequest, reference: str) -> HttpResponse:
    """The steering group endorses with its minute."""
    scenario = scenario_for(request.user, reference)
    require(request.user, Perm.ENDORSE_SCENARIO, scenario)
    form = EndorseForm(request.POST, prefix="endorse")
    return _decide(
        request,
        scenario,
        ("endorse_form", form),
        lambda data: endorse_scenario(scenario=scenario, minute=data["minute"], actor=person(request)),
        _("The scenario is endorsed. Now the associations approve it."),
    )


@login_required
@require_POST
def scenario_send_back(request: HttpRequest, reference: str) -> HttpResponse:
    """The steering group, or an association that approves, sends it back with a reason."""
    scenario = scenario_for(request.user, reference)
    endorsed = scenario.status == ScenarioStatus.ENDORSED
    require(request.user, Perm.TAKE_BACK_SCENARIO if endorsed else Perm.ENDORSE_SCENARIO, scenario)
    form = ReasonForm(request.POST, prefix="back")
    return _decide(
        request,
        scenario,
        ("back_form", form),
        lambda data: send_back_scenario(scenario=scenario, reason=data["reason"], actor=person(request)),
        _("The scenario is sent back with your reason."),
        leaves=not endorsed,
    )


@login_required
@require_POST
def scenario_approve(request: HttpRequest, reference: str, country: str) -> HttpResponse:
    """One of the person's associations approves the track of a country."""
    scenario = scenario_for(request.user, reference)
    tracks = Track.objects.filter(scenarios=scenario).select_related("partner_country__programme")
    track = one_or_404(tracks, partner_country__country_id=country)
    require(request.user, Perm.APPROVE_TRACK, track)
    mine = [row for row in _approvable(person(request), approvals_of(scenario)) if row.track.pk == track.pk]
    form = ApproveForm(request.POST, prefix=country)

    def approve(data: dict[str, Any]) -> None:
        if not mine:
            raise DomainError(_("Your association has approved this country already."))
        approve_track(
            scenario=scenario,
            track=track,
            association=mine[0].association,
            minute=data["minute"],
            actor=person(request),
        )

    return _decide(request, scenario, ("approve_form", form), approve, _("Your approval is recorded."))


@login_required
@require_POST
def scenario_release(request: HttpRequest, reference: str) -> HttpResponse:
    """Proposes every pair to its municipalities and writes all letters."""
    scenario = scenario_for(request.user, reference)
    require(request.user, Perm.RELEASE_SCENARIO, scenario)
    try:
        proposals = release_scenario(scenario=scenario, actor=person(request))
    except DomainError as error:
        return _page(request, scenario, status=422, refusal=str(error))
    messages.success(
        request, _("%(count)s pairs are proposed. The letters go out now.") % {"count": len(proposals)}
    )
    return redirect("matching:scenario-detail", reference)


def _decide(
    request: HttpRequest,
    scenario: Scenario,
    form: tuple[str, Form],
    act: Callable[[dict[str, Any]], object],
    done: str,
    *,
    leaves: bool = False,
) -> HttpResponse:
    """Act on a valid form, else the same page with errors. `leaves`: the page may be closed afterwards."""
    name, bound = form
    if not bound.is_valid():
        return _page(request, scenario, status=422, **{name: bound})
    try:
        act(bound.cleaned_data)
    except DomainError as error:
        return _page(request, scenario, status=422, refusal=str(error), **{name: bound})
    messages.success(request, done)
    if leaves:
        return redirect("portal:start")
    return redirect("matching:scenario-detail", scenario.reference)


def _page(request: HttpRequest, scenario: Scenario, status: int = 200, **extra: Any) -> HttpResponse:
    context = {**_context(person(request), scenario), **extra}
    if scenario.status == ScenarioStatus.ENDORSED:
        context["approvable"] = _approve_forms(person(request), context["approvals"], request.POST)
    return render(request, "matching/scenario_detail.html", context, status=status)


def _context(user: User, scenario: Scenario) -> dict[str, Any]:
    scope = tracks_in_scope(user, scenario)
    tracks = [track for track in scope if not track.closed]
    seen = {track.pk for track in tracks}
    room = read_room(scenario, tracks)
    pairs = [_pair(row) for row in proposed_scores(scenario) if row.track_id in seen]
    status = scenario.status
    decides = status == ScenarioStatus.SOLVED and allowed(user, Perm.ENDORSE_SCENARIO, scenario)
    approves = any(allowed(user, Perm.APPROVE_TRACK, track) for track in tracks)
    takes_back = status == ScenarioStatus.ENDORSED and approves
    return {
        "scenario": scenario,
        "tracks": tracks,
        "room": room,
        "pairs": pairs,
        "unmatched": [(place.name, unmatched_in_words(code)) for place, code in room.unmatched],
        "steps": [ScenarioStatus(step).label for step in (*STEPS, ScenarioStatus.RELEASED)],
        "step": _step(scenario),
        "approvals": approvals_of(scenario, tracks),
        "closed": [track for track in scope if track.closed],
        "endorse_form": EndorseForm(prefix="endorse") if decides else None,
        "back_form": ReasonForm(prefix="back") if takes_back or decides else None,
        "may_release": status == ScenarioStatus.APPROVED and allowed(user, Perm.RELEASE_SCENARIO, scenario),
        "may_open_room": standing_of(user).has_role(AssociationRole.COORDINATOR, AssociationRole.AUDITOR),
    }


def _pair(row: PairScore) -> dict[str, Any]:
    parts: list[PartInWords] = parts_in_words(row.parts)
    return {"row": row, "parts": parts, "country": row.track.partner_country.country}


def _step(scenario: Scenario) -> int:
    order = [*STEPS, ScenarioStatus.RELEASED]
    if scenario.status in (ScenarioStatus.RELEASED, ScenarioStatus.SUPERSEDED):
        return len(order)
    return order.index(ScenarioStatus(scenario.status))


def _approvable(user: User, approvals: Sequence[TrackApproval]) -> list[TrackApproval]:
    """The approvals that the person can give now for an association of theirs."""
    held = standing_of(user).associations_as(AssociationRole.COORDINATOR)
    return [row for row in approvals if row.approval is None and row.association.pk in held]


def _approve_forms(
    user: User, approvals: Sequence[TrackApproval], typed: QueryDict
) -> list[tuple[TrackApproval, ApproveForm]]:
    """A form for each approval that the person can give, with what was typed in it."""
    forms = []
    for row in _approvable(user, approvals):
        prefix = str(row.track.partner_country.country_id)
        forms.append((row, ApproveForm(typed if f"{prefix}-minute" in typed else None, prefix=prefix)))
    return forms
