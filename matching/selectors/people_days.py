"""By when a side's people are broad enough (concept note 3.5)."""

from collections.abc import Iterable
from datetime import date, timedelta

from matching.models import Partnership
from matching.selectors.ends import end_of_month
from matching.selectors.standstill import pauses_of
from sdgpartners.programme.models import ProgrammeRules
from sdgpartners.programme.selectors import rules_on


def breadth_days(partnerships: Iterable[Partnership]) -> dict[int, date]:
    """The last day of the month of the rules (6) of each partnership with a start, by its primary key; later by the
    days that it stood still. One statement, and one a programme."""
    rows = [row for row in partnerships if row.starts_on is not None]
    pauses = pauses_of(rows)
    months: dict[int, int] = {}
    found = {}
    for row in rows:
        programme = row.partner_country.programme
        if programme.pk not in months:
            months[programme.pk] = rules_on(programme).breadth_by_month
        if row.starts_on is not None:
            still = timedelta(days=sum(pause.days for pause in pauses.get(row.pk, ())))
            found[row.pk] = end_of_month(row.starts_on, months[programme.pk]) + still
    return found


def breadth_day(partnership: Partnership, starts_on: date, rules: ProgrammeRules) -> date:
    """The same for one partnership with `starts_on` as its first day; one statement."""
    still = sum(pause.days for pause in pauses_of([partnership]).get(partnership.pk, ()))
    return end_of_month(starts_on, rules.breadth_by_month) + timedelta(days=still)
