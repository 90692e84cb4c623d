"""From confirmed municipalities to pairs that both have accepted."""

from playwright.sync_api import expect

from applications.models import Application, Call
from matching.enums import ProposalStatus, ScenarioStatus
from matching.models import PairScore, Partnership, Proposal, Scenario
from sdgpartners.core import clock
from sdgpartners.documents.services.jobs import run_waiting_jobs
from sdgpartners.notifications.models import OutgoingMail
from tests.journeys.actors import Actor, Stage
from tests.journeys.cast import Cast, after_closing
from tests.journeys.steps_review import tracks_of

NAME = "A"


def coordinator_makes_a_scenario(coordinator: Actor, call: Call) -> Scenario:
    page, words = coordinator.page, coordinator.words
    coordinator.open("admin:matching_scenario_add")
    coordinator.choose("Call", words.of(call))
    for track in tracks_of(call):
        page.get_by_role("checkbox", name=words.of(track), exact=True).check(force=True)
    coordinator.fill("Name", NAME)
    coordinator.press("Make the scenario")
    scenario: Scenario = Scenario.objects.get(call=call)
    return scenario


def coordinator_solves(coordinator: Actor, scenario: Scenario) -> None:
    """The button puts a job into the queue; the solver's room then explains each score."""
    run_waiting_jobs()  # the copies of what was submitted
    coordinator.press("Solve")
    assert run_waiting_jobs() == 1
    scenario.refresh_from_db()
    assert scenario.status == ScenarioStatus.SOLVED
    coordinator.open("admin:matching_scenario_room", scenario.reference)
    pairs = PairScore.objects.filter(scenario=scenario)
    assert pairs.count() == 6  # two Flemish municipalities, two communes and a district
    panel = coordinator.page.get_by_role("complementary")
    expect(panel.get_by_role("heading").first).to_contain_text("+")
    assert panel.get_by_role("listitem").count() >= 6  # a sentence for each part of the score
    coordinator.sees(coordinator.words("proven to be the best"))
    coordinator.press("Put it to the steering group")


def steering_group_endorses(member: Actor) -> None:
    member.open("portal:start")
    member.follow("Endorse the proposed matches")
    member.fill("Minute of the steering group", "…")
    member.press("Endorse these pairs")
    member.told("The scenario is endorsed. Now the associations approve it.")


def association_approves(person: Actor, scenario: Scenario, count: int) -> None:
    """Each association for its tracks: VVSG for both, its sisters for their own country."""
    person.open("portal:start")
    person.follow("Approve and release the matches")
    for left in range(count, 0, -1):
        approvals = person.button("Approve")
        assert approvals.count() == left
        person.hit(approvals.first)
    assert person.button("Approve").count() == 0


def coordinator_releases(coordinator: Actor, scenario: Scenario) -> list[Proposal]:
    coordinator.open("matching:scenario-detail", scenario.reference)
    coordinator.follow("Look at the letters and release")
    coordinator.press("Release and send the letters")
    proposals = list(
        Proposal.objects.filter(scenario=scenario).select_related(
            "north__municipality", "south__municipality__country", "track"
        )
    )
    assert len(proposals) == 2
    # The commune that is left over hears why.
    assert OutgoingMail.objects.filter(kind="match_unmatched").exists()
    return proposals


def both_accept(stage: Stage, cast: Cast, proposal: Proposal) -> Partnership:
    """Each signatory in a browser of their own; the second answer makes the partnership."""
    for application in (proposal.north, proposal.south):
        municipality = application.municipality
        with stage.as_(cast.staff[municipality.name].signatory, phone=True) as signatory:
            signatory.open("portal:start")
            signatory.follow("Answer the proposed match")
            signatory.press("Accept for %(own)s", own=municipality)
            signatory.no_errors()
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.ACCEPTED
    return Partnership.objects.select_related(
        "north__country", "south__country", "partner_country__programme", "partner_country__country", "theme"
    ).get(proposal=proposal)


def match(stage: Stage, cast: Cast, coordinator: Actor, call: Call) -> list[Partnership]:
    """All of it; the partnership with Benin comes first."""
    with clock.at(after_closing(30)):
        scenario = coordinator_makes_a_scenario(coordinator, call)
        coordinator_solves(coordinator, scenario)
    with clock.at(after_closing(33)), stage.as_(cast.seats["steering"]) as member:
        steering_group_endorses(member)
    with clock.at(after_closing(35)):
        association_approves(coordinator, scenario, 2)
        for name in ("ancb", "ralga"):
            with stage.as_(cast.seats[name]) as person:
                association_approves(person, scenario, 1)
        scenario.refresh_from_db()
        assert scenario.status == ScenarioStatus.APPROVED
        proposals = coordinator_releases(coordinator, scenario)
    with clock.at(after_closing(38)):
        pairs = [both_accept(stage, cast, proposal) for proposal in proposals]
    assert Application.objects.filter(call=call, status="matched").count() == 4
    return sorted(pairs, key=lambda pair: pair.partner_country.country_id)
