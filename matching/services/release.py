"""Release: the approved pairs become proposals, and everybody in the scenario hears what it means."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Call
from matching.enums import ScenarioStatus
from matching.errors import HasInterest, LettersChanged, NoLongerPossible, NotEntitled
from matching.models import PairScore, Proposal, Scenario
from matching.selectors.candidates import DEAD_PROPOSALS, matchable
from matching.selectors.interests import interests_of
from matching.selectors.outcome import obstacles
from matching.selectors.scenarios import lost_candidates, proposed_scores
from matching.services.decisions import keep_stepped_out
from matching.services.moving import lock_scenario, move_scenario
from matching.services.release_letters import fingerprint, letters_of, send_letters
from matching.services.reopening import follow_up
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.core.references import next_reference
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing
from sdgpartners.programme.selectors import rules_on


@transaction.atomic
def release_scenario(*, scenario: Scenario, actor: User, seen: str = "") -> list[Proposal]:
    """Propose every pair to both municipalities and write to those left unmatched.

    Locks the applications of the pairs, so that none is withdrawn meanwhile, then the call and the scenario, so that of
    two releases over the same places the second finds what the first took. Accepting is possible until today + the
    programme's days to accept. The applications stay confirmed until both have accepted. Other endorsed or approved
    scenarios that this one makes impossible count as replaced from now on; a search for new partners among them begins
    again while somebody waits. Mails: `proposal_released`, `match_unmatched`. Raises NotEntitled unless the actor
    coordinates for the lead of the programme, HasInterest when they have to do with a candidate, LettersChanged where
    `seen`, the fingerprint of the letters that were looked at, is not theirs, NoLongerPossible when a paired
    municipality is gone, DomainError for another obstacle (suspended country, too few places), MoveNotAllowed.
    """
    _lock_candidates(scenario)
    call = Call.objects.select_for_update(no_key=True).get(pk=scenario.call_id)
    scenario = lock_scenario(scenario)
    if not read_standing(actor).leads(call.programme_id, AssociationRole.COORDINATOR):
        raise NotEntitled(_("Only coordinators of the association that runs the programme release."))
    if interests_of(actor, scenario):
        raise HasInterest
    accept_by = acceptance_day(scenario)
    with because(actor):
        move_scenario(scenario, ScenarioStatus.RELEASED)
        pairs = proposed_scores(scenario)
        _require_possible(scenario, pairs)
        letters = letters_of(scenario, pairs, accept_by)
        if seen and seen != fingerprint(letters):
            raise LettersChanged
        scenario.released_at = clock.now()
        keep_stepped_out(scenario)
        scenario.inputs = {
            **scenario.inputs,
            "released_by": {"person": actor.pk, "name": str(actor)},
            "letters": dict(Counter(row.kind for row in letters for _person in row.people)),
        }
        scenario.save()
        proposals = [_propose(scenario, pair, accept_by) for pair in pairs]
        _replace_others(scenario)
    send_letters(letters_of(scenario, proposals, accept_by), actor)
    return proposals


def _lock_candidates(scenario: Scenario) -> None:
    pairs = Scenario.objects.values_list("result__pairs", flat=True).get(pk=scenario.pk) or []
    references = [one for north, south, _score in pairs for one in (north, south)]
    rows = Application.objects.select_for_update(of=("self",), no_key=True).filter(reference__in=references)
    list(rows.order_by("pk").values_list("pk", flat=True))


def acceptance_day(scenario: Scenario) -> date:
    """The last day to accept what is released today, as the call counts days."""
    call = scenario.call
    return clock.today(call.time_zone) + timedelta(days=rules_on(call.programme).acceptance_days)


def _require_possible(scenario: Scenario, pairs: Sequence[PairScore]) -> None:
    if lost := lost_candidates(scenario, list(pairs)):
        raise NoLongerPossible(names=", ".join(lost))
    for obstacle in obstacles(scenario, pairs):
        raise DomainError(obstacle.text, **dict(obstacle.params))


def _propose(scenario: Scenario, pair: PairScore, accept_by: date) -> Proposal:
    return Proposal.objects.create(
        reference=next_reference("PRO"),
        scenario=scenario,
        track=pair.track,
        north=pair.north,
        south=pair.south,
        score=pair.score or Decimal(0),
        parts=pair.parts,
        accept_by=accept_by,
    )


def _replace_others(scenario: Scenario) -> None:
    """What was endorsed or approved over the same tracks and is not possible any more: it lost a candidate, or the
    places."""
    rows = Scenario.objects.filter(
        tracks__in=scenario.tracks.all(), status__in=(ScenarioStatus.ENDORSED, ScenarioStatus.APPROVED)
    ).exclude(pk=scenario.pk)
    locked = Scenario.objects.select_for_update(of=("self",)).select_related("call", "follows__track__call")
    for row in locked.filter(pk__in=rows.values("pk")).order_by("pk"):
        if obstacles(row, proposed_scores(row)):
            move_scenario(row, ScenarioStatus.SUPERSEDED)
            row.save(update_fields=["status"])
            if row.follows is not None and _somebody_waits(row):
                follow_up(proposal=row.follows, actor=None)


def _somebody_waits(scenario: Scenario) -> bool:
    """Whether a municipality of a pair that came apart, and for which the scenario looked, still has no partner."""
    apart = Proposal.objects.filter(scenario__call=scenario.call_id, status__in=DEAD_PROPOSALS)
    mine = Q(pk__in=apart.values("north")) | Q(pk__in=apart.values("south"))
    looked_for = list(scenario.inputs.get("names", {}))
    return matchable(scenario.call).filter(mine, reference__in=looked_for).exists()
