"""What the figures of a track rest on: its grid, the reviews that count, what the panel agreed on, the bonus."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from django.db.models import Exists, OuterRef, Q

from applications import scoring
from applications.enums import ReviewStatus, TwinningRule
from applications.models import Application, Call, Criterion, PanelScore, Score, Track, TrackPreference
from applications.selectors.reviews import ranked_applications
from sdgpartners.programme.enums import Side

Agreed: TypeAlias = Mapping[str, int | None]
"""The agreed scores of one application by the code of the criterion; None is 'not applicable'."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How a track is scored, as the arithmetic takes it; from the rows, or as somebody would like to have it."""

    rules: Sequence[scoring.CriterionRule]
    tie_breaks: Sequence[str]
    bonus: Fraction
    bonus_max: Fraction


@dataclass(frozen=True, slots=True)
class Basis:
    """What one application is judged on. `reviews` are all that were handed in, also those set aside, with the
    reviewers' own scores; `has_bonus` is whether the plus for no active town twinning is due."""

    pk: int
    reference: str
    side: Side
    has_bonus: bool
    reviews: tuple[scoring.ReviewSheet, ...]
    agreed: Agreed

    def sheet(self, grid: Grid) -> scoring.ApplicationSheet:
        """The application as it is ranked: with the agreed scores in every review that counts."""
        return scoring.ApplicationSheet(
            id=self.reference,
            reviews=[scoring.agreed_upon(review, self.agreed) for review in self.reviews],
            bonus=grid.bonus if self.has_bonus else 0,
        )


def criterion_rules(criteria: Sequence[Criterion]) -> list[scoring.CriterionRule]:
    """The criteria as the arithmetic takes them."""
    return [
        scoring.CriterionRule(
            id=row.code,
            weight=row.weight,
            minimum=row.scale_min,
            maximum=row.scale_max,
            floor=None if row.floor is None else Fraction(row.floor),
        )
        for row in criteria
    ]


def tie_breaks(criteria: Sequence[Criterion], bonus_place: int | None) -> list[str]:
    """The declared order: criteria by their place, the bonus at its own (after a criterion of the same place)."""
    declared = [(row.tie_break, row.order, row.code) for row in criteria if row.tie_break is not None]
    if bonus_place is not None:
        declared.append((bonus_place, 1 + max((row.order for row in criteria), default=0), scoring.BONUS))
    return [name for _place, _order, name in sorted(declared)]


def grid_of(track: Track) -> Grid:
    """The grid of `track` as it stands; one statement."""
    return grid_from(list(track.criteria.order_by("order", "pk")), track.call)


def grid_from(criteria: Sequence[Criterion], call: Call) -> Grid:
    """The same from the rows."""
    return Grid(
        rules=criterion_rules(criteria),
        tie_breaks=tie_breaks(criteria, call.bonus_tie_break),
        bonus=Fraction(call.bonus),
        bonus_max=Fraction(call.bonus_max),
    )


def bases_of(track: Track, applications: Collection[int] | None = None) -> list[Basis]:
    """What each application in the ranking of `track` (or those among `applications`, by key) is judged on, by
    reference; three statements whatever the size."""
    chosen = ranked_applications(track)
    if applications is not None:
        chosen = chosen.filter(pk__in=list(applications))
    rows = list(chosen.values_list("pk", "reference", "side", "has_active_twinning"))
    only = None if applications is None else [pk for pk, *_rest in rows]
    reviews, agreed = reviews_of(track, only), agreed_of(track, only)
    return [
        Basis(
            pk=pk,
            reference=reference,
            side=Side(side),
            has_bonus=has_twinning is False and _plus_counts(track, Side(side)),
            reviews=tuple(reviews.get(pk, ())),
            agreed=agreed.get(pk, {}),
        )
        for pk, reference, side, has_twinning in rows
    ]


def tracks_scoring(application: Application) -> list[Track]:
    """The tracks in whose ranking `application` stands once it is eligible, in the order of their keys; one
    statement."""
    own = Q(pk=application.track_id, southern_scored=True)
    ranked = Q(Exists(TrackPreference.objects.filter(application=application, track=OuterRef("pk"))))
    return list(Track.objects.filter(own | ranked).select_related("call").order_by("pk"))


def problem_of(track: Track, side: Side = Side.NORTH) -> scoring.Problem:
    """The ranking of one side of `track` as `manage.py rank_applications` takes it; four statements."""
    grid = grid_of(track)
    return scoring.Problem(
        criteria=grid.rules,
        applications=[basis.sheet(grid) for basis in bases_of(track) if basis.side == side],
        places=track.places,
        bonus_max=grid.bonus_max,
        disagree_at=track.call.disagree_at,
        tie_breaks=grid.tie_breaks,
    )


def _plus_counts(track: Track, side: Side) -> bool:
    """Whether the call takes no active town twinning, as a municipality declares it, for a plus (concept note 3.9)."""
    rule = track.call.northern_twinning if side == Side.NORTH else track.southern_twinning
    return rule == TwinningRule.PLUS


def reviews_of(track: Track, only: Collection[int] | None = None) -> dict[int, list[scoring.ReviewSheet]]:
    """The submitted reviews with the reviewers' own scores, by application (those among `only`, by key), in one
    statement. Rows of plain values: there may be a hundred thousand scores. A review without any score counts for
    nothing and is left out."""
    given = Score.objects.filter(review__track=track, review__status=ReviewStatus.SUBMITTED)
    if only is not None:
        given = given.filter(review__application__in=list(only))
    scores: defaultdict[tuple[int, int, int, bool], dict[str, int | None]] = defaultdict(dict)
    for application, review, reviewer, set_aside, criterion, value in given.order_by().values_list(
        "review__application_id", "review_id", "review__reviewer_id", "review__set_aside", "criterion__code",
        "value",
    ):  # fmt: skip
        scores[application, review, reviewer, set_aside][criterion] = value
    found: defaultdict[int, list[scoring.ReviewSheet]] = defaultdict(list)
    for application, review, reviewer, set_aside in sorted(scores):
        sheet = scoring.ReviewSheet(
            by=str(reviewer),
            scores=scores[application, review, reviewer, set_aside],
            set_aside=set_aside,
        )
        found[application].append(sheet)
    return found


def agreed_of(track: Track, only: Collection[int] | None = None) -> dict[int, dict[str, int | None]]:
    """What the panel agreed on, by application (those among `only`, by key); one statement."""
    rows = PanelScore.objects.filter(criterion__track=track).order_by()
    if only is not None:
        rows = rows.filter(application__in=list(only))
    found: defaultdict[int, dict[str, int | None]] = defaultdict(dict)
    for application, criterion, value in rows.values_list("application_id", "criterion__code", "value"):
        found[application][criterion] = value
    return found
