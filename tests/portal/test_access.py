"""The desk's door and the dashboard's figures: nobody gets past the sign-in, nobody counts another country."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.selectors.dashboard import board_for
from sdgpartners.people.enums import AssociationRole, SteeringKind
from sdgpartners.people.models import User
from tests.applications.factories import open_call, start, submitted
from tests.factories import PASSWORD, UserFactory, make_seat, make_steering
from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_desk_takes_no_password_of_its_own(client: Client, world: World) -> None:
    admin = UserFactory(is_superuser=True)
    client.force_login(world.coordinator_ancb)
    page = reverse("admin:login")
    data = {"username": admin.email, "password": PASSWORD, "next": "https://elsewhere.example/"}
    answer = client.post(page, data)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("admin:index"))
    assert client.session["_auth_user_id"] == str(world.coordinator_ancb.pk)


def _started(user: User, world: World) -> list[tuple[str, ...]]:
    road = board_for(user, world.programme).road
    assert road is not None
    return road.rows


def test_the_road_of_a_call_is_counted_in_ones_own_scope(world: World) -> None:
    call = open_call(world)
    submitted(call, world.gent, "RW")
    submitted(call, world.nikki)
    start(call, world.cove)
    start(call, world.karongi)
    observer = make_steering(world.programme, SteeringKind.OBSERVER, world.ancb)
    auditor = make_seat(world.ralga, AssociationRole.AUDITOR)
    member = make_steering(world.programme)
    found = {
        name: [int(count) for _, count in _started(user, world)[:2]]
        for name, user in {
            "observer": observer, "auditor": auditor, "member": member, "lead": world.coordinator_vvsg,
        }.items()
    }  # fmt: skip
    assert found == {"observer": [2, 1], "auditor": [2, 1], "member": [4, 2], "lead": [4, 2]}
