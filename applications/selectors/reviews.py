"""Reviews: who may see and score what, who is barred, and how far a track is."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.enums import REVIEW_EDITABLE, ApplicationStatus, CallStatus, ReviewStatus
from applications.models import Application, Review, Track, TrackPreference
from applications.selectors.conflicts import barred_applications
from sdgpartners.people.standing import standing_of

IN_THE_RANKING = frozenset(
    {ApplicationStatus.ELIGIBLE, ApplicationStatus.IN_REVIEW, ApplicationStatus.RANKED}
)


def reviews_visible_to(user: Any) -> QuerySet[Review]:
    """One's own reviews while one may review for their country by a seat; never with a conflict of interest, also when
    that came after the assignment, and not of what was withdrawn."""
    standing = standing_of(user)
    return (
        Review.objects.filter(standing.review_scope("track__partner_country"), reviewer=user)
        .exclude(status=ReviewStatus.RECUSED)
        .exclude(application__in=barred_applications(user).values("pk"))
        .exclude(application__status=ApplicationStatus.WITHDRAWN)
        .select_related(
            "application__municipality__country",
            "application__call",
            "track__partner_country__country",
            "revision",
        )
        .order_by("status", "created_at")
    )


def awaiting_reviews(user: Any) -> QuerySet[Review]:
    """One's own reviews that are still to be handed in."""
    own = reviews_visible_to(user).filter(status__in=REVIEW_EDITABLE)
    return own.filter(application__status=ApplicationStatus.IN_REVIEW)


def awaits_own_review(user: Any, track: Track) -> bool:
    """Whether one has a review to hand in on `track`: until then the others' and their ordering stay hidden."""
    return awaiting_reviews(user).filter(track=track).exists()


def scored_applications(track: Track) -> QuerySet[Application]:
    """What is reviewed on a track: Flemish applications that rank it, and southern ones where the track scores."""
    ranks_it = Exists(TrackPreference.objects.filter(application=OuterRef("pk"), track=track))
    chosen = Q(ranks_it)
    if track.southern_scored:
        chosen |= Q(track=track)
    return (
        Application.objects.filter(
            chosen, call=track.call_id, status__in=IN_THE_RANKING, municipality__is_test=False
        )
        .select_related("municipality__country")
        .order_by("reference")
    )


def ranked_applications(track: Track) -> QuerySet[Application]:
    """What stands in the ranking of a track: what is scored, and once the call is decided what a decision was released
    of."""
    if track.call.status != CallStatus.DECIDED:
        return scored_applications(track)
    released = Q(decisions__track=track, decisions__released_at__isnull=False)
    return Application.objects.filter(released).select_related("municipality__country").order_by("reference")
