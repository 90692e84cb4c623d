"""What scripts do beside saving: the copy on the device, the shared computer, the end of a session, two people."""

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from applications.models import Answer, KeptText
from applications.services.forms import start_application
from sdgpartners.people.models import User
from tests.journeys.actors import _session
from tests.journeys.steps_form import Mouse, Round, make_round, named, signs_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FIELD = "q-learning"
NOT_SENT = "Not sent yet: kept on this device"
COPIES = "Object.keys(localStorage).filter((key) => key.startsWith('typed:')).length"


@pytest.fixture
def made() -> Round:
    found = make_round()
    start_application(call=found.call, municipality=found.staff.municipality, actor=found.staff.editor)
    return found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="en")
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


def address(made: Round) -> str:
    return reverse("applications:application-section", args=[made.application.reference, "motivation"])


def opened(context: BrowserContext, server: LiveServer, made: Round, user: User) -> Page:
    """The section, with a session."""
    cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": _session(user), "url": server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(server.url + address(made))
    return page


def save_line(page: Page) -> Locator:
    return page.locator("[data-save-line]")


def has_copies(page: Page, count: int) -> None:
    """Waits for so many copies on the device. The portal's own policy forbids Playwright's way to wait."""
    for _attempt in range(100):
        if page.evaluate(COPIES) == count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate(COPIES))


def without_link(page: Page) -> None:
    page.route("**/autosave/", lambda route: route.abort())


def test_the_copy_goes_with_the_save_and_with_the_sign_out(
    context: BrowserContext, live_server: LiveServer, made: Round
) -> None:
    page = opened(context, live_server, made, made.staff.editor)
    without_link(page)
    named(page, FIELD).fill("Unsent")
    expect(save_line(page)).to_have_text(NOT_SENT)
    has_copies(page, 1)
    page.unroute("**/autosave/")
    expect(save_line(page)).to_contain_text("Saved ")
    has_copies(page, 0)
    assert Answer.objects.get().value == "Unsent"
    without_link(page)
    named(page, FIELD).fill("Unsent again")
    has_copies(page, 1)
    page.locator("header details.pop summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    assert page.evaluate(COPIES) == 0


def test_a_shared_computer_keeps_nothing_and_says_so(
    context: BrowserContext, live_server: LiveServer, made: Round
) -> None:
    hand = Mouse(context.new_page(), live_server.url)
    hand.open(f"{reverse('account_login')}?next={address(made)}")
    hand.page.get_by_label("This is a shared computer").check(force=True)
    signs_in(hand, made.staff.editor)
    without_link(hand.page)
    named(hand.page, FIELD).fill("Unsent")
    expect(save_line(hand.page)).to_have_text("Not sent yet. Keep this page open.")
    hand.page.wait_for_timeout(500)
    assert hand.page.evaluate(COPIES) == 0


def test_another_account_neither_sees_nor_keeps_the_copy(
    context: BrowserContext, live_server: LiveServer, made: Round
) -> None:
    page = opened(context, live_server, made, made.staff.editor)
    without_link(page)
    named(page, FIELD).fill("Unsent")
    has_copies(page, 1)
    page.close()
    other = opened(context, live_server, made, made.staff.signatory)
    expect(other.locator("[data-local-copy]")).to_be_hidden()
    assert other.evaluate(COPIES) == 0


def test_a_session_warns_before_it_ends_and_is_prolonged_by_one_press(
    context: BrowserContext, live_server: LiveServer, made: Round, settings: Settings
) -> None:
    settings.SESSION_COOKIE_AGE = 302
    page = opened(context, live_server, made, made.staff.editor)
    warning = page.locator("[data-session-warning]")
    expect(warning).to_be_hidden()
    expect(warning).to_contain_text("You will be signed out in 5 minutes.", timeout=10_000)
    expect(warning).to_be_visible()
    settings.SESSION_COOKIE_AGE = 3600
    warning.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()


def test_two_people_see_each_other_and_keep_both_texts(
    context: BrowserContext, browser: Browser, live_server: LiveServer, made: Round
) -> None:
    mine = opened(context, live_server, made, made.staff.editor)
    named(mine, FIELD).fill("Mine")
    expect(save_line(mine)).to_contain_text("Saved ")
    second = browser.new_context(locale="en")
    theirs = opened(second, live_server, made, made.staff.signatory)
    expect(theirs.locator("[data-others]")).to_contain_text(
        f"{made.staff.editor} is writing in this part too"
    )
    named(mine, FIELD).fill("Mine and more")
    expect(save_line(mine)).to_contain_text("Saved ")
    mine.wait_for_timeout(3000)
    named(theirs, FIELD).fill("Theirs")
    expect(save_line(theirs)).to_contain_text("Your text is kept beside it.")
    theirs.get_by_role("link", name="Compare the two texts").click()
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("both texts are kept")
    assert Answer.objects.get().value == "Mine and more"
    assert KeptText.objects.get().content[FIELD] == "Theirs"
    second.close()


def test_a_page_goes_on_saving_after_signing_in_again_in_another_tab(
    context: BrowserContext, live_server: LiveServer, made: Round
) -> None:
    page = opened(context, live_server, made, made.staff.editor)
    # What the page tells of itself when it opens comes with a cookie.
    page.wait_for_load_state("networkidle")
    context.clear_cookies()
    named(page, FIELD).fill("Typed without a session")
    expect(save_line(page)).not_to_contain_text("Saved")
    page.wait_for_timeout(3000)
    hand = Mouse(context.new_page(), live_server.url)
    hand.open(f"{reverse('account_login')}?next={reverse('portal:start')}")
    signs_in(hand, made.staff.editor)
    expect(save_line(page)).to_contain_text("Saved ", timeout=25_000)
    assert Answer.objects.get().value == "Typed without a session"
