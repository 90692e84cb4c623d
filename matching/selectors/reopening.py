"""What stands open again after a pair came apart: the countries that take part, and who looks for new partners."""

from collections.abc import Collection, Iterable

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from applications.enums import ApplicationStatus
from applications.models import Application, Call, Track
from matching.enums import ProposalStatus, ScenarioStatus
from matching.models import Partnership, Proposal, Scenario
from matching.selectors.candidates import DEAD_PROPOSALS, matchable


def tracks_to_fill(proposal: Proposal, sources: Iterable[Scenario]) -> list[Track]:
    """The tracks on which a new partner is looked for: the proposal's own, and of those that `sources` looked at each
    with a place left and somebody without a partner. Countries with which cooperation is suspended stay out; if that
    leaves none, every other track of the call with a place and a candidate takes part. Three statements at most."""
    open_tracks = (
        Track.objects.filter(call=proposal.track.call_id, partner_country__suspended_since__isnull=True)
        .order_by("partner_country__country")
        .select_related("partner_country")
    )
    filled = with_room(proposal.track.call, open_tracks)
    looked_at = filled.filter(scenarios__in=[row.pk for row in sources])
    keys = set(looked_at.values_list("pk", flat=True))
    if proposal.track.partner_country.suspended_since is None:
        keys.add(proposal.track_id)
    return list(open_tracks.filter(pk__in=keys)) if keys else list(filled)


def with_room(call: Call, tracks: QuerySet[Track]) -> QuerySet[Track]:
    """Those with a place that no living proposal takes and a southern candidate without a partner."""
    living = Count("proposals", filter=~Q(proposals__status__in=DEAD_PROPOSALS), distinct=True)
    waiting = matchable(call).order_by().filter(track=OuterRef("pk"))
    return tracks.annotate(taken=living).filter(Exists(waiting), places__gt=F("taken"))


def follow_ups_of(proposal: Proposal) -> list[Scenario]:
    """The scenarios that look, or looked, for new partners after this proposal, the newest first: its own, and what was
    made from it in its place before its pairs were proposed. One statement."""
    rows = (
        Scenario.objects.filter(call=proposal.track.call_id, copied_from__isnull=False)
        .defer("inputs", "result", "weights")
        .order_by("pk")
    )
    found: dict[int, Scenario] = {}
    for row in rows:
        source = found.get(row.copied_from_id or 0)
        if row.follows_id == proposal.pk or (source and source.status != ScenarioStatus.RELEASED):
            found[row.pk] = row
    return list(found.values())[::-1]


def came_apart_before(proposal: Proposal) -> Partnership | None:
    """The partnership whose place the one of this proposal takes: of a candidate in it that lost its partner, of the
    same country first, the newest. None for a first match."""
    mine = Q(proposal__north=proposal.north_id) | Q(proposal__south=proposal.south_id)
    rows = list(Partnership.objects.filter(mine, proposal__status=ProposalStatus.ENDED).order_by("-pk"))
    country = proposal.track.partner_country_id
    return next((row for row in rows if row.partner_country_id == country), rows[0] if rows else None)


def latest_proposals(municipalities: Collection[int]) -> list[Proposal]:
    """The newest proposal of each candidate among these municipalities (primary keys) that is confirmed and not matched
    yet, whether it waits or came apart: where its people read how things stand. One statement, none without any."""
    if not municipalities:
        return []
    candidate = ApplicationStatus.CONFIRMED
    north = Q(north__municipality__in=municipalities, north__status=candidate)
    south = Q(south__municipality__in=municipalities, south__status=candidate)
    rows = Proposal.objects.filter(north | south).select_related("north__municipality", "south__municipality")
    found: dict[int, Proposal] = {}
    for row in rows.order_by("-pk"):
        for one in (row.north, row.south):
            if one.municipality_id in municipalities and one.status == candidate:
                found.setdefault(one.pk, row)
    return list({row.pk: row for row in found.values()}.values())


def next_proposals(proposal: Proposal, applications: Iterable[Application]) -> list[Proposal]:
    """The matches that were proposed later to these applications of `proposal` and that stand, with their names."""
    keys = [row.pk for row in applications]
    rows = Proposal.objects.exclude(status__in=DEAD_PROPOSALS).filter(pk__gt=proposal.pk)
    return list(
        rows.filter(Q(north__in=keys) | Q(south__in=keys))
        .select_related("north__municipality", "south__municipality")
        .order_by("pk")
    )
