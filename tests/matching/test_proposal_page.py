"""The page of a proposed match: plain words, who helps, what follows a no, who sees what; two answers at once."""

from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications.enums import ConflictGround
from applications.services.conflicts import declare_interest
from matching.enums import ProposalStatus, ScenarioStatus
from matching.models import Partnership, Proposal, Scenario
from matching.services import accept_proposal, decline_proposal
from sdgpartners.core import clock
from sdgpartners.core.errors import DeadlinePassed, DomainError
from sdgpartners.documents.services import run_waiting_jobs
from sdgpartners.notifications.rendering import render_mail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import UserFactory, make_editor, make_seat, make_signatory, make_steering
from tests.matching.factories import Round, make_partnership, make_round, proposal_of, signatories
from tests.matching.test_reopening import release_again
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


def address(proposal: Proposal, name: str = "detail") -> str:
    return reverse(f"matching:proposal-{name}", args=[proposal.reference])


def words(user: User, proposal: Proposal) -> str:
    response = signed_in(user).get(address(proposal))
    assert response.status_code == 200
    return response.content.decode()


def test_a_municipality_reads_why_what_comes_next_and_who_helps(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    text = words(make_signatory(world.karongi), proposal)
    for part in (
        "Karongi asks for what Leuven lists as a strength",
        "How is this score made?",
        "It lasts 24 months at most.",
        "You answer as a person who signs for Karongi.",
        f"{world.ralga.acronym} answers your questions.",
    ):
        assert part in text, part
    assert f"{world.vvsg.acronym} answers your questions." in words(make_editor(world.leuven), proposal)


def test_after_a_no_the_page_shows_where_the_search_stands(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    decline_proposal(proposal=proposal, side=Side.NORTH, reason="No money in Leuven", actor=north)
    scenario = Scenario.objects.get(follows=proposal)
    text = words(south, proposal)
    assert "The portal looks for the next best partners." in text
    assert "No money in Leuven" not in text
    assert scenario.reference not in text
    run_waiting_jobs()
    assert "The coordinators look at the next best partners that were found." in words(south, proposal)
    desk = words(world.coordinator_ralga, proposal)
    assert "No money in Leuven" in desk
    assert reverse("matching:scenario-detail", args=[scenario.reference]) in desk


def test_who_is_proposed_another_partner_is_led_there(made: Round, world: World) -> None:
    partnership, north, _south = make_partnership(made)
    proposal = partnership.proposal
    assert proposal is not None
    other = next(row for row in Proposal.objects.exclude(pk=proposal.pk))
    signer = make_signatory(other.north.municipality)
    decline_proposal(proposal=other, side=Side.NORTH, reason="Not now", actor=signer)
    scenario = Scenario.objects.get(follows=other)
    run_waiting_jobs()
    scenario.refresh_from_db()
    assert scenario.result["pairs"]
    found = next(row for row in release_again(made, scenario) if row.north_id == other.north_id)
    assert address(found) in words(signer, other)
    assert address(found) not in words(north, proposal)


def test_who_does_not_see_it(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    conflicted = make_seat(world.ralga, AssociationRole.AUDITOR)
    declare_interest(application=made.leuven, actor=conflicted, ground=ConflictGround.FAMILY)
    strangers = (
        make_signatory(world.gent), make_steering(world.programme), world.coordinator_ancb, conflicted,
        make_seat(world.ralga, AssociationRole.REVIEWER), UserFactory(is_superuser=True),
    )  # fmt: skip
    for person in strangers:
        client = signed_in(person)
        assert client.get(address(proposal)).status_code == 404, person
        assert client.post(address(proposal, "accept")).status_code == 404
        assert client.post(address(proposal, "decline"), {"reason": "Mine"}).status_code == 404
    for person in (make_editor(world.leuven), world.coordinator_ralga):
        assert signed_in(person).post(address(proposal, "accept")).status_code == 403
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.PROPOSED


def test_declining_needs_a_reason_and_keeps_what_was_typed(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    client = signed_in(make_signatory(world.leuven))
    assert client.post(address(proposal, "decline"), {"reason": ""}).status_code == 422
    assert client.post(address(proposal, "decline"), {"reason": "No money"}).status_code == 302
    again = client.post(address(proposal, "decline"), {"reason": "Once more"})
    assert again.status_code == 422
    assert Scenario.objects.filter(follows=proposal).count() == 1


def test_nobody_accepts_while_the_country_is_suspended(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    north, _south = signatories(proposal)
    country = made.rwanda.partner_country
    country.suspended_since, country.suspension_reason = clock.today(), "Ties were cut"
    country.save()
    with pytest.raises(DomainError, match="suspended"):
        accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)


def test_the_desk_lists_what_has_no_conflict(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    listing = reverse("admin:matching_proposal_changelist")
    change = reverse("admin:matching_proposal_change", args=[proposal.pk])
    client = signed_in(world.coordinator_ralga)
    assert proposal.reference in client.get(listing).content.decode()
    assert client.get(change).status_code == 200
    declare_interest(application=made.karongi, actor=world.coordinator_ralga, ground=ConflictGround.WORK)
    client = signed_in(User.objects.get(pk=world.coordinator_ralga.pk))
    assert proposal.reference not in client.get(listing).content.decode()
    assert client.get(change).status_code in {302, 403, 404}
    assert proposal.reference not in signed_in(world.coordinator_ancb).get(listing).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_a_yes_and_a_no_at_once_one_stands() -> None:
    made = make_round(build_world())
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)
    ready, refused = Barrier(2), list[str]()

    def act(says_yes: bool) -> None:
        try:
            ready.wait(timeout=20)
            if says_yes:
                accept_proposal(proposal=proposal, side=Side.SOUTH, actor=south)
            else:
                decline_proposal(proposal=proposal, side=Side.NORTH, reason="No", actor=north)
        except DomainError as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=act, args=(one,)) for one in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    proposal.refresh_from_db()
    assert len(refused) == 1
    accepted = proposal.status == ProposalStatus.ACCEPTED
    assert Partnership.objects.exists() == accepted
    followed = Scenario.objects.filter(follows=proposal, status=ScenarioStatus.DRAFT).exists()
    assert followed != accepted


def test_the_last_second_counts_in_the_municipalitys_own_zone(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    _north, south = signatories(proposal)
    assert proposal.accept_by is not None
    kigali = ZoneInfo(made.karongi.municipality.country.time_zone)
    midnight = datetime.combine(proposal.accept_by + timedelta(days=1), time(), tzinfo=kigali)
    with clock.at(midnight), pytest.raises(DeadlinePassed):
        accept_proposal(proposal=proposal, side=Side.SOUTH, actor=south)
    with clock.at(midnight - timedelta(seconds=1)):
        accepted = accept_proposal(proposal=proposal, side=Side.SOUTH, actor=south)
    assert accepted.status == ProposalStatus.ACCEPTED_SOUTH


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_reminder_says_until_when(language: str) -> None:
    context = {"municipality": "Karongi", "partner": "Leuven", "due_on": date(2026, 12, 7), "step": -3}
    mail = render_mail(
        kind="proposal_acceptance", language=language, zone="Africa/Kigali", link="/start/", context=context
    )
    assert "2026" in mail.subject
    assert "Leuven" in mail.subject
    assert "/start/" in mail.text
