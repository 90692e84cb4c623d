"""The grid of a track as it stands, what is wrong with another one, and what that would do to the ranking."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications import scoring
from applications.enums import CallStatus, Outcome
from applications.fields import Text
from applications.grid_input import CriterionInput, GridInput
from applications.models import Application, Call, Criterion, Track
from applications.selectors.tallies import Basis, Grid, bases_of, criterion_rules, tie_breaks
from sdgpartners.programme.enums import Side

WEIGHTS_MAKE = 100
"""What the weights of a track make together: a weight is read as so many of a hundred points."""


def weights_problem(weights: Iterable[int]) -> Text | None:
    """What is wrong with the sum of the weights, naming both sums; None when they add up."""
    total = sum(weights)
    if total == WEIGHTS_MAKE:
        return None
    return format_lazy(
        _("The weights make {total} together; they have to make {wanted}."), total=total, wanted=WEIGHTS_MAKE
    )


def grid_input(criteria: Iterable[Criterion], call: Call) -> GridInput:
    """The grid as it stands, in the order of the criteria."""
    return GridInput(
        criteria={
            row.code: CriterionInput(weight=row.weight, floor=row.floor, tie_break=row.tie_break)
            for row in criteria
        },
        bonus=call.bonus,
        bonus_max=call.bonus_max,
        bonus_tie_break=call.bonus_tie_break,
    )


def grid_problems(criteria: Sequence[Criterion], wanted: GridInput) -> list[Text]:
    """Everything that keeps `wanted` from being the grid of `criteria`; empty when nothing does."""
    if set(wanted.criteria) != {row.code for row in criteria}:
        return [_("The criteria of this track are others.")]
    weights = [one.weight for one in wanted.criteria.values()]
    found = [criterion_problem(row, wanted.criteria[row.code]) for row in criteria]
    found.append(weights_problem(weights))
    places = [one.tie_break for one in wanted.criteria.values()] + [wanted.bonus_tie_break]
    given = [place for place in places if place is not None]
    if len(given) != len(set(given)) or any(place < 1 for place in given):
        found.append(_("Each place among the tie-breaks is given once, from 1."))
    if wanted.bonus < 0 or wanted.bonus_max < 0:
        found.append(_("A bonus is 0 or more."))
    return [problem for problem in found if problem is not None]


def criterion_problem(row: Criterion, wanted: CriterionInput) -> Text | None:
    """What keeps `wanted` from being the weight and minimum of the criterion; None when nothing does."""
    if row.code == scoring.BONUS:
        return format_lazy(
            _("No criterion may have the code “{code}”: it stands for the bonus."), code=scoring.BONUS
        )
    if wanted.weight < 1:
        return format_lazy(_("The weight of “{title}” has to be 1 or more."), title=row.title)
    if wanted.floor is not None and not row.scale_min <= wanted.floor <= row.scale_max:
        return format_lazy(
            _("The minimum of “{title}” has to lie on its scale, from {low} to {high}."),
            title=row.title,
            low=row.scale_min,
            high=row.scale_max,
        )
    return None


def bonus_place_problem(track: Track, criteria: Iterable[Criterion], wanted: GridInput) -> Text | None:
    """Why the bonus cannot have the place among the tie-breaks that `wanted` gives it, on another track of the call
    with these criteria; None when it can."""
    place = wanted.bonus_tie_break
    if place is None or place not in [row.tie_break for row in criteria]:
        return None
    return format_lazy(
        _("On the track of {track} that place among the tie-breaks is taken by a criterion."),
        track=str(track.partner_country),
    )


def refusal_to_change(call: Call) -> Text | None:
    """Why the grid of `call` no longer (or not yet) changes this way; None when it may."""
    if call.status == CallStatus.PUBLISHED:
        return None
    if call.status == CallStatus.DRAFT:
        return _("The call is not public yet: change the criteria on their own pages.")
    if call.status == CallStatus.CANCELLED:
        return _("This call was cancelled: its grid stands fast.")
    return _("The decisions of this call have been released: its grid stands fast.")


@dataclass(frozen=True, slots=True)
class MovedRow:
    """One application under the grid as it stands and under the other one."""

    application: Application
    before: scoring.RankedApplication
    after: scoring.RankedApplication

    @property
    def enters(self) -> bool:
        """Whether it comes into the places."""
        return self._selected(self.after) and not self._selected(self.before)

    @property
    def leaves(self) -> bool:
        """Whether it falls out of the places."""
        return self._selected(self.before) and not self._selected(self.after)

    @property
    def was(self) -> Outcome:
        """The outcome as it stands."""
        return Outcome(self.before.outcome.value)

    @property
    def becomes(self) -> Outcome:
        """The outcome under the other grid."""
        return Outcome(self.after.outcome.value)

    @staticmethod
    def _selected(line: scoring.RankedApplication) -> bool:
        return line.outcome == scoring.Outcome.SELECTED


@dataclass(frozen=True, slots=True)
class Effect:
    """What another grid does to the ranking of a track: those whose rank, outcome or total changes, as they would
    stand. `total` counts everything in the ranking, `moved` those with another rank or outcome."""

    track: Track
    rows: tuple[MovedRow, ...]
    total: int

    def told(self) -> list[tuple[object, ...]]:
        """What it says, as plain values."""
        return [
            (line.id, line.rank, line.total, line.outcome.value)
            for row in self.rows
            for line in (row.before, row.after)
        ]

    @property
    def moved(self) -> list[MovedRow]:
        """Those with another rank or another outcome; a total alone moves nobody."""
        return [
            row
            for row in self.rows
            if (row.before.rank, row.before.outcome) != (row.after.rank, row.after.outcome)
        ]

    @property
    def entering(self) -> list[MovedRow]:
        """Those who come into the places."""
        return [row for row in self.rows if row.enters]

    @property
    def leaving(self) -> list[MovedRow]:
        """Those who fall out of the places."""
        return [row for row in self.rows if row.leaves]


def effect_of(track: Track, criteria: Sequence[Criterion], wanted: GridInput) -> Effect:
    """The ranking of `track` as it is beside the one by `wanted`, both from the reviews as they are now; five
    statements at most. Of `wanted.criteria` those are taken that the track has."""
    bases = bases_of(track)
    before = _ranked(track, bases, _as_grid(criteria, grid_input(criteria, track.call)))
    after = _ranked(track, bases, _as_grid(criteria, wanted))
    changed = [reference for reference, line in after.items() if line != before[reference]]
    rows = Application.objects.select_related("municipality__country").filter(reference__in=changed)
    applications = {row.reference: row for row in rows}
    return Effect(
        track=track,
        rows=tuple(
            MovedRow(applications[reference], before[reference], after[reference]) for reference in changed
        ),
        total=len(bases),
    )


def _as_grid(criteria: Sequence[Criterion], wanted: GridInput) -> Grid:
    changed = []
    for row in criteria:
        one = wanted.criteria[row.code]
        changed.append(
            Criterion(
                code=row.code, order=row.order, scale_min=row.scale_min, scale_max=row.scale_max,
                weight=one.weight, floor=one.floor, tie_break=one.tie_break,
            )
        )  # fmt: skip
    return Grid(
        rules=criterion_rules(changed),
        tie_breaks=tie_breaks(changed, wanted.bonus_tie_break),
        bonus=Fraction(wanted.bonus),
        bonus_max=Fraction(wanted.bonus_max),
    )


def _ranked(track: Track, bases: Iterable[Basis], grid: Grid) -> dict[str, scoring.RankedApplication]:
    found: dict[str, scoring.RankedApplication] = {}
    of_side: dict[Side, list[scoring.RankedApplication]] = {side: [] for side in Side}
    for basis in bases:
        line = scoring.tally(
            grid.rules, basis.sheet(grid), bonus_max=grid.bonus_max, disagree_at=track.call.disagree_at
        )
        of_side[basis.side].append(line)
    for lines in of_side.values():
        for line in scoring.order(lines, places=track.places, tie_breaks=grid.tie_breaks):
            found[line.id] = line
    return found
