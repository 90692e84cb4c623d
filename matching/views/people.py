"""The signed-in person behind a request, for views that are closed to others, and the numbers that they send."""

from django.http import HttpRequest

from sdgpartners.people.models import User


def person(request: HttpRequest) -> User:
    """The person; only for views behind `login_required`."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  login_required stands before it
    return user


def number_in(request: HttpRequest, name: str) -> int:
    """A number that a page sent along in a hidden field; -1 for anything else, so that it fits nothing."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1
