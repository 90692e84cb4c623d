"""What the demo shows of scoring: one call decided with all that can come in between, one in review today."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from applications.enums import ApplicationStatus, ConflictOrigin, Outcome, ReviewerPool, ReviewStatus
from applications.models import Advice, Application, Decision, PanelScore, Review, Score, Track
from applications.selectors.assignment import pools_of
from applications.selectors.conflicts import agreed_to_confidentiality, has_declared, recusals_of
from applications.selectors.places import Places, places_on
from applications.selectors.ranking import RankedLine, lines_of, ranking_closed_to
from applications.selectors.release import release_problems
from portal.demo.scored_calls import FOURTH_MARKS, THIRD_MARKS
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side


def person(account: str) -> User:
    return User.objects.get(email=f"{account}@demo.example")


def track(number: int, country: str) -> Track:
    rows = Track.objects.select_related(
        "call__programme", "partner_country__country", "partner_country__programme"
    )
    return rows.get(call__code=f"demo-{number}", partner_country__country=country)


def ranked(number: int, country: str) -> dict[str, RankedLine]:
    return {line.name: line for line in lines_of(track(number, country)) if line.side == Side.NORTH}


def named(rows: list[Decision]) -> list[str]:
    return [row.application.municipality.name for row in rows]


def places(country: str) -> Places:
    return places_on(track(3, country), Side.NORTH)


def key(review: Review) -> str:
    account = review.reviewer.email.partition("@")[0]
    return f"{review.application.municipality.name} {review.track.partner_country.country_id} {account}"


@pytest.mark.parametrize(("number", "marks"), [(3, THIRD_MARKS), (4, FOURTH_MARKS)])
def test_every_mark_of_the_story_was_given(number: int, marks: dict[str, str], story: date) -> None:
    """Also that nobody else was asked: who reads what depends on no primary key."""
    rows = Review.objects.filter(track__call__code=f"demo-{number}", submitted_at__isnull=False)
    found = {
        key(row): "".join(str(score.value) for score in row.scores.order_by("criterion__order"))
        for row in rows.select_related("reviewer", "application__municipality", "track__partner_country")
    }
    assert found == marks


def test_who_stepped_out_stands_in_the_record(story: date) -> None:
    found = {
        country: {
            (str(row.person), row.application.municipality.name, row.origin, row.review_set_aside)
            for row in recusals_of(track(3, country))
        }
        for country in ("BJ", "RW")
    }
    rik = ("Rik Lezer", "Lokeren", ConflictOrigin.DECLARED, False)
    ruth = ("Ruth Mukamana", "Ieper", ConflictOrigin.COORDINATOR, True)
    assert found == {"BJ": {rik}, "RW": {rik, ruth}}


def test_a_member_of_the_steering_group_took_over(story: date) -> None:
    taken = Review.objects.filter(reviewer=person("reviewer3"), track__call__code="demo-3")
    assert sorted(map(key, taken.select_related("application__municipality", "track__partner_country"))) == [
        "Ieper RW reviewer3", "Lokeren BJ reviewer3", "Lokeren RW reviewer3",
    ]  # fmt: skip
    assert pools_of(track(4, "RW")).people[person("reviewer3").pk] == ReviewerPool.STEERING


def test_a_review_was_set_aside_and_does_not_count(story: date) -> None:
    review = Review.objects.get(track=track(3, "RW"), set_aside=True)
    assert (review.status, review.reviewer, review.application.municipality.name) == (
        ReviewStatus.SUBMITTED, person("reviewer2"), "Ieper",
    )  # fmt: skip
    decision = Decision.objects.get(application=review.application)
    assert (decision.figures["n"], decision.total) == (2, Decimal("71.88"))


def test_the_panel_agreed_where_its_reviewers_disagreed(story: date) -> None:
    score = PanelScore.objects.get(application__call__code="demo-3")
    assert (score.application.municipality.name, score.criterion.code, score.value) == ("Geel", "support", 3)
    assert score.minute
    line = ranked(3, "BJ")["Geel"]
    assert (line.own_spread, line.line.spread, line.line.disagree) == (
        Decimal("25.00"), Decimal("10.00"), False,
    )  # fmt: skip


def test_the_panel_settled_a_tie_at_the_cut_line(story: date) -> None:
    tied = Decision.objects.filter(track=track(3, "RW"), ranked_as=Outcome.PANEL)
    rows = tied.select_related("application__municipality").order_by("application__municipality__name")
    assert [(row.application.municipality.name, row.rank, row.outcome, bool(row.reason)) for row in rows] == [
        ("Ieper", 3, "selected", True), ("Tienen", 3, "reserve", True),
    ]  # fmt: skip


def test_a_reserve_moved_up_and_another_waits_for_a_place_that_nobody_confirmed(story: date) -> None:
    benin, rwanda = places("BJ"), places("RW")
    assert (named(benin.confirmed), benin.free, named(benin.reserve)) == (
        ["Brugge", "Lokeren", "Diest"],
        0,
        [],
    )
    moved = [(row.application.municipality.name, row.promoted_for.application.municipality.name)
             for row in benin.confirmed if row.promoted_for is not None]  # fmt: skip
    assert moved == [("Diest", "Geel")]
    assert (named(rwanda.overdue), named(rwanda.reserve)) == (["Ieper"], ["Tienen"])


def test_the_letters_tell_points_feedback_and_reason(story: date) -> None:
    letters = OutgoingMail.objects.filter(
        kind="decision_reserve", recipient__memberships__municipality__name="Tienen"
    )
    reference = Application.objects.get(municipality__name="Tienen").reference
    assert letters.count() == 2
    for letter in letters:
        assert letter.target == reference
        assert "71,88 op 100" in letter.body_text
        assert "Gelijke stand met één andere gemeente" in letter.body_text
        assert "87,50 op 100. U vertelt eerlijk wat bij u nog niet lukt." in letter.body_text
        assert "Noem wie meewerkt en hoeveel tijd die persoon krijgt." in letter.body_text


def test_the_steering_group_advised_on_both(story: date) -> None:
    rows = Advice.objects.values_list("track__call__code", "application__municipality__name", "author__email")
    assert set(rows) == {
        ("demo-3", None, "steering@demo.example"), ("demo-3", "Diest", "steering@demo.example"),
        ("demo-4", "Halle", "steering@demo.example"),
    }  # fmt: skip


def test_in_the_call_in_review_there_is_something_to_do_for_everybody(story: date) -> None:
    left = {
        account: sorted(
            (row.application.municipality.name, row.track.partner_country.country_id, row.status)
            for row in Review.objects.filter(reviewer=person(account), track__call__code="demo-4").exclude(
                status=ReviewStatus.SUBMITTED
            ).select_related("application__municipality", "track__partner_country")
        )
        for account in ("reviewer", "reviewer2", "reviewer3", "reviewer.ancb")
    }  # fmt: skip
    assert left == {
        "reviewer": [("Halle", "RW", "in_progress"), ("Vilvoorde", "RW", "assigned")],
        "reviewer2": [(name, "RW", "assigned") for name in ("Deinze", "Halle", "Vilvoorde")],
        "reviewer3": [("Deinze", "RW", "assigned"), ("Halle", "RW", "assigned")],
        "reviewer.ancb": [("Deinze", "BJ", "reopened")],
    }


def test_one_reviewer_begins_at_confidentiality_and_the_others_have_their_files_open(story: date) -> None:
    call = track(4, "RW").call
    application = Application.objects.get(call=call, municipality__name="Vilvoorde")
    accounts = ("reviewer", "reviewer2", "reviewer3")
    assert [agreed_to_confidentiality(person(one), call.pk) for one in accounts] == [True, False, True]
    assert [has_declared(person(one), application) for one in accounts] == [True, False, True]


def test_the_ranking_in_the_making_shows_a_disagreement_and_a_minimum_that_is_missed(story: date) -> None:
    found = {
        name: (line.line.outcome.value, line.line.n, line.line.disagree)
        for name, line in ranked(4, "BJ").items()
    }
    assert found == {
        "Vilvoorde": (Outcome.SELECTED.value, 3, False),
        "Halle": (Outcome.SELECTED.value, 3, True),
        "Deinze": (Outcome.BELOW_MINIMUM.value, 2, False),
    }
    assert release_problems(track(4, "BJ").call, [track(4, "BJ"), track(4, "RW")]) != []


def test_whoever_still_reads_sees_no_ranking(story: date) -> None:
    accounts = ("reviewer", "reviewer2", "reviewer3", "reviewer.ancb", "steering", "vvsg")
    closed = {
        country: [one for one in accounts if ranking_closed_to(person(one), track(4, country)) is not None]
        for country in ("BJ", "RW")
    }
    assert closed == {"BJ": ["reviewer.ancb"], "RW": ["reviewer", "reviewer2", "reviewer3"]}


def test_the_history_is_dated_as_it_happened(story: date) -> None:
    """Also of rows that have no moment of their own, by those that were written with them."""
    reviews = Review.objects.filter(track__call__code="demo-4")
    reopened = Review.pgh_event_model.objects.get(pgh_obj__in=reviews, status=ReviewStatus.REOPENED)  # type: ignore[attr-defined]
    scores = Score.pgh_event_model.objects.filter(review__in=reviews)  # type: ignore[attr-defined]
    assert reopened.pgh_created_at.date() == story - timedelta(days=2)
    assert {row.pgh_created_at.date() for row in scores} == {story - timedelta(days=4)}


def test_the_municipalities_of_the_decided_call_stand_where_the_story_says(story: date) -> None:
    rows = Application.objects.filter(call__code="demo-3", side=Side.NORTH)
    assert dict(rows.values_list("municipality__name", "status")) == {
        "Brugge": ApplicationStatus.CONFIRMED, "Lokeren": ApplicationStatus.CONFIRMED,
        "Geel": ApplicationStatus.DECLINED, "Diest": ApplicationStatus.CONFIRMED,
        "Ieper": ApplicationStatus.SELECTED, "Tienen": ApplicationStatus.RESERVE,
    }  # fmt: skip
