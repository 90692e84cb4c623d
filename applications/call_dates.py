"""The dates of a call, as one thing."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDates:
    """When things happen. Moments are aware; `time_zone` (IANA) is how the cut-off is announced."""

    opens_at: datetime
    closes_at: datetime
    time_zone: str = "Europe/Brussels"
    info_session_at: datetime | None = None
    info_session_url: str = ""
    decisions_planned_on: date | None = None
    start_planned_on: date | None = None
    reviews_due_on: date | None = None
