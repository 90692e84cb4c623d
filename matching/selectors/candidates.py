"""Who can be matched on a track, as the pairing reads it: candidates, what bars them, topics, places left."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.enums import ApplicationStatus, DecisionOutcome
from applications.models import Application, Call, Decision, Interest, Track, TrackPreference
from matching.enums import PartnershipStatus, ProposalStatus, ScorePart
from matching.models import Partnership, Proposal
from matching.pairing import Candidate, PairTable, Topic
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.enums import Side, TwinningStatus
from sdgpartners.programme.models import Subtheme, TownTwinning

DEAD_PROPOSALS = (ProposalStatus.DECLINED, ProposalStatus.LAPSED)
DEAD_PARTNERSHIPS = (PartnershipStatus.CLOSED, PartnershipStatus.ENDED_EARLY)


@dataclass(frozen=True)
class TrackInputs:
    """What is matched on one track. `places`: what living proposals have left of the track's places."""

    track: Track
    table: PairTable
    places: int


@dataclass(frozen=True)
class _Facts:
    """What all tracks of a call share, each read in one statement."""

    applications: list[Application]
    offers: Mapping[int, Mapping[int, int]]
    asks: Mapping[int, Mapping[int, int]]
    ranks: Mapping[tuple[int, int], int]
    confirmed: frozenset[tuple[int, int]]
    totals: Mapping[tuple[int, int], float]
    in_partnership: frozenset[int]
    twinned: frozenset[int]
    topics: list[Topic]
    pair_bars: Mapping[tuple[str, str], str]


def matchable(call: Call) -> QuerySet[Application]:
    """Confirmed applications of a call that no living proposal holds."""
    living = Proposal.objects.exclude(status__in=DEAD_PROPOSALS)
    return (
        Application.objects.filter(call=call, status=ApplicationStatus.CONFIRMED)
        .exclude(Exists(living.filter(north=OuterRef("pk"))))
        .exclude(Exists(living.filter(south=OuterRef("pk"))))
        .select_related("municipality")
        .order_by("municipality__name", "reference")
    )


def read_tracks(call: Call, tracks: Iterable[Track]) -> list[TrackInputs]:
    """The inputs of each track, in the order given; statements do not grow with the rows.

    Northern candidates are those who chose one of `tracks` and are selected and confirmed for it.
    """
    facts = _read_facts(call)
    wanted = list(tracks)
    north = [
        row
        for row in facts.applications
        if row.side == Side.NORTH and any(not _selection_bar(row, track, facts) for track in wanted)
    ]
    return [_track_inputs(track, north, facts) for track in wanted]


def _read_facts(call: Call) -> _Facts:
    applications = list(matchable(call))
    keys = [row.pk for row in applications]
    offers: dict[int, dict[int, int]] = defaultdict(dict)
    asks: dict[int, dict[int, int]] = defaultdict(dict)
    for interest in Interest.objects.filter(application__in=keys):
        offers[interest.application_id][interest.subtheme_id] = interest.offer
        asks[interest.application_id][interest.subtheme_id] = interest.ask
    decisions = list(Decision.objects.filter(application__in=keys, released_at__isnull=False))
    municipalities = [row.municipality_id for row in applications]
    return _Facts(
        applications=applications,
        offers=offers,
        asks=asks,
        ranks={
            (row.application_id, row.track_id): row.rank
            for row in TrackPreference.objects.filter(application__in=keys)
        },
        confirmed=frozenset(
            (row.application_id, row.track_id)
            for row in decisions
            if row.outcome == DecisionOutcome.SELECTED and row.confirmed_at is not None
        ),
        totals={
            (row.application_id, row.track_id): float(row.total) for row in decisions if row.total is not None
        },
        in_partnership=_in_partnership(),
        twinned=frozenset(
            TownTwinning.objects.filter(south__in=municipalities, status=TwinningStatus.KNOWN)
            .order_by()
            .values_list("south_id", flat=True)
        ),
        topics=_topics(call),
        pair_bars=dict.fromkeys(
            Proposal.objects.filter(scenario__call=call, status__in=DEAD_PROPOSALS).values_list(
                "north__reference", "south__reference"
            ),
            "declined",
        ),
    )


