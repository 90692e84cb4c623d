"""The list of what waits on a person: only what that person can do, with the day as it was announced."""

from datetime import UTC, date, datetime

import pytest

from applications.enums import ApplicationStatus
from applications.models import Application, Review, Track
from applications.services.assignment import assign_reviewers
from applications.services.eligibility import decide_eligibility
from matching.enums import Objective, ScenarioStatus
from matching.models import Scenario
from matching.services import create_scenario
from portal.selectors.tasks import waiting_on
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole, MunicipalRole, SteeringKind
from sdgpartners.people.models import Membership, User
from sdgpartners.people.standing import forget_standing
from sdgpartners.programme.models import TownTwinning
from tests.applications.factories import open_call, start, submitted
from tests.factories import UserFactory, make_editor, make_seat, make_steering
from tests.world import World

pytestmark = pytest.mark.django_db


def _labels(user: User) -> list[tuple[str, str]]:
    return [(task.label, task.about) for task in waiting_on(user)]


def test_the_day_of_a_deadline_is_that_of_the_announcement(world: World) -> None:
    # Half past midnight on 15 January in Brussels is still the 14th in world time.
    with clock.at(datetime(2027, 1, 4, 12, tzinfo=UTC)):
        call = open_call(world, closes_at=datetime(2027, 1, 14, 23, 30, tzinfo=UTC))
        team = start(call, world.gent)
        assert [task.due for task in waiting_on(team.editor)] == [date(2027, 1, 15)]
        assert [task.due for task in waiting_on(make_editor(world.leuven))] == [date(2027, 1, 15)]


def test_only_who_may_start_is_asked_to_start(world: World) -> None:
    open_call(world)
    assert [label for label, _about in _labels(make_editor(world.gent))] == ["Start an application"]
    contributor: User = UserFactory(language="en")
    Membership.objects.create(user=contributor, municipality=world.gent, role=MunicipalRole.CONTRIBUTOR)
    assert _labels(contributor) == []


def test_eligibility_waits_on_those_who_decide_it(world: World) -> None:
    call = open_call(world)
    submitted(call, world.gent, "RW")
    assert _labels(world.coordinator_ralga) == []
    assert _labels(world.coordinator_vvsg) == [("Decide on eligibility", "1 application")]
    submitted(call, world.karongi)
    assert _labels(world.coordinator_ralga) == [("Decide on eligibility", "1 application")]
    assert _labels(world.coordinator_vvsg) == [("Decide on eligibility", "2 applications")]
    assert _labels(world.coordinator_ancb) == []


def test_reviews_wait_as_the_list_shows_them(world: World) -> None:
    call = open_call(world)
    reviewer = make_seat(world.vvsg, AssociationRole.REVIEWER)
    make_seat(world.ralga, AssociationRole.REVIEWER)
    for place in (world.gent, world.leuven):
        team = submitted(call, place, "RW")
        decide_eligibility(application=team.application, eligible=True, note="", actor=world.coordinator_vvsg)
    assign_reviewers(track=Track.objects.get(call=call, partner_country=world.rwanda), actor=None)
    assert Review.objects.filter(reviewer=reviewer).count() == 2
    assert ("Review applications", "2 to do") in _labels(reviewer)
    TownTwinning.objects.create(
        north=world.leuven, partner_country_code="RW", south=world.karongi, partner_name="Karongi"
    )
    make_editor(world.karongi, user=reviewer)
    forget_standing(reviewer)
    assert ("Review applications", "1 to do") in _labels(reviewer)
    Application.objects.filter(municipality=world.gent).update(status=ApplicationStatus.RANKED)
    assert "Review applications" not in [label for label, _ in _labels(reviewer)]


def test_a_scenario_waits_on_whose_turn_it_is(world: World) -> None:
    call = open_call(world)
    scenario = create_scenario(
        call=call, tracks=list(call.tracks.all()), name="First", objective=Objective.TOTAL, actor=None
    )
    people = {
        "member": make_steering(world.programme),
        "observer": make_steering(world.programme, SteeringKind.OBSERVER, world.ancb),
        "vvsg": world.coordinator_vvsg,
        "ancb": world.coordinator_ancb,
    }
    turns = {
        ScenarioStatus.SOLVED: ["member"],
        ScenarioStatus.ENDORSED: ["vvsg", "ancb"],
        ScenarioStatus.APPROVED: ["vvsg"],
    }
    for status, expected in turns.items():
        Scenario.objects.filter(pk=scenario.pk).update(
            status=status,
            solved_at=clock.now(),
            put_forward_at=clock.now(),
            endorsed_at=clock.now(),
            endorsed_by=people["member"],
            minute="1",
        )
        waiting = [
            name for name, user in people.items() if any(about == "First" for _, about in _labels(user))
        ]
        assert (status, waiting) == (status, expected)
