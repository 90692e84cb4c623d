"""Who did it and why, in every row of history that is written inside the block."""

from contextlib import AbstractContextManager
from typing import Any

import pghistory


def because(actor: Any, reason: str = "") -> AbstractContextManager[Any]:
    """Context for the history tables: the acting person (None = the system) and the reason in their own words."""
    context: AbstractContextManager[Any] = pghistory.context(user=actor.pk if actor else None, reason=reason)
    return context
