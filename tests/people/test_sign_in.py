"""Signing in: by password, by code, never with a demo account outside the demo."""

import re
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.adapter import AccountAdapter
from sdgpartners.people.models import User
from tests.factories import PASSWORD, UserFactory, make_editor, make_seat
from tests.world import World

TASK = "/account/profile/"


def sign_in(client: Client, user: User, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, **more})


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})?)\s*$", mail.body, re.MULTILINE)
    assert found, mail.body
    return found.group(1)


def sign_in_by_code(client: Client, user: User, mailoutbox: list[EmailMessage], follow: str = "") -> Any:
    query = f"?next={follow}" if follow else ""
    client.post(reverse("account_request_login_code") + query, {"email": user.email, "next": follow})
    return client.post(
        reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[-1]), "next": follow}
    )


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.django_db
def test_a_password_signs_in_and_lands_on_the_task(client: Client) -> None:
    user = UserFactory()
    sent = client.get(TASK)
    assert sent["Location"] == f"{reverse('account_login')}?next={TASK}"
    assert f'name="next" value="{TASK}"' in client.get(sent["Location"]).content.decode()
    answer = sign_in(client, user, next=TASK)
    assert (answer.status_code, answer["Location"]) == (302, TASK)
    assert is_in(client)


@pytest.mark.django_db
def test_the_address_is_read_without_regard_to_case_and_a_wrong_password_is_refused(client: Client) -> None:
    user = UserFactory(email="ada@example.org")
    wrong = client.post(reverse("account_login"), {"login": user.email, "password": "no"})
    assert 'value="ada@example.org"' in wrong.content.decode()
    assert "error-summary" in wrong.content.decode()
    assert not is_in(client)
    client.post(reverse("account_login"), {"login": "ADA@Example.org", "password": PASSWORD})
    assert is_in(client)


@pytest.mark.django_db
def test_a_task_outside_the_site_is_no_task(client: Client) -> None:
    answer = sign_in(client, UserFactory(), next="https://elsewhere.example/")
    assert answer["Location"] == reverse("portal:start")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_a_code_comes_in_the_persons_language_and_its_text_is_not_stored(
    client: Client, mailoutbox: list[EmailMessage], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str | None] = []
    rendered = AccountAdapter.render_mail

    def note(self: AccountAdapter, *args: Any, **kwargs: Any) -> Any:
        from django.utils.translation import get_language

        seen.append(get_language())
        return rendered(self, *args, **kwargs)

    monkeypatch.setattr(AccountAdapter, "render_mail", note)
    user = UserFactory(language=language)
    client.cookies["django_language"] = "en"
    answer = sign_in_by_code(client, user, mailoutbox, TASK)
    assert seen == [language]
    assert (answer.status_code, answer["Location"]) == (302, TASK)
    assert is_in(client)
    log = OutgoingMail.objects.get()
    assert (log.kind, log.recipient, log.language, log.state) == ("login_code", user, language, "sent")
    assert (log.body_text, log.body_html, log.body_kept) == ("", "", False)
    assert code_in(mailoutbox[0]) not in str(OutgoingMail.objects.values().get())


@pytest.mark.django_db
def test_a_wrong_code_does_not_sign_in(client: Client, mailoutbox: list[EmailMessage]) -> None:
    user = UserFactory()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    client.post(reverse("account_confirm_login_code"), {"code": "WRONG-CODE"})
    assert not is_in(client)
    client.post(reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[0])})
    assert is_in(client)


