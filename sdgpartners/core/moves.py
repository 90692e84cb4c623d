"""One table of allowed moves per aggregate, checked in one place."""

from collections.abc import Mapping

from django.db.models import TextChoices

from sdgpartners.core.errors import MoveNotAllowed

Moves = Mapping[str, frozenset[str]]


def check_move(moves: Moves, *, current: str, target: str, states: type[TextChoices]) -> None:
    """Raise MoveNotAllowed unless `moves` leads from `current` to `target`.

    A state that the table does not know is a programming error and raises KeyError.
    """
    states(target)  # a ValueError for a state that does not exist
    if target not in moves[states(current)]:
        raise MoveNotAllowed(state=states(current).label)
