"""The signed-in person behind a request, for views that are closed to others."""

from django.http import HttpRequest

from sdgpartners.people.models import User


def person(request: HttpRequest) -> User:
    """The person; only for views behind `login_required`."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  login_required stands before it
    return user
