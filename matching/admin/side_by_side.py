"""Pairings side by side: the next best of a scenario, and other scenarios of the same call."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from matching.admin.doors import frame, load
from matching.admin.pair import is_fair, small_points
from matching.enums import RuleKind, ScenarioStatus
from matching.forms.room import CompareForm
from matching.models import Scenario
from matching.permissions import scenarios_visible_to
from matching.selectors.comparing import (
    Comparison,
    PartnerLine,
    comparable_with,
    compare,
    names_in_view,
    pairing_of,
    partner_lines,
)
from matching.selectors.outcome import groups_of
from matching.sentences import points_in_words


@require_GET
def scenario_alternatives(request: HttpRequest, reference: str) -> HttpResponse:
    """The proposed pairing beside the next best ones: who would get another partner, and what the whole loses."""
    scenario, tracks = loaded = load(request, reference)
    south, names = names_in_view([scenario], tracks)
    others = scenario.result.get("alternatives", [])
    whole = set(groups_of(scenario)) <= south.keys()
    pairings = [
        pairing_of(row, south)
        for row in (scenario.result.get("pairs", []), *(one["pairs"] for one in others))
    ]
    context = {
        **frame(request, loaded, "alternatives"),
        "columns": [_("Proposed"), *(_ordinal(number) for number in range(2, len(others) + 2))],
        "less": ["", *(_less(scenario, one, whole=whole) for one in others)],
        "lines": [_shown(line) for line in partner_lines(pairings, names)],
        "fair": is_fair(scenario),
        "same_here": len({tuple(sorted((a, b) for a, (b, _s) in one.pairs.items())) for one in pairings})
        == 1,
    }
    return render(request, "admin/matching/scenario/alternatives.html", context)


@require_GET
def scenario_compare(request: HttpRequest, reference: str) -> HttpResponse:
    """This scenario beside others; `beside` in the address names them."""
    scenario, tracks = loaded = load(request, reference)
    rows = comparable_with(scenario, scenarios_visible_to(request.user), tracks)
    others = list(rows)
    form = CompareForm(request.GET if "beside" in request.GET else None, others=others)
    wanted = form.chosen if form.is_bound and scenario.solved_at else []
    beside = {row.reference: row for row in rows.defer(None).filter(reference__in=wanted)} if wanted else {}
    found = compare([scenario, *(beside[one] for one in wanted)], tracks) if wanted else None
    context = {
        **frame(request, loaded, "compare"),
        "form": form,
        "others": others,
        "compared": found,
        "too_many": len(form.named) > len(wanted) and found is not None,
        **(_compared(found) if found else {}),
    }
    return render(request, "admin/matching/scenario/compare.html", context)


def _compared(found: Comparison) -> dict[str, Any]:
    differing = [line for line in found.partners if line.differs]
    return {
        "heads": [
            {
                "scenario": row,
                "total": points_in_words(float(pairing.total)),
                "worst": None if pairing.worst is None else points_in_words(float(pairing.worst)),
                "count": len(pairing.pairs),
                "cost": _cost_in_words(cost.cost, cost.impossible) if cost else "",
                "stale": row.status == ScenarioStatus.DRAFT,
            }
            for row, pairing, cost in zip(found.scenarios, found.pairings, found.costs, strict=True)
        ],
        "differing": len(differing),
        "lines": [_shown(line) for line in found.partners],
        "rules": [
            {
                "pair": f"{north} – {south}",
                "said": [(RuleKind(one.kind).label, one.reason) if one else None for one in row],
            }
            for north, south, row in found.rules
        ],
        "weights": [
            {"country": country, "part": part, "values": row} for country, part, row in found.weights
        ],
    }


def _shown(line: PartnerLine) -> dict[str, Any]:
    first = line.partners[0]
    cells = []
    for one in line.partners:
        other = (one[0] if one else None) != (first[0] if first else None)
        cells.append(
            {
                "name": one[0] if one else "",
                "score": points_in_words(float(one[1])) if one else "",
                "other": other,
            }
        )
    return {"name": line.name, "cells": cells, "differs": line.differs}


def _ordinal(number: int) -> str:
    return {2: _("Second best"), 3: _("Third best"), 4: _("Fourth best")}.get(
        number, _("Number %(number)s") % {"number": number}
    )


def _less(scenario: Scenario, other: dict[str, Any], *, whole: bool) -> str:
    """What the whole loses with another pairing, in words: of all countries of the scenario together. The weakest pair
    is told to who sees the `whole`: it may be of a country that is not in view."""
    told = _difference(Decimal(str(scenario.result["total"])) - Decimal(str(other["total"])))
    if not (whole and is_fair(scenario)):
        return told
    if other["worst"] is None or scenario.worst is None:
        return told
    weakest = _("weakest pair %(points)s") % {"points": points_in_words(float(other["worst"]))}
    return f"{told}; {weakest}"


def _difference(less: Decimal) -> str:
    shown = small_points(float(abs(less)))
    if less == 0:
        return _("as good: a tie, which people decide")
    number = 1 if abs(less) == 1 else 2
    if less < 0:
        return ngettext("%(points)s point more", "%(points)s points more", number) % {"points": shown}
    return ngettext("%(points)s point less", "%(points)s points less", number) % {"points": shown}


def _cost_in_words(cost: Decimal, impossible: int) -> str:
    """What a pairing costs by the scores of the first scenario."""
    told = _difference(cost) if cost else _("as much")
    if not impossible:
        return told
    left_out = ngettext(
        "%(count)s pair is not possible there", "%(count)s pairs are not possible there", impossible
    ) % {"count": impossible}
    return f"{told}; {left_out}"
