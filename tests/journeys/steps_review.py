"""From submitted applications to municipalities that confirm their place."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from applications.enums import ApplicationStatus, DecisionOutcome
from applications.forms.reviews import anchored
from applications.models import Application, Call, Criterion, Decision, Review, Track
from applications.services.decisions import confirm_participation
from applications.services.reviews import ScoreInput, save_scores, submit_review
from sdgpartners.core import clock
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from tests.applications.factories import cleared
from tests.journeys.actors import Actor, Stage
from tests.journeys.cast import Cast, after_closing


def tracks_of(call: Call) -> list[Track]:
    """Both tracks, Benin's first."""
    return list(
        Track.objects.filter(call=call)
        .select_related(
            "partner_country__country", "partner_country__association", "call__programme", "theme"
        )
        .order_by("partner_country__country")
    )


def coordinator_finds_all_eligible(coordinator: Actor, first: Application) -> None:
    """One application on its own page, the others together from the list; then the short profiles go on."""
    page, words = coordinator.page, coordinator.words
    coordinator.open("portal:start")
    coordinator.follow("Decide on eligibility")
    with page.expect_navigation():
        page.get_by_role("link", name=first.reference).click()
    coordinator.press("Eligible")
    expect(
        page.get_by_text(words("The decision on %(reference)s is kept.", reference=first.reference))
    ).to_be_visible()
    _on_all(coordinator, "?status__exact=submitted", "Decide on the eligibility of the chosen applications")
    # The page between asks for one decision on all of them; “eligible” stands chosen.
    with page.expect_navigation():
        page.locator("main form button.btn-primary").click()
    _on_all(coordinator, "?status__exact=eligible&side__exact=south",
            "Admit the chosen unscored applications to the matching")  # fmt: skip


def _on_all(coordinator: Actor, query: str, action: str) -> None:
    """An action of the stock admin on all rows of a list."""
    page, words = coordinator.page, coordinator.words
    coordinator.open("admin:applications_application_changelist")
    coordinator.visit(page.url.removeprefix(coordinator.base).partition("?")[0] + query)
    page.get_by_role("checkbox", name=words("Select all objects on this page for an action")).check()
    page.get_by_label(words("Action:")).select_option(label=words(action))
    coordinator.press("Go")


def coordinator_assigns_reviewers(coordinator: Actor, call: Call) -> None:
    """On the page of the reviewers of each track, from its ranking."""
    page, words = coordinator.page, coordinator.words
    for track in tracks_of(call):
        open_ranking(coordinator, track)
        coordinator.follow("Reviewers")
        count = 4  # two Flemish applications, two reviewers each
        button = words.many("Give out %(count)s review", "Give out %(count)s reviews", count)
        with page.expect_navigation():
            page.get_by_role("button", name=button, exact=True).click()
        assert Review.objects.filter(track=track).count() == count
        told = words.many("%(count)d review assigned.", "%(count)d reviews assigned.", count)
        expect(page.get_by_text(told)).to_be_visible()


def open_ranking(coordinator: Actor, track: Track) -> None:
    """Through the list of tracks, as the desk does."""
    country = coordinator.words.of(track.partner_country)
    coordinator.open("admin:applications_track_changelist")
    row = coordinator.page.get_by_role("row").filter(has_text=country)
    with coordinator.page.expect_navigation():
        row.get_by_role("link", name=coordinator.words("Reviews and ranking"), exact=True).click()
    coordinator.heads(coordinator.words("Ranking: %(track)s", track=country))


def reviewer_scores_one(reviewer: Actor) -> Review:
    """The reviewer's first application, on every criterion, in the browser."""
    page, words = reviewer.page, reviewer.words
    review = _open_reviews(reviewer.user)[0]
    reviewer.open("portal:start")
    reviewer.follow("Review applications")
    item = page.get_by_role("listitem").filter(has_text=words.of(review.track.partner_country)).filter(
        has_text=review.application.municipality.name
    )  # fmt: skip
    with page.expect_navigation():
        item.get_by_role("link", name=review.application.municipality.name, exact=True).click()
    _agrees_and_declares(reviewer, review.application)
    for number, criterion in enumerate(_criteria(review)):
        given = _value(review, criterion)
        label = dict(anchored_in(reviewer, criterion))[str(given)]
        group = page.get_by_role("group", name=words.field(criterion, "title"), exact=True)
        group.get_by_role("radio", name=label, exact=True).check(force=True)
        reviewer.labelled(words("Why")).nth(number).fill("+")
    reviewer.press("Save and check before submitting")
    reviewer.press("Submit the review")
    reviewer.told("Your review is submitted. Thank you.")
    return review


