"""The panel of a track: what reviewers differ on, all scores of one application, and the scores that are agreed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications.enums import CallStatus
from applications.forms.panel import NOT_APPLICABLE, AgreeScoreForm, SiteFilterForm, TakeBackForm
from applications.models import Application, Criterion, PanelScore, Track
from applications.review_permissions import ReviewPerm
from applications.selectors.conflicts import with_said
from applications.selectors.panel import (
    PanelRow,
    differences_first,
    panel_applications,
    panel_history,
    panel_sheet,
)
from applications.selectors.ranking import RankedLine, lines_of
from applications.selectors.ranking_checks import MOST_AT_ONCE, sensitivity_of
from applications.selectors.ranking_page import chosen_lines, page_of, reasons, summary_of
from applications.selectors.tallies import Grid, grid_from
from applications.services.panel import agree_on_score, seen_of, take_back_score
from applications.views.conflicts import before_the_file
from applications.views.track_pages import opens_track, place_of
from sdgpartners.core.access import one_or_404, require
from sdgpartners.core.errors import DomainError, EditConflict
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Side

UNPROCESSABLE, CONFLICT = 422, 409


@login_required
@require_safe
@opens_track(ReviewPerm.JOIN_PANEL)
def panel_list(request: HttpRequest, track: Track) -> HttpResponse:
    """The applications of the track, differences first; filters stand in the address."""
    criteria = list(track.criteria.order_by("order", "pk"))
    grid = grid_from(criteria, track.call)
    lines = lines_of(track, grid)
    form = SiteFilterForm(request.GET, sides=track.southern_scored)
    chosen = differences_first(chosen_lines(lines, **form.chosen))
    context = {
        "track": track,
        "form": form,
        "filtered": bool(form.chosen),
        "summary": summary_of(track, lines),
        "page": page_of(track, lines, chosen, request.GET.get("page"), reasons(lines, grid, criteria)),
        "decided": track.call.status == CallStatus.DECIDED,
        "country": place_of(track)[1],
        **_checks(request, track, lines, grid, criteria),
    }
    return render(request, "applications/panel_list.html", context)


def _checks(
    request: HttpRequest, track: Track, lines: list[RankedLine], grid: Grid, criteria: list[Criterion]
) -> dict[str, Any]:
    """Who would change places if a weight moved or a reviewer were left out."""
    if track.call.status == CallStatus.DECIDED or not any(one.line.n for one in lines):
        return {}
    if len(lines) > MOST_AT_ONCE and not request.GET.get("checks"):
        query = request.GET.copy()
        query["checks"] = "1"
        return {"checks_url": f"?{query.urlencode()}#checks"}
    found = [
        sensitivity_of(track, own, grid, criteria)
        for side in Side
        if (own := [one for one in lines if one.side == side])
    ]
    return {
        "sensitivity": [text for one in found for text in one.sentences],
        "tried": sum(one.tried for one in found),
    }


@login_required
@require_safe
@opens_track(ReviewPerm.JOIN_PANEL)
def panel_sheet_page(request: HttpRequest, track: Track, reference: str) -> HttpResponse:
    """All scores and comments on one application beside each other, and what was agreed. A reviewer who had not to
    score it says first what they have to do with it, as before any file."""
    rows = with_said(panel_applications(request.user, track), request.user)
    application = one_or_404(rows, reference=reference)
    said = (application.agreed_before, application.declared_before)  # type: ignore[attr-defined]
    first = None if _coordinates(request, track) else before_the_file(request.user, application, said)
    if first is not None:
        return first
    criteria = list(track.criteria.order_by("order", "pk"))
    context = {
        "track": track,
        "country": place_of(track)[1],
        "application": application,
        "sheet": panel_sheet(track, application, criteria),
        "history": panel_history(application, criteria),
        "coordinates": _coordinates(request, track),
        "may_agree": _may_agree(request, track),
    }
    return render(request, "applications/panel_sheet.html", context)


def _application(request: HttpRequest, track: Track, reference: str) -> Application:
    return one_or_404(panel_applications(request.user, track), reference=reference)


def _coordinates(request: HttpRequest, track: Track) -> bool:
    # Whoever steps out was stopped at the door.
    return standing_of(request.user).covers(track.partner_country, AssociationRole.COORDINATOR)


def _may_agree(request: HttpRequest, track: Track) -> bool:
    return track.call.status == CallStatus.PUBLISHED and _coordinates(request, track)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@opens_track(ReviewPerm.JOIN_PANEL)
def panel_agree(request: HttpRequest, track: Track, reference: str, criterion: str) -> HttpResponse:
    """The agreed score on one criterion, entered or taken back by a coordinator; `step` says which."""
    application = _application(request, track, reference)
    require(request.user, ReviewPerm.RANK_TRACK, track)
    line = one_or_404(track.criteria.prefetch_related("anchors"), code=criterion)
    if request.method == "POST" and request.POST.get("step") == "take-back":
        return _take_back(request, track, application, line)
    if request.method == "POST":
        return _agree(request, track, application, line)
    return _page(request, track, application, line)


def _agree(request: HttpRequest, track: Track, application: Application, line: Criterion) -> HttpResponse:
    actor: Any = request.user
    form = AgreeScoreForm(request.POST, criterion=line)
    if not form.is_valid():
        return _page(request, track, application, line, agree=form)
    try:
        agree_on_score(
            application=application, criterion=line, value=form.agreed(), minute=form.cleaned_data["minute"],
            seen=form.cleaned_data["seen"], actor=actor,
        )  # fmt: skip
    except DomainError as error:
        return _refused(request, track, application, line, error, agree=form)
    messages.success(request, _("The agreed score is kept and counts in the ranking."))
    return redirect("applications:panel-sheet", *place_of(track), application.reference)


def _take_back(request: HttpRequest, track: Track, application: Application, line: Criterion) -> HttpResponse:
    actor: Any = request.user
    form = TakeBackForm(request.POST, auto_id="id_back_%s")
    if not form.is_valid():
        return _page(request, track, application, line, back=form)
    try:
        take_back_score(
            application=application, criterion=line, reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"], actor=actor,
        )  # fmt: skip
    except DomainError as error:
        return _refused(request, track, application, line, error, back=form)
    messages.success(request, _("The agreed score is taken back. The reviewers’ own scores count again."))
    return redirect("applications:panel-sheet", *place_of(track), application.reference)


def _refused(
    request: HttpRequest,
    track: Track,
    application: Application,
    line: Criterion,
    error: DomainError,
    **forms: Any,
) -> HttpResponse:
    """The same page with the reason and what was typed; after an edit conflict with the mark of what stands now."""
    status = UNPROCESSABLE
    for form in forms.values():
        if isinstance(error, EditConflict):
            status = CONFLICT
            form.data = form.data.copy()
            form.data["seen"] = seen_of(_agreed(application, line))
            form.add_error(
                None, _("Somebody else changed the agreed score meanwhile. It stands above; yours below.")
            )
        else:
            form.add_error(None, str(error))
    return _page(request, track, application, line, status=status, **forms)


def _agreed(application: Application, line: Criterion) -> PanelScore | None:
    return PanelScore.objects.filter(application=application, criterion=line).first()


def _page(
    request: HttpRequest,
    track: Track,
    application: Application,
    line: Criterion,
    *,
    agree: AgreeScoreForm | None = None,
    back: TakeBackForm | None = None,
    status: int | None = None,
) -> HttpResponse:
    row: PanelRow = panel_sheet(track, application, [line]).rows[0]
    seen = seen_of(row.agreed)
    start = {"seen": seen}
    if row.agreed is not None:
        start["value"] = NOT_APPLICABLE if row.agreed.value is None else str(row.agreed.value)
    wrong = agree is not None or back is not None
    context = {
        "track": track,
        "country": place_of(track)[1],
        "application": application,
        "row": row,
        "agree": agree or AgreeScoreForm(criterion=line, initial=start),
        "back": back or TakeBackForm(initial={"seen": seen}, auto_id="id_back_%s"),
        "may_agree": _may_agree(request, track),
        "history": panel_history(application, [line]),
        "coordinates": True,
    }
    return render(
        request, "applications/panel_agree.html", context, status=status or (UNPROCESSABLE if wrong else 200)
    )
