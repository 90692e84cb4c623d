"""The ranking of a track, computed from the submitted reviews by `applications.scoring`."""

from dataclasses import dataclass
from fractions import Fraction

from applications import scoring
from applications.enums import ReviewStatus, TwinningRule
from applications.models import Application, Criterion, Decision, Review, Track
from applications.selectors.reviews import scored_applications
from sdgpartners.programme.enums import Side


@dataclass(frozen=True)
class RankedRow:
    """A line of the ranking with its application, its decision (if prepared), and each review's total."""

    application: Application
    line: scoring.RankedApplication
    decision: Decision | None
    review_totals: tuple[float, ...]


def criterion_rules(criteria: list[Criterion]) -> list[scoring.CriterionRule]:
    """The grid as the arithmetic takes it."""
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


def _sheets(track: Track, applications: list[Application]) -> dict[int, list[scoring.ReviewSheet]]:
    """The submitted reviews by application, in two statements."""
    reviews = (
        Review.objects.filter(track=track, application__in=applications, status=ReviewStatus.SUBMITTED)
        .prefetch_related("scores__criterion")
        .order_by("pk")
    )
    found: dict[int, list[scoring.ReviewSheet]] = {}
    for review in reviews:
        scores = {score.criterion.code: score.value for score in review.scores.all()}
        sheet = scoring.ReviewSheet(by=str(review.reviewer_id), scores=scores, set_aside=review.set_aside)
        found.setdefault(review.application_id, []).append(sheet)
    return found


def _bonus(application: Application, track: Track) -> Fraction:
    """The plus for no active town twinning, as the municipality declared it (concept note 3.9), where the call
    counts that as one."""
    rule = track.call.northern_twinning if application.side == Side.NORTH else track.southern_twinning
    counts = rule == TwinningRule.PLUS and application.has_active_twinning is False
    return Fraction(track.call.bonus) if counts else Fraction(0)


def tie_breaks(criteria: list[Criterion]) -> list[str]:
    """Criteria in the declared order of tie-breaks, then the bonus."""
    declared = sorted(
        (row for row in criteria if row.tie_break is not None), key=lambda row: row.tie_break or 0
    )
    return [*(row.code for row in declared), scoring.BONUS]


def ranking_of(track: Track) -> list[RankedRow]:
    """The ranking as it stands now, best first; a bounded number of statements whatever the size."""
    applications = list(scored_applications(track))
    criteria = list(track.criteria.order_by("order"))
    if not applications or not criteria:
        return []
    rules = criterion_rules(criteria)
    sheets = _sheets(track, applications)
    problem = scoring.Problem(
        criteria=rules,
        applications=[
            scoring.ApplicationSheet(
                id=row.reference, reviews=sheets.get(row.pk, []), bonus=_bonus(row, track)
            )
            for row in applications
        ],
        places=track.places,
        bonus_max=Fraction(track.call.bonus_max),
        disagree_at=track.call.disagree_at,
        tie_breaks=tie_breaks(criteria),
    )
    by_reference = {row.reference: row for row in applications}
    decisions = {row.application_id: row for row in Decision.objects.filter(track=track)}
    rows = []
    for line in scoring.rank(problem):
        application = by_reference[line.id]
        totals = [
            scoring.review_total(rules, sheet.scores)
            for sheet in sheets.get(application.pk, [])
            if not sheet.set_aside
        ]
        rows.append(
            RankedRow(
                application=application,
                line=line,
                decision=decisions.get(application.pk),
                review_totals=tuple(sorted(float(total) for total in totals if total is not None)),
            )
        )
    return rows
