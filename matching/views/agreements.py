"""The agreement, what each side confirms, and the start."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from matching.agreement_words import fingerprint
from matching.enums import PartnershipStatus
from matching.forms.partnerships import StartForm
from matching.models import Partnership
from matching.permissions import Perm, editing_sides_of, signing_sides_of
from matching.selectors.agreements import halves, other_languages, outdated, wording_of
from matching.selectors.ends import end_of
from matching.selectors.formal_decisions import lead_of, start_decisions
from matching.selectors.partnerships import checklist, papers_for, sides_of_pair, sides_to_start
from matching.services import (
    activate_partnership,
    confirm_calendar,
    confirm_split,
    set_start,
    sign_agreement,
)
from matching.views.people import person
from sdgpartners.core.access import allowed, require
from sdgpartners.core.components import TaskItem, Tone
from sdgpartners.core.errors import DomainError
from sdgpartners.programme.enums import Language, Side
from sdgpartners.programme.models import ProgrammeRules
from sdgpartners.programme.selectors import rules_on


@login_required
@require_GET
def partnership_agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """Parties, dates, budget and signatures, and what the start still waits for."""
    return _page(request, _load(request, reference))


@login_required
@require_POST
def partnership_start(request: HttpRequest, reference: str) -> HttpResponse:
    """Changes the first day; both sides sign again."""
    partnership = _load(request, reference)
    require(request.user, Perm.EDIT_PARTNERSHIP, partnership)
    form = StartForm(request.POST)
    if not form.is_valid():
        return _page(request, partnership, status=422, start_form=form)
    try:
        set_start(partnership=partnership, starts_on=form.cleaned_data["starts_on"], actor=person(request))
    except DomainError as error:
        return _page(request, partnership, status=422, start_form=form, refusal=str(error))
    messages.success(request, _("The first day is changed. Both sides sign the agreement."))
    return redirect("matching:partnership-agreement", reference)


@login_required
@require_POST
def partnership_sign(request: HttpRequest, reference: str) -> HttpResponse:
    """A signatory signs for their side the agreement as they read it."""
    partnership = _load(request, reference)
    require(request.user, Perm.SIGN_AGREEMENT, partnership)
    sides = signing_sides_of(request.user, partnership)
    side = next(
        (one for one in sides if not getattr(partnership.agreement, f"signed_{one.value}_at")), sides[0]
    )
    form = StartForm(request.POST)
    read = request.POST.get("read", "")
    try:
        sign_agreement(
            partnership=partnership,
            side=side,
            # A day that is none is not the one in the agreement.
            starts_on=form.cleaned_data["starts_on"] if form.is_valid() else date.min,
            actor=person(request),
            read=read,
        )
    except DomainError as error:
        return _page(request, partnership, status=422, refusal=str(error))
    messages.success(request, _("Signed. Your partner sees it at once."))
    return redirect("matching:partnership-agreement", reference)


@login_required
@require_POST
def partnership_confirm(request: HttpRequest, reference: str, what: str) -> HttpResponse:
    """The person's side confirms the calendar or the two halves of the budget."""
    partnership = _load(request, reference)
    require(request.user, Perm.EDIT_PARTNERSHIP, partnership)
    confirm = confirm_calendar if what == "calendar" else confirm_split
    try:
        for side in editing_sides_of(request.user, partnership)[:1]:
            confirm(partnership=partnership, side=side, actor=person(request))
    except DomainError as error:
        return _page(request, partnership, status=422, refusal=str(error))
    messages.success(request, _("Your side has confirmed this."))
    return redirect("matching:partnership-agreement", reference)


@login_required
@require_POST
def partnership_activate(request: HttpRequest, reference: str) -> HttpResponse:
    """A coordinator starts the partnership once the list is complete."""
    partnership = _load(request, reference)
    require(request.user, Perm.ACTIVATE_PARTNERSHIP, partnership)
    try:
        activate_partnership(partnership=partnership, actor=person(request))
    except DomainError as error:
        return _page(request, partnership, status=422, refusal=str(error))
    messages.success(request, _("The partnership is active."))
    return redirect("matching:partnership-agreement", reference)


def _load(request: HttpRequest, reference: str) -> Partnership:
    return papers_for(request.user, reference)


def _page(request: HttpRequest, partnership: Partnership, status: int = 200, **extra: Any) -> HttpResponse:
    user = person(request)
    agreement = partnership.agreement
    preparing = partnership.status == PartnershipStatus.PREPARING
    mine = editing_sides_of(user, partnership) if preparing else []
    signs = signing_sides_of(user, partnership) if preparing else []
    rules = rules_on(partnership.partner_country.programme, agreement.starts_on)
    context = {
        "partnership": partnership,
        "agreement": agreement,
        "end": end_of(partnership, agreement.starts_on, rules),
        "rules": rules,
        "halves": list(zip((partnership.north, partnership.south), halves(rules), strict=True)),
        "signatures": [
            (partnership.north, agreement.signed_north_at, agreement.signed_north_by),
            (partnership.south, agreement.signed_south_at, agreement.signed_south_by),
        ],
        "may_sign": not outdated(partnership, rules)
        and any(not getattr(agreement, f"signed_{side.value}_at") for side in signs),
        "start_form": StartForm(initial={"starts_on": agreement.starts_on}) if mine else None,
        "may_activate": preparing and allowed(user, Perm.ACTIVATE_PARTNERSHIP, partnership),
        "preparing": preparing,
        "section": "agreement",
        **_words(partnership, rules),
        **_steps(partnership, rules, mine),
    }
    return render(request, "matching/partnership_agreement.html", {**context, **extra}, status=status)


def _words(partnership: Partnership, rules: ProgrammeRules) -> dict[str, Any]:
    """The text in the reader's language, with the other languages at hand."""
    wording = wording_of(partnership, rules)
    language = get_language() or "en"
    return {
        "blocks": wording.blocks(language),
        "others": [(code, name, wording.blocks(code)) for code, name in other_languages(language)],
        "fingerprint": fingerprint(wording.bodies),
        "languages": Language.choices,
        "language": language,
    }


def _steps(partnership: Partnership, rules: ProgrammeRules, mine: list[Side]) -> dict[str, Any]:
    """What the start waits for while it is prepared, with what each side has confirmed."""
    if partnership.status != PartnershipStatus.PREPARING:
        rows = sorted(sides_of_pair(partnership), key=lambda side: side.side)
        return {"sides": [(side, False) for side in rows]}
    people = sides_to_start(partnership)
    items = checklist(partnership, people, rules)
    undecided = [row for side in people for row in start_decisions(side) if row.decided_on is None]
    return {
        "sides": [(side, side.side in mine[:1]) for side in people],
        "tasks": [
            TaskItem(
                label=str(item.label),
                status=_("Done") if item.done else _("To do"),
                tone=Tone.DONE if item.done else Tone.TODO,
                hint=item.detail,
            )
            for item in items
        ],
        "complete": all(item.done for item in items),
        "lead": lead_of(partnership.agreement.starts_on, rules) if undecided else None,
    }
