"""What a form says about a formal decision, as a service keeps it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class FormalData:
    """One decision of a college or council: `approved` None as long as it has not decided, days in the calendar of
    the municipality."""

    subject: str
    body: str
    body_name: str = ""
    requested_on: date | None = None
    expected_on: date | None = None
    decided_on: date | None = None
    approved: bool | None = None
    number: str = ""
