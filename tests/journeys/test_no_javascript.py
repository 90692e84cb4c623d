"""The whole road of an applicant in a browser that runs no scripts."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.journeys.actors import PHONE
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


def plain(browser: Browser, server: LiveServer) -> Mouse:
    context = browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, java_script_enabled=False, locale="en"
    )
    context.set_default_timeout(20_000)
    return Mouse(context.new_page(), server.url)


@pytest.mark.usefixtures("media")
def test_from_the_self_check_to_the_signature_without_scripts(
    browser: Browser, live_server: LiveServer
) -> None:
    made = make_round()
    hand = plain(browser, live_server)
    checks_itself(hand)
    signs_in(hand, made.staff.editor)
    starts(hand, made)
    fills_in(hand, made, {})
    asks_for_a_signature(hand, made)
    hand.page.context.close()
    second = plain(browser, live_server)
    signs(second, made)
    second.page.context.close()
    everything_arrived(made)
