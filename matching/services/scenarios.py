"""Scenarios, until the steering group endorses one: made, copied, changed, solved, put forward, withdrawn."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.models import Call, Track
from matching.enums import Objective, ScenarioStatus, ScorePart
from matching.errors import NoLongerPossible, NotEntitled
from matching.models import PairRule, Scenario
from matching.pairing_input import MOST_WEIGHT
from matching.selectors.scenarios import lost_candidates, proposed_scores
from matching.selectors.stepping_out import tracks_closed_to
from matching.services.entitled import require_coordinator, require_maker
from matching.services.letters_scenarios import send_put_forward
from matching.services.moving import lock_scenario, move_scenario, require_state
from matching.services.release_letters import letters_of, send_letters
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.core.history import because
from sdgpartners.core.references import next_reference
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.models import Job
from sdgpartners.documents.services import enqueue_job
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing

SOLVE_JOB = "solve_scenario"
OPEN_STATES = (ScenarioStatus.DRAFT, ScenarioStatus.SOLVED)
Weights = Mapping[str, Mapping[str, int]]


@transaction.atomic
def create_scenario(
    *, call: Call, tracks: Sequence[Track], name: str, objective: Objective, actor: User | None
) -> Scenario:
    """A new way to pair the candidates of `call` over `tracks`, all of which belong to the call.

    Raises Incomplete without a track or name, DomainError for a track of another call, NotEntitled unless the actor
    coordinates all of them.
    """
    if not tracks or not name.strip():
        raise Incomplete(_("A scenario needs a name and at least one country."))
    if any(track.call_id != call.pk for track in tracks):
        raise DomainError(_("A scenario holds countries of one call."))
    require_coordinator(actor, tracks)
    with because(actor):
        scenario = Scenario.objects.create(
            reference=next_reference("SCN"),
            call=call,
            name=name.strip(),
            objective=objective,
            made_by=actor,
        )
        scenario.tracks.set(tracks)
    return scenario


@transaction.atomic
def copy_scenario(*, scenario: Scenario, name: str, actor: User) -> Scenario:
    """A new draft over the countries that the actor coordinates among those of `scenario`, with what was said on their
    pairs (by whom and why), its aim and the weights tried; whatever became of the original, which is only read.

    Raises Incomplete without a name, NotEntitled where the actor coordinates none of its countries.
    """
    tracks = _own_tracks(scenario, actor)
    copied = create_scenario(
        call=scenario.call, tracks=tracks, name=name, objective=Objective(scenario.objective), actor=actor
    )
    countries = {_country_of(track) for track in tracks}
    copied.copied_from = scenario
    copied.prefer_points = scenario.prefer_points
    copied.trial_weights = {key: row for key, row in scenario.trial_weights.items() if key in countries}
    with because(actor):
        copied.save(update_fields=["copied_from", "prefer_points", "trial_weights"])
        for rule in PairRule.objects.filter(scenario=scenario, south__track__in=tracks).order_by("pk"):
            PairRule.objects.create(
                scenario=copied,
                north_id=rule.north_id,
                south_id=rule.south_id,
                kind=rule.kind,
                reason=rule.reason,
                set_by_id=rule.set_by_id,
            )
    return copied


@transaction.atomic
def rename_scenario(*, scenario: Scenario, name: str, actor: User | None) -> Scenario:
    """Another name; whatever was said and solved stays. Locks the scenario. Raises Incomplete without a name,
    NotEntitled unless the actor coordinates all its countries, MoveNotAllowed once endorsed."""
    scenario = _lock_own(scenario, actor)
    if not name.strip():
        raise Incomplete(_("A scenario needs a name and at least one country."))
    with because(actor):
        scenario.name = name.strip()
        scenario.save(update_fields=["name"])
    return scenario


@transaction.atomic
def set_aim(*, scenario: Scenario, objective: Objective, prefer_points: int, actor: User | None) -> Scenario:
    """What is best, and how many points a preferred pair gets; a change takes a solved scenario back to draft.

    Locks the scenario. Raises DomainError for points outside their range, NotEntitled, MoveNotAllowed.
    """
    scenario = _lock_own(scenario, actor)
    if (scenario.objective, scenario.prefer_points) == (objective, prefer_points):
        return scenario
    scenario.objective, scenario.prefer_points = objective, prefer_points
    try:
        Scenario._meta.get_field("prefer_points").clean(prefer_points, scenario)
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    with because(actor):
        scenario.save(update_fields=["objective", "prefer_points"])
        reopen_scenario(scenario)
    return scenario


@transaction.atomic
def set_trial_weights(
    *, scenario: Scenario, weights: Weights, actor: User | None, reason: str = ""
) -> Scenario:
    """Weights of this scenario alone for the actor's own countries, by country and part; of these, countries that are
    not named get those of the track. What is tried for other countries stays.

    Locks the scenario; a change takes a solved one back to draft. Raises DomainError for a country that is not in it,
    a part that is missing or unknown, a weight outside 0 to 100, or none above 0; NotEntitled for a country that the
    actor does not coordinate, or without any of their own; MoveNotAllowed.
    """
    scenario = lock_scenario(scenario)
    require_state(scenario.status, ScenarioStatus, *OPEN_STATES)
    countries = set(scenario.tracks.values_list("partner_country__country", flat=True))
    own = countries if actor is None else {_country_of(track) for track in _own_tracks(scenario, actor)}
    for country, row in weights.items():
        if country not in countries:
            raise DomainError(_("This country is not in the scenario."))
        if country not in own:
            raise NotEntitled(
                _("An association works on its own countries; one scenario over several is made by the lead.")
            )
        check_weights(row)
    wanted = {key: dict(row) for key, row in scenario.trial_weights.items() if key not in own} | {
        country: {part: int(row[part]) for part in ScorePart.values} for country, row in weights.items()
    }
    if scenario.trial_weights == wanted:
        return scenario
    with because(actor, reason):
        scenario.trial_weights = wanted
        scenario.save(update_fields=["trial_weights"])
        reopen_scenario(scenario)
    return scenario


def check_weights(row: Mapping[str, int]) -> None:
    """Raise DomainError unless these are whole weights of 0 to 100 for every part, at least one above 0."""
    if set(row) != set(ScorePart.values):
        raise DomainError(_("Give a weight to each part."))
    if any(
        isinstance(one, bool) or not isinstance(one, int) or not 0 <= one <= MOST_WEIGHT
        for one in row.values()
    ):
        raise DomainError(_("A weight is a whole number of 0 to %(most)s."), most=MOST_WEIGHT)
    if not any(row.values()):
        raise DomainError(_("At least one weight of a match is more than 0."))


@transaction.atomic
def request_solving(*, scenario: Scenario, actor: User | None) -> Job:
    """Put the solving of a scenario into the queue of the worker; what lies with the steering group comes back.

    Locks the scenario. Raises MoveNotAllowed once endorsed, DomainError while an earlier request still runs.
    """
    scenario = lock_scenario(scenario)
    require_state(scenario.status, ScenarioStatus, *OPEN_STATES)
    if _is_being_solved(scenario):
        raise DomainError(_("This scenario is being solved already."))
    job = enqueue_job(kind=SOLVE_JOB, arguments={"scenario": scenario.pk}, actor=actor)
    with because(actor):
        scenario.job = job
        take_back(scenario)
        scenario.save(update_fields=["job", "put_forward_at", "put_forward_by"])
    return job


@transaction.atomic
def put_forward(*, scenario: Scenario, actor: User) -> Scenario:
    """Put a solved scenario to the steering group, which reads it from now on. Safe to call twice.

    Locks the scenario. Mails `scenario_put_forward` to the steering group. Every change afterwards takes it back.
    Raises MoveNotAllowed unless it is solved, NotEntitled unless the actor coordinates all its countries, Incomplete
    without a pair, NoLongerPossible when a paired municipality is gone, DomainError while it is being solved.
    """
    scenario = lock_scenario(scenario)
    require_state(scenario.status, ScenarioStatus, ScenarioStatus.SOLVED)
    require_maker(actor, scenario)
    if scenario.put_forward_at is not None:
        return scenario
    if _is_being_solved(scenario):
        raise DomainError(_("This scenario is being solved already."))
    pairs = proposed_scores(scenario)
    if not pairs:
        raise Incomplete(_("This scenario has no pairs."))
    if lost := lost_candidates(scenario, pairs):
        raise NoLongerPossible(names=", ".join(lost))
    with because(actor):
        scenario.put_forward_at, scenario.put_forward_by = clock.now(), actor
        scenario.save(update_fields=["put_forward_at", "put_forward_by"])
    send_put_forward(scenario, actor)
    return scenario


@transaction.atomic
def withdraw_scenario(*, scenario: Scenario, reason: str, actor: User) -> Scenario:
    """Lay a scenario aside for good, before it is endorsed; it stays to be read and copied.

    Locks the scenario. Where it looked for new partners and found no pair, those who are left hear it
    (`match_unmatched`). Raises Incomplete without a reason, NotEntitled unless the actor coordinates all its countries,
    MoveNotAllowed once endorsed.
    """
    scenario = _lock_own(scenario, actor)
    if not reason.strip():
        raise Incomplete(_("Say why. The reason is kept with the scenario."))
    nobody = (
        scenario.follows_id is not None
        and scenario.status == ScenarioStatus.SOLVED
        and not scenario.result.get("pairs")
    )
    move_scenario(scenario, ScenarioStatus.SUPERSEDED)
    with because(actor, reason):
        take_back(scenario)
        scenario.save(update_fields=["status", "put_forward_at", "put_forward_by"])
    if nobody:
        send_letters(letters_of(scenario, [], None), actor)
    return scenario


def reopen_scenario(scenario: Scenario) -> None:
    """For callers that hold the lock and changed what the result rests on: back to draft, and from the steering
    group."""
    if scenario.status == ScenarioStatus.SOLVED:
        move_scenario(scenario, ScenarioStatus.DRAFT)
    take_back(scenario)
    scenario.save(update_fields=["status", "put_forward_at", "put_forward_by"])


def take_back(scenario: Scenario) -> None:
    """The steering group does not read it any more; the caller saves both columns."""
    scenario.put_forward_at = scenario.put_forward_by = None


def _lock_own(scenario: Scenario, actor: User | None) -> Scenario:
    """The row locked, still open and wholly the actor's to work on."""
    locked = lock_scenario(scenario)
    require_state(locked.status, ScenarioStatus, *OPEN_STATES)
    require_maker(actor, locked)
    return locked


def _own_tracks(scenario: Scenario, actor: User) -> list[Track]:
    standing = read_standing(actor)
    rows = scenario.tracks.exclude(pk__in=tracks_closed_to(actor).values("pk")).select_related(
        "partner_country"
    )
    own = [
        row
        for row in rows.order_by("partner_country__country")
        if standing.covers(row.partner_country, AssociationRole.COORDINATOR)
    ]
    if not own:
        raise NotEntitled
    return own


def _country_of(track: Track) -> str:
    return str(track.partner_country.country_id)


def _is_being_solved(scenario: Scenario) -> bool:
    waiting = (JobState.QUEUED, JobState.RUNNING)
    if scenario.job_id is None:
        return False
    return Job.objects.filter(pk=scenario.job_id, state__in=waiting).exists()
