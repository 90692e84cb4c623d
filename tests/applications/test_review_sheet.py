"""The scoring sheet: kept while typing, two tabs, a session that ended, the check, the lock, what is sent by hand."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.enums import ConflictGround, ReviewStatus
from applications.errors import ReviewLocked
from applications.models import Call, CriterionAnchor, Review, Score, Track
from applications.review_input import ScoreInput
from applications.selectors.sheets import criteria_of, scores_of, sheet_of, why_closed
from applications.services import assignment, conflicts, reviews
from applications.services.eligibility import decide_eligibility
from applications.services.submission import withdraw_application
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, EditConflict, Incomplete
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import AssociationSeat, User
from tests.applications.factories import Team, cleared, open_call, submitted
from tests.factories import make_seat
from tests.world import World

pytestmark = pytest.mark.django_db
NOTE = "Their mayor was short with me"


@pytest.fixture
def call(world: World) -> Call:
    return open_call(world)


@pytest.fixture
def rwanda(call: Call, world: World) -> Track:
    return Track.objects.get(call=call, partner_country=world.rwanda)


@pytest.fixture
def reviewer(world: World) -> User:
    make_seat(world.ralga, AssociationRole.REVIEWER, email="two@example.org")
    return make_seat(world.vvsg, AssociationRole.REVIEWER, email="one@example.org", language="en")


@pytest.fixture
def team(call: Call, world: World) -> Team:
    return submitted(call, world.gent, "RW")


@pytest.fixture
def review(team: Team, rwanda: Track, reviewer: User, world: World) -> Review:
    """To be scored, and the file may be opened."""
    decide_eligibility(application=team.application, eligible=True, note="", actor=world.coordinator_vvsg)
    assignment.assign_reviewers(track=rwanda, actor=None)
    cleared(reviewer, team.application)
    return Review.objects.select_related("application", "track__call").get(reviewer=reviewer)


@pytest.fixture
def sheet(review: Review) -> str:
    return address(review)


def address(review: Review, name: str = "review-detail") -> str:
    return reverse(f"applications:{name}", args=(review.application.reference, "rw"))


def typed(review: Review, value: str = "2", **also: str) -> dict[str, str]:
    """A sheet with the same score everywhere, over version 0."""
    codes = [row.code for row in criteria_of(review)]
    return {f"{code}-value": value for code in codes} | {"version": "0"} | also


def in_full(review: Review, value: int = 2) -> Review:
    given = {row.pk: ScoreInput(value=value) for row in criteria_of(review)}
    return reviews.save_scores(
        review=review, scores=given, comment="", version=review.version, actor=review.reviewer
    )


def handed_in(review: Review) -> Review:
    return reviews.submit_review(review=in_full(review), actor=review.reviewer)


def text(answer: HttpResponse) -> str:
    return answer.content.decode().split("<main")[1]


@pytest.fixture
def signed_in(client: Client, reviewer: User) -> Client:
    client.force_login(reviewer)
    return client


def test_each_criterion_stands_beside_the_answers_that_it_judges(
    signed_in: Client, review: Review, sheet: str
) -> None:
    first, *rest = criteria_of(review)
    part = text(signed_in.get(sheet)).split(f'id="criterion-{first.code}"')[1].split("</section>")[0]
    rows = [
        row for section in review.revision.content["sections"] for row in section["rows"]
        if first.code in row["criteria"]
    ]  # fmt: skip
    assert rows
    assert all(row["label"]["en"] in part for row in rows)
    anchors = CriterionAnchor.objects.filter(criterion=first)
    assert all(f"{anchor.score}: {anchor.text}" in part for anchor in anchors)
    assert f'href="#criterion-{rest[0].code}"' in part
    assert "0 of 6 criteria scored" in text(signed_in.get(sheet))


def test_files_stand_beside_their_criterion(signed_in: Client, review: Review, sheet: str) -> None:
    first, second = criteria_of(review)[:2]
    row = next(
        row for section in review.revision.content["sections"] for row in section["rows"]
        if first.code in row["criteria"]
    )  # fmt: skip
    uid = "0f0e0d0c-0b0a-4908-8706-050403020100"
    row |= {
        "files": [{"uid": uid, "name": "plan.pdf"}],
        "text": dict.fromkeys(("en", "fr", "nl"), "plan.pdf"),
    }
    review.revision.save()
    link = f'href="{sheet}files/{uid}/"'
    shown = text(signed_in.get(sheet))
    assert link in shown.split(f'id="criterion-{first.code}"')[1].split("</section>")[0]
    assert link not in shown.split(f'id="criterion-{second.code}"')[1].split("</section>")[0]


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_pages_answer_in_each_language(
    signed_in: Client, review: Review, sheet: str, language: str
) -> None:
    User.objects.filter(pk=review.reviewer_id).update(language=language)
    first = criteria_of(review)[0]
    for path in (sheet, address(review, "review-check")):
        answer = signed_in.get(path)
        assert answer.status_code == 200
        assert getattr(first, f"title_{language}") in text(answer)


def test_what_is_typed_is_kept_complete_or_not(signed_in: Client, review: Review, sheet: str) -> None:
    first = criteria_of(review)[0]
    save = address(review, "review-autosave")
    sent = {"version": "0", f"{first.code}-value": "3", "private_note": NOTE, "page": "a" * 32, "sent": "1"}
    told = signed_in.post(save, sent).json()
    assert (told["state"], told["version"]) == ("saved", 1)
    review.refresh_from_db()
    assert (review.status, review.private_note) == (ReviewStatus.IN_PROGRESS, NOTE)
    assert scores_of(criteria_of(review))[first.pk] == ScoreInput(value=3)
    # The same again writes nothing.
    assert signed_in.post(save, sent).json()["version"] == 1
    assert "1 of 6 criteria scored" in text(signed_in.get(sheet))


def test_an_answer_that_got_lost_is_no_conflict_and_a_late_one_changes_nothing(
    signed_in: Client, review: Review
) -> None:
    save = address(review, "review-autosave")
    own = {"version": "0", "page": "a" * 32}
    assert signed_in.post(save, own | {"comment": "one", "sent": "1"}).status_code == 200
    assert signed_in.post(save, own | {"comment": "one two", "sent": "3"}).json()["version"] == 2
    assert signed_in.post(save, own | {"comment": "one t", "sent": "2"}).json()["version"] == 2
    assert Review.objects.get(pk=review.pk).comment == "one two"
    elsewhere = signed_in.post(save, {"version": "0", "comment": "other tab", "page": "b" * 32, "sent": "1"})
    assert (elsewhere.status_code, elsewhere.json()["state"]) == (409, "elsewhere")
    assert Review.objects.get(pk=review.pk).comment == "one two"


def test_two_tabs_keep_both_texts(signed_in: Client, review: Review, sheet: str) -> None:
    first, second = criteria_of(review)[:2]
    there = typed(review) | {f"{first.code}-comment": "From there", "comment": "Remark there"}
    here = typed(review) | {
        f"{first.code}-value": "3", f"{first.code}-comment": "From here", "comment": "Remark here",
    }  # fmt: skip
    assert signed_in.post(sheet, there).status_code == 302
    answer = signed_in.post(sheet, here)
    shown = text(answer)
    assert answer.status_code == 409
    assert all(words in shown for words in ("From there", "From here", "Remark there", "Remark here"))
    assert (
        "Saved in the other tab" not in shown.split(f'id="criterion-{second.code}"')[1].split("</section")[0]
    )
    assert scores_of(criteria_of(review))[first.pk].comment == "From there"
    both = here | {f"{first.code}-comment": "From here and there", "version": "1"}
    assert signed_in.post(sheet, both).status_code == 302
    assert Score.objects.get(criterion=first).comment == "From here and there"


def test_a_session_that_ended_loses_nothing(
    client: Client, review: Review, sheet: str, reviewer: User
) -> None:
    client.force_login(reviewer)
    token = text(client.get(sheet)).split('name="typed_for" value="')[1].split('"')[0]
    client.logout()
    data = typed(review) | {"typed_for": token, "comment": "Typed without a session", "private_note": NOTE}
    assert client.post(sheet, data).status_code == 302
    client.force_login(reviewer)
    shown = text(client.get(sheet))
    assert all(
        words in shown for words in ("Not saved yet", "Typed without a session", NOTE, "6 of 6 criteria")
    )
    assert Review.objects.get(pk=review.pk).version == 0
    assert client.post(sheet, data).status_code == 302
    assert "Not saved yet" not in text(client.get(sheet))
    client.logout()
    told = client.post(address(review, "review-autosave"), data)
    assert (told.status_code, told.json()["link"]["url"].partition("next=")[2]) == (401, sheet)


def test_what_came_after_the_lock_or_the_end_is_shown_once_more(
    client: Client, review: Review, sheet: str, reviewer: User
) -> None:
    client.force_login(reviewer)
    token = text(client.get(sheet)).split('name="typed_for" value="')[1].split('"')[0]
    handed_in(review)
    client.logout()
    assert client.post(sheet, typed(review, comment="Too late", typed_for=token)).status_code == 302
    client.force_login(reviewer)
    shown = text(client.get(sheet))
    assert all(words in shown for words in ("Too late", "was not saved", "Throw it away"))
    assert "data-autosave" not in shown
    AssociationSeat.objects.filter(user=reviewer).update(ended_at=clock.now())
    assert "Too late" in text(client.get(sheet))
    AssociationSeat.objects.filter(user=reviewer).update(ended_at=None)
    assert client.post(sheet, {"throw-away": "1"}).status_code == 302
    assert "Too late" not in text(client.get(sheet))


def test_the_check_shows_ones_own_scores_and_total(signed_in: Client, review: Review, sheet: str) -> None:
    codes = [row.code for row in criteria_of(review)]
    data = typed(review, "3") | {f"{codes[0]}-value": "na", f"{codes[1]}-value": "2", "step": "check"}
    check = signed_in.post(sheet, data).headers["Location"]
    shown = text(signed_in.get(check))
    # Without the first: the second at half of its scale, the others at three quarters.
    second, *others = (row.weight for row in criteria_of(review)[1:])
    total = f"{(50 * second + 75 * sum(others)) / (second + sum(others)):.2f}"
    assert total in shown
    assert "Does not apply here" in shown
    assert signed_in.post(check, {"version": "1"}).headers["Location"] == reverse("applications:review-list")
    locked = text(signed_in.get(sheet))
    assert total in locked
    assert "<textarea" not in locked
    assert "data-autosave" not in locked


def test_only_what_was_checked_is_submitted(signed_in: Client, review: Review) -> None:
    check = address(review, "review-check")
    kept = in_full(review)
    given = {criteria_of(review)[0].pk: ScoreInput(value=1)}
    reviews.save_scores(review=kept, scores=given, comment="", version=1, actor=review.reviewer)
    answer = signed_in.post(check, {"version": "1"})
    assert answer.status_code == 422
    assert "another tab" in text(answer)
    for version in ("", "x", "9" * 30):
        assert signed_in.post(check, {"version": version}).status_code == 422
    assert signed_in.post(check, {"version": "2"}).status_code == 302


def test_the_check_names_what_is_missing(signed_in: Client, review: Review, sheet: str) -> None:
    first = criteria_of(review)[0]
    check = address(review, "review-check")
    shown = text(signed_in.get(check))
    assert f"{sheet}#criterion-{first.code}" in shown
    assert "Submit the review" not in shown
    assert signed_in.post(check, {"version": "0"}).status_code == 422
    answer = signed_in.post(sheet, {"version": "0", "step": "check"})
    assert answer.status_code == 422
    assert text(answer).count("Choose a score, or say that it does not apply.") == 12
    data = {"version": "0", "step": "check", "comment": "One remark", "private_note": NOTE}
    again = signed_in.post(sheet, data).context["sheet"].rest
    assert [again[name].value() for name in data if name != "step"] == ["1", "One remark", NOTE]


def test_a_comment_at_the_ends_of_the_scale_where_the_call_asks(
    signed_in: Client, review: Review, sheet: str, call: Call
) -> None:
    assert "Explain the lowest or the highest score on" in text(
        signed_in.post(sheet, typed(review, "4", step="check"))
    )
    kept = Review.objects.get(pk=review.pk)
    with pytest.raises(Incomplete, match="Explain"):
        reviews.submit_review(review=kept, actor=review.reviewer)
    Call.objects.filter(pk=call.pk).update(comment_at_extremes=False)
    assert "Needed for the lowest" not in text(signed_in.get(sheet))
    assert signed_in.post(sheet, typed(review, "4", version="1", step="check")).status_code == 302
    reviews.submit_review(review=kept, actor=review.reviewer)


def test_a_score_outside_the_scale_or_of_another_track_is_refused_and_the_rest_kept(
    signed_in: Client, review: Review, sheet: str, world: World, call: Call
) -> None:
    first, second = criteria_of(review)[:2]
    for value in ("5", "-1", "2.5", "x"):
        data = {"version": str(Review.objects.get(pk=review.pk).version), f"{first.code}-value": value}
        answer = signed_in.post(sheet, data | {f"{second.code}-value": "2", "comment": "Stays"})
        assert answer.status_code == 422
        assert "Choose a score between 0 and 4" in text(answer)
        told = signed_in.post(address(review, "review-autosave"), data | {"version": "1", "comment": "Stays"})
        assert told.json()["state"] in ("partly", "elsewhere")
    assert not Score.objects.filter(criterion=first, value__isnull=False).exists()
    assert Score.objects.get(criterion=second).value == 2
    version = str(Review.objects.get(pk=review.pk).version)
    answer = signed_in.post(sheet, {"version": version, "elsewhere-value": "3", "comment": "Stays"})
    assert answer.status_code == 422
    assert "not one of this review" in text(answer)
    other = Track.objects.get(call=call, partner_country=world.benin).criteria.first()
    assert other is not None
    with pytest.raises(DomainError, match="not one of this review"):
        reviews.save_scores(
            review=review, scores={other.pk: ScoreInput(value=1)}, comment="", version=int(version),
            actor=review.reviewer,
        )  # fmt: skip


def test_a_submitted_review_is_locked_until_it_is_opened_again(
    signed_in: Client, review: Review, sheet: str, world: World
) -> None:
    done = handed_in(review)
    answer = signed_in.post(sheet, typed(review, "1", version="1", comment="Too late"))
    assert answer.status_code == 422
    assert all(words in text(answer) for words in ("This review is submitted", "Too late", "was not saved"))
    told = signed_in.post(address(review, "review-autosave"), typed(review, "1", version="1"))
    assert (told.status_code, told.json()["state"]) == (422, "refused")
    answer = signed_in.post(address(review, "review-check"), {"version": "1"})
    assert (answer.status_code, "This review is submitted" in text(answer)) == (422, True)
    assert {score.value for score in Score.objects.filter(review=review)} == {2}
    reviews.reopen_review(review=done, reason="Look at question 2", actor=world.coordinator_ralga)
    shown = text(signed_in.get(sheet))
    assert "Look at question 2" in shown
    assert "data-autosave" in shown
    assert signed_in.post(sheet, typed(review, "1", version="1", step="check")).status_code == 302


def test_a_withdrawn_application_and_an_ended_seat_say_so_and_give_the_text_back(
    signed_in: Client, review: Review, sheet: str, reviewer: User, team: Team
) -> None:
    data = typed(review, comment="An hour of work")
    AssociationSeat.objects.filter(user=reviewer).update(ended_at=clock.now())
    answer = signed_in.post(sheet, data)
    assert answer.status_code == 404
    assert all(
        words in text(answer) for words in ("no longer a reviewer for this country", "An hour of work")
    )
    assert "Gent" not in text(answer)
    told = signed_in.post(address(review, "review-autosave"), data)
    assert (told.status_code, told.json()["state"]) == (404, "closed")
    with pytest.raises(DomainError, match="no longer yours"):
        in_full(review)
    AssociationSeat.objects.filter(user=reviewer).update(ended_at=None)
    withdraw_application(application=team.application, reason="Elections", actor=team.signatory)
    answer = signed_in.post(sheet, data)
    assert (answer.status_code, "has withdrawn this application" in text(answer)) == (404, True)
    assert "Elections" not in text(answer)
    assert Review.objects.get(pk=review.pk).comment == ""


def test_a_conflict_leaves_no_trace_and_strangers_learn_nothing(
    signed_in: Client, review: Review, sheet: str, reviewer: User, world: World
) -> None:
    conflicts.declare_interest(
        application=review.application, actor=reviewer, ground=ConflictGround.WORK, words=""
    )
    assert why_closed(reviewer, review.application.reference, "rw") is None
    plain = text(signed_in.get(sheet.replace(review.application.reference, "APP-2020-0001")))
    gone = text(signed_in.get(sheet))
    assert gone == plain
    client = Client()
    for stranger in (make_seat(world.ralga, AssociationRole.REVIEWER), world.coordinator_vvsg):
        client.force_login(stranger)
        for name in ("review-detail", "review-check"):
            assert client.get(address(review, name)).status_code == 404
            assert client.post(address(review, name), typed(review)).status_code == 404
        told = client.post(address(review, "review-autosave"), typed(review))
        assert (told.status_code, Review.objects.get(pk=review.pk).version) == (404, 0)


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_at_once_one_saves_and_submits(review: Review) -> None:
    def other(step: Callable[[], object]) -> DomainError | None:
        try:
            step()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()
        return None

    def at_once(mine: Callable[[], object], theirs: Callable[[], object]) -> DomainError | None:
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                mine()
                second = pool.submit(other, theirs)
                wait([second], timeout=0.5)
            return second.result()

    def save(comment: str) -> Review:
        return reviews.save_scores(
            review=review, scores={}, comment=comment, version=0, actor=review.reviewer
        )

    assert isinstance(at_once(lambda: save("one"), lambda: save("two")), EditConflict)
    assert Review.objects.get(pk=review.pk).comment == "one"
    in_full(Review.objects.get(pk=review.pk))

    def submit() -> Review:
        return reviews.submit_review(review=review, actor=review.reviewer, version=2)

    assert isinstance(at_once(submit, submit), ReviewLocked)


def test_nobody_writes_in_the_review_of_another(review: Review) -> None:
    other = User.objects.get(email="two@example.org")
    cleared(other, review.application)
    with pytest.raises(DomainError, match="no longer yours"):
        reviews.save_scores(review=review, scores={}, comment="x", version=0, actor=other)
    with pytest.raises(DomainError, match="no longer yours"):
        reviews.submit_review(review=review, actor=other)


def test_the_private_note_is_in_no_list_history_or_page_of_others(
    signed_in: Client, review: Review, sheet: str, world: World, rwanda: Track
) -> None:
    assert signed_in.post(sheet, typed(review, private_note=NOTE)).status_code == 302
    reviews.submit_review(review=review, actor=review.reviewer)
    assert NOTE in text(signed_in.get(sheet))
    events: Any = review.events.model  # type: ignore[attr-defined]
    assert "private_note" not in {field.name for field in events._meta.get_fields()}
    assert NOTE not in json.dumps(list(events.objects.values("pgh_context__metadata", "comment")))
    client = Client()
    client.force_login(world.coordinator_vvsg)
    pages = (
        reverse("admin:applications_review_changelist"),
        reverse("admin:applications_review_change", args=(review.pk,)),
        reverse("admin:applications_track_ranking", args=(rwanda.pk,)),
        reverse("admin:applications_track_ranking_file", args=(rwanda.pk,)),
        reverse("admin:applications_application_change", args=(review.application_id,)),
    )
    for path in pages:
        answer = client.get(path)
        assert answer.status_code == 200
        assert (
            NOTE.encode() not in b"".join(answer)
            if answer.streaming
            else NOTE not in answer.content.decode(errors="ignore")
        )


def test_others_figures_are_not_on_the_sheet(signed_in: Client, review: Review, sheet: str) -> None:
    other = Review.objects.get(reviewer__email="two@example.org")
    cleared(other.reviewer, review.application)
    given = {row.pk: ScoreInput(value=4, comment="Superb, says the other") for row in criteria_of(other)}
    kept = reviews.save_scores(
        review=other, scores=given, comment="Best of all", version=0, actor=other.reviewer
    )
    before = text(signed_in.get(sheet))
    reviews.submit_review(review=kept, actor=other.reviewer)
    for shown in (text(signed_in.get(sheet)), text(signed_in.get(address(review, "review-check")))):
        assert all(words not in shown for words in ("Superb", "Best of all", "100.00", "two@example.org"))
    assert before.split("<form")[0] == text(signed_in.get(sheet)).split("<form")[0]


def test_the_total_is_the_grids(review: Review) -> None:
    criteria = criteria_of(review)
    stored = {criteria[0].pk: ScoreInput(value=4), criteria[1].pk: ScoreInput(not_applicable=True)}
    own = sheet_of(review, criteria, stored)
    assert (str(own.total), own.done, own.left_out, own.is_complete) == ("100.00", 2, 1, False)
    assert sheet_of(review, criteria, {}).total is None


def test_the_sheet_costs_the_same_whatever_is_scored(
    signed_in: Client, review: Review, sheet: str, world: World
) -> None:
    def costs(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert signed_in.get(path).status_code == 200
        return len(captured)

    check = address(review, "review-check")
    empty = costs(sheet), costs(check)
    done = handed_in(review)
    full = costs(sheet), costs(check)
    reviews.reopen_review(review=done, reason="Question 2", actor=world.coordinator_ralga)
    assert empty == full == (6, 6)
    assert costs(sheet) == 7
