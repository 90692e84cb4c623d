"""Reviews: assigned, scored, submitted, reopened. Never on one's own municipality or its twin."""

from collections.abc import Mapping

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import REVIEW_EDITABLE, REVIEW_MOVES, ApplicationStatus, ReviewStatus
from applications.models import Application, Criterion, Review, Score, Track
from applications.review_input import ScoreInput
from applications.selectors.reviews import Candidate, conflicts_of, reviewer_candidates, scored_applications
from applications.services.moving import locked, move
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, EditConflict, Incomplete
from sdgpartners.core.history import because
from sdgpartners.core.moves import check_move
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import Membership, User


class ConflictOfInterest(DomainError):
    message = _("This person works for the municipality or for one that is twinned with it.")


@transaction.atomic
def assign_reviewers(*, track: Track, actor: User | None) -> int:
    """Give every eligible application of `track` as many reviewers as the call asks, the least loaded first and one
    of the country's association among them where there is one. Returns how many reviews are new; again gives none.

    A review that waits on somebody who may no longer write it (seat ended, conflict come up) goes to somebody else.
    Locks the applications. Raises Incomplete when there are too few people without a conflict; then nothing is kept.
    """
    applications = list(scored_applications(track).select_for_update(of=("self",)))
    candidates = reviewer_candidates(track)
    load = {candidate.user.pk: candidate.load for candidate in candidates}
    made = 0
    for application in applications:
        able = [c for c in candidates if application.municipality_id not in c.barred]
        asked, present = _release_stuck(application, track, {c.user.pk for c in able}, actor)
        free = [c for c in able if c.user.pk not in asked]
        missing = track.call.reviewers_per_application - len(present)
        chosen = _choose(free, missing, load, need_association=not _has_association(candidates, present))
        if len(chosen) < missing:
            raise Incomplete(
                _("There are too few reviewers without a conflict for %(municipality)s."),
                municipality=application.municipality.name,
            )
        for candidate in chosen:
            _assign(application, track, candidate.user, actor)
            load[candidate.user.pk] += 1
            made += 1
    return made


def _release_stuck(
    application: Application, track: Track, able: set[int], actor: User | None
) -> tuple[set[int], set[int]]:
    """Everybody who was ever asked, and those whose review counts or is still to come.

    Locks the reviews. One that waits on somebody outside `able` ends here.
    """
    reviews = Review.objects.select_for_update().filter(application=application, track=track)
    asked, present = set(), set()
    for review in reviews.order_by("pk"):
        asked.add(review.reviewer_id)
        if review.status in REVIEW_EDITABLE and review.reviewer_id not in able:
            with because(actor):
                _move(review, ReviewStatus.RECUSED)
                review.save()
        elif review.status != ReviewStatus.RECUSED and not review.set_aside:
            present.add(review.reviewer_id)
    return asked, present


def _has_association(candidates: list[Candidate], present: set[int]) -> bool:
    return any(c.is_association for c in candidates if c.user.pk in present)


def _choose(
    free: list[Candidate], missing: int, load: dict[int, int], *, need_association: bool
) -> list[Candidate]:
    """The least loaded of `free`; the first place goes to the country's association while it has nobody."""
    waiting = sorted(free, key=lambda c: load[c.user.pk])
    chosen: list[Candidate] = []
    if need_association and missing > 0:
        chosen = [c for c in waiting if c.is_association][:1]
    chosen += [c for c in waiting if c not in chosen][: max(missing - len(chosen), 0)]
    return chosen


@transaction.atomic
def assign_reviewer(*, application: Application, track: Track, reviewer: User, actor: User | None) -> Review:
    """One reviewer by hand. Raises ConflictOfInterest, MoveNotAllowed; again gives the same review."""
    own = frozenset(
        Membership.objects.filter(user=reviewer, ended_at__isnull=True).values_list(
            "municipality_id", flat=True
        )
    )
    if application.municipality_id in conflicts_of(own):
        raise ConflictOfInterest
    existing = Review.objects.filter(application=application, track=track, reviewer=reviewer).first()
    return existing or _assign(locked(application), track, reviewer, actor)


