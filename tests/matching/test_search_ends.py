"""A chain of refusals: each time the next best, nothing that stands is touched, and in the end a clear word."""

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus
from applications.models import Application
from matching.enums import ProposalStatus, ScenarioStatus
from matching.models import Proposal, Scenario
from matching.selectors.scenarios import proposed_scores
from matching.services import (
    accept_proposal,
    decline_proposal,
    put_forward,
    release_scenario,
    withdraw_scenario,
)
from matching.services.decisions import approve_track, endorse_scenario
from sdgpartners.core import clock
from sdgpartners.core.errors import Incomplete
from sdgpartners.documents.services import run_waiting_jobs
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import MunicipalityFactory, make_editor, make_seat, make_signatory, make_steering
from tests.matching.factories import (
    Round,
    make_approved,
    make_endorsed,
    make_proposals,
    make_round,
    make_southern,
)
from tests.matching.test_reopening import release_again
from tests.world import World


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


def signed_in(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, reference: str) -> str:
    answer = signed_in(user).get(reverse(f"matching:{name}-detail", args=[reference]))
    assert answer.status_code == 200
    return answer.content.decode()


def decline(proposal: Proposal, actor: User) -> Scenario:
    decline_proposal(proposal=proposal, side=Side.NORTH, reason="Not this one", actor=actor)
    return Scenario.objects.get(follows=proposal)


def test_a_search_that_finds_a_partner_elsewhere_has_not_ended(made: Round, world: World) -> None:
    """Karongi is declined and Leuven finds a commune in Benin: of that Rwanda's association reads nothing, but neither
    is it told that nobody can be matched, nor led to a page where it may lay nothing aside."""
    declined = next(row for row in make_proposals(made) if row.north_id == made.leuven.pk)
    assert declined.track == made.rwanda
    scenario = decline(declined, make_signatory(world.leuven))
    run_waiting_jobs()
    scenario.refresh_from_db()
    assert {row.track for row in proposed_scores(scenario)} == {made.benin}
    read_in_part = page(world.coordinator_ralga, "scenario", scenario.reference)
    assert "No pair in what you read" in read_in_part
    for words in ("No pair is possible", "nobody can be matched", "Lay aside"):
        assert words not in read_in_part
    assert "1 pair is proposed" in page(world.coordinator_ancb, "scenario", scenario.reference)


def test_a_chain_of_refusals_ends_with_a_clear_word(made: Round, world: World) -> None:
    """Leuven says no to all four, one after the other; Gent and Mechelen keep what they accepted."""
    signer, nikki = make_signatory(world.leuven), make_editor(world.nikki)
    proposals = make_proposals(made)
    kept = [row for row in proposals if row.north_id != made.leuven.pk]
    for row in kept:
        for side, application in ((Side.NORTH, row.north), (Side.SOUTH, row.south)):
            accept_proposal(proposal=row, side=side, actor=make_signatory(application.municipality))
    before = list(Proposal.objects.filter(pk__in=[row.pk for row in kept]).order_by("pk").values())
    current, seen = next(row for row in proposals if row.north_id == made.leuven.pk), set[int]()
    free = {row.pk for row in made.south} - {row.south_id for row in kept}
    while True:
        assert current.south_id not in seen
        seen.add(current.south_id)
        scenario = decline(current, signer)
        run_waiting_jobs()
        scenario.refresh_from_db()
        if not scenario.result["pairs"]:
            break
        current = next(row for row in release_again(made, scenario) if row.north_id == made.leuven.pk)
        living = Proposal.objects.exclude(status__in=("declined", "lapsed", "ended"))
        assert living.filter(north=made.leuven).count() == 1
    assert seen == free
    assert list(Proposal.objects.filter(pk__in=[row.pk for row in kept]).order_by("pk").values()) == before
    # Nobody is left: everybody reads so, and the coordinators end it with a letter.
    assert "No other partner was found" in page(signer, "proposal", current.reference)
    desk = page(world.coordinator_vvsg, "scenario", scenario.reference)
    assert "Among those who are left here nobody can be matched." in desk
    assert "The coordinators have not solved this scenario." not in desk
    with pytest.raises(Incomplete):
        put_forward(scenario=scenario, actor=world.coordinator_vvsg)
    unmatched = OutgoingMail.objects.filter(kind="match_unmatched")
    assert not unmatched.filter(recipient=signer).exists()
    withdraw_scenario(scenario=scenario, reason="Nobody is left", actor=world.coordinator_vvsg)
    told = unmatched.get(recipient=signer)
    assert told.target == made.leuven.reference
    assert unmatched.filter(recipient=nikki).count() <= 1
    made.leuven.refresh_from_db()
    assert made.leuven.status == ApplicationStatus.CONFIRMED
    assert "No other partner was found" in page(signer, "proposal", current.reference)


