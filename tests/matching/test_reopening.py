"""What follows when a pair comes apart: the next best for who is left, without touching what stands."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from applications.enums import ApplicationStatus, CallStatus
from matching.enums import ProposalStatus, RuleKind, ScenarioStatus
from matching.models import PairRule, Partnership, Proposal, Scenario
from matching.selectors.reopening import follow_ups_of
from matching.services import (
    accept_proposal,
    approve_track,
    decline_proposal,
    endorse_scenario,
    lapse_proposals,
    put_forward,
    release_scenario,
    reopen_for_match,
)
from portal.selectors.tasks import waiting_on
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.services import run_waiting_jobs
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import make_editor, make_signatory, make_steering
from tests.matching.factories import (
    Round,
    make_partnership,
    make_proposals,
    make_round,
    make_scenario,
    proposal_of,
    signatories,
)
from tests.world import World, build_world


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


def decline(proposal: Proposal, side: Side = Side.NORTH, reason: str = "No money") -> Scenario:
    """Somebody who signs declines; the scenario that follows."""
    mine = proposal.north if side == Side.NORTH else proposal.south
    decline_proposal(proposal=proposal, side=side, reason=reason, actor=make_signatory(mine.municipality))
    return Scenario.objects.get(follows=proposal)


def release_again(made: Round, scenario: Scenario) -> list[Proposal]:
    """The same road as every scenario: solve, put forward, endorse, approve, release."""
    world = made.world
    run_waiting_jobs()
    put_forward(scenario=scenario, actor=world.coordinator_vvsg)
    endorse_scenario(scenario=scenario, minute="By mail", actor=make_steering(world.programme))
    own = {
        made.benin.pk: (world.ancb, world.coordinator_ancb),
        made.rwanda.pk: (world.ralga, world.coordinator_ralga),
    }
    for track in scenario.tracks.all():
        association, coordinator = own[track.pk]
        approve_track(
            scenario=scenario, track=track, association=world.vvsg, minute="", actor=world.coordinator_vvsg
        )
        approve_track(scenario=scenario, track=track, association=association, minute="", actor=coordinator)
    return release_scenario(scenario=scenario, actor=world.coordinator_vvsg)


def pairs_of(scenario: Scenario) -> set[tuple[str, str]]:
    scenario.refresh_from_db()
    names = scenario.inputs["names"]
    return {(names[north], names[south]) for north, south, _score in scenario.result["pairs"]}


def test_a_decline_is_followed_by_a_scenario_that_the_worker_solves(made: Round, world: World) -> None:
    leuven = proposal_of(made, made.leuven)
    others = Proposal.objects.exclude(pk=leuven.pk)
    before = list(others.values_list("pk", "status", "north", "south").order_by("pk"))
    scenario = decline(leuven)
    assert (scenario.status, scenario.copied_from) == (ScenarioStatus.DRAFT, leuven.scenario)
    assert scenario.job is not None
    assert scenario.job.state == JobState.QUEUED
    assert scenario.job.requested_by is None
    assert run_waiting_jobs() == 1
    scenario.refresh_from_db()
    assert scenario.status == ScenarioStatus.SOLVED
    # Leuven and Karongi are left, with Nikki or Covè whose country has a place; the declined pair is barred.
    assert set(scenario.inputs["names"].values()) >= {"Leuven", "Karongi"}
    taken = {name for row in others for name in (row.north.municipality.name, row.south.municipality.name)}
    assert taken.isdisjoint(scenario.inputs["names"].values())
    assert ("Leuven", "Karongi") not in pairs_of(scenario)
    assert list(others.values_list("pk", "status", "north", "south").order_by("pk")) == before


def test_the_follow_up_goes_the_same_road_and_its_page_leads_there(made: Round, world: World) -> None:
    leuven = proposal_of(made, made.leuven)
    scenario = decline(leuven)
    run_waiting_jobs()
    found = pairs_of(scenario)
    assert found
    proposals = release_again(made, scenario)
    assert {(row.north.municipality.name, row.south.municipality.name) for row in proposals} == found
    assert follow_ups_of(leuven) == [scenario]


def test_coordinators_of_the_country_read_the_reason_and_others_do_not(made: Round, world: World) -> None:
    leuven = proposal_of(made, made.leuven)
    scenario = decline(leuven, reason="The college said no")
    mails = {(mail.kind, mail.recipient): mail for mail in OutgoingMail.objects.filter(target__contains="-")}
    for coordinator in (world.coordinator_vvsg, world.coordinator_ralga):
        mail = mails["proposal_declined", coordinator]
        assert "The college said no" in mail.body_text
        assert scenario.reference in mail.subject
        assert f"/{scenario.reference}/room/" in mail.body_text
    assert ("proposal_declined", world.coordinator_ancb) not in mails
    takes_part = made.benin in scenario.tracks.all()
    assert (("match_follow_up", world.coordinator_ancb) in mails) == takes_part
    if takes_part:
        told = mails["match_follow_up", world.coordinator_ancb]
        assert "Karongi" not in told.body_text
        assert "The college said no" not in told.body_text
        assert "Karongi" not in scenario.name


def test_a_coordinator_with_a_conflict_reads_nothing_of_it(made: Round, world: World) -> None:
    leuven = proposal_of(made, made.leuven)
    make_editor(world.leuven, user=world.coordinator_ralga)
    decline(leuven)
    told = OutgoingMail.objects.filter(kind="proposal_declined").values_list("recipient", flat=True)
    assert set(told) == {world.coordinator_vvsg.pk}


def test_a_second_no_replaces_the_follow_up_that_nobody_looked_at(made: Round, world: World) -> None:
    proposals = make_proposals(made)
    first = decline(proposals[0])
    run_waiting_jobs()
    second = decline(proposals[1])
    first.refresh_from_db()
    assert (first.status, second.copied_from) == (ScenarioStatus.SUPERSEDED, first)
    run_waiting_jobs()
    left = {row.municipality.name for one in proposals[:2] for row in (one.north, one.south)}
    second.refresh_from_db()
    assert left <= set(second.inputs["names"].values())
    assert follow_ups_of(proposals[0]) == [second, first]
    assert follow_ups_of(proposals[1]) == [second]


def test_a_follow_up_before_the_steering_group_stays(made: Round, world: World) -> None:
    proposals = make_proposals(made)
    first = decline(proposals[0])
    run_waiting_jobs()
    first.refresh_from_db()
    assert first.result["pairs"]
    put_forward(scenario=first, actor=world.coordinator_vvsg)
    second = decline(proposals[1])
    first.refresh_from_db()
    assert first.status == ScenarioStatus.SOLVED
    assert second.copied_from == proposals[1].scenario


def test_words_on_pairs_of_those_who_are_left_move_along(made: Round, world: World) -> None:
    leuven = proposal_of(made, made.leuven)
    other = next(row for row in Proposal.objects.exclude(pk=leuven.pk))
    rules = (
        (made.leuven, made.nikki, RuleKind.FORBID, "Too far"),
        (leuven.north, leuven.south, RuleKind.PREFER, "Old friends"),
        (other.north, other.south, RuleKind.LOCK, "Agreed before"),
    )
    for north, south, kind, reason in rules:
        PairRule.objects.create(
            scenario=leuven.scenario,
            north=north,
            south=south,
            kind=kind,
            reason=reason,
            set_by=world.coordinator_ancb,
        )
    scenario = decline(leuven)
    kept = scenario.rules.values_list("north", "south", "kind", "reason", "set_by")
    nikki_free = not Proposal.objects.filter(south=made.nikki, status=ProposalStatus.PROPOSED).exists()
    wanted = (
        [(made.leuven.pk, made.nikki.pk, "forbid", "Too far", world.coordinator_ancb.pk)]
        if nikki_free
        else []
    )
    assert list(kept) == wanted


def test_a_lapse_is_followed_once_though_it_runs_twice(made: Round, world: World) -> None:
    proposals = make_proposals(made)
    with clock.at(clock.now() + timedelta(days=16)):
        assert lapse_proposals() == len(proposals)
        assert lapse_proposals() == 0
    assert Scenario.objects.filter(follows__isnull=False).count() == len(proposals)
    living = Scenario.objects.filter(follows__isnull=False).exclude(status=ScenarioStatus.SUPERSEDED)
    scenario = living.get()
    run_waiting_jobs()
    scenario.refresh_from_db()
    assert scenario.status == ScenarioStatus.SOLVED
    assert not {(row.north.reference, row.south.reference) for row in proposals} & {
        (north, south) for north, south, _score in scenario.result["pairs"]
    }


def test_nothing_follows_in_a_cancelled_call_or_a_suspended_country_alone(made: Round, world: World) -> None:
    leuven = proposal_of(made, made.leuven)
    made.call.status = CallStatus.CANCELLED
    made.call.save()
    decline_proposal(
        proposal=leuven, side=Side.NORTH, reason="No", actor=make_signatory(leuven.north.municipality)
    )
    assert not Scenario.objects.filter(follows=leuven).exists()


def test_who_loses_a_partner_later_is_matched_again_in_its_place(made: Round, world: World) -> None:
    partnership, _north, _south = make_partnership(made)
    proposal = partnership.proposal
    assert proposal is not None
    scenario = reopen_for_match(
        partnership=partnership, side=Side.NORTH, actor=world.coordinator_vvsg, reason="Karongi left"
    )
    assert scenario is not None
    assert scenario.follows == proposal
    made.leuven.refresh_from_db()
    made.karongi.refresh_from_db()
    proposal.refresh_from_db()
    assert (made.leuven.status, made.karongi.status) == (
        ApplicationStatus.CONFIRMED,
        ApplicationStatus.MATCHED,
    )
    assert proposal.status == ProposalStatus.ENDED
    again = reopen_for_match(
        partnership=partnership, side=Side.NORTH, actor=world.coordinator_vvsg, reason="Karongi left"
    )
    assert again == scenario
    assert Scenario.objects.filter(follows=proposal).count() == 1
    mails = OutgoingMail.objects.filter(kind="match_reopened")
    assert {mail.recipient for mail in mails} == {world.coordinator_vvsg, world.coordinator_ralga}
    assert all("Karongi left" in mail.body_text for mail in mails)


def test_both_sides_can_be_matched_again(made: Round, world: World) -> None:
    partnership, _north, _south = make_partnership(made)
    for side in Side:
        reopen_for_match(partnership=partnership, side=side, actor=world.coordinator_vvsg, reason="Apart")
    living = Scenario.objects.filter(follows=partnership.proposal).exclude(status=ScenarioStatus.SUPERSEDED)
    assert living.count() == 1
    for application in (made.leuven, made.karongi):
        application.refresh_from_db()
        assert application.status == ApplicationStatus.CONFIRMED


def test_who_withdrew_is_not_looked_for(made: Round, world: World) -> None:
    partnership, _north, _south = make_partnership(made)
    made.leuven.refresh_from_db()
    made.leuven.status = ApplicationStatus.WITHDRAWN
    made.leuven.save()
    found = reopen_for_match(
        partnership=partnership, side=Side.NORTH, actor=world.coordinator_vvsg, reason="Karongi left"
    )
    assert found is None
    assert not Scenario.objects.filter(follows__isnull=False).exists()


def test_the_new_partnership_says_whose_place_it_takes(made: Round, world: World) -> None:
    partnership, _north, _south = make_partnership(made)
    Partnership.objects.filter(pk=partnership.pk).update(
        status="ended_early", ended_on=clock.today(), end_reason="Karongi left"
    )
    scenario = reopen_for_match(
        partnership=partnership, side=Side.NORTH, actor=world.coordinator_vvsg, reason="Karongi left"
    )
    assert scenario is not None
    proposals = release_again(made, scenario)
    proposal = next(row for row in proposals if row.north_id == made.leuven.pk)
    north, south = signatories(proposal)
    accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)
    accept_proposal(proposal=proposal, side=Side.SOUTH, actor=south)
    assert Partnership.objects.get(proposal=proposal).replaces == partnership


@pytest.mark.django_db(transaction=True)
def test_two_pairs_that_come_apart_at_once_are_looked_at_together() -> None:
    made = make_round(build_world())
    proposals = make_proposals(made)[:2]
    actors = [make_signatory(row.north.municipality) for row in proposals]
    ready, refused = Barrier(2), list[str]()

    def act(proposal: Proposal, actor: User) -> None:
        try:
            ready.wait(timeout=20)
            decline_proposal(proposal=proposal, side=Side.NORTH, reason="No", actor=actor)
        except DomainError as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=act, args=both) for both in zip(proposals, actors, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    living = Scenario.objects.filter(follows__isnull=False).exclude(status=ScenarioStatus.SUPERSEDED)
    scenario = living.get()
    assert Scenario.objects.filter(follows__isnull=False).count() == 2
    run_waiting_jobs()
    scenario.refresh_from_db()
    left = {one.municipality.name for row in proposals for one in (row.north, row.south)}
    assert left <= set(scenario.inputs["names"].values())


@pytest.mark.django_db(transaction=True)
def test_one_no_pressed_twice_is_followed_once() -> None:
    made = make_round(build_world())
    proposal = proposal_of(made, made.leuven)
    actor = make_signatory(proposal.north.municipality)
    ready, refused = Barrier(2), list[str]()

    def act() -> None:
        try:
            ready.wait(timeout=20)
            decline_proposal(proposal=proposal, side=Side.NORTH, reason="No", actor=actor)
        except DomainError as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Scenario.objects.filter(follows=proposal).count() == 1


def test_other_scenarios_are_left_alone(made: Round, world: World) -> None:
    leuven = proposal_of(made, made.leuven)
    trial = make_scenario(made, forward=False)
    decline(leuven)
    trial.refresh_from_db()
    assert trial.status == ScenarioStatus.SOLVED


def test_who_makes_scenarios_finds_the_follow_up_among_their_tasks(made: Round, world: World) -> None:
    scenario = decline(proposal_of(made, made.leuven))
    room = reverse("admin:matching_scenario_room", args=[scenario.reference])
    assert room not in {row.url for row in waiting_on(world.coordinator_vvsg)}
    run_waiting_jobs()
    assert room in {row.url for row in waiting_on(world.coordinator_vvsg)}
    assert room not in {row.url for row in waiting_on(make_steering(world.programme))}
