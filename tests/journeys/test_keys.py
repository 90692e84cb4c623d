"""The keyboard's own tests: whoever touches the mouse is found out, and so is a focus that nobody sees."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.actors import Stage
from tests.journeys.keys import Keys
from tests.journeys.words import Words

pytestmark = pytest.mark.browser
RING = "button:focus { outline: 2px solid }"
NOWHERE = "button { outline: none }"
COVERED = RING + "div { position: fixed; inset: 0; background: white }"


def at_a_page_with(stage: Stage, style: str) -> Keys:
    """What watches the mouse comes with an address."""
    hand = stage.visitor()
    assert isinstance(hand, Keys)
    button = "<button onclick='this.textContent=1'>0</button><div></div>"
    hand.page.goto(f"data:text/html,<style>{style}</style>{button}")
    return hand


def test_a_mouse_is_found_out(browser: Browser) -> None:
    with Stage(browser, "", Words("en"), Keys) as stage:
        hand = at_a_page_with(stage, RING)
        target = hand.page.get_by_role("button")
        hand.walk(target)
        hand.page.keyboard.press("Enter")
        expect(target).to_have_text("1")
        assert hand.touched == []
        target.click()
        assert hand.touched[:1] == ["pointerdown on BUTTON"]


@pytest.mark.parametrize(("style", "problem"), [(NOWHERE, "no ring on"), (COVERED, "covered: ")])
def test_a_focus_that_nobody_sees_is_found_out(browser: Browser, style: str, problem: str) -> None:
    with Stage(browser, "", Words("en"), Keys) as stage:
        hand = at_a_page_with(stage, style)
        with pytest.raises(AssertionError, match=problem):
            hand.walk(hand.page.get_by_role("button"))
