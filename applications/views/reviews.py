"""A reviewer's pages: the application beside the rubric, and the check before submitting."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from applications.enums import REVIEW_EDITABLE
from applications.models import Review
from applications.review_permissions import review_for
from applications.selectors.reviews import reviews_visible_to
from applications.selectors.sheets import criteria_of, scores_of, sheet_of
from applications.services.reviews import submit_review
from applications.views.autosave import tells_signed_out
from applications.views.review_pages import (
    CONFLICT,
    UNPROCESSABLE,
    Sheet,
    keep_sheet,
    opens_review,
    read_sheet,
    sheet_page,
    with_both,
    with_version,
)
from sdgpartners.core.display import format_clock
from sdgpartners.core.errors import DomainError, EditConflict
from sdgpartners.people.models import User
from sdgpartners.people.typed_posts import forget_typed, keeps_typed, kept_typed


@keeps_typed
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@opens_review
def review_detail(request: HttpRequest, review: Review) -> HttpResponse:
    """The submitted version beside the criteria. Saves at any time; `step=check` asks for all of it and goes on."""
    if request.method == "POST":
        if "throw-away" in request.POST:
            forget_typed(request)
            return redirect(request.path)
        return _save(request, read_sheet(review, request.POST))
    return sheet_page(request, read_sheet(review, typed=kept_typed(request)))


def _save(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    valid = not any(form.errors for form in sheet.all_forms)
    try:
        kept = keep_sheet(request, sheet)
    except EditConflict as conflict:
        forget_typed(request)
        return sheet_page(request, with_both(sheet, _fresh(request, sheet.review), conflict), CONFLICT)
    except DomainError as refusal:
        sheet.rest.add_error(None, str(refusal))
        return sheet_page(request, sheet, UNPROCESSABLE)
    forget_typed(request)
    if request.POST.get("step") == "check" and valid:
        # Every form says what it misses.
        missing = [form for form in sheet.forms if not form.require_complete()]
        valid = not missing
        if valid:
            return redirect("applications:review-check", kept.application.reference, _country(kept))
    if not valid:
        return sheet_page(request, with_version(sheet, _fresh(request, kept)), UNPROCESSABLE)
    messages.success(request, _("Saved. You can go on later."))
    return redirect(request.path)


def _fresh(request: HttpRequest, review: Review) -> Review:
    return review_for(request.user, review.application.reference, _country(review))


def _country(review: Review) -> str:
    return review.track.partner_country.country_id.lower()


@require_POST
@tells_signed_out("applications:review-detail")
def review_autosave(request: HttpRequest, reference: str, country: str) -> HttpResponse:
    """Save the sheet as it stands in the browser, complete or not; JSON in the reader's language."""
    review = reviews_visible_to(request.user).filter(
        application__reference=reference, track__partner_country__country_id=country.upper()
    ).first()  # fmt: skip
    if review is None:
        text = _("This review is closed. Nothing more is saved: open the page again to see why.")
        return JsonResponse({"state": "closed", "text": text}, status=404)
    sheet = read_sheet(review, request.POST)
    try:
        kept = keep_sheet(request, sheet, while_typing=True)
    except EditConflict:
        text = _(
            "You saved this review in another tab. Press “Save”: both texts are shown beside each other."
        )
        return JsonResponse({"state": "elsewhere", "text": text}, status=CONFLICT)
    except DomainError as refusal:
        return JsonResponse({"state": "refused", "text": str(refusal)}, status=UNPROCESSABLE)
    problems = [str(error) for form in sheet.all_forms for errors in form.errors.values() for error in errors]
    if problems:
        return JsonResponse({"state": "partly", "version": kept.version, "text": problems[0]})
    text = _("Saved %(time)s") % {"time": format_clock(kept.updated_at)}
    return JsonResponse({"state": "saved", "version": kept.version, "text": text})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@opens_review
def review_check(request: HttpRequest, review: Review) -> HttpResponse:
    """One's own scores and total once more; POST submits exactly these."""
    problem = ""
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            submit_review(
                review=review,
                actor=cast(User, request.user),
                version=int(version) if version.isdecimal() and len(version) < 10 else -1,
            )
        except DomainError as refusal:
            problem = str(refusal)
            review = _fresh(request, review)
        else:
            messages.success(request, _("Your review is submitted. Thank you."))
            return redirect("applications:review-list")
    criteria = criteria_of(review)
    context = {
        "review": review,
        "own": sheet_of(review, criteria, scores_of(criteria)),
        "may_submit": review.status in REVIEW_EDITABLE,
        "problem": problem,
        "country": _country(review),
    }
    return render(
        request, "applications/review_check.html", context, status=UNPROCESSABLE if problem else 200
    )
