"""The only clock. Everything that asks what time it is asks here, so that tests, commands and simulations
can stand at any moment without patching."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

_standing_at: list[datetime] = []


def now() -> datetime:
    """The present moment, aware, in UTC; the moment of the innermost `at()` where there is one."""
    return _standing_at[-1] if _standing_at else datetime.now(UTC)


def today(zone: str | None = None) -> date:
    """The calendar date in `zone` (an IANA name; the portal's own zone when None)."""
    return now().astimezone(ZoneInfo(zone or settings.TIME_ZONE)).date()


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Let the whole process stand still at `moment` (aware, otherwise ValueError) inside the block."""
    if moment.tzinfo is None:
        raise ValueError("clock.at() wants a moment with its offset")
    _standing_at.append(moment.astimezone(UTC))
    try:
        yield _standing_at[-1]
    finally:
        _standing_at.pop()
