"""Who says yes to a scenario: the steering group with a minute, then two associations per track."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.models import Track
from matching.enums import ScenarioStatus
from matching.errors import HasInterest, NoLongerPossible, NotEntitled
from matching.models import Approval, Scenario
from matching.selectors.conflicts import is_closed_to, steps_out_of
from matching.selectors.scenarios import (
    approvals_of,
    associations_for,
    lost_candidates,
    proposed_scores,
)
from matching.services.moving import lock_scenario, move_scenario, require_state
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, SamePerson
from sdgpartners.core.history import because
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing
from sdgpartners.programme.models import Association


@transaction.atomic
def endorse_scenario(*, scenario: Scenario, minute: str, actor: User) -> Scenario:
    """The steering group endorses, with the minute of its meeting. Locks the scenario.

    Raises NotEntitled for an observer or stranger, HasInterest for a member who has a conflict with a
    candidate, Incomplete without a minute or pair, NoLongerPossible when a paired municipality is gone,
    MoveNotAllowed.
    """
    scenario = lock_scenario(scenario)
    _require_full_member(scenario, actor)
    if not minute.strip():
        raise Incomplete(_("Write the minute of the steering group. It is kept with the scenario."))
    move_scenario(scenario, ScenarioStatus.ENDORSED)
    pairs = proposed_scores(scenario)
    if not pairs:
        raise Incomplete(_("This scenario has no pairs."))
    if lost := lost_candidates(scenario, pairs):
        raise NoLongerPossible(names=", ".join(lost))
    with because(actor, minute):
        scenario.endorsed_at, scenario.endorsed_by = clock.now(), actor
        scenario.minute = minute.strip()
        scenario.save()
    return scenario


@transaction.atomic
def send_back_scenario(*, scenario: Scenario, reason: str, actor: User) -> Scenario:
    """Send a solved scenario back to the coordinators, or an endorsed one back to solved, with the reason.

    The steering group sends a solved one back, a coordinator whose association approves an endorsed one;
    approvals given so far are withdrawn. Locks the scenario. Raises NotEntitled, HasInterest, Incomplete
    without a reason, MoveNotAllowed.
    """
    scenario = lock_scenario(scenario)
    require_state(scenario.status, ScenarioStatus, ScenarioStatus.SOLVED, ScenarioStatus.ENDORSED)
    endorsed = scenario.status == ScenarioStatus.ENDORSED
    if endorsed:
        _require_approver(scenario, actor)
    else:
        _require_full_member(scenario, actor)
    if not reason.strip():
        raise Incomplete(_("Say why you send it back."))
    move_scenario(scenario, ScenarioStatus.SOLVED if endorsed else ScenarioStatus.DRAFT)
    with because(actor, reason):
        Approval.objects.filter(scenario=scenario).delete()
        scenario.sent_back_at, scenario.sent_back_by = clock.now(), actor
        scenario.sent_back_reason = reason.strip()
        scenario.endorsed_at = scenario.endorsed_by = None
        scenario.minute = ""
        scenario.save()
    return scenario


@transaction.atomic
def approve_track(
    *, scenario: Scenario, track: Track, association: Association, minute: str, actor: User
) -> Approval:
    """One association approves one track of an endorsed scenario. Locks the scenario.

    With the last missing approval the scenario is approved. Raises NotEntitled when the association does not
    approve this track or the actor does not coordinate for it, SamePerson when they approved it for the other
    association, HasInterest for who steps out of the track, DomainError when it was given already,
    MoveNotAllowed.
    """
    scenario = lock_scenario(scenario)
    require_state(scenario.status, ScenarioStatus, ScenarioStatus.ENDORSED)
    needed = [row for row in approvals_of(scenario) if row.track.pk == track.pk]
    mine = next((row for row in needed if row.association.pk == association.pk), None)
    held = read_standing(actor).associations_as(AssociationRole.COORDINATOR)
    if mine is None or association.pk not in held:
        raise NotEntitled(
            _("This country is approved by its own association and the one that runs the programme.")
        )
    if is_closed_to(actor, track):
        raise HasInterest
    if mine.approval is not None:
        raise DomainError(_("%(association)s has approved this country already."), association=association)
    if any(row.approval and row.approval.approved_by_id == actor.pk for row in needed):
        raise SamePerson
    with because(actor, minute):
        approval = Approval.objects.create(
            scenario=scenario, track=track, association=association, approved_by=actor, minute=minute.strip()
        )
        if all(row.approval is not None for row in approvals_of(scenario)):
            move_scenario(scenario, ScenarioStatus.APPROVED)
            scenario.save(update_fields=["status"])
    return approval


def _require_full_member(scenario: Scenario, actor: User) -> None:
    """A seat in the steering group that is not an observer's, and no conflict of interest in the scenario."""
    standing = read_standing(actor)
    programme = scenario.call.programme_id
    if programme not in standing.steering or standing.steering[programme] is not None:
        raise NotEntitled(_("Only members of the steering group decide on a scenario; observers read along."))
    if steps_out_of(actor, scenario):
        raise HasInterest


def _require_approver(scenario: Scenario, actor: User) -> None:
    held = read_standing(actor).associations_as(AssociationRole.COORDINATOR)
    tracks = scenario.tracks.select_related("partner_country__association", "partner_country__programme")
    if not any(association.pk in held for track in tracks for association in associations_for(track)):
        raise NotEntitled(_("Only the associations that approve this scenario can take it back."))
