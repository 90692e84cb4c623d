"""The people of both sides and the actors from outside."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from matching.enums import ActorKind, MemberKind, TeamRole
from matching.forms.partnerships import ActorForm, TeamMemberForm
from matching.models import Actor, Partnership, PartnershipSide, TeamMember
from matching.permissions import Perm, editing_sides_of, partnership_for
from matching.selectors.partnerships import LACKS, WANTED, breadth, with_people
from matching.selectors.people_days import breadth_day
from matching.selectors.standstill import is_suspended
from matching.services import add_actor, add_team_member, remove_actor, remove_team_member
from matching.services.teams import LIVING
from matching.views.people import person
from sdgpartners.core import clock
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.programme.models import ProgrammeRules
from sdgpartners.programme.selectors import rules_on


@login_required
@require_GET
def partnership_team(request: HttpRequest, reference: str) -> HttpResponse:
    """Both teams with what they still lack; for the own side also the forms."""
    return _page(request, partnership_for(request.user, reference))


@login_required
@require_POST
def partnership_team_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Names a person of the own side."""
    partnership, side = _own_side(request, reference)
    form = TeamMemberForm(request.POST, prefix="person")
    if not form.is_valid():
        return _page(request, partnership, status=422, person_form=form)
    data = form.cleaned_data
    try:
        add_team_member(
            side=side,
            name=data["name"],
            service=data["service"],
            role=TeamRole(data["role"]),
            kind=MemberKind(data["kind"]),
            actor=person(request),
        )
    except DomainError as error:
        return _page(request, partnership, status=422, person_form=form, refusal=str(error))
    messages.success(request, _("%(name)s is in the team.") % {"name": data["name"]})
    return redirect("matching:partnership-team", reference)


@login_required
@require_POST
def partnership_team_remove(request: HttpRequest, reference: str) -> HttpResponse:
    """A person of the own side leaves the team."""
    _partnership, side = _own_side(request, reference)
    member = one_or_404(TeamMember.objects.filter(side=side), pk=_number(request, "member"))
    return _say(
        request,
        reference,
        lambda: remove_team_member(member=member, actor=person(request)),
        _("%(name)s has left the team.") % {"name": member.name},
    )


@login_required
@require_POST
def partnership_actor_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Names an organisation that the own side involves."""
    partnership, side = _own_side(request, reference)
    form = ActorForm(request.POST, prefix="actor")
    if not form.is_valid():
        return _page(request, partnership, status=422, actor_form=form)
    data = form.cleaned_data
    try:
        add_actor(
            side=side,
            name=data["name"],
            kind=ActorKind(data["kind"]),
            since=data["since"],
            actor=person(request),
        )
    except DomainError as error:
        return _page(request, partnership, status=422, actor_form=form, refusal=str(error))
    messages.success(request, _("%(name)s is on the list.") % {"name": data["name"]})
    return redirect("matching:partnership-team", reference)


@login_required
@require_POST
def partnership_actor_remove(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes an organisation of the own side off the list."""
    _partnership, side = _own_side(request, reference)
    row = one_or_404(Actor.objects.filter(side=side), pk=_number(request, "outside_actor"))
    return _say(
        request,
        reference,
        lambda: remove_actor(outside_actor=row, actor=person(request)),
        _("%(name)s is off the list.") % {"name": row.name},
    )


def _say(request: HttpRequest, reference: str, act: Any, done: str) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("matching:partnership-team", reference)


def _number(request: HttpRequest, name: str) -> int:
    """A row of the own side as its page named it; -1 for what is no number."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else -1


def _own_side(request: HttpRequest, reference: str) -> tuple[Partnership, PartnershipSide]:
    """The partnership and the side that the person speaks for; 403 for those who only read it."""
    partnership = partnership_for(request.user, reference)
    require(request.user, Perm.EDIT_PARTNERSHIP, partnership)
    side = editing_sides_of(request.user, partnership)[0]
    rows = PartnershipSide.objects.select_related("municipality", "partnership")
    return partnership, one_or_404(rows, partnership=partnership, side=side)


def _page(request: HttpRequest, partnership: Partnership, status: int = 200, **extra: Any) -> HttpResponse:
    user = person(request)
    rules = rules_on(partnership.partner_country.programme)
    # What was typed comes back, also when the partnership was suspended meanwhile.
    typed = not extra.keys().isdisjoint(("person_form", "actor_form"))
    open_still = typed or partnership.status in LIVING
    may_edit = open_still and allowed(user, Perm.EDIT_PARTNERSHIP, partnership)
    mine = editing_sides_of(user, partnership)[:1] if may_edit else []
    # While it stands still the day moves on with every day.
    first = None if is_suspended(partnership) else partnership.starts_on
    broad_by = breadth_day(partnership, first, rules) if first else None
    context = {
        "partnership": partnership,
        "sides": [_side(side, rules, mine=side.side in mine) for side in with_people(partnership)],
        "rules": rules,
        "broad_by": broad_by,
        "late": broad_by is not None and clock.today() > broad_by,
        "person_form": TeamMemberForm(prefix="person") if mine else None,
        "actor_form": ActorForm(prefix="actor") if mine else None,
        "section": "team",
    }
    return render(request, "matching/partnership_team.html", {**context, **extra}, status=status)


def _side(side: PartnershipSide, rules: ProgrammeRules, *, mine: bool) -> dict[str, Any]:
    """A side with its people and what it lacks, in words and figures; no statement."""
    held = breadth(side, rules)
    lacks = held.lacks_to_be_broad
    return {
        "row": side,
        "mine": mine,
        "team": list(side.team.all()),
        "contacts": any(member.role == TeamRole.CONTACT for member in side.team.all()),
        "actors": list(side.actors.all()),
        "to_start": [str(LACKS[lack]) for lack in held.lacks_to_start],
        "to_be_broad": [str(LACKS[lack]) for lack in lacks],
        "figures": [(words, *held.figure(lack), lack not in lacks) for lack, words in WANTED.items()],
    }
