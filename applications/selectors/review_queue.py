"""A reviewer's list: what to do first, what is done, what is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from applications.enums import REVIEW_EDITABLE, ApplicationStatus, CallStatus, ReviewStatus
from applications.models import Call, Review
from applications.selectors.conflicts import barred_applications
from applications.selectors.reviews import reviews_visible_to
from sdgpartners.people.standing import standing_of


@dataclass(frozen=True)
class ReviewQueue:
    """One call. `to_do` has what was begun or opened again first, then the application that has the fewest reviews;
    `over` what can no longer be submitted."""

    call: Call
    to_do: list[Review]
    done: list[Review]
    over: list[Review]

    @property
    def total(self) -> int:
        """Of one's own, what counts as work: done or to do."""
        return len(self.to_do) + len(self.done)

    @property
    def due_on(self) -> date | None:
        """The day for what is to do; None where nothing is, or no day is set."""
        return self.call.reviews_due_on if self.to_do else None


def queues_of(user: Any) -> list[ReviewQueue]:
    """Everything that `user` has to review or reviewed, by call, the newest first. One statement beside the
    standing."""
    rows = reviews_visible_to(user).annotate(in_already=_submitted()).order_by("-application__call__opens_at")
    by_call: dict[int, list[Review]] = {}
    for row in sorted(rows, key=_first):
        by_call.setdefault(row.application.call_id, []).append(row)
    found = [_queue(found) for found in by_call.values()]
    return sorted(found, key=lambda one: (not one.to_do, -one.call.opens_at.timestamp()))


def _submitted() -> Coalesce:
    """How many reviews of the application count on the track by now. Orders the list and is not shown: a reviewer
    learns nothing of the others."""
    others = Review.objects.filter(
        application=OuterRef("application"), track=OuterRef("track"),
        status=ReviewStatus.SUBMITTED, set_aside=False,
    )  # fmt: skip
    counted = others.order_by().values("application").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _first(row: Any) -> tuple[bool, int, str]:
    return (row.status == ReviewStatus.ASSIGNED, row.in_already, row.application.reference)


def _queue(rows: Iterable[Review]) -> ReviewQueue:
    to_do, done, over = [], [], []
    for row in rows:
        if row.status == ReviewStatus.SUBMITTED:
            done.append(row)
        elif _is_wanted(row):
            to_do.append(row)
        else:
            over.append(row)
    done.sort(key=lambda row: row.application.reference)
    return ReviewQueue((to_do + done + over)[0].application.call, to_do, done, over)


def _is_wanted(row: Review) -> bool:
    application = row.application
    return (
        application.status == ApplicationStatus.IN_REVIEW and application.call.status == CallStatus.PUBLISHED
    )


def withdrawn_reviews(user: Any) -> QuerySet[Review]:
    """One's own reviews that were not submitted when the municipality withdrew, while the call is not decided; for the
    notice that they are gone."""
    return (
        Review.objects.filter(
            standing_of(user).review_scope("track__partner_country"),
            reviewer=user,
            status__in=REVIEW_EDITABLE,
            application__status=ApplicationStatus.WITHDRAWN,
            application__call__status=CallStatus.PUBLISHED,
        )
        .exclude(application__in=barred_applications(user).values("pk"))
        .select_related("application__municipality__country", "track__partner_country__country")
        .order_by("application__reference")
    )


def open_reviews(user: Any) -> QuerySet[Review]:
    """What `user` can submit now."""
    return reviews_visible_to(user).filter(
        status__in=REVIEW_EDITABLE,
        application__status=ApplicationStatus.IN_REVIEW,
        application__call__status=CallStatus.PUBLISHED,
    )
