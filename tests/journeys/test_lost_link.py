"""A phone on a link that drops: from the self-check to the signature at 400 kbit/s and 400 ms. The link is cut twice
while somebody types and the server is killed once; every typed letter is in what was submitted."""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Locator, Page, expect

from tests.journeys.actors import PHONE
from tests.journeys.own_server import OwnServer
from tests.journeys.steps_form import (
    Mouse,
    Round,
    asks_for_a_signature,
    checks_itself,
    everything_arrived,
    fills_in,
    make_round,
    named,
    signs,
    signs_in,
    starts,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BYTES_PER_SECOND = 400_000 // 8
LATENCY_MS = 400
USABLE_MS = 3000
USABLE = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
NOT_SENT = "Not sent yet: kept on this device"
SAVED = re.compile(r"^Saved \d\d:\d\d$")


@dataclass
class Phone(Mouse):
    """A phone on a thin link that notes how long each page took until it could be used."""

    link: CDPSession | None = None
    pages: list[tuple[str, int]] = field(default_factory=list)

    def connect(self, *, offline: bool = False) -> None:
        self.link = self.link or self.page.context.new_cdp_session(self.page)
        self.link.send("Network.enable")
        conditions = {
            "offline": offline,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_SECOND,
            "uploadThroughput": BYTES_PER_SECOND,
        }
        self.link.send("Network.emulateNetworkConditions", conditions)

    def _note(self) -> None:
        self.page.wait_for_load_state("domcontentloaded")
        self.pages.append((urlsplit(self.page.url).path, round(self.page.evaluate(USABLE))))

    def open(self, path: str) -> None:
        super().open(path)
        self._note()

    def press(self, words: str) -> None:
        super().press(words)
        self._note()

    def follow(self, words: str) -> None:
        super().follow(words)
        self._note()

    def type(self, box: Locator, text: str) -> None:
        """Key by key for the end of it, as people type; emoji and the like come in one piece."""
        if len(text) < 40:
            box.fill(text)
            return
        box.click()
        box.fill(text[:-12])
        box.press("End")
        box.press("Control+End")
        self.page.keyboard.insert_text(text[-12:])


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[OwnServer]:
    own = OwnServer(tmp_path)
    own.collect()
    own.start()
    yield own
    if own.process is not None:
        own.kill()


def phone(browser: Browser, server: OwnServer) -> Phone:
    context: BrowserContext = browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]},
        is_mobile=True,
        has_touch=True,
        locale="en",
    )
    context.set_default_timeout(60_000)
    made = Phone(context.new_page(), server.url)
    made.connect()
    return made


def save_line(page: Page) -> Locator:
    return page.locator("[data-save-line]")


def _leave_while(hand: Phone, name: str, typed: str, break_down: Callable[[], None]) -> str:
    """Type on after something broke, and leave the page; its address."""
    expect(save_line(hand.page)).to_have_text(SAVED)
    break_down()
    box = named(hand.page, name)
    box.fill(f"{typed} and more")
    expect(save_line(hand.page)).to_have_text(NOT_SENT)
    address = urlsplit(hand.page.url).path
    hand.page.goto("about:blank")
    return address


def _go_on(hand: Phone, name: str, typed: str) -> None:
    """What was typed last is there again; then the few words of the test are taken out."""
    box = named(hand.page, name)
    expect(box).to_have_value(f"{typed} and more")
    box.fill(typed)
    expect(save_line(hand.page)).to_have_text(SAVED)


def test_nothing_typed_is_lost(browser: Browser, server: OwnServer) -> None:
    made = make_round()
    hand = phone(browser, server)
    checks_itself(hand)
    signs_in(hand, made.staff.editor)
    starts(hand, made)

    def cut_and_come_back(_typed: str) -> None:
        """The link drops while somebody types; it is told, and sent when the link is back."""
        expect(save_line(hand.page)).to_have_text(SAVED)
        hand.connect(offline=True)
        box = named(hand.page, "q-strengths-challenges")
        box.press("Control+End")
        hand.page.keyboard.insert_text("!")
        expect(save_line(hand.page)).to_have_text(NOT_SENT)
        box.press("Control+End")
        box.press("Backspace")
        hand.connect()
        expect(save_line(hand.page)).to_have_text(SAVED)

    def cut_and_leave(typed: str) -> None:
        """The link drops and the page is left; it has sent what it could, and holds the rest on the phone."""
        address = _leave_while(hand, "q-learning", typed, lambda: hand.connect(offline=True))
        hand.connect()
        hand.open(address)
        offer = hand.page.get_by_role("button", name="Put it back", exact=True)
        if offer.is_visible():
            offer.click()
        _go_on(hand, "q-learning", typed)

    def kill_the_server(typed: str) -> None:
        """The server dies while somebody types and the page is left: the text waits on the phone."""
        address = _leave_while(hand, "q-support", typed, server.kill)
        server.start()
        hand.open(address)
        hand.page.get_by_role("button", name="Put it back", exact=True).click()
        _go_on(hand, "q-support", typed)

    trouble = {
        "q-strengths-challenges": cut_and_come_back, "q-learning": cut_and_leave, "q-support": kill_the_server,
    }  # fmt: skip
    fills_in(hand, made, trouble)
    asks_for_a_signature(hand, made)
    second = phone(browser, server)
    signs(second, made)
    everything_arrived(made)
    hand.page.context.close()
    second.page.context.close()
    report(made, [*hand.pages, *second.pages])


def report(made: Round, pages: list[tuple[str, int]]) -> None:
    """The time until each page could be used."""
    for path, milliseconds in pages:
        sys.stdout.write(f"{milliseconds:5d} ms  {path}\n")
    assert made.application.submitted_at is not None
    assert {path: took for path, took in pages if took >= USABLE_MS} == {}
