"""The scenario as the steering group and the associations read it, what they say of it, and the decisions on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from applications.services.conflicts import declare_interest
from matching.forms.decisions import ApproveForm, EndorseForm, ReasonForm
from matching.forms.steering import CommentForm, StepOutForm
from matching.models import Scenario
from matching.permissions import Perm, scenario_for, tracks_known_to, visible_tracks
from matching.selectors.interests import concerned_by
from matching.services import approve_track, comment_scenario, endorse_scenario, send_back_scenario
from matching.services.decisions import TAKEN_BACK
from matching.views.people import person
from matching.views.scenario_page import approve_prefix, associations_of, pairs_in_view, scenario_page
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError


@login_required
@require_GET
def scenario_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """The proposed pairs with their reasons, who stays without a partner, and what is to decide."""
    return scenario_page(request, scenario_for(request.user, reference))


@login_required
@require_POST
def scenario_comment(request: HttpRequest, reference: str) -> HttpResponse:
    """A member of the steering group comments, a coordinator answers."""
    scenario = scenario_for(request.user, reference)
    require(request.user, Perm.COMMENT_SCENARIO, scenario)
    pairs = pairs_in_view(scenario, visible_tracks(request.user, scenario))
    form = CommentForm(request.POST, prefix="comment", pairs=pairs)

    def act(data: dict[str, Any]) -> None:
        north, south = form.pair()
        comment_scenario(
            scenario=scenario, text=data["text"], north=north, south=south, actor=person(request)
        )

    return _decide(request, scenario, ("comment_form", form), act, _("Your comment is kept."))


@login_required
@require_POST
def scenario_step_out(request: HttpRequest, reference: str) -> HttpResponse:
    """Whoever reads a scenario says that they have to do with a municipality in it."""
    scenario = scenario_for(request.user, reference)
    require(request.user, Perm.READ_SCENARIO, scenario)
    candidates = concerned_by(scenario, visible_tracks(request.user, scenario))
    form = StepOutForm(request.POST, prefix="out", candidates=candidates)
    return _decide(
        request,
        scenario,
        ("step_out_form", form),
        lambda data: declare_interest(
            application=form.application, actor=person(request), ground=data["ground"], words=data["words"]
        ),
        _("You have stepped out. It stays in the record of the decision."),
        leaves=True,
    )


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
    endorsed = scenario.status in TAKEN_BACK
    require(request.user, Perm.TAKE_BACK_SCENARIO if endorsed else Perm.ENDORSE_SCENARIO, scenario)
    form = ReasonForm(request.POST, prefix="back")
    return _decide(
        request,
        scenario,
        ("back_form", form),
        lambda data: send_back_scenario(scenario=scenario, reason=data["reason"], actor=person(request)),
        _("The scenario is sent back with your reason. The coordinators are told."),
        leaves=not endorsed,
    )


@login_required
@require_POST
def scenario_approve(request: HttpRequest, reference: str, country: str) -> HttpResponse:
    """One of the person's associations approves the track of a country."""
    scenario = scenario_for(request.user, reference)
    known = {str(row.partner_country.country_id): row for row in tracks_known_to(request.user, scenario)}
    track = known.get(country)
    if track is None:
        raise Http404
    require(request.user, Perm.APPROVE_TRACK, track)
    mine = associations_of(person(request), track)
    # Who sits for two associations says for which one; else there is nothing to choose.
    association = next((row for row in mine if row.code == request.POST.get("association")), mine[0])
    form = ApproveForm(request.POST, prefix=approve_prefix(person(request), track, association))

    def approve(data: dict[str, Any]) -> None:
        approve_track(
            scenario=scenario,
            track=track,
            association=association,
            minute=data["minute"],
            actor=person(request),
        )

    return _decide(request, scenario, ("approve_form", form), approve, _("Your approval is recorded."))


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
        return scenario_page(request, scenario, status=422, **{name: bound})
    try:
        act(bound.cleaned_data)
    except DomainError as error:
        try:
            # As it stands by now, with what was typed: somebody else may have decided at the same moment.
            scenario = scenario_for(request.user, scenario.reference)
        except Http404:
            # It left the person's view meanwhile: the page that says so shows what was typed.
            messages.error(request, str(error))
            raise
        return scenario_page(request, scenario, status=422, refusal=str(error), **{name: bound})
    messages.success(request, done)
    if leaves:
        return redirect("portal:start")
    return redirect("matching:scenario-detail", scenario.reference)
