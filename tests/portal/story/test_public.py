"""What everybody sees: nothing that is not announced, nothing that is hidden, and always that it is fictional."""

import csv
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import CallStatus
from applications.models import Call
from matching.enums import PartnershipStatus
from matching.models import Partnership

PAGES = ("portal:home", "portal:partnership-list", "portal:partnerships-csv")
SHOWN = {"Genk", "Turnhout", "Oostende", "Kortrijk", "Leuven", "Aalst"}


def text_of(client: Client, name: str) -> str:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return answer.content.decode()


def names_in(text: str) -> set[str]:
    """The Flemish municipalities of the story that a page names."""
    return {name for name in (*SHOWN, "Mechelen", "Hasselt", "Gent") if name in text}


@pytest.mark.parametrize("name", PAGES)
def test_pairs_that_run_are_shown_and_those_in_preparation_are_not(
    name: str, story: date, client: Client
) -> None:
    assert names_in(text_of(client, name)) == SHOWN


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "change",
    [
        {"hidden_publicly": True},
        {"status": PartnershipStatus.SUSPENDED},
        {"status": PartnershipStatus.ENDED_EARLY, "end_reason": "No more staff"},
        {"status": PartnershipStatus.PREPARING},
    ],
    ids=["hidden", "suspended", "ended early", "preparing"],
)
def test_a_pair_that_is_not_to_be_seen_leaves_every_public_page(
    name: str, change: dict[str, object], story: date, client: Client
) -> None:
    Partnership.objects.filter(north__name="Leuven").update(**change)
    text = text_of(client, name)
    assert names_in(text) == SHOWN - {"Leuven"}
    assert "Karongi" not in text


def test_a_pair_that_has_ended_as_planned_stays(story: date, client: Client) -> None:
    Partnership.objects.filter(north__name="Leuven").update(status=PartnershipStatus.CLOSED)
    assert names_in(text_of(client, "portal:partnership-list")) == SHOWN


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (CallStatus.DRAFT, 404),
        (CallStatus.CANCELLED, 404),
        (CallStatus.PUBLISHED, 200),
        (CallStatus.DECIDED, 200),
    ],
)
def test_a_call_is_seen_once_it_is_announced(
    status: CallStatus, code: int, story: date, client: Client
) -> None:
    Call.objects.filter(code="demo-5").update(status=status, decided_at="2026-11-23T11:00:00Z")
    address = reverse("portal:call-detail", args=["demo-5"])
    assert client.get(address).status_code == code
    assert (address in text_of(client, "portal:call-list")) == (code == 200)
    assert (address in text_of(client, "portal:home")) == (status == CallStatus.PUBLISHED)


def test_the_programme_page_gives_the_numbers_of_the_rules(story: date, client: Client) -> None:
    text = text_of(client, "portal:programme")
    assert "Benin" in text
    assert "Rwanda" in text
    assert "Genk" not in text


@pytest.mark.parametrize(
    "name", ["portal:home", "portal:programme", "portal:call-list", "portal:partnership-list"]
)
def test_a_portal_without_a_programme_says_so_instead_of_failing(name: str, db: None, client: Client) -> None:
    assert client.get(reverse(name)).status_code == 200


def test_the_file_of_pairs_holds_what_the_page_shows(story: date, client: Client) -> None:
    answer = client.get(reverse("portal:partnerships-csv"))
    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    assert {row["north"] for row in rows} == SHOWN
    assert {row["fictional"] for row in rows} == {"yes"}
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    leuven = next(row for row in rows if row["north"] == "Leuven")
    assert (leuven["south"], leuven["south_country"], leuven["status"]) == ("Karongi", "RW", "active")


def test_no_public_page_names_a_person_or_an_address(story: date, client: Client) -> None:
    for name in (*PAGES, "portal:programme", "portal:call-list", "portal:help"):
        text = text_of(client, name)
        assert "@demo.example" not in text
        assert "Contact één" not in text
