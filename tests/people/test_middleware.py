"""A person's own language and zone win over cookie and browser."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from sdgpartners.people.middleware import PersonMiddleware
from tests.factories import UserFactory


def seen_by(user: object) -> tuple[str | None, str, HttpResponse]:
    """Language, zone and answer of a page that `user` asks for while the site speaks English."""
    seen: list[tuple[str | None, str]] = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append((translation.get_language(), timezone.get_current_timezone_name()))
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = user
    with translation.override("en"):
        answer = PersonMiddleware(page)(request)
    return (*seen[0], answer)


@pytest.mark.django_db
def test_a_person_reads_in_their_own_language_and_zone() -> None:
    language, zone, answer = seen_by(UserFactory(language="fr", time_zone="Africa/Kigali"))
    assert (language, zone, answer["Content-Language"]) == ("fr", "Africa/Kigali", "fr")
    assert timezone.get_current_timezone_name() == "Europe/Brussels"


def test_a_visitor_reads_in_the_language_of_the_site() -> None:
    language, zone, answer = seen_by(AnonymousUser())
    assert (language, zone, "Content-Language" in answer) == ("en", "Europe/Brussels", False)
