"""Until when an application may be changed and sent off."""

from datetime import timedelta
from typing import Any

import pytest

from applications.enums import ApplicationStatus, CallStatus
from applications.errors import CallNotOpen
from applications.models import Application, Call, ChangeRequest
from applications.selectors.deadlines import deadline_of, is_in_time, takes_changes, takes_starts
from applications.services.forms import refuse_unless_open
from sdgpartners.core import clock
from tests.applications.factories import at_second, open_call, start, submitted
from tests.world import World


def test_the_deadline_is_the_closing_or_what_was_given_later(world: World) -> None:
    call = open_call(world)
    application = start(call, world.gent).application
    assert deadline_of(application) == call.closes_at
    application.late_until = call.closes_at - timedelta(days=1)
    assert deadline_of(application) == call.closes_at
    application.late_until = call.closes_at + timedelta(days=1)
    assert deadline_of(application) == application.late_until


@pytest.mark.parametrize(
    ("seconds", "late_days", "fits"),
    [(0, None, True), (1, None, False), (1, 1, True), (86400, 1, True), (86401, 1, False)],
)
def test_the_last_moment_is_in_time_and_one_second_later_is_late(
    world: World, seconds: int, late_days: int | None, fits: bool
) -> None:
    call = open_call(world)
    application = start(call, world.gent).application
    application.late_until = None if late_days is None else call.closes_at + timedelta(days=late_days)
    with clock.at(at_second(call.closes_at, seconds)):
        assert is_in_time(application) is fits
        assert takes_changes(application) is fits
        assert not takes_starts(call) or seconds == 0
        if fits:
            refuse_unless_open(call, application)
        else:
            with pytest.raises(CallNotOpen, match=r"(closed on|You had until)"):
                refuse_unless_open(call, application)


@pytest.mark.parametrize("due_in", [-3, 3])
def test_requested_changes_have_a_deadline_of_their_own(world: World, due_in: int) -> None:
    call = open_call(world)
    application = submitted(call, world.gent).application
    due = call.closes_at + timedelta(days=due_in)
    ChangeRequest.objects.create(
        application=application,
        revision=application.revisions.get(),
        sections=["motivation"],
        note="Say more",
        due_at=due,
        asked_at=clock.now(),
    )
    Application.objects.filter(pk=application.pk).update(status=ApplicationStatus.CHANGES_REQUESTED)
    application = Application.objects.get(pk=application.pk)
    assert deadline_of(application) == due
    with clock.at(due):
        assert takes_changes(application)
    with clock.at(at_second(due, 1)):
        assert not takes_changes(application)


@pytest.mark.parametrize("status", [CallStatus.DECIDED, CallStatus.CANCELLED, CallStatus.DRAFT])
def test_a_call_that_has_ended_takes_nothing_also_from_who_was_admitted_late(
    world: World, status: str
) -> None:
    call = open_call(world)
    application = start(call, world.gent).application
    Call.objects.filter(pk=call.pk).update(status=status, decided_at=clock.now())
    Application.objects.filter(pk=application.pk).update(late_until=call.closes_at + timedelta(days=30))
    fresh: Any = Application.objects.get(pk=application.pk)
    assert not takes_changes(fresh)
    with pytest.raises(CallNotOpen, match="takes no applications"):
        refuse_unless_open(fresh.call, fresh)


def test_before_the_opening_nobody_starts(world: World) -> None:
    call = open_call(world, opens_at=clock.now() + timedelta(hours=1))
    assert not takes_starts(call)
    with pytest.raises(CallNotOpen, match="opens on"):
        refuse_unless_open(call)
