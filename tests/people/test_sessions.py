"""How long somebody stays signed in, and the computer that others use too."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from sdgpartners.core import clock
from sdgpartners.people.models import User
from tests.factories import PASSWORD, UserFactory
from tests.people.test_sign_in import code_in

pytestmark = pytest.mark.django_db
AGE = settings.SESSION_COOKIE_AGE


@pytest.fixture
def user() -> User:
    made: User = UserFactory(language="en")
    return made


def sign_in(client: Client, user: User, **more: str) -> None:
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, **more})


def left(client: Client) -> int:
    found: int = client.get(reverse("people:session")).json()["left"]
    return found


def test_a_session_counts_down_and_every_sending_prolongs_it(client: Client, user: User) -> None:
    with clock.at(clock.now()) as start:
        sign_in(client, user)
        assert left(client) == AGE
    with clock.at(start + timedelta(hours=3)):
        client.get(reverse("people:profile"))
        assert left(client) == AGE - 3 * 3600
        client.post(reverse("people:profile"), {})
        assert left(client) == AGE
    with clock.at(start + timedelta(hours=3, seconds=30)):
        client.post(reverse("people:profile"), {})
        # So soon after the last time nothing is written.
        assert left(client) == AGE - 30
    with clock.at(start + timedelta(hours=6)):
        assert client.post(reverse("people:session")).json()["left"] == AGE


def test_a_visitor_has_no_session_to_prolong(client: Client) -> None:
    for answer in (client.get(reverse("people:session")), client.post(reverse("people:session"))):
        assert answer.json() == {"account": "", "left": 0, "token": ""}
    assert not client.session.keys()


def test_the_page_tells_scripts_the_account_without_naming_it(client: Client, user: User) -> None:
    sign_in(client, user)
    html = client.get(reverse("people:profile")).content.decode()
    account = client.get(reverse("people:session")).json()["account"]
    assert f'data-account="{account}"' in html
    assert len(account) == 16
    assert f'data-left="{AGE}"' in html or f'data-left="{AGE - 1}"' in html
    other = Client()
    other.force_login(UserFactory())
    assert other.get(reverse("people:session")).json()["account"] != account


@pytest.mark.parametrize("shared", [True, False])
def test_on_a_shared_computer_the_session_ends_with_the_browser(
    client: Client, user: User, shared: bool
) -> None:
    sign_in(client, user, **({"shared": "on"} if shared else {}))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == ("" if shared else AGE)
    page = client.get(reverse("people:profile"))
    assert ("data-shared" in page.content.decode()) is shared
    # "Back" shows nothing to the next person.
    assert ("no-store" in page.headers.get("Cache-Control", "")) is shared


def test_a_code_by_mail_knows_of_the_shared_computer_too(
    client: Client, user: User, mailoutbox: list[EmailMessage]
) -> None:
    client.post(reverse("account_request_login_code"), {"email": user.email, "shared": "on"})
    client.post(reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[-1])})
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""
    assert "data-shared" in client.get(reverse("people:profile")).content.decode()


def test_the_profile_page_has_a_switch(client: Client, user: User) -> None:
    sign_in(client, user)
    for expected in (True, False):
        answer = client.post(reverse("people:shared-computer"), follow=True)
        assert ("data-shared" in answer.content.decode()) is expected
        assert (client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == "") is expected
    assert client.get(reverse("people:shared-computer")).status_code == 405


def test_the_next_person_decides_anew(client: Client, user: User) -> None:
    sign_in(client, user, shared="on")
    client.post(reverse("account_logout"))
    sign_in(client, UserFactory())
    assert "data-shared" not in client.get(reverse("people:profile")).content.decode()
