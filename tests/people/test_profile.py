"""The profile page, the language and the zone."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sdgpartners.people.models import AssociationSeat, User
from sdgpartners.people.selectors import seats_of, zone_choices
from tests.factories import MunicipalityFactory, UserFactory, make_editor, make_seat, make_steering
from tests.world import World

FORM = {
    "first_name": "Ada",
    "last_name": "Mensah",
    "language": "fr",
    "time_zone": "Africa/Kigali",
    "phone": "+229 01",
}
URL = "/account/profile/"


@pytest.mark.django_db
def test_the_profile_is_saved_and_the_page_speaks_the_new_language(client: Client) -> None:
    user = UserFactory(language="en")
    client.force_login(user)
    assert '<html lang="en">' in client.get(URL).content.decode()
    answer = client.post(URL, FORM)
    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert User.objects.values(*FORM).get(pk=user.pk) == FORM
    page = client.get(URL)
    assert '<html lang="fr">' in page.content.decode()
    assert page["Content-Language"] == "fr"


@pytest.mark.django_db
def test_errors_keep_what_was_typed_and_change_nothing(client: Client) -> None:
    user = UserFactory(first_name="Ada", language="en")
    client.force_login(user)
    wrong = {**FORM, "last_name": "", "phone": "+250 <b>7</b>", "time_zone": "Mars/Olympus", "language": "de"}
    answer = client.post(URL, wrong)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "+250 &lt;b&gt;7&lt;/b&gt;" in words
    for field in ("last_name", "time_zone", "language"):
        assert f'href="#id_{field}"' in words
    fresh = User.objects.get(pk=user.pk)
    assert (fresh.language, fresh.time_zone, fresh.phone) == ("en", "Europe/Brussels", "")


@pytest.mark.django_db
def test_the_profile_is_for_those_who_are_signed_in(client: Client) -> None:
    assert client.get(URL)["Location"] == f"{reverse('account_login')}?next={URL}"
    assert client.post(URL, FORM).status_code == 302


def test_nobody_changes_more_than_the_form_asks(world: World, client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    client.post(URL, {**FORM, "email": "other@example.org", "is_superuser": "1", "is_demo": "1"})
    fresh = User.objects.get(pk=user.pk)
    assert (fresh.email, fresh.is_superuser, fresh.is_demo) == (user.email, False, False)


def test_my_seats_are_mine_alone_with_those_i_stand_in_for(world: World, client: Client) -> None:
    user = make_editor(world.gent)
    make_steering(world.programme, user=user)
    make_editor(world.leuven)
    holder = make_seat(world.ancb, "payer", first_name="Kossi", last_name="Holder")
    AssociationSeat.objects.filter(user=holder).update(
        deputy=user, deputy_from="2026-11-01", deputy_until="2026-12-01"
    )
    assert [(seat.place, seat.deputy_of) for seat in seats_of(user)] == [
        ("Gent", ""),
        ("ANCB", "Kossi Holder"),
        ("Steering group of SDG Partnerships", ""),
    ]
    client.force_login(user)
    words = client.get(URL).content.decode()
    assert "Gent" in words
    assert "Leuven" not in words


def test_the_page_takes_the_same_statements_for_1_and_30_seats(world: World, client: Client) -> None:
    one, many = make_editor(world.gent), UserFactory()
    for _ in range(30):
        make_editor(MunicipalityFactory(country=world.be), user=many)
    counts = []
    for user in (one, many):
        client.force_login(user)
        client.get(URL)
        with CaptureQueriesContext(connection) as caught:
            client.get(URL)
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert counts[0] <= 8


@pytest.mark.django_db
def test_the_zones_of_the_programme_come_first() -> None:
    groups = zone_choices()
    assert [zone for zone, _name in groups[0][1]] == ["Europe/Brussels", "Africa/Porto-Novo", "Africa/Kigali"]
    everything = [zone for _group, zones in groups for zone, _name in zones]
    assert len(everything) == len(set(everything))
    assert {"Africa/Lagos", "Europe/Paris", "America/New_York"} <= set(everything)


@pytest.mark.django_db
def test_a_language_that_was_chosen_stays_for_visitors_and_for_people(client: Client) -> None:
    url = reverse("set_language")
    answer = client.post(url, {"language": "nl", "next": "/account/login/"})
    assert answer["Location"] == "/account/login/"
    assert '<html lang="nl">' in client.get("/account/login/").content.decode()
    user = UserFactory(language="en")
    client.force_login(user)
    assert '<html lang="en">' in client.get(URL).content.decode()
    client.post(url, {"language": "fr", "next": URL})
    user.refresh_from_db()
    assert user.language == "fr"
    assert '<html lang="fr">' in client.get(URL).content.decode()


@pytest.mark.django_db
def test_a_language_that_does_not_exist_and_a_foreign_address_are_ignored(client: Client) -> None:
    url = reverse("set_language")
    answer = client.post(url, {"language": "de", "next": "https://elsewhere.example/"})
    assert (answer["Location"], "django_language" in client.cookies) == ("/", False)
    assert client.get(url).status_code == 405
