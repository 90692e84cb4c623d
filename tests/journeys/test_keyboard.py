"""The whole road of an applicant by keyboard alone: Tab, Shift+Tab, arrows, Space and Enter. The focus is always to be
seen: with an outline, and not covered by anything."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator
from pytest_django.live_server_helper import LiveServer

from tests.journeys.actors import DESK
from tests.journeys.keys import arrows_to, tick_with, type_into, walk_to
from tests.journeys.steps_form import (
    Mouse,
    asks_for_a_signature,
    checks_itself,
    everything_arrived,
    fills_in,
    make_round,
    signs,
    signs_in,
    starts,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@dataclass
class Keyboard(Mouse):
    """Walks with Tab and acts with the keys."""

    stops: int = 0

    def _walk_to(self, target: Locator) -> None:
        self.stops += walk_to(self.page, target)

    def press(self, words: str) -> None:
        self._walk_to(self.page.get_by_role("button", name=words, exact=True).last)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def follow(self, words: str) -> None:
        self._walk_to(self.page.get_by_role("link", name=words, exact=True).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type(self, box: Locator, text: str) -> None:
        self._walk_to(box)
        type_into(self.page, box, text)

    def tick(self, box: Locator) -> None:
        self._walk_to(box)
        tick_with(self.page, box)

    def unfold(self, summary: Locator) -> None:
        self._walk_to(summary)
        self.page.keyboard.press("Enter")

    def select(self, box: Locator, value: str) -> None:
        self._walk_to(box)
        arrows_to(self.page, box, value)


def keys(browser: Browser, server: LiveServer) -> Keyboard:
    context = browser.new_context(viewport={"width": DESK["width"], "height": DESK["height"]}, locale="en")
    context.set_default_timeout(20_000)
    return Keyboard(context.new_page(), server.url)


@pytest.mark.usefixtures("media")
def test_from_the_self_check_to_the_signature_by_keyboard(browser: Browser, live_server: LiveServer) -> None:
    made = make_round()
    hand = keys(browser, live_server)
    checks_itself(hand)
    signs_in(hand, made.staff.editor)
    starts(hand, made)
    fills_in(hand, made, {})
    asks_for_a_signature(hand, made)
    hand.page.context.close()
    second = keys(browser, live_server)
    signs(second, made)
    second.page.context.close()
    everything_arrived(made)
    assert hand.stops > 100
