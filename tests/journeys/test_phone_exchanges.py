"""On a phone, in a real browser: an exchange in 20 seconds, homework without scrolling sideways."""

import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from exchanges.models import Contact
from sdgpartners.core import clock
from sdgpartners.people.models import User
from tests.exchanges.asking import as_user, homework_url
from tests.exchanges.factories import NOON, Pairs, build_pairs, make_homework, make_session
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = ViewportSize(width=360, height=740)


@pytest.fixture
def live_pairs(live_server: LiveServer) -> Iterator[Pairs]:
    """Committed rows, as the server's own thread sees them; it is noon on 23 November 2026."""
    with clock.at(NOON):
        yield build_pairs(build_world())


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A narrow window of its own."""
    context = browser.new_context(viewport=PHONE, has_touch=True)
    yield context.new_page()
    context.close()


def _open(page: Page, live_server: LiveServer, user: User, path: str) -> None:
    session = as_user(user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}{path}")


def _fits(page: Page) -> bool:
    wide: bool = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    return wide


def test_an_exchange_takes_two_taps(page: Page, live_server: LiveServer, live_pairs: Pairs) -> None:
    pair = live_pairs.gent_karongi
    _open(page, live_server, live_pairs.karongi, reverse("exchanges:contact-create", args=(pair.reference,)))
    assert _fits(page)
    tiles = page.locator(".choices .form-check")
    expect(tiles).to_have_count(4)
    assert all((tiles.nth(index).bounding_box() or {"height": 0})["height"] >= 44 for index in range(4))
    # Anywhere on the tile, not on the small circle only.
    box = tiles.first.bounding_box()
    assert box is not None
    tiles.first.click(position={"x": box["width"] - 6, "y": box["height"] - 6})
    expect(page.locator("input[name=kind]").first).to_be_checked()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(reverse("exchanges:contact-list", args=(pair.reference,))))
    assert Contact.objects.filter(partnership=pair, logged_by=live_pairs.karongi).count() == 1


def test_homework_is_handed_in_from_a_phone(page: Page, live_server: LiveServer, live_pairs: Pairs) -> None:
    homework = make_homework(make_session(live_pairs.world.rwanda))
    answer = live_pairs.answer(live_pairs.gent_karongi, homework)
    _open(page, live_server, live_pairs.karongi, homework_url(homework, live_pairs.gent_karongi))
    assert _fits(page)
    page.locator("textarea[name=text]").fill("We reach youth through the sector councils.")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("textarea[name=text]")).to_have_value("We reach youth through the sector councils.")
    answer.refresh_from_db()
    assert (answer.version, answer.handed_in_by) == (1, live_pairs.karongi)
