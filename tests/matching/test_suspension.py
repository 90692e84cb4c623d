"""A partnership or a whole country stands still, and goes on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from applications.enums import ApplicationStatus
from matching.enums import MemberKind, PartnershipStatus, ProposalStatus, ScenarioStatus, TeamRole
from matching.errors import CountryStandsStill, HasInterest, NotEntitled, StandsStill
from matching.models import Partnership, Proposal, Suspension
from matching.selectors.candidates import living_partnerships
from matching.selectors.standstill import open_suspension, pauses_of
from matching.services import (
    accept_proposal,
    activate_partnership,
    add_team_member,
    agree_plan,
    confirm_calendar,
    free_north,
    lapse_proposals,
    resume_country,
    resume_partnership,
    set_start,
    set_visibility,
    sign_agreement,
    suspend_country,
    suspend_partnership,
)
from matching.signals import partnership_resumed, partnership_suspended
from portal.selectors.public import public_partnerships
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import Membership, User
from sdgpartners.programme.enums import Side
from tests.exchanges.factories import make_partnership
from tests.factories import make_editor, make_signatory
from tests.matching.factories import NOON, make_proposals, make_round, proposal_of, signatories
from tests.matching.factories import make_partnership as make_preparing
from tests.world import World, build_world


@pytest.fixture
def pair(world: World) -> Partnership:
    """Leuven and Karongi, active since New Year until the end of next year; today is 23 November 2026."""
    return make_partnership(
        world.rwanda, world.leuven, world.karongi, starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31)
    )


def kinds() -> dict[str, int]:
    found: dict[str, int] = {}
    for kind in OutgoingMail.objects.values_list("kind", flat=True):
        found[kind] = found.get(kind, 0) + 1
    return found


def test_it_stands_still_with_its_reason_and_everybody_is_told(pair: Partnership, world: World) -> None:
    make_editor(world.leuven, language="nl")
    make_editor(world.karongi, language="en")
    heard: list[Partnership] = []
    receiver = lambda sender, partnership, **kwargs: heard.append(partnership)  # noqa: E731
    partnership_suspended.connect(receiver)
    try:
        with clock.at(NOON):
            suspension = suspend_partnership(
                partnership=pair, reason=" Ties were cut ", hide_publicly=True, actor=world.coordinator_ralga
            )
    finally:
        partnership_suspended.disconnect(receiver)
    pair.refresh_from_db()
    assert (pair.status, pair.hidden_publicly) == (PartnershipStatus.SUSPENDED, True)
    assert (suspension.status_before, suspension.reason) == (PartnershipStatus.ACTIVE, "Ties were cut")
    assert suspension.since == date(2026, 11, 23)
    assert heard == [pair]
    # Both sides, RALGA and VVSG.
    assert kinds() == {"partnership_suspended": 4}
    event = Partnership.pgh_event_model.objects.filter(pgh_obj=pair).latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata == {"user": world.coordinator_ralga.pk, "reason": "Ties were cut"}


def test_who_may_not_suspend(pair: Partnership, world: World) -> None:
    staff = make_signatory(world.leuven)
    for actor in (staff, world.coordinator_ancb):
        with pytest.raises(NotEntitled):
            suspend_partnership(partnership=pair, reason="No", hide_publicly=False, actor=actor)
    with pytest.raises(Incomplete):
        suspend_partnership(
            partnership=pair, reason=" \n", hide_publicly=False, actor=world.coordinator_ralga
        )
    Membership.objects.create(
        user=world.coordinator_ralga, municipality=world.karongi, role=MunicipalRole.CONTRIBUTOR
    )
    with pytest.raises(HasInterest):
        suspend_partnership(
            partnership=pair, reason="Mine", hide_publicly=False, actor=world.coordinator_ralga
        )
    assert not Suspension.objects.exists()


def test_twice_is_refused_and_what_has_ended_stays_ended(pair: Partnership, world: World) -> None:
    actor = world.coordinator_vvsg
    suspend_partnership(partnership=pair, reason="One", hide_publicly=False, actor=actor)
    with pytest.raises(MoveNotAllowed):
        suspend_partnership(partnership=pair, reason="Two", hide_publicly=False, actor=actor)
    over = make_partnership(world.benin, world.gent, world.nikki, status=PartnershipStatus.CLOSED)
    with pytest.raises(MoveNotAllowed):
        suspend_partnership(partnership=over, reason="Three", hide_publicly=False, actor=actor)


def test_it_goes_on_in_its_state_and_the_days_do_not_count(pair: Partnership, world: World) -> None:
    actor, heard = world.coordinator_ralga, []
    Partnership.objects.filter(pk=pair.pk).update(ends_on=date(2027, 6, 30))
    with clock.at(NOON):
        suspend_partnership(partnership=pair, reason="Ties were cut", hide_publicly=True, actor=actor)
    receiver = lambda sender, days, **kwargs: heard.append(days)  # noqa: E731
    partnership_resumed.connect(receiver)
    try:
        with clock.at(NOON + timedelta(days=40)):
            resume_partnership(partnership=pair, reason="Ties again", show_publicly=False, actor=actor)
            pauses = pauses_of([pair])[pair.pk]
    finally:
        partnership_resumed.disconnect(receiver)
    pair.refresh_from_db()
    assert pair.status == PartnershipStatus.ACTIVE
    assert pair.ends_on == date(2027, 8, 9)
    # Who hid the names shows them again.
    assert pair.hidden_publicly
    assert heard == [40]
    assert [pause.days for pause in pauses] == [40]
    held = Suspension.objects.get()
    assert (held.resumed_on, held.resume_reason) == (date(2027, 1, 2), "Ties again")


def test_the_end_never_passes_its_cap(pair: Partnership, world: World) -> None:
    actor = world.coordinator_ralga
    # Start + 24 months - 1 day.
    Partnership.objects.filter(pk=pair.pk).update(ends_on=date(2027, 12, 21))
    with clock.at(NOON):
        suspend_partnership(partnership=pair, reason="Stop", hide_publicly=False, actor=actor)
    with clock.at(NOON + timedelta(days=100)):
        resume_partnership(partnership=pair, reason="Go", show_publicly=True, actor=actor)
    pair.refresh_from_db()
    assert pair.ends_on == date(2027, 12, 31)
    with clock.at(NOON + timedelta(days=200)):
        suspend_partnership(partnership=pair, reason="Stop", hide_publicly=False, actor=actor)
    with clock.at(NOON + timedelta(days=300)):
        resume_partnership(partnership=pair, reason="Go", show_publicly=True, actor=actor)
    pair.refresh_from_db()
    assert pair.ends_on == date(2027, 12, 31)


def test_one_in_preparation_comes_back_to_preparation(world: World) -> None:
    partnership, _north, _south = make_preparing(make_round(world))
    actor = world.coordinator_ralga
    suspend_partnership(partnership=partnership, reason="Stop", hide_publicly=False, actor=actor)
    resume_partnership(partnership=partnership, reason="Go", show_publicly=True, actor=actor)
    partnership.refresh_from_db()
    assert (partnership.status, partnership.ends_on) == (PartnershipStatus.PREPARING, None)


def test_while_suspended_every_step_of_the_pair_is_refused_with_words(world: World) -> None:
    partnership, north, _south = make_preparing(make_round(world))
    suspend_partnership(
        partnership=partnership, reason="Stop", hide_publicly=False, actor=world.coordinator_ralga
    )
    side = partnership.sides.get(side=Side.NORTH)
    starts_on = partnership.agreement.starts_on
    steps = (
        lambda: agree_plan(partnership=partnership, side=Side.NORTH, version=0, actor=north),
        lambda: set_start(partnership=partnership, starts_on=starts_on, actor=north),
        lambda: sign_agreement(partnership=partnership, side=Side.NORTH, starts_on=starts_on, actor=north),
        lambda: confirm_calendar(partnership=partnership, side=Side.NORTH, actor=north),
        lambda: add_team_member(
            side=side,
            name="Ann",
            service="",
            role=TeamRole.CONTACT,
            kind=MemberKind.OFFICIAL,
            actor=north,
        ),
        # Not the door by which it goes on.
        lambda: activate_partnership(partnership=partnership, actor=world.coordinator_ralga),
    )
    for step in steps:
        with pytest.raises(StandsStill, match="suspended"):
            step()


def test_a_whole_country_in_one_step_and_back(pair: Partnership, world: World) -> None:
    other = make_partnership(world.rwanda, world.gent, world.nyanza, status=PartnershipStatus.CLOSING)
    alone = make_partnership(world.rwanda, world.mechelen, world.cove)
    make_editor(world.karongi)
    actor = world.coordinator_ralga
    with clock.at(NOON):
        suspend_partnership(partnership=alone, reason="By itself", hide_publicly=False, actor=actor)
        OutgoingMail.objects.all().delete()
        made = suspend_country(
            partner_country=world.rwanda, reason="Ties were cut", hide_publicly=True, actor=actor
        )
    world.rwanda.refresh_from_db()
    assert world.rwanda.suspended_since == date(2026, 11, 23)
    assert {row.partnership for row in made} == {pair, other}
    assert all(row.country_wide for row in made)
    assert Partnership.objects.filter(hidden_publicly=True).count() == 3
    # One mail a municipality, one a coordinator.
    assert kinds() == {"partnership_suspended": 1, "country_suspended": 2}
    with pytest.raises(DomainError, match="whole country"):
        resume_partnership(partnership=pair, reason="Me first", show_publicly=True, actor=actor)
    with pytest.raises(DomainError, match="already"):
        suspend_country(partner_country=world.rwanda, reason="Again", hide_publicly=True, actor=actor)
    with clock.at(NOON + timedelta(days=10)):
        found = resume_country(
            partner_country=world.rwanda, reason="Ties again", show_publicly=True, actor=actor
        )
    assert set(found.resumed) == {pair, other}
    assert found.kept == []
    states = {row.pk: row.status for row in Partnership.objects.all()}
    assert states == {pair.pk: "active", other.pk: "closing", alone.pk: "suspended"}
    world.rwanda.refresh_from_db()
    assert (world.rwanda.suspended_since, world.rwanda.suspension_reason) == (None, "")


def test_who_may_not_suspend_a_country(world: World) -> None:
    for actor in (world.coordinator_ancb, make_signatory(world.karongi)):
        with pytest.raises(NotEntitled):
            suspend_country(partner_country=world.rwanda, reason="No", hide_publicly=False, actor=actor)
        with pytest.raises(NotEntitled):
            resume_country(partner_country=world.rwanda, reason="No", show_publicly=False, actor=actor)
    with pytest.raises(DomainError, match="300"):
        suspend_country(
            partner_country=world.rwanda, reason="x" * 301, hide_publicly=False, actor=world.coordinator_ralga
        )
    with pytest.raises(DomainError, match="not suspended"):
        resume_country(
            partner_country=world.rwanda, reason="Go", show_publicly=False, actor=world.coordinator_ralga
        )


def test_proposals_of_a_suspended_country_wait_and_get_their_days_back(world: World) -> None:
    with clock.at(NOON):
        made = make_round(world)
        proposal = proposal_of(made, made.leuven)
        accept_by = proposal.accept_by
        assert accept_by is not None
        country = proposal.track.partner_country
        actor = world.coordinator_vvsg
        suspend_country(partner_country=country, reason="Stop", hide_publicly=False, actor=actor)
    north, _south = signatories(proposal)
    with clock.at(NOON + timedelta(days=60)):
        others = lapse_proposals()
        proposal.refresh_from_db()
        assert proposal.status == ProposalStatus.PROPOSED
        assert others == Proposal.objects.exclude(track__partner_country=country).count()
        with pytest.raises(CountryStandsStill):
            accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)
        resume_country(partner_country=country, reason="Go", show_publicly=True, actor=actor)
        proposal.refresh_from_db()
        assert proposal.accept_by == accept_by + timedelta(days=60)
        accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)


def test_names_leave_the_public_pages_in_one_step_and_come_back(pair: Partnership, world: World) -> None:
    actor = world.coordinator_ralga
    assert list(public_partnerships()) == [pair]
    set_visibility(partnership=pair, hidden=True, reason="Asked for", actor=actor)
    assert list(public_partnerships()) == []
    set_visibility(partnership=pair, hidden=False, reason="Asked for", actor=actor)
    assert list(public_partnerships()) == [pair]
    with pytest.raises(NotEntitled):
        set_visibility(partnership=pair, hidden=True, reason="No", actor=world.coordinator_ancb)
    suspend_partnership(partnership=pair, reason="Stop", hide_publicly=True, actor=actor)
    resume_partnership(partnership=pair, reason="Go", show_publicly=False, actor=actor)
    assert list(public_partnerships()) == []


def test_the_flemish_side_may_be_matched_again_and_comes_back_while_it_is_free(world: World) -> None:
    partnership, _north, _south = make_preparing(make_round(world))
    actor = world.coordinator_vvsg
    with pytest.raises(MoveNotAllowed):
        free_north(partnership=partnership, reason="Not yet", actor=actor)
    suspend_partnership(partnership=partnership, reason="Stop", hide_publicly=False, actor=actor)
    with pytest.raises(NotEntitled):
        free_north(partnership=partnership, reason="No", actor=world.coordinator_ancb)
    free_north(partnership=partnership, reason="It wishes another partner", actor=actor)
    partnership.refresh_from_db()
    application = Proposal.objects.get(partnership=partnership).north
    assert partnership.north_free_since == clock.today()
    assert application.status == ApplicationStatus.CONFIRMED
    assert not living_partnerships(partnership.north_id).exists()
    assert living_partnerships(partnership.south_id).get() == partnership
    resume_partnership(partnership=partnership, reason="Go", show_publicly=True, actor=actor)
    partnership.refresh_from_db()
    application.refresh_from_db()
    assert partnership.north_free_since is None
    assert application.status == ApplicationStatus.MATCHED
    assert Proposal.objects.get(partnership=partnership).status == ProposalStatus.ACCEPTED


def test_a_flemish_side_with_another_partner_does_not_come_back(pair: Partnership, world: World) -> None:
    actor = world.coordinator_vvsg
    suspend_country(partner_country=world.rwanda, reason="Stop", hide_publicly=False, actor=actor)
    free_north(partnership=pair, reason="It wishes another partner", actor=actor)
    other = make_partnership(world.benin, world.leuven, world.nikki)
    found = resume_country(partner_country=world.rwanda, reason="Go", show_publicly=True, actor=actor)
    assert found.resumed == []
    assert [(row, other.reference in why) for row, why in found.kept] == [(pair, True)]
    pair.refresh_from_db()
    held = open_suspension(pair)
    assert held is not None
    assert not held.country_wide
    with pytest.raises(DomainError, match=other.reference):
        resume_partnership(partnership=pair, reason="Go", show_publicly=True, actor=actor)


def test_a_proposal_that_waits_keeps_the_flemish_side_away(world: World) -> None:
    made = make_round(world)
    proposals = make_proposals(made)
    first, second = proposals[0], proposals[1]
    for side, person in zip(Side, signatories(first), strict=True):
        accept_proposal(proposal=first, side=side, actor=person)
    partnership = Partnership.objects.get(proposal=first)
    actor = world.coordinator_vvsg
    suspend_partnership(partnership=partnership, reason="Stop", hide_publicly=False, actor=actor)
    free_north(partnership=partnership, reason="Another", actor=actor)
    Proposal.objects.filter(pk=second.pk).update(north=first.north)
    with pytest.raises(DomainError, match=second.reference):
        resume_partnership(partnership=partnership, reason="Go", show_publicly=True, actor=actor)
    assert second.scenario.status == ScenarioStatus.RELEASED


@pytest.mark.django_db(transaction=True)
def test_no_partnership_is_founded_past_a_suspension_of_its_country() -> None:
    world = build_world()
    made = make_round(world)
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)

    def attempt(step: int) -> str:
        try:
            if step == 0:
                accept_proposal(proposal=proposal, side=Side.SOUTH, actor=south)
            else:
                suspend_country(
                    partner_country=proposal.track.partner_country,
                    reason="Ties were cut",
                    hide_publicly=True,
                    actor=world.coordinator_vvsg,
                )
        except DomainError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(max_workers=2) as pool:
        found = list(pool.map(attempt, range(2)))
    states = list(Partnership.objects.values_list("status", flat=True))
    assert (found, states) in [
        (["done", "done"], ["suspended"]),
        (["CountryStandsStill", "done"], []),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_suspend_at_once_and_one_does() -> None:
    world = build_world()
    pair = make_partnership(world.rwanda, world.leuven, world.karongi)

    def attempt(actor: User) -> str:
        try:
            suspend_partnership(partnership=pair, reason="Stop", hide_publicly=False, actor=actor)
        except DomainError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(max_workers=2) as pool:
        found = list(pool.map(attempt, (world.coordinator_ralga, world.coordinator_vvsg)))
    assert sorted(found) == ["MoveNotAllowed", "done"]
    assert Suspension.objects.count() == 1
