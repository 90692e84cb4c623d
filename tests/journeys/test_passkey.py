"""A passkey in a real browser: made on a phone's width, and used to sign in without a password."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from sdgpartners.people.models import User
from tests.factories import PASSWORD, make_editor
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = ViewportSize(width=390, height=844)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone with a screen lock, which Chromium plays by itself. A script that fails, fails the test."""
    context = browser.new_context(viewport=PHONE, has_touch=True, locale="en")
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    browser_tools = context.new_cdp_session(page)
    browser_tools.send("WebAuthn.enable")
    browser_tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield page
    context.close()


@pytest.fixture
def editor(settings: Settings, live_server: LiveServer) -> User:
    # A passkey belongs to a host name: an address in figures has none.
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    user: User = make_editor(build_world().gent)
    user.language = "en"
    user.save()
    return user


def _address(live_server: LiveServer, name: str) -> str:
    return live_server.url.replace("127.0.0.1", "localhost") + reverse(name)


def _sign_out(page: Page) -> None:
    page.locator("header .pop summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()


def test_a_passkey_is_made_and_signs_in(page: Page, live_server: LiveServer, editor: User) -> None:
    page.goto(_address(live_server, "account_login"))
    page.locator("main").get_by_label("Email").fill(editor.email)
    page.locator("main").get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.goto(_address(live_server, "mfa_add_webauthn"))
    if page.get_by_role("heading", name="Is it you?").count():
        page.locator("main").get_by_label("Password").fill(PASSWORD)
        with page.expect_navigation():
            page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name of this key").fill("My phone")
    expect(page.get_by_label("Sign in with this key alone")).to_be_checked()
    with page.expect_navigation():
        page.get_by_role("button", name="Add a key").click()
    key = Authenticator.objects.get(user=editor, type=Authenticator.Type.WEBAUTHN)
    assert key.wrap().name == "My phone"
    page.goto(_address(live_server, "mfa_list_webauthn"))
    expect(page.get_by_role("main")).to_contain_text("My phone")
    _sign_out(page)
    page.goto(_address(live_server, "account_login"))
    with page.expect_navigation(url=_address(live_server, "portal:start")):
        page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("header .pop summary")).to_contain_text(str(editor))
    key.refresh_from_db()
    assert key.last_used_at is not None
