"""People at browsers of their own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from sdgpartners.people.models import User
from tests.journeys.words import Words

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@dataclass
class Actor:
    """One person, one browser. Everything is found by its role and its translated words."""

    user: User | None
    page: Page
    words: Words
    base: str

    def open(self, name: str, *args: object) -> None:
        """Go to a page by the name of its address."""
        self.visit(reverse(name, args=args))

    def visit(self, path: str) -> None:
        """Go to an address of the portal; anything but a 200 is a failure."""
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.status == 200, f"{path} answered {answer.status} to {self.user}"
        expect(self.page.locator("html")).to_have_attribute("lang", self.words.language)

    def button(self, message: str, **values: object) -> Locator:
        return self.page.get_by_role("button", name=self.words(message, **values), exact=True)

    def link(self, message: str, **values: object) -> Locator:
        return self.page.get_by_role("link", name=self.words(message, **values), exact=True)

    def hit(self, target: Locator) -> None:
        """Press a button or follow a link, and wait for the page that comes back."""
        with self.page.expect_navigation():
            target.click()

    def press(self, message: str, **values: object) -> None:
        self.hit(self.button(message, **values))

    def follow(self, message: str, **values: object) -> None:
        self.hit(self.link(message, **values))

    def type(self, box: Locator, text: str) -> None:
        """Write into a field, over what stands there."""
        box.fill(text)

    def tick(self, box: Locator) -> None:
        """Choose a box or a radio button."""
        box.check(force=True)

    def pick(self, box: Locator, label: str) -> None:
        """Choose from a drop-down list by what it says."""
        box.select_option(label=label)

    def lift(self, summary: Locator) -> None:
        """Open what is folded."""
        summary.click()

    def unfold(self, message: str) -> None:
        self.lift(self.page.locator("main summary").get_by_text(self.words(message), exact=True))

    def labelled(self, label: str, within: Locator | None = None) -> Locator:
        """The field with this label; labels of the admin end in a colon, those of required fields in a star."""
        return (within or self.page).get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*:?\s*\*?\s*$"))

    def fill(self, message: str, text: str, **values: object) -> None:
        """Type into the field with this label."""
        self.type(self.labelled(self.words(message, **values)), text)

    def choose(self, message: str, label: str) -> None:
        """Choose from a drop-down list by what it says."""
        self.pick(self.labelled(self.words(message)), label)

    def told(self, message: str, **values: object) -> None:
        """A message of the page says so."""
        said = self.page.get_by_role("status").get_by_text(self.words(message, **values))
        expect(said.first).to_be_visible()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_role("main").get_by_text(text).first).to_be_visible()

    def heads(self, text: str) -> None:
        """The page's own heading."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    def no_errors(self) -> None:
        """No summary of errors stands on the page."""
        alert = self.page.get_by_role("main").get_by_role("alert")
        assert alert.count() == 0, alert.first.inner_text()


@dataclass
class Stage:
    """Opens browsers, and closes them."""

    browser: Browser
    base: str
    words: Words
    kind: type[Actor] = Actor
    contexts: list[BrowserContext] = field(default_factory=list)

    def visitor(self, *, phone: bool = False) -> Actor:
        """Somebody who is not signed in, with a browser set to the journey's language."""
        size = PHONE if phone else DESK
        context = self.browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            has_touch=phone,
            is_mobile=phone,
            locale=self.words.language,
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        return self.kind(None, context.new_page(), self.words, self.base)

    def sign_in(self, user: User, *, phone: bool = False, password: str = "") -> Actor:
        """`user` at a browser; through the sign-in page when a password is given, else with a session."""
        actor = self.visitor(phone=phone)
        actor.user = user
        if password:
            actor.open("account_login")
            actor.fill("Email", user.email)
            actor.page.locator("input[type=password]").fill(password)
            actor.press("Sign in")
        else:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": self.base}
            actor.page.context.add_cookies([cookie])
        return actor

    @contextmanager
    def as_(self, user: User, *, phone: bool = False) -> Iterator[Actor]:
        """`user` at a browser for as long as the block lasts."""
        yield self.sign_in(user, phone=phone)
        self.contexts.pop().close()

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, kind: object, problem: BaseException | None, trace: object) -> None:
        """Closes all browsers; after a failure the error tells what stood on the last page."""
        if problem is not None and self.contexts:
            page = self.contexts[-1].pages[-1]
            problem.add_note(f"{page.url}\n{page.locator('body').aria_snapshot()}")
        while self.contexts:
            self.contexts.pop().close()


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
