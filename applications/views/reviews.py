"""A reviewer's pages: the list, and the application beside the rubric."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications.enums import REVIEW_EDITABLE, ReviewStatus
from applications.forms.reviews import CriterionForm, SheetForm, criterion_forms
from applications.models import Review
from applications.review_permissions import review_for
from applications.revision_content import ReadRow, ReadSection, read_content
from applications.selectors.reviews import reviews_visible_to
from applications.services.reviews import save_scores, submit_review
from sdgpartners.core.errors import DomainError
from sdgpartners.people.models import User


@login_required
@require_GET
def review_list(request: HttpRequest) -> HttpResponse:
    """One's own reviews, what is to do first."""
    reviews = list(reviews_visible_to(request.user))
    done = sum(review.status == ReviewStatus.SUBMITTED for review in reviews)
    return render(request, "applications/review_list.html", {"reviews": reviews, "done": done})


@login_required
@require_http_methods(["GET", "POST"])
def review_detail(request: HttpRequest, reference: str, country: str) -> HttpResponse:
    """The submitted version beside the criteria. Saves at any time; submitting checks that it is complete."""
    review = review_for(request.user, reference, country)
    criteria = list(review.track.criteria.prefetch_related("anchors").order_by("order"))
    data = request.POST if request.method == "POST" else None
    forms = criterion_forms(review, criteria, data)
    sheet = SheetForm(data, initial={"comment": review.comment, "version": review.version})
    if data is not None and all([sheet.is_valid(), *(form.is_valid() for form in forms)]):
        done = _keep(request, review, forms, sheet)
        if done is not None:
            return done
    return _page(request, review, forms, sheet)


def _keep(
    request: HttpRequest, review: Review, forms: list[CriterionForm], sheet: SheetForm
) -> HttpResponse | None:
    """Save, and submit when asked; None when the page must be shown again with its errors."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # login_required
    try:
        kept = save_scores(
            review=review,
            scores={form.criterion.pk: form.score() for form in forms},
            comment=sheet.cleaned_data["comment"],
            version=sheet.cleaned_data["version"],
            actor=user,
        )
    except DomainError as error:
        sheet.add_error(None, str(error))
        return None
    if request.POST.get("step") != "submit":
        messages.success(request, _("Saved. You can go on later."))
        return redirect(request.path)
    try:
        submit_review(review=kept, actor=user)
    except DomainError as error:
        # What was typed is saved already; the page goes on from the new version.
        sheet.data = {**request.POST.dict(), "version": kept.version}
        sheet.add_error(None, str(error))
        return None
    messages.success(request, _("Your review is submitted. Thank you."))
    return redirect("applications:review-list")


def _page(request: HttpRequest, review: Review, forms: list[CriterionForm], sheet: SheetForm) -> HttpResponse:
    sections = read_content(review.revision.content, personal=False)
    context = {
        "review": review,
        "sections": sections,
        "forms": [(form, _answers_for(form, sections)) for form in forms],
        "sheet": sheet,
        "all_forms": [*forms, sheet],
        "editable": review.status in REVIEW_EDITABLE,
    }
    return render(request, "applications/review_detail.html", context, status=422 if sheet.is_bound else 200)


def _answers_for(form: CriterionForm, sections: list[ReadSection]) -> list[ReadRow]:
    """The answers that this criterion judges."""
    code = form.criterion.code
    return [row for section in sections for row in section.rows if code in row.criteria]
