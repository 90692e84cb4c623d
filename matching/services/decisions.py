"""Who says yes to a scenario: the steering group with a minute, then two associations per track."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.models import Track
from matching.enums import ScenarioStatus
from matching.errors import HasInterest, NoLongerPossible, NotEntitled, NotPutForward
from matching.models import Approval, Scenario
from matching.selectors.interests import interests_of, stepped_out
from matching.selectors.scenarios import approvals_of, associations_for, lost_candidates, proposed_scores
from matching.services.letters_scenarios import send_approved, send_endorsed, send_sent_back
from matching.services.moving import lock_scenario, move_scenario, require_state
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, SamePerson
from sdgpartners.core.history import because
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing
from sdgpartners.programme.models import Association

TAKEN_BACK = (ScenarioStatus.ENDORSED, ScenarioStatus.APPROVED)
"""What an association that approves can take back, as long as the municipalities have not heard of it."""


@transaction.atomic
def endorse_scenario(*, scenario: Scenario, minute: str, actor: User) -> Scenario:
    """The steering group endorses what was put to it, with the minute of its meeting. Locks the scenario.

    Who stepped out is kept with it. Mails `scenario_endorsed` to who approves. Raises NotEntitled for an observer or
    stranger, HasInterest for a member who has to do with a candidate, NotPutForward, Incomplete without a minute or
    pair, NoLongerPossible when a paired municipality is gone, MoveNotAllowed.
    """
    scenario = lock_scenario(scenario)
    _require_full_member(scenario, actor)
    if not minute.strip():
        raise Incomplete(_("Write the minute of the steering group. It is kept with the scenario."))
    move_scenario(scenario, ScenarioStatus.ENDORSED)
    _require_put_forward(scenario)
    pairs = proposed_scores(scenario)
    if not pairs:
        raise Incomplete(_("This scenario has no pairs."))
    if lost := lost_candidates(scenario, pairs):
        raise NoLongerPossible(names=", ".join(lost))
    with because(actor, minute):
        scenario.endorsed_at, scenario.endorsed_by = clock.now(), actor
        scenario.minute = minute.strip()
        keep_stepped_out(scenario)
        scenario.save()
    send_endorsed(scenario, actor)
    return scenario


@transaction.atomic
def send_back_scenario(*, scenario: Scenario, reason: str, actor: User) -> Scenario:
    """Send a solved scenario back to the coordinators, or an endorsed or approved one back to solved, with the reason.

    The steering group sends back what was put to it, a coordinator whose association approves what was endorsed or
    approved and not released yet; both are put forward anew. Approvals given so far are withdrawn. Locks the scenario.
    Mails `scenario_sent_back` to the coordinators. Raises NotEntitled, HasInterest, NotPutForward, Incomplete without a
    reason, MoveNotAllowed.
    """
    scenario = lock_scenario(scenario)
    require_state(scenario.status, ScenarioStatus, ScenarioStatus.SOLVED, *TAKEN_BACK)
    endorsed = scenario.status in TAKEN_BACK
    if endorsed:
        _require_approver(scenario, actor)
    else:
        _require_full_member(scenario, actor)
        _require_put_forward(scenario)
    if not reason.strip():
        raise Incomplete(_("Say why you send it back."))
    move_scenario(scenario, ScenarioStatus.SOLVED if endorsed else ScenarioStatus.DRAFT)
    with because(actor, reason):
        Approval.objects.filter(scenario=scenario).delete()
        scenario.sent_back_at, scenario.sent_back_by = clock.now(), actor
        scenario.sent_back_reason = reason.strip()
        scenario.endorsed_at = scenario.endorsed_by = None
        scenario.put_forward_at = scenario.put_forward_by = None
        scenario.minute = ""
        scenario.save()
    send_sent_back(scenario, endorsed=endorsed, actor=actor)
    return scenario


@transaction.atomic
def approve_track(
    *, scenario: Scenario, track: Track, association: Association, minute: str, actor: User
) -> Approval:
    """One association approves one track of an endorsed scenario. Locks the scenario.

    With the last missing approval the scenario is approved and the lead is mailed (`scenario_approved`). Raises
    NotEntitled when the association does not approve this track or the actor does not coordinate for it, HasInterest
    when the actor has to do with a candidate of the track, SamePerson when they approved it for the other
    association, DomainError when it was given already, MoveNotAllowed.
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
    if interests_of(actor, scenario, track):
        raise HasInterest
    if mine.approval is not None:
        raise DomainError(_("%(association)s has approved this country already."), association=association)
    if any(row.approval and row.approval.approved_by_id == actor.pk for row in needed):
        raise SamePerson
    with because(actor, minute):
        approval = Approval.objects.create(
            scenario=scenario, track=track, association=association, approved_by=actor, minute=minute.strip()
        )
        complete = all(row.approval is not None for row in approvals_of(scenario))
        if complete:
            move_scenario(scenario, ScenarioStatus.APPROVED)
            scenario.save(update_fields=["status"])
    if complete:
        send_approved(scenario, actor)
    return approval


def keep_stepped_out(scenario: Scenario) -> None:
    """Write who steps out of the scenario into what it keeps, beside those who were written before; the caller saves.
    A seat that ends, or a twinning that is found later, does not change what was true at the decision."""
    kept = {(row["person"], row["application"]): row for row in scenario.inputs.get("stepped_out", [])}
    found = {(row["person"], row["application"]): row for row in stepped_out(scenario)}
    scenario.inputs = {**scenario.inputs, "stepped_out": list({**found, **kept}.values())}


def _require_put_forward(scenario: Scenario) -> None:
    """Put to the steering group, and not solved again since."""
    solved, asked = scenario.solved_at, scenario.put_forward_at
    if asked is None or (solved is not None and asked < solved):
        raise NotPutForward


def _require_full_member(scenario: Scenario, actor: User) -> None:
    """A seat in the steering group that is not an observer's, and nothing to do with a municipality in the scenario."""
    standing = read_standing(actor)
    programme = scenario.call.programme_id
    if programme not in standing.steering or standing.steering[programme] is not None:
        raise NotEntitled(_("Only members of the steering group decide on a scenario; observers read along."))
    if interests_of(actor, scenario):
        raise HasInterest


def _require_approver(scenario: Scenario, actor: User) -> None:
    """A coordinator of an association that approves one of its countries, with no interest in it."""
    held = read_standing(actor).associations_as(AssociationRole.COORDINATOR)
    tracks = scenario.tracks.select_related("partner_country__association", "partner_country__programme")
    if not any(association.pk in held for track in tracks for association in associations_for(track)):
        raise NotEntitled(_("Only the associations that approve this scenario can take it back."))
    if interests_of(actor, scenario):
        raise HasInterest
