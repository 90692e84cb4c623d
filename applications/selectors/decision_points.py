"""What was decided of an application, with its points: the same lines for the letter, the page and the record."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from applications.enums import DecisionOutcome
from applications.models import Criterion, CriterionFeedback, Decision

_OUTCOMES = (DecisionOutcome.SELECTED, DecisionOutcome.RESERVE, DecisionOutcome.REJECTED)


@dataclass(frozen=True, slots=True)
class CriterionPoints:
    """A criterion with its figure on 0 to 100 (None: it did not apply here), whether that lies below the criterion's
    minimum, and what was written of it."""

    criterion: Criterion
    figure: Decimal | None
    feedback: str
    is_below: bool = False


@dataclass(frozen=True, slots=True)
class DecisionPoints:
    """A decision with the points of each criterion; `bonus` is what the total holds of it."""

    decision: Decision
    bonus: Decimal
    criteria: tuple[CriterionPoints, ...]

    @property
    def has_feedback(self) -> bool:
        """Whether anything was written for the municipality."""
        return bool(self.decision.feedback or any(row.feedback for row in self.criteria))


def decisions_with_feedback() -> QuerySet[Decision]:
    """Decisions with all that their points need: country, theme, criteria, feedback; three statements."""
    criteria = Prefetch("track__criteria", Criterion.objects.order_by("order"))
    feedback = Prefetch("criterion_feedback", CriterionFeedback.objects.order_by("pk"))
    return (
        Decision.objects.select_related("track__partner_country__country", "track__theme", "track__call")
        .prefetch_related(criteria, feedback)
        .order_by("pk")
    )


def points_of(decision: Decision) -> DecisionPoints:
    """The points of a decision, as they were when it was prepared; no statement after `decisions_with_feedback`."""
    figures = decision.figures.get("criteria", {})
    not_scored = set(decision.figures.get("not_scored", ()))
    below = set(decision.figures.get("floors_missed", ()))
    written = {row.criterion_id: row.text for row in decision.criterion_feedback.all()}
    rows = tuple(
        CriterionPoints(
            criterion=criterion,
            figure=None if criterion.code in not_scored else _figure(figures.get(criterion.code)),
            feedback=written.get(criterion.pk, ""),
            is_below=criterion.code in below,
        )
        for criterion in decision.track.criteria.all()
    )
    return DecisionPoints(decision, _figure(decision.figures.get("bonus")) or Decimal(0), rows)


def in_order(decisions: Iterable[Decision]) -> list[Decision]:
    """Best outcome first."""
    return sorted(decisions, key=lambda row: (_OUTCOMES.index(DecisionOutcome(row.outcome)), row.track_id))


def best_outcome(decisions: Iterable[Decision]) -> DecisionOutcome:
    """The best over the tracks is the application's; rejected where there is none."""
    outcomes = {row.outcome for row in decisions}
    return next((outcome for outcome in _OUTCOMES if outcome in outcomes), DecisionOutcome.REJECTED)


def _figure(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
