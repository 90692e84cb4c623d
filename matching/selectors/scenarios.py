"""Reads of scenarios: who is in one, which pairs it proposes, what still stands in the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Value
from django.db.models.functions import Concat

from applications.models import Call, Track
from matching.models import Approval, PairScore, Scenario
from matching.selectors.candidates import matchable, still_free
from sdgpartners.programme.models import Association


def proposed_scores(scenario: Scenario) -> list[PairScore]:
    """The pairs of the result with their scores and reasons, by country and northern name."""
    chosen = [f"{north}.{south}" for north, south, _score in scenario.result.get("pairs", [])]
    named = Concat("north__reference", Value("."), "south__reference")
    pairs = scenario.pair_scores.annotate(named=named).filter(named__in=chosen)
    rows = pairs.select_related(
        "track__partner_country__country",
        "track__partner_country__association",
        "track__partner_country__programme__lead_association",
        "track__theme",
        "north__municipality__country",
        "south__municipality__country",
    )
    return sorted(rows, key=lambda row: (row.track.partner_country.country_id, row.north.municipality.name))


def lost_candidates(scenario: Scenario, pairs: list[PairScore]) -> list[str]:
    """The municipalities in `pairs` that cannot be matched any more: withdrawn, or in another proposal or a partnership
    by now."""
    still = set(still_free(scenario.call).values_list("pk", flat=True))
    return [
        row.municipality.name for pair in pairs for row in (pair.north, pair.south) if row.pk not in still
    ]


def gone_from(call: int, references: Iterable[str]) -> list[str]:
    """Which applications of a call (primary key) cannot be matched any more, in the order given; one statement."""
    wanted = list(references)
    still = set(
        matchable(Call(pk=call)).order_by().filter(reference__in=wanted).values_list("reference", flat=True)
    )
    return [one for one in wanted if one not in still]


@dataclass(frozen=True)
class TrackApproval:
    """The two approvals that a track needs: by the association that runs the programme, and by its own."""

    track: Track
    association: Association
    approval: Approval | None


def approvals_of(scenario: Scenario, tracks: Sequence[Track] | None = None) -> list[TrackApproval]:
    """Every approval that the scenario (or those tracks of it) needs, given or not, track by track."""
    wanted = tracks if tracks is not None else _tracks(scenario)
    given = {
        (row.track_id, row.association_id): row
        for row in Approval.objects.filter(scenario=scenario).select_related("approved_by")
    }
    return [
        TrackApproval(track, association, given.get((track.pk, association.pk)))
        for track in wanted
        for association in associations_for(track)
    ]


def _tracks(scenario: Scenario) -> QuerySet[Track]:
    return scenario.tracks.select_related(
        "partner_country__country",
        "partner_country__association",
        "partner_country__programme__lead_association",
    ).order_by("partner_country__country")


def associations_for(track: Track) -> list[Association]:
    """Who approves a track: the programme's lead and the country's own; one where they are the same."""
    country = track.partner_country
    lead = country.programme.lead_association
    return [lead] if lead.pk == country.association_id else [lead, country.association]
