"""Both sides look back at their plan: opened in its month, written with both texts kept, agreed, then a new version."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from matching.enums import PartnershipStatus
from matching.errors import StandsStill
from matching.models import Partnership, PlanReview
from matching.reminders_papers import plan_review_due
from matching.selectors.partnerships import with_plan
from matching.selectors.plan_reviews import review_days, review_of
from matching.services import activate_partnership, save_plan
from matching.services.plan_reviews import (
    ReviewContent,
    agree_review,
    move_open_reviews,
    open_plan_reviews,
    review_content_of,
    save_review,
)
from matching.services.plans import content_of
from matching.tasks import open_reviews
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, EditConflict, Incomplete
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import make_editor
from tests.matching.factories import NOON, Round, make_partnership, make_round
from tests.matching.test_pages import signed_in
from tests.matching.test_partnerships import PLAN, prepare
from tests.world import World

WHOLE = ReviewContent("We listen earlier", "We answer within a month", "A third question")
YEAR_ON = NOON + timedelta(days=340)


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


@pytest.fixture
def pair(made: Round, world: World) -> tuple[Partnership, User, User]:
    """A partnership that starts at noon of the factories' day."""
    with clock.at(NOON):
        partnership, north, south = make_partnership(made)
        for person in (north, south):
            person.language = "en"
            person.save()
        prepare(partnership, north, south)
        activate_partnership(partnership=partnership, actor=world.coordinator_vvsg)
    return with_plan(partnership), north, south


def page(partnership: Partnership, name: str = "plan-review") -> str:
    return reverse(f"matching:partnership-{name}", args=[partnership.reference])


