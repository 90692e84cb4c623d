"""Who can be matched on a track, as the pairing reads it: candidates, what bars them, topics, places left."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.enums import ApplicationStatus, DecisionOutcome
from applications.models import (
    Application,
    Call,
    Decision,
    Interest,
    PartnerPreference,
    Track,
    TrackPreference,
)
from matching.enums import PartnershipStatus, ProposalStatus, ScorePart
from matching.models import Partnership, Proposal
from matching.pairing import Candidate, PairTable, Topic
from matching.pairing_input import TopicId
from matching.selectors.hard_rules import Known, bar_of_north, bar_of_south, selection_bar
from matching.selectors.topics import named_goals, topics_of
from sdgpartners.programme.enums import Side, TwinningStatus
from sdgpartners.programme.models import TownTwinning

DEAD_PROPOSALS = (ProposalStatus.DECLINED, ProposalStatus.LAPSED, ProposalStatus.ENDED)
DEAD_PARTNERSHIPS = (PartnershipStatus.CLOSED, PartnershipStatus.ENDED_EARLY)
Levels = Mapping[int, Mapping[TopicId, int]]


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
    offers: Levels
    asks: Levels
    named: Mapping[int, frozenset[str]]
    wishes: Mapping[tuple[int, int], Mapping[int, int]]
    known: Known
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
        if row.side == Side.NORTH and any(not selection_bar(row, track, facts.known) for track in wanted)
    ]
    return [_track_inputs(track, north, facts) for track in wanted]


def living_partnerships(municipality: int | None = None) -> QuerySet[Partnership]:
    """Partnerships that keep their municipalities from being matched anew; those of one municipality. A Flemish
    municipality that was set free while its partnership is suspended is not kept any more."""
    living = Partnership.objects.exclude(status__in=DEAD_PARTNERSHIPS).order_by()
    if municipality is None:
        return living
    return living.filter(Q(north=municipality, north_free_since__isnull=True) | Q(south=municipality))


def still_free(call: Call) -> QuerySet[Application]:
    """Who can be matched and is in no partnership that lives, nor merged with a municipality that is in one."""
    here = [OuterRef(one) for one in ("municipality", "municipality__successor")]
    north = reduce(or_, (Q(north=one) | Q(north__successor=one) for one in here))
    south = reduce(or_, (Q(south=one) | Q(south__successor=one) for one in here))
    held = living_partnerships().filter((north & Q(north_free_since__isnull=True)) | south)
    return matchable(call).exclude(Exists(held))


def _in_partnership() -> frozenset[int]:
    """Also what a municipality in a partnership has merged into."""
    rows = living_partnerships().values_list(
        "north_id", "north__successor_id", "north_free_since", "south_id", "south__successor_id"
    )
    held: set[int | None] = set()
    for north, north_now, free_since, south, south_now in rows:
        held |= {south, south_now} if free_since else {north, north_now, south, south_now}
    return frozenset(pk for pk in held if pk is not None)


def _read_facts(call: Call) -> _Facts:
    applications = list(matchable(call))
    keys = [row.pk for row in applications]
    offers, asks = _levels(keys)
    named = named_goals(keys)
    return _Facts(
        applications=applications,
        offers=offers,
        asks=asks,
        named=named,
        wishes=_wishes(keys),
        known=_known(call, applications),
        topics=topics_of(call, frozenset().union(*named.values())),
        pair_bars=dict.fromkeys(
            Proposal.objects.filter(scenario__call=call, status__in=DEAD_PROPOSALS).values_list(
                "north__reference", "south__reference"
            ),
            "declined",
        ),
    )


def _levels(keys: list[int]) -> tuple[Levels, Levels]:
    """Offers and asks by application and subtheme."""
    offers: dict[int, dict[TopicId, int]] = defaultdict(dict)
    asks: dict[int, dict[TopicId, int]] = defaultdict(dict)
    for interest in Interest.objects.filter(application__in=keys):
        offers[interest.application_id][interest.subtheme_id] = interest.offer
        asks[interest.application_id][interest.subtheme_id] = interest.ask
    return offers, asks


def _wishes(keys: list[int]) -> Mapping[tuple[int, int], Mapping[int, int]]:
    """The partners that each application named on a track whose call lets partners be named: rank by municipality,
    also by the one that it has merged into."""
    rows = PartnerPreference.objects.filter(application__in=keys, track__partner_choices__gt=0).order_by(
        "-rank"
    )
    found: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for application, track, place, now, rank in rows.values_list(
        "application_id", "track_id", "municipality_id", "municipality__successor_id", "rank"
    ):
        found[application, track] |= {pk: rank for pk in (place, now) if pk is not None}
    return found


def _known(call: Call, applications: list[Application]) -> Known:
    keys = [row.pk for row in applications]
    decisions = list(Decision.objects.filter(application__in=keys, released_at__isnull=False))
    twins = TownTwinning.objects.filter(
        south__in=[row.municipality_id for row in applications], status=TwinningStatus.KNOWN
    )
    return Known(
        call=call,
        ranks={
            (row.application_id, row.track_id): row.rank
            for row in TrackPreference.objects.filter(application__in=keys)
        },
        confirmed=frozenset(
            (row.application_id, row.track_id)
            for row in decisions
            if row.outcome == DecisionOutcome.SELECTED and row.confirmed_at is not None
        ),
        totals={(row.application_id, row.track_id): row.total for row in decisions if row.total is not None},
        in_partnership=_in_partnership(),
        known_twins=frozenset(
            pk for pk in twins.order_by().values_list("south_id", flat=True) if pk is not None
        ),
    )


def _track_inputs(track: Track, applicants: list[Application], facts: _Facts) -> TrackInputs:
    north = [_candidate(row, track, facts, bar_of_north(row, track, facts.known)) for row in applicants]
    listed = _listed(track)
    south = [
        _candidate(row, track, facts, bar_of_south(row, track, facts.known, listed))
        for row in facts.applications
        if row.track_id == track.pk
    ]
    # What somebody marked for another country says nothing of this one: its subthemes are those of another theme.
    topics = [topic for topic in facts.topics if topic.theme in (None, track.theme_id)]
    taken = Proposal.objects.filter(track=track).exclude(status__in=DEAD_PROPOSALS).count()
    return TrackInputs(
        track=track,
        table=PairTable(north, south, topics, weights_of(track), facts.pair_bars),
        places=max(track.places - taken, 0),
    )


def weights_of(track: Track) -> dict[str, int]:
    """The weights of the parts on a track."""
    return {part.value: int(getattr(track, f"match_weight_{part.value}")) for part in ScorePart}


def _listed(track: Track) -> frozenset[int]:
    """The municipalities on the list of the track, and what they have merged into; empty: all of the country."""
    rows = track.eligible.order_by().values_list("pk", "successor_id")
    return frozenset(pk for both in rows for pk in both if pk is not None)


def _candidate(row: Application, track: Track, facts: _Facts, barred: str) -> Candidate:
    total = facts.known.totals.get((row.pk, track.pk))
    return Candidate(
        id=row.reference,
        name=row.municipality.name,
        offers=facts.offers.get(row.pk, {}),
        asks=facts.asks.get(row.pk, {}),
        named=facts.named.get(row.pk, frozenset()),
        languages=frozenset(row.working_languages),
        population=row.municipality.population,
        character=row.character or row.municipality.character,
        rank=facts.known.ranks.get((row.pk, track.pk)),
        place=row.municipality_id,
        wishes=facts.wishes.get((row.pk, track.pk), {}),
        application_score=None if total is None else float(total),
        barred=barred,
    )
