"""A contact person hands over: who, when, to whom, and what moves along."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from matching.forms.handovers import HandOverForm, SuccessorForm
from matching.models import HandOver, Partnership, TeamMember
from matching.moving_along import what_moves
from matching.permissions import Perm, editing_sides_of, partnership_for, sides_of
from matching.selectors.handovers import LIVING, contacts_of_pair, hand_overs_of, is_contact
from matching.services.handovers import cancel_hand_over, name_successor, start_hand_over
from matching.views.people import person
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError


@login_required
@require_GET
def partnership_hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand-overs of both sides; for the own side also the form, with what moves along."""
    return _page(request, partnership_for(request.user, reference))


@login_required
@require_POST
def partnership_hand_over_start(request: HttpRequest, reference: str) -> HttpResponse:
    """A contact person of the own side leaves."""
    partnership = partnership_for(request.user, reference)
    require(request.user, Perm.EDIT_PARTNERSHIP, partnership)
    mine = _own_team(request, partnership, contacts_of_pair(partnership))
    form = HandOverForm(request.POST, team=mine, contacts=[row for row in mine if is_contact(row)])
    if not form.is_valid():
        return _page(request, partnership, status=422, form=form)
    try:
        hand_over = start_hand_over(
            leaving=form.leaver(),
            leaves_on=form.cleaned_data["leaves_on"],
            successor=form.chosen(),
            notes=form.cleaned_data["notes"],
            actor=person(request),
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, partnership, status=422, form=form)
    messages.success(request, _said(hand_over))
    return redirect("matching:partnership-hand-over", reference)


@login_required
@require_POST
def partnership_hand_over_successor(request: HttpRequest, reference: str) -> HttpResponse:
    """Names who takes over in a hand-over of the own side."""
    partnership, row = _own(request, reference)
    mine = _own_team(request, partnership, contacts_of_pair(partnership))
    form = SuccessorForm(request.POST, team=mine, auto_id=_ids(row))
    if not form.is_valid():
        return _page(request, partnership, status=422, naming={row.pk: form})
    try:
        hand_over = name_successor(hand_over=row, successor=form.chosen(), actor=person(request))
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, partnership, status=422, naming={row.pk: form})
    messages.success(request, _said(hand_over))
    return redirect("matching:partnership-hand-over", reference)


@login_required
@require_POST
def partnership_hand_over_cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """The contact person stays after all."""
    partnership, row = _own(request, reference)
    name = row.leaving.name
    try:
        cancel_hand_over(hand_over=row, actor=person(request))
    except DomainError as error:
        return _page(request, partnership, status=422, refusal=str(error))
    messages.success(request, _("%(name)s stays contact person. Both sides are told.") % {"name": name})
    return redirect("matching:partnership-hand-over", reference)


def _said(hand_over: HandOver) -> str:
    names = {"name": hand_over.leaving.name, "successor": str(hand_over.successor or "")}
    if hand_over.done_at:
        return _("%(successor)s has taken over from %(name)s. Both sides are told.") % names
    if hand_over.successor is None:
        return _("Both sides are told that %(name)s leaves. Name who takes over before the last day.") % names
    return _("Both sides are told that %(successor)s takes over from %(name)s.") % names


def _own(request: HttpRequest, reference: str) -> tuple[Partnership, HandOver]:
    """A hand-over of a side that the person speaks for; 403 for those who only read it."""
    partnership = partnership_for(request.user, reference)
    require(request.user, Perm.EDIT_PARTNERSHIP, partnership)
    given = request.POST.get("hand_over", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else -1
    rows = HandOver.objects.filter(
        side__partnership=partnership, side__side__in=editing_sides_of(request.user, partnership)
    ).select_related("side", "leaving")
    return partnership, one_or_404(rows, pk=number)


def _own_team(request: HttpRequest, partnership: Partnership, team: list[TeamMember]) -> list[TeamMember]:
    sides = editing_sides_of(request.user, partnership)
    return [row for row in team if row.side.side in sides]


def _ids(row: HandOver) -> str:
    """Pages show the form of each hand-over: its fields have ids of their own."""
    return f"id_{row.pk}_%s"


def _page(
    request: HttpRequest,
    partnership: Partnership,
    *,
    status: int = 200,
    naming: dict[int, SuccessorForm] | None = None,
    **extra: Any,
) -> HttpResponse:
    user = person(request)
    open_still = partnership.status in LIVING
    team = contacts_of_pair(partnership)
    mine = _own_team(request, partnership, team) if open_still else []
    contacts = [row for row in mine if is_contact(row)]
    rows = hand_overs_of(partnership)
    leaving = {row.leaving_id for row in rows if row.done_at is None}
    staying = [row for row in contacts if row.pk not in leaving]
    moves = what_moves([row for row in team if row in contacts or row.pk in leaving])
    reads = set(sides_of(user, partnership))
    follows = allowed(user, Perm.ACTIVATE_PARTNERSHIP, partnership)
    speaks = set(editing_sides_of(user, partnership)) if open_still else set()
    context = {
        "partnership": partnership,
        "rows": [
            {
                "row": row,
                "notes": row.notes if follows or row.side.side in reads else "",
                "moves": moves.get(row.leaving_id, []) if row.done_at is None else [],
                # What was typed comes back, also when it is done or suspended meanwhile.
                "mine": (row.side.side in speaks and row.done_at is None) or row.pk in (naming or {}),
                "stays": row.leaving.left_on is None,
                "form": (naming or {}).get(row.pk)
                or SuccessorForm(team=[one for one in mine if one.pk != row.leaving_id], auto_id=_ids(row)),
            }
            for row in rows
        ],
        "contacts": [(row, moves.get(row.pk, [])) for row in staying],
        "form": HandOverForm(team=mine, contacts=staying) if staying else None,
        "section": "team",
    }
    return render(request, "matching/partnership_hand_over.html", {**context, **extra}, status=status)
