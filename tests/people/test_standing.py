"""What a person holds, read in one statement."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject

from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole, MunicipalRole, SteeringKind
from sdgpartners.people.models import AssociationSeat, Membership
from sdgpartners.people.standing import NOBODY, Standing, forget_standing, read_standing, standing_of
from tests.factories import UserFactory, make_editor, make_seat, make_signatory, make_steering
from tests.world import World


def test_all_seats_are_read_in_one_statement_once(world: World) -> None:
    user = make_editor(world.gent)
    make_signatory(world.gent, user=user)
    make_editor(world.leuven, user=user)
    make_seat(world.vvsg, AssociationRole.REVIEWER, user=user)
    make_seat(world.vvsg, AssociationRole.CHECKER, user=user)
    make_steering(world.programme, SteeringKind.OBSERVER, world.ralga, user=user)
    with CaptureQueriesContext(connection) as caught:
        standing = standing_of(user)
        assert standing_of(user) is standing
    assert len(caught) == 1
    assert standing == Standing(
        municipal={
            world.gent.pk: frozenset({MunicipalRole.EDITOR, MunicipalRole.SIGNATORY}),
            world.leuven.pk: frozenset({MunicipalRole.EDITOR}),
        },
        associations={world.vvsg.pk: frozenset({AssociationRole.REVIEWER, AssociationRole.CHECKER})},
        led_programmes={world.programme.pk: world.vvsg.pk},
        steering={world.programme.pk: world.ralga.pk},
    )


def test_ended_seats_count_for_nothing(world: World) -> None:
    user = make_editor(world.gent)
    make_seat(world.vvsg, AssociationRole.COORDINATOR, user=user)
    make_steering(world.programme, user=user).steering_seats.update(ended_at=clock.now())
    Membership.objects.filter(user=user).update(ended_at=clock.now())
    AssociationSeat.objects.filter(user=user).update(ended_at=clock.now())
    assert read_standing(user) == Standing()


@pytest.mark.parametrize(
    ("day", "acts"),
    [("2026-11-09", False), ("2026-11-10", True), ("2026-11-20", True), ("2026-11-21", False)],
)
def test_a_deputy_acts_from_the_first_to_the_last_day(world: World, day: str, acts: bool) -> None:
    holder, deputy = make_seat(world.ancb, AssociationRole.APPROVER), UserFactory()
    AssociationSeat.objects.filter(user=holder).update(
        deputy=deputy, deputy_from=date(2026, 11, 10), deputy_until=date(2026, 11, 20)
    )
    with clock.at(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=ZoneInfo("Europe/Brussels"))):
        assert read_standing(deputy).has_role(AssociationRole.APPROVER) is acts
        assert read_standing(holder).has_role(AssociationRole.APPROVER)


def test_the_deputy_of_an_ended_seat_has_nothing(world: World) -> None:
    holder, deputy = make_seat(world.ancb, AssociationRole.APPROVER), UserFactory()
    today = clock.today()
    AssociationSeat.objects.filter(user=holder).update(
        deputy=deputy, deputy_from=today, deputy_until=today, ended_at=clock.now()
    )
    assert read_standing(deputy) == Standing()


def test_an_observer_steers_their_own_country_only(world: World) -> None:
    observer = read_standing(make_steering(world.programme, SteeringKind.OBSERVER, association=world.ancb))
    member = read_standing(make_steering(world.programme, SteeringKind.CIVIL_SERVANT))
    assert (observer.steers(world.benin), observer.steers(world.rwanda)) == (True, False)
    assert (member.steers(world.benin), member.steers(world.rwanda)) == (True, True)


def test_nobody_and_the_inactive_hold_nothing(world: World) -> None:
    gone = make_seat(world.vvsg, AssociationRole.COORDINATOR, is_active=False)
    assert standing_of(AnonymousUser()) is NOBODY
    assert standing_of(gone) is NOBODY


def test_the_person_of_a_request_and_the_one_behind_it_share_what_was_read(world: World) -> None:
    person = world.coordinator_vvsg
    lazy: Any = SimpleLazyObject(lambda: person)
    assert standing_of(lazy) is standing_of(person)
    forget_standing(lazy)
    assert "_standing" not in person.__dict__
