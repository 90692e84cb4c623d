"""Papers and people of partnerships that wait for one's own side."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from matching.models import FormalDecision, HandOver, Partnership, PlanReview
from matching.selectors.handovers import LIVING
from sdgpartners.core import clock
from sdgpartners.people.standing import standing_of


@dataclass(frozen=True, slots=True)
class PapersDue:
    """What is due on one's own side of a partnership, by day; None: nothing. `review_due` is the review of the plan,
    `decision_due` an answer that was expected by today, `successor_due` a contact person whom nobody follows."""

    partnership: Partnership
    review_due: date | None
    decision_due: date | None
    successor_due: date | None


def papers_waiting_for(user: Any) -> list[PapersDue]:
    """What is due on the side of municipalities that the person speaks for, partnership by partnership; one
    statement."""
    standing = standing_of(user)
    mine = [pk for pk in standing.municipality_ids if standing.is_editor(pk)]
    reviews = PlanReview.objects.filter(
        Q(agreed_north_at__isnull=True, plan__partnership__north__in=mine)
        | Q(agreed_south_at__isnull=True, plan__partnership__south__in=mine),
        plan__partnership=OuterRef("pk"),
    )
    decisions = FormalDecision.objects.filter(
        side__partnership=OuterRef("pk"),
        side__municipality__in=mine,
        withdrawn_at__isnull=True,
        decided_on__isnull=True,
        expected_on__lte=clock.today(),
    )
    leaving = HandOver.objects.filter(
        Q(successor__isnull=True) | Q(successor__left_on__isnull=False),
        side__partnership=OuterRef("pk"),
        side__municipality__in=mine,
        done_at__isnull=True,
    )
    rows = (
        Partnership.objects.filter(Q(north__in=mine) | Q(south__in=mine), status__in=LIVING)
        .annotate(
            review_due=Subquery(reviews.order_by("due_on").values("due_on")[:1]),
            decision_due=Subquery(decisions.order_by("expected_on").values("expected_on")[:1]),
            successor_due=Subquery(leaving.order_by("leaves_on").values("leaves_on")[:1]),
        )
        .filter(Q(review_due__isnull=False) | Q(decision_due__isnull=False) | Q(successor_due__isnull=False))
        .select_related("north", "south")
        .order_by("reference")
    )
    return [PapersDue(row, row.review_due, row.decision_due, row.successor_due) for row in rows]
