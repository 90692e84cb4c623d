"""The review of the joint plan: both sides write, each agrees, then the plan changes."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from matching.forms.plan_reviews import PlanReviewForm
from matching.models import Partnership, PlanReview
from matching.permissions import Perm, editing_sides_of, writing_sides_of
from matching.selectors.partnerships import papers_for
from matching.selectors.plan_reviews import review_days, review_of
from matching.services.plan_reviews import (
    REVIEW_STATES,
    ReviewContent,
    agree_review,
    review_content_of,
    save_review,
)
from matching.views.people import number_in, person
from sdgpartners.core.access import allowed, require
from sdgpartners.core.errors import DomainError, EditConflict
from sdgpartners.programme.enums import Side


@login_required
@require_http_methods(["GET", "POST"])
def partnership_plan_review(request: HttpRequest, reference: str) -> HttpResponse:
    """The review to read; both municipalities also write it, in a form that knows its version."""
    partnership = papers_for(request.user, reference)
    review = review_of(partnership)
    if request.method == "GET":
        return _page(request, partnership, review)
    require(request.user, Perm.WRITE_PLAN, partnership)
    if review is None:
        return _page(
            request, partnership, None, status=422, refusal=_("The review of the joint plan is not open yet.")
        )
    form = _form(request, partnership, review, request.POST)
    if not form.is_valid():
        return _page(request, partnership, review, status=422, form=form)
    content = replace(review_content_of(review), **form.typed())
    version = form.cleaned_data["version"]
    try:
        save_review(partnership=partnership, version=version, content=content, actor=person(request))
    except EditConflict as conflict:
        review = review_of(partnership) or review
        form.take_version(review.version)
        theirs = ReviewContent(**conflict.theirs)  # type: ignore[arg-type]
        return _page(
            request, partnership, review, status=422, form=form, theirs=theirs, refusal=str(conflict)
        )
    except DomainError as error:
        return _page(request, partnership, review, status=422, form=form, refusal=str(error))
    messages.success(request, _("The review is saved. Both sides agree to it when it is complete."))
    return redirect("matching:partnership-plan-review", reference)


@login_required
@require_POST
def partnership_plan_review_agree(request: HttpRequest, reference: str) -> HttpResponse:
    """The person's side agrees to the version that they read."""
    partnership = papers_for(request.user, reference)
    require(request.user, Perm.EDIT_PARTNERSHIP, partnership)
    review = review_of(partnership)
    version = number_in(request, "version")
    sides = editing_sides_of(request.user, partnership)
    side = next((one for one in sides if review and not _agreed(review, one)), sides[0])
    try:
        agree_review(partnership=partnership, side=side, version=version, actor=person(request))
    except DomainError as error:
        return _page(request, partnership, review, status=422, refusal=str(error))
    messages.success(request, _("Your side has agreed to the review."))
    return redirect("matching:partnership-plan-review", reference)


def _agreed(review: PlanReview, side: Side) -> bool:
    return bool(getattr(review, f"agreed_{side.value}_at"))


def _form(
    request: HttpRequest, partnership: Partnership, review: PlanReview, data: Any = None
) -> PlanReviewForm:
    names = {Side.NORTH: partnership.north.name, Side.SOUTH: partnership.south.name}
    mine = writing_sides_of(request.user, partnership)
    content = review_content_of(review)
    return PlanReviewForm(
        data,
        sides={side: names[side] for side in mine},
        version=review.version,
        initial={
            "learned_north": content.learned_north,
            "learned_south": content.learned_south,
            "adjusts": content.adjusts,
        },
    )


def _page(
    request: HttpRequest,
    partnership: Partnership,
    review: PlanReview | None,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    user = person(request)
    done = review is not None and all(_agreed(review, side) for side in Side)
    editable = (
        review is not None
        and not done
        and partnership.status in REVIEW_STATES
        and allowed(user, Perm.WRITE_PLAN, partnership)
    )
    mine = editing_sides_of(user, partnership) if editable else []
    days = review_days([partnership]).get(partnership.pk) if partnership.starts_on else None
    context = {
        "partnership": partnership,
        "review": review,
        "content": review_content_of(review) if review else None,
        "done": done,
        "days": days,
        "due_on": review.due_on if review else None,
        "adjusted": review is not None and partnership.plan.version > review.plan_version,
        "form": _form(request, partnership, review) if review and editable else None,
        "agreed": _signatures(partnership, review),
        "may_agree": review is not None and any(not _agreed(review, side) for side in mine),
        "section": "plan",
    }
    return render(request, "matching/partnership_plan_review.html", {**context, **extra}, status=status)


def _signatures(partnership: Partnership, review: PlanReview | None) -> list[tuple[Any, Any, Any]]:
    if review is None:
        return []
    return [
        (partnership.north, review.agreed_north_at, review.agreed_north_by),
        (partnership.south, review.agreed_south_at, review.agreed_south_by),
    ]
