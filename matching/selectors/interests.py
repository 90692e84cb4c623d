"""Who steps out of a scenario: whoever has to do with a municipality that is matched, or competes, on its tracks (own,
twinned, or declared)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from applications.enums import ConflictGround, ConflictOrigin
from applications.models import Application, Track, TrackPreference
from applications.selectors.conflicts import OUT_OF_IT, conflicts_among, readers_of
from matching.models import Scenario
from sdgpartners.people.models import SteeringSeat, User


@dataclass(frozen=True, slots=True)
class Interest:
    """Why a person does not read, comment or decide: with which municipality they have to do, and how that is known."""

    application: Application
    ground: ConflictGround
    origin: ConflictOrigin
    since: datetime | None = None

    @property
    def ground_label(self) -> str:
        """The ground in words."""
        return str(self.ground.label)


def concerned_by(scenario: Scenario, tracks: Sequence[Track] | None = None) -> list[Application]:
    """The applications that compete or wait for a partner on the scenario's tracks, or on `tracks` of it, with their
    municipality, by name; one statement."""
    keys: Any = [track.pk for track in tracks] if tracks is not None else scenario.tracks.values("pk")
    chosen = TrackPreference.objects.filter(application=OuterRef("pk"), track__in=keys)
    rows = Application.objects.filter(
        Q(Exists(chosen)) | Q(track__in=keys), call=scenario.call_id, submitted_at__isnull=False
    ).exclude(status__in=OUT_OF_IT)
    return list(rows.select_related("municipality__country").order_by("municipality__name", "pk"))


def interests_of(user: User, scenario: Scenario, track: Track | None = None) -> list[Interest]:
    """What `user` has to do with municipalities of the scenario, or of one of its tracks, read afresh; by name. Five
    statements at most."""
    rows = {row.pk: row for row in concerned_by(scenario, None if track is None else [track])}
    found = [
        Interest(rows[one.application_id], one.ground, one.origin, one.since)
        for one in conflicts_among([user.pk], rows.values())
    ]
    return sorted(found, key=lambda row: row.application.municipality.name)


def stepped_out(scenario: Scenario) -> list[dict[str, Any]]:
    """Everybody with a seat from which the scenario is read who steps out of it, as it is kept with the scenario: names
    as they are today. A bounded number of statements."""
    tracks = scenario.tracks.select_related("partner_country__programme")
    rows = {row.pk: row for row in concerned_by(scenario)}
    conflicts = conflicts_among(readers_of(*tracks), rows.values())
    people = User.objects.in_bulk({row.person_id for row in conflicts})
    return [
        {
            "person": one.person_id,
            "name": str(people[one.person_id]),
            "application": rows[one.application_id].reference,
            "municipality": rows[one.application_id].municipality.name,
            "ground": str(one.ground),
            "origin": str(one.origin),
            "since": one.since.isoformat() if one.since else "",
        }
        for one in conflicts
    ]


def steering_readers(scenario: Scenario) -> list[User]:
    """The active people of the steering group who read the scenario: its members, and the observers of a country in
    it; without those who step out. By surname."""
    countries = list(scenario.tracks.values_list("partner_country__association", flat=True))
    seats = SteeringSeat.objects.filter(
        Q(association__isnull=True) | Q(association__in=countries),
        programme=scenario.call.programme_id,
        ended_at__isnull=True,
        user__is_active=True,
    )
    people = {row.user_id: row.user for row in seats.select_related("user").order_by("user__last_name", "pk")}
    return free_of(scenario, people.values())


def free_of(scenario: Scenario, people: Iterable[User]) -> list[User]:
    """Those of `people` who have to do with no municipality of the scenario, in their order."""
    wanted = list(people)
    barred = {row.person_id for row in conflicts_among([one.pk for one in wanted], concerned_by(scenario))}
    return [one for one in wanted if one.pk not in barred]