@pytest.mark.django_db
def test_an_unknown_address_gets_no_code_and_the_page_does_not_tell(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    user = UserFactory()
    known = client.post(reverse("account_request_login_code"), {"email": user.email})
    unknown = Client().post(reverse("account_request_login_code"), {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    log = OutgoingMail.objects.get(to="nobody@example.org")
    assert (log.kind, log.recipient) == ("unknown_account", None)
    assert reverse("people:join") in mailoutbox[1].body
    assert not User.objects.filter(email="nobody@example.org").exists()


@pytest.mark.django_db
def test_a_code_that_could_not_be_sent_is_said_and_logged(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: EmailMessage, fail_silently: bool = False) -> int:
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailMessage, "send", broken)
    user = UserFactory()
    url = reverse("account_request_login_code")
    answer = client.post(url, {"email": user.email}, follow=True)
    assert answer.redirect_chain == [(url, 302)]
    assert "could not be sent" in answer.content.decode()
    log = OutgoingMail.objects.get()
    assert (log.state, log.error, log.sent_at) == ("failed", "SMTPServerDisconnected: gone", None)
    assert log.body_text == ""


@pytest.mark.django_db
def test_demo_accounts_sign_in_within_the_demo(client: Client, mailoutbox: list[EmailMessage]) -> None:
    sign_in(client, UserFactory(is_demo=True))
    assert is_in(client)
    other = Client()
    sign_in_by_code(other, UserFactory(is_demo=True), mailoutbox)
    assert is_in(other)


@pytest.mark.django_db
def test_demo_accounts_are_refused_outside_the_demo_by_password_code_and_open_session(
    settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    demo, real = UserFactory(is_demo=True), UserFactory()
    open_session = Client()
    open_session.force_login(demo)
    assert open_session.get(TASK).status_code == 200
    settings.DEMO = False
    assert open_session.get(TASK, secure=True).status_code == 302
    by_password, by_code, allowed = Client(), Client(), Client()
    sign_in(by_password, demo)
    sign_in_by_code(by_code, demo, mailoutbox)
    sign_in(allowed, real)
    assert [is_in(client) for client in (by_password, by_code, allowed)] == [False, False, True]


@pytest.mark.django_db
def test_a_closed_account_is_refused(client: Client) -> None:
    user = UserFactory(is_active=False)
    sign_in(client, user)
    assert not is_in(client)


@pytest.mark.django_db
def test_nobody_signs_up(client: Client) -> None:
    data = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post(reverse("account_signup"), data)
    assert answer.status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.django_db
def test_a_new_password_by_mail(client: Client, mailoutbox: list[EmailMessage]) -> None:
    user = UserFactory()
    client.post(reverse("account_reset_password"), {"email": user.email})
    found = re.search(r"http://testserver(/\S+)", mailoutbox[0].body)
    assert found
    page = client.get(found.group(1), follow=True)
    url = page.redirect_chain[-1][0]
    client.post(url, {"password1": "another long one 2", "password2": "another long one 2"})
    user.refresh_from_db()
    assert user.check_password("another long one 2")
    assert OutgoingMail.objects.get().body_text == ""


def test_the_desk_sends_visitors_to_the_portals_own_sign_in(world: World, client: Client) -> None:
    desk = reverse("admin:index")
    first = client.get(desk)
    second = client.get(first["Location"])
    assert second["Location"] == f"{reverse('account_login')}?next={desk.replace('/', '%2F')}"
    assert sign_in(client, world.coordinator_ancb, next=desk)["Location"] == desk
    assert client.get(desk).status_code == 200


def test_the_desk_is_closed_without_a_desk_role(world: World, client: Client) -> None:
    for person in (make_editor(world.gent), make_seat(world.vvsg, "reviewer"), UserFactory()):
        client.force_login(person)
        assert client.get(reverse("admin:index"), follow=True).status_code == 403


PAGES = [
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
    "account_signup",
]
OWN_PAGES = [
    "account_change_password",
    "account_email",
    "mfa_index",
    "mfa_list_webauthn",
    "usersessions_list",
    "people:profile",
]
GUARDED = ["mfa_activate_totp", "mfa_add_webauthn"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_sign_in_pages_have_our_frame(client: Client, name: str, language: str) -> None:
    client.cookies["django_language"] = language
    words = client.get(reverse(name)).content.decode()
    assert f'<html lang="{language}">' in words
    assert (words.count("<h1>"), words.count('class="site-header"'), words.count("style=")) == (1, 1, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*OWN_PAGES, *GUARDED])
def test_account_pages_have_our_frame(client: Client, name: str) -> None:
    sign_in(client, UserFactory())
    if name in GUARDED:
        assert client.get(reverse(name)).status_code == 302
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.get(reverse(name))
    words = answer.content.decode()
    assert answer.status_code == 200
    assert (words.count("<h1>"), words.count('aria-label="Your account"'), words.count("style=")) == (1, 1, 0)


def totp(secret: str) -> str:
    """What an app would show now."""
    return str(format_hotp_value(hotp_value(secret, yield_hotp_counters_from_time().__next__())))


@pytest.mark.django_db
def test_a_second_step_is_set_up_shown_and_then_asked_for(client: Client) -> None:
    user = UserFactory()
    sign_in(client, user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    answer = client.post(reverse("mfa_activate_totp"), {"code": totp(secret)}, follow=True)
    assert answer.status_code == 200
    codes = client.get(reverse("mfa_view_recovery_codes"))
    unused = codes.context["unused_codes"]
    assert len(unused) == 10
    assert all(code in codes.content.decode() for code in unused)
    assert "10 of 10" in client.get(reverse("mfa_index")).content.decode()
    later = Client()
    assert sign_in(later, user, next=TASK)["Location"] == reverse("mfa_authenticate")
    assert "Enter the code of your app" in later.get(reverse("mfa_authenticate")).content.decode()
    assert not is_in(later)
    assert later.post(reverse("mfa_authenticate"), {"code": unused[0]})["Location"] == TASK
    assert is_in(later)
