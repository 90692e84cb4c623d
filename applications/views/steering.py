"""The ranking of a track on the site, for the steering group and the panel; and the steering group's advice on it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications.enums import CallStatus
from applications.forms.panel import AdviceForm, SiteFilterForm
from applications.models import Track
from applications.review_permissions import ReviewPerm
from applications.selectors.panel import advice_on, panel_applications, tracks_on_site
from applications.selectors.ranking import RankedLine, lines_of
from applications.selectors.ranking_page import Reasons, chosen_lines, page_of, reasons, summary_of
from applications.selectors.tallies import grid_from
from applications.services.advice import give_advice
from applications.views.track_pages import opens_track, place_of
from sdgpartners.core.access import one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of

TRACKS_A_PAGE = 30


@login_required
@require_safe
def track_list(request: HttpRequest) -> HttpResponse:
    """The tracks whose ranking or panel concerns the person."""
    standing = standing_of(request.user)
    page = Paginator(tracks_on_site(request.user), TRACKS_A_PAGE).get_page(request.GET.get("page"))
    rows = []
    found: list[Any] = list(page.object_list)  # tracks with what the list adds
    for track in found:
        country = track.partner_country
        reads = standing.steers(country) or standing.covers(
            country, AssociationRole.COORDINATOR, AssociationRole.AUDITOR
        )
        sits = standing.covers(country, AssociationRole.COORDINATOR) or track.handed_in
        # With a review to hand in both pages are closed: no link leads there.
        opens = not track.awaits
        rows.append({"track": track, "panel": sits and opens, "ranking": (reads or sits) and opens})
    return render(request, "applications/track_list.html", {"page": page, "rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@opens_track(ReviewPerm.READ_FOR_ADVICE)
def track_ranking(request: HttpRequest, track: Track) -> HttpResponse:
    """The ranking in its order, with the advice on it; POST adds advice until the decisions are released."""
    criteria = list(track.criteria.order_by("order", "pk"))
    grid = grid_from(criteria, track.call)
    lines = lines_of(track, grid)
    why = reasons(lines, grid, criteria)
    if request.method == "POST":
        require(request.user, ReviewPerm.ADVISE, track)
        return _advise(request, track, lines, why)
    form = AdviceForm(lines=lines, initial={"about": request.GET.get("about", "")})
    return _page(request, track, lines, form, why=why)


def _advise(request: HttpRequest, track: Track, lines: list[RankedLine], why: Reasons) -> HttpResponse:
    actor: Any = request.user
    form = AdviceForm(request.POST, lines=lines)
    if form.is_valid():
        about = form.cleaned_data["about"]
        application = one_or_404(panel_applications(actor, track), reference=about) if about else None
        try:
            give_advice(track=track, application=application, text=form.cleaned_data["text"], actor=actor)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your advice is kept. The coordinators read it beside the ranking."))
            return redirect("applications:track-ranking", *place_of(track))
    return _page(request, track, lines, form, why=why, status=422)


def _page(
    request: HttpRequest,
    track: Track,
    lines: list[RankedLine],
    form: AdviceForm,
    *,
    why: Reasons,
    status: int = 200,
) -> HttpResponse:
    filters = SiteFilterForm(request.GET, sides=track.southern_scored)
    decided = track.call.status == CallStatus.DECIDED
    standing = standing_of(request.user)
    context = {
        "track": track,
        "country": place_of(track)[1],
        "form": filters,
        "filtered": bool(filters.chosen),
        "summary": summary_of(track, lines),
        "page": page_of(track, lines, chosen_lines(lines, **filters.chosen), request.GET.get("page"), why),
        "advice": advice_on(track),
        "advice_form": form,
        # Whoever steps out was stopped at the door.
        "may_advise": standing.steers(track.partner_country) and not decided,
        "steers": standing.steers(track.partner_country),
        "decided": decided,
    }
    return render(request, "applications/track_ranking.html", context, status=status)
