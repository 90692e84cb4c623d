"""The road of one applicant from the self-check to the signature, for any way of using a browser.

Fields are found by their name, buttons and links by their words. What differs between a phone on a slow link, a
browser without scripts and a keyboard is the `Hand`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from applications.call_dates import CallDates
from applications.enums import ApplicationStatus
from applications.fields import FieldKind, FieldSpec, SectionContent, Value, Values
from applications.models import Application, Call
from applications.selectors.sections import read_sections
from applications.services.calls import create_call, publish_call
from portal.demo.accounts import PASSWORD, Staff, make_staff
from portal.demo.programme import load_demo_programme
from portal.demo.texts import answers_for
from sdgpartners.core import clock
from sdgpartners.people.models import User
from sdgpartners.programme.models import Municipality

CODE = "journey"
RANKING = ["BJ", "RW"]
# Put behind every longer text: what is most easily broken on the way.
ODD = " 👩🏽‍🌾 Ọ̀rẹ́ שלום «é» & <b>"
SAVE = "Save and continue"


class Hand(Protocol):
    """A way of using a browser."""

    page: Page

    def open(self, path: str) -> None: ...
    def press(self, words: str) -> None: ...
    def follow(self, words: str) -> None: ...
    def type(self, box: Locator, text: str) -> None: ...
    def tick(self, box: Locator) -> None: ...
    def select(self, box: Locator, value: str) -> None: ...
    def unfold(self, summary: Locator) -> None: ...


@dataclass
class Mouse:
    """The ordinary way: clicks and typing."""

    page: Page
    base: str

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def press(self, words: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words, exact=True).last.click()

    def follow(self, words: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=words, exact=True).first.click()

    def type(self, box: Locator, text: str) -> None:
        box.fill(text)

    def tick(self, box: Locator) -> None:
        box.check(force=True)

    def select(self, box: Locator, value: str) -> None:
        box.select_option(value)

    def unfold(self, summary: Locator) -> None:
        summary.click()


@dataclass
class Round:
    """An open call and the two people of Gent, who read English."""

    call: Call
    staff: Staff
    typed: dict[str, Value] = field(default_factory=dict)

    @property
    def application(self) -> Application:
        found: Application = Application.objects.select_related("call", "municipality__country").get(
            municipality=self.staff.municipality
        )
        return found


def make_round() -> Round:
    """Reference data, the demo's programme, a call that is open for a week, and the people."""
    call_command("load_reference", verbosity=0)
    now = clock.now()
    programme = load_demo_programme(clock.today())
    dates = CallDates(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=7))
    words = dict.fromkeys(("en", "fr", "nl"), "Journey")
    call = create_call(programme=programme, code=CODE, title=words, summary=words, dates=dates, actor=None)
    publish_call(call=call, actor=None)
    staff = make_staff(Municipality.objects.get(name="Gent"))
    User.objects.update(language="en")
    return Round(Call.objects.get(pk=call.pk), staff)


def named(page: Page, name: str, value: str = "") -> Locator:
    """The field with this name (and value, for boxes) in the page's content."""
    exact = f'[value="{value}"]' if value else ""
    return page.locator(f'main [name="{name}"]{exact}:not([type=hidden])')


