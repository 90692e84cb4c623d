"""Who asks, and what a refused step looks like."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from sdgpartners.core.errors import DomainError
from sdgpartners.people.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person; views are behind `login_required`."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def take_step(request: HttpRequest, step: Callable[[], object], done: str) -> bool:
    """Take a step that has no form of its own, and say that it is done or why it is not."""
    try:
        step()
    except DomainError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done)
    return True
