"""Another partner for who is left: after a no, after silence, and when a partner drops out later.

Each time a scenario that follows the proposal looks for the next best. Accepted pairs and pairs that still wait for an
answer are not in it, so that nothing that stands is broken; it goes the same road as every scenario.
"""

from collections.abc import Sequence

from django.db import transaction

from applications.enums import CallStatus
from applications.models import Call, Track
from matching.enums import ProposalStatus, RuleKind, ScenarioStatus
from matching.models import PairRule, Partnership, Proposal, Scenario
from matching.selectors.candidates import DEAD_PROPOSALS, matchable
from matching.selectors.reopening import tracks_to_fill
from matching.services.letters_reopening import send_follow_up, send_reopened
from matching.services.moving import free_application, lock_proposal, move_proposal, move_scenario
from matching.services.scenarios import OPEN_STATES, request_solving
from sdgpartners.core.history import because
from sdgpartners.core.references import next_reference
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side

NAME_LENGTH = 80


@transaction.atomic
def reopen_for_match(
    *, partnership: Partnership, side: Side, actor: User | None, reason: str
) -> Scenario | None:
    """Let the municipality that is left on `side` of a partnership be matched again; its partner's place is free.

    Its application goes back from matched to confirmed, the proposal to ended, and a follow-up scenario is made and
    queued for solving. The partnership itself is the caller's: it has ended, or this side was freed while it is
    suspended. May be called once for each side. Safe to run twice: the follow-up that is there already is returned.
    None where nothing can be looked for: no proposal stands behind the partnership, the municipality withdrew, the call
    was cancelled, or no country of the call takes part. Locks the proposal, then the application, then the call. Mails
    `match_reopened` and `match_follow_up` to coordinators. Raises MoveNotAllowed for a proposal that
    was never accepted.
    """
    if partnership.proposal_id is None:
        return None
    proposal = lock_proposal(Proposal(pk=partnership.proposal_id))
    left = proposal.north if side == Side.NORTH else proposal.south
    with because(actor, reason):
        if proposal.status != ProposalStatus.ENDED:
            move_proposal(proposal, ProposalStatus.ENDED)
            proposal.save(update_fields=["status"])
        if not free_application(left):
            return latest_follow_up(proposal)
    scenario = follow_up(proposal=proposal, actor=actor)
    send_reopened(partnership, left, scenario, reason, actor)
    return scenario


def follow_up(*, proposal: Proposal, actor: User | None) -> Scenario | None:
    """The scenario that follows a proposal which came apart, queued for solving; None where no country takes part.

    For callers that hold the lock of the proposal and have just moved it. Locks the call, so that two that come apart
    at the same moment know of each other: an earlier follow-up over the same tracks that nobody has put forward is
    replaced by this one, and what people said on its pairs moves along.
    """
    call = Call.objects.select_for_update(no_key=True).get(pk=proposal.track.call_id)
    tracks = tracks_to_fill(proposal, [proposal.scenario])
    earlier = _open_follow_ups(call, tracks)
    sources = [*earlier, proposal.scenario]
    if earlier:
        tracks = tracks_to_fill(proposal, sources)
    if not tracks or call.status == CallStatus.CANCELLED:
        return None
    origin = sources[0]
    countries = {str(track.partner_country.country_id) for track in tracks}
    # Coordinators of another country may read along: not who said no, nor why.
    with because(None, proposal.reference):
        scenario = Scenario.objects.create(
            reference=next_reference("SCN"),
            call=call,
            name=_name(proposal, tracks),
            objective=origin.objective,
            prefer_points=origin.prefer_points,
            trial_weights={key: row for key, row in origin.trial_weights.items() if key in countries},
            copied_from=origin,
            follows=proposal,
        )
        scenario.tracks.set(tracks)
        _copy_rules(scenario, sources, tracks)
        for row in earlier:
            move_scenario(row, ScenarioStatus.SUPERSEDED)
            row.save(update_fields=["status"])
    # Asked by the portal: a municipality that declines is no coordinator who waits for a result.
    request_solving(scenario=scenario, actor=None)
    send_follow_up(scenario, proposal, actor)
    return scenario


def latest_follow_up(proposal: Proposal) -> Scenario | None:
    """The newest scenario that was made because this proposal came apart."""
    return Scenario.objects.filter(follows=proposal.pk).order_by("-pk").first()


def _open_follow_ups(call: Call, tracks: Sequence[Track]) -> list[Scenario]:
    """Follow-ups over one of `tracks` on which nobody was asked to decide yet, locked, the newest first."""
    shared = Scenario.objects.filter(tracks__in=[track.pk for track in tracks]).order_by()
    rows = Scenario.objects.select_for_update(of=("self",)).filter(
        call=call,
        pk__in=shared.values("pk"),
        follows__isnull=False,
        status__in=OPEN_STATES,
        put_forward_at__isnull=True,
    )
    return list(rows.order_by("-pk"))


def _name(proposal: Proposal, tracks: Sequence[Track]) -> str:
    """In no language: the proposal and its names. Where coordinators of another country read along, only the Flemish
    one, and that only if it chose their country, so that they know it."""
    elsewhere = {track.pk for track in tracks} - {proposal.track_id}
    names = [proposal.north.municipality.name, proposal.south.municipality.name]
    if elsewhere:
        chosen = set(proposal.north.preferences.values_list("track", flat=True))
        names = names[:1] if elsewhere <= chosen else []
    return " · ".join(part for part in (proposal.reference, " – ".join(names)) if part)[:NAME_LENGTH]


def _copy_rules(scenario: Scenario, sources: Sequence[Scenario], tracks: Sequence[Track]) -> None:
    """What people said on pairs of those who are left on `tracks`, with who said it and why; the newest word on a pair
    holds.

    A pair that came apart is neither fixed nor preferred again, and of two fixed pairs with one municipality the newer
    stands.
    """
    still = set(matchable(scenario.call).values_list("pk", flat=True))
    apart = set(
        Proposal.objects.filter(scenario__call=scenario.call_id, status__in=DEAD_PROPOSALS).values_list(
            "north", "south"
        )
    )
    kept: dict[tuple[int, int], PairRule] = {}
    fixed: set[int] = set()
    for source in sources:
        for rule in PairRule.objects.filter(scenario=source, south__track__in=tracks).order_by("-pk"):
            pair = (rule.north_id, rule.south_id)
            if pair in kept or not still.issuperset(pair):
                continue
            if rule.kind != RuleKind.FORBID and pair in apart:
                continue
            if rule.kind == RuleKind.LOCK and not fixed.isdisjoint(pair):
                continue
            fixed |= set(pair) if rule.kind == RuleKind.LOCK else set()
            kept[pair] = rule
    for rule in kept.values():
        PairRule.objects.create(
            scenario=scenario,
            north_id=rule.north_id,
            south_id=rule.south_id,
            kind=rule.kind,
            reason=rule.reason,
            set_by_id=rule.set_by_id,
        )
