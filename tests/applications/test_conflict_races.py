"""Declaring a conflict while somebody submits or assigns: the score never counts."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.db import connection, transaction

from applications.enums import (
    ConflictGround,
    RecusalGround,
    ReviewStatus,
)
from applications.errors import ConflictOfInterest
from applications.models import Call, Review, Tally, Track
from applications.review_input import ScoreInput
from applications.services import assignment, conflicts, reviews
from sdgpartners.core.errors import MoveNotAllowed
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.applications.factories import open_call
from tests.applications.test_conflicts import in_review, review_of
from tests.factories import make_seat
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(world: World) -> Call:
    return open_call(world)


@pytest.fixture
def rwanda(call: Call, world: World) -> Track:
    return Track.objects.select_related("call", "partner_country__programme").get(
        call=call, partner_country=world.rwanda
    )


@pytest.fixture
def people(world: World) -> tuple[User, User, User]:
    """A reviewer of VVSG, one of RALGA and a spare one of VVSG."""
    return (
        make_seat(world.vvsg, AssociationRole.REVIEWER, email="one@example.org"),
        make_seat(world.ralga, AssociationRole.REVIEWER, email="two@example.org"),
        make_seat(world.vvsg, AssociationRole.REVIEWER, email="three@example.org"),
    )


def _in_thread(step: object) -> None:
    try:
        step()  # type: ignore[operator]
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["declare", "submit"])
def test_declaring_while_submitting_never_lets_the_score_count(
    first: str, call: Call, rwanda: Track, world: World, people: tuple[User, ...]
) -> None:
    team = in_review(call, world.gent, world, people[0], people[1])
    review = review_of(people[0], team)
    given = {row.pk: ScoreInput(value=3) for row in rwanda.criteria.all()}
    kept = reviews.save_scores(review=review, scores=given, comment="", version=0, actor=people[0])

    def submit() -> None:
        reviews.submit_review(review=kept, actor=people[0])

    def declare() -> None:
        conflicts.declare_interest(
            application=team.application, actor=people[0], ground=ConflictGround.FAMILY, words=""
        )

    steps = {"declare": (declare, submit), "submit": (submit, declare)}[first]
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            steps[0]()
            other = pool.submit(_in_thread, steps[1])
            wait([other], timeout=1)
        if first == "declare":
            with pytest.raises((MoveNotAllowed, ConflictOfInterest)):
                other.result(timeout=20)
        else:
            other.result(timeout=20)
    review.refresh_from_db()
    assert review.recused_ground == RecusalGround.CONFLICT
    assert review.set_aside or review.status == ReviewStatus.RECUSED
    assert not Tally.objects.filter(application=team.application, n__gt=0).exists()


@pytest.mark.django_db(transaction=True)
def test_assigning_while_declaring_gives_no_review(
    call: Call, rwanda: Track, world: World, people: tuple[User, ...]
) -> None:
    team = in_review(call, world.gent, world)

    def assign() -> None:
        assignment.assign_reviewer(application=team.application, track=rwanda, reviewer=people[0], actor=None)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            conflicts.declare_interest(
                application=team.application, actor=people[0], ground=ConflictGround.FAMILY, words=""
            )
            other = pool.submit(_in_thread, assign)
            wait([other], timeout=1)
        with pytest.raises(ConflictOfInterest):
            other.result(timeout=20)
    assert not Review.objects.exists()
