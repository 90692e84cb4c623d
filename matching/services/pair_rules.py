"""People's words on pairs: fixed, forbidden or preferred, each with its reason."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Track
from matching.enums import RuleKind, ScenarioStatus
from matching.errors import NoLongerPossible, PairNotAllowed
from matching.models import PairRule, PairScore, Scenario
from matching.selectors.scenarios import gone_from
from matching.sentences import bar_in_words
from matching.services.entitled import require_coordinator
from matching.services.moving import lock_scenario, require_state
from matching.services.scenarios import OPEN_STATES, reopen_scenario
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.core.history import because
from sdgpartners.people.models import User


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

    Locks the scenario and takes a solved one back to draft, also from the steering group, because its result no longer
    follows its rules. Raises MoveNotAllowed once endorsed, NotEntitled unless the actor coordinates the country of the
    pair, Incomplete without a reason, NoLongerPossible where one of the two cannot be matched any more, PairNotAllowed
    where a hard rule excludes the pair or another pair with one of the two is fixed already.
    """
    scenario = lock_scenario(scenario)
    require_state(scenario.status, ScenarioStatus, *OPEN_STATES)
    if not reason.strip():
        raise Incomplete(_("Say why. The reason is kept with the scenario."))
    _check_pair(scenario, north, south, actor)
    names = {row.reference: row.municipality.name for row in (north, south)}
    if gone := gone_from(scenario.call_id, names):
        raise NoLongerPossible(names=", ".join(names[one] for one in gone))
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
        reopen_scenario(scenario)
    return rule


@transaction.atomic
def clear_pair_rule(
    *, scenario: Scenario, north: Application, south: Application, actor: User | None
) -> None:
    """Take back what was said on a pair; nothing happens where nothing was said. Locks the scenario. Raises
    MoveNotAllowed once endorsed, NotEntitled unless the actor coordinates the country of the pair."""
    scenario = lock_scenario(scenario)
    require_state(scenario.status, ScenarioStatus, *OPEN_STATES)
    _check_pair(scenario, north, south, actor)
    with because(actor):
        removed, _rows = PairRule.objects.filter(scenario=scenario, north=north, south=south).delete()
        if removed:
            reopen_scenario(scenario)


def _check_pair(scenario: Scenario, north: Application, south: Application, actor: User | None) -> None:
    if {north.call_id, south.call_id} != {scenario.call_id} or north.track_id is not None:
        raise DomainError(_("This pair does not belong to the scenario."))
    tracks = Track.objects.filter(scenarios=scenario.pk, southern_applications=south.pk)
    track = tracks.select_related("partner_country").first()
    if track is None:
        raise DomainError(_("This pair does not belong to the scenario."))
    require_coordinator(actor, [track])


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
