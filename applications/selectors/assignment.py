"""Who may review what: the pools of a track, what people carry, what bars them, and who could take over."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q

from applications.enums import ApplicationStatus, ReviewerPool, ReviewStatus
from applications.models import Application, Review, Track
from applications.selectors.conflicts import Conflict, conflicts_among
from applications.selectors.reviews import scored_applications
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import AssociationSeat, SteeringSeat, User


@dataclass(frozen=True)
class Candidate:
    """Somebody who may review on a track. `load` counts their reviews in the whole call; `conflicts` by the primary key
    of the application, among those that were asked about."""

    user: User
    pool: ReviewerPool
    load: int
    conflicts: dict[int, Conflict] = field(default_factory=dict)

    @property
    def is_association(self) -> bool:
        """Whether they sit for the association of the country."""
        return self.pool == ReviewerPool.ASSOCIATION

    def is_barred(self, application: Application) -> bool:
        return application.pk in self.conflicts


@dataclass(frozen=True)
class Pools:
    """Who may review on a track: `people` by primary key with the pool in which they count (the association of the
    country before others); `association` everybody who reviews or reviewed for that one, also after their seat."""

    people: dict[int, ReviewerPool]
    association: frozenset[int]


def pools_of(track: Track) -> Pools:
    """The pools of `track`; two statements."""
    country = track.partner_country
    lead = country.programme.lead_association_id
    seats = AssociationSeat.objects.filter(
        role=AssociationRole.REVIEWER, association__in=(country.association_id, lead)
    )
    people: dict[int, ReviewerPool] = {}
    sat = set()
    for person, association, ended in seats.order_by().values_list("user", "association", "ended_at"):
        of_country = association == country.association_id
        if of_country:
            sat.add(person)
        if ended is None and (of_country or person not in people):
            people[person] = ReviewerPool.ASSOCIATION if of_country else ReviewerPool.LEAD
    steering = SteeringSeat.objects.filter(
        Q(association__isnull=True) | Q(association=country.association_id),
        programme=country.programme_id,
        reviews=True,
        ended_at__isnull=True,
    )
    for person in steering.order_by().values_list("user", flat=True):
        people.setdefault(person, ReviewerPool.STEERING)
    return Pools(people, frozenset(sat))


def reviewer_candidates(
    track: Track, applications: Iterable[Application] | None = None, pools: Pools | None = None
) -> list[Candidate]:
    """Everybody in the pools of `track`, by name, with their conflicts among `applications` (all that are scored there
    where none are given). A bounded number of statements; `pools` saves two where they are at hand."""
    pool = (pools or pools_of(track)).people
    people = list(User.objects.filter(pk__in=pool, is_active=True).order_by("last_name", "first_name", "pk"))
    if applications is None:
        applications = scored_applications(track)
    found: dict[int, dict[int, Conflict]] = {}
    for conflict in conflicts_among([person.pk for person in people], applications):
        found.setdefault(conflict.person_id, {})[conflict.application_id] = conflict
    load = _loads(track, people)
    return [
        Candidate(person, pool[person.pk], load[person.pk], found.get(person.pk, {})) for person in people
    ]


def substitutes_for(application: Application, track: Track) -> list[Candidate]:
    """Who could take over a review: in the pools, without a conflict, never asked before; least loaded first."""
    asked = set(
        Review.objects.filter(application=application, track=track).values_list("reviewer", flat=True)
    )
    able = [
        one
        for one in reviewer_candidates(track, [application])
        if one.user.pk not in asked and not one.is_barred(application)
    ]
    return sorted(able, key=lambda one: one.load)


def _loads(track: Track, people: Iterable[User]) -> Counter[int]:
    """Reviews of these people in the call of `track` that were or are to be written."""
    # What was still to be written on a withdrawn application is nobody's work any more.
    gone = Q(application__status=ApplicationStatus.WITHDRAWN) & ~Q(status=ReviewStatus.SUBMITTED)
    rows = Review.objects.filter(reviewer__in=people, application__call=track.call_id)
    counted = rows.exclude(Q(status=ReviewStatus.RECUSED) | gone).order_by()
    return Counter(dict(counted.values_list("reviewer").annotate(n=Count("pk"))))
