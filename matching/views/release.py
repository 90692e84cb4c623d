"""The release of an approved scenario: what stands in the way, the letters as they will go out, and one button."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from matching.enums import ScenarioStatus
from matching.models import Scenario
from matching.permissions import Perm, scenario_for
from matching.selectors.outcome import obstacles
from matching.selectors.scenarios import proposed_scores
from matching.services import release_scenario
from matching.services.release import acceptance_day
from matching.services.release_letters import PROPOSED, Letter, fingerprint, letters_of, preview_letter
from matching.views.people import person
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError

NOT_LOOKED_AT = "not looked at"


@login_required
@require_safe
def scenario_letters(request: HttpRequest, reference: str) -> HttpResponse:
    """All letters with their number; `?to=` shows those to one municipality in each language."""
    scenario = _releasable(request, reference)
    if scenario.status != ScenarioStatus.APPROVED:
        return redirect("matching:scenario-detail", reference)
    return _page(request, scenario)


@login_required
@require_POST
def scenario_release(request: HttpRequest, reference: str) -> HttpResponse:
    """Proposes every pair to its municipalities and writes the letters that were looked at."""
    scenario = _releasable(request, reference)
    seen = request.POST.get("seen") or NOT_LOOKED_AT
    try:
        proposals = release_scenario(scenario=scenario, actor=person(request), seen=seen)
    except DomainError as error:
        scenario.refresh_from_db(fields=["status"])
        if scenario.status != ScenarioStatus.APPROVED:
            # Pressed twice, or taken back meanwhile: its own page tells where it stands.
            messages.error(request, str(error))
            return redirect("matching:scenario-detail", reference)
        return _page(request, scenario, status=422, refusal=str(error))
    text = ngettext(
        "%(count)s pair is proposed. The letters go out now.",
        "%(count)s pairs are proposed. The letters go out now.",
        len(proposals),
    )
    messages.success(request, text % {"count": len(proposals)})
    return redirect("matching:scenario-detail", reference)


def _releasable(request: HttpRequest, reference: str) -> Scenario:
    scenario = scenario_for(request.user, reference)
    require(request.user, Perm.RELEASE_SCENARIO, scenario)
    return scenario


def _page(request: HttpRequest, scenario: Scenario, status: int = 200, refusal: str = "") -> HttpResponse:
    pairs = proposed_scores(scenario)
    accept_by = acceptance_day(scenario)
    letters = letters_of(scenario, pairs, accept_by)
    proposed = [row for row in letters if row.kind == PROPOSED]
    wanted = request.GET.get("to", "")
    shown = next(
        (row for row in letters if row.application.reference == wanted and not row.told_before), None
    )
    if wanted and shown is None:
        raise Http404
    context = {
        "scenario": scenario,
        "refusal": refusal,
        "obstacles": obstacles(scenario, pairs),
        "pairs": len(pairs),
        "accept_by": accept_by,
        # Both letters of a pair side by side: they are written one after the other.
        "proposed": list(zip(proposed[::2], proposed[1::2], strict=True)),
        "unmatched": [row for row in letters if row.kind != PROPOSED and not row.told_before],
        "told_before": ", ".join(str(row.application.municipality) for row in letters if row.told_before),
        "mails": sum(len(row.people) for row in letters),
        "people": len({one.pk for row in letters for one in row.people}),
        "nobody": _nobody(letters),
        "seen": fingerprint(letters),
        "shown": shown,
        "previews": [("", preview_letter(shown))] if shown else [],
    }
    return render(request, "matching/scenario_letters.html", context, status=status)


def _nobody(letters: Sequence[Letter]) -> str:
    """The municipalities where nobody gets the letter, by name."""
    return ", ".join(
        sorted(str(row.application.municipality) for row in letters if not row.people and not row.told_before)
    )
