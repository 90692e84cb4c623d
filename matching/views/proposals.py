"""A proposed match: both municipalities read why, and a signatory of each answers."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from applications.enums import ApplicationStatus
from matching.enums import ProposalStatus, ScenarioStatus, ScorePart
from matching.forms.decisions import ReasonForm
from matching.models import Proposal, Scenario
from matching.permissions import Perm, proposal_for, scenarios_visible_to, sides_of, signing_sides_of
from matching.selectors.candidates import DEAD_PROPOSALS
from matching.selectors.recipients import signatories_among
from matching.selectors.reopening import follow_ups_of, next_proposals
from matching.selectors.word_prices import is_fixed
from matching.sentences import extra_points, parts_in_words, points_in_words, points_of
from matching.services import accept_proposal, decline_proposal
from matching.services.proposals import ACCEPTED_BY
from matching.views.people import person
from sdgpartners.core import clock
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality
from sdgpartners.programme.selectors import rules_on

SEARCH = {
    ScenarioStatus.DRAFT.value: gettext_lazy("The portal looks for the next best partners."),
    ScenarioStatus.SOLVED.value: gettext_lazy(
        "The coordinators look at the next best partners that were found."
    ),
    ScenarioStatus.ENDORSED.value: gettext_lazy(
        "The steering group has agreed; now the associations approve."
    ),
    ScenarioStatus.APPROVED.value: gettext_lazy("Everybody has agreed. The municipalities hear of it soon."),
    ScenarioStatus.SUPERSEDED.value: gettext_lazy(
        "This search has ended without another partner. You stay a candidate: ask your association what comes next."
    ),
}
NOBODY = gettext_lazy(
    "No other partner was found among those who are free now. You stay a candidate: when a place or a partner comes "
    "free, you are looked at again."
)
"""Where the search stands, for municipalities: who has it in hand, nothing of the pairs."""
NO_SEARCH = gettext_lazy(
    "The portal could not begin a search for another partner. Your association tells you what comes next."
)
NO_SCENARIO = gettext_lazy(
    "No country of the call takes part at the moment, so no scenario was made. Make one yourself when that changes."
)
ENDED_SEARCHES = (ScenarioStatus.RELEASED, ScenarioStatus.SUPERSEDED)
OPEN = (ProposalStatus.PROPOSED, ProposalStatus.ACCEPTED_NORTH, ProposalStatus.ACCEPTED_SOUTH)


@login_required
@require_GET
def proposal_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Why this pair, until when, and who has answered."""
    return _page(request, proposal_for(request.user, reference))


@login_required
@require_POST
def proposal_accept(request: HttpRequest, reference: str) -> HttpResponse:
    """A signatory accepts for their side."""
    proposal = proposal_for(request.user, reference)
    require(request.user, Perm.ANSWER_PROPOSAL, proposal)
    try:
        proposal = accept_proposal(proposal=proposal, side=_my_side(request, proposal), actor=person(request))
    except DomainError as error:
        return _page(request, proposal_for(request.user, reference), status=422, refusal=str(error))
    if proposal.status == ProposalStatus.ACCEPTED:
        messages.success(
            request, _("Both municipalities have accepted. Your partnership begins: prepare it together.")
        )
        return redirect("matching:partnership-plan", proposal.partnership.reference)
    messages.success(request, _("You have accepted. Your proposed partner hears it now."))
    return redirect("matching:proposal-detail", reference)


@login_required
@require_POST
def proposal_decline(request: HttpRequest, reference: str) -> HttpResponse:
    """A signatory declines for their side, with the reason."""
    proposal = proposal_for(request.user, reference)
    require(request.user, Perm.ANSWER_PROPOSAL, proposal)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, proposal, status=422, form=form)
    try:
        decline_proposal(
            proposal=proposal,
            side=_my_side(request, proposal),
            reason=form.cleaned_data["reason"],
            actor=person(request),
        )
    except DomainError as error:
        # As it stands by now: the other side may have answered at the same moment.
        proposal = proposal_for(request.user, reference)
        return _page(request, proposal, status=422, form=form, refusal=str(error))
    messages.success(request, _("You have declined. The coordinators look for another match."))
    return redirect("matching:proposal-detail", reference)


def _my_side(request: HttpRequest, proposal: Proposal) -> Side:
    """The side for which the person answers; on both, the one that has not answered yet."""
    sides = signing_sides_of(request.user, proposal)
    waiting = [side for side in sides if proposal.status != ACCEPTED_BY[side]]
    return (waiting or sides)[0]


