"""What a solved scenario comes to, read from what it keeps: who stays without a partner, what else was possible, what
stands in the way of its release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.models import Track
from matching.models import PairScore, Proposal, Scenario
from matching.selectors.candidates import DEAD_PROPOSALS
from matching.selectors.room import OTHER_TRACK
from matching.selectors.scenarios import lost_candidates


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A candidate without a partner: application reference, name when it was solved, country of a southern one, the
    code of the reason."""

    reference: str
    name: str
    country: str
    reason: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a scenario cannot be released now."""

    text: str | Promise
    params: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return str(self.text) % dict(self.params) if self.params else str(self.text)


def names_of(scenario: Scenario) -> Mapping[str, str]:
    """The names of the candidates when it was solved, by application reference."""
    names: Mapping[str, str] = scenario.inputs.get("names", {})
    return names


def groups_of(scenario: Scenario) -> Mapping[str, str]:
    """The country code of each southern candidate, by application reference."""
    return {row["id"]: row["group"] for row in scenario.inputs.get("problem", {}).get("south", [])}


def unmatched_in(scenario: Scenario, tracks: Sequence[Track]) -> list[Unmatched]:
    """Who stays without a partner, as far as the countries of `tracks` concern them: everybody for who sees all
    countries, else southern ones of these and Flemish ones who are candidates there (one statement)."""
    names, groups = names_of(scenario), groups_of(scenario)
    countries = {str(track.partner_country.country_id) for track in tracks}
    rows = [
        Unmatched(row["id"], names.get(row["id"], ""), groups.get(row["id"], ""), row["reason"])
        for row in scenario.result.get("unmatched", [])
    ]
    if countries >= set(groups.values()):
        return rows
    scores = PairScore.objects.filter(scenario=scenario, track__in=tracks).exclude(barred_by__in=OTHER_TRACK)
    north = set(scores.values_list("north__reference", flat=True).distinct())
    return [row for row in rows if (row.country in countries if row.country else row.reference in north)]


def obstacles(scenario: Scenario, pairs: Sequence[PairScore]) -> list[Obstacle]:
    """What stands in the way of proposing `pairs` now: a municipality that cannot be matched any more, a country with
    which cooperation is suspended, more pairs than places are left. Three statements."""
    found = []
    if lost := lost_candidates(scenario, list(pairs)):
        text = _("%(names)s cannot be matched any more. Solve the scenario again.")
        found.append(Obstacle(text, (("names", ", ".join(lost)),)))
    by_track: dict[int, list[PairScore]] = {}
    for pair in pairs:
        by_track.setdefault(pair.track_id, []).append(pair)
    taken = places_taken(by_track)
    for key, rows in by_track.items():
        track = rows[0].track
        if track.partner_country.suspended_since is not None:
            text = _("Cooperation with %(country)s is suspended.")
            found.append(Obstacle(text, (("country", track.partner_country.country),)))
        left = track.places - taken.get(key, 0)
        if len(rows) > left:
            text = _(
                "%(country)s: %(count)s pairs for %(left)s places that are left. Solve the scenario again."
            )
            about = (("country", track.partner_country.country), ("count", len(rows)), ("left", max(left, 0)))
            found.append(Obstacle(text, about))
    return found


def places_taken(tracks: Mapping[int, object]) -> dict[int, int]:
    """How many places living proposals take on each of these tracks (primary keys); one statement."""
    rows = Proposal.objects.filter(track__in=list(tracks)).exclude(status__in=DEAD_PROPOSALS)
    taken: dict[int, int] = {}
    for key in rows.values_list("track_id", flat=True):
        taken[key] = taken.get(key, 0) + 1
    return taken
