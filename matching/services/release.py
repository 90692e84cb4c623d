"""Release: the approved pairs become proposals, and everybody in the scenario hears what it means."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from matching.enums import ScenarioStatus
from matching.errors import HasInterest, NoLongerPossible, NotEntitled
from matching.models import Proposal, Scenario
from matching.selectors.candidates import matchable
from matching.selectors.conflicts import steps_out_of
from matching.selectors.scenarios import lost_candidates, proposed_scores
from matching.services.letters import send_proposals, send_unmatched
from matching.services.moving import lock_scenario, move_scenario
from sdgpartners.core import clock
from sdgpartners.core.history import because
from sdgpartners.core.references import next_reference
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing
from sdgpartners.programme.selectors import rules_on


@transaction.atomic
def release_scenario(*, scenario: Scenario, actor: User) -> list[Proposal]:
    """Propose every pair to both municipalities and write to those left unmatched. Locks the scenario.

    Accepting is possible until today + the programme's days to accept. The applications stay confirmed until
    both have accepted. Other endorsed scenarios over the same tracks count as replaced from now on. Mails:
    `proposal_released`, `match_unmatched`. Raises NotEntitled unless the actor coordinates for the lead of
    the programme, HasInterest for who steps out of a track, NoLongerPossible when a paired municipality is
    gone, MoveNotAllowed.
    """
    scenario = lock_scenario(scenario)
    if not read_standing(actor).leads(scenario.call.programme, AssociationRole.COORDINATOR):
        raise NotEntitled
    if steps_out_of(actor, scenario):
        raise HasInterest
    with because(actor):
        move_scenario(scenario, ScenarioStatus.RELEASED)
        scenario.released_at = clock.now()
        scenario.save()
        proposals = _propose(scenario)
        _replace_others(scenario)
    send_proposals(proposals, actor)
    reasons = {row["id"]: row["reason"] for row in scenario.result["unmatched"]}
    left = matchable(scenario.call).filter(reference__in=reasons).select_related("call", "municipality")
    send_unmatched(left, reasons, actor)
    return proposals


def _replace_others(scenario: Scenario) -> None:
    """What was endorsed or approved over the same tracks has lost its candidates."""
    others = Scenario.objects.filter(
        tracks__in=scenario.tracks.all(), status__in=(ScenarioStatus.ENDORSED, ScenarioStatus.APPROVED)
    ).exclude(pk=scenario.pk)
    for row in Scenario.objects.select_for_update().filter(pk__in=others.values("pk")):
        move_scenario(row, ScenarioStatus.SUPERSEDED)
        row.save(update_fields=["status"])


def _propose(scenario: Scenario) -> list[Proposal]:
    pairs = proposed_scores(scenario)
    if lost := lost_candidates(scenario, pairs):
        raise NoLongerPossible(names=", ".join(lost))
    days = rules_on(scenario.call.programme).acceptance_days
    accept_by = clock.today() + timedelta(days=days)
    return [
        Proposal.objects.create(
            reference=next_reference("PRO"),
            scenario=scenario,
            track=pair.track,
            north=pair.north,
            south=pair.south,
            score=pair.score or Decimal(0),
            parts=pair.parts,
            accept_by=accept_by,
        )
        for pair in pairs
    ]
