"""What the pages of one review share: the door to it, and the page around its sheet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from applications.enums import REVIEW_EDITABLE
from applications.forms.reviews import CriterionForm, SheetForm, criterion_forms, strangers
from applications.models import Criterion, Review
from applications.opened_page import OpenedPage
from applications.review_input import ScoreInput
from applications.review_permissions import review_for
from applications.revision_content import ReadRow, ReadSection, read_content
from applications.selectors.sheets import criteria_of, reopening_of, scores_of, sheet_of, why_closed
from applications.services.reviews import save_scores
from applications.views.conflicts import before_the_file
from sdgpartners.core import clock
from sdgpartners.core.errors import EditConflict
from sdgpartners.people.models import User
from sdgpartners.people.typed_posts import kept_typed, typed_token

UNPROCESSABLE, CONFLICT = 422, 409
ReviewView = Callable[[HttpRequest, Review], HttpResponse]


def opens_review(view: ReviewView) -> Callable[..., HttpResponse]:
    """One's own review: 404 for others', with the reason where it was one's own; first to confidentiality and
    declaration, until both are done."""

    @wraps(view)
    def opened(request: HttpRequest, reference: str, country: str) -> HttpResponse:
        try:
            review = review_for(request.user, reference, country)
        except Http404:
            reason = why_closed(request.user, reference, country)
            if reason is None:
                raise
            return closed_page(request, reference, str(reason))
        return before_the_file(request.user, review.application) or view(request, review)

    return opened


def closed_page(request: HttpRequest, reference: str, reason: str) -> HttpResponse:
    """Says why the review is gone, and gives back what was typed: it is nowhere else."""
    typed = [
        text
        for name, text in (request.POST or kept_typed(request) or {}).items()
        if isinstance(text, str) and text.strip() and name.rpartition("-")[2] in ("comment", "private_note")
    ]
    context = {"reference": reference, "reason": reason, "typed": typed}
    return render(request, "applications/review_closed.html", context, status=404)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The forms of one review and what they stand on. `unsaved`: typed before the person had to sign in again;
    `both`: another tab saved meanwhile, and the forms hold both."""

    review: Review
    criteria: list[Criterion]
    stored: dict[int, ScoreInput]
    forms: list[CriterionForm]
    rest: SheetForm
    page: OpenedPage
    unsaved: bool = False
    both: bool = False

    @property
    def all_forms(self) -> Sequence[CriterionForm | SheetForm]:
        """The criteria first, as they stand on the page."""
        return [*self.forms, self.rest]

    def scores(self) -> dict[int, ScoreInput]:
        """What the valid forms hold, by the primary key of the criterion."""
        return {form.criterion.pk: form.score() for form in self.forms if form.is_valid()}


def read_sheet(
    review: Review, data: Mapping[str, Any] | None = None, typed: Mapping[str, Any] | None = None
) -> Sheet:
    """The sheet as it is stored, was sent (`data`, bound), or was `typed` without a session."""
    criteria = criteria_of(review)
    stored = scores_of(criteria)
    initial = {"comment": review.comment, "private_note": review.private_note, "version": review.version}
    if typed is not None:
        initial = {name: typed.get(name, "") for name in initial}
    rest = SheetForm(data, initial=initial)
    sent = data if data is not None else typed
    sheet = Sheet(
        review=review,
        criteria=criteria,
        stored=stored,
        forms=criterion_forms(review, criteria, stored, data, typed),
        rest=rest,
        page=OpenedPage.read(sent) if sent is not None else OpenedPage.fresh(0),
        unsaved=typed is not None,
    )
    if data is not None and strangers(data, criteria):
        rest.add_error(
            None, _("The page named a criterion that is not one of this review. Open the review again.")
        )
    return sheet


def keep_sheet(request: HttpRequest, sheet: Sheet, *, while_typing: bool = False) -> Review:
    """Save what is valid of it. Raises what `save_scores` raises."""
    sheet.rest.is_valid()
    cleaned = sheet.rest.cleaned_data
    return save_scores(
        review=sheet.review,
        scores=sheet.scores(),
        comment=cleaned.get("comment", sheet.review.comment),
        private_note=cleaned.get("private_note"),
        version=sheet.rest.typed_version(),
        actor=cast(User, request.user),
        page=sheet.page,
        while_typing=while_typing,
    )


def with_version(sheet: Sheet, review: Review, **also: Any) -> Sheet:
    """The same sheet over the version of `review`, so that saving once more is no conflict."""
    sheet.rest.data = {**dict(sheet.rest.data.items()), "version": str(review.version)}
    return replace(sheet, review=review, **also)


def with_both(sheet: Sheet, review: Review, conflict: EditConflict) -> Sheet:
    """What was typed in the fields, and beside each field what another tab saved, where that says something else."""
    theirs, mine = cast(dict[str, Any], conflict.theirs), cast(dict[str, Any], conflict.mine)
    for form in sheet.forms:
        saved = theirs["scores"].get(form.criterion.pk)
        if saved is not None and saved != mine["scores"].get(form.criterion.pk):
            form.theirs = saved
    sheet.rest.theirs = {
        name: theirs[name] for name in ("comment", "private_note") if theirs[name] != mine[name]
    }
    return with_version(sheet, review, both=True, page=OpenedPage.fresh(0))


def sheet_page(request: HttpRequest, sheet: Sheet, status: int = 200) -> HttpResponse:
    """The submitted version beside the criteria, to fill in or to read."""
    review = sheet.review
    sections = read_content(review.revision.content, personal=False)
    own = sheet_of(review, sheet.criteria, sheet.stored)
    typed = sheet.rest.is_bound or sheet.unsaved
    given = [form.is_given for form in sheet.forms]
    opened = next((form.criterion for form, done in zip(sheet.forms, given, strict=True) if not done), None)
    context = {
        "review": review,
        "sheet": sheet,
        "own": own,
        "rows": _rows(sheet, sections, own.lines),
        "sections": sections,
        "done": sum(given),
        "next_open": opened,
        # What was typed is never hidden, also when it came too late to be saved.
        "editable": review.status in REVIEW_EDITABLE or typed,
        "may_save": review.status in REVIEW_EDITABLE,
        "reopening": reopening_of(review),
        "typed_for": typed_token(request.user, request.path),
        "now": clock.now(),
        "country": review.track.partner_country.country_id.lower(),
    }
    return render(request, "applications/review_detail.html", context, status=status)


def _rows(sheet: Sheet, sections: list[ReadSection], lines: Sequence[Any]) -> list[dict[str, Any]]:
    """Each criterion with the answers that it judges, its form, its stored line and the criterion after it."""
    after = [*sheet.criteria[1:], None]
    return [
        {
            "form": form,
            "line": line,
            "answers": _answers_for(form.criterion, sections),
            "next": following,
        }
        for form, line, following in zip(sheet.forms, lines, after, strict=True)
    ]


def _answers_for(criterion: Criterion, sections: list[ReadSection]) -> list[ReadRow]:
    return [row for section in sections for row in section.rows if criterion.code in row.criteria]
