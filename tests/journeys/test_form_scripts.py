"""The scripts of a section's fields in a real browser: words counted as the server counts, questions that come and
go with an answer, and everything within reach without scripts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from applications.enums import QuestionKind, Section
from applications.models import Answer, Question, QuestionChoice
from applications.services.calls import publish_call
from tests.applications.factories import Team, make_call, start, texts
from tests.applications.word_cases import CASES
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCRIPTS = Path(__file__).parents[2] / "static" / "js"
PHONE = ViewportSize(width=390, height=844)
DECISION = "Has your council or executive decided to take part?"
Opened = Callable[..., Page]


@pytest.fixture
def team(live_server: LiveServer) -> Team:
    world = build_world()
    call = make_call(world)
    hangs_on = call.questions.get(code="decision-planned")
    more = Question.objects.create(
        call=call, code="chosen", kind=QuestionKind.CHOICE, section=Section.INVOLVEMENT, order=20,
        shown_if=call.questions.get(code="political-decision"), shown_if_choices=["planned"],
        **texts("label", "Is the day fixed?"),
    )  # fmt: skip
    for order, code in enumerate(("fixed", "loose"), start=1):
        QuestionChoice.objects.create(question=more, code=code, order=order, **texts("label", code))
    Question.objects.create(
        call=call, code="why", kind=QuestionKind.TEXT, section=Section.INVOLVEMENT, order=21, word_limit=20,
        shown_if=more, shown_if_choices=["loose"], **texts("label", "Why not?"), **texts("help", "Short."),
    )  # fmt: skip
    assert hangs_on.shown_if == more.shown_if
    made = start(publish_call(call=call, actor=None), world.gent)
    made.editor.language = "en"
    made.editor.save(update_fields=["language"])
    return made


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer, team: Team) -> Iterator[Opened]:
    contexts = []

    def open_page(section: Section, *, script: bool = True) -> Page:
        context = browser.new_context(viewport=PHONE, locale="en", java_script_enabled=script)
        contexts.append(context)
        context.set_default_timeout(10_000)
        client = Client()
        client.force_login(team.editor)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        address = reverse("applications:application-section", args=[team.reference, section.value])
        page.goto(live_server.url + address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.django_db(transaction=False)
def test_the_browser_counts_words_as_the_server_does(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<textarea data-word-limit='600' data-word-count-text='%(used)s'></textarea>")
    page.add_script_tag(path=SCRIPTS / "word-count.js")
    page.evaluate("document.dispatchEvent(new Event('DOMContentLoaded'))")
    counted = page.evaluate(
        """texts => texts.map(text => {
          const field = document.querySelector("textarea");
          Object.defineProperty(field, "value", {value: text, configurable: true});
          field.dispatchEvent(new Event("input"));
          return Number(document.querySelector(".form-text").textContent);
        })""",
        [text for text, _words in CASES],
    )
    page.close()
    assert counted == [words for _text, words in CASES]


def test_questions_come_and_go_with_the_answer_and_keep_what_was_typed(opened: Opened) -> None:
    page = opened(Section.INVOLVEMENT)
    date = page.get_by_label("For which day is the decision planned?")
    fixed = page.get_by_role("group", name="Is the day fixed?", exact=True)
    why = page.get_by_role("textbox", name="Why not?", exact=True)
    choice = page.get_by_role("group", name=DECISION, exact=True).get_by_role("radio")
    for hidden in (date, fixed, why):
        expect(hidden).to_be_hidden()
    assert page.get_by_text("Only if you answered").filter(visible=True).count() == 0
    choice.nth(2).check(force=True)
    expect(date).to_be_visible()
    expect(why).to_be_hidden()
    date.fill("2026-12-01")
    fixed.get_by_role("radio").nth(1).check(force=True)
    expect(why).to_be_visible()
    why.fill("The council meets once a month.")
    # The chain: with the first answer the second question goes, and what hangs on it.
    choice.nth(0).check(force=True)
    for hidden in (fixed, why):
        expect(hidden).to_be_hidden()
    choice.nth(2).check(force=True)
    expect(why).to_have_value("The council meets once a month.")
    controls = choice.nth(0).get_attribute("aria-controls")
    assert controls is not None
    assert controls.split() == [
        "asked_q-decision-date", "asked_q-decision-planned", "asked_q-decision-file", "asked_q-chosen"
    ]  # fmt: skip
    choice.nth(0).check(force=True)
    page.get_by_role("button", name="Save and finish later").click()
    page.wait_for_url("**/applications/*/")
    assert Answer.objects.get(question__code="why").value == "The council meets once a month."


def test_nothing_is_hidden_without_scripts(opened: Opened) -> None:
    page = opened(Section.INVOLVEMENT, script=False)
    expect(page.get_by_label("For which day is the decision planned?")).to_be_visible()
    expect(page.get_by_role("textbox", name="Why not?", exact=True)).to_be_visible()
    expect(page.get_by_text("Only if you answered “loose” to “Is the day fixed?”.")).to_be_visible()


def test_nothing_jumps_while_the_page_opens(opened: Opened) -> None:
    page = opened(Section.INVOLVEMENT)
    shift = page.evaluate(
        """() => new Promise(done => {
          let sum = 0;
          new PerformanceObserver(list => list.getEntries().forEach(each => { sum += each.value; }))
            .observe({type: "layout-shift", buffered: true});
          setTimeout(() => done(sum), 300);
        })"""
    )
    assert shift < 0.01


def test_targets_unfold_below_their_goal(opened: Opened) -> None:
    page = opened(Section.INTERESTS)
    group = page.get_by_role(
        "group", name="Which goals or targets of the 2030 Agenda would you work on first?"
    )
    box = group.get_by_role("checkbox", name="8.3 Target 8.3")
    expect(box).to_be_hidden()
    group.get_by_text("Targets of goal 8").click()
    box.check(force=True)
    group.get_by_role("checkbox", name="SDG 16 Goal 16").check(force=True)
    page.get_by_role("button", name="Save and finish later").click()
    page.wait_for_url("**/applications/*/")
    assert Answer.objects.get(question__code="goals").value == "8.3 16"
