"""Another last day: asked, agreed, decided, never past the cap; and the end itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from applications.enums import ApplicationStatus
from matching.enums import PartnershipStatus, ProposalStatus
from matching.errors import HasInterest, NotEntitled, StandsStill
from matching.models import EndChange, Partnership, Proposal, Scenario, Suspension
from matching.reminders_course import end_change_waiting
from matching.services import (
    agree_to_end,
    ask_for_end,
    begin_closing,
    close_partnership,
    close_what_is_due,
    decide_end,
    end_early,
    suspend_partnership,
    withdraw_end,
)
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, LimitExceeded, MoveNotAllowed, SamePerson
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import Membership, User
from sdgpartners.programme.enums import Side
from tests.exchanges.factories import make_partnership
from tests.factories import make_editor
from tests.matching.factories import NOON, make_round
from tests.matching.factories import make_partnership as make_preparing
from tests.world import World, build_world

NORTH, SOUTH = Side.NORTH, Side.SOUTH


@pytest.fixture
def trio(world: World) -> tuple[Partnership, User, User]:
    """Leuven and Karongi until mid 2027, with an editor each; the cap is the end of that year."""
    pair = make_partnership(
        world.rwanda, world.leuven, world.karongi, starts_on=date(2026, 1, 1), ends_on=date(2027, 6, 30)
    )
    return pair, make_editor(world.leuven), make_editor(world.karongi)


def ask(pair: Partnership, actor: User, day: date = date(2027, 12, 31), side: Side = NORTH) -> EndChange:
    return ask_for_end(partnership=pair, side=side, ends_on=day, reason="More time", actor=actor)


def kinds() -> list[str]:
    return sorted(set(OutgoingMail.objects.values_list("kind", flat=True)))


@pytest.mark.parametrize("day", [date(2027, 12, 31), date(2027, 2, 1)], ids=["later", "earlier"])
def test_one_side_asks_the_other_agrees_a_coordinator_grants(
    day: date, trio: tuple[Partnership, User, User], world: World
) -> None:
    pair, north, south = trio
    with clock.at(NOON):
        ask(pair, north, day)
        assert {due.recipient for due in end_change_waiting(clock.now())} == {south}
        with pytest.raises(Incomplete):
            decide_end(partnership=pair, granted=True, reason="Yes", actor=world.coordinator_ralga)
        agree_to_end(partnership=pair, side=SOUTH, actor=south)
        dues = list(end_change_waiting(clock.now()))
        assert {due.recipient for due in dues} == {world.coordinator_ralga, world.coordinator_vvsg}
        assert {due.due_on for due in dues} == {date(2026, 12, 7)}
        change = decide_end(partnership=pair, granted=True, reason="Yes", actor=world.coordinator_ralga)
        assert list(end_change_waiting(clock.now())) == []
    pair.refresh_from_db()
    assert pair.ends_on == day
    assert (change.granted, change.ended_before) == (True, date(2027, 6, 30))
    assert kinds() == ["end_change_agreed", "end_change_asked", "end_change_decided"]


def test_the_cap_holds_when_it_is_asked_agreed_and_decided(
    trio: tuple[Partnership, User, User], world: World
) -> None:
    pair, north, south = trio
    with clock.at(NOON):
        for day in (date(2028, 1, 1), date(2026, 11, 23), date(2025, 12, 31)):
            with pytest.raises(LimitExceeded):
                ask(pair, north, day)
        with pytest.raises(DomainError, match="already"):
            ask(pair, north, date(2027, 6, 30))
        ask(pair, north, date(2027, 12, 31))
        with pytest.raises(DomainError, match="waits"):
            ask(pair, south, date(2027, 10, 1), SOUTH)
        world.rules.partnerships_end_on = date(2027, 9, 30)
        world.rules.save()
        with pytest.raises(LimitExceeded):
            agree_to_end(partnership=pair, side=SOUTH, actor=south)
        world.rules.partnerships_end_on = date(2027, 12, 31)
        world.rules.save()
        agree_to_end(partnership=pair, side=SOUTH, actor=south)
        world.rules.partnerships_end_on = date(2027, 9, 30)
        world.rules.save()
        with pytest.raises(LimitExceeded):
            decide_end(partnership=pair, granted=True, reason="Yes", actor=world.coordinator_ralga)
        decide_end(partnership=pair, granted=False, reason="Too long", actor=world.coordinator_ralga)
    pair.refresh_from_db()
    assert pair.ends_on == date(2027, 6, 30)


def test_who_may_not(trio: tuple[Partnership, User, User], world: World) -> None:
    pair, north, south = trio
    stranger = make_editor(world.gent)
    along = make_editor(world.leuven)
    Membership.objects.filter(user=along).update(role=MunicipalRole.CONTRIBUTOR)
    with clock.at(NOON):
        for actor in (stranger, south, along, world.coordinator_ralga):
            with pytest.raises(NotEntitled):
                ask(pair, actor)
        ask(pair, north)
        with pytest.raises(DomainError, match="agreed already"):
            agree_to_end(partnership=pair, side=NORTH, actor=north)
        Membership.objects.create(user=north, municipality=world.karongi, role=MunicipalRole.EDITOR)
        with pytest.raises(SamePerson):
            agree_to_end(partnership=pair, side=SOUTH, actor=north)
        agree_to_end(partnership=pair, side=SOUTH, actor=south)
        for actor in (north, world.coordinator_ancb):
            with pytest.raises(NotEntitled):
                decide_end(partnership=pair, granted=True, reason="Yes", actor=actor)
        Membership.objects.create(
            user=world.coordinator_ralga, municipality=world.karongi, role=MunicipalRole.CONTRIBUTOR
        )
        with pytest.raises(HasInterest):
            decide_end(partnership=pair, granted=True, reason="Yes", actor=world.coordinator_ralga)
        with pytest.raises(Incomplete):
            decide_end(partnership=pair, granted=True, reason=" ", actor=world.coordinator_vvsg)


def test_a_side_that_does_not_agree_ends_the_request(
    trio: tuple[Partnership, User, User], world: World
) -> None:
    pair, north, south = trio
    with clock.at(NOON):
        ask(pair, north)
        withdraw_end(partnership=pair, side=SOUTH, reason="We have no time", actor=south)
        change = EndChange.objects.get()
        assert (change.granted, change.decision_reason) == (False, "We have no time")
        with pytest.raises(DomainError, match="Nobody asks"):
            decide_end(partnership=pair, granted=True, reason="Yes", actor=world.coordinator_ralga)
        ask(pair, south, date(2027, 8, 1), SOUTH)


def test_nothing_is_asked_or_decided_while_suspended_nor_after_the_end(
    trio: tuple[Partnership, User, User], world: World
) -> None:
    pair, north, _south = trio
    actor = world.coordinator_ralga
    with clock.at(NOON):
        ask(pair, north)
        suspend_partnership(partnership=pair, reason="Stop", hide_publicly=False, actor=actor)
        assert list(end_change_waiting(clock.now())) == []
        with pytest.raises(StandsStill):
            decide_end(partnership=pair, granted=False, reason="No", actor=actor)
        end_early(partnership=pair, reason="It is over", actor=actor)
        with pytest.raises(MoveNotAllowed):
            ask(pair, north)
    change, held = EndChange.objects.get(), Suspension.objects.get()
    assert (change.granted, change.decision_reason) == (False, "It is over")
    assert (held.resumed_on, held.resume_reason) == (date(2026, 11, 23), "It is over")


def test_it_becomes_closing_by_its_days_once_and_active_again_with_a_later_end(
    trio: tuple[Partnership, User, User], world: World
) -> None:
    pair, north, south = trio
    with clock.at(NOON.replace(year=2027, month=5, day=30)):
        assert close_what_is_due() == 0
    with clock.at(NOON.replace(year=2027, month=5, day=31)):
        assert close_what_is_due() == 1
        assert close_what_is_due() == 0
        pair.refresh_from_db()
        assert pair.status == PartnershipStatus.CLOSING
        ask(pair, north)
        agree_to_end(partnership=pair, side=SOUTH, actor=south)
        decide_end(partnership=pair, granted=True, reason="Yes", actor=world.coordinator_ralga)
        pair.refresh_from_db()
        assert (pair.status, pair.ends_on) == (PartnershipStatus.ACTIVE, date(2027, 12, 31))
        assert close_what_is_due() == 0


def test_a_coordinator_lets_it_close_and_closes_it(
    trio: tuple[Partnership, User, User], world: World
) -> None:
    pair, north, _south = trio
    with pytest.raises(NotEntitled):
        begin_closing(partnership=pair, reason="Done", actor=north)
    with pytest.raises(MoveNotAllowed):
        close_partnership(partnership=pair, reason="Done", actor=world.coordinator_ralga)
    begin_closing(partnership=pair, reason="Nothing is planned any more", actor=world.coordinator_ralga)
    with clock.at(NOON.replace(year=2027, month=7, day=1)):
        close_partnership(partnership=pair, reason="All is settled", actor=world.coordinator_ralga)
    pair.refresh_from_db()
    assert (pair.status, pair.ended_on) == (PartnershipStatus.CLOSED, date(2027, 6, 30))
    assert kinds() == ["partnership_closed", "partnership_closing"]


def test_after_an_early_end_the_side_that_wishes_goes_back_among_the_candidates(world: World) -> None:
    made = make_round(world)
    partnership, _north, _south = make_preparing(made)
    proposal = Proposal.objects.get(partnership=partnership)
    before = Scenario.objects.count()
    end_early(
        partnership=partnership, reason="New council", actor=world.coordinator_ralga, rematch=[Side.SOUTH]
    )
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.ENDED
    assert proposal.south.status == ApplicationStatus.CONFIRMED
    assert proposal.north.status == ApplicationStatus.MATCHED
    assert Scenario.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_grant_and_early_end_at_once_leave_one_truth() -> None:
    world = build_world()
    with clock.at(NOON):
        pair = make_partnership(
            world.rwanda, world.leuven, world.karongi, starts_on=date(2026, 1, 1), ends_on=date(2027, 6, 30)
        )
        north, south = make_editor(world.leuven), make_editor(world.karongi)
        ask(pair, north)
        agree_to_end(partnership=pair, side=SOUTH, actor=south)

    def attempt(step: int) -> str:
        try:
            with clock.at(NOON + timedelta(hours=1)):
                if step == 0:
                    decide_end(partnership=pair, granted=True, reason="Yes", actor=world.coordinator_ralga)
                else:
                    end_early(partnership=pair, reason="Over", actor=world.coordinator_vvsg)
        except DomainError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(max_workers=2) as pool:
        found = list(pool.map(attempt, range(2)))
    pair.refresh_from_db()
    change = EndChange.objects.get()
    assert pair.status == PartnershipStatus.ENDED_EARLY
    assert found[1] == "done"
    assert (found[0], change.granted) in {("done", True), ("MoveNotAllowed", False)}
