"""At each state everybody reads on their own page what happens next, and who must act."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.services.submission import withdraw_application
from matching.enums import ProposalStatus, RuleKind, ScenarioStatus
from matching.errors import NotEntitled
from matching.models import Proposal, Scenario
from matching.reminders import proposal_acceptance
from matching.selectors.recipients import coordinators_of, staff_of
from matching.services import (
    accept_proposal,
    approve_track,
    decline_proposal,
    put_forward,
    reopen_for_match,
    send_back_scenario,
    set_pair_rule,
    solve_scenario,
    withdraw_scenario,
)
from matching.services.release import acceptance_day
from matching.views import proposals as proposal_views
from portal.selectors.tasks import waiting_on
from sdgpartners.core import clock
from sdgpartners.core.errors import SamePerson
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.models import Job
from sdgpartners.documents.services import run_waiting_jobs
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import SteeringKind
from sdgpartners.people.models import AssociationSeat, User
from sdgpartners.people.services import record_merger
from sdgpartners.programme.enums import Side
from tests.factories import (
    MunicipalityFactory,
    in_english,
    make_editor,
    make_seat,
    make_signatory,
    make_steering,
)
from tests.matching.factories import (
    Round,
    make_approved,
    make_endorsed,
    make_partnership,
    make_proposals,
    make_round,
    make_scenario,
    proposal_of,
    signatories,
)
from tests.matching.test_reopening import decline, release_again
from tests.world import World

MOST = 15
"""Statements of a page that gathers."""


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
    return " ".join(answer.content.decode().split())


def statements(user: User, scenario: Scenario) -> int:
    client, url = signed_in(user), reverse("matching:scenario-detail", args=[scenario.reference])
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def tasks_of(user: User) -> set[str]:
    return {row.url for row in waiting_on(User.objects.get(pk=user.pk))}


def test_a_scenario_says_who_acts_until_it_is_put_forward(made: Round, world: World) -> None:
    lead, member = world.coordinator_vvsg, make_steering(world.programme)
    draft = make_scenario(made, solved=False)
    assert "The coordinators solve it, and then put it" in page(lead, "scenario", draft.reference)
    both = make_scenario(made, forward=False)
    assert "VVSG puts it to the steering group." in page(world.coordinator_ralga, "scenario", both.reference)
    one = make_scenario(made, tracks=[made.rwanda], forward=False)
    assert "The coordinators of the country put it" in page(lead, "scenario", one.reference)
    asked = make_scenario(made)
    for person in (lead, member):
        assert "The steering group reads the pairs, comments" in page(person, "scenario", asked.reference)


def test_a_scenario_says_who_approves_and_releases(made: Round, world: World) -> None:
    scenario, member = make_endorsed(made), make_steering(world.programme)
    words = "These still approve: VVSG (Benin), ANCB (Benin), VVSG (Rwanda) and RALGA (Rwanda)."
    assert words in page(member, "scenario", scenario.reference)
    ralga, address = world.coordinator_ralga, reverse("matching:scenario-detail", args=[scenario.reference])
    assert address in tasks_of(ralga)
    for association, person in ((world.ralga, ralga), (world.vvsg, world.coordinator_vvsg)):
        approve_track(scenario=scenario, track=made.rwanda, association=association, minute="", actor=person)
    assert "The associations of the other countries still approve." in page(
        ralga, "scenario", scenario.reference
    )
    assert max(statements(person, scenario) for person in (member, world.coordinator_vvsg)) <= MOST
    # Nothing waits on RALGA any more; VVSG and ANCB have Benin before them.
    assert address not in tasks_of(ralga)
    assert address in tasks_of(world.coordinator_vvsg) & tasks_of(world.coordinator_ancb)
    for association, person in ((world.ancb, world.coordinator_ancb), (world.vvsg, world.coordinator_vvsg)):
        approve_track(scenario=scenario, track=made.benin, association=association, minute="", actor=person)
    for person in (member, ralga):
        assert "VVSG looks at the letters and releases the pairs." in page(
            person, "scenario", scenario.reference
        )
    assert max(statements(person, scenario) for person in (member, world.coordinator_vvsg)) <= MOST


def test_who_approved_for_one_association_is_not_asked_for_the_other(made: Round, world: World) -> None:
    scenario = make_endorsed(made)
    both = make_seat(world.ancb, user=make_seat(world.ralga))
    address = reverse("matching:scenario-detail", args=[scenario.reference])
    approve_track(scenario=scenario, track=made.benin, association=world.ancb, minute="", actor=both)
    assert address in tasks_of(both)
    approve_track(scenario=scenario, track=made.rwanda, association=world.ralga, minute="", actor=both)
    assert address not in tasks_of(both)


def test_a_released_scenario_says_what_the_municipalities_answered(made: Round, world: World) -> None:
    proposals, member = make_proposals(made), make_steering(world.programme)
    scenario = proposals[0].scenario
    assert "3 pairs still wait for an answer, until" in page(member, "scenario", scenario.reference)
    for row in proposals[1:]:
        for side, one in ((Side.NORTH, row.north), (Side.SOUTH, row.south)):
            accept_proposal(proposal=row, side=side, actor=make_signatory(one.municipality))
    lead = page(world.coordinator_vvsg, "scenario", scenario.reference)
    assert "1 pair still waits for an answer, until" in lead
    assert lead.count("Accepted by both") == 2
    assert reverse("matching:proposal-detail", args=[proposals[0].reference]) in lead
    assert max(statements(person, scenario) for person in (member, world.coordinator_vvsg)) <= MOST
    steering = page(member, "scenario", scenario.reference)
    assert steering.count("Accepted by both") == 2
    assert reverse("matching:proposal-detail", args=[proposals[0].reference]) not in steering
    decline(proposals[0])
    assert "For a pair that came apart a new scenario looks" in page(member, "scenario", scenario.reference)


def test_a_scenario_that_was_laid_aside_says_so_and_why(made: Round, world: World) -> None:
    scenario = make_scenario(made, forward=False)
    withdraw_scenario(scenario=scenario, reason="Another aim is better", actor=world.coordinator_vvsg)
    text = page(world.coordinator_ralga, "scenario", scenario.reference)
    assert "laid this scenario aside" in text
    assert "Another aim is better" in text
    assert "Another scenario has taken its place." not in text


def test_what_became_impossible_says_what_to_do(made: Round, world: World) -> None:
    scenario = make_approved(made)
    withdraw_application(application=made.leuven, actor=make_signatory(world.leuven))
    way_out = "sends the scenario back, at the foot of this page."
    assert way_out in page(world.coordinator_ralga, "scenario", scenario.reference)
    letters = signed_in(world.coordinator_vvsg).get(
        reverse("matching:scenario-letters", args=[scenario.reference])
    )
    assert "Send the scenario back, at the foot of its page." in letters.content.decode()


def test_who_dropped_out_later_does_not_read_that_a_partner_is_looked_for(made: Round, world: World) -> None:
    partnership, north, south = make_partnership(made)
    reopen_for_match(partnership=partnership, side=Side.NORTH, actor=None, reason="Karongi stops")
    proposal = Proposal.objects.get(partnership=partnership)
    assert proposal.status == ProposalStatus.ENDED
    assert "The portal looks for the next best partners." in page(north, "proposal", proposal.reference)
    assert "next best partners" not in page(south, "proposal", proposal.reference)


def test_who_is_left_over_by_a_later_release_reads_that(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    decline_proposal(proposal=proposal, side=Side.NORTH, reason="No", actor=north)
    again = release_again(made, Scenario.objects.get(follows=proposal))
    assert proposal.south_id not in {row.south_id for row in again}
    text = page(south, "proposal", proposal.reference)
    assert "No other partner was found among those who are free now." in text
    assert "The coordinators look for another match." not in text
    assert "Another match has been proposed to you since:" in page(north, "proposal", proposal.reference)


def test_without_a_search_nobody_reads_that_there_is_one(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    for track in (made.benin, made.rwanda):
        country = track.partner_country
        country.suspended_since, country.suspension_reason = clock.today(), "Ties were cut"
        country.save()
    decline_proposal(proposal=proposal, side=Side.NORTH, reason="No", actor=north)
    assert not Scenario.objects.filter(follows=proposal).exists()
    text = page(south, "proposal", proposal.reference)
    assert "The portal could not begin a search for another partner." in text
    assert "The coordinators look for another match." not in text
    assert "No country of the call takes part" in page(world.coordinator_vvsg, "proposal", proposal.reference)
    mail = OutgoingMail.objects.get(kind="proposal_reopened", recipient=south)
    assert "Your association tells you what comes next." in mail.body_text


def test_the_day_after_and_nobody_who_signs(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    editor = make_editor(world.leuven)
    assert "Nobody signs for Leuven in the portal now" in page(editor, "proposal", proposal.reference)
    make_signatory(world.leuven)
    text = page(editor, "proposal", proposal.reference)
    assert "A person who signs for Leuven answers on this page." in text
    assert proposal.accept_by is not None
    after = datetime.combine(proposal.accept_by + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    with clock.at(after + timedelta(hours=1)):
        for person in (editor, world.coordinator_vvsg):
            late = page(person, "proposal", proposal.reference)
            assert "Once that day is over in both countries the pair lapses" in late
            assert "Ask your association" not in late


def test_a_refused_answer_shows_the_pair_as_it_stands(
    made: Round, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other side says no in the same moment."""
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)

    def meanwhile(**given: object) -> Proposal:
        decline_proposal(proposal=proposal, side=Side.SOUTH, reason="No", actor=south)
        return accept_proposal(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(proposal_views, "accept_proposal", meanwhile)
    answer = signed_in(north).post(reverse("matching:proposal-accept", args=[proposal.reference]))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "This pair does not come about." in text
    assert "Accept for Leuven" not in text


def test_after_a_merger_letters_and_reminders_reach_the_successor(made: Round, world: World) -> None:
    """An application that keeps the old name, because the successor has one of its own."""
    signer = make_signatory(world.mechelen)
    proposals = make_proposals(made)
    mine = next(row for row in proposals if row.north_id == made.mechelen.pk)
    successor = MunicipalityFactory(country=world.mechelen.country, name="Nieuwstad")
    record_merger(
        municipality=world.mechelen,
        successor=successor,
        happened_on=clock.today(),
        note="Decree",
        actor=world.coordinator_vvsg,
    )
    type(made.mechelen).objects.filter(pk=made.mechelen.pk).update(municipality=world.mechelen)
    world.mechelen.refresh_from_db()
    assert staff_of([world.mechelen]) == {world.mechelen.pk: [signer]}
    assert staff_of([world.mechelen, successor])[successor.pk] == [signer]
    told = {row.recipient for row in proposal_acceptance(clock.now()) if row.target == mine.reference}
    assert told == {signer}


def test_the_days_to_answer_are_counted_in_the_zone_of_the_call(made: Round) -> None:
    scenario = make_approved(made)
    with clock.at(datetime(2026, 11, 23, 22, 30, tzinfo=UTC)):
        brussels = acceptance_day(scenario)
        scenario.call.time_zone = "Africa/Kigali"
        assert acceptance_day(scenario) == brussels + timedelta(days=1)


def test_coordinators_read_who_puts_the_search_forward(made: Round, world: World) -> None:
    for person in (world.coordinator_vvsg, world.coordinator_ralga):
        in_english(person)
    scenario = decline(proposal_of(made, made.leuven))
    assert scenario.tracks.count() == 2
    mails = OutgoingMail.objects.filter(kind="proposal_declined")
    lead = mails.get(recipient=world.coordinator_vvsg).body_text
    other = mails.get(recipient=world.coordinator_ralga).body_text
    assert "Look at the result, then put it to the steering group." in lead
    assert "VVSG puts the result to the steering group." in other
    assert "Look at the result" not in other


def test_a_municipality_finds_its_proposal_on_the_start_page(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    address = reverse("matching:proposal-detail", args=[proposal.reference])
    accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)
    start = signed_in(north).get(reverse("portal:start")).content.decode()
    assert address in start
    decline_proposal(proposal=proposal, side=Side.SOUTH, reason="No", actor=south)
    assert address in signed_in(north).get(reverse("portal:start")).content.decode()
    again = release_again(made, Scenario.objects.get(follows=proposal))
    newer = next(row for row in again if row.north_id == made.leuven.pk)
    start = signed_in(north).get(reverse("portal:start")).content.decode()
    assert reverse("matching:proposal-detail", args=[newer.reference]) in start
    assert address not in start
    assert (
        newer.reference
        not in signed_in(make_editor(world.gent)).get(reverse("portal:start")).content.decode()
    )


def test_a_confirmed_candidate_reads_what_comes_next(made: Round, world: World) -> None:
    url = reverse("applications:application-detail", args=[made.leuven.reference])
    text = signed_in(make_editor(world.leuven)).get(url).content.decode()
    assert "The associations look for the partner that fits you best." in text


def test_a_search_that_stays_stuck_waits_on_who_makes_it(made: Round, world: World) -> None:
    scenario = decline(proposal_of(made, made.leuven))
    room = reverse("admin:matching_scenario_room", args=[scenario.reference])
    assert room not in tasks_of(world.coordinator_vvsg)
    Job.objects.filter(pk=scenario.job_id).update(state=JobState.FAILED, error="The worker went away")
    assert room in tasks_of(world.coordinator_vvsg)
    solve_scenario(scenario=scenario)
    put_forward(scenario=scenario, actor=world.coordinator_vvsg)
    assert room not in tasks_of(world.coordinator_vvsg)
    send_back_scenario(scenario=scenario, reason="Not yet", actor=make_steering(world.programme))
    assert room in tasks_of(world.coordinator_vvsg)


def test_a_fixed_pair_of_a_country_without_a_place_does_not_stop_the_next_search(
    made: Round, world: World
) -> None:
    """A second no: what was said for the first search holds on the tracks of the new one alone."""
    proposals = make_proposals(made)
    first_no, second_no = (
        next(r for r in proposals if r.north_id == one.pk) for one in (made.leuven, made.gent)
    )
    first = decline(first_no)
    alone = next(row for row in made.south if row.pk not in {one.south_id for one in proposals})
    set_pair_rule(
        scenario=first, north=made.leuven, south=alone, kind=RuleKind.LOCK, reason="Good", actor=world.coordinator_vvsg
    )  # fmt: skip
    country = alone.track.partner_country
    country.suspended_since, country.suspension_reason = clock.today(), "Ties were cut"
    country.save()
    second = decline(second_no)
    assert alone.track not in second.tracks.all()
    run_waiting_jobs()
    second.refresh_from_db()
    assert (second.status, second.rules.count()) == (ScenarioStatus.SOLVED, 0)


def test_a_deputy_acts_and_is_written_to(made: Round, world: World) -> None:
    deputy = in_english(make_seat(world.ralga))
    today = clock.today()
    AssociationSeat.objects.filter(user=world.coordinator_vvsg).update(
        deputy=deputy, deputy_from=today, deputy_until=today
    )
    scenario = make_endorsed(made)
    approve_track(scenario=scenario, track=made.rwanda, association=world.vvsg, minute="", actor=deputy)
    with pytest.raises(SamePerson):
        approve_track(scenario=scenario, track=made.rwanda, association=world.ralga, minute="", actor=deputy)
    assert deputy in coordinators_of(world.benin)
    with clock.at(clock.now() + timedelta(days=2)):
        assert deputy not in coordinators_of(world.benin)
        with pytest.raises(NotEntitled):
            approve_track(
                scenario=scenario, track=made.benin, association=world.vvsg, minute="", actor=deputy
            )


def test_the_steering_group_finds_what_it_decides_on(made: Round, world: World) -> None:
    member = in_english(make_steering(world.programme))
    observer = in_english(make_steering(world.programme, kind=SteeringKind.OBSERVER, association=world.ancb))
    scenario = make_scenario(made)
    address = reverse("matching:scenario-detail", args=[scenario.reference])
    for person in (member, observer):
        assert address in signed_in(person).get(reverse("portal:start")).content.decode()
    assert address not in signed_in(make_editor(world.gent)).get(reverse("portal:start")).content.decode()
    mails = OutgoingMail.objects.filter(kind="scenario_put_forward")
    assert "Read and decide:" in mails.get(recipient=member).body_text
    told = mails.get(recipient=observer)
    assert told.subject.startswith("Please read")
    assert "endorse" not in told.body_text
