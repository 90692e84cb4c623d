"""Who may review, rank, decide and confirm."""

from enum import StrEnum
from typing import Any

from applications.models import Application, Call, Review, Track
from applications.selectors.reviews import reviews_visible_to
from sdgpartners.core.access import one_or_404, predicate, register
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of


class ReviewPerm(StrEnum):
    """Names of permissions."""

    SCORE = "applications.score_review"
    VIEW_RANKING = "applications.view_ranking"
    RANK_TRACK = "applications.rank_track"
    RELEASE_DECISIONS = "applications.release_decisions"
    ANSWER_DECISION = "applications.answer_decision"


@predicate
def scores(user: Any, review: Review) -> bool:
    """The reviewer, while no conflict bars them."""
    return bool(reviews_visible_to(user).filter(pk=review.pk).exists())


@predicate
def reads_ranking(user: Any, track: Track) -> bool:
    """Coordinators and auditors in scope; the steering group reads it as well."""
    standing = standing_of(user)
    country = track.partner_country
    return standing.covers(country, AssociationRole.COORDINATOR, AssociationRole.AUDITOR) or standing.steers(
        country
    )


@predicate
def ranks(user: Any, track: Track) -> bool:
    """Coordinators of the track's country or of the lead."""
    return standing_of(user).covers(track.partner_country, AssociationRole.COORDINATOR)


@predicate
def releases(user: Any, call: Call) -> bool:
    """Coordinators of the association that runs the programme: all letters go out together."""
    return standing_of(user).leads(call.programme_id, AssociationRole.COORDINATOR)


@predicate
def answers(user: Any, application: Application) -> bool:
    """Signatories of the municipality."""
    return standing_of(user).is_signatory(application.municipality_id)


register(ReviewPerm.SCORE, scores)
register(ReviewPerm.VIEW_RANKING, reads_ranking)
register(ReviewPerm.RANK_TRACK, ranks)
register(ReviewPerm.RELEASE_DECISIONS, releases)
register(ReviewPerm.ANSWER_DECISION, answers)


def review_for(user: Any, reference: str, country: str) -> Review:
    """One's own review of an application on a country's track, or Http404."""
    return one_or_404(
        reviews_visible_to(user),
        application__reference=reference,
        track__partner_country__country_id=country.upper(),
    )
