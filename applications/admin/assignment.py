"""Who reviews what on a track, at the desk: given out evenly or by hand, with what everybody carries and what bars
whom."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.admin.ranking_pages import track_for_ranking
from applications.enums import CallStatus
from applications.forms.assignment import ReviewerForm, ReviewPlanForm
from applications.models import Application, Track
from applications.permissions import Perm
from applications.review_permissions import ReviewPerm
from applications.selectors.assignment_page import OneApplication, overview_of, reviewed_on, reviewers_of
from applications.selectors.reviews import awaits_own_review
from applications.services.assignment import (
    assign_reviewer,
    assign_reviewers,
    remove_reviewer,
    replace_reviewer,
)
from applications.services.review_plan import plan_reviews
from sdgpartners.core import clock
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError


def reviewers_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Applications by reviewers, and what each carries; POST gives out what is missing."""
    track = track_for_ranking(request, pk)
    actor: Any = request.user
    if request.method == "POST":
        require(actor, ReviewPerm.RANK_TRACK, track)
        try:
            count = assign_reviewers(track=track, actor=actor)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request,
                ngettext("%(count)d review assigned.", "%(count)d reviews assigned.", count)
                % {"count": count},
            )
        return redirect("admin:applications_track_reviewers", pk)
    # Who has reviews of their own to hand in does not see how far the others are.
    progress = not awaits_own_review(actor, track)
    due = track.call.reviews_due_on
    context = {
        "title": _("Reviewers: %(track)s") % {"track": track.partner_country},
        "track": track,
        "overview": overview_of(track, request.GET.get("page"), progress=progress),
        "progress": progress,
        "overdue": due is not None and due < clock.today(),
        "may_assign": _open(track) and allowed(actor, ReviewPerm.RANK_TRACK, track),
        "may_plan": _open(track) and allowed(actor, Perm.MANAGE_CALL, track.call),
    }
    return TemplateResponse(request, "admin/applications/track/reviewers.html", context)


def _open(track: Track) -> bool:
    return track.call.status == CallStatus.PUBLISHED


def reviewers_of_page(request: HttpRequest, pk: int, application: int) -> HttpResponse:
    """One application: who stops, who starts, and why."""
    track = track_for_ranking(request, pk)
    row: Application = one_or_404(reviewed_on(track), pk=application)
    if request.method == "POST":
        require(request.user, ReviewPerm.RANK_TRACK, track)
    progress = not awaits_own_review(request.user, track)
    found = reviewers_of(row, track)
    # Whose review can still be taken away tells who has handed in.
    stoppable = found.open if progress else []
    form = ReviewerForm(stoppable, found.free, request.POST if request.method == "POST" else None)
    if form.is_valid() and _changed(request, form, track, found):
        return redirect("admin:applications_track_reviewers_of", track.pk, row.pk)
    context = {
        "title": _("Reviewers of %(application)s") % {"application": row.municipality},
        "track": track,
        "found": found,
        "form": form,
        "progress": progress,
        "stoppable": stoppable,
        "may_assign": _open(track) and allowed(request.user, ReviewPerm.RANK_TRACK, track),
    }
    template = "admin/applications/track/reviewers_of.html"
    return TemplateResponse(request, template, context, status=422 if form.errors else 200)


def _changed(request: HttpRequest, form: ReviewerForm, track: Track, found: OneApplication) -> bool:
    actor: Any = request.user
    given = form.cleaned_data
    stops = next((one for one in found.open if str(one.pk) == given.get("stops")), None)
    starts = next((one.user for one in found.free if str(one.user.pk) == given["starts"]), None)
    try:
        if stops is not None and starts is not None:
            replace_reviewer(review=stops, reviewer=starts, reason=given["reason"], actor=actor)
        elif stops is not None:
            remove_reviewer(review=stops, reason=given["reason"], actor=actor)
        elif starts is not None:
            assign_reviewer(
                application=found.application,
                track=track,
                reviewer=starts,
                actor=actor,
                reason=given["reason"],
            )
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Kept. Whoever it concerns gets a mail."))
    return True


def review_plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How many reviews the call wants, from whom, by when; with a reason, also after it has opened."""
    track = track_for_ranking(request, pk)
    require(request.user, Perm.MANAGE_CALL, track.call)
    actor: Any = request.user
    form = ReviewPlanForm(track.call, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            plan_reviews(call=track.call, actor=actor, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Kept. Reminders follow the new day."))
            return redirect("admin:applications_track_reviewers", pk)
    context = {
        "title": _("Reviews of this call: how many, and by when"),
        "track": track,
        "form": form,
    }
    template = "admin/applications/track/review_plan.html"
    return TemplateResponse(request, template, context, status=422 if form.errors else 200)
