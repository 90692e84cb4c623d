"""The pages of scenarios, proposals and partnerships: who opens them, what they do, what they refuse."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from matching.agreement_words import fingerprint
from matching.enums import ProposalStatus, ScenarioStatus
from matching.models import Partnership, Proposal, Scenario, TeamMember
from matching.selectors.agreements import wording_of
from matching.selectors.partnerships import with_plan
from sdgpartners.core import clock
from sdgpartners.people.enums import SteeringKind
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import UserFactory, make_editor, make_signatory, make_steering
from tests.matching.factories import (
    Round,
    make_approved,
    make_endorsed,
    make_partnership,
    make_round,
    make_scenario,
    proposal_of,
    signatories,
)
from tests.matching.test_partnerships import prepare, side_of
from tests.world import World

PLAN = {
    "version": "0",
    "language": "en",
    "question_1": "How do you reach young people?",
    "question_2": "Who answers them?",
    "change_north": "More young people",
    "change_south": "Answers",
    "activity_1": "A call every month",
}


@pytest.fixture
def made(world: World) -> Round:
    for person in (world.coordinator_vvsg, world.coordinator_ancb):
        person.language = "en"
        person.save()
    return make_round(world)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def scenario_url(scenario: Scenario, name: str = "detail", *more: str) -> str:
    return reverse(f"matching:scenario-{name}", args=[scenario.reference, *more])


def text_of(user: User, address: str) -> str:
    response = signed_in(user).get(address)
    assert response.status_code == 200
    return response.content.decode()


def english(user: User) -> User:
    user.language = "en"
    user.save()
    return user


def test_the_steering_group_reads_the_pairs_with_their_reasons(made: Round, world: World) -> None:
    scenario, member = make_scenario(made), make_steering(world.programme)
    text = text_of(member, scenario_url(scenario))
    assert "3 pairs are proposed" in text
    assert "Karongi asks for what Leuven lists as a strength: Participation." in text
    assert "Endorse these pairs" in text


def test_an_observer_reads_the_own_country_and_decides_nothing(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    observer = make_steering(world.programme, SteeringKind.OBSERVER, world.ralga)
    text = text_of(observer, scenario_url(scenario))
    assert "Karongi" in text
    assert "Nikki" not in text
    assert "Endorse these pairs" not in text
    answer = signed_in(observer).post(scenario_url(scenario, "endorse"), {"endorse-minute": "Mine"})
    assert answer.status_code == 403


def test_a_draft_is_not_for_the_steering_group_and_nothing_is_for_others(made: Round, world: World) -> None:
    draft = make_scenario(made, solved=False)
    assert signed_in(make_steering(world.programme)).get(scenario_url(draft)).status_code == 404
    solved = make_scenario(made)
    for person in (make_editor(world.gent), UserFactory(is_superuser=True)):
        assert signed_in(person).get(scenario_url(solved)).status_code == 404
    assert Client().get(scenario_url(solved)).status_code == 302


def test_endorsing_on_the_page_keeps_what_was_typed(made: Round, world: World) -> None:
    scenario, client = make_scenario(made), signed_in(make_steering(world.programme))
    assert client.post(scenario_url(scenario, "endorse"), {"endorse-minute": ""}).status_code == 422
    assert client.post(scenario_url(scenario, "endorse"), {"endorse-minute": "Seen"}).status_code == 302
    again = client.post(scenario_url(scenario, "endorse"), {"endorse-minute": "Seen twice"})
    assert again.status_code == 422
    assert "Seen twice" in again.content.decode()
    scenario.refresh_from_db()
    assert (scenario.status, scenario.minute) == (ScenarioStatus.ENDORSED, "Seen")


def test_a_member_with_an_interest_reads_that_they_step_out(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    member = english(make_steering(world.programme, user=make_editor(world.gent)))
    text = text_of(member, scenario_url(scenario))
    assert "You step out of this decision" in text
    assert "Works or sits for the municipality" in text
    assert "Karongi" not in text
    assert "Endorse these pairs" not in text
    answer = signed_in(member).post(scenario_url(scenario, "endorse"), {"endorse-minute": "Mine"})
    assert answer.status_code == 403


def test_sending_back_from_the_page(made: Round, world: World) -> None:
    scenario, client = make_scenario(made), signed_in(make_steering(world.programme))
    assert client.post(scenario_url(scenario, "send-back"), {"back-reason": ""}).status_code == 422
    assert client.post(scenario_url(scenario, "send-back"), {"back-reason": "Why?"}).status_code == 302
    scenario.refresh_from_db()
    assert scenario.status == ScenarioStatus.DRAFT
    assert "Why?" in text_of(
        world.coordinator_vvsg, reverse("admin:matching_scenario_room", args=[scenario.reference])
    )


def test_approving_from_the_page(made: Round, world: World) -> None:
    scenario = make_endorsed(made)
    assert "Approve Benin for ANCB" in text_of(world.coordinator_ancb, scenario_url(scenario))
    client = signed_in(world.coordinator_ancb)
    assert client.post(scenario_url(scenario, "approve", "RW"), {"RW-minute": ""}).status_code == 404
    assert client.post(scenario_url(scenario, "approve", "XX"), {}).status_code == 404
    assert client.post(scenario_url(scenario, "approve", "BJ"), {"BJ-minute": "Good"}).status_code == 302
    assert client.post(scenario_url(scenario, "approve", "BJ"), {"BJ-minute": "Good"}).status_code == 422
    assert scenario.approvals.get().minute == "Good"


def test_releasing_from_the_page(made: Round, world: World) -> None:
    scenario = make_approved(made)
    assert signed_in(world.coordinator_ancb).post(scenario_url(scenario, "release")).status_code == 403
    client = signed_in(world.coordinator_vvsg)
    assert client.get(scenario_url(scenario, "release")).status_code == 405
    not_looked = client.post(scenario_url(scenario, "release"))
    assert not_looked.status_code == 422
    assert "Look at them again" in not_looked.content.decode()
    assert not Proposal.objects.exists()
    seen = client.get(scenario_url(scenario, "letters")).context["seen"]
    assert client.post(scenario_url(scenario, "release"), {"seen": seen}).status_code == 302
    again = client.post(scenario_url(scenario, "release"), {"seen": seen})
    assert again.headers["Location"] == scenario_url(scenario, "detail")
    assert Proposal.objects.count() == 3


def test_both_municipalities_read_why_and_editors_do_not_answer(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    address = reverse("matching:proposal-detail", args=[proposal.reference])
    editor = make_editor(world.karongi)
    text = text_of(editor, address)
    assert "Your proposed partner: Leuven" in text
    assert "Karongi asks for what Leuven lists as a strength" in text
    assert "Accept for" not in text
    accept = reverse("matching:proposal-accept", args=[proposal.reference])
    assert signed_in(editor).post(accept).status_code == 403
    assert signed_in(make_signatory(world.gent)).get(address).status_code == 404
    assert signed_in(make_signatory(world.gent)).post(accept).status_code == 404
    assert "Accept for" not in text_of(world.coordinator_vvsg, address)


def test_accepting_on_the_page_leads_to_the_joint_plan(made: Round) -> None:
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    accept = reverse("matching:proposal-accept", args=[proposal.reference])
    detail = reverse("matching:proposal-detail", args=[proposal.reference])
    assert signed_in(north).post(accept)["Location"] == detail
    assert signed_in(north).post(accept).status_code == 422
    answer = signed_in(south).post(accept)
    partnership = Partnership.objects.get()
    assert answer["Location"] == reverse("matching:partnership-plan", args=[partnership.reference])
    assert "Prepare your partnership" in text_of(south, detail)


def test_declining_on_the_page_wants_a_reason(made: Round) -> None:
    proposal = proposal_of(made, made.leuven)
    _north, south = signatories(proposal)
    decline = reverse("matching:proposal-decline", args=[proposal.reference])
    assert signed_in(south).post(decline, {"reason": ""}).status_code == 422
    assert signed_in(south).post(decline, {"reason": "No time"}).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.status, proposal.declined_side) == (ProposalStatus.DECLINED, "south")


def test_after_the_last_day_the_page_says_so(made: Round) -> None:
    proposal = proposal_of(made, made.leuven)
    _north, south = signatories(proposal)
    detail = reverse("matching:proposal-detail", args=[proposal.reference])
    client = signed_in(south)
    with clock.at(clock.now() + timedelta(days=16)):
        assert "The last day to accept has passed" in client.get(detail).content.decode()


def test_the_plan_is_written_agreed_and_read(made: Round, world: World) -> None:
    partnership, north, south = make_partnership(made)
    address = reverse("matching:partnership-plan", args=[partnership.reference])
    agree = reverse("matching:partnership-plan-agree", args=[partnership.reference])
    client = signed_in(english(north))
    assert client.post(address, PLAN).status_code == 302
    assert client.post(agree, {"version": "0"}).status_code == 422
    assert client.post(agree, {"version": "x"}).status_code == 422
    assert client.post(agree, {"version": "1"}).status_code == 302
    assert with_plan(partnership).plan.agreed_north_by == north
    assert "How do you reach young people?" in text_of(south, address)
    reader = signed_in(world.coordinator_ralga)
    assert "Save the plan" not in reader.get(address).content.decode()
    assert reader.post(address, PLAN).status_code == 403
    assert reader.post(agree, {"version": "1"}).status_code == 403


def test_two_who_write_the_plan_at_once_both_keep_their_text(made: Round) -> None:
    partnership, north, south = make_partnership(made)
    address = reverse("matching:partnership-plan", args=[partnership.reference])
    assert signed_in(north).post(address, PLAN).status_code == 302
    answer = signed_in(south).post(address, {**PLAN, "change_south": "My own words"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "My own words" in text
    assert "Somebody else saved this part" in text
    assert 'name="version" value="1"' in text
    again = {**PLAN, "version": "1", "change_south": "My own words"}
    assert signed_in(south).post(address, again).status_code == 302
    assert with_plan(partnership).plan.change_south == "My own words"


def test_a_day_without_an_activity_is_an_error_with_a_link(made: Round) -> None:
    partnership, _north, south = make_partnership(made)
    address = reverse("matching:partnership-plan", args=[partnership.reference])
    answer = signed_in(south).post(address, {**PLAN, "due_2": "2027-05-01"})
    assert answer.status_code == 422
    assert 'href="#id_activity_2"' in answer.content.decode()


def test_each_side_names_its_own_people(made: Round, world: World) -> None:
    partnership, north, _south = make_partnership(made)
    client = signed_in(english(north))
    add = reverse("matching:partnership-team-add", args=[partnership.reference])
    remove = reverse("matching:partnership-team-remove", args=[partnership.reference])
    typed = {"person-name": "An Peeters", "person-role": "contact", "person-kind": "official"}
    assert client.post(add, typed).status_code == 302
    assert client.post(add, typed).status_code == 422
    assert client.post(add, {**typed, "person-name": ""}).status_code == 422
    mine = TeamMember.objects.get(name="An Peeters")
    assert mine.side.side == Side.NORTH
    theirs = TeamMember.objects.get(side=side_of(partnership, Side.SOUTH))
    assert client.post(remove, {"member": theirs.pk}).status_code == 404
    assert client.post(remove, {"member": "x"}).status_code == 404
    assert client.post(remove, {"member": mine.pk}).status_code == 302
    assert TeamMember.objects.get(pk=mine.pk).left_on == clock.today()
    assert signed_in(world.coordinator_ralga).post(add, typed).status_code == 403


def test_outside_actors_on_the_page(made: Round) -> None:
    partnership, _north, south = make_partnership(made)
    client = signed_in(south)
    add = reverse("matching:partnership-actor-add", args=[partnership.reference])
    remove = reverse("matching:partnership-actor-remove", args=[partnership.reference])
    typed = {"actor-name": "Youth council", "actor-kind": "civil_society"}
    assert client.post(add, typed).status_code == 302
    assert client.post(add, typed).status_code == 422
    assert client.post(add, {**typed, "actor-kind": "x"}).status_code == 422
    row = side_of(partnership, Side.SOUTH).actors.get()
    assert client.post(remove, {"outside_actor": row.pk}).status_code == 302
    assert client.post(remove, {"outside_actor": row.pk}).status_code == 404


def test_signing_confirming_and_starting_on_the_page(made: Round, world: World) -> None:
    partnership, north, south = make_partnership(made)
    reference = [partnership.reference]
    agreement = reverse("matching:partnership-agreement", args=reference)
    start = reverse("matching:partnership-start", args=reference)
    activate = reverse("matching:partnership-activate", args=reference)
    assert signed_in(world.coordinator_ralga).post(activate).status_code == 422
    prepare(partnership, north, south)
    assert signed_in(north).post(activate).status_code == 403
    assert signed_in(north).post(start, {"starts_on": "nonsense"}).status_code == 422
    assert signed_in(north).post(start, {"starts_on": "1999-01-01"}).status_code == 422
    later = (clock.today() + timedelta(days=10)).isoformat()
    assert signed_in(north).post(start, {"starts_on": later}).status_code == 302
    sign = reverse("matching:partnership-sign", args=reference)
    assert signed_in(make_editor(world.leuven)).post(sign, {"starts_on": later}).status_code == 403
    assert signed_in(north).post(sign, {"starts_on": "2026-01-01"}).status_code == 422
    for person in (north, south):
        for what in ("calendar", "split"):
            confirm = reverse("matching:partnership-confirm", args=[partnership.reference, what])
            assert signed_in(person).post(confirm).status_code == 302
        read = fingerprint(wording_of(with_plan(partnership)).bodies)
        assert signed_in(person).post(sign, {"starts_on": later, "read": read}).status_code == 302
    assert "Everything is ready for the start" in text_of(south, agreement)
    assert signed_in(world.coordinator_ralga).post(activate).status_code == 302
    partnership.refresh_from_db()
    assert partnership.starts_on is not None
    assert partnership.starts_on.isoformat() == later


@pytest.mark.parametrize("name", ["plan", "team", "agreement", "decisions", "plan-review", "hand-over"])
def test_pages_of_a_partnership_are_closed_to_others_and_cheap(
    made: Round, world: World, name: str, django_assert_max_num_queries: object
) -> None:
    partnership, north, _south = make_partnership(made)
    address = reverse(f"matching:partnership-{name}", args=[partnership.reference])
    assert signed_in(make_signatory(world.gent)).get(address).status_code == 404
    assert signed_in(world.coordinator_ancb).get(address).status_code == 404
    client = signed_in(north)
    client.get(address)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert client.get(address).status_code == 200


def test_the_pages_of_scenario_and_proposal_are_cheap(
    made: Round, world: World, django_assert_max_num_queries: object
) -> None:
    scenario, member = make_scenario(made), make_steering(world.programme)
    client = signed_in(member)
    client.get(scenario_url(scenario))
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get(scenario_url(scenario))
    proposal = proposal_of(made, made.leuven)
    reader = signed_in(make_signatory(world.karongi))
    address = reverse("matching:proposal-detail", args=[proposal.reference])
    reader.get(address)
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        reader.get(address)