def test_a_search_that_was_laid_aside_with_pairs_writes_no_letters(made: Round, world: World) -> None:
    signer = make_signatory(world.leuven)
    leuven = next(row for row in make_proposals(made) if row.north_id == made.leuven.pk)
    scenario = decline(leuven, signer)
    run_waiting_jobs()
    scenario.refresh_from_db()
    assert scenario.result["pairs"]
    withdraw_scenario(scenario=scenario, reason="Made another way", actor=world.coordinator_vvsg)
    assert not OutgoingMail.objects.filter(kind="match_unmatched", recipient=signer).exists()


def _more_southern(made: Round) -> Application:
    place = MunicipalityFactory(country=made.world.rw, name="Musanze")
    return make_southern(made.rwanda, place, interests={"markets": (0, 1)})


def test_nobody_reads_twice_that_there_is_no_partner(made: Round, world: World) -> None:
    extra = _more_southern(made)
    proposals = make_proposals(made)
    paired = {row.south_id for row in proposals}
    alone = [row for row in (*made.south, extra) if row.pk not in paired]
    assert len(alone) == 2
    people = {row.pk: make_editor(row.municipality) for row in alone}
    # They came to the portal after the release: the first letter is still to come.
    leuven = next(row for row in proposals if row.north_id == made.leuven.pk)
    signer, south = make_signatory(world.leuven), make_editor(leuven.south.municipality)
    first = decline(leuven, signer)
    again = release_again(made, first)
    left = next(row for row in alone if row.pk not in {one.south_id for one in again})
    mails = OutgoingMail.objects.filter(kind="match_unmatched")
    assert set(mails.values_list("recipient", flat=True)) == {people[left.pk].pk, south.pk}
    # A second no of Leuven: `left` may be next, and whoever stays alone again gets no second letter.
    second = decline(again[0], signer)
    run_waiting_jobs()
    second.refresh_from_db()
    third = release_again(made, second)
    assert [row.north_id for row in third] == [made.leuven.pk]
    assert mails.filter(recipient=south).count() == 1
    assert mails.count() == len(set(mails.values_list("recipient", flat=True))) == 3


def test_who_was_proposed_somebody_since_is_told_again(made: Round, world: World) -> None:
    _more_southern(made)
    signer = make_signatory(world.leuven)
    leuven = next(row for row in make_proposals(made) if row.north_id == made.leuven.pk)
    again = release_again(made, decline(leuven, signer))
    mine = next(row for row in again if row.north_id == made.leuven.pk)
    south = make_editor(mine.south.municipality)
    other = release_again(made, decline(mine, signer))
    assert mine.south_id not in {row.south_id for row in other}
    assert OutgoingMail.objects.filter(kind="match_unmatched", recipient=south).count() == 1


def test_a_search_that_another_release_makes_impossible_begins_again(made: Round, world: World) -> None:
    """Two searches stand side by side, because the first lay with the steering group when a second pair came apart."""
    proposals = make_proposals(made)
    first_no, second_no = proposals[0], proposals[1]
    first = decline(first_no, make_signatory(first_no.north.municipality))
    run_waiting_jobs()
    first.refresh_from_db()
    assert first.result["pairs"]
    put_forward(scenario=first, actor=world.coordinator_vvsg)
    second = decline(second_no, make_signatory(second_no.north.municipality))
    run_waiting_jobs()
    second.refresh_from_db()
    put_forward(scenario=second, actor=world.coordinator_vvsg)
    endorse_scenario(scenario=second, minute="Seen", actor=make_steering(world.programme))
    pairs = {tuple(row[:2]) for row in first.result["pairs"]}
    shared = {one for pair in pairs for one in pair} & {
        one for pair in second.result["pairs"] for one in pair[:2]
    }
    assert shared
    _decide_and_release(made, first)
    second.refresh_from_db()
    assert second.status == ScenarioStatus.SUPERSEDED
    waiting = (
        Application.objects.filter(
            pk__in=[second_no.north_id, second_no.south_id, first_no.north_id, first_no.south_id],
        )
        .exclude(proposals_as_north__status="proposed")
        .exclude(proposals_as_south__status="proposed")
    )
    assert waiting.exists()
    third = Scenario.objects.filter(follows=second_no).latest("pk")
    assert third.pk > second.pk
    run_waiting_jobs()
    third.refresh_from_db()
    assert {row.reference for row in waiting} <= set(third.inputs["names"])


