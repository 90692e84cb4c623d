"""What is forgotten of people who asked to join and never confirmed their address; what stays."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from sdgpartners.celery import app
from sdgpartners.core import clock
from sdgpartners.people import tasks
from sdgpartners.people.enums import JoinState
from sdgpartners.people.models import JoinRequest
from sdgpartners.people.services.joining import ask_to_join, prove_address, refuse_join
from sdgpartners.people.services.retention import purge_join_requests
from sdgpartners.programme.models import ProgrammeRules
from tests.factories import CountryFactory, MunicipalityFactory
from tests.people.test_joining import ask, asking
from tests.world import World, build_world

Events = JoinRequest.pgh_event_model  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_an_unconfirmed_request_goes_with_its_history_after_the_days_of_the_rules(world: World) -> None:
    world.programme.rules.update(unconfirmed_request_days=10)
    ask_to_join(asking=asking(world.gent))
    row = JoinRequest.objects.get()
    assert Events.objects.filter(pgh_obj=row.pk).count() == 1
    with clock.at(row.expires_at + timedelta(days=10, seconds=-1)):
        assert purge_join_requests() == 0
    with clock.at(row.expires_at + timedelta(days=10)):
        assert purge_join_requests() == 1
        assert purge_join_requests() == 0
    assert not JoinRequest.objects.exists()
    assert not Events.objects.exists()


@pytest.mark.django_db
def test_what_was_confirmed_or_decided_stays(world: World) -> None:
    ask_to_join(asking=asking(world.gent, "unconfirmed@gent.example"))
    waiting = prove_address(token=ask(asking(world.gent, "waiting@gent.example")))
    refused = prove_address(token=ask(asking(world.gent, "refused@gent.example")))
    refuse_join(join_request=refused, reason="Niet bekend", actor=world.coordinator_vvsg)
    before = Events.objects.filter(pgh_obj__in=[waiting.pk, refused.pk]).count()
    with clock.at(clock.now() + timedelta(days=4000)):
        tasks.purge_join_requests_task()
    states = JoinRequest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [JoinState.WAITING, JoinState.REFUSED]
    assert (
        Events.objects.filter(pgh_obj__in=[waiting.pk, refused.pk]).count()
        == before
        == Events.objects.count()
    )


@pytest.mark.django_db
def test_each_country_follows_the_rules_of_its_programme_and_a_place_without_one_the_default(
    world: World,
) -> None:
    world.programme.rules.update(unconfirmed_request_days=300)
    elsewhere = MunicipalityFactory(country=CountryFactory(code="TG"))
    for place in (world.gent, world.nikki, elsewhere):
        ask_to_join(asking=asking(place, f"{place.code.lower()}@example.org"))
    with clock.at(clock.now() + timedelta(days=14 + 31)):
        assert purge_join_requests() == 1
    assert set(JoinRequest.objects.values_list("municipality", flat=True)) == {world.gent.pk, world.nikki.pk}


@pytest.mark.django_db(transaction=True)
def test_a_request_that_somebody_holds_is_left_for_the_next_run() -> None:
    world = build_world()
    ask_to_join(asking=asking(world.gent, "a@example.org"))
    ask_to_join(asking=asking(world.nikki, "b@example.org"))
    purged: list[int] = []

    def purge() -> None:
        with clock.at(clock.now() + timedelta(days=400)):
            purged.append(purge_join_requests())
        connection.close()

    with transaction.atomic():
        JoinRequest.objects.select_for_update().get(email="a@example.org")
        other = threading.Thread(target=purge)
        other.start()
        other.join()
    assert purged == [1]
    assert JoinRequest.objects.get().email == "a@example.org"


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "value"), [("call_interest_days", 29), ("unconfirmed_request_days", -1)])
def test_the_days_are_validated(field: str, value: int, world: World) -> None:
    rules = ProgrammeRules.objects.filter(programme=world.programme).first()
    assert rules is not None
    rules.full_clean()
    setattr(rules, field, value)
    with pytest.raises(ValidationError) as found:
        rules.full_clean()
    assert list(found.value.message_dict) == [field]


def test_the_beat_comes_by_for_both() -> None:
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"people.purge_join_requests", "applications.purge_call_interest"} < planned
