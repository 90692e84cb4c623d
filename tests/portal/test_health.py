"""The address that watchers ask: one word, and the truth."""

import pytest
from django.test import Client
from django.urls import reverse
from health_check.checks import Cache
from health_check.exceptions import ServiceUnavailable

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html", "no/such;thing", "nonsense"])
def test_a_portal_that_works_says_so_in_one_word(client: Client, accept: str) -> None:
    answer = client.get(reverse("portal:health"), headers={"accept": accept})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer.headers["Cache-Control"]


def test_what_fails_is_not_told_to_strangers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(self: Cache) -> None:
        raise ServiceUnavailable("redis at a secret address")

    monkeypatch.setattr(Cache, "run", run)
    answer = client.get(reverse("portal:health"))
    assert (answer.status_code, answer.content) == (500, b"failing\n")


@pytest.mark.parametrize("way", ["?format=json", "?format=openmetrics"])
def test_no_other_form_gives_details(client: Client, way: str) -> None:
    assert client.get(reverse("portal:health") + way).content == b"ok\n"
