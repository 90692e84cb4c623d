"""Language and time zone of the person who asks, and how long they stay signed in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from sdgpartners.people.sessions import is_shared, prolong


class PersonMiddleware:
    """A signed-in person's own language and zone win over cookie and browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        translation.activate(user.language)
        request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(user.time_zone):
            response = self.get_response(request)
        response.headers["Content-Language"] = user.language
        return response


class ActivityMiddleware:
    """Whoever sends something, be it a text that saves itself, stays signed in for the full length again. On a shared
    computer the browser keeps no page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.user.is_authenticated:
            return response
        if request.method == "POST":
            prolong(request)
        if is_shared(request):
            # Otherwise “Back” shows the page to whoever comes next.
            response.headers["Cache-Control"] = "private, no-store"
        return response