def living_partnerships(municipality: int | None = None) -> QuerySet[Partnership]:
    """Partnerships that keep their municipalities from being matched anew; those of one municipality."""
    living = Partnership.objects.exclude(status__in=DEAD_PARTNERSHIPS).order_by()
    return living if municipality is None else living.filter(Q(north=municipality) | Q(south=municipality))


def _in_partnership() -> frozenset[int]:
    return frozenset(pk for pair in living_partnerships().values_list("north_id", "south_id") for pk in pair)


def _topics(call: Call) -> list[Topic]:
    rows = (
        Subtheme.objects.filter(theme__programme_id=call.programme_id)
        .select_related("theme")
        .prefetch_related("goals", "targets__goal")
    )
    return [_topic(row) for row in rows]


def _topic(row: Subtheme) -> Topic:
    goals = {goal.number: goal for goal in row.goals.all()}
    goals |= {target.goal_id: target.goal for target in row.targets.all()}
    pillars = {str(goal.pillar_id) for goal in goals.values()}
    if row.theme.pillar_id:
        pillars.add(str(row.theme.pillar_id))
    return Topic(
        id=row.pk,
        titles={code: getattr(row, f"title_{code}") for code in LANGUAGE_CODES},
        goals=frozenset(goals),
        targets=frozenset(target.code for target in row.targets.all()),
        pillars=frozenset(pillars),
    )


def _track_inputs(track: Track, applicants: list[Application], facts: _Facts) -> TrackInputs:
    north = [_candidate(row, track, facts, _bar_of_north(row, track, facts)) for row in applicants]
    eligible = frozenset(track.eligible.values_list("pk", flat=True))
    south = [
        _candidate(row, track, facts, _bar_of_south(row, track, facts, eligible))
        for row in facts.applications
        if row.track_id == track.pk
    ]
    taken = Proposal.objects.filter(track=track).exclude(status__in=DEAD_PROPOSALS).count()
    weights = {part.value: int(getattr(track, f"match_weight_{part.value}")) for part in ScorePart}
    return TrackInputs(
        track=track,
        table=PairTable(north, south, facts.topics, weights, facts.pair_bars),
        places=max(track.places - taken, 0),
    )


def _candidate(row: Application, track: Track, facts: _Facts, barred: str) -> Candidate:
    return Candidate(
        id=row.reference,
        name=row.municipality.name,
        offers=facts.offers.get(row.pk, {}),
        asks=facts.asks.get(row.pk, {}),
        languages=frozenset(row.working_languages),
        population=row.municipality.population,
        character=row.character or row.municipality.character,
        rank=facts.ranks.get((row.pk, track.pk)),
        application_score=facts.totals.get((row.pk, track.pk)),
        barred=barred,
    )


def _bar_of_north(row: Application, track: Track, facts: _Facts) -> str:
    if row.municipality_id in facts.in_partnership:
        return "in_partnership"
    return _selection_bar(row, track, facts)


def _selection_bar(row: Application, track: Track, facts: _Facts) -> str:
    if (row.pk, track.pk) not in facts.ranks:
        return "not_ranked"
    return "" if (row.pk, track.pk) in facts.confirmed else "not_selected"


def _bar_of_south(row: Application, track: Track, facts: _Facts, eligible: frozenset[int]) -> str:
    country = track.partner_country
    if country.suspended_since is not None:
        return "country_suspended"
    if eligible and row.municipality_id not in eligible:
        return "not_eligible"
    if country.excludes_twinned and row.municipality_id in facts.twinned:
        return "twinned"
    return "in_partnership" if row.municipality_id in facts.in_partnership else ""