def _decide_and_release(made: Round, scenario: Scenario) -> None:
    world = made.world
    endorse_scenario(scenario=scenario, minute="By mail", actor=make_steering(world.programme))
    own = {
        made.benin.pk: (world.ancb, world.coordinator_ancb),
        made.rwanda.pk: (world.ralga, world.coordinator_ralga),
    }
    for track in scenario.tracks.all():
        for association, coordinator in ((world.vvsg, world.coordinator_vvsg), own[track.pk]):
            approve_track(
                scenario=scenario, track=track, association=association, minute="", actor=coordinator
            )
    release_scenario(scenario=scenario, actor=world.coordinator_vvsg)


def test_the_steering_group_reads_why_the_pair_came_apart(made: Round, world: World) -> None:
    leuven = next(row for row in make_proposals(made) if row.north_id == made.leuven.pk)
    scenario = decline(leuven, make_signatory(world.leuven))
    run_waiting_jobs()
    put_forward(scenario=scenario, actor=world.coordinator_vvsg)
    text = page(make_steering(world.programme), "scenario", scenario.reference)
    assert "Leuven – Karongi" in text
    assert "Not this one" in text
    if made.benin in scenario.tracks.all():
        assert "Not this one" not in page(world.coordinator_ancb, "scenario", scenario.reference)


def test_who_sits_for_both_associations_approves_for_the_one_they_choose(made: Round, world: World) -> None:
    scenario = make_endorsed(made)
    both = make_seat(world.ancb, user=world.coordinator_vvsg)
    client = signed_in(both)
    address = reverse("matching:scenario-detail", args=[scenario.reference])
    assert client.get(address).content.decode().count('name="association"') == 3
    approve = reverse("matching:scenario-approve", args=[scenario.reference, "BJ"])
    assert client.post(approve, {"association": "ancb", "BJ-ancb-minute": "For ANCB"}).status_code == 302
    given = scenario.approvals.get()
    assert (given.association, given.minute) == (world.ancb, "For ANCB")
    # The second yes belongs to somebody else, and is not offered.
    assert client.get(address).content.decode().count('name="association"') == 1
    assert client.post(approve, {"association": "vvsg"}).status_code == 422
    assert scenario.approvals.count() == 1


def test_a_release_pressed_twice_tells_that_it_went_out(made: Round, world: World) -> None:
    scenario = make_approved(made)
    client = signed_in(world.coordinator_vvsg)
    letters = client.get(reverse("matching:scenario-letters", args=[scenario.reference]))
    press = {"seen": letters.context["seen"]}
    address = reverse("matching:scenario-release", args=[scenario.reference])
    assert client.post(address, press).status_code == 302
    again = client.post(address, press, follow=True)
    text = again.content.decode()
    assert again.redirect_chain[0][0] == reverse("matching:scenario-detail", args=[scenario.reference])
    assert "cannot be matched any more" not in text
    assert Proposal.objects.count() == 3


def test_the_page_says_that_the_country_stands_still(made: Round, world: World) -> None:
    leuven = next(row for row in make_proposals(made) if row.north_id == made.leuven.pk)
    country = made.rwanda.partner_country
    country.suspended_since, country.suspension_reason = clock.today(), "Ties were cut"
    country.save()
    text = page(make_signatory(world.leuven), "proposal", leuven.reference)
    assert "Cooperation with Rwanda is suspended." in text
    assert "Accept for Leuven" not in text
    assert leuven.status == ProposalStatus.PROPOSED
