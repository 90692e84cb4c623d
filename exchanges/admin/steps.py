"""Steps over the rows that were ticked: each through its service, each refusal told by name."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from sdgpartners.core.errors import DomainError


def step_each(request: HttpRequest, rows: Iterable[Any], step: Callable[[Any], object], done: str) -> None:
    """Take the step for each row; `done` takes `number`. A refused row does not stop the others."""
    number = 0
    for row in rows:
        try:
            step(row)
        except DomainError as error:
            messages.error(request, f"{row.reference}: {error}")
        else:
            number += 1
    if number:
        messages.success(request, done % {"number": number})
