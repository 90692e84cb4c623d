"""Who reviews what: given out evenly, never with a conflict, by hand with a reason, passed on, and over."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.enums import ApplicationStatus, RecusalGround, ReviewerPool, ReviewStatus
from applications.errors import AskedBefore, ConflictOfInterest, NotAReviewer, ReasonNeeded, ReviewIsIn
from applications.models import Application, Call, ConflictDeclaration, Review, Track
from applications.selectors.assignment import reviewer_candidates, substitutes_for
from applications.selectors.conflicts import conflicts_among
from applications.selectors.review_queue import withdrawn_reviews
from applications.selectors.reviews import reviews_visible_to
from applications.services.assignment import (
    assign_reviewer,
    assign_reviewers,
    pass_on,
    remove_reviewer,
    replace_reviewer,
)
from applications.services.conflicts import declare_interest
from applications.services.submission import withdraw_application
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed, SamePerson
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole, SteeringKind
from sdgpartners.people.models import SteeringSeat, User
from sdgpartners.people.standing import forget_standing
from tests.applications.assigning import ask, places, reviewers
from tests.applications.factories import open_call
from tests.applications.scored import in_review, judged
from tests.factories import UserFactory, make_editor, make_seat, make_signatory
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


def steering(world: World, *, reviews: bool = True) -> User:
    person: User = UserFactory()
    SteeringSeat.objects.create(
        user=person, programme=world.programme, kind=SteeringKind.POLITICIAN, reviews=reviews
    )
    return person


def given_out(track: Track) -> Counter[int]:
    rows = Review.objects.filter(track=track).exclude(status=ReviewStatus.RECUSED)
    return Counter(rows.values_list("reviewer", flat=True))


def test_the_pools_are_the_association_the_lead_and_the_steering_group(rwanda: Track, world: World) -> None:
    lead, country = reviewers(world, 1, 1)
    member, observer = steering(world), steering(world, reviews=False)
    both = make_seat(world.ralga, AssociationRole.REVIEWER, user=steering(world))
    make_seat(world.ancb, AssociationRole.REVIEWER)
    found = {one.user: one.pool for one in reviewer_candidates(rwanda)}
    assert found == {
        lead: ReviewerPool.LEAD, country: ReviewerPool.ASSOCIATION, member: ReviewerPool.STEERING,
        both: ReviewerPool.ASSOCIATION,
    }  # fmt: skip
    assert observer not in found


def test_a_member_of_the_steering_group_who_reviews_gets_and_sees_reviews(
    rwanda: Track, world: World
) -> None:
    member = steering(world)
    application = in_review(rwanda, world.gent)
    review = ask(application, rwanda, member)
    assert list(reviews_visible_to(member)) == [review]
    SteeringSeat.objects.update(reviews=False)
    forget_standing(member)
    assert list(reviews_visible_to(member)) == []


def test_the_work_is_spread_evenly_and_mailed_once(rwanda: Track, world: World) -> None:
    people = reviewers(world, 3, 2)
    for place in places(6):
        in_review(rwanda, place)
    assert assign_reviewers(track=rwanda, actor=world.coordinator_ralga) == 12
    loads = given_out(rwanda)
    assert [loads[one.pk] for one in people] == [2, 2, 2, 3, 3]
    for application in Application.objects.filter(call=rwanda.call):
        pair = {row.reviewer for row in application.reviews.select_related("reviewer")}
        assert pair & set(people[3:])
    mails = list(OutgoingMail.objects.filter(kind="review_assigned"))
    assert {mail.recipient_id for mail in mails} == {one.pk for one in people}
    assert len(mails) == 5
    assert {mail.subject for mail in mails} == {
        "Please review 2 applications", "Please review 3 applications",
    }  # fmt: skip
    assert assign_reviewers(track=rwanda, actor=world.coordinator_ralga) == 0


def test_what_somebody_carries_in_the_call_counts(rwanda: Track, world: World) -> None:
    busy, idle, _third = reviewers(world, 3)
    Call.objects.update(association_reviewers=0, reviewers_per_application=1)
    for place in places(3):
        ask(in_review(rwanda, place), rwanda, busy)
    rwanda.call.refresh_from_db()
    for place in places(2):
        in_review(rwanda, place)
    assign_reviewers(track=rwanda, actor=None)
    assert given_out(rwanda)[busy.pk] == 3
    assert given_out(rwanda)[idle.pk] == 1


def test_without_anybody_of_the_association_the_others_do_it(rwanda: Track, world: World) -> None:
    reviewers(world, 2)
    in_review(rwanda, world.gent)
    assert assign_reviewers(track=rwanda, actor=None) == 2


def test_too_few_people_are_named_and_nothing_is_kept(rwanda: Track, world: World) -> None:
    one, _two = reviewers(world, 1, 1)
    make_editor(world.gent, user=one)
    in_review(rwanda, world.gent)
    in_review(rwanda, world.leuven)
    with pytest.raises(Incomplete, match="Gent"):
        assign_reviewers(track=rwanda, actor=None)
    assert not Review.objects.exists()


barred_pairs = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 5)), max_size=14)


@given(barred_pairs, st.sets(st.integers(0, 5), max_size=3))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_conflict_is_never_assigned(
    rwanda: Track, world: World, declared: set[tuple[int, int]], own: set[int]
) -> None:
    """Whoever declared one or works for the municipality gets none of it, by the portal or by hand."""
    with transaction.atomic():
        people = reviewers(world, 3, 2)
        rows = [in_review(rwanda, place) for place in places(6)]
        for person, application in declared:
            ConflictDeclaration.objects.create(
                person=people[person], application=rows[application], ground="family",
                declared_at=clock.now(),
            )  # fmt: skip
        for number in own:
            make_editor(rows[number].municipality, user=people[number % 5])
        try:
            assign_reviewers(track=rwanda, actor=None)
        except Incomplete:
            assert not Review.objects.exists()
        pairs = {(row.application_id, row.person_id) for row in conflicts_among([p.pk for p in people], rows)}
        assert not pairs & set(Review.objects.values_list("application", "reviewer"))
        for application, person in sorted(pairs)[:2]:
            with pytest.raises(ConflictOfInterest):
                ask(Application.objects.get(pk=application), rwanda, User.objects.get(pk=person))
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_who_assign_at_once_assign_once(rwanda: Track, world: World) -> None:
    reviewers(world, 3, 2)
    for place in places(4):
        in_review(rwanda, place)

    def assign(actor: User) -> int:
        try:
            return assign_reviewers(track=rwanda, actor=actor)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(assign, (world.coordinator_vvsg, world.coordinator_ralga)))
    assert sorted(made) == [0, 8]
    assert Review.objects.count() == 8
    assert OutgoingMail.objects.filter(kind="review_assigned").count() == 5


def test_by_hand_only_people_of_the_pools_once_and_never_again(rwanda: Track, world: World) -> None:
    one, other = reviewers(world, 2)
    stranger = make_seat(world.ancb, AssociationRole.REVIEWER)
    application = in_review(rwanda, world.gent)
    with pytest.raises(NotAReviewer):
        ask(application, rwanda, stranger)
    review = ask(application, rwanda, one)
    assert ask(application, rwanda, one) == review
    with pytest.raises(ReasonNeeded):
        replace_reviewer(review=review, reviewer=other, reason=" ", actor=None)
    new = replace_reviewer(review=review, reviewer=other, reason="On leave", actor=world.coordinator_ralga)
    review.refresh_from_db()
    assert (review.status, review.recused_ground) == (ReviewStatus.RECUSED, RecusalGround.REPLACED)
    assert (new.reviewer, new.status) == (other, ReviewStatus.ASSIGNED)
    kinds = OutgoingMail.objects.order_by("pk").values_list("kind", "recipient")
    assert list(kinds) == [
        ("review_assigned", one.pk), ("review_taken_away", one.pk), ("review_assigned", other.pk),
    ]  # fmt: skip
    assert "On leave" not in OutgoingMail.objects.get(kind="review_taken_away").body_text
    with pytest.raises(AskedBefore):
        ask(application, rwanda, one)
    with pytest.raises(MoveNotAllowed):
        remove_reviewer(review=review, reason="Twice", actor=None)


def test_nobody_gives_a_review_to_themselves(rwanda: Track, world: World) -> None:
    (person,) = reviewers(world, 1)
    make_seat(world.vvsg, user=person)
    application = in_review(rwanda, world.gent)
    with pytest.raises(SamePerson):
        assign_reviewer(application=application, track=rwanda, reviewer=person, actor=person)


@pytest.mark.django_db(transaction=True)
def test_two_who_choose_the_same_substitute_at_once_ask_them_once(rwanda: Track, world: World) -> None:
    one, other = reviewers(world, 2)
    application = in_review(rwanda, world.gent)
    review = ask(application, rwanda, one)

    def replace(actor: User) -> str:
        try:
            replace_reviewer(review=review, reviewer=other, reason="On leave", actor=actor)
        except MoveNotAllowed:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(replace, (world.coordinator_vvsg, world.coordinator_ralga)))
    assert sorted(found) == ["done", "refused"]
    assert Review.objects.exclude(status=ReviewStatus.RECUSED).get().reviewer == other
    assert OutgoingMail.objects.filter(recipient=other).count() == 1


def test_a_replacement_that_fails_takes_nothing_away(rwanda: Track, world: World) -> None:
    one, other = reviewers(world, 2)
    make_editor(world.gent, user=other)
    review = ask(in_review(rwanda, world.gent), rwanda, one)
    with pytest.raises(ConflictOfInterest):
        replace_reviewer(review=review, reviewer=other, reason="On leave", actor=None)
    review.refresh_from_db()
    assert review.status == ReviewStatus.ASSIGNED


def test_a_submitted_review_is_neither_taken_away_nor_passed_on(rwanda: Track, world: World) -> None:
    (one,) = reviewers(world, 1)
    review = judged(rwanda, in_review(rwanda, world.gent), {one: 3}).reviews.get()
    with pytest.raises(ReviewIsIn):
        remove_reviewer(review=review, reason="Too mild", actor=None)
    with pytest.raises(ReviewIsIn):
        pass_on(review=review, reason="Too late", actor=one)


def test_passing_on_tells_the_coordinators_who_could_take_over(rwanda: Track, world: World) -> None:
    one, busy, free, barred = reviewers(world, 4)
    make_editor(world.gent, user=barred)
    application = in_review(rwanda, world.gent)
    ask(in_review(rwanda, world.leuven), rwanda, busy)
    review = ask(application, rwanda, one)
    assert [candidate.user for candidate in substitutes_for(application, rwanda)] == [free, busy]
    with pytest.raises(ReasonNeeded):
        pass_on(review=review, reason="", actor=one)
    pass_on(review=review, reason="I do not read French", actor=one)
    review.refresh_from_db()
    assert (review.status, review.recused_ground) == (ReviewStatus.RECUSED, RecusalGround.ABSTAINED)
    mails = OutgoingMail.objects.filter(kind="review_passed_on")
    assert {mail.recipient for mail in mails} == {world.coordinator_vvsg, world.coordinator_ralga}
    text = mails[0].body_text
    assert "I do not read French" in text
    assert text.index(str(free)) < text.index(str(busy))
    assert str(barred) not in text
    assert list(reviews_visible_to(one)) == []
    # The portal does not ask them again.
    Call.objects.update(reviewers_per_application=1, association_reviewers=0)
    rwanda.call.refresh_from_db()
    assign_reviewers(track=rwanda, actor=None)
    assert application.reviews.exclude(status=ReviewStatus.RECUSED).get().reviewer == free


def test_a_new_reviewer_opens_a_ranked_application_again(rwanda: Track, world: World) -> None:
    (one,) = reviewers(world, 1)
    application = in_review(rwanda, world.gent)
    Application.objects.update(status=ApplicationStatus.RANKED)
    ask(application, rwanda, one)
    application.refresh_from_db()
    assert application.status == ApplicationStatus.IN_REVIEW
    Application.objects.update(status=ApplicationStatus.SELECTED)
    with pytest.raises(DomainError, match="not in review"):
        ask(application, rwanda, one)


def test_a_withdrawn_application_disappears_with_a_notice(rwanda: Track, world: World) -> None:
    one, other, barred = reviewers(world, 3)
    application = in_review(rwanda, world.gent)
    for person in (one, barred):
        ask(application, rwanda, person)
    judged(rwanda, application, {other: 3})
    declare_interest(application=application, actor=barred, ground="family")
    withdraw_application(application=application, actor=make_signatory(world.gent))
    assert list(reviews_visible_to(one)) == []
    mail = OutgoingMail.objects.get(kind="review_cancelled")
    assert mail.recipient == one
    assert [row.application for row in withdrawn_reviews(one)] == [application]
    assert not withdrawn_reviews(barred).exists()
    assert {candidate.user: candidate.load for candidate in reviewer_candidates(rwanda, [])} == {
        one: 0, other: 1, barred: 0,
    }  # fmt: skip
