"""A score as a form gives it and a service keeps it, and what a complete one needs. Pure."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class ScoreInput:
    """A score as a reviewer gives it: a value in the criterion's scale, or not applicable; or neither yet."""

    value: int | None = None
    not_applicable: bool = False
    comment: str = ""

    @property
    def is_given(self) -> bool:
        """Whether the criterion is dealt with: scored, or said not to apply."""
        return self.value is not None or self.not_applicable


NOTHING = ScoreInput()


class Gap(StrEnum):
    """What a score misses before a review can be handed in."""

    SCORE = "score"
    WORDS = "words"


def gap_in(given: ScoreInput, *, lowest: int, highest: int, words_at_ends: bool) -> Gap | None:
    """What is missing on one criterion; with `words_at_ends` both ends of the scale want a comment."""
    if not given.is_given:
        return Gap.SCORE
    if words_at_ends and given.value in (lowest, highest) and not given.comment.strip():
        return Gap.WORDS
    return None
