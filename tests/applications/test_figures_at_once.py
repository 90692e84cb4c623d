"""Figures while several people work at once: nobody's change is lost, no figure rests on half of another's."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from applications.models import Application, Call, GridChange, Review, Tally, Track
from applications.selectors.grid import grid_input
from applications.selectors.ranking import lines_of
from applications.services.assignment import assign_reviewers
from applications.services.grid import GridChangedMeanwhile, change_grid
from applications.services.moving import locked
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.applications.factories import open_call
from tests.applications.scored import in_review, judged
from tests.factories import make_seat
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call(world: World) -> Call:
    return open_call(world)


@pytest.fixture
def rwanda(call: Call, world: World) -> Track:
    Track.objects.filter(call=call).update(places=1)
    return Track.objects.select_related("call", "partner_country__programme").get(
        call=call, partner_country=world.rwanda
    )


@pytest.fixture
def people(world: World) -> tuple[User, User]:
    return make_seat(world.vvsg, AssociationRole.REVIEWER), make_seat(world.ralga, AssociationRole.REVIEWER)


@contextmanager
def meanwhile(step: Callable[[], object]) -> Iterator[Callable[[], "Future[Any]"]]:
    """Within the block a function that starts `step` on a connection of its own, in a transaction, and waits a second
    for it."""

    def run() -> object:
        try:
            with transaction.atomic():
                return step()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:

        def start() -> "Future[Any]":
            other = pool.submit(run)
            wait([other], timeout=1)
            return other

        yield start


def change(track: Track, actor: User, *, seen: int = 1, bonus: int | None = None, **weights: int) -> Any:
    now = grid_input(list(track.criteria.order_by("order")), Call.objects.get(pk=track.call_id))
    wanted = replace(
        now,
        criteria={
            code: replace(one, weight=weights.get(code, one.weight)) for code, one in now.criteria.items()
        },
        bonus=now.bonus if bonus is None else Decimal(bonus),
    )
    return change_grid(track=track, wanted=wanted, reason="Council", actor=actor, seen=seen)


def test_a_review_handed_in_while_the_bonus_changes_counts_with_the_new_one(
    rwanda: Track, people: tuple[User, User], world: World
) -> None:
    gent = in_review(rwanda, world.gent, twinned=False)
    with meanwhile(lambda: judged(rwanda, gent, {people[0]: 2})) as start:
        with transaction.atomic():
            change(rwanda, world.coordinator_vvsg, bonus=3)
            other = start()
            assert not other.done()
        other.result(timeout=20)
    tally = Tally.objects.get(application=gent)
    assert (tally.grid_version, tally.bonus, tally.total) == (2, Decimal(3), Decimal(53))


def test_who_moved_by_a_change_of_weights_did_so_by_the_weights(
    rwanda: Track, people: tuple[User, User], world: World
) -> None:
    """Gent comes into the places because its first review is handed in, not by the weights that change meanwhile."""
    gent = in_review(rwanda, world.gent)
    judged(rwanda, gent, {})

    def step() -> Any:
        return change(rwanda, world.coordinator_ralga, motivation=10, openness=5)

    with meanwhile(step) as start:
        with transaction.atomic():
            judged(rwanda, gent, {people[0]: 2})
            other = start()
            assert not other.done()
        other.result(timeout=20)
    assert [one.line.outcome for one in lines_of(Track.objects.select_related("call").get(pk=rwanda.pk))] == [
        "selected"
    ]
    assert GridChange.objects.get().moved == []


def test_of_two_coordinators_who_change_weights_at_once_the_second_looks_again(
    rwanda: Track, world: World
) -> None:

    def step() -> Any:
        return change(rwanda, world.coordinator_vvsg, network=20, outside=20)

    with meanwhile(step) as start:
        with transaction.atomic():
            change(rwanda, world.coordinator_ralga, motivation=10, openness=5)
            other = start()
            assert not other.done()
        with pytest.raises(GridChangedMeanwhile):
            other.result(timeout=20)
    assert GridChange.objects.count() == 1


def test_giving_out_reviews_and_fixing_a_ranking_do_not_wait_for_each_other(
    rwanda: Track, people: tuple[User, User], world: World
) -> None:
    """The ranking takes applications in the order of their keys; by reference the ten-thousandth comes before."""
    first, second = in_review(rwanda, world.gent), in_review(rwanda, world.leuven)
    for row, reference in ((first, "APP-2026-9999"), (second, "APP-2026-10000")):
        Application.objects.filter(pk=row.pk).update(reference=reference)
    assert first.pk < second.pk
    with meanwhile(lambda: assign_reviewers(track=rwanda, actor=world.coordinator_ralga)) as start:
        with transaction.atomic():
            locked(first)
            other = start()
            assert not other.done()
            locked(second)
        assert other.result(timeout=20) == 4
    assert Review.objects.count() == 4


def test_another_grid_and_a_review_of_one_without_figures_do_not_wait_for_each_other(
    rwanda: Track, people: tuple[User, User], world: World
) -> None:
    """The figures are new rows: their application is checked when the change commits, and is held by who hands in."""
    gent = in_review(rwanda, world.gent)

    def step() -> Any:
        return change(rwanda, world.coordinator_ralga, motivation=10, openness=5)

    with meanwhile(step) as start, transaction.atomic():
        locked(gent)
        start().result(timeout=20)
        judged(rwanda, gent, {people[0]: 2})
    tally = Tally.objects.get(application=gent)
    assert (tally.grid_version, tally.n) == (2, 1)
