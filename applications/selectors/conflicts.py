"""Conflicts of interest: who is barred from which applications, who has declared, who steps out of a track."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.enums import ApplicationStatus, ConflictGround, ConflictOrigin, RecusalGround
from applications.models import (
    Application,
    Call,
    ConfidentialityAgreement,
    ConflictDeclaration,
    Review,
    Track,
    TrackPreference,
)
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import AssociationSeat, Membership, SteeringSeat, User
from sdgpartners.people.standing import Standing, memory_of, standing_of
from sdgpartners.programme.enums import TwinningStatus
from sdgpartners.programme.models import TownTwinning

# What no longer competes with others on a track: nobody has an interest in it there.
OUT_OF_IT = frozenset({ApplicationStatus.WITHDRAWN, ApplicationStatus.INELIGIBLE})
# Seats at an association from which applications, rankings and decisions are read.
READING_SEATS = (AssociationRole.REVIEWER, AssociationRole.COORDINATOR, AssociationRole.AUDITOR)


@dataclass(frozen=True)
class Conflict:
    """Why a person steps out of an application. `since` is None where the portal reads it from seats and twinnings
    and no review was touched by it."""

    person_id: int
    application_id: int
    ground: ConflictGround
    origin: ConflictOrigin
    words: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Recusal:
    """A line of the decision record: who did not judge what, why, since when, and whether a review that was in was
    set aside."""

    person: User
    application: Application
    ground: ConflictGround
    origin: ConflictOrigin
    when: datetime | None
    words: str
    review_set_aside: bool


def barred_applications(user: Any) -> QuerySet[Application]:
    """Applications that `user` has a conflict with: of one's own municipality (also after its merger), of one twinned
    with it, or declared and not lifted. No statement of its own beside the standing: use it as
    `.exclude(application__in=barred_applications(user).values("pk"))`."""
    standing = standing_of(user)
    barred = Q(pk__in=standing_declarations().filter(person=user.pk).values("application"))
    own = standing.municipality_ids
    if own:
        known = TownTwinning.objects.exclude(status=TwinningStatus.ENDED).order_by()
        barred |= Q(municipality__in=own)
        for theirs, mine in (("north", "south"), ("south", "north")):
            twins = known.filter(**{f"{mine}__in": own, f"{theirs}__isnull": False})
            # The list names a municipality as it was; its applications go to its successor.
            for path in (theirs, f"{theirs}__successor", f"{theirs}__predecessors"):
                barred |= Q(municipality__in=twins.values(path))
    return Application.objects.filter(barred).order_by()


def is_barred(user: Any, application: Application) -> bool:
    """Whether `user` has a conflict with this application, for permissions. All of theirs are read in one statement and
    kept with this instance of the person, like the standing: a service asks `conflict_of`."""
    standing = standing_of(user)
    if memory_of(user).get("_free") == (standing, application.pk):
        return False
    kept: tuple[Standing, frozenset[int]] | None = memory_of(user).get("_barred")
    if kept is None or kept[0] is not standing:
        keys = barred_applications(user).values_list("pk", flat=True)
        kept = memory_of(user)["_barred"] = (standing, frozenset(keys))
    return application.pk in kept[1]


def note_free(user: Any, application: Application) -> None:
    """The application was just read from rows without those that `user` has a conflict with: `is_barred` need not
    read again for it."""
    memory_of(user)["_free"] = (standing_of(user), application.pk)


def forget_barred(user: Any) -> None:
    """Let the next `is_barred` read afresh, after a conflict of this instance came or went."""
    memory_of(user).pop("_barred", None)
    memory_of(user).pop("_free", None)


def conflict_of(user: User, application: Application) -> Conflict | None:
    """The conflict of `user` with `application`, read afresh (also what came up since the request began)."""
    found = conflicts_among([user.pk], [application])
    return found[0] if found else None


def automatic_ground(person: int, application: Application) -> ConflictGround | None:
    """Why the portal itself bars this person (primary key) from an application: their seats and known twinnings."""
    own, twins = _places_of(frozenset({person})).get(person, (frozenset(), frozenset()))
    if application.municipality_id in own:
        return ConflictGround.OWN
    return ConflictGround.TWIN if application.municipality_id in twins else None


def conflicts_among(people: Iterable[int], applications: Iterable[Application]) -> list[Conflict]:
    """All conflicts between these people (primary keys) and these applications, by application and person; one a
    pair, what was declared before what the portal found. Four statements whatever the size."""
    persons = frozenset(people)
    by_place: dict[int, list[int]] = {}
    for application in applications:
        by_place.setdefault(application.municipality_id, []).append(application.pk)
    if not persons or not by_place:
        return []
    found: dict[tuple[int, int], Conflict] = {}
    for person, (own, twins) in _places_of(persons).items():
        for ground, places in ((ConflictGround.TWIN, twins), (ConflictGround.OWN, own)):
            for place in places & by_place.keys():
                for pk in by_place[place]:
                    found[pk, person] = Conflict(person, pk, ground, ConflictOrigin.AUTOMATIC)
    declared = standing_declarations().filter(
        person__in=persons, application__in=[pk for keys in by_place.values() for pk in keys]
    )
    for row in declared:
        found[row.application_id, row.person_id] = Conflict(
            row.person_id, row.application_id, ConflictGround(row.ground), ConflictOrigin(row.origin),
            row.words, row.declared_at,
        )  # fmt: skip
    return [found[key] for key in sorted(found)]


def standing_declarations() -> QuerySet[ConflictDeclaration]:
    """Declared or entered conflicts that nobody lifted."""
    return ConflictDeclaration.objects.filter(lifted_at__isnull=True).exclude(ground="").order_by()


def _places_of(people: frozenset[int]) -> dict[int, tuple[frozenset[int], frozenset[int]]]:
    """By person: the municipalities that they work for (with those that merged into them), and their twins."""
    members = Membership.objects.filter(user__in=people, ended_at__isnull=True)
    pairs = members.order_by().values_list("user", "municipality", "municipality__predecessors__id")
    own: dict[int, set[int]] = {}
    for person, place, merged in pairs:
        own.setdefault(person, set()).update(pk for pk in (place, merged) if pk is not None)
    if not own:
        return {}
    places = frozenset().union(*own.values())
    twins: dict[int, set[int]] = {}
    known = TownTwinning.objects.filter(Q(north__in=places) | Q(south__in=places), south__isnull=False)
    # The list names a municipality as it was; its applications go to its successor.
    also = ("successor", "predecessors__id")
    columns = [f"{side}__{name}" for side in ("north", "south") for name in ("id", *also)]
    for row in known.exclude(status=TwinningStatus.ENDED).order_by().values_list(*columns):
        norths, souths = row[:3], row[3:]
        twins.setdefault(norths[0], set()).update(pk for pk in souths if pk is not None)
        twins.setdefault(souths[0], set()).update(pk for pk in norths if pk is not None)
    return {
        person: (frozenset(mine), frozenset().union(*(twins.get(place, ()) for place in mine)))
        for person, mine in own.items()
    }


def has_declared(user: Any, application: Application) -> bool:
    """Whether the person has said what they have to do with the application: nothing, or a conflict. What a coordinator
    or the portal recorded and somebody lifted is no word of theirs."""
    return _said(application).filter(person=user.pk).exists()


def _said(application: Application | OuterRef) -> QuerySet[ConflictDeclaration]:
    key = application.pk if isinstance(application, Application) else application
    rows = ConflictDeclaration.objects.filter(application=key)
    return rows.filter(Q(lifted_at__isnull=True) | Q(origin=ConflictOrigin.DECLARED))


def said_before(user: Any, application: Application) -> tuple[bool, bool]:
    """Whether the person agreed to the confidentiality of the call, and whether they said what they have to do with
    the application; one statement for both."""
    agreed = ConfidentialityAgreement.objects.filter(call=application.call_id, person=OuterRef("pk"))
    declared = _said(application).filter(person=OuterRef("pk"))
    both: tuple[bool, bool] = User.objects.values_list(Exists(agreed), Exists(declared)).get(pk=user.pk)
    return both


def with_said(rows: QuerySet[Application], user: Any) -> QuerySet[Application]:
    """The same rows with what `said_before` tells of each, as `agreed_before` and `declared_before`."""
    agreed = ConfidentialityAgreement.objects.filter(call=OuterRef("call"), person=user.pk)
    declared = _said(OuterRef("pk")).filter(person=user.pk)
    return rows.annotate(agreed_before=Exists(agreed), declared_before=Exists(declared))


def agreed_to_confidentiality(user: Any, call: Call | int) -> bool:
    """Whether the person has agreed to keep what they read in the call to themselves."""
    key = call if isinstance(call, int) else call.pk
    return ConfidentialityAgreement.objects.filter(call=key, person=user.pk).exists()


def _competing() -> QuerySet[Application]:
    rows = Application.objects.filter(submitted_at__isnull=False, municipality__is_test=False)
    return rows.exclude(status__in=OUT_OF_IT).order_by()


def competing_on(track: Track) -> QuerySet[Application]:
    """What is or will be ranked on a track, also after the decisions: submitted, neither withdrawn nor ineligible.
    (`scored_applications` stops at the decision.)"""
    chosen = Q(Exists(TrackPreference.objects.filter(application=OuterRef("pk"), track=track)))
    if track.southern_scored:
        chosen |= Q(track=track)
    return _competing().filter(chosen, call=track.call_id).order_by("reference")


def tracks_stepped_out(user: Any) -> QuerySet[Track]:
    """Tracks on which something competes that `user` has a conflict with; for lists, as a subquery."""
    barred = _competing().filter(pk__in=barred_applications(user).values("pk")).values("pk")
    ranking = TrackPreference.objects.filter(track=OuterRef("pk"), application__in=barred)
    southern = Application.objects.filter(track=OuterRef("pk"), pk__in=barred)
    return Track.objects.filter(Q(Exists(ranking)) | Q(southern_scored=True) & Q(Exists(southern))).order_by()


def steps_out(user: Any, track: Track) -> bool:
    """Whether a reviewer, coordinator, auditor or steering member has a conflict with anything that competes on the
    track: they read neither its ranking and totals nor its decisions and advice. One statement."""
    return tracks_stepped_out(user).filter(pk=track.pk).exists()


def recusals_of(track: Track) -> list[Recusal]:
    """Who stepped out of what on the track, for the decision record: of everybody who reads or scores there, declared
    or found by the portal, and of reviews that were recused or set aside for a conflict. By application and name; a
    bounded number of statements."""
    applications = {row.pk: row for row in competing_on(track).select_related("municipality__country")}
    reviews = list(
        Review.objects.filter(track=track, application__in=applications).order_by("pk").only(
            "application", "reviewer", "status", "set_aside", "recused_at", "recused_ground", "updated_at"
        )
    )  # fmt: skip
    people = readers_of(track) | {row.reviewer_id for row in reviews}
    people |= set(
        standing_declarations().filter(application__in=applications).values_list("person", flat=True)
    )
    found = {
        (row.application_id, row.person_id): row for row in conflicts_among(people, applications.values())
    }
    # A review that ended for a conflict stays in the record, also when the seat that caused it has ended since.
    touched = {
        (row.application_id, row.reviewer_id): row
        for row in reviews
        if row.set_aside or row.recused_ground == RecusalGround.CONFLICT
    }
    persons = User.objects.in_bulk({person for _application, person in found})
    lines = []
    for (application, person), conflict in found.items():
        review = touched.get((application, person))
        when = conflict.since or (review.recused_at if review else None)
        lines.append(
            Recusal(
                persons[person], applications[application], conflict.ground, conflict.origin, when,
                conflict.words, bool(review and review.set_aside),
            )
        )  # fmt: skip
    return sorted(lines, key=lambda row: (row.application.reference, row.person.last_name, row.person.pk))


def readers_of(*tracks: Track) -> set[int]:
    """Everybody with a seat from which one of these tracks is read or scored, deputies included; primary keys, in one
    statement. The rows carry their country and its programme."""
    today = clock.today()
    countries = [track.partner_country for track in tracks]
    associations = {country.association_id for country in countries}
    seats = AssociationSeat.objects.filter(
        ended_at__isnull=True,
        role__in=READING_SEATS,
        association__in=associations | {country.programme.lead_association_id for country in countries},
    ).order_by()
    acting = seats.filter(deputy_from__lte=today, deputy_until__gte=today, deputy__isnull=False)
    steering = SteeringSeat.objects.filter(
        Q(association__isnull=True) | Q(association__in=associations),
        programme__in={country.programme_id for country in countries},
        ended_at__isnull=True,
    ).order_by()
    found = seats.values_list("user_id").union(
        acting.values_list("deputy_id"), steering.values_list("user_id")
    )
    return {pk for (pk,) in found}
