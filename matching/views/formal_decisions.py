"""What colleges and councils of both sides decide: the list with its lead time, one entry, its file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from matching.enums import PartnershipStatus
from matching.forms.formal_decisions import FormalDecisionForm
from matching.models import FormalDecision, Partnership, PartnershipSide
from matching.permissions import Perm, editing_sides_of
from matching.selectors.formal_decisions import began_on, decision_of, lead_of, numbered
from matching.selectors.partnerships import papers_for
from matching.services.formal_decisions import (
    add_formal_decision,
    change_formal_decision,
    withdraw_formal_decision,
)
from matching.services.teams import LIVING
from matching.views.people import person
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.documents.delivery import deliver
from sdgpartners.programme.selectors import rules_on


@login_required
@require_GET
def partnership_decisions(request: HttpRequest, reference: str) -> HttpResponse:
    """All decisions of both sides; for the own side also the form."""
    return _page(request, papers_for(request.user, reference))


@login_required
@require_POST
def partnership_decision_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Enters a decision of the own side."""
    partnership = papers_for(request.user, reference)
    require(request.user, Perm.EDIT_PARTNERSHIP, partnership)
    form = FormalDecisionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, partnership, status=422, form=form)
    side = one_or_404(
        PartnershipSide.objects.filter(partnership=partnership),
        side=editing_sides_of(request.user, partnership)[0],
    )
    try:
        add_formal_decision(
            side=side, data=form.formal_data(), upload=form.cleaned_data["file"], actor=person(request)
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, partnership, status=422, form=form)
    messages.success(request, _("The decision is entered."))
    return redirect("matching:partnership-decisions", reference)


@login_required
@require_http_methods(["GET", "POST"])
def partnership_decision_edit(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One decision of the own side, to complete or correct."""
    partnership, row = _own(request, reference, number)
    if request.method == "GET":
        return _entry(request, partnership, row, number, FormalDecisionForm(decision=row))
    form = FormalDecisionForm(request.POST, request.FILES, decision=row)
    if not form.is_valid():
        return _entry(request, partnership, row, number, form, status=422)
    try:
        change_formal_decision(
            decision=row, data=form.formal_data(), upload=form.cleaned_data["file"], actor=person(request)
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _entry(request, partnership, row, number, form, status=422)
    messages.success(request, _("The decision is changed."))
    return redirect("matching:partnership-decisions", reference)


@login_required
@require_POST
def partnership_decision_withdraw(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Takes an entry of the own side back; it stays to be read."""
    partnership, row = _own(request, reference, number)
    try:
        withdraw_formal_decision(decision=row, actor=person(request))
    except DomainError as error:
        return _page(request, partnership, status=422, refusal=str(error))
    messages.success(request, _("The decision is taken back."))
    return redirect("matching:partnership-decisions", reference)


@login_required
@require_GET
def partnership_decision_file(request: HttpRequest, reference: str, uid: UUID) -> FileResponse:
    """The paper of a decision, through the door of its partnership."""
    partnership = papers_for(request.user, reference)
    rows = FormalDecision.objects.filter(side__partnership=partnership).select_related("file")
    row = one_or_404(rows, file__uid=uid)
    if row.file is None:
        raise Http404
    return deliver(row.file)


def _own(request: HttpRequest, reference: str, number: int) -> tuple[Partnership, FormalDecision]:
    """The decision of a side that the person speaks for; 403 for those who only read it."""
    partnership = papers_for(request.user, reference)
    row = decision_of(partnership, number)
    require(request.user, Perm.ENTER_DECISION, row)
    return partnership, row


def _entry(
    request: HttpRequest,
    partnership: Partnership,
    row: FormalDecision,
    number: int,
    form: FormalDecisionForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "partnership": partnership,
        "row": row,
        "number": number,
        "form": form,
        "section": "decisions",
        "open": row.withdrawn_at is None and (form.is_bound or partnership.status in LIVING),
        "begun": began_on(partnership, row),
    }
    return render(request, "matching/partnership_decision.html", context, status=status)


def _page(request: HttpRequest, partnership: Partnership, status: int = 200, **extra: Any) -> HttpResponse:
    user = person(request)
    rows = numbered(partnership)
    open_still = partnership.status in LIVING and allowed(user, Perm.EDIT_PARTNERSHIP, partnership)
    mine = editing_sides_of(user, partnership) if open_still else []
    starts_on = partnership.agreement.starts_on
    rules = rules_on(partnership.partner_country.programme, starts_on)
    preparing = partnership.status == PartnershipStatus.PREPARING
    context = {
        "partnership": partnership,
        "sides": [
            {
                "municipality": municipality,
                "mine": side in mine,
                "rows": [one for one in rows if one.row.side.side == side and not one.row.withdrawn_at],
                "back": [one for one in rows if one.row.side.side == side and one.row.withdrawn_at],
            }
            for side, municipality in (("north", partnership.north), ("south", partnership.south))
        ],
        "rules": rules,
        "lead": lead_of(starts_on, rules) if preparing else None,
        "form": FormalDecisionForm() if mine else None,
        "section": "decisions",
    }
    return render(request, "matching/partnership_decisions.html", {**context, **extra}, status=status)
