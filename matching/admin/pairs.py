"""All pairs of a scenario as a table, the equal of the heat map: sortable, filterable, and as a file."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from applications.models import Track
from matching.admin.doors import frame, load, room_address
from matching.admin.pair import cost_in_words, small_points
from matching.enums import RuleKind
from matching.forms.room import PairFilterForm
from matching.models import Scenario
from matching.selectors.pair_lines import (
    FIRST_ORDER,
    PairLine,
    chosen_lines,
    pair_lines,
    sorted_lines,
)
from matching.selectors.room import read_room
from matching.sentences import bar_in_words, points_in_words
from matching.services.pairs_export import FORMATS, MOST_LINES, pairs_file
from sdgpartners.core import clock

ON_A_PAGE = 50


@require_GET
def scenario_pairs(request: HttpRequest, reference: str) -> HttpResponse:
    """Fifty pairs a page; order and filter stand in the address."""
    scenario, tracks = loaded = load(request, reference)
    form, lines = _lines(request, scenario, tracks)
    page = Paginator(lines, ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        **frame(request, loaded, "pairs"),
        "form": form,
        "filtered": bool(form.chosen),
        "page": page,
        "rows": _rows(scenario, list(page.object_list), tracks),
        "query": query.urlencode(),
        "first_order": FIRST_ORDER,
        "most_in_file": MOST_LINES if page.paginator.count > MOST_LINES else 0,
    }
    return render(request, "admin/matching/scenario/pairs.html", context)


@require_GET
def scenario_pairs_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The same pairs, all pages up to what a file holds, as XLSX; `form=csv` gives CSV."""
    scenario, tracks = load(request, reference)
    _form, lines = _lines(request, scenario, tracks)
    form = request.GET.get("form", "xlsx")
    if form not in FORMATS:
        raise Http404
    name = f"pairs-{scenario.reference}-{clock.today().isoformat()}.{form}"
    content = pairs_file(lines, tracks, form=form)
    return HttpResponse(content, content_type=FORMATS[form], headers={
        "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    })  # fmt: skip


def _lines(
    request: HttpRequest, scenario: Scenario, tracks: list[Track]
) -> tuple[PairFilterForm, list[PairLine]]:
    form = PairFilterForm(request.GET, tracks=tracks)
    chosen = chosen_lines(pair_lines(read_room(scenario, tracks)), **form.chosen)
    return form, sorted_lines(chosen, request.GET.get("sort", FIRST_ORDER))


def _rows(scenario: Scenario, lines: list[PairLine], tracks: list[Track]) -> list[dict[str, Any]]:
    countries = {track.pk: track.partner_country.country for track in tracks}
    return [
        {
            "line": line,
            "country": countries[line.south.track_id],
            "url": room_address(scenario, ".".join(line.key)) + "#pair",
            "score": None if line.score is None else points_in_words(float(line.score)),
            "bar": bar_in_words(line.barred_by) if line.barred_by else "",
            "rule": RuleKind(line.rule) if line.rule else None,
            "cost": small_points(line.cost) if line.cost is not None else "",
            "cost_words": cost_in_words(scenario, line.cost, line.score) if line.priced else "",
        }
        for line in lines
    ]
