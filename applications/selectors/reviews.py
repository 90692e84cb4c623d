"""Reviews: who may see and score what, who is barred, and how far a track is."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from applications.enums import REVIEW_EDITABLE, ApplicationStatus, ReviewStatus
from applications.models import Application, Review, Track, TrackPreference
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import Membership, User
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import TwinningStatus
from sdgpartners.programme.models import TownTwinning

IN_THE_RANKING = frozenset(
    {ApplicationStatus.ELIGIBLE, ApplicationStatus.IN_REVIEW, ApplicationStatus.RANKED}
)


def conflicts_of(municipalities: frozenset[int]) -> frozenset[int]:
    """`municipalities` and the ones known to be twinned with them (concept note, defaults: who scores)."""
    if not municipalities:
        return frozenset()
    twinnings = (
        TownTwinning.objects.filter(Q(north__in=municipalities) | Q(south__in=municipalities))
        .exclude(status=TwinningStatus.ENDED)
        .values_list("north_id", "south_id")
    )
    return municipalities | {pk for pair in twinnings for pk in pair if pk is not None}


def reviews_visible_to(user: Any) -> QuerySet[Review]:
    """One's own reviews while one holds a reviewer's seat for their country; never on one's own municipality or its
    twin, also when that came after the assignment."""
    standing = standing_of(user)
    barred = conflicts_of(standing.municipality_ids)
    return (
        Review.objects.filter(
            standing.scope("track__partner_country", AssociationRole.REVIEWER), reviewer=user
        )
        .exclude(status=ReviewStatus.RECUSED)
        .exclude(application__municipality__in=barred)
        .exclude(application__status=ApplicationStatus.WITHDRAWN)
        .select_related(
            "application__municipality__country",
            "application__call",
            "track__partner_country__country",
            "revision",
        )
        .order_by("status", "created_at")
    )


def awaits_own_review(user: Any, track: Track) -> bool:
    """Whether one has a review to hand in on `track`: until then the others' and their ordering stay hidden."""
    own = reviews_visible_to(user).filter(track=track, status__in=REVIEW_EDITABLE)
    return own.filter(application__status=ApplicationStatus.IN_REVIEW).exists()


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


@dataclass(frozen=True)
class Candidate:
    """Somebody who may review on a track, with what bars them and what they carry."""

    user: User
    barred: frozenset[int]
    load: int
    is_association: bool


def reviewer_candidates(track: Track) -> list[Candidate]:
    """People with a reviewer's seat at the country's association or the lead, by load and name; three statements."""
    country = track.partner_country
    seats = (
        User.objects.filter(
            is_active=True,
            association_seats__role=AssociationRole.REVIEWER,
            association_seats__ended_at__isnull=True,
            association_seats__association__in=(country.association_id, country.programme.lead_association_id),
        )
        .annotate(
            of_country=Exists(
                User.objects.filter(
                    pk=OuterRef("pk"), association_seats__association=country.association_id,
                    association_seats__role=AssociationRole.REVIEWER, association_seats__ended_at__isnull=True,
                )
            ),
        )
        .distinct()
        .order_by("last_name", "first_name", "pk")
    )  # fmt: skip
    people = list(seats)
    load = Counter(
        dict(
            Review.objects.filter(reviewer__in=people, application__call=track.call_id)
            .exclude(status=ReviewStatus.RECUSED)
            .order_by()
            .values_list("reviewer")
            .annotate(n=Count("pk"))
        )
    )
    own: dict[int, set[int]] = {}
    for person, place in Membership.objects.filter(user__in=people, ended_at__isnull=True).values_list(
        "user", "municipality"
    ):
        own.setdefault(person, set()).add(place)
    return [
        Candidate(person, conflicts_of(frozenset(own.get(person.pk, ()))), load[person.pk], person.of_country)
        for person in people
    ]


@dataclass(frozen=True)
class TrackProgress:
    """How far the reviews of a track are."""

    applications: int
    assigned: int
    submitted: int
    wanted: int


def track_progress(track: Track) -> TrackProgress:
    """Counts over the applications in the ranking of a track."""
    applications = scored_applications(track)
    counted = (
        Review.objects.filter(track=track, application__in=applications)
        .exclude(status=ReviewStatus.RECUSED)
        .aggregate(
            assigned=Count("pk"),
            submitted=Count("pk", filter=Q(status=ReviewStatus.SUBMITTED, set_aside=False)),
        )
    )
    number = applications.count()
    return TrackProgress(
        applications=number,
        assigned=counted["assigned"],
        submitted=counted["submitted"],
        wanted=number * track.call.reviewers_per_application,
    )
