"""Who may review, rank, decide and confirm."""

from enum import StrEnum
from typing import Any

from applications.enums import CallStatus, ReviewStatus
from applications.models import Application, Call, Review, Track
from applications.selectors.conflicts import is_barred, steps_out, tracks_stepped_out
from applications.selectors.reviews import reviews_visible_to
from sdgpartners.core.access import one_or_404, predicate, register
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of


class ReviewPerm(StrEnum):
    """Names of permissions."""

    SCORE = "applications.score_review"
    VIEW_RANKING = "applications.view_ranking"
    RANK_TRACK = "applications.rank_track"
    JOIN_PANEL = "applications.join_panel"
    READ_FOR_ADVICE = "applications.read_for_advice"
    ADVISE = "applications.advise"
    RELEASE_DECISIONS = "applications.release_decisions"
    ANSWER_DECISION = "applications.answer_decision"
    KEEP_CONFLICTS = "applications.keep_conflicts"


@predicate
def scores(user: Any, review: Review) -> bool:
    """The reviewer, while no conflict bars them."""
    return bool(reviews_visible_to(user).filter(pk=review.pk).exists())


@predicate
def reads_ranking(user: Any, track: Track) -> bool:
    """Coordinators and auditors in scope; the steering group reads it as well. Not who steps out of the track."""
    standing = standing_of(user)
    country = track.partner_country
    reads = standing.covers(country, AssociationRole.COORDINATOR, AssociationRole.AUDITOR) or standing.steers(
        country
    )
    return reads and not steps_out(user, track)


@predicate
def ranks(user: Any, track: Track) -> bool:
    """Coordinators of the track's country or of the lead, but for who steps out of the track."""
    held = standing_of(user).covers(track.partner_country, AssociationRole.COORDINATOR)
    return held and not steps_out(user, track)


@predicate
def joins_panel(user: Any, track: Track) -> bool:
    """Who sits in the panel: coordinators of the country or the lead, and reviewers who have handed in a review on the
    track. Not who steps out of it; whether one's own reviews are all in is asked at the page (`ranking_closed_to`)."""
    standing = standing_of(user)
    if not standing.covers(track.partner_country, AssociationRole.COORDINATOR):
        mine = Review.objects.filter(track=track, reviewer=user, status=ReviewStatus.SUBMITTED)
        if not standing.reviews_on(track.partner_country) or not mine.exists():
            return False
    return not steps_out(user, track)


@predicate
def reads_for_advice(user: Any, track: Track) -> bool:
    """Who reads the ranking on the site: who reads it at the desk, and the panel."""
    return bool(reads_ranking(user, track) or joins_panel(user, track))


@predicate
def advises(user: Any, track: Track) -> bool:
    """The steering group; an observer on the own country. Not who steps out of the track."""
    return standing_of(user).steers(track.partner_country) and not steps_out(user, track)


@predicate
def releases(user: Any, call: Call) -> bool:
    """Coordinators of the association that runs the programme: all letters go out together. Not who steps out of one
    of its tracks."""
    if not standing_of(user).leads(call.programme_id, AssociationRole.COORDINATOR):
        return False
    return not tracks_stepped_out(user).filter(call=call).exists()


@predicate
def keeps_conflicts(user: Any, application: Application) -> bool:
    """Who enters and lifts conflicts of others: coordinators of the association that runs the programme, without one of
    their own."""
    leads = standing_of(user).leads(application.call.programme_id, AssociationRole.COORDINATOR)
    return leads and not is_barred(user, application)


@predicate
def answers(user: Any, application: Application) -> bool:
    """Signatories of the municipality."""
    return standing_of(user).is_signatory(application.municipality_id)


register(ReviewPerm.SCORE, scores)
register(ReviewPerm.VIEW_RANKING, reads_ranking)
register(ReviewPerm.RANK_TRACK, ranks)
register(ReviewPerm.JOIN_PANEL, joins_panel)
register(ReviewPerm.READ_FOR_ADVICE, reads_for_advice)
register(ReviewPerm.ADVISE, advises)
register(ReviewPerm.RELEASE_DECISIONS, releases)
register(ReviewPerm.ANSWER_DECISION, answers)
register(ReviewPerm.KEEP_CONFLICTS, keeps_conflicts)


def review_for(user: Any, reference: str, country: str) -> Review:
    """One's own review of an application on a country's track, or Http404."""
    return one_or_404(
        reviews_visible_to(user),
        application__reference=reference,
        track__partner_country__country_id=country.upper(),
    )


def track_for(user: Any, code: str, country: str) -> Track:
    """The track of a call once it is public, for whoever reads or scores there by a seat; others get Http404."""
    standing = standing_of(user)
    place = "partner_country"
    seen = standing.scope(place, AssociationRole.COORDINATOR, AssociationRole.AUDITOR)
    seen |= standing.steering_scope(place) | standing.review_scope(place)
    tracks = Track.objects.filter(seen, call__status__in=(CallStatus.PUBLISHED, CallStatus.DECIDED))
    return one_or_404(
        tracks.select_related(
            "partner_country__country", "partner_country__programme", "partner_country__association",
            "call__programme", "theme",
        ),
        call__code=code,
        partner_country__country_id=country.upper(),
    )  # fmt: skip
