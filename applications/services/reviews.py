"""Reviews: scored, submitted, reopened. Never on one's own municipality or its twin."""

from collections.abc import Mapping
from typing import NoReturn

import pghistory
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import REVIEW_EDITABLE, REVIEW_MOVES, ApplicationStatus, ReviewStatus
from applications.errors import ReviewLocked, ReviewNotYours
from applications.models import Application, Call, Criterion, Review, Score, Track
from applications.opened_page import NO_PAGE, OpenedPage
from applications.review_input import NOTHING, Gap, ScoreInput, gap_in
from applications.selectors.reviews import (
    reviews_visible_to,
)
from applications.selectors.sheets import last_page_of
from applications.services.conflicts import require_open_file
from applications.services.moving import locked, move
from applications.services.tallies import recompute_tallies
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, EditConflict, Incomplete
from sdgpartners.core.history import because
from sdgpartners.core.moves import check_move
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User


def _country(track: Track) -> str:
    return track.partner_country.country_id.lower()


@transaction.atomic
def save_scores(
    *,
    review: Review,
    scores: Mapping[int, ScoreInput],
    comment: str,
    version: int,
    actor: User,
    private_note: str | None = None,
    page: OpenedPage = NO_PAGE,
    while_typing: bool = False,
) -> Review:
    """Keep a draft of the scoring sheet; `scores` by primary key of the criterion, what is not in it stays.

    Locks the review. `version` is the one that the page was made from. Another save meanwhile raises EditConflict with
    both (`comment`, `private_note`, `scores`), unless it said the same or was one of the same `page` whose answer got
    lost. The same data again changes nothing. Raises ReviewNotYours, ReviewLocked, what `require_open_file` raises, and
    DomainError for a score outside the scale, a criterion of another track, or an application that is not in review.
    """
    review = _locked(review)
    _require_own(review, actor)
    if review.status not in REVIEW_EDITABLE:
        raise ReviewLocked
    _require_in_review(review.application)
    criteria = {row.pk: row for row in review.track.criteria.all()}
    for pk, given in scores.items():
        _check_score(criteria.get(pk), given)
    note = review.private_note if private_note is None else private_note
    stored = {score.criterion_id: score for score in review.scores.all()}
    changed = {pk: given for pk, given in scores.items() if given != _input_of(stored.get(pk))}
    same = not changed and (review.comment, review.private_note) == (comment, note)
    if review.version != version:
        if same:
            return review
        before = last_page_of(review)
        if not page.key or before.key != page.key:
            _raise_conflict(review, stored, scores, comment, note)
        if while_typing and page.sent <= before.sent:
            return review
    if same:
        return review
    # The page stands in the history, so that what it sends next is known as its own.
    with because(actor), pghistory.context(**({"page": page.key, "sent": page.sent} if page.key else {})):
        _write_scores(review, stored, changed)
        review.comment, review.private_note, review.version = comment, note, review.version + 1
        if review.status == ReviewStatus.ASSIGNED:
            _move(review, ReviewStatus.IN_PROGRESS)
        review.save()
    return review


def _write_scores(review: Review, stored: Mapping[int, Score], changed: Mapping[int, ScoreInput]) -> None:
    for pk, given in changed.items():
        score = stored.get(pk) or Score(review=review, criterion_id=pk)
        score.value, score.not_applicable, score.comment = given.value, given.not_applicable, given.comment
        score.save()


def _input_of(score: Score | None) -> ScoreInput:
    return ScoreInput(score.value, score.not_applicable, score.comment) if score else NOTHING


def _raise_conflict(
    review: Review, stored: Mapping[int, Score], scores: Mapping[int, ScoreInput], comment: str, note: str
) -> NoReturn:
    raise EditConflict(
        theirs={
            "comment": review.comment,
            "private_note": review.private_note,
            "scores": {pk: _input_of(stored.get(pk)) for pk in scores},
        },
        mine={"comment": comment, "private_note": note, "scores": dict(scores)},
    )


def _require_own(review: Review, actor: User) -> None:
    """Read afresh, with the seats as they are now: the reviewer came along with the locked row."""
    require_open_file(application=review.application, actor=actor)
    own = reviews_visible_to(review.reviewer).filter(pk=review.pk).exists()
    if review.reviewer_id != actor.pk or not own:
        raise ReviewNotYours


def _require_in_review(application: Application) -> None:
    if application.status != ApplicationStatus.IN_REVIEW:
        raise DomainError(_("This application is not in review."))