def test_the_review_opens_in_its_month_once(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, south = pair
    days = review_days([partnership])[partnership.pk]
    assert (days.opens_on, days.due_on) == (date(2027, 10, 23), date(2027, 11, 22))
    with clock.at(NOON + timedelta(days=333)):
        assert open_plan_reviews() == 0
    with clock.at(NOON + timedelta(days=334)):
        assert open_reviews() == 1
        assert open_reviews() == 0
    review = PlanReview.objects.get()
    assert (review.due_on, review.plan_version) == (date(2027, 11, 22), 1)
    mails = OutgoingMail.objects.filter(kind="plan_review_opened")
    assert {mail.recipient for mail in mails} == {north, south}
    assert {mail.subject for mail in mails} == {
        "Review your joint plan with Karongi by 22 November 2027",
        "Review your joint plan with Leuven by 22 November 2027",
    }


def test_who_stands_still_or_has_ended_is_not_asked(
    pair: tuple[Partnership, User, User],
) -> None:
    partnership, _north, _south = pair
    for status in (PartnershipStatus.SUSPENDED, PartnershipStatus.ENDED_EARLY, PartnershipStatus.CLOSED):
        Partnership.objects.filter(pk=partnership.pk).update(status=status)
        with clock.at(YEAR_ON):
            assert open_plan_reviews() == 0


def test_a_short_partnership_reviews_before_it_ends(pair: tuple[Partnership, User, User]) -> None:
    partnership, _north, _south = pair
    partnership.ends_on = date(2027, 11, 1)
    assert review_days([partnership])[partnership.pk].due_on == date(2027, 11, 1)


def test_it_is_written_by_both_and_agreed_by_each(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, south = pair
    with pytest.raises(DomainError, match="not open yet"):
        save_review(partnership=partnership, version=0, content=WHOLE, actor=north)
    with clock.at(YEAR_ON):
        open_plan_reviews()
        half = ReviewContent(learned_north=WHOLE.learned_north)
        assert save_review(partnership=partnership, version=0, content=half, actor=north).version == 1
        with pytest.raises(Incomplete, match="each side"):
            agree_review(partnership=partnership, side=Side.NORTH, version=1, actor=north)
        with pytest.raises(EditConflict) as caught:
            save_review(partnership=partnership, version=0, content=WHOLE, actor=south)
        assert ReviewContent(**caught.value.theirs) == half  # type: ignore[arg-type]
        assert ReviewContent(**caught.value.mine) == WHOLE  # type: ignore[arg-type]
        save_review(partnership=partnership, version=1, content=WHOLE, actor=south)
        agree_review(partnership=partnership, side=Side.NORTH, version=2, actor=north)
        changed = ReviewContent(WHOLE.learned_north, WHOLE.learned_south, "Nothing changes")
        again = save_review(partnership=partnership, version=2, content=changed, actor=south)
        assert again.agreed_north_at is None
        with pytest.raises(DomainError, match="has changed since"):
            agree_review(partnership=partnership, side=Side.NORTH, version=2, actor=north)
        for side, person in ((Side.NORTH, north), (Side.SOUTH, south)):
            agree_review(partnership=partnership, side=side, version=3, actor=person)
        with pytest.raises(DomainError, match="Both sides have agreed"):
            save_review(partnership=partnership, version=3, content=WHOLE, actor=north)
    review = PlanReview.objects.get()
    assert review_content_of(review) == changed
    assert review.plan_version == 1


def test_the_plan_follows_with_a_new_version(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, south = pair
    with clock.at(YEAR_ON):
        open_plan_reviews()
        save_review(partnership=partnership, version=0, content=WHOLE, actor=north)
        for side, person in ((Side.NORTH, north), (Side.SOUTH, south)):
            agree_review(partnership=partnership, side=side, version=1, actor=person)
        text = signed_in(north).get(page(partnership)).content.decode()
        assert "Now bring the plan up to date" in text
        more = type(PLAN)(**{**PLAN.__dict__, "questions": (*PLAN.questions, "And the villages?")})
        plan = save_plan(partnership=partnership, version=1, content=more, actor=south)
        assert (plan.version, plan.agreed_north_at) == (2, None)
        assert content_of(plan).questions[-1] == "And the villages?"
        assert "version 2" in signed_in(south).get(page(partnership)).content.decode()


def test_the_page_keeps_both_texts(pair: tuple[Partnership, User, User], world: World) -> None:
    partnership, north, south = pair
    early = signed_in(north).get(page(partnership)).content.decode()
    assert "23 October 2027" in early
    assert signed_in(north).post(page(partnership), {"version": "0"}).status_code == 422
    with clock.at(YEAR_ON):
        open_plan_reviews()
        one, other = signed_in(north), signed_in(south)
        first = {"version": "0", "learned_north": "We listen", "learned_south": "not mine", "adjusts": "More"}
        assert one.post(page(partnership), first).status_code == 302
        review = review_of(partnership)
        assert review is not None
        assert review_content_of(review) == ReviewContent("We listen", "", "More")
        second = {"version": "0", "learned_south": "We answer", "adjusts": "Less"}
        kept = other.post(page(partnership), second)
        assert kept.status_code == 422
        text = kept.content.decode()
        assert "We listen" in text
        assert "We answer" in text
        assert 'name="version" value="1"' in text
        assert other.post(page(partnership), {**second, "version": "1"}).status_code == 302
        assert one.post(page(partnership, "plan-review-agree"), {"version": "1"}).status_code == 422
        for client in (one, other):
            assert client.post(page(partnership, "plan-review-agree"), {"version": "2"}).status_code == 302
        assert "agreed by both sides" in one.get(page(partnership)).content.decode()
        for person, status in (
            (world.coordinator_ralga, 403),
            (make_editor(world.gent), 404),
            (world.coordinator_ancb, 404),
        ):
            client = signed_in(person)
            assert client.post(page(partnership), second).status_code == status
            assert client.post(page(partnership, "plan-review-agree"), {"version": "2"}).status_code == status
            assert client.get(page(partnership)).status_code == (200 if status == 403 else 404)


def test_reminders_stop_when_the_side_has_agreed(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, south = pair
    with clock.at(YEAR_ON):
        open_plan_reviews()
        assert {due.recipient for due in plan_review_due(clock.now())} == {north, south}
        save_review(partnership=partnership, version=0, content=WHOLE, actor=north)
        agree_review(partnership=partnership, side=Side.NORTH, version=1, actor=north)
        assert [due.recipient for due in plan_review_due(clock.now())] == [south]
        Partnership.objects.filter(pk=partnership.pk).update(status=PartnershipStatus.SUSPENDED)
        assert not list(plan_review_due(clock.now()))
        with pytest.raises(StandsStill):
            save_review(partnership=partnership, version=1, content=ReviewContent(), actor=north)


def test_an_open_review_moves_with_a_suspension_but_never_past_the_end(
    pair: tuple[Partnership, User, User],
) -> None:
    partnership, north, south = pair
    with clock.at(YEAR_ON):
        open_plan_reviews()
    assert move_open_reviews(partnership=partnership, days=30, actor=None) == 1
    assert PlanReview.objects.get().due_on == date(2027, 12, 22)
    assert move_open_reviews(partnership=partnership, days=3000, actor=None) == 1
    assert PlanReview.objects.get().due_on == partnership.ends_on
    save_review(partnership=partnership, version=0, content=WHOLE, actor=north)
    for side, person in ((Side.NORTH, north), (Side.SOUTH, south)):
        agree_review(partnership=partnership, side=side, version=1, actor=person)
    assert move_open_reviews(partnership=partnership, days=30, actor=None) == 0
