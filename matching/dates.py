"""When a partnership ends. Pure calendar arithmetic (concept note 3.1)."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta


def months_later(day: date, months: int) -> date:
    """The same day of the month `months` later; the month's last day where it has no such day.

    29 February 2024 and 12 months: 28 February 2025.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def partnership_end(starts_on: date, *, duration_months: int, last_days: Iterable[date]) -> date:
    """The last day of a partnership: start + duration - 1 day, or the earliest of `last_days` if sooner.

    The result may lie before `starts_on` when a last day has passed; the caller refuses that.
    """
    return min((months_later(starts_on, duration_months) - timedelta(days=1), *last_days))
