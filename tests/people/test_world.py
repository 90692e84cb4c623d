"""The shared rows themselves: what others build on."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from tests.world import World


def test_coordinators_of_the_world_cover_their_countries(world: World) -> None:
    coordinator = AssociationRole.COORDINATOR
    covered = {
        user.email: [
            standing_of(user).covers(country, coordinator) for country in (world.benin, world.rwanda)
        ]
        for user in (world.coordinator_vvsg, world.coordinator_ancb, world.coordinator_ralga)
    }
    assert covered == {
        "vvsg@example.org": [True, True],
        "ancb@example.org": [True, False],
        "ralga@example.org": [False, True],
    }
    assert world.benin.theme.subthemes.count() == 3


def test_standing_takes_one_statement_for_each_person(world: World) -> None:
    with CaptureQueriesContext(connection) as caught:
        standing_of(world.coordinator_vvsg)
        standing_of(world.coordinator_vvsg)
    assert len(caught) == 1
