"""What the panel looks at: the applications of a track, those first on which reviewers differ, and one sheet for each
with the scores of all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from applications.enums import REVIEW_EDITABLE, CallStatus, ReviewStatus
from applications.models import Advice, Application, Criterion, PanelScore, Review, Score, Tally, Track
from applications.selectors.conflicts import barred_applications, tracks_stepped_out
from applications.selectors.ranking import RankedLine
from applications.selectors.reviews import awaiting_reviews, ranked_applications
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of

TAKEN_BACK = "take_back"


def differences_first(lines: Iterable[RankedLine]) -> list[RankedLine]:
    """Those on which reviewers disagree first, then by how far they lie apart, then by the order of the ranking."""
    return sorted(lines, key=lambda one: (not one.line.disagree, -(one.line.spread or Decimal(-1))))


def tracks_on_site(user: Any) -> QuerySet[Track]:
    """Tracks whose ranking or panel concerns the person by a seat, once their call has closed; the newest first."""
    standing = standing_of(user)
    place = "partner_country"
    seen = standing.scope(place, AssociationRole.COORDINATOR, AssociationRole.AUDITOR)
    seen |= standing.steering_scope(place) | standing.review_scope(place)
    closed = Q(call__status=CallStatus.DECIDED) | Q(
        call__status=CallStatus.PUBLISHED, call__closes_at__lt=clock.now()
    )
    return (
        Track.objects.filter(seen & closed)
        .annotate(
            steps_out=Q(pk__in=tracks_stepped_out(user).values("pk")),
            handed_in=Exists(
                Review.objects.filter(track=OuterRef("pk"), reviewer=user, status=ReviewStatus.SUBMITTED)
            ),
            awaits=Exists(awaiting_reviews(user).filter(track=OuterRef("pk")).order_by()),
        )
        .select_related("partner_country__country", "partner_country__programme", "call")
        .order_by("-call__closes_at", "pk")
    )


def panel_applications(user: Any, track: Track) -> QuerySet[Application]:
    """What the panel of `track` talks about, without what `user` has a conflict with; once decided: all decided."""
    return ranked_applications(track).exclude(pk__in=barred_applications(user).values("pk"))


@dataclass(frozen=True, slots=True)
class Column:
    """One reviewer on the sheet; `total` is of the own scores, None where the review does not count."""

    review: Review
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one reviewer gave on one criterion; `score` is None where nothing was given."""

    review: Review
    score: Score | None


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One criterion with what each reviewer gave and what was agreed. `apart` is the highest less the lowest counted
    score, None where fewer than two count."""

    criterion: Criterion
    cells: tuple[Cell, ...]
    agreed: PanelScore | None
    apart: int | None


@dataclass(frozen=True, slots=True)
class PanelSheet:
    """All scores of one application beside each other; `awaited` counts the reviews that are still to come."""

    columns: tuple[Column, ...]
    rows: tuple[PanelRow, ...]
    tally: Tally | None
    awaited: int


def panel_sheet(
    track: Track, application: Application, criteria: Sequence[Criterion] | None = None
) -> PanelSheet:
    """The consolidated sheet; five statements, four if the criteria are given. Private notes are never read."""
    criteria = list(track.criteria.order_by("order", "pk")) if criteria is None else criteria
    asked = list(
        Review.objects.filter(track=track, application=application)
        .exclude(status=ReviewStatus.RECUSED)
        .select_related("reviewer")
        .prefetch_related(Prefetch("scores", Score.objects.order_by("pk")))
        .defer("private_note")
        .order_by("set_aside", "pk")
    )
    reviews = [row for row in asked if row.status == ReviewStatus.SUBMITTED]
    agreed = {
        row.criterion_id: row
        for row in PanelScore.objects.filter(application=application, criterion__in=criteria).select_related(
            "agreed_by"
        )
    }
    tally = Tally.objects.filter(application=application, track=track).first()
    totals = {one["by"]: one["own"] for one in tally.review_totals} if tally else {}
    given = {(score.review_id, score.criterion_id): score for row in reviews for score in row.scores.all()}
    return PanelSheet(
        columns=tuple(Column(row, _decimal(totals.get(row.reviewer_id))) for row in reviews),
        rows=tuple(
            _row(one, [Cell(row, given.get((row.pk, one.pk))) for row in reviews], agreed.get(one.pk))
            for one in criteria
        ),
        tally=tally,
        awaited=sum(row.status in REVIEW_EDITABLE for row in asked),
    )


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _row(criterion: Criterion, cells: Sequence[Cell], agreed: PanelScore | None) -> PanelRow:
    counted = [
        cell.score.value
        for cell in cells
        if not cell.review.set_aside and cell.score is not None and cell.score.value is not None
    ]
    apart = max(counted) - min(counted) if len(counted) > 1 else None
    return PanelRow(criterion, tuple(cells), agreed, apart)


@dataclass(frozen=True, slots=True)
class PanelStep:
    """A step on an agreed score: what was agreed, or taken back for which reason."""

    at: datetime
    actor: User | None
    criterion: Criterion
    value: int | None
    minute: str
    taken_back: bool
    reason: str


def panel_history(application: Application, criteria: Sequence[Criterion]) -> list[PanelStep]:
    """All that was agreed on an application and taken back, the newest first; two statements."""
    events: Any = apps.get_model("applications", "PanelScoreEvent")
    by_key = {row.pk: row for row in criteria}
    rows = list(
        events.objects.filter(application=application.pk, criterion__in=by_key)
        .select_related("pgh_context")
        .order_by("-pgh_id")
    )
    metadata = [(row.pgh_context.metadata if row.pgh_context else {}) for row in rows]
    people = User.objects.in_bulk({one["user"] for one in metadata if one.get("user")})
    return [
        PanelStep(
            at=row.pgh_created_at,
            actor=people.get(given.get("user") or 0),
            criterion=by_key[row.criterion_id],
            value=row.value,
            minute=row.minute,
            taken_back=row.pgh_label == TAKEN_BACK,
            reason=str(given.get("reason") or ""),
        )
        for row, given in zip(rows, metadata, strict=True)
    ]


def advice_on(track: Track) -> list[Advice]:
    """What the steering group said of the track, the oldest first; one statement."""
    rows = Advice.objects.filter(track=track).select_related("author", "application__municipality")
    return list(rows.order_by("created_at", "pk"))
