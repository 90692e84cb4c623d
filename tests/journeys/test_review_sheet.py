"""The scoring sheet in a real browser: it saves itself, counts, keeps what two tabs typed, fits a phone, and nothing on
it is out of reach without scripts."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from applications.enums import ReviewStatus
from applications.models import Review, Track
from applications.services.assignment import assign_reviewers
from applications.services.eligibility import decide_eligibility
from sdgpartners.people.enums import AssociationRole
from tests.applications.factories import cleared, open_call, submitted
from tests.factories import make_seat
from tests.journeys.actors import DESK, PHONE
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED = re.compile(r"^Saved \d\d:\d\d$")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
Opened = Callable[..., Page]


@pytest.fixture
def review(live_server: LiveServer) -> Review:
    world = build_world()
    call = open_call(world)
    track = Track.objects.get(call=call, partner_country=world.rwanda)
    make_seat(world.ralga, AssociationRole.REVIEWER)
    reviewer = make_seat(world.vvsg, AssociationRole.REVIEWER, language="en")
    team = submitted(call, world.gent, "RW")
    decide_eligibility(application=team.application, eligible=True, note="", actor=world.coordinator_vvsg)
    assign_reviewers(track=track, actor=None)
    cleared(reviewer, team.application)
    return Review.objects.select_related("application", "reviewer").get(reviewer=reviewer)


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer, review: Review) -> Iterator[Opened]:
    contexts = []

    def open_page(size: dict[str, int] = DESK, *, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            locale="en",
            java_script_enabled=script,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        client = Client()
        client.force_login(review.reviewer)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + address(review))
        return page

    yield open_page
    for context in contexts:
        context.close()


def address(review: Review, name: str = "review-detail") -> str:
    return reverse(f"applications:{name}", args=[review.application.reference, "rw"])


def looks_right(page: Page, name: str) -> None:
    """No violation of WCAG 2.2 A and AA and nothing to scroll sideways; a picture where one was asked for."""
    if folder := os.environ.get("SHOTS"):
        size = page.viewport_size or DESK
        top = {"x": 0, "y": 0, "width": size["width"], "height": 1800}
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True, clip=top)
    found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]}).response["violations"]
    assert [(row["id"], row["nodes"][0]["target"]) for row in found] == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def score(page: Page, number: int, value: str) -> None:
    page.locator(".criterion[data-scores]").nth(number).locator(f"input[value='{value}']").check(force=True)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_it_saves_itself_counts_and_is_checked_before_it_is_submitted(
    opened: Opened, review: Review, size: dict[str, int]
) -> None:
    page = opened(size)
    width = size["width"]
    looks_right(page, f"sheet_empty_{width}")
    line, count = page.locator("[data-save-line]"), page.locator("[data-scored-line]")
    onward = page.locator("[data-scored-next]")
    expect(onward).to_have_attribute("href", "#criterion-motivation")
    score(page, 0, "4")
    expect(count).to_have_text("1 of 6 criteria scored")
    expect(onward).to_have_attribute("href", "#criterion-openness")
    expect(line).to_have_text(SAVED)
    page.get_by_label("Private note").fill("Ask the second reviewer about question 3")
    page.locator(".rubric").first.get_by_role("link", name="Next: openness").click()
    assert page.url.endswith("#criterion-openness")
    if size == DESK:
        left, right = (part.bounding_box() for part in page.locator("#criterion-openness > div").all())
        assert left is not None
        assert right is not None
        assert right["x"] > left["x"] + left["width"] - 1
    for number in range(1, 6):
        score(page, number, "na" if number == 5 else "3")
    expect(onward).to_be_hidden()
    expect(count).to_have_text("6 of 6 criteria scored")
    page.get_by_role("button", name="Save and check before submitting").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Explain the lowest or the highest score on “motivation”.")
    looks_right(page, f"sheet_refused_{width}")
    page.get_by_label("Why").first.fill("Every answer names who does what by when.")
    page.get_by_role("button", name="Save and check before submitting").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your review")
    looks_right(page, f"check_{width}")
    page.get_by_role("button", name="Submit the review").click()
    expect(page.get_by_text("Your review is submitted. Thank you.")).to_be_visible()
    review.refresh_from_db()
    assert review.status == ReviewStatus.SUBMITTED
    assert review.private_note == "Ask the second reviewer about question 3"
    page.goto(page.url.partition("/applications")[0] + address(review))
    looks_right(page, f"locked_{width}")


def test_two_tabs_end_with_both_texts_on_one_page(opened: Opened, review: Review) -> None:
    one, other = opened(), opened(PHONE)
    one.get_by_label("Why").first.fill("From the first tab")
    expect(one.locator("[data-save-line]")).to_have_text(SAVED)
    other.get_by_label("Why").first.fill("From the second tab")
    score(other, 1, "2")
    expect(other.locator("[data-save-line]")).to_contain_text("You saved this review in another tab.")
    other.get_by_role("button", name="Save and go on later").click()
    expect(other.get_by_text("Saved in the other tab").first).to_be_visible()
    expect(other.get_by_text("From the first tab")).to_be_visible()
    expect(other.get_by_label("Why").first).to_have_value("From the second tab")
    looks_right(other, "both_390")
    other.get_by_label("Why").first.fill("From both")
    other.get_by_role("button", name="Save and go on later").click()
    expect(other.get_by_text("Saved. You can go on later.")).to_be_visible()
    assert review.scores.get(criterion__code="motivation").comment == "From both"


def test_what_was_not_sent_waits_on_the_device(opened: Opened, review: Review) -> None:
    page = opened(PHONE)
    page.context.set_offline(True)
    page.get_by_label("Overall remark").fill("Typed in the train")
    expect(page.locator("[data-save-line]")).to_have_text("Not sent yet: kept on this device")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.go_back()
    # Either the browser kept the page as it was, which then sends by itself, or it was made anew and offers the text.
    offer = page.get_by_role("button", name="Put it back")
    expect(offer.or_(page.locator("[data-save-line]", has_text=SAVED))).to_be_visible()
    if offer.is_visible():
        offer.click()
    expect(page.get_by_label("Overall remark")).to_have_value("Typed in the train")
    expect(page.locator("[data-save-line]")).to_have_text(SAVED)
    review.refresh_from_db()
    assert review.comment == "Typed in the train"


def test_everything_is_within_reach_without_scripts(opened: Opened, review: Review) -> None:
    page = opened(PHONE, script=False)
    for number in range(6):
        score(page, number, "2")
    page.get_by_role("button", name="Save and check before submitting").click()
    page.get_by_role("button", name="Submit the review").click()
    review.refresh_from_db()
    assert review.status == ReviewStatus.SUBMITTED
