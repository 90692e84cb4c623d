"""Tracks whose pairs a person does not read, because they have to do with a municipality that is matched there; and
what is closed to them with such a track: proposals, and decisions on the whole scenario."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Application, Track
from applications.selectors.conflicts import OUT_OF_IT, barred_applications, tracks_stepped_out
from matching.models import Proposal, Scenario
from sdgpartners.people.standing import Standing, memory_of, standing_of


def tracks_closed_to(user: Any) -> QuerySet[Track]:
    """Tracks on which something competes, or waits for a partner, that `user` has a conflict of interest with: also
    where the southern side is not scored. For lists, as a subquery; no statement of its own beside the standing."""
    barred = Application.objects.filter(
        track=OuterRef("pk"),
        submitted_at__isnull=False,
        pk__in=barred_applications(user).values("pk"),
    ).exclude(status__in=OUT_OF_IT)
    return Track.objects.filter(
        Q(pk__in=tracks_stepped_out(user).values("pk")) | Q(Exists(barred.order_by()))
    ).order_by()


def proposals_closed_to(user: Any) -> QuerySet[Proposal]:
    """Proposals on such a track, and those of a municipality that `user` has a conflict of interest with, also once it
    has withdrawn. For lists, as a subquery; the two municipalities read their own all the same."""
    barred = barred_applications(user).values("pk")
    on_track = Q(track__in=tracks_closed_to(user).values("pk"))
    return Proposal.objects.filter(on_track | Q(north__in=barred) | Q(south__in=barred)).order_by()


def closed_tracks(user: Any) -> frozenset[int]:
    """The primary keys of `tracks_closed_to`, read once with this instance of the person; see `steps_out_of`."""
    return _closed_to(user)[0]


def is_closed_to(user: Any, track: Track) -> bool:
    """Whether the track is closed to `user`, for permissions; see `steps_out_of`."""
    return track.pk in _closed_to(user)[0]


def steps_out_of(user: Any, scenario: Scenario) -> bool:
    """Whether a track of the scenario is closed to `user`, for permissions: then they decide nothing on the whole. All
    tracks and scenarios closed to them are read in one statement and kept with this instance of the person, like the
    standing: a service asks `interests_of`."""
    return scenario.pk in _closed_to(user)[1]


def _closed_to(user: Any) -> tuple[frozenset[int], frozenset[int]]:
    """The tracks and the scenarios, by primary key."""
    standing = standing_of(user)
    kept: tuple[Standing, frozenset[int], frozenset[int]] | None = memory_of(user).get("_closed_tracks")
    if kept is None or kept[0] is not standing:
        rows = list(tracks_closed_to(user).values_list("pk", "scenarios"))
        tracks = frozenset(track for track, _scenario in rows)
        scenarios = frozenset(scenario for _track, scenario in rows if scenario is not None)
        kept = memory_of(user)["_closed_tracks"] = (standing, tracks, scenarios)
    return kept[1], kept[2]
