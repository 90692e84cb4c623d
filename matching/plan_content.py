"""What a joint plan says, as a form gives it and a service keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class PlanContent:
    """What a joint plan says. `activities` are texts with the day they are planned for, or None."""

    theme_title: str = ""
    change_north: str = ""
    change_south: str = ""
    language: str = ""
    questions: Sequence[str] = ()
    activities: Sequence[tuple[str, date | None]] = field(default_factory=tuple)