def checks_itself(hand: Hand) -> None:
    """From the call's page through the self-check to the sign-in, without an account."""
    hand.open(reverse("portal:call-detail", args=[CODE]))
    hand.follow("May your municipality take part?")
    page = hand.page
    hand.type(named(page, "municipality"), "Gent")
    hand.press("Continue")
    hand.tick(named(page, "twinning", "no"))
    hand.tick(named(page, "together", "yes"))
    hand.tick(named(page, "time", "yes"))
    hand.select(named(page, "rank-bj"), "1")
    hand.select(named(page, "rank-rw"), "2")
    hand.tick(named(page, "languages", "en"))
    hand.press("See the answer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("may take part")
    hand.follow("Sign in and start with these answers")


def signs_in(hand: Hand, user: User) -> None:
    hand.type(named(hand.page, "login"), user.email)
    hand.type(named(hand.page, "password"), PASSWORD)
    hand.press("Sign in")


def starts(hand: Hand, made: Round) -> None:
    hand.press("Start the application")
    first = read_sections(made.application)[0]
    expect(hand.page.get_by_role("heading", level=1)).to_contain_text("Gent")
    hand.follow(str(first.section.label))


Trouble = Callable[[str], None]


def fills_in(hand: Hand, made: Round, trouble: dict[str, Trouble]) -> None:
    """Each section in turn. After the field named in `trouble` was typed, something happens."""
    for content in read_sections(made.application):
        expect(hand.page.get_by_role("heading", level=1)).to_contain_text(str(content.section.label))
        values = _values(made, content)
        for spec in content.fields:
            if spec.name in values:
                _fill(hand, spec, values[spec.name])
                if spec.name in trouble:
                    trouble[spec.name](str(values[spec.name]))
        made.typed |= values
        hand.press(SAVE)
        alert = hand.page.get_by_role("main").get_by_role("alert")
        assert alert.count() == 0, alert.first.inner_text()
    expect(hand.page.get_by_role("heading", level=1)).to_contain_text("Check your answers")


def _values(made: Round, content: SectionContent) -> Values:
    values = answers_for(content, language="en", contact=made.staff.editor.email, seed=4, tracks=RANKING)
    for spec in content.fields:
        if spec.kind == FieldKind.TEXT and spec.name in values:
            values[spec.name] = f"{values[spec.name]}{ODD}"
    return values


def _fill(hand: Hand, spec: FieldSpec, value: Value) -> None:
    page = hand.page
    if isinstance(value, list):
        for code in value:
            box = named(page, spec.name, code)
            _unfold(hand, box)
            if not box.is_checked():
                hand.tick(box)
    elif spec.kind in (FieldKind.CHOICE, FieldKind.YES_NO, FieldKind.ACCEPT):
        box = named(page, spec.name, "" if spec.kind == FieldKind.ACCEPT else value)
        if not box.is_checked():
            hand.tick(box)
    elif spec.kind in (FieldKind.RANK, FieldKind.SCALE):
        box = named(page, spec.name)
        _unfold(hand, box)
        if box.input_value() != value:
            hand.select(box, value)
    elif value and named(page, spec.name).input_value() != value:
        hand.type(named(page, spec.name), value)


def _unfold(hand: Hand, box: Locator) -> None:
    """Targets of a goal and countries that were not chosen are folded away."""
    folded = box.locator("xpath=ancestor::details[not(@open)]")
    if folded.count():
        hand.unfold(folded.first.locator("summary"))


def asks_for_a_signature(hand: Hand, made: Round) -> None:
    hand.press("Ask for a signature")
    assert made.application.status == ApplicationStatus.AWAITING_SIGN_OFF


def signs(hand: Hand, made: Round) -> None:
    """The second person, at a browser of their own."""
    hand.open(f"{reverse('account_login')}?next={reverse('portal:start')}")
    signs_in(hand, made.staff.signatory)
    hand.follow("Sign the application")
    hand.press("Sign and submit")
    expect(hand.page.get_by_role("main")).to_contain_text(made.application.reference)
    assert made.application.status == ApplicationStatus.SUBMITTED


def everything_arrived(made: Round) -> None:
    """What was submitted says to the letter what was typed."""
    submitted = made.application.revisions.get().content["values"]
    stored = {name: value for section in submitted.values() for name, value in section.items()}
    prose = {name for name, value in made.typed.items() if isinstance(value, str) and value.endswith(ODD)}
    assert len(prose) >= 5
    assert prose <= stored.keys()
    # A question that was not asked, after an earlier answer, is left out of what is submitted.
    asked = {name: value for name, value in made.typed.items() if name in stored}
    assert {name: stored[name] for name in asked} == asked
