"""A proposed match: both municipalities read why, and a signatory of each answers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from matching.enums import ProposalStatus
from matching.forms.decisions import ReasonForm
from matching.models import Proposal
from matching.permissions import Perm, proposal_for, sides_of, signing_sides_of
from matching.sentences import parts_in_words
from matching.services import accept_proposal, decline_proposal
from matching.services.proposals import ACCEPTED_BY
from matching.views.people import person
from sdgpartners.core import clock
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError
from sdgpartners.programme.enums import Side

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
        return _page(request, proposal, status=422, refusal=str(error))
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
    answers = signing_sides_of(user, proposal)
    side = mine[0] if mine else Side.NORTH
    own, partner = (
        (proposal.north, proposal.south) if side == Side.NORTH else (proposal.south, proposal.north)
    )
    zone = own.municipality.country.time_zone
    context = {
        "proposal": proposal,
        "own": own.municipality,
        "partner": partner.municipality,
        "is_mine": bool(mine),
        "parts": [
            part for part in parts_in_words(proposal.parts, scores=not mine) if part.points is not None
        ],
        "sides": [_answer(proposal, Side.NORTH), _answer(proposal, Side.SOUTH)],
        "waiting": waiting,
        "late": waiting and proposal.accept_by is not None and clock.today(zone) > proposal.accept_by,
        "has_accepted": bool(mine) and proposal.status == ACCEPTED_BY[side],
        "may_answer": waiting and bool(answers),
        "form": ReasonForm(),
    }
    return render(request, "matching/proposal_detail.html", {**context, **extra}, status=status)


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
