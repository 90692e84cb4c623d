"""Endorsing, sending back, approving and releasing a scenario, with everybody who may not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus
from matching.enums import RuleKind, ScenarioStatus
from matching.errors import HasInterest, NoLongerPossible, NotEntitled
from matching.models import Approval, Proposal, Scenario
from matching.permissions import (
    Perm,
    proposals_visible_to,
    scenarios_visible_to,
    visible_tracks,
)
from matching.services import (
    approve_track,
    create_scenario,
    decline_proposal,
    endorse_scenario,
    put_forward,
    release_scenario,
    send_back_scenario,
    set_pair_rule,
    solve_scenario,
)
from matching.views import scenarios as scenario_views
from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed, SamePerson
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole, SteeringKind
from sdgpartners.programme.enums import Side
from tests.factories import UserFactory, in_english, make_editor, make_seat, make_signatory, make_steering
from tests.matching.factories import (
    Round,
    make_approved,
    make_endorsed,
    make_proposals,
    make_round,
    make_scenario,
)
from tests.world import World


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


def test_a_member_of_the_steering_group_endorses_with_a_minute(made: Round, world: World) -> None:
    scenario, member = make_scenario(made), make_steering(world.programme)
    with pytest.raises(Incomplete, match="minute"):
        endorse_scenario(scenario=scenario, minute=" ", actor=member)
    endorse_scenario(scenario=scenario, minute="Meeting of 20 November", actor=member)
    scenario.refresh_from_db()
    assert (scenario.status, scenario.endorsed_by) == (ScenarioStatus.ENDORSED, member)
    with pytest.raises(MoveNotAllowed):
        endorse_scenario(scenario=scenario, minute="Again", actor=member)


def test_observers_coordinators_and_strangers_do_not_endorse(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    observer = make_steering(world.programme, SteeringKind.OBSERVER, world.ancb)
    for person in (observer, world.coordinator_vvsg, UserFactory(), UserFactory(is_superuser=True)):
        with pytest.raises(NotEntitled):
            endorse_scenario(scenario=scenario, minute="Meeting", actor=person)
        assert not allowed(person, Perm.ENDORSE_SCENARIO, scenario)


@pytest.mark.parametrize("municipality", ["gent", "karongi"])
def test_a_member_of_a_candidate_municipality_steps_out(made: Round, world: World, municipality: str) -> None:
    scenario = make_scenario(made)
    member = make_steering(world.programme, user=make_editor(getattr(world, municipality)))
    for act in (endorse_scenario, send_back_scenario):
        words = {"minute": "Meeting"} if act is endorse_scenario else {"reason": "No"}
        with pytest.raises(HasInterest):
            act(scenario=scenario, actor=member, **words)


def test_a_member_of_a_municipality_outside_the_scenario_endorses(made: Round, world: World) -> None:
    scenario = make_scenario(made, tracks=[made.benin])
    member = make_steering(world.programme, user=make_editor(world.karongi))
    assert endorse_scenario(scenario=scenario, minute="Meeting", actor=member).endorsed_by == member


def test_a_draft_or_a_scenario_whose_candidate_left_is_not_endorsed(made: Round, world: World) -> None:
    scenario, member = make_scenario(made), make_steering(world.programme)
    made.karongi.status = ApplicationStatus.WITHDRAWN
    made.karongi.save()
    with pytest.raises(NoLongerPossible, match="Karongi"):
        endorse_scenario(scenario=scenario, minute="Meeting", actor=member)
    set_pair_rule(
        scenario=scenario, north=made.gent, south=made.cove, kind=RuleKind.FORBID, reason="Because",
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    with pytest.raises(MoveNotAllowed):
        endorse_scenario(scenario=scenario, minute="Meeting", actor=member)


def test_the_steering_group_sends_a_solved_scenario_back_with_a_reason(made: Round, world: World) -> None:
    scenario, member = make_scenario(made), make_steering(world.programme)
    with pytest.raises(Incomplete):
        send_back_scenario(scenario=scenario, reason="", actor=member)
    with pytest.raises(NotEntitled):
        send_back_scenario(scenario=scenario, reason="Mine", actor=world.coordinator_vvsg)
    send_back_scenario(scenario=scenario, reason="Gent knows Nikki", actor=member)
    scenario.refresh_from_db()
    assert (scenario.status, scenario.sent_back_reason) == (ScenarioStatus.DRAFT, "Gent knows Nikki")


def test_an_approving_association_takes_an_endorsed_scenario_back(made: Round, world: World) -> None:
    scenario = make_endorsed(made)
    approve_track(
        scenario=scenario, track=made.benin, association=world.ancb, minute="", actor=world.coordinator_ancb
    )
    send_back_scenario(scenario=scenario, reason="Not this pair", actor=world.coordinator_ralga)
    scenario.refresh_from_db()
    assert (scenario.status, scenario.minute) == (ScenarioStatus.SOLVED, "")
    assert not Approval.objects.exists()


def test_with_both_associations_of_every_country_the_scenario_is_approved(made: Round, world: World) -> None:
    scenario = make_endorsed(made)
    steps = (
        (made.benin, world.vvsg, world.coordinator_vvsg),
        (made.benin, world.ancb, world.coordinator_ancb),
        (made.rwanda, world.ralga, world.coordinator_ralga),
        (made.rwanda, world.vvsg, world.coordinator_vvsg),
    )
    for number, (track, association, actor) in enumerate(steps, 1):
        approve_track(scenario=scenario, track=track, association=association, minute="Agreed", actor=actor)
        scenario.refresh_from_db()
        assert (scenario.status == ScenarioStatus.APPROVED) == (number == len(steps))


def test_one_person_does_not_approve_for_both_associations(made: Round, world: World) -> None:
    scenario = make_endorsed(made)
    both = make_seat(world.ancb, user=world.coordinator_vvsg)
    approve_track(scenario=scenario, track=made.benin, association=world.vvsg, minute="", actor=both)
    with pytest.raises(SamePerson):
        approve_track(scenario=scenario, track=made.benin, association=world.ancb, minute="", actor=both)


def test_who_may_not_approve(made: Round, world: World) -> None:
    scenario = make_endorsed(made)
    reviewer = make_seat(world.ancb, AssociationRole.REVIEWER)
    cases = (
        (made.rwanda, world.ancb, world.coordinator_ancb),
        (made.rwanda, world.ralga, world.coordinator_ancb),
        (made.benin, world.vvsg, world.coordinator_ancb),
        (made.benin, world.ancb, reviewer),
        (made.benin, world.ancb, UserFactory(is_superuser=True)),
    )
    for track, association, actor in cases:
        with pytest.raises(NotEntitled):
            approve_track(scenario=scenario, track=track, association=association, minute="", actor=actor)
    assert not Approval.objects.exists()


def test_an_approval_is_given_once_and_only_of_an_endorsed_scenario(made: Round, world: World) -> None:
    approve = {"track": made.benin, "association": world.ancb, "minute": ""}
    with pytest.raises(MoveNotAllowed):
        approve_track(scenario=make_scenario(made), actor=world.coordinator_ancb, **approve)
    scenario = make_endorsed(made)
    approve_track(scenario=scenario, actor=world.coordinator_ancb, **approve)
    with pytest.raises(DomainError, match="approved this country already"):
        approve_track(scenario=scenario, actor=make_seat(world.ancb), **approve)


def test_release_proposes_the_pairs_and_writes_all_letters(made: Round, world: World) -> None:
    made.benin.places = 0
    made.benin.save()
    gent, nikki = make_editor(world.gent), make_editor(world.nikki)
    karongi, leuven = make_signatory(world.karongi), make_signatory(world.leuven)
    proposals = make_proposals(made)
    assert {(row.north.municipality.name, row.south.municipality.name) for row in proposals} == {
        ("Leuven", "Karongi"),
        ("Mechelen", "Nyanza"),
    }
    assert {row.accept_by for row in proposals} == {clock.today() + timedelta(days=14)}
    letters = OutgoingMail.objects.exclude(kind__startswith="scenario_")
    mails = {(mail.kind, mail.recipient_id): mail for mail in letters}
    assert set(mails) == {
        ("match_unmatched", gent.pk),
        ("match_unmatched", nikki.pk),
        ("proposal_released", karongi.pk),
        ("proposal_released", leuven.pk),
    }
    assert "Leuven lists as a strength" in mails["proposal_released", karongi.pk].body_text
    assert "Participation (nl)" in mails["proposal_released", leuven.pk].body_text
    made.leuven.refresh_from_db()
    assert made.leuven.status == ApplicationStatus.CONFIRMED


def test_only_the_lead_releases_and_only_what_is_approved(made: Round, world: World) -> None:
    scenario = make_approved(made)
    for person in (world.coordinator_ancb, make_seat(world.vvsg, AssociationRole.AUDITOR), UserFactory()):
        with pytest.raises(NotEntitled):
            release_scenario(scenario=scenario, actor=person)
    release_scenario(scenario=scenario, actor=world.coordinator_vvsg)
    with pytest.raises(MoveNotAllowed):
        release_scenario(scenario=scenario, actor=world.coordinator_vvsg)
    assert Proposal.objects.count() == 3


def test_release_stops_when_a_candidate_left_since(made: Round, world: World) -> None:
    scenario = make_approved(made)
    made.leuven.status = ApplicationStatus.WITHDRAWN
    made.leuven.save()
    with pytest.raises(NoLongerPossible, match="Leuven"):
        release_scenario(scenario=scenario, actor=world.coordinator_vvsg)
    assert not Proposal.objects.exists()
    assert not OutgoingMail.objects.exclude(kind__startswith="scenario_").exists()


def test_a_released_scenario_replaces_other_endorsed_ones(made: Round, world: World) -> None:
    other, scenario = make_endorsed(made), make_approved(made)
    draft = make_scenario(made, solved=False)
    release_scenario(scenario=scenario, actor=world.coordinator_vvsg)
    states = dict(Scenario.objects.values_list("pk", "status"))
    assert states == {other.pk: "superseded", scenario.pk: "released", draft.pk: "draft"}


def test_after_a_decline_a_second_round_matches_again_without_that_pair(made: Round, world: World) -> None:
    proposals = make_proposals(made)
    karongi = next(row for row in proposals if row.south_id == made.karongi.pk)
    signer = make_signatory(world.karongi)
    decline_proposal(proposal=karongi, side=Side.SOUTH, reason="No time", actor=signer)
    scenario = create_scenario(
        call=made.call, tracks=[made.rwanda], name="Second", objective="total", actor=world.coordinator_vvsg
    )  # type: ignore[arg-type]
    scenario = solve_scenario(scenario=scenario)
    assert scenario.result["pairs"] == []
    assert {row["reason"] for row in scenario.result["unmatched"]} == {"no_allowed_pair"}


def test_who_sees_a_scenario_and_which_of_its_countries(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    benin_only = make_scenario(made, tracks=[made.benin], solved=False)
    member = make_steering(world.programme)
    observer = make_steering(world.programme, SteeringKind.OBSERVER, world.ralga)
    seen = {
        "vvsg": (world.coordinator_vvsg, {scenario, benin_only}, ["BJ", "RW"]),
        "ancb": (world.coordinator_ancb, {scenario, benin_only}, ["BJ"]),
        "ralga": (world.coordinator_ralga, {scenario}, ["RW"]),
        "auditor": (make_seat(world.ancb, AssociationRole.AUDITOR), {scenario, benin_only}, ["BJ"]),
        "member": (member, {scenario}, ["BJ", "RW"]),
        "observer": (observer, {scenario}, ["RW"]),
        "reviewer": (make_seat(world.vvsg, AssociationRole.REVIEWER), set(), []),
        "gent": (make_editor(world.gent), set(), []),
        "admin": (UserFactory(is_superuser=True), set(), []),
    }
    for name, (person, scenarios, countries) in seen.items():
        assert set(scenarios_visible_to(person)) == scenarios, name
        tracks = [track.partner_country.country_id for track in visible_tracks(person, scenario)]
        assert tracks == countries, name
        for one in (scenario, benin_only):
            assert allowed(person, Perm.VIEW_SCENARIO, one) == (one in scenarios), name


def test_a_proposal_is_seen_by_its_two_municipalities_and_their_associations(
    made: Round, world: World
) -> None:
    proposals = make_proposals(made)
    mine = next(row for row in proposals if row.south_id == made.karongi.pk)
    people = {
        world.coordinator_vvsg: set(proposals),
        world.coordinator_ralga: {row for row in proposals if row.track_id == made.rwanda.pk},
        world.coordinator_ancb: {row for row in proposals if row.track_id == made.benin.pk},
        make_editor(world.leuven): {mine},
        make_editor(world.karongi): {mine},
        make_editor(world.cove): set(),
        make_seat(world.ralga, AssociationRole.REVIEWER): set(),
        UserFactory(is_superuser=True): set(),
    }
    for person, seen in people.items():
        assert set(proposals_visible_to(person)) == seen
        for row in proposals:
            assert allowed(person, Perm.VIEW_PROPOSAL, row) == (row in seen)


def test_a_refused_decision_shows_the_scenario_as_it_stands(
    made: Round, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague endorses, or sends back, in the same moment; what was typed is not lost while the page is open."""
    member, colleague = in_english(make_steering(world.programme)), make_steering(world.programme)
    scenario = make_scenario(made)
    client = Client()
    client.force_login(member)
    address = reverse("matching:scenario-endorse", args=[scenario.reference])

    def first(step: Callable[..., object], **given: object) -> Callable[..., object]:
        def both(**mine: Any) -> object:
            step(scenario=scenario, actor=colleague, **given)
            return endorse_scenario(**mine)

        return both

    monkeypatch.setattr(scenario_views, "endorse_scenario", first(endorse_scenario, minute="Theirs"))
    answer = client.post(address, {"endorse-minute": "My own minute"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Not endorsed yet" not in text
    assert "Theirs" in text
    assert "My own minute" in text
    scenario.refresh_from_db()
    send_back_scenario(scenario=scenario, reason="Again", actor=world.coordinator_vvsg)
    put_forward(scenario=scenario, actor=world.coordinator_vvsg)
    monkeypatch.setattr(scenario_views, "endorse_scenario", first(send_back_scenario, reason="No"))
    minute = "My own minute\nof two lines"
    own_page = {"Origin": "http://testserver"}
    answer = client.post(address, {"endorse-minute": minute}, headers=own_page)
    text = answer.content.decode()
    assert answer.status_code == 404
    assert 'role="status"' in text
    assert minute in text
