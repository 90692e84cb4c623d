"""The whole road of an applicant by keyboard alone: Tab, Shift+Tab, arrows, Space and Enter. The focus is always to be
seen: with an outline, and not covered by anything."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator
from pytest_django.live_server_helper import LiveServer

from tests.journeys.actors import DESK
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
MOST_STEPS = 250
# Whether the focused element shows an outline or a ring, and its middle or a corner is not under something else.
SEEN = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return "nothing has the focus";
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none";
  if (!ring) return "no ring on " + one.outerHTML.slice(0, 120);
  const points = [[.5, .5], [.02, .1], [.98, .1], [.02, .9], [.98, .9]].map(([x, y]) =>
    document.elementFromPoint(box.left + x * box.width, box.top + y * box.height));
  const clear = points.some((hit) => hit && (one.contains(hit) || hit.contains(one) || hit.closest("label")));
  return clear ? "" : "covered: " + one.outerHTML.slice(0, 120);
}"""


@dataclass
class Keyboard(Mouse):
    """Walks with Tab, acts with the keys, and looks at each stop whether the focus can be seen."""

    stops: int = 0

    def _walk_to(self, target: Locator) -> None:
        target.wait_for(state="attached")
        for key in ("Tab", "Shift+Tab"):
            for _step in range(MOST_STEPS):
                if self._has_focus(target):
                    return
                self.page.keyboard.press(key)
                if self.page.evaluate("document.activeElement === document.body"):
                    continue
                problem = self.page.evaluate(SEEN)
                assert problem == "", problem
                self.stops += 1
        raise AssertionError(f"the keyboard does not reach {target}")

    def _has_focus(self, target: Locator) -> bool:
        found: bool = target.evaluate(
            """one => one === document.activeElement || one.type === "radio"
               && document.activeElement.type === "radio" && document.activeElement.name === one.name"""
        )
        return found

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
        if box.get_attribute("type") == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(f"{month}{day}{year}")
            return
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def tick(self, box: Locator) -> None:
        self._walk_to(box)
        self.page.keyboard.press("Space")
        for _step in range(8):
            if box.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not reach {box}")

    def unfold(self, summary: Locator) -> None:
        self._walk_to(summary)
        self.page.keyboard.press("Enter")

    def select(self, box: Locator, value: str) -> None:
        self._walk_to(box)
        self.page.keyboard.press("Home")
        for _step in range(12):
            if box.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not reach {value}")


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
