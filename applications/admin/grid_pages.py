"""The grid of a public call at the desk: other weights, their effect on the ranking first, a reason, then saved."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from applications.admin.ranking_pages import track_for_ranking
from applications.forms.ranking import GridForm, mark_of
from applications.models import Criterion, Track
from applications.permissions import Perm
from applications.review_permissions import ReviewPerm
from applications.selectors.grid import (
    Effect,
    changes_of,
    effect_of,
    grid_input,
    grid_problems,
    refusal_to_change,
)
from applications.selectors.ranking import ranking_closed_to
from applications.services.grid import change_grid
from sdgpartners.core.access import allowed, require
from sdgpartners.core.errors import DomainError

# Rows that the comparison shows; the counts above it are of all.
MOST_ROWS = 100


def grid_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid with its history; POST shows what another one would do, and saves it once that was looked at."""
    track = track_for_ranking(request, pk)
    if ranking_closed_to(request.user, track) is not None:
        raise PermissionDenied
    criteria = list(track.criteria.order_by("order", "pk"))
    if request.method != "POST":
        return _page(request, track, criteria, _form(request, track, criteria))
    require(request.user, ReviewPerm.RANK_TRACK, track)
    form = _form(request, track, criteria, request.POST)
    refusal = refusal_to_change(track.call)
    if refusal is not None:
        form.add_error(None, str(refusal))
    if not _makes_sense(form, criteria):
        return _page(request, track, criteria, form)
    if request.POST.get("step") == "save" and _saved(request, track, form):
        return redirect("admin:applications_track_grid", pk)
    return _page(request, track, criteria, form, _effects(track, criteria, form))


def _form(request: HttpRequest, track: Track, criteria: Sequence[Criterion], data: Any = None) -> GridForm:
    return GridForm(
        data,
        criteria=criteria,
        now=grid_input(criteria, track.call),
        with_bonus=_may_change_bonus(request, track),
        initial={"seen": track.grid_version},
    )


def _may_change_bonus(request: HttpRequest, track: Track) -> bool:
    """The bonus belongs to the call, and so to whoever manages that; its effect shows the ranking of every track, so
    nobody from whom one of them is hidden."""
    if not allowed(request.user, Perm.MANAGE_CALL, track.call):
        return False
    others = track.call.tracks.exclude(pk=track.pk).select_related("partner_country")
    return all(ranking_closed_to(request.user, other) is None for other in others)


def _makes_sense(form: GridForm, criteria: Sequence[Criterion]) -> bool:
    if not form.is_valid():
        return False
    for problem in grid_problems(criteria, form.wanted()):
        form.add_error(None, str(problem))
    return not form.errors


def _saved(request: HttpRequest, track: Track, form: GridForm) -> bool:
    """Whether it was saved: with a reason, and only what the person has seen the effect of."""
    actor: Any = request.user
    wanted, reason = form.wanted(), form.cleaned_data["reason"]
    if form.cleaned_data["shown"] != mark_of(wanted, form.cleaned_data["seen"]):
        form.add_error(None, _("Look at the effect of these weights first. It stands below."))
        return False
    if not reason.strip():
        form.add_error("reason", _("Give a reason."))
        return False
    try:
        made = change_grid(
            track=track, wanted=wanted, reason=reason, actor=actor, seen=form.cleaned_data["seen"]
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    text = _("The grid is changed (version %(version)d) and all figures are computed again.")
    messages.success(request, text % {"version": next(c.version for c in made if c.track_id == track.pk)})
    return True


def _effects(track: Track, criteria: Sequence[Criterion], form: GridForm) -> list[Effect]:
    """On this track; where the bonus changes on the others of the call as well."""
    wanted = form.wanted()
    found = [effect_of(track, criteria, wanted)]
    if wanted.has_other_bonus(form.now):
        others = track.call.tracks.exclude(pk=track.pk).select_related("partner_country__country", "call")
        for other in others.order_by("pk"):
            rows = list(other.criteria.order_by("order", "pk"))
            found.append(effect_of(other, rows, wanted.with_criteria(grid_input(rows, other.call))))
    return found


def _page(
    request: HttpRequest,
    track: Track,
    criteria: Sequence[Criterion],
    form: GridForm,
    effects: Sequence[Effect] = (),
) -> HttpResponse:
    # Marked with the version as it is now: after a colleague's change one looks again, then saves.
    shown = mark_of(form.wanted(), track.grid_version) if effects else ""
    context = {
        "title": _("Weights: %(track)s") % {"track": track.partner_country},
        "track": track,
        "form": form,
        "shown": shown,
        "weights": sum(row.weight for row in criteria),
        "effects": [(effect, effect.rows[:MOST_ROWS]) for effect in effects],
        "changes": changes_of(track),
        "refusal": refusal_to_change(track.call),
        "may_change": allowed(request.user, ReviewPerm.RANK_TRACK, track),
    }
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "admin/applications/track/grid.html", context, status=status)
