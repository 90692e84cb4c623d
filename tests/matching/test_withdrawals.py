"""Who withdraws while a match is made, proposed or released: nobody waits for them, and nothing is proposed to them."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus
from applications.services.submission import withdraw_application
from matching.enums import ProposalStatus, ScenarioStatus
from matching.models import Partnership, Proposal, Scenario
from matching.services import (
    accept_proposal,
    decline_proposal,
    put_forward,
    release_scenario,
    send_back_scenario,
    solve_scenario,
)
from matching.services.proposals import drop_proposals
from sdgpartners.core.errors import DomainError
from sdgpartners.documents.services import run_waiting_jobs
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import make_signatory
from tests.matching.factories import Round, make_approved, make_round, proposal_of, signatories
from tests.world import World, build_world


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


def signed_in(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def at_once(*steps: Callable[[], object]) -> list[str]:
    """All steps at the same moment; what the rules refused. Anything else that goes wrong is raised."""
    ready, refused, broken = Barrier(len(steps)), list[str](), list[Exception]()

    def act(step: Callable[[], object]) -> None:
        try:
            ready.wait(timeout=20)
            step()
        except DomainError as error:
            refused.append(str(error))
        except Exception as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [Thread(target=act, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    return refused


def test_who_withdraws_sets_the_proposed_partner_free(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    accept_proposal(proposal=proposal, side=Side.SOUTH, actor=south)
    withdraw_application(application=made.leuven, actor=north, reason="A new majority")
    proposal.refresh_from_db()
    assert (proposal.status, proposal.declined_side) == (ProposalStatus.DECLINED, "north")
    scenario = Scenario.objects.get(follows=proposal)
    run_waiting_jobs()
    scenario.refresh_from_db()
    names = set(scenario.inputs["names"].values())
    assert "Karongi" in names
    assert "Leuven" not in names
    told = OutgoingMail.objects.filter(kind="proposal_declined", target=proposal.reference)
    assert {mail.recipient for mail in told} == {world.coordinator_vvsg, world.coordinator_ralga}
    english = told.get(recipient=world.coordinator_ralga).body_text
    assert "Leuven has withdrawn its application." in english
    assert "A new majority" in english
    assert "Both municipalities stay" not in english
    other = OutgoingMail.objects.get(kind="proposal_reopened", target=proposal.reference)
    assert other.recipient == south
    assert "A new majority" not in other.body_text
    assert drop_proposals(application=made.leuven, reason="", actor=north) == []
    page = signed_in(north).get(reverse("matching:proposal-detail", args=[proposal.reference]))
    assert "Your application was withdrawn, so this pair does not come about." in page.content.decode()
    assert "next best partners" not in page.content.decode()


def test_who_withdraws_in_no_pair_changes_nothing_for_the_others(made: Round, world: World) -> None:
    proposals = release_scenario(scenario=make_approved(made), actor=world.coordinator_vvsg)
    paired = {row.south_id for row in proposals}
    alone = next(row for row in made.south if row.pk not in paired)
    withdraw_application(application=alone, actor=make_signatory(alone.municipality))
    assert set(Proposal.objects.values_list("status", flat=True)) == {ProposalStatus.PROPOSED}
    assert not Scenario.objects.filter(follows__isnull=False).exists()


def test_an_approved_scenario_that_lost_a_candidate_is_taken_back_and_solved_again(
    made: Round, world: World
) -> None:
    scenario = make_approved(made)
    withdraw_application(application=made.leuven, actor=make_signatory(world.leuven))
    client = signed_in(world.coordinator_ralga)
    address = reverse("matching:scenario-detail", args=[scenario.reference])
    assert "Send back with this reason" in client.get(address).content.decode()
    back = reverse("matching:scenario-send-back", args=[scenario.reference])
    assert client.post(back, {"back-reason": "Leuven left"}).status_code == 302
    scenario.refresh_from_db()
    assert (scenario.status, scenario.approvals.count()) == (ScenarioStatus.SOLVED, 0)
    scenario = solve_scenario(scenario=scenario)
    assert "Leuven" not in scenario.inputs["names"].values()
    assert put_forward(scenario=scenario, actor=world.coordinator_vvsg).put_forward_at is not None


def test_what_was_released_is_not_taken_back(made: Round, world: World) -> None:
    scenario = make_approved(made)
    release_scenario(scenario=scenario, actor=world.coordinator_vvsg)
    with pytest.raises(DomainError):
        send_back_scenario(scenario=scenario, reason="Too late", actor=world.coordinator_vvsg)


@pytest.mark.django_db(transaction=True)
def test_of_a_release_and_a_withdrawal_at_once_nothing_stays_proposed() -> None:
    made = make_round(build_world())
    scenario, north = make_approved(made), make_signatory(made.world.leuven)
    at_once(
        lambda: release_scenario(scenario=scenario, actor=made.world.coordinator_vvsg),
        lambda: withdraw_application(application=made.leuven, actor=north),
    )
    made.leuven.refresh_from_db()
    assert made.leuven.status == ApplicationStatus.WITHDRAWN
    open_ones = Proposal.objects.filter(north=made.leuven, status=ProposalStatus.PROPOSED)
    assert not open_ones.exists()


@pytest.mark.django_db(transaction=True)
def test_of_the_second_yes_and_a_withdrawal_at_once_one_stands() -> None:
    made = make_round(build_world())
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)
    refused = at_once(
        lambda: accept_proposal(proposal=proposal, side=Side.SOUTH, actor=south),
        lambda: withdraw_application(application=made.leuven, actor=north),
    )
    assert len(refused) == 1
    made.leuven.refresh_from_db()
    proposal.refresh_from_db()
    founded = Partnership.objects.filter(proposal=proposal).exists()
    stands = (ApplicationStatus.MATCHED, ProposalStatus.ACCEPTED)
    fell = (ApplicationStatus.WITHDRAWN, ProposalStatus.DECLINED)
    assert (made.leuven.status, proposal.status) == (stands if founded else fell)


@pytest.mark.django_db(transaction=True)
def test_of_a_no_and_a_withdrawal_at_once_one_search_follows() -> None:
    made = make_round(build_world())
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    at_once(
        lambda: decline_proposal(proposal=proposal, side=Side.SOUTH, reason="No", actor=south),
        lambda: withdraw_application(application=made.leuven, actor=north),
    )
    proposal.refresh_from_db()
    made.leuven.refresh_from_db()
    assert (made.leuven.status, proposal.status) == (ApplicationStatus.WITHDRAWN, ProposalStatus.DECLINED)
    assert Scenario.objects.filter(follows=proposal).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_that_say_no_at_once_one_is_heard_and_one_search_follows() -> None:
    made = make_round(build_world())
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    refused = at_once(
        lambda: decline_proposal(proposal=proposal, side=Side.NORTH, reason="No", actor=north),
        lambda: decline_proposal(proposal=proposal, side=Side.SOUTH, reason="Nor do we", actor=south),
    )
    assert len(refused) == 1
    proposal.refresh_from_db()
    said = (proposal.status, proposal.declined_side, proposal.decline_reason)
    assert said in {("declined", "north", "No"), ("declined", "south", "Nor do we")}
    assert Scenario.objects.filter(follows=proposal).count() == 1
    assert OutgoingMail.objects.filter(kind="proposal_reopened", target=proposal.reference).count() == 1
