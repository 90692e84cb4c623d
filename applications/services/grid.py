"""Other weights, minimums, tie-breaks or another bonus while a call is public: shown first, with a reason, kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications import fairness, scoring
from applications.errors import ReasonNeeded
from applications.grid_input import GridInput
from applications.models import Call, Criterion, GridChange, Track
from applications.selectors.grid import bonus_place_problem, grid_input, grid_problems, refusal_to_change
from applications.selectors.ranking import lines_of
from applications.services.tallies import recompute_tallies
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.core.history import because
from sdgpartners.people.models import User


class GridChangedMeanwhile(DomainError):
    message = _("Somebody changed this grid after you opened the page. Look at it again, then go on.")


class GridRefused(Incomplete):
    """The grid makes no sense; the message says all that is wrong."""


@transaction.atomic
def change_grid(
    *, track: Track, wanted: GridInput, reason: str, actor: User | None, seen: int
) -> list[GridChange]:
    """Score `track` by another grid from now on. `seen` is the version of the grid that `actor` looked at.

    The bonus belongs to the call: where it changes, every track of it gets a version. Locks the call, its tracks,
    then the criteria; recomputes all figures. Prepared decisions stay as they are and say that they rest on another
    grid: they have to be prepared again before the release. Raises DomainError unless the call is public and not
    decided, ReasonNeeded, GridChangedMeanwhile, GridRefused, and Incomplete where nothing changes.
    """
    call = Call.objects.select_for_update(of=("self",)).get(pk=track.call_id)
    refusal = refusal_to_change(call)
    if refusal is not None:
        raise DomainError(str(refusal))
    reason = reason.strip()
    if not reason:
        raise ReasonNeeded
    # Before the rankings are read: a review that is handed in now waits, so that who moved did so by the grid.
    tracks = list(call.tracks.select_for_update(of=("self",), no_key=True).order_by("pk"))
    rows = _criteria(tracks)
    own = next(one for one in tracks if one.pk == track.pk)
    if own.grid_version != seen:
        raise GridChangedMeanwhile
    problems = grid_problems(rows[own.pk], wanted)
    if problems:
        raise GridRefused("%(problems)s", problems=" ".join(str(problem) for problem in problems))
    now = grid_input(rows[own.pk], call)
    if now.as_json() == wanted.as_json():
        raise Incomplete(_("Nothing has changed: the grid is as it was."))
    plans = [_plan(own, rows[own.pk], call, wanted)]
    if wanted.has_other_bonus(now):
        plans += [_plan(one, rows[one.pk], call, _elsewhere(one, rows[one.pk], call, wanted))
                  for one in tracks if one.pk != own.pk]  # fmt: skip
        call.bonus, call.bonus_max, call.bonus_tie_break = (
            wanted.bonus, wanted.bonus_max, wanted.bonus_tie_break,
        )  # fmt: skip
    with because(actor, reason):
        if wanted.has_other_bonus(now):
            call.save(update_fields=["bonus", "bonus_max", "bonus_tie_break", "updated_at"])
        return [_carry_out(plan, reason, actor) for plan in sorted(plans, key=lambda plan: plan.track.pk)]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A track with its grid as it was, as it will be, and the ranking before."""

    track: Track
    criteria: Sequence[Criterion]
    was: GridInput
    wanted: GridInput
    before: Sequence[scoring.RankedApplication]


def _plan(track: Track, criteria: Sequence[Criterion], call: Call, wanted: GridInput) -> _Plan:
    before = [one.line for one in lines_of(track)]
    return _Plan(track, criteria, grid_input(criteria, call), wanted, before)


def _criteria(tracks: Sequence[Track]) -> dict[int, list[Criterion]]:
    """The criteria of each track, locked."""
    found: dict[int, list[Criterion]] = {one.pk: [] for one in tracks}
    rows = Criterion.objects.select_for_update(of=("self",), no_key=True).filter(track__in=tracks)
    # The order of the keys is the order of the locks.
    for row in rows.order_by("pk"):
        found[row.track_id].append(row)
    return {pk: sorted(each, key=lambda row: (row.order, row.pk)) for pk, each in found.items()}


def _elsewhere(track: Track, criteria: Sequence[Criterion], call: Call, wanted: GridInput) -> GridInput:
    """The wish as it goes for another track of the call: its own criteria, the same bonus. Another place of the bonus
    must fit its tie-breaks as well."""
    problem = bonus_place_problem(track, criteria, wanted)
    if problem is not None:
        raise GridRefused("%(problems)s", problems=str(problem))
    return wanted.with_criteria(grid_input(criteria, call))


def _carry_out(plan: _Plan, reason: str, actor: User | None) -> GridChange:
    track = plan.track
    for row in plan.criteria:
        one = plan.wanted.criteria[row.code]
        if (row.weight, row.floor, row.tie_break) != (one.weight, one.floor, one.tie_break):
            row.weight, row.floor, row.tie_break = one.weight, one.floor, one.tie_break
            row.save(update_fields=["weight", "floor", "tie_break"])
    track.grid_version += 1
    track.save(update_fields=["grid_version"])
    recompute_tallies(track=track)
    after = [one.line for one in lines_of(track)]
    return GridChange.objects.create(
        track=track,
        version=track.grid_version,
        before=plan.was.as_json(),
        after=plan.wanted.as_json(),
        moved=[
            {"reference": change.id, "before": change.before.value, "after": change.after.value}
            for change in fairness.changes_between(plan.before, after)
        ],
        reason=reason,
        changed_by=actor,
        changed_at=clock.now(),
    )
