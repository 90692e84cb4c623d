"""When a joint plan is looked back at, and the review that is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from matching.dates import months_later
from matching.enums import PartnershipStatus
from matching.models import Partnership, PlanReview
from matching.selectors.ends import end_of_month, start_of_month
from matching.selectors.standstill import pauses_of
from sdgpartners.programme.models import ProgrammeRules
from sdgpartners.programme.selectors import rules_on


@dataclass(frozen=True, slots=True)
class ReviewDays:
    """From when a plan can be reviewed, and by when it is."""

    opens_on: date
    due_on: date


def reviewable() -> QuerySet[Partnership]:
    """Partnerships that run and whose plan nobody has looked back at."""
    return (
        Partnership.objects.filter(
            status__in=(PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING),
            starts_on__isnull=False,
            plan__isnull=False,
            plan__reviews__isnull=True,
        )
        .select_related("partner_country__programme", "north", "south", "plan")
        .order_by("reference")
    )


def review_days(partnerships: Iterable[Partnership]) -> dict[int, ReviewDays]:
    """The days of each partnership with a start, by its primary key: the first and last day of the month of the rules
    (12), later by the days that it stood still, the last one never after the partnership's own; a partnership that ends
    before that month looks back in its own last one. One statement, and one a programme."""
    rows = list(partnerships)
    pauses = pauses_of(rows)
    rules: dict[int, ProgrammeRules] = {}
    found = {}
    for row in rows:
        programme = row.partner_country.programme
        if programme.pk not in rules:
            rules[programme.pk] = rules_on(programme)
        still = sum(pause.days for pause in pauses.get(row.pk, ()))
        found[row.pk] = _days(row, rules[programme.pk].plan_review_month, timedelta(days=still))
    return found


def _days(partnership: Partnership, month: int, still: timedelta) -> ReviewDays:
    if partnership.starts_on is None:
        raise ValueError(f"{partnership.reference} has no first day")
    opens_on = start_of_month(partnership.starts_on, month) + still
    due_on = end_of_month(partnership.starts_on, month) + still
    last = partnership.ends_on
    due_on = due_on if last is None else min(due_on, last)
    if opens_on > due_on:
        opens_on = max(partnership.starts_on, months_later(due_on + timedelta(days=1), -1))
    return ReviewDays(opens_on, due_on)


def review_of(partnership: Partnership) -> PlanReview | None:
    """The review of the plan with who agreed, or None before its month; one statement."""
    rows = PlanReview.objects.filter(plan__partnership=partnership).select_related(
        "plan", "agreed_north_by", "agreed_south_by"
    )
    return rows.order_by("due_on").last()
