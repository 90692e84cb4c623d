"""Every main page of every role: it answers, it is accessible and quiet, it fits a phone and a slow link."""

import gzip
from collections.abc import Iterator, Sequence

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response
from pytest_django import DjangoDbBlocker

from sdgpartners.people.models import User
from tests.journeys.actors import DESK, PHONE, Actor, Stage
from tests.journeys.demo import Demo, demo_standing
from tests.journeys.pages import MAIN, PAGES, STOCK, VISITOR, Address
from tests.journeys.words import Words

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
# Dutch has the longest words, so what fits in Dutch fits.
LANGUAGE = "nl"
STANDARD = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="module")
def demo(
    browser: Browser,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Demo]:
    """The demo, read in Dutch. The browser comes first: it decides which database connection is used here."""
    with demo_standing(django_db_blocker, tmp_path_factory.mktemp("files")) as standing:
        User.objects.update(language=LANGUAGE)
        yield standing


@pytest.fixture
def _django_db_helper(demo: Demo) -> None:
    """pytest-django's would empty the database after each test; here the demo stands until the last one."""


@pytest.fixture
def stage(browser: Browser, demo: Demo) -> Iterator[Stage]:
    with Stage(browser, demo.url, Words(LANGUAGE)) as open_stage:
        yield open_stage


def _somebody(stage: Stage, demo: Demo, account: str) -> Actor:
    return stage.visitor() if account == VISITOR else stage.sign_in(demo.person(account))


def _look(actor: Actor, path: str, *, wide_only: bool = False) -> list[str]:
    """What is wrong with a page at both widths."""
    page = actor.page
    found: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            found.append(f"{path} console: {message.text}")

    def break_down(problem: object) -> None:
        found.append(f"{path} script: {problem}")

    page.on("console", listen)
    page.on("pageerror", break_down)
    for size in (DESK,) if wide_only else (PHONE, DESK):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        if page.url != actor.base + path:
            answer = page.goto(actor.base + path)
            if answer is None or answer.status != 200:
                return [*found, f"{path}: {answer.status if answer else 'no answer'}"]
            if page.url != actor.base + path:
                return [*found, f"{path} led to {page.url}"]
            if page.locator("html").get_attribute("lang") != actor.words.language:
                found.append(f"{path}: not in {actor.words.language}")
        if not wide_only:
            found += [f"{path} {size['width']} px {problem}" for problem in (*_axe(page), *_overflow(page))]
    page.remove_listener("console", listen)
    page.remove_listener("pageerror", break_down)
    return found


def _axe(page: Page) -> list[str]:
    """Violations of WCAG 2.2 A and AA, with the first place of each."""
    results = Axe().run(page, options=STANDARD)
    return [
        f"{row['id']}: {row['nodes'][0]['target']} {row['nodes'][0].get('failureSummary', '')}"
        for row in results.response["violations"]
    ]


def _overflow(page: Page) -> list[str]:
    """Whether one has to scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"is {wide} px too wide"] if wide > 0 else []


def _all(actor: Actor, addresses: Sequence[Address], **options: bool) -> list[str]:
    return [problem for address in addresses for problem in _look(actor, address(), **options)]


@pytest.mark.parametrize("account", PAGES, ids=lambda account: account or "visitor")
def test_pages_are_accessible_and_fit_a_phone(account: str, stage: Stage, demo: Demo) -> None:
    assert _all(_somebody(stage, demo, account), PAGES[account]) == []


@pytest.mark.parametrize("account", STOCK)
def test_stock_admin_pages_answer_quietly(account: str, stage: Stage, demo: Demo) -> None:
    assert _all(_somebody(stage, demo, account), STOCK[account], wide_only=True) == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_main_pages_are_accessible_in_the_other_languages(
    language: str, browser: Browser, demo: Demo
) -> None:
    User.objects.update(language=language)
    found: list[str] = []
    with Stage(browser, demo.url, Words(language)) as stage:
        for account, address in MAIN:
            found += _look(_somebody(stage, demo, account), address())
    User.objects.update(language=LANGUAGE)
    assert found == []


def _weigh(context: BrowserContext, url: str) -> list[tuple[str, int]]:
    """The requests of a visit with the bytes of each body as gzip sends it.

    What comes from the browser's own store is not asked again and does not count. Static files leave whitenoise
    compressed (brotli, a little smaller than this), pages are compressed by the web server in front. Headers and the
    handshake are not counted.
    """
    answers: list[Response] = []
    page = context.new_page()
    page.on("requestfinished", lambda request: answers.append(request.response()))
    page.goto(url)
    page.wait_for_load_state("networkidle")
    asked = [answer for answer in answers if answer.request.sizes()["responseBodySize"] > 0]
    sizes = [(answer.url, len(gzip.compress(answer.body()))) for answer in asked]
    page.close()
    return sizes


def test_a_first_visit_is_light(stage: Stage, demo: Demo) -> None:
    found = _weigh(stage.visitor().page.context, f"{demo.url}{PAGES[VISITOR][0]()}")
    assert any(url.endswith("site.css") for url, _size in found)
    assert len(found) <= 6, found
    assert sum(size for _url, size in found) <= 60_000, found


@pytest.mark.parametrize("account", PAGES, ids=lambda account: account or "visitor")
def test_later_pages_are_light(account: str, stage: Stage, demo: Demo) -> None:
    actor = _somebody(stage, demo, account)
    heavy = []
    for address in PAGES[account]:
        if not _is_stock(address()):
            answer = actor.page.request.get(f"{demo.url}{address()}")
            size = len(gzip.compress(answer.body()))
            heavy += [(address(), size)] if size > 20_000 else []
    assert heavy == []


def _is_stock(path: str) -> bool:
    """The desk keeps the frame of Django's admin, which has a budget of its own."""
    return path == reverse("admin:index")


def test_the_checks_find_what_is_broken(stage: Stage) -> None:
    page = stage.visitor().page
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.set_content('<html><body><img src="data:,"><p style="width: 2000px">wide</p></body></html>')
    assert {"image-alt", "html-has-lang"} <= {problem.partition(":")[0] for problem in _axe(page)}
    assert len(_overflow(page)) == 1
