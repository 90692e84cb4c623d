"""Who did it and why, in every row of history that is written inside the block."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
from pghistory import runtime


@contextmanager
def because(actor: Any, reason: str = "") -> Iterator[None]:
    """Context for the history tables: the acting person (None = the system) and the reason in their own words.

    Holds for this block alone, also inside another one or a request: what follows has again the actor and the reason
    that were there before. A block without a reason inside one of the same person is a part of it, and has its reason.
    """
    given = {"user": actor.pk if actor else None, "reason": reason}
    outer = getattr(runtime._tracker, "value", None)
    if outer is None:
        with pghistory.context(**given):
            yield
        return
    # The library writes nested contexts into one row, and the last word stands for all: the reason for choosing a
    # reviewer would be read as that for the move of the application.
    if not reason and outer.metadata.get("user") == given["user"]:
        given["reason"] = outer.metadata.get("reason", "")
    runtime._tracker.value = runtime.Context(id=uuid.uuid4(), metadata={**outer.metadata, **given})
    try:
        yield
    finally:
        runtime._tracker.value = outer
