"""A panel of four in a real browser, by its pages: one steps out, two disagree, and the letters arrive in three
languages."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils.formats import number_format
from django.utils.translation import override
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from applications.enums import CallTextKind, ConflictGround, DecisionOutcome, ReviewStatus
from applications.letters import fill
from applications.models import Call, Criterion, Decision, PanelScore, Review, Tally, Track
from applications.review_input import ScoreInput
from applications.services.eligibility import decide_eligibility
from applications.services.reviews import save_scores, submit_review
from applications.standard_texts import standard_texts
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.applications.factories import Team, cleared, open_call, submitted
from tests.factories import in_english, make_editor, make_seat
from tests.journeys.actors import PHONE, Actor, Stage
from tests.journeys.steps_review import open_ranking
from tests.journeys.words import Words
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MINUTE = "Read again together: the second answer names who does what."
REASON = "My brother is on the council."
NAMES = ("Aalscholver", "Boerenzwaluw", "Umusambi", "Inyange")


@dataclass(frozen=True)
class Panel:
    """Gent and Leuven on the track of Rwanda, with one place; four who may review, three for each application."""

    track: Track
    gent: Team
    leuven: Team
    four: tuple[User, ...]
    lead: User
    english: User

    def of_gent(self) -> list[Review]:
        rows = Review.objects.filter(application=self.gent.application).exclude(status=ReviewStatus.RECUSED)
        return list(rows.select_related("reviewer", "application__municipality", "track").order_by("pk"))


def _made() -> Panel:
    world = build_world()
    call = open_call(world)
    gent, leuven = submitted(call, world.gent, "RW"), submitted(call, world.leuven, "RW")
    for team in (gent, leuven):
        decide_eligibility(application=team.application, eligible=True, note="", actor=world.coordinator_vvsg)
    gent.signatory.language = "fr"
    gent.signatory.save(update_fields=["language"])
    Call.objects.filter(pk=call.pk).update(
        closes_at=clock.now() - timedelta(minutes=1), reviewers_per_application=3
    )
    Track.objects.filter(call=call).update(places=1)
    track = Track.objects.select_related("call__programme", "partner_country__country").get(
        call=call, partner_country=world.rwanda
    )
    four = tuple(
        make_seat(association, AssociationRole.REVIEWER, last_name=name)
        for association, name in zip((world.vvsg, world.vvsg, world.ralga, world.ralga), NAMES, strict=True)
    )
    english = make_editor(world.gent, language="en")
    return Panel(track, gent, leuven, four, in_english(world.coordinator_vvsg), english)


@pytest.mark.usefixtures("media")
def test_a_panel_of_four_to_letters_in_three_languages(browser: Browser, live_server: LiveServer) -> None:
    with Stage(browser, live_server.url, Words("en")) as stage:
        made = _made()
        coordinator = stage.sign_in(made.lead)
        _reviews_are_given_out(coordinator, made, 6)
        away = made.of_gent()[0].reviewer
        with stage.as_(away, phone=True) as reviewer:
            _opens(reviewer, made)
            _steps_out(reviewer, made)
        _reviews_are_given_out(coordinator, made, 1)
        low, high = _the_two_who_disagree(made)
        for person, score in ((low, 0), (high, 4)):
            with stage.as_(person) as reviewer:
                _opens(reviewer, made)
                _declares_nothing(reviewer)
                _scores(reviewer, made, score)
        _the_rest_is_scored(made)
        criterion = _the_panel_agrees(coordinator, made, away)
        _decisions_are_prepared(coordinator, made, criterion)
        letters = _letters_are_looked_at_and_released(coordinator, made)
        _letters_say_what_was_decided(made, letters)
        with stage.as_(made.english, phone=True) as editor:
            _the_municipality_reads(editor, made)


def _reviews_are_given_out(coordinator: Actor, made: Panel, count: int) -> None:
    open_ranking(coordinator, made.track)
    coordinator.follow("Reviewers")
    button = coordinator.words.many("Give out %(count)s review", "Give out %(count)s reviews", count)
    with coordinator.page.expect_navigation():
        coordinator.page.get_by_role("button", name=button, exact=True).click()
    live = Review.objects.exclude(status=ReviewStatus.RECUSED)
    assert live.count() == 6
    # Three for each, among them at least one of the association of the country.
    for team in (made.gent, made.leuven):
        names = set(live.filter(application=team.application).values_list("reviewer__last_name", flat=True))
        assert (len(names), bool(names & set(NAMES[2:]))) == (3, True)


def _opens(reviewer: Actor, made: Panel) -> None:
    """From one's list; before the first file stands the confidentiality of the call, with a tick of one's own."""
    reviewer.open("applications:review-list")
    with reviewer.page.expect_navigation():
        reviewer.page.get_by_role("main").get_by_role("link", name="Gent").first.click()
    reviewer.heads("What you read stays with you")
    reviewer.page.get_by_label("I have read this and I agree").check(force=True)
    reviewer.press("Agree and go on")
    reviewer.heads("Do you have anything to do with Gent?")
    expect(reviewer.page.get_by_text("About motivation")).to_have_count(0)


def _steps_out(reviewer: Actor, made: Panel) -> None:
    page = reviewer.page
    page.get_by_label("Yes, I step out of this application").check(force=True)
    page.get_by_label(str(ConflictGround.FAMILY.label)).check(force=True)
    reviewer.fill("In your own words", REASON)
    reviewer.press("Go on")
    reviewer.told(
        "You step out of the application of %(municipality)s. It is gone from your pages. The coordinators "
        "know, and look for somebody else where you had to score it.",
        municipality="Gent",
    )
    reviewer.open("applications:review-list")
    expect(page.get_by_role("main").get_by_role("link", name="Gent")).to_have_count(0)
    assert reviewer.user is not None
    review = Review.objects.get(application=made.gent.application, reviewer=reviewer.user)
    assert review.status == ReviewStatus.RECUSED
    told = OutgoingMail.objects.filter(to=made.lead.email, kind="review_conflict").order_by("-pk")[0]
    fourth = next(
        one for one in made.four if not one.reviews.filter(application=made.gent.application).exists()
    )
    assert str(fourth) in told.body_text


def _the_two_who_disagree(made: Panel) -> tuple[User, User]:
    first, second, _third = (row.reviewer for row in made.of_gent())
    return first, second


def _declares_nothing(reviewer: Actor) -> None:
    reviewer.page.get_by_label("No, I have nothing to do with it").check(force=True)
    reviewer.press("Go on")
    reviewer.heads("Gent")


def _scores(reviewer: Actor, made: Panel, value: int) -> None:
    page = reviewer.page
    for number in range(made.track.criteria.count()):
        line = page.locator(".criterion[data-scores]").nth(number)
        line.locator(f"input[value='{value}']").check(force=True)
        reviewer.labelled("Why").nth(number).fill(f"Because of {value}")
    page.get_by_label("Private note").fill("Geheim voor de anderen")
    reviewer.press("Save and check before submitting")
    reviewer.press("Submit the review")
    reviewer.told("Your review is submitted. Thank you.")


def _the_rest_is_scored(made: Panel) -> None:
    """The third of Gent between the two; Leuven a little below Gent."""
    for review in Review.objects.filter(status=ReviewStatus.ASSIGNED).select_related(
        "application", "reviewer", "track"
    ):
        cleared(review.reviewer, review.application)
        value = 3 if review.application_id == made.gent.application.pk else 2
        given = {row.pk: ScoreInput(value=value, comment="+") for row in review.track.criteria.all()}
        kept = save_scores(review=review, scores=given, comment="", version=0, actor=review.reviewer)
        submit_review(review=kept, actor=review.reviewer)


def _the_panel_agrees(coordinator: Actor, made: Panel, away: User) -> Criterion:
    """Gent, on which they differ, stands first; a score is agreed with its minute and counts at once."""
    page = coordinator.page
    open_ranking(coordinator, made.track)
    coordinator.follow("The panel")
    first = page.get_by_role("main").locator("tbody tr").first
    expect(first).to_contain_text("Gent")
    expect(first).to_contain_text("reviewers disagree")
    with page.expect_navigation():
        first.get_by_role("link", name=re.compile("Gent")).click()
    coordinator.sees("The reviewers disagree.")
    coordinator.sees("Because of 4")
    expect(page.get_by_text("Geheim")).to_have_count(0)
    expect(page.get_by_role("columnheader", name=str(away))).to_have_count(0)
    before = Tally.objects.get(application=made.gent.application)
    criterion: Criterion = made.track.criteria.order_by("-weight", "order")[0]
    coordinator.follow(f"Agree on a score: {criterion.title}")
    page.locator("input[name='value'][value='4']").check(force=True)
    coordinator.fill("Minute", MINUTE)
    coordinator.press("Keep the agreed score")
    coordinator.told("The agreed score is kept and counts in the ranking.")
    coordinator.sees(MINUTE)
    after = Tally.objects.get(application=made.gent.application)
    assert PanelScore.objects.get().value == 4
    assert after.total is not None
    assert before.total is not None
    assert after.total > before.total
    coordinator.sees(f"Total {after.total}")
    return criterion


def _decisions_are_prepared(coordinator: Actor, made: Panel, criterion: Criterion) -> None:
    page = coordinator.page
    open_ranking(coordinator, made.track)
    rows = page.get_by_role("main").locator("tbody tr")
    expect(rows.first).to_contain_text("Gent")
    expect(rows.first).to_contain_text(str(Tally.objects.get(application=made.gent.application).total))
    coordinator.press("Fix the ranking and prepare decisions")
    outcomes = dict(Decision.objects.values_list("application__municipality__name", "outcome"))
    assert outcomes == {"Gent": DecisionOutcome.SELECTED, "Leuven": DecisionOutcome.RESERVE}
    assert not OutgoingMail.objects.filter(kind__startswith="decision_").exists()


def _letters_are_looked_at_and_released(coordinator: Actor, made: Panel) -> dict[str, str]:
    """Each letter as it will go out; then one button. Gives what the preview of Gent showed, by language."""
    page = coordinator.page
    coordinator.follow("Release the decisions")
    coordinator.sees("Nothing stands in the way.")
    coordinator.follow("Gent")
    previews = {}
    for part in page.locator("main details [lang]").all():
        previews[part.get_attribute("lang") or ""] = part.text_content() or ""
    assert set(previews) == {"nl", "fr", "en"}
    page.go_back()
    coordinator.press("Release the decisions and send the letters")
    coordinator.sees("Gent")
    return previews


def _letters_say_what_was_decided(made: Panel, previews: dict[str, str]) -> None:
    """Read back from the outbox: words of each language, the figure as it writes it, and nothing of the panel."""
    decision = Decision.objects.get(application=made.gent.application)
    assert decision.confirm_by is not None
    people = {"nl": made.gent.editor, "fr": made.gent.signatory, "en": made.english}
    for language, person in people.items():
        mail = OutgoingMail.objects.get(to=person.email, kind="decision_selected")
        words = standard_texts()[CallTextKind.LETTER_SELECTED][language]
        with override(language):
            day, total = format_date(decision.confirm_by), number_format(decision.total, 2)
        assert mail.language == language
        assert mail.subject == fill(words.subject, {"municipality": "Gent", "confirm_by": day})
        for text in (mail.body_text, previews[language]):
            flat = " ".join(text.split())
            assert total in flat
            assert day in flat
            assert " ".join(words.body.split("{municipality}")[0].split()) in flat
        _tells_nothing_of_the_panel(mail.subject + mail.body_text + mail.body_html)
    other = OutgoingMail.objects.get(to=made.leuven.editor.email, kind="decision_reserve")
    words = standard_texts()[CallTextKind.LETTER_RESERVE]["nl"]
    assert other.subject == fill(words.subject, {"municipality": "Leuven"})
    _tells_nothing_of_the_panel(other.body_text)


def _tells_nothing_of_the_panel(text: str) -> None:
    for secret in (*NAMES, MINUTE, REASON, "Because of", "Geheim"):
        assert secret not in text, secret


def _the_municipality_reads(editor: Actor, made: Panel) -> None:
    editor.open("applications:decision-confirm", made.gent.reference)
    total = Decision.objects.get(application=made.gent.application).total
    editor.sees(str(total))
    _tells_nothing_of_the_panel(editor.page.content())
    assert (editor.page.viewport_size or {}).get("width") == PHONE["width"]