def _page(request: HttpRequest, proposal: Proposal, status: int = 200, **extra: Any) -> HttpResponse:
    user = person(request)
    mine = sides_of(user, proposal)
    waiting = proposal.status in OPEN
    side = mine[0] if mine else Side.NORTH
    own, partner = (
        (proposal.north, proposal.south) if side == Side.NORTH else (proposal.south, proposal.north)
    )
    zone = own.municipality.country.time_zone
    country = proposal.track.partner_country
    suspended = waiting and country.suspended_since is not None
    late = waiting and proposal.accept_by is not None and clock.today(zone) > proposal.accept_by
    may_answer = waiting and bool(signing_sides_of(user, proposal))
    context = {
        "proposal": proposal,
        "own": own.municipality,
        "partner": partner.municipality,
        "is_mine": bool(mine),
        **_why(proposal, is_mine=bool(mine)),
        "sides": [_answer(proposal, Side.NORTH), _answer(proposal, Side.SOUTH)],
        "waiting": waiting,
        "suspended": suspended,
        "late": late and not suspended,
        "has_left": bool(mine) and own.status == ApplicationStatus.WITHDRAWN,
        "has_accepted": bool(mine) and proposal.status == ACCEPTED_BY[side],
        "may_answer": may_answer,
        "nobody_signs": waiting and bool(mine) and not may_answer and not _signed_for(own.municipality),
        "months": rules_on(country.programme).duration_months if waiting else 0,
        "helper": country.programme.lead_association if side == Side.NORTH else country.association,
        "form": ReasonForm(),
        **_afterwards(user, proposal, mine),
    }
    return render(request, "matching/proposal_detail.html", {**context, **extra}, status=status)


def _why(proposal: Proposal, *, is_mine: bool) -> dict[str, Any]:
    """The reasons. For its own municipalities the points leave out what the applications scored, so that nobody works
    out the partner's from the whole; they read that it counted, and whether people fixed the pair."""
    parts = parts_in_words(proposal.parts, scores=not is_mine)
    extra = extra_points(proposal.parts)
    counted = {row["part"] for row in proposal.parts if row.get("score") is not None and row.get("weight")}
    return {
        "parts": parts,
        "score": points_of(parts) if is_mine else proposal.score,
        "extra": points_in_words(extra) if extra else "",
        "applications_count": ScorePart.APPLICATION.value in counted,
        "is_fixed": is_fixed(proposal),
    }


def _afterwards(user: User, proposal: Proposal, mine: Sequence[Side]) -> dict[str, Any]:
    """Of a proposal that came apart: where the search for new partners stands, and the match proposed since."""
    if proposal.status not in DEAD_PROPOSALS:
        return {}
    own = [proposal.north if side == Side.NORTH else proposal.south for side in mine]
    follow_ups = follow_ups_of(proposal)
    # Of a pair that came apart later the one that dropped out is not looked for.
    waits = any(row.status == ApplicationStatus.CONFIRMED for row in own)
    return {
        "search": _search(proposal, follow_ups, is_mine=bool(mine)) if waits or not mine else "",
        "is_searching": bool(follow_ups) and not _is_over(follow_ups[0]),
        "searched_at": follow_ups[0].created_at if follow_ups else None,
        "next_proposals": next_proposals(proposal, own) if own else [],
        "follow_ups": [] if mine else _readable(user, follow_ups),
    }


def _search(proposal: Proposal, follow_ups: Sequence[Scenario], *, is_mine: bool) -> str:
    """Where the newest search stands, for a municipality that still waits: one that is over found it nobody, else it
    would read the match that was proposed. For coordinators only that there was none: they read the scenarios."""
    if not is_mine:
        dropped = not follow_ups and proposal.status != ProposalStatus.ENDED
        return str(NO_SCENARIO) if dropped else ""
    if not follow_ups:
        return str(NO_SEARCH)
    newest = follow_ups[0]
    if newest.status == ScenarioStatus.RELEASED or _found_nobody(newest):
        return str(NOBODY)
    return str(SEARCH[newest.status])


def _is_over(scenario: Scenario) -> bool:
    return scenario.status in ENDED_SEARCHES or _found_nobody(scenario)


def _found_nobody(scenario: Scenario) -> bool:
    """Whether it was solved without a pair."""
    solved = scenario.status in (ScenarioStatus.SOLVED, ScenarioStatus.SUPERSEDED)
    return solved and scenario.worst is None and scenario.total == 0


def _signed_for(municipality: Municipality) -> bool:
    """Whether somebody signs for it in the portal."""
    return bool(signatories_among([municipality]).get(municipality.pk))


def _readable(user: User, scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Those of them whose page the person may open."""
    seen = scenarios_visible_to(user).filter(pk__in=[row.pk for row in scenarios]).order_by()
    keys = set(seen.values_list("pk", flat=True)) if scenarios else set()
    return [row for row in scenarios if row.pk in keys]


def _answer(proposal: Proposal, side: Side) -> dict[str, Any]:
    """What one side has answered, for the list of answers."""
    application = proposal.north if side == Side.NORTH else proposal.south
    declined = proposal.status == ProposalStatus.DECLINED and proposal.declined_side == side
    return {
        "municipality": application.municipality,
        "accepted_at": getattr(proposal, f"{side.value}_accepted_at"),
        "accepted_by": getattr(proposal, f"{side.value}_accepted_by"),
        "declined": declined,
    }
