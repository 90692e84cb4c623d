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
from applications.grid_input import GridInput
from applications.models import Criterion, Track
from applications.permissions import Perm
from applications.review_permissions import ReviewPerm
from applications.selectors.decision_record import differences, grid_versions
from applications.selectors.grid import (
    Effect,
    bonus_place_problem,
    effect_of,
    grid_input,
    grid_problems,
    refusal_to_change,
)
from applications.selectors.ranking import ranking_closed_to
from applications.services.grid import GridChangedMeanwhile, change_grid
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
    if not form.is_valid():
        return _page(request, track, criteria, form)
    others = _others(track, form)
    if not _makes_sense(form, criteria, others):
        return _page(request, track, criteria, form)
    effects = _effects(track, criteria, form.wanted(), others)
    if request.POST.get("step") == "save" and _saved(request, track, form, effects):
        return redirect("admin:applications_track_grid", pk)
    return _page(request, track, criteria, form, effects)


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


def _others(track: Track, form: GridForm) -> list[tuple[Track, list[Criterion]]]:
    """The other tracks of the call with their criteria, where the bonus changes: theirs as well."""
    if not form.wanted().has_other_bonus(form.now):
        return []
    rows = track.call.tracks.exclude(pk=track.pk).select_related("partner_country__country", "call")
    return [(one, list(one.criteria.order_by("order", "pk"))) for one in rows.order_by("pk")]


def _makes_sense(
    form: GridForm, criteria: Sequence[Criterion], others: Sequence[tuple[Track, list[Criterion]]]
) -> bool:
    wanted = form.wanted()
    found = [bonus_place_problem(other, rows, wanted) for other, rows in others]
    for problem in (*grid_problems(criteria, wanted), *found):
        if problem is not None:
            form.add_error(None, str(problem))
    return not form.errors


def _saved(request: HttpRequest, track: Track, form: GridForm, effects: Sequence[Effect]) -> bool:
    """Whether it was saved: with a reason, and only what the person has seen the effect of."""
    actor: Any = request.user
    wanted, reason = form.wanted(), form.cleaned_data["reason"]
    if form.cleaned_data["seen"] != track.grid_version:
        form.add_error(None, str(GridChangedMeanwhile()))
        return False
    if form.cleaned_data["shown"] != _mark(wanted, track, effects):
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


def _effects(
    track: Track,
    criteria: Sequence[Criterion],
    wanted: GridInput,
    others: Sequence[tuple[Track, list[Criterion]]],
) -> list[Effect]:
    """On this track; where the bonus changes on the others of the call as well."""
    found = [effect_of(track, criteria, wanted)]
    for other, rows in others:
        found.append(effect_of(other, rows, wanted.with_criteria(grid_input(rows, other.call))))
    return found


def _mark(wanted: GridInput, track: Track, effects: Sequence[Effect]) -> str:
    """Of what the person looks at: the version as it is now (after a colleague's change one looks again), the grid, and
    what it does (after a review that came in as well)."""
    return mark_of(wanted, track.grid_version, [effect.told() for effect in effects])


def _page(
    request: HttpRequest,
    track: Track,
    criteria: Sequence[Criterion],
    form: GridForm,
    effects: Sequence[Effect] = (),
) -> HttpResponse:
    titles = {row.code: row.title for row in criteria}
    context = {
        "title": _("Weights: %(track)s") % {"track": track.partner_country},
        "track": track,
        "form": form,
        "shown": _mark(form.wanted(), track, effects) if effects else "",
        "differs": list(differences(form.now.as_json(), form.wanted().as_json(), titles)) if effects else [],
        "weights": sum(row.weight for row in criteria),
        "effects": [(effect, effect.rows[:MOST_ROWS]) for effect in effects],
        "changes": grid_versions(track, criteria)[::-1],
        "refusal": refusal_to_change(track.call),
        "may_change": allowed(request.user, ReviewPerm.RANK_TRACK, track),
    }
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "admin/applications/track/grid.html", context, status=status)
