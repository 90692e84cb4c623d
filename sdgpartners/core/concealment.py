"""What somebody may not come across in the lists of what the portal did (mail, reminders, reports, files), though they
may read those lists: rooms above say it, the lists below ask."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet

# (person, rows of whatever model) -> the same without what is hidden from the person.
Concealer = Callable[[Any, QuerySet[Any]], QuerySet[Any]]
_concealers: list[Concealer] = []


def register_concealer(concealer: Concealer) -> Concealer:
    """Ask `concealer` too, whenever somebody opens such a list."""
    if concealer not in _concealers:
        _concealers.append(concealer)
    return concealer


def without_concealed(rows: QuerySet[Model], user: Any) -> QuerySet[Model]:
    """`rows` without those that `user` may not come across."""
    for concealer in _concealers:
        rows = concealer(user, rows)
    return rows