def _agrees_and_declares(reviewer: Actor, application: Application) -> None:
    """Before the first file of a call: its confidentiality; before each file: nothing to do with it."""
    page, words = reviewer.page, reviewer.words
    name = application.municipality.name
    reviewer.heads(words("What you read stays with you"))
    page.get_by_label(words("I have read this and I agree")).check(force=True)
    reviewer.press("Agree and go on")
    reviewer.heads(words("Do you have anything to do with %(municipality)s?", municipality=name))
    page.get_by_label(words("No, I have nothing to do with it")).check(force=True)
    reviewer.press("Go on")
    reviewer.heads(name)


def anchored_in(reviewer: Actor, criterion: Criterion) -> list[tuple[str, str]]:
    """The steps of the scale in the journey's language, with blanks as a browser names them."""
    found = []
    for step in range(criterion.scale_min, criterion.scale_max + 1):
        texts = {anchor.score: reviewer.words.field(anchor, "text") for anchor in criterion.anchors.all()}
        found.append((str(step), f"{step}: {texts[step]}" if step in texts else str(step)))
    assert len(found) == len(anchored(criterion))
    return [(step, re.sub(r"\s+", " ", text)) for step, text in found]


def _criteria(review: Review) -> list[Criterion]:
    return list(review.track.criteria.prefetch_related("anchors").order_by("order"))


def _open_reviews(reviewer: User) -> list[Review]:
    return list(
        Review.objects.filter(reviewer=reviewer, submitted_at__isnull=True)
        .select_related("application__municipality", "track__partner_country__country", "track__call")
        .order_by("pk")
    )


def _value(review: Review, criterion: Criterion) -> int:
    """Gent is a little better than Leuven."""
    return criterion.scale_max - (0 if review.application.municipality.name == "Gent" else 1)


def _score_the_rest(call: Call) -> None:
    """What is left of the same reviewers' work, through the services."""
    for review in Review.objects.filter(application__call=call, submitted_at__isnull=True).select_related(
        "reviewer", "application"
    ):
        cleared(review.reviewer, review.application)
        given = {row.pk: ScoreInput(value=_value(review, row), comment="+") for row in _criteria(review)}
        kept = save_scores(review=review, scores=given, comment="", version=0, actor=review.reviewer)
        submit_review(review=kept, actor=review.reviewer)


def reviewers_score(stage: Stage, cast: Cast, call: Call) -> None:
    """Two reviewers in the browser; a page of another's work does not exist for them."""
    scored = []
    for name in ("reviewer", "reviewer2"):
        with stage.as_(cast.seats[name]) as reviewer:
            scored.append(reviewer_scores_one(reviewer))
    assert len({review.reviewer_id for review in scored}) == 2
    _score_the_rest(call)


def coordinator_decides(coordinator: Actor, call: Call) -> None:
    """The ranking of both tracks is fixed; then all decisions are released at once."""
    for track in tracks_of(call):
        open_ranking(coordinator, track)
        coordinator.press("Fix the ranking and prepare decisions")
    gent, leuven = Decision.objects.filter(track=track).order_by("rank")
    assert (gent.application.municipality.name, gent.rank) == ("Gent", 1)
    assert (leuven.application.municipality.name, leuven.rank) == ("Leuven", 2)
    coordinator.follow("Release the decisions")
    coordinator.press("Release the decisions and send the letters")
    assert set(Decision.objects.values_list("outcome", flat=True)) == {DecisionOutcome.SELECTED}
    assert OutgoingMail.objects.filter(kind="decision_selected").exists()


def signatory_confirms(signatory: Actor, application: Application) -> None:
    signatory.open("portal:start")
    signatory.page.get_by_role("link", name=signatory.words("Confirm that you take part")).first.click()
    signatory.press("Yes, we take part")
    signatory.told("Thank you. The associations look for a match now.")
    application.refresh_from_db()
    assert application.status == ApplicationStatus.CONFIRMED


def selected_confirm(stage: Stage, cast: Cast, applications: dict[str, Application]) -> None:
    """Gent in the browser, everybody else who was selected through the services."""
    with stage.as_(cast.staff["Gent"].signatory, phone=True) as signatory:
        signatory_confirms(signatory, applications["Gent"])
    for name, application in applications.items():
        application.refresh_from_db()
        if application.status == ApplicationStatus.SELECTED:
            confirm_participation(application=application, actor=cast.staff[name].signatory)
        application.refresh_from_db()
        assert application.status == ApplicationStatus.CONFIRMED, name


def review(
    stage: Stage, cast: Cast, coordinator: Actor, call: Call, applications: dict[str, Application]
) -> None:
    """All of it, on the days on which it would happen."""
    with clock.at(after_closing(3)):
        coordinator_finds_all_eligible(coordinator, applications["Gent"])
    with clock.at(after_closing(5)):
        coordinator_assigns_reviewers(coordinator, call)
    with clock.at(after_closing(12)):
        reviewers_score(stage, cast, call)
    with clock.at(after_closing(20)):
        coordinator_decides(coordinator, call)
    with clock.at(after_closing(20) + timedelta(days=3)):
        selected_confirm(stage, cast, applications)
