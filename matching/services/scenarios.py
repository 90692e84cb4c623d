"""Scenarios and people's words on pairs, until the steering group endorses one."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Call, Track
from matching.enums import Objective, RuleKind, ScenarioStatus
from matching.errors import PairNotAllowed
from matching.models import PairRule, PairScore, Scenario
from matching.sentences import bar_in_words
from matching.services.moving import lock_scenario, move_scenario, require_state
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.core.history import because
from sdgpartners.core.references import next_reference
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.models import Job
from sdgpartners.documents.services import enqueue_job
from sdgpartners.people.models import User

SOLVE_JOB = "solve_scenario"
OPEN_STATES = (ScenarioStatus.DRAFT, ScenarioStatus.SOLVED)


@transaction.atomic
def create_scenario(
    *, call: Call, tracks: Sequence[Track], name: str, objective: Objective, actor: User | None
) -> Scenario:
    """A new way to pair the candidates of `call` over `tracks`, all of which belong to the call.

    Raises Incomplete without a track or name, DomainError for a track of another call.
    """
    if not tracks or not name.strip():
        raise Incomplete(_("A scenario needs a name and at least one country."))
    if any(track.call_id != call.pk for track in tracks):
        raise DomainError(_("A scenario holds countries of one call."))
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
def set_pair_rule(
    *,
    scenario: Scenario,
    north: Application,
    south: Application,
    kind: RuleKind,
    reason: str,
    actor: User | None,
) -> PairRule:
    """Fix, forbid or prefer a pair, with the reason; an earlier word on the same pair is replaced.

    Locks the scenario and takes a solved one back to draft, because its result no longer follows its rules.
    Raises MoveNotAllowed once endorsed, Incomplete without a reason, PairNotAllowed where a hard rule
    excludes the pair or another pair with one of the two is fixed already.
    """
    scenario = lock_scenario(scenario)
    require_state(scenario.status, ScenarioStatus, *OPEN_STATES)
    if not reason.strip():
        raise Incomplete(_("Say why. The reason is kept with the scenario."))
    _check_pair(scenario, north, south)
    if kind != RuleKind.FORBID:
        _check_allowed(scenario, north, south)
    if kind == RuleKind.LOCK:
        _check_free(scenario, north, south)
    with because(actor, reason):
        rule, _made = PairRule.objects.update_or_create(
            scenario=scenario,
            north=north,
            south=south,
            defaults={"kind": kind, "reason": reason.strip(), "set_by": actor},
        )
        _reopen(scenario)
    return rule


@transaction.atomic
def clear_pair_rule(
    *, scenario: Scenario, north: Application, south: Application, actor: User | None
) -> None:
    """Take back what was said on a pair; nothing happens where nothing was said. Locks the scenario."""
    scenario = lock_scenario(scenario)
    require_state(scenario.status, ScenarioStatus, *OPEN_STATES)
    with because(actor):
        removed, _rows = PairRule.objects.filter(scenario=scenario, north=north, south=south).delete()
        if removed:
            _reopen(scenario)


@transaction.atomic
def request_solving(*, scenario: Scenario, actor: User | None) -> Job:
    """Put the solving of a scenario into the queue of the worker. Locks the scenario.

    Raises MoveNotAllowed once endorsed, DomainError while an earlier request still runs.
    """
    scenario = lock_scenario(scenario)
    require_state(scenario.status, ScenarioStatus, *OPEN_STATES)
    waiting = (JobState.QUEUED, JobState.RUNNING)
    if scenario.job_id and Job.objects.filter(pk=scenario.job_id, state__in=waiting).exists():
        raise DomainError(_("This scenario is being solved already."))
    job = enqueue_job(kind=SOLVE_JOB, arguments={"scenario": scenario.pk}, actor=actor)
    scenario.job = job
    scenario.save(update_fields=["job"])
    return job


def _check_pair(scenario: Scenario, north: Application, south: Application) -> None:
    if {north.call_id, south.call_id} != {scenario.call_id} or north.track_id is not None:
        raise DomainError(_("This pair does not belong to the scenario."))
    if not scenario.tracks.filter(southern_applications=south.pk).exists():
        raise DomainError(_("This pair does not belong to the scenario."))


def _check_allowed(scenario: Scenario, north: Application, south: Application) -> None:
    known = PairScore.objects.filter(scenario=scenario, north=north, south=south).first()
    if known is not None and known.barred_by:
        raise PairNotAllowed(_("This pair is not possible: %(rule)s"), rule=bar_in_words(known.barred_by))


def _check_free(scenario: Scenario, north: Application, south: Application) -> None:
    locks = PairRule.objects.filter(scenario=scenario, kind=RuleKind.LOCK).select_related(
        "north__municipality", "south__municipality"
    )
    for lock in locks:
        same_north, same_south = lock.north_id == north.pk, lock.south_id == south.pk
        if same_north != same_south:
            name = lock.north.municipality.name if same_north else lock.south.municipality.name
            raise PairNotAllowed(
                _("%(municipality)s is in another fixed pair. Release that one first."), municipality=name
            )


def _reopen(scenario: Scenario) -> None:
    if scenario.status == ScenarioStatus.SOLVED:
        move_scenario(scenario, ScenarioStatus.DRAFT)
        scenario.save(update_fields=["status"])