def _check_score(criterion: Criterion | None, given: ScoreInput) -> None:
    if criterion is None:
        raise DomainError(_("This criterion is not one of this review."))
    if given.value is not None and (
        given.not_applicable or not criterion.scale_min <= given.value <= criterion.scale_max
    ):
        raise DomainError(
            _("The score on “%(criterion)s” must lie between %(low)d and %(high)d."),
            criterion=criterion.title,
            low=criterion.scale_min,
            high=criterion.scale_max,
        )


@transaction.atomic
def submit_review(*, review: Review, actor: User, version: int | None = None) -> Review:
    """Complete: a score or 'not applicable' on each criterion, a score on one of them, and a comment at both ends of
    the scale where the call asks for it. With `version` only what stood on the page that was checked.

    Locks the application and the review, so that no ranking is fixed meanwhile. Raises Incomplete (naming the
    criterion), ReviewLocked, ReviewNotYours, what `require_open_file` raises, and DomainError when the application is
    not in review or another tab saved since the page was made.
    """
    application = locked(review.application)
    review = _locked(review)
    _require_own(review, actor)
    if review.status == ReviewStatus.SUBMITTED:
        raise ReviewLocked
    check_move(REVIEW_MOVES, current=review.status, target=ReviewStatus.SUBMITTED, states=ReviewStatus)
    _require_in_review(application)
    if version is not None and version != review.version:
        raise DomainError(_("Your scores were changed in another tab. Look at them again, then submit."))
    given = {score.criterion_id: score for score in review.scores.all()}
    for criterion in review.track.criteria.order_by("order"):
        _require_score(criterion, _input_of(given.get(criterion.pk)), review.track.call)
    if all(score.value is None for score in given.values()):
        raise Incomplete(
            _(
                "Give a score on at least one criterion: a review without a score does not count. Or pass it on."
            )
        )
    with because(actor):
        _move(review, ReviewStatus.SUBMITTED)
        review.submitted_at = clock.now()
        review.save()
    recompute_tallies(track=review.track, applications=[review.application_id])
    return review


def _require_score(criterion: Criterion, given: ScoreInput, call: Call) -> None:
    gap = gap_in(
        given,
        lowest=criterion.scale_min,
        highest=criterion.scale_max,
        words_at_ends=call.comment_at_extremes,
    )
    if gap == Gap.SCORE:
        raise Incomplete(
            _("Give a score on “%(criterion)s”, or say that it does not apply."), criterion=criterion.title
        )
    if gap == Gap.WORDS:
        raise Incomplete(
            _("Explain the score at the end of the scale on “%(criterion)s”."), criterion=criterion.title
        )


@transaction.atomic
def reopen_review(*, review: Review, reason: str, actor: User) -> Review:
    """The coordinator opens a submitted review again, with a reason; the reviewer is told.

    Locks the application and the review, so that no ranking is fixed meanwhile. An application that was ranked is in
    review again: its decisions are prepared anew, and nothing is released before. Raises MoveNotAllowed, Incomplete
    without a reason, DomainError once the decisions are released, and for who could not write it any more (a
    conflict, the seat ended): it would stay open for good.
    """
    application = locked(review.application)
    review = _locked(review)
    check_move(REVIEW_MOVES, current=review.status, target=ReviewStatus.REOPENED, states=ReviewStatus)
    if not reason.strip():
        raise Incomplete(_("Give a reason."))
    ranked = application.status == ApplicationStatus.RANKED
    if not ranked:
        _require_in_review(application)
    if review.set_aside or not reviews_visible_to(review.reviewer).filter(pk=review.pk).exists():
        raise DomainError(
            _("%(person)s can no longer write this review. Ask somebody else for one."),
            person=review.reviewer,
        )
    with because(actor, reason):
        _move(review, ReviewStatus.REOPENED)
        review.save()
    if ranked:
        # The municipality reads the moves of its application: no name and no reason with them.
        with because(None):
            move(application, ApplicationStatus.IN_REVIEW)
    recompute_tallies(track=review.track, applications=[review.application_id])
    queue_mail(
        kind="review_reopened",
        recipient=review.reviewer,
        link=reverse("applications:review-detail", args=(review.application.reference, _country(review.track))),
        target=review.application.reference,
        context={"municipality": review.application.municipality.name, "reason": reason,
                 "is_demo": review.track.call.programme.is_fictional},
        actor=actor,
    )  # fmt: skip
    return review


def _move(review: Review, target: ReviewStatus) -> None:
    check_move(REVIEW_MOVES, current=review.status, target=target, states=ReviewStatus)
    review.status = target


def _locked(review: Review) -> Review:
    return (
        Review.objects.select_for_update(of=("self",))
        .select_related(
            "application__municipality", "track__call__programme", "track__partner_country", "reviewer"
        )
        .get(pk=review.pk)
    )
