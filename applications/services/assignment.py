"""Who reviews what: given out evenly or by hand, replaced, passed on, and over when an application is withdrawn.

Rows are locked in this order: applications (by key), reviews.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.balance import Wanted, spread
from applications.enums import REVIEW_EDITABLE, REVIEW_MOVES, ApplicationStatus, RecusalGround, ReviewStatus
from applications.errors import AskedBefore, ConflictOfInterest, NotAReviewer, ReasonNeeded, ReviewIsIn
from applications.models import Application, Review, Revision, Track
from applications.selectors.assignment import Candidate, Pools, pools_of, reviewer_candidates
from applications.selectors.conflicts import conflict_of
from applications.selectors.reviews import scored_applications
from applications.services.assignment_mails import (
    mail_assigned,
    mail_cancelled,
    mail_passed_on,
    mail_taken_away,
)
from applications.services.conflicts import refresh_conflicts
from applications.services.moving import locked, move
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, SamePerson
from sdgpartners.core.history import because
from sdgpartners.core.moves import check_move
from sdgpartners.people.models import User


@transaction.atomic
def assign_reviewers(*, track: Track, actor: User | None) -> int:
    """Give every eligible application of `track` as many reviewers as the call asks: the work spread evenly over the
    call, nobody with a conflict, and of the country's association as many as the call asks, as far as it has them.
    Returns how many reviews are new; again gives none.

    A review that waits on somebody who may no longer write it (seat ended, conflict come up) goes to somebody else.
    Locks the applications and their reviews. Mails each reviewer once. Raises Incomplete when there are too few people
    without a conflict; then nothing is kept.
    """
    # By key, as whoever prepares or releases the decisions of the call locks them.
    held = scored_applications(track).select_for_update(of=("self",), no_key=True).order_by("pk")
    applications = sorted(held, key=lambda row: row.reference)
    refresh_conflicts(track=track, actor=actor)
    pools = pools_of(track)
    candidates = reviewer_candidates(track, applications, pools)
    reviews = _release_stuck(applications, track, {one.user.pk for one in candidates}, actor)
    wanted = _wanted(applications, track, candidates, reviews, pools)
    found = spread(
        wanted,
        {one.user.pk: one.load for one in candidates},
        {one.user.pk for one in candidates if one.is_association},
    )
    number = {one.key: one.number for one in wanted}
    short = [row for row in applications if len(found[row.pk]) < number[row.pk]]
    if short:
        raise Incomplete(
            _("There are too few reviewers without a conflict for %(municipality)s."),
            municipality=", ".join(row.municipality.name for row in short),
        )
    people = {one.user.pk: one.user for one in candidates}
    made = [
        _assign(application, track, people[person], actor)
        for application in applications
        for person in sorted(found[application.pk])
    ]
    mail_assigned(made, actor)
    return len(made)


def _wanted(
    applications: Iterable[Application],
    track: Track,
    candidates: list[Candidate],
    reviews: list[Review],
    pools: Pools,
) -> list[Wanted]:
    """What each application still needs, after the reviews that count or are still to come."""
    asked: dict[int, set[int]] = {}
    present: dict[int, set[int]] = {}
    for review in reviews:
        asked.setdefault(review.application_id, set()).add(review.reviewer_id)
        if review.status != ReviewStatus.RECUSED and not review.set_aside:
            present.setdefault(review.application_id, set()).add(review.reviewer_id)
    call = track.call
    found = []
    for application in applications:
        there = present.get(application.pk, set())
        able = {one.user.pk for one in candidates if not one.is_barred(application)}
        found.append(
            Wanted(
                application.pk,
                frozenset(able - asked.get(application.pk, set())),
                max(call.reviewers_per_application - len(there), 0),
                max(call.association_reviewers - len(there & pools.association), 0),
            )
        )
    return found


def _release_stuck(
    applications: Iterable[Application], track: Track, able: set[int], actor: User | None
) -> list[Review]:
    """All reviews of these locked applications, locked; one that waits on somebody outside `able` ends here."""
    reviews = Review.objects.select_for_update().filter(application__in=applications, track=track)
    found = list(reviews.order_by("application", "pk"))
    for review in found:
        if review.status in REVIEW_EDITABLE and review.reviewer_id not in able:
            with because(actor):
                _end(review, RecusalGround.SEAT_ENDED)
    return found


@transaction.atomic
def assign_reviewer(
    *, application: Application, track: Track, reviewer: User, actor: User | None, reason: str = ""
) -> Review:
    """One reviewer by hand, also beyond the number that the call asks. Again gives the same review.

    Locks the application; mails the reviewer. Raises ConflictOfInterest, NotAReviewer (nobody in the pools of the
    track), AskedBefore, SamePerson (nobody chooses themselves), and DomainError for an application that is not judged
    on the track now.
    """
    application = locked(application)
    return _give(application, track, reviewer, actor, reason)


def _give(application: Application, track: Track, reviewer: User, actor: User | None, reason: str) -> Review:
    if actor is not None and reviewer.pk == actor.pk:
        # A coordinator may have read the others' scores.
        raise SamePerson(_("Nobody gives a review to themselves. Ask another coordinator."))
    if not scored_applications(track).filter(pk=application.pk).exists():
        raise DomainError(_("This application is not in review."))
    existing = Review.objects.filter(application=application, track=track, reviewer=reviewer).first()
    if conflict_of(reviewer, application) is not None:
        raise ConflictOfInterest
    if existing is not None:
        if existing.status == ReviewStatus.RECUSED:
            raise AskedBefore
        return existing
    if reviewer.pk not in {one.user.pk for one in reviewer_candidates(track, [application])}:
        raise NotAReviewer
    review = _assign(application, track, reviewer, actor, reason)
    mail_assigned([review], actor)
    return review


def _assign(
    application: Application, track: Track, reviewer: User, actor: User | None, reason: str = ""
) -> Review:
    revision = Revision.objects.filter(application=application).order_by("-number").first()
    if revision is None:
        raise Incomplete(_("This application has no submitted version."))
    if application.status != ApplicationStatus.IN_REVIEW:
        # What was ranked is so no longer. The municipality reads the moves of its application: no reason with them.
        with because(actor if application.status == ApplicationStatus.ELIGIBLE else None):
            move(application, ApplicationStatus.IN_REVIEW)
    with because(actor, reason):
        return Review.objects.create(
            application=application, track=track, reviewer=reviewer, revision=revision, assigned_by=actor
        )


@transaction.atomic
def replace_reviewer(*, review: Review, reviewer: User, reason: str, actor: User | None) -> Review:
    """`reviewer` reviews instead of somebody whose review is not in yet. The begun sheet stays, unread.

    Locks the application and the review; mails both. Raises ReasonNeeded, ReviewIsIn, MoveNotAllowed (it has ended
    already), and what `assign_reviewer` raises.
    """
    application = locked(review.application)
    _take_away(review, reason, actor)
    return _give(application, review.track, reviewer, actor, reason.strip())


@transaction.atomic
def remove_reviewer(*, review: Review, reason: str, actor: User | None) -> Review:
    """Take a review away from somebody who has not submitted it. Locks the application and the review; mails the
    reviewer. Raises ReasonNeeded, ReviewIsIn, MoveNotAllowed."""
    locked(review.application)
    return _take_away(review, reason, actor)


def _take_away(review: Review, reason: str, actor: User | None) -> Review:
    if not reason.strip():
        raise ReasonNeeded
    row = _locked(review)
    if row.status == ReviewStatus.SUBMITTED:
        raise ReviewIsIn
    with because(actor, reason.strip()):
        _end(row, RecusalGround.REPLACED)
    mail_taken_away(row, actor)
    return row


@transaction.atomic
def pass_on(*, review: Review, reason: str, actor: User) -> Review:
    """The reviewer does not judge this application, for a reason that is no conflict of interest (no time, the
    language). The begun sheet stays, unread; it does not come back to them.

    Locks the application and the review; mails the coordinators with who could take over. Raises ReasonNeeded,
    ReviewIsIn, MoveNotAllowed.
    """
    application = locked(review.application)
    if not reason.strip():
        raise ReasonNeeded
    row = _locked(review)
    if row.status == ReviewStatus.SUBMITTED:
        raise ReviewIsIn
    with because(actor, reason.strip()):
        _end(row, RecusalGround.ABSTAINED)
    mail_passed_on(row, application, reason.strip(), actor)
    return row


def tell_reviewers_withdrawn(*, application: Application, actor: User | None) -> int:
    """Mail who had a review of it still to hand in: there is nothing left to do. Their sheets stay, unread. Returns how
    many; for inside the transaction in which the application ends."""
    rows = Review.objects.filter(application=application, status__in=REVIEW_EDITABLE).select_related(
        "reviewer"
    )
    people = {row.reviewer.pk: row.reviewer for row in rows.order_by("pk")}
    for reviewer in people.values():
        mail_cancelled(application, reviewer, actor)
    return len(people)


def _end(review: Review, ground: RecusalGround) -> None:
    check_move(REVIEW_MOVES, current=review.status, target=ReviewStatus.RECUSED, states=ReviewStatus)
    review.status = ReviewStatus.RECUSED
    review.recused_at, review.recused_ground = clock.now(), ground
    review.save()


def _locked(review: Review) -> Review:
    return (
        Review.objects.select_for_update(of=("self",))
        .select_related(
            "reviewer",
            "application__municipality",
            "track__call__programme",
            "track__partner_country__country",
            "track__partner_country__association",
            "track__partner_country__programme__lead_association",
        )
        .get(pk=review.pk)
    )