def _assign(application: Application, track: Track, reviewer: User, actor: User | None) -> Review:
    revision = application.revisions.order_by("-number").first()
    if revision is None:
        raise Incomplete(_("This application has no submitted version."))
    with because(actor):
        if application.status == ApplicationStatus.ELIGIBLE:
            move(application, ApplicationStatus.IN_REVIEW)
        review = Review.objects.create(
            application=application, track=track, reviewer=reviewer, revision=revision, assigned_by=actor
        )
    queue_mail(
        kind="review_assigned",
        recipient=reviewer,
        link=reverse("applications:review-detail", args=(application.reference, _country(track))),
        target=application.reference,
        context={"municipality": application.municipality.name, "call": track.call,
                 "is_demo": track.call.programme.is_fictional},
        actor=actor,
    )  # fmt: skip
    return review


def _country(track: Track) -> str:
    return track.partner_country.country_id.lower()


@transaction.atomic
def save_scores(
    *, review: Review, scores: Mapping[int, ScoreInput], comment: str, version: int, actor: User
) -> Review:
    """Keep a draft of the scoring sheet; `scores` by primary key of the criterion.

    Locks the review. Raises DomainError for a score outside the scale or a submitted review, EditConflict when
    another tab saved meanwhile (both texts come along).
    """
    review = _locked(review)
    if review.status not in REVIEW_EDITABLE:
        raise DomainError(_("This review is submitted. The coordinator can reopen it."))
    if review.version != version:
        raise EditConflict(theirs={"comment": review.comment}, mine={"comment": comment})
    criteria = {row.pk: row for row in review.track.criteria.all()}
    for pk, given in scores.items():
        _check_scale(criteria[pk], given)
    with because(actor):
        for pk, given in scores.items():
            Score.objects.update_or_create(
                review=review,
                criterion=criteria[pk],
                defaults={
                    "value": given.value,
                    "not_applicable": given.not_applicable,
                    "comment": given.comment,
                },
            )
        review.comment, review.version = comment, version + 1
        if review.status == ReviewStatus.ASSIGNED:
            _move(review, ReviewStatus.IN_PROGRESS)
        review.save()
    return review


def _check_scale(criterion: Criterion, given: ScoreInput) -> None:
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
def submit_review(*, review: Review, actor: User) -> Review:
    """Complete: a score or 'not applicable' on each criterion, a comment at both ends of the scale.

    Locks the review. Raises Incomplete (naming the criterion), ConflictOfInterest, MoveNotAllowed.
    """
    review = _locked(review)
    check_move(REVIEW_MOVES, current=review.status, target=ReviewStatus.SUBMITTED, states=ReviewStatus)
    if review.application.status != ApplicationStatus.IN_REVIEW:
        raise DomainError(_("This application is not in review."))
    own = frozenset(
        Membership.objects.filter(user=actor, ended_at__isnull=True).values_list("municipality_id", flat=True)
    )
    if review.application.municipality_id in conflicts_of(own):
        raise ConflictOfInterest
    given = {score.criterion_id: score for score in review.scores.all()}
    for criterion in review.track.criteria.order_by("order"):
        _require_score(criterion, given.get(criterion.pk))
    with because(actor):
        _move(review, ReviewStatus.SUBMITTED)
        review.submitted_at = clock.now()
        review.save()
    return review


def _require_score(criterion: Criterion, score: Score | None) -> None:
    if score is None or (score.value is None and not score.not_applicable):
        raise Incomplete(
            _("Give a score on “%(criterion)s”, or say that it does not apply."), criterion=criterion.title
        )
    if score.value in (criterion.scale_min, criterion.scale_max) and not score.comment.strip():
        raise Incomplete(
            _("Explain the score at the end of the scale on “%(criterion)s”."), criterion=criterion.title
        )


@transaction.atomic
def reopen_review(*, review: Review, reason: str, actor: User) -> Review:
    """The coordinator opens a submitted review again, with a reason; the reviewer is told.

    Locks the review and its application, so that no ranking is fixed meanwhile. Raises MoveNotAllowed, Incomplete
    without a reason, DomainError once the application is ranked.
    """
    review = _locked(review)
    check_move(REVIEW_MOVES, current=review.status, target=ReviewStatus.REOPENED, states=ReviewStatus)
    if not reason.strip():
        raise Incomplete(_("Give a reason."))
    if locked(review.application).status != ApplicationStatus.IN_REVIEW:
        raise DomainError(_("This application is not in review."))
    with because(actor, reason):
        _move(review, ReviewStatus.REOPENED)
        review.save()
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
