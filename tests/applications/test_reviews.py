"""Reviews, ranking and decisions: fair, silent until released, released once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus, CallStatus, DecisionOutcome, Outcome, ReviewStatus
from applications.errors import ConflictOfInterest
from applications.models import Application, Call, Decision, Review, Track
from applications.review_input import ScoreInput
from applications.selectors.ranking import lines_of, ranking_of
from applications.selectors.ranking_page import summary_of
from applications.selectors.reviews import reviews_visible_to
from applications.services import assignment, decisions, reviews
from applications.services.eligibility import decide_eligibility
from applications.services.submission import withdraw_application
from sdgpartners.core import clock
from sdgpartners.core.errors import DeadlinePassed, DomainError, EditConflict, Incomplete, MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import AssociationSeat, User
from sdgpartners.programme.models import Municipality, TownTwinning
from tests.applications.factories import Team, cleared, open_call, start, submitted
from tests.factories import make_editor, make_seat
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(world: World) -> Call:
    return open_call(world)


@pytest.fixture
def rwanda(call: Call, world: World) -> Track:
    track = Track.objects.get(call=call, partner_country=world.rwanda)
    track.places = 1
    track.save()
    return track


@pytest.fixture
def people(world: World) -> tuple[User, User]:
    """A reviewer of VVSG and one of RALGA."""
    return (
        make_seat(world.vvsg, AssociationRole.REVIEWER, email="one@example.org"),
        make_seat(world.ralga, AssociationRole.REVIEWER, email="two@example.org"),
    )


def eligible(call: Call, place: Municipality, world: World) -> Team:
    team = submitted(call, place, "RW")
    decide_eligibility(application=team.application, eligible=True, note="", actor=world.coordinator_vvsg)
    return team


def score_all(review: Review, value: int, actor: User) -> None:
    cleared(actor, review.application)
    given = {row.pk: ScoreInput(value=value, comment="because") for row in review.track.criteria.all()}
    kept = reviews.save_scores(review=review, scores=given, comment="", version=review.version, actor=actor)
    reviews.submit_review(review=kept, actor=actor)


@pytest.fixture
def two_ranked(
    call: Call, rwanda: Track, people: tuple[User, User], world: World
) -> Iterator[tuple[Team, Team]]:
    """Gent far ahead of Leuven, both reviewed by both, after the deadline."""
    teams = eligible(call, world.gent, world), eligible(call, world.leuven, world)
    with clock.at(call.closes_at + timedelta(hours=1)):
        assignment.assign_reviewers(track=rwanda, actor=world.coordinator_ralga)
        for review in Review.objects.all():
            score_all(review, 4 if review.application_id == teams[0].application.pk else 1, review.reviewer)
        yield teams


def test_each_application_gets_its_reviewers_once_and_mail(
    call: Call, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    team = eligible(call, world.gent, world)
    assert assignment.assign_reviewers(track=rwanda, actor=None) == 2
    assert assignment.assign_reviewers(track=rwanda, actor=None) == 0
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.IN_REVIEW
    mails = OutgoingMail.objects.filter(kind="review_assigned").order_by("to")
    assert [mail.to for mail in mails] == ["one@example.org", "two@example.org"]


def test_nobody_reviews_their_own_municipality_or_its_twin(
    call: Call, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    make_editor(world.gent, user=people[0])
    TownTwinning.objects.create(
        north=world.leuven, partner_country_code="RW", south=world.karongi, partner_name="Karongi"
    )
    make_editor(world.karongi, user=people[1])
    gent, leuven = eligible(call, world.gent, world), eligible(call, world.leuven, world)
    with pytest.raises(Incomplete):
        assignment.assign_reviewers(track=rwanda, actor=None)
    assert Review.objects.count() == 0
    with pytest.raises(ConflictOfInterest):
        assignment.assign_reviewer(application=gent.application, track=rwanda, reviewer=people[0], actor=None)
    with pytest.raises(ConflictOfInterest):
        assignment.assign_reviewer(
            application=leuven.application, track=rwanda, reviewer=people[1], actor=None
        )


def test_a_conflict_that_comes_later_closes_the_file(
    client: Client, call: Call, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    team = eligible(call, world.gent, world)
    assignment.assign_reviewers(track=rwanda, actor=None)
    page = reverse("applications:review-detail", args=(team.reference, "rw"))
    client.force_login(people[0])
    cleared(people[0], team.application)
    assert client.get(page).status_code == 200
    make_editor(world.gent, user=people[0])
    assert client.get(page).status_code == 404
    assert "Gent" not in client.get(reverse("applications:review-list")).content.decode().split("<main")[1]
    review = Review.objects.get(reviewer=people[0])
    with pytest.raises((ConflictOfInterest, Incomplete)):
        reviews.submit_review(review=review, actor=people[0])


def test_a_reviewer_sees_only_their_own_reviews(
    client: Client, two_ranked: tuple[Team, Team], people: tuple[User, User], world: World
) -> None:
    assert {row.reviewer_id for row in reviews_visible_to(people[0])} == {people[0].pk}
    stranger = make_seat(world.ancb, AssociationRole.REVIEWER)
    client.force_login(stranger)
    page = reverse("applications:review-detail", args=(two_ranked[0].reference, "rw"))
    assert client.get(page).status_code == 404


def test_scores_outside_the_scale_and_old_versions_are_refused(
    call: Call, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    eligible(call, world.gent, world)
    assignment.assign_reviewers(track=rwanda, actor=None)
    review = Review.objects.filter(reviewer=people[0]).get()
    cleared(people[0], review.application)
    criterion = rwanda.criteria.first()
    assert criterion is not None
    with pytest.raises(DomainError, match="between 0 and 4"):
        reviews.save_scores(
            review=review, scores={criterion.pk: ScoreInput(value=5)}, comment="", version=0, actor=people[0]
        )
    reviews.save_scores(review=review, scores={}, comment="mine", version=0, actor=people[0])
    with pytest.raises(EditConflict):
        reviews.save_scores(review=review, scores={}, comment="other tab", version=0, actor=people[0])


def test_the_ends_of_the_scale_want_a_word_and_every_criterion_a_score(
    call: Call, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    eligible(call, world.gent, world)
    assignment.assign_reviewers(track=rwanda, actor=None)
    review = Review.objects.filter(reviewer=people[0]).get()
    cleared(people[0], review.application)
    criteria = list(rwanda.criteria.order_by("order"))
    kept = reviews.save_scores(
        review=review,
        scores={row.pk: ScoreInput(value=4) for row in criteria},
        comment="",
        version=0,
        actor=people[0],
    )
    with pytest.raises(Incomplete, match="Explain"):
        reviews.submit_review(review=kept, actor=people[0])
    kept = reviews.save_scores(
        review=review, scores={criteria[0].pk: ScoreInput()}, comment="", version=1, actor=people[0]
    )
    with pytest.raises(Incomplete, match=criteria[0].title):
        reviews.submit_review(review=kept, actor=people[0])


def test_the_ranking_has_places_and_a_reserve(two_ranked: tuple[Team, Team], rwanda: Track) -> None:
    first, second = ranking_of(rwanda)
    assert (first.application.municipality.name, first.line.rank, first.line.outcome) == (
        "Gent",
        1,
        "selected",
    )
    assert (second.application.municipality.name, second.line.rank, second.line.outcome) == (
        "Leuven",
        2,
        "reserve",
    )
    assert first.line.mean == 100
    progress = summary_of(rwanda, lines_of(rwanda))
    assert (progress.applications, progress.reviews, progress.wanted) == (2, 4, 4)


def test_the_ranking_costs_the_same_for_one_and_for_many(
    call: Call, rwanda: Track, people: tuple[User, User], world: World, django_assert_num_queries: object
) -> None:
    for places in ([world.gent], [world.leuven, world.mechelen]):
        for place in places:
            eligible(call, place, world)
        assignment.assign_reviewers(track=rwanda, actor=None)
        for review in Review.objects.filter(status=ReviewStatus.ASSIGNED):
            score_all(review, 2, review.reviewer)
        with django_assert_num_queries(4):  # type: ignore[operator]
            ranking_of(rwanda)


def test_nothing_is_prepared_while_a_review_is_missing(
    call: Call, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    eligible(call, world.gent, world)
    assignment.assign_reviewers(track=rwanda, actor=None)
    with pytest.raises(Incomplete, match="0 of 2"):
        decisions.prepare_decisions(track=rwanda, actor=world.coordinator_ralga)


def test_prepared_decisions_are_silent_and_release_is_once(
    client: Client, two_ranked: tuple[Team, Team], call: Call, rwanda: Track, world: World
) -> None:
    gent, leuven = two_ranked
    decisions.prepare_decisions(track=rwanda, actor=world.coordinator_ralga)
    client.force_login(gent.editor)
    page = reverse("applications:decision-confirm", args=(gent.reference,))
    assert client.get(page).status_code == 404
    assert OutgoingMail.objects.filter(kind__startswith="decision_").count() == 0
    assert decisions.release_decisions(call=call, actor=world.coordinator_vvsg) == 2
    with pytest.raises(MoveNotAllowed):
        decisions.release_decisions(call=call, actor=world.coordinator_vvsg)
    kinds = OutgoingMail.objects.filter(kind__startswith="decision_").values_list("kind", "recipient_id")
    assert set(kinds) == {
        ("decision_selected", gent.editor.pk), ("decision_selected", gent.signatory.pk),
        ("decision_reserve", leuven.editor.pk), ("decision_reserve", leuven.signatory.pk),
    }  # fmt: skip
    call.refresh_from_db()
    assert call.status == CallStatus.DECIDED
    page_text = client.get(page).content.decode()
    assert "one@example.org" not in page_text


def test_a_decision_against_the_ranking_wants_a_reason(
    two_ranked: tuple[Team, Team], rwanda: Track, world: World
) -> None:
    decisions.prepare_decisions(track=rwanda, actor=world.coordinator_ralga)
    second = Decision.objects.get(rank=2)
    with pytest.raises(Incomplete):
        decisions.decide_by_hand(
            decision=second, outcome=DecisionOutcome.SELECTED, reason=" ", actor=world.coordinator_ralga
        )
    decisions.decide_by_hand(
        decision=second,
        outcome=DecisionOutcome.REJECTED,
        reason="Withdrew by phone",
        actor=world.coordinator_ralga,
    )
    decisions.prepare_decisions(track=rwanda, actor=world.coordinator_ralga)
    second.refresh_from_db()
    assert (second.outcome, second.reason) == (DecisionOutcome.REJECTED, "Withdrew by phone")


def test_a_tie_at_the_cut_line_waits_for_the_panel(
    call: Call, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    for place in (world.gent, world.leuven):
        eligible(call, place, world)
    with clock.at(call.closes_at + timedelta(hours=1)):
        assignment.assign_reviewers(track=rwanda, actor=None)
        for review in Review.objects.all():
            score_all(review, 2, review.reviewer)
        decisions.prepare_decisions(track=rwanda, actor=world.coordinator_ralga)
        assert set(Decision.objects.values_list("ranked_as", flat=True)) == {Outcome.PANEL}
        with pytest.raises(Incomplete, match="panel"):
            decisions.release_decisions(call=call, actor=world.coordinator_vvsg)
        outcomes = (DecisionOutcome.SELECTED, DecisionOutcome.RESERVE)
        for decision, outcome in zip(Decision.objects.order_by("pk"), outcomes, strict=True):
            decisions.decide_by_hand(
                decision=decision, outcome=outcome, reason="Minute 3", actor=world.coordinator_ralga
            )
        assert decisions.release_decisions(call=call, actor=world.coordinator_vvsg) == 2


def test_only_a_signatory_confirms_and_only_in_time(
    client: Client, two_ranked: tuple[Team, Team], call: Call, rwanda: Track, world: World
) -> None:
    gent, leuven = two_ranked
    decisions.prepare_decisions(track=rwanda, actor=world.coordinator_ralga)
    decisions.release_decisions(call=call, actor=world.coordinator_vvsg)
    page = reverse("applications:decision-confirm", args=(gent.reference,))
    client.force_login(gent.editor)
    assert client.post(page, {"answer": "confirm"}).status_code == 403
    client.force_login(leuven.signatory)
    assert client.post(page, {"answer": "confirm"}).status_code == 404
    application = Application.objects.get(pk=gent.application.pk)
    with clock.at(clock.now() + timedelta(days=15)), pytest.raises(DeadlinePassed):
        decisions.confirm_participation(application=application, actor=gent.signatory)
    client.force_login(gent.signatory)
    assert client.post(page, {"answer": "confirm"}).status_code == 302
    application.refresh_from_db()
    assert application.status == ApplicationStatus.CONFIRMED


def test_a_place_given_back_wants_a_reason(
    client: Client, two_ranked: tuple[Team, Team], call: Call, rwanda: Track, world: World
) -> None:
    gent, _ = two_ranked
    decisions.prepare_decisions(track=rwanda, actor=world.coordinator_ralga)
    decisions.release_decisions(call=call, actor=world.coordinator_vvsg)
    client.force_login(gent.signatory)
    page = reverse("applications:decision-confirm", args=(gent.reference,))
    assert client.post(page, {"answer": "decline", "reason": ""}).status_code == 422
    assert client.post(page, {"answer": "decline", "reason": "No budget"}).status_code == 302
    gent.application.refresh_from_db()
    assert gent.application.status == ApplicationStatus.DECLINED


def test_reopening_tells_the_reviewer_why(two_ranked: tuple[Team, Team], world: World) -> None:
    review = Review.objects.first()
    assert review is not None
    with pytest.raises(Incomplete):
        reviews.reopen_review(review=review, reason="", actor=world.coordinator_ralga)
    reviews.reopen_review(review=review, reason="Please look at question 2", actor=world.coordinator_ralga)
    review.refresh_from_db()
    assert review.status == ReviewStatus.REOPENED
    mail = OutgoingMail.objects.get(kind="review_reopened")
    assert "question 2" in mail.body_text


def test_the_sheet_is_saved_on_the_page_and_errors_keep_what_was_typed(
    client: Client, call: Call, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    team = eligible(call, world.gent, world)
    assignment.assign_reviewers(track=rwanda, actor=None)
    cleared(people[0], team.application)
    client.force_login(people[0])
    page = reverse("applications:review-detail", args=(team.reference, "rw"))
    criteria = list(rwanda.criteria.order_by("order"))
    data = {f"{row.code}-value": "2" for row in criteria} | {"comment": "Good plan", "version": "0"}
    data[f"{criteria[0].code}-value"] = "4"
    answer = client.post(page, data | {"step": "check"})
    assert answer.status_code == 422
    assert "Good plan" in answer.content.decode()
    data |= {f"{criteria[0].code}-comment": "Very concrete", "version": "1", "step": "check"}
    check = client.post(page, data).headers["Location"]
    assert check == reverse("applications:review-check", args=(team.reference, "rw"))
    assert client.post(check, {"version": "2"}).status_code == 302
    assert Review.objects.get(reviewer=people[0]).status == ReviewStatus.SUBMITTED


def test_ranking_pages_keep_to_the_country(
    client: Client, two_ranked: tuple[Team, Team], rwanda: Track, world: World
) -> None:
    page = reverse("admin:applications_track_ranking", args=(rwanda.pk,))
    client.force_login(world.coordinator_ancb)
    assert client.get(page).status_code == 403
    client.force_login(world.coordinator_ralga)
    assert client.get(page).status_code == 200
    assert client.post(page, {"step": "prepare"}).status_code == 302
    assert Decision.objects.count() == 2
    release = reverse("admin:applications_call_release", args=(rwanda.call_id,))
    assert client.post(release).status_code == 403


def test_a_draft_is_in_no_ranking(call: Call, rwanda: Track, world: World) -> None:
    start(call, world.mechelen)
    assert ranking_of(rwanda) == []


def test_a_review_closes_with_the_seat_and_goes_to_somebody_else(
    client: Client, call: Call, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    team = eligible(call, world.gent, world)
    assignment.assign_reviewers(track=rwanda, actor=None)
    AssociationSeat.objects.filter(user=people[0]).update(ended_at=clock.now())
    with pytest.raises(Incomplete):
        assignment.assign_reviewers(track=rwanda, actor=None)
    client.force_login(people[0])
    page = reverse("applications:review-detail", args=(team.reference, "rw"))
    assert client.get(page).status_code == 404
    third = make_seat(world.vvsg, AssociationRole.REVIEWER)
    assert assignment.assign_reviewers(track=rwanda, actor=None) == 1
    states = {row.reviewer: row.status for row in Review.objects.all()}
    assert states == {
        people[0]: ReviewStatus.RECUSED, people[1]: ReviewStatus.ASSIGNED, third: ReviewStatus.ASSIGNED,
    }  # fmt: skip
    AssociationSeat.objects.filter(user=people[0]).update(ended_at=None)
    assert assignment.assign_reviewers(track=rwanda, actor=None) == 0


def test_an_application_is_not_ranked_while_a_review_is_open_again(
    call: Call, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    benin = Track.objects.get(call=call, partner_country=world.benin)
    make_seat(world.ancb, AssociationRole.REVIEWER)
    team = submitted(call, world.gent, "RW", "BJ")
    decide_eligibility(application=team.application, eligible=True, note="", actor=world.coordinator_vvsg)
    for track in (rwanda, benin):
        assignment.assign_reviewers(track=track, actor=None)
        for review in Review.objects.filter(track=track):
            score_all(review, 3, review.reviewer)
    decisions.prepare_decisions(track=rwanda, actor=world.coordinator_vvsg)
    review = Review.objects.filter(track=rwanda).order_by("pk")[0]
    reopened = reviews.reopen_review(review=review, reason="Question 2", actor=world.coordinator_ralga)
    decisions.prepare_decisions(track=benin, actor=world.coordinator_vvsg)
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.IN_REVIEW
    score_all(reopened, 1, reopened.reviewer)
    decisions.prepare_decisions(track=rwanda, actor=world.coordinator_vvsg)
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.RANKED


def test_who_withdrew_holds_up_no_release_and_gets_no_decision(
    call: Call, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    teams = [eligible(call, place, world) for place in (world.gent, world.leuven)]
    with clock.at(call.closes_at + timedelta(hours=1)):
        assignment.assign_reviewers(track=rwanda, actor=None)
        for review in Review.objects.all():
            score_all(review, 2, review.reviewer)
        decisions.prepare_decisions(track=rwanda, actor=world.coordinator_ralga)
        assert summary_of(rwanda, lines_of(rwanda)).ties == 2
        withdraw_application(application=teams[0].application, actor=teams[0].signatory)
        decisions.prepare_decisions(track=rwanda, actor=world.coordinator_ralga)
        assert summary_of(rwanda, lines_of(rwanda)).ties == 0
        assert decisions.release_decisions(call=call, actor=world.coordinator_vvsg) == 1
    released = {row.application_id: row.released_at is not None for row in Decision.objects.all()}
    assert released == {teams[0].application.pk: False, teams[1].application.pk: True}


@pytest.mark.django_db(transaction=True)
def test_an_outcome_set_by_hand_survives_a_ranking_made_meanwhile(
    two_ranked: tuple[Team, Team], rwanda: Track, world: World
) -> None:
    decisions.prepare_decisions(track=rwanda, actor=world.coordinator_ralga)
    second = Decision.objects.get(rank=2)

    def prepare() -> None:
        try:
            decisions.prepare_decisions(track=rwanda, actor=world.coordinator_ralga)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            decisions.decide_by_hand(
                decision=second,
                outcome=DecisionOutcome.SELECTED,
                reason="Minute 3",
                actor=world.coordinator_ralga,
            )
            other = pool.submit(prepare)
            wait([other], timeout=1)
        other.result()
    second.refresh_from_db()
    assert (second.outcome, second.reason) == (DecisionOutcome.SELECTED, "Minute 3")


def test_the_ranking_stays_hidden_until_ones_own_review_is_in(
    client: Client, call: Call, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    make_seat(world.ralga, AssociationRole.COORDINATOR, user=people[1])
    eligible(call, world.gent, world)
    assignment.assign_reviewers(track=rwanda, actor=None)
    mine, other = Review.objects.get(reviewer=people[1]), Review.objects.get(reviewer=people[0])
    score_all(other, 4, people[0])
    Review.objects.filter(pk=other.pk).update(comment="Outstanding throughout")
    page = reverse("admin:applications_track_ranking", args=(rwanda.pk,))
    row = reverse("admin:applications_review_change", args=(other.pk,))
    client.force_login(people[1])
    assert "100" not in client.get(page).content.decode().split("<main")[1]
    assert client.get(row).status_code == 302
    score_all(mine, 3, people[1])
    assert "Gent" in client.get(page).content.decode().split("<main")[1]
    assert "Outstanding throughout" in client.get(row).content.decode()


def test_reopening_at_the_desk_asks_for_the_reason(
    client: Client, two_ranked: tuple[Team, Team], people: tuple[User, User], world: World
) -> None:
    review = Review.objects.filter(reviewer=people[0]).order_by("pk")[0]
    page = reverse("admin:applications_review_changelist")
    data = {"action": "reopen", "_selected_action": [review.pk]}
    client.force_login(make_seat(world.ralga, AssociationRole.AUDITOR))
    client.post(page, data | {"confirmed": "1", "reason": "Auditors do not"})
    review.refresh_from_db()
    assert review.status == ReviewStatus.SUBMITTED
    client.force_login(world.coordinator_ralga)
    assert client.post(page, data).status_code == 200
    assert client.post(page, data | {"confirmed": "1", "reason": "Look at question 2"}).status_code == 302
    review.refresh_from_db()
    assert review.status == ReviewStatus.REOPENED
    assert "Look at question 2" in OutgoingMail.objects.get(kind="review_reopened").body_text


def test_a_mistyped_decision_is_not_found(
    client: Client, two_ranked: tuple[Team, Team], rwanda: Track, world: World
) -> None:
    client.force_login(world.coordinator_ralga)
    page = reverse("admin:applications_track_ranking", args=(rwanda.pk,))
    for key in ("x", "", "1.5"):
        assert client.post(page, {"step": "hand", "decision": key}).status_code == 404


def test_nobody_who_submitted_is_forgotten_at_the_release(
    two_ranked: tuple[Team, Team], call: Call, rwanda: Track, world: World
) -> None:
    decisions.prepare_decisions(track=rwanda, actor=world.coordinator_ralga)
    with clock.at(call.closes_at - timedelta(hours=1)):
        late, southern = submitted(call, world.mechelen, "RW"), submitted(call, world.karongi)
    with pytest.raises(Incomplete, match="Mechelen"):
        decisions.release_decisions(call=call, actor=world.coordinator_vvsg)
    decide_eligibility(application=late.application, eligible=False, note="No", actor=world.coordinator_vvsg)
    assert decisions.release_decisions(call=call, actor=world.coordinator_vvsg) == 2
    southern.application.refresh_from_db()
    assert southern.application.status == ApplicationStatus.SUBMITTED
