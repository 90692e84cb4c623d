"""The ranking of a track at the desk: fifty lines a page, what it hangs on, and the same as a file."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from applications.enums import CallStatus, DecisionOutcome
from applications.forms.ranking import RankingFilterForm
from applications.models import Criterion, Track
from applications.review_permissions import ReviewPerm
from applications.selectors.panel import advice_on
from applications.selectors.ranking import RankedLine, lines_of, ranking_closed_to
from applications.selectors.ranking_checks import MOST_AT_ONCE, leniency_of, sensitivity_of
from applications.selectors.ranking_page import PageRow, chosen_lines, page_of, reasons, summary_of
from applications.selectors.release import refusal_to_decide
from applications.selectors.reviews import awaits_own_review
from applications.selectors.tallies import Grid, grid_from, problem_of
from applications.services.ranking_export import ranking_workbook
from sdgpartners.core import clock
from sdgpartners.core.access import allowed, one_or_404
from sdgpartners.core.charts import DotRow, dots
from sdgpartners.documents.content import XLSX
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Side


def track_for_ranking(request: HttpRequest, pk: int) -> Track:
    """The track, for coordinators and auditors who read its ranking; PermissionDenied for others and who steps out of
    it. The steering group reads it on the site: prepared decisions are not told to it."""
    tracks = Track.objects.select_related(
        "partner_country__country",
        "partner_country__programme",
        "partner_country__association",
        "call__programme",
        "theme",
    )
    track = one_or_404(tracks, pk=pk)
    roles = (AssociationRole.COORDINATOR, AssociationRole.AUDITOR)
    at_desk = standing_of(request.user).covers(track.partner_country, *roles)
    if not at_desk or not allowed(request.user, ReviewPerm.VIEW_RANKING, track):
        raise PermissionDenied
    return track


def ranking_response(request: HttpRequest, track: Track, **more: Any) -> HttpResponse:
    """The page; who awaits reviews of their own reads nothing of it."""
    context: dict[str, Any] = {
        "title": _("Ranking: %(track)s") % {"track": track.partner_country},
        "track": track,
        "may_rank": allowed(request.user, ReviewPerm.RANK_TRACK, track),
        "decided": track.call.status == CallStatus.DECIDED,
        "public": track.call.status == CallStatus.PUBLISHED,
        "refusal": refusal_to_decide(track.call),
        # Whoever steps out was refused at the door.
        "hidden": awaits_own_review(request.user, track),
        **more,
    }
    if not context["hidden"]:
        context |= _shown(request, track)
    return TemplateResponse(request, "admin/applications/track/ranking.html", context)


def _shown(request: HttpRequest, track: Track) -> dict[str, Any]:
    criteria = list(track.criteria.order_by("order", "pk"))
    grid = grid_from(criteria, track.call)
    lines = lines_of(track, grid)
    form = RankingFilterForm(request.GET, sides=track.southern_scored)
    chosen = chosen_lines(lines, **form.chosen)
    why = reasons(lines, grid, criteria)
    page = page_of(track, lines, chosen, request.GET.get("page"), why)
    mild = leniency_of(lines)
    return {
        "form": form,
        "filtered": bool(form.chosen),
        "summary": summary_of(track, lines),
        "page": page,
        "chart": _chart(list(page.object_list)),
        "leniency": mild,
        "outcomes": DecisionOutcome.choices,
        "advice": advice_on(track),
        **_sensitivity(
            request,
            track,
            lines=lines,
            grid=grid,
            criteria=criteria,
            people={one.person.pk: one.person for one in mild},
        ),
    }


def _sensitivity(
    request: HttpRequest,
    track: Track,
    *,
    lines: list[RankedLine],
    grid: Grid,
    criteria: list[Criterion],
    people: dict[int, Any],
) -> dict[str, Any]:
    if track.call.status == CallStatus.DECIDED or not any(one.line.n for one in lines):
        return {}
    if len(lines) > MOST_AT_ONCE and not request.GET.get("checks"):
        query = request.GET.copy()
        query["checks"] = "1"
        return {"checks_url": f"?{query.urlencode()}#checks"}
    found = [
        sensitivity_of(track, own, grid, criteria, people)
        for side in Side
        if (own := [one for one in lines if one.side == side])
    ]
    return {
        "sensitivity": [text for one in found for text in one.sentences],
        "tried": sum(one.tried for one in found),
    }


def _chart(rows: list[PageRow]) -> str:
    spread = [
        DotRow(
            label=row.one.name, values=sorted(float(total.total) for total in row.one.totals), hue="accent"
        )
        for row in rows
        if row.one.totals
    ]
    return dots(spread, low=0, high=100, title=_("Totals of the reviews, 0 to 100")) if spread else ""


def ranking_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole ranking as XLSX; with `form=json` the problem as `manage.py rank_applications` takes it, of the side
    that `side` names."""
    track = track_for_ranking(request, pk)
    if ranking_closed_to(request.user, track) is not None:
        raise PermissionDenied
    if request.GET.get("form") == "json":
        side = Side.SOUTH if request.GET.get("side") == Side.SOUTH else Side.NORTH
        text = json.dumps(problem_of(track, side).as_json(), ensure_ascii=False, indent=1)
        return _attached(track, text.encode(), "application/json", "json")
    return _attached(track, ranking_workbook(track), XLSX, "xlsx")


def _attached(track: Track, content: bytes, content_type: str, ending: str) -> HttpResponse:
    country = track.partner_country.country_id.lower()
    name = f"ranking-{track.call.code}-{country}-{clock.today().isoformat()}.{ending}"
    return HttpResponse(content, content_type=content_type, headers={
        "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    })  # fmt: skip
