"""A reviewer's list and reminders, and what a call asks of its reviewers."""

from datetime import timedelta

import pytest

from applications.call_dates import CallDates
from applications.enums import ReviewStatus
from applications.errors import ReasonNeeded
from applications.models import Call, Review, Track
from applications.reminders import reviews_due
from applications.selectors.review_queue import queues_of
from applications.selectors.reviews import reviews_visible_to
from applications.services.calls import publish_call
from applications.services.conflicts import declare_interest
from applications.services.copying import copy_call
from applications.services.review_plan import plan_reviews
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import send_due
from sdgpartners.people.models import AssociationSeat
from tests.applications.assigning import ask, places, reviewers
from tests.applications.factories import make_call, open_call
from tests.applications.scored import in_review, judged
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(world: World) -> Call:
    return open_call(world)


@pytest.fixture
def rwanda(call: Call, world: World) -> Track:
    tracks = Track.objects.select_related(
        "call__programme", "partner_country__programme", "partner_country__country"
    )
    return tracks.get(call=call, partner_country=world.rwanda)


def test_the_list_serves_the_least_reviewed_file_first(
    rwanda: Track, world: World, django_assert_num_queries: object
) -> None:
    one, other, third = reviewers(world, 3)
    rows = [in_review(rwanda, place) for place in (world.gent, world.leuven, world.mechelen, *places(2))]
    judged(rwanda, rows[0], {other: 3, third: 1})
    judged(rwanda, rows[1], {other: 2})
    for row in rows[:3]:
        ask(row, rwanda, one)
    begun = ask(rows[3], rwanda, one)
    Review.objects.filter(pk=begun.pk).update(status=ReviewStatus.IN_PROGRESS)
    judged(rwanda, rows[4], {one: 2})
    reviews_visible_to(one)
    with django_assert_num_queries(1):  # type: ignore[operator]
        (queue,) = queues_of(one)
    assert [row.application for row in queue.to_do] == [rows[3], rows[2], rows[1], rows[0]]
    assert ([row.application for row in queue.done], queue.total) == ([rows[4]], 5)


def test_the_mails_say_by_when_and_how_many(rwanda: Track, world: World) -> None:
    (one,) = reviewers(world, 1)
    day = clock.today() + timedelta(days=3)
    Call.objects.update(reviews_due_on=day)
    rwanda.call.refresh_from_db()
    when = format_date(day)
    ask(in_review(rwanda, world.gent), rwanda, one)
    mail = OutgoingMail.objects.get(kind="review_assigned")
    assert mail.subject == f"Please review the application of Gent by {when}"
    for later, subject in (
        (0, f"Please submit 1 review by {when}"), (6, f"1 review is still to come: it was due on {when}"),
    ):  # fmt: skip
        with clock.at(clock.now() + timedelta(days=later)):
            send_due()
            mail = OutgoingMail.objects.filter(kind="reviews_due").latest("pk")
            assert (mail.subject, mail.recipient) == (subject, one)


def test_reviewers_are_reminded_of_what_is_theirs_to_do(rwanda: Track, world: World) -> None:
    one, other = reviewers(world, 2)
    gent, leuven = in_review(rwanda, world.gent), in_review(rwanda, world.leuven)
    for application in (gent, leuven):
        ask(application, rwanda, one)
    ask(gent, rwanda, other)
    assert list(reviews_due(clock.now())) == []
    due = clock.today() + timedelta(days=20)
    Call.objects.update(reviews_due_on=due)
    found = {line.recipient: line for line in reviews_due(clock.now())}
    assert {person: line.context["count"] for person, line in found.items()} == {one: 2, other: 1}
    assert {line.due_on for line in found.values()} == {due}
    assert {line.target for line in found.values()} == {rwanda.call.code}
    declare_interest(application=gent, actor=other, ground="family")
    AssociationSeat.objects.filter(user=one).update(ended_at=clock.now())
    assert list(reviews_due(clock.now())) == []


def test_the_plan_of_reviews_changes_with_a_reason_and_fits(rwanda: Track, world: World) -> None:
    call = rwanda.call

    def plan(reviewers: int = 3, association: int = 1, days: int = 30, reason: str = "More time") -> Call:
        return plan_reviews(
            call=call, reviewers_per_application=reviewers, association_reviewers=association,
            reviews_due_on=clock.today() + timedelta(days=days), reason=reason, actor=world.coordinator_vvsg,
        )  # fmt: skip

    assert plan().reviewers_per_application == 3
    with pytest.raises(ReasonNeeded):
        plan(reason=" ")
    for wrong in ({"association": 4}, {"days": 2}):
        with pytest.raises(DomainError):
            plan(**wrong)
    Call.objects.update(status="cancelled")
    with pytest.raises(DomainError):
        plan()


def test_a_call_with_dates_that_do_not_fit_is_not_published(world: World) -> None:
    call = make_call(world, reviews_due_on=clock.today())
    with pytest.raises(Incomplete, match="before the call closes"):
        publish_call(call=call, actor=world.coordinator_vvsg)


def test_a_call_takes_the_rules_and_a_copy_takes_the_plan_but_not_the_day(world: World) -> None:
    world.programme.rules.update(bonus_tie_break=None, reviewers_min=3)
    day = clock.today() + timedelta(days=30)
    call = make_call(world, reviews_due_on=day)
    assert (call.bonus_tie_break, call.reviewers_per_application, call.reviews_due_on) == (None, 3, day)
    call.association_reviewers = 2
    call.save()
    call.tracks.update(grid_version=4)
    dates = CallDates(opens_at=call.opens_at, closes_at=call.closes_at)
    words = {"en": "Copy", "fr": "Copie", "nl": "Kopie"}
    copied = copy_call(call=call, code="copy", title=words, dates=dates, actor=world.coordinator_vvsg)
    assert (copied.association_reviewers, copied.reviewers_per_application) == (2, 3)
    assert copied.reviews_due_on is None
    assert set(copied.tracks.values_list("grid_version", flat=True)) == {1}
