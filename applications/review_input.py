"""A score as a form gives it and a service keeps it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ScoreInput:
    """A score as a reviewer gives it: a value in the criterion's scale, or not applicable; or neither yet."""

    value: int | None = None
    not_applicable: bool = False
    comment: str = ""
