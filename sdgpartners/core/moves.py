"""One table of allowed moves per aggregate, checked in one place."""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import TextChoices

from sdgpartners.core.errors import MoveNotAllowed

State = TypeVar("State", bound=TextChoices)


def check_move(
    moves: Mapping[State, frozenset[State]], *, current: str, target: str, states: type[State]
) -> None:
    """Raise MoveNotAllowed unless `moves` leads from `current` to `target`.

    A state that the table does not know is a programming error and raises KeyError.
    """
    states(target)  # a ValueError for a state that does not exist
    if target not in moves[states(current)]:
        raise MoveNotAllowed(state=states(current).label)
