"""Moments that are typed on the clock of a call, not on that of the person who types."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone


def in_zone(moment: datetime, zone: str) -> datetime:
    """The same wall clock in `zone`: forms read what is typed in the zone of the person."""
    return timezone.make_naive(moment).replace(tzinfo=ZoneInfo(zone))


def whole_minute(moment: datetime) -> datetime:
    """The last second of a minute, for what lasts until then: 23:59 ends at midnight."""
    return moment + timedelta(seconds=59)


def wall_clock(moment: datetime | None, zone: str) -> datetime | None:
    """How `moment` is typed on the clock of `zone`, without seconds."""
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0, tzinfo=None)
