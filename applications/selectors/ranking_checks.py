"""What the ranking of a track hangs on, in sentences: mild and strict reviewers, and who would change places."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import fairness, scoring
from applications.enums import Outcome
from applications.models import Criterion, Track
from applications.selectors.ranking import RankedLine
from applications.selectors.tallies import Grid, agreed_of, reviews_of
from sdgpartners.people.models import User

# As many names stand in a sentence; the rest is counted.
MOST_NAMES = 6
# With more applications the sensitivity takes seconds: it is worked out when somebody asks for it.
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LeniencyLine:
    """A reviewer beside the others: over `n` applications on average `difference` points milder (above 0) or
    stricter."""

    person: User
    n: int
    difference: Decimal


def leniency_of(lines: Iterable[RankedLine]) -> list[LeniencyLine]:
    """Each reviewer beside the others, the mildest first, by their own scores; one statement for the names."""
    found = fairness.leniency(
        {str(total.by): total.own for total in one.totals if total.own is not None} for one in lines
    )
    people = User.objects.in_bulk([int(one.by) for one in found])
    return [LeniencyLine(people[int(one.by)], one.n, one.difference) for one in found]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The shifts that change somebody's outcome, as sentences by the references that they are about; and how many
    were tried in all."""

    sentences: tuple[str, ...]
    about: tuple[tuple[str, ...], ...]
    tried: int

    def of(self, reference: str) -> list[str]:
        """The sentences that name one application."""
        return [text for text, names in zip(self.sentences, self.about, strict=True) if reference in names]


def sensitivity_of(
    track: Track,
    lines: Sequence[RankedLine],
    grid: Grid,
    criteria: Iterable[Criterion],
    people: Mapping[int, User] | None = None,
) -> Sensitivity:
    """Who would have another outcome if one weight were a fifth lower or higher, or one reviewer were left out, among
    `lines` (one side of `track`); in the active language. Two statements, and one where a reviewer is not among
    `people`."""
    problem = _problem(track, lines, grid)
    shifts = [*fairness.weight_shifts(problem), *fairness.reviewer_shifts(problem)]
    moving = [shift for shift in shifts if shift.changes]
    names = {one.line.id: one.name for one in lines}
    titles = {row.code: row.title for row in criteria}
    reviewers = _people([int(shift.reviewer) for shift in moving if shift.reviewer], people or {})
    sentences = []
    for shift in moving:
        moves = _moves(shift.changes, names)
        if shift.reviewer:
            sentences.append(
                _("Without the reviews of %(person)s: %(moves)s.")
                % {"person": reviewers[int(shift.reviewer)], "moves": moves}
            )
        else:
            sentences.append(_weight_sentence(shift, titles[shift.criterion], moves))
    about = tuple(tuple(change.id for change in shift.changes) for shift in moving)
    return Sensitivity(tuple(sentences), about, len(shifts))


def _problem(track: Track, lines: Sequence[RankedLine], grid: Grid) -> scoring.Problem:
    """The ranking of `lines` as the arithmetic takes it; in the order of the references, as it was ranked."""
    reviews, agreed = reviews_of(track), agreed_of(track)
    return scoring.Problem(
        criteria=grid.rules,
        applications=[
            scoring.ApplicationSheet(
                id=one.line.id,
                reviews=[
                    scoring.agreed_upon(review, agreed.get(one.pk, {})) for review in reviews.get(one.pk, ())
                ],
                bonus=one.line.counted_bonus,
            )
            for one in sorted(lines, key=lambda one: one.line.id)
        ],
        places=track.places,
        bonus_max=grid.bonus_max,
        disagree_at=track.call.disagree_at,
        tie_breaks=grid.tie_breaks,
    )


def _people(keys: Iterable[int], known: Mapping[int, User]) -> dict[int, User]:
    wanted = set(keys)
    missing = wanted - set(known)
    found = {key: known[key] for key in wanted - missing}
    return found | (User.objects.in_bulk(missing) if missing else {})


def _weight_sentence(shift: fairness.Shift, criterion: str, moves: str) -> str:
    words = {"percent": int(abs(shift.step) * 100), "criterion": criterion, "moves": moves}
    if shift.step > 0:
        return _("If “%(criterion)s” weighed %(percent)d %% more: %(moves)s.") % words
    return _("If “%(criterion)s” weighed %(percent)d %% less: %(moves)s.") % words


def _moves(changes: Sequence[fairness.Change], names: Mapping[str, str]) -> str:
    told = [
        _("%(municipality)s from “%(before)s” to “%(after)s”")
        % {
            "municipality": names[change.id],
            "before": Outcome(change.before.value).label,
            "after": Outcome(change.after.value).label,
        }
        for change in changes[:MOST_NAMES]
    ]
    more = len(changes) - MOST_NAMES
    if more > 0:
        told.append(ngettext("%(count)d more", "%(count)d more", more) % {"count": more})
    return ", ".join(told)
