"""One's own scoring sheet: the scores with what they mean, what is missing, the total by the grid, and why it was
opened again or is closed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, FilteredRelation, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications import scoring
from applications.enums import ApplicationStatus, RecusalGround, ReviewStatus
from applications.models import Criterion, Review
from applications.opened_page import OpenedPage
from applications.review_input import NOTHING, Gap, ScoreInput, gap_in
from applications.selectors.conflicts import barred_applications
from applications.selectors.tallies import criterion_rules


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One criterion with one's own score. `share` is its weight in percent of all; `words` what the score means."""

    criterion: Criterion
    given: ScoreInput
    words: str
    share: Decimal
    gap: Gap | None


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """All criteria of a review; `total` is one's own by the grid, 0 to 100, None without any score."""

    lines: tuple[SheetLine, ...]
    total: Decimal | None

    @property
    def done(self) -> int:
        """How many criteria have a score or do not apply."""
        return sum(line.given.is_given for line in self.lines)

    @property
    def is_complete(self) -> bool:
        return not self.scores_nothing and not any(line.gap for line in self.lines)

    @property
    def scores_nothing(self) -> bool:
        """Whether all criteria were said not to apply: such a review would not count."""
        return self.left_out == len(self.lines)

    @property
    def left_out(self) -> int:
        """How many criteria were said not to apply."""
        return sum(line.given.not_applicable for line in self.lines)

    @property
    def next_open(self) -> Criterion | None:
        """The first criterion without a score."""
        return next((line.criterion for line in self.lines if not line.given.is_given), None)


def criteria_of(review: Review) -> list[Criterion]:
    """The criteria of its track in their order, with their anchors and one's own score; two statements."""
    own = FilteredRelation("scores", condition=Q(scores__review=review.pk))
    return list(
        review.track.criteria.prefetch_related("anchors")
        .annotate(own=own)
        .annotate(own_key=F("own__pk"), own_value=F("own__value"), own_comment=F("own__comment"))
        .annotate(own_not_applicable=F("own__not_applicable"))
        .order_by("order", "pk")
    )


def scores_of(criteria: Iterable[Criterion]) -> dict[int, ScoreInput]:
    """What is stored, by the primary key of the criterion; `criteria` as `criteria_of` gives them."""
    rows: Iterable[Any] = criteria
    return {
        row.pk: ScoreInput(row.own_value, row.own_not_applicable, row.own_comment)
        for row in rows
        if row.own_key is not None
    }


def sheet_of(review: Review, criteria: Sequence[Criterion], stored: dict[int, ScoreInput]) -> OwnSheet:
    """The sheet as it is stored. No statement of its own."""
    weights = sum(row.weight for row in criteria)
    lines = tuple(
        SheetLine(
            criterion=row,
            given=(given := stored.get(row.pk, NOTHING)),
            words=meaning(row, given),
            share=(Decimal(100) * row.weight / weights).quantize(Decimal("0.1")),
            gap=gap_in(
                given,
                lowest=row.scale_min,
                highest=row.scale_max,
                words_at_ends=review.application.call.comment_at_extremes,
            ),
        )
        for row in criteria
    )
    values = {line.criterion.code: line.given.value for line in lines}
    total = scoring.review_total(criterion_rules(criteria), values)
    return OwnSheet(lines, None if total is None else scoring.two_decimals(total))


def meaning(criterion: Criterion, given: ScoreInput) -> str:
    """What the anchor says of a score; empty where none is given or the step has no words."""
    found = (anchor.text for anchor in criterion.anchors.all() if anchor.score == given.value)
    return next(found, "")


@dataclass(frozen=True, slots=True)
class Reopening:
    """When and why the coordinator opened a review again."""

    at: datetime
    reason: str


def reopening_of(review: Review) -> Reopening | None:
    """The last reopening of a review that is open again, from its history; one statement, none for others."""
    if review.status != ReviewStatus.REOPENED:
        return None
    rows = review.events.filter(status=ReviewStatus.REOPENED)  # type: ignore[attr-defined]
    for row in rows.select_related("pgh_context").order_by("-pgh_id"):
        reason = str((row.pgh_context.metadata if row.pgh_context else {}).get("reason") or "")
        if reason:
            return Reopening(row.pgh_created_at, reason)
    return None


def last_page_of(review: Review) -> OpenedPage:
    """The opened page that saved the review last, from its history; an empty one where it came from none."""
    found = (
        review.events.order_by("-pgh_id")  # type: ignore[attr-defined]
        .values_list("pgh_context__metadata", flat=True)
        .first()
    )
    return OpenedPage.read(found or {})


_CLOSED: dict[str, Promise] = {
    RecusalGround.ABSTAINED: _("You passed this review on. Somebody else has it now."),
    RecusalGround.REPLACED: _("The coordinator gave this review to somebody else."),
}


def why_closed(user: Any, reference: str, country: str) -> str | Promise | None:
    """Why a review that was one's own no longer opens, in words; None where it never was, and for a conflict of
    interest: then the application is gone without a trace."""
    review = (
        Review.objects.filter(
            reviewer=user.pk,
            application__reference=reference,
            track__partner_country__country_id=country.upper(),
        )
        .exclude(application__in=barred_applications(user).values("pk"))
        .exclude(recused_ground=RecusalGround.CONFLICT)
        .select_related("application")
        .first()
    )
    if review is None:
        return None
    if review.application.status == ApplicationStatus.WITHDRAWN:
        return _("The municipality has withdrawn this application: it is no longer scored.")
    return _CLOSED.get(review.recused_ground, _("You are no longer a reviewer for this country."))
