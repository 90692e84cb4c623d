"""The steering group's page of a scenario: comments, who steps out, endorsing and sending back, who is told."""

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import ConflictGround, ConflictOrigin
from applications.models import ConflictDeclaration
from applications.services.conflicts import declare_interest
from matching.enums import ScenarioStatus
from matching.errors import HasInterest, NotEntitled, NotPutForward
from matching.models import PairRule, Scenario, ScenarioComment
from matching.permissions import Perm, proposals_visible_to, scenarios_visible_to
from matching.selectors.concealment import conceal_matches
from matching.selectors.interests import interests_of
from matching.selectors.stepping_out import steps_out_of
from matching.services import (
    approve_track,
    comment_scenario,
    endorse_scenario,
    put_forward,
    release_scenario,
    send_back_scenario,
    solve_scenario,
)
from sdgpartners.core.access import allowed
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole, SteeringKind
from sdgpartners.people.models import SteeringSeat, User
from sdgpartners.people.standing import forget_standing
from sdgpartners.programme.enums import TwinningStatus
from sdgpartners.programme.models import TownTwinning
from tests.factories import MunicipalityFactory, UserFactory, make_editor, make_seat, make_steering
from tests.matching.factories import (
    Round,
    make_approved,
    make_endorsed,
    make_round,
    make_scenario,
    proposal_of,
)
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


def url(scenario: Scenario, name: str = "detail", *more: str) -> str:
    return reverse(f"matching:scenario-{name}", args=[scenario.reference, *more])


def told(kind: str) -> set[User]:
    return {mail.recipient for mail in OutgoingMail.objects.filter(kind=kind) if mail.recipient}


def test_put_forward_is_told_to_who_reads_and_not_to_who_steps_out(made: Round, world: World) -> None:
    member = make_steering(world.programme)
    observer = make_steering(world.programme, SteeringKind.OBSERVER, world.ralga)
    make_steering(world.programme, user=make_editor(world.gent))
    scenario = make_scenario(made)
    assert told("scenario_put_forward") == {member, observer}
    assert all(
        url(scenario) in mail.body_text for mail in OutgoingMail.objects.filter(kind="scenario_put_forward")
    )


def test_what_was_not_put_forward_is_neither_seen_nor_decided(made: Round, world: World) -> None:
    scenario, member = make_scenario(made, forward=False), make_steering(world.programme)
    assert scenario not in scenarios_visible_to(member)
    assert signed_in(member).get(url(scenario)).status_code == 404
    for act, words in (
        (endorse_scenario, {"minute": "Meeting"}),
        (send_back_scenario, {"reason": "No"}),
        (comment_scenario, {"text": "Hm"}),
    ):
        with pytest.raises(NotPutForward):
            act(scenario=scenario, actor=member, **words)  # type: ignore[operator]


def test_what_was_solved_again_is_put_forward_again(made: Round, world: World) -> None:
    scenario, member = make_scenario(made), make_steering(world.programme)
    solve_scenario(scenario=scenario)
    with pytest.raises(NotPutForward):
        endorse_scenario(scenario=scenario, minute="Meeting", actor=member)
    put_forward(scenario=scenario, actor=world.coordinator_vvsg)
    assert endorse_scenario(scenario=scenario, minute="Meeting", actor=member).endorsed_by == member


def test_members_comment_and_coordinators_answer(made: Round, world: World) -> None:
    scenario, member = make_scenario(made), make_steering(world.programme)
    comment_scenario(scenario=scenario, text=" A fine whole ", actor=member)
    pair = proposed(scenario)
    comment_scenario(scenario=scenario, text="Too far apart?", actor=member, north=pair[0], south=pair[1])
    assert list(ScenarioComment.objects.values_list("text", flat=True).order_by("pk")) == [
        "A fine whole",
        "Too far apart?",
    ]
    assert world.coordinator_vvsg in told("scenario_comment")
    comment_scenario(scenario=scenario, text="They know each other", actor=world.coordinator_vvsg)
    answers = OutgoingMail.objects.filter(kind="scenario_comment", recipient=member)
    assert "They know each other" in answers.get().body_text
    text = signed_in(member).get(url(scenario)).content.decode()
    assert "Too far apart?" in text
    assert "They know each other" in text


def proposed(scenario: Scenario) -> tuple[object, object]:
    row = next(iter(scenario.pair_scores.filter(score__isnull=False).order_by("pk")))
    return row.north, row.south


def test_who_may_not_comment(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    strangers = (
        make_steering(world.programme, SteeringKind.OBSERVER, world.ancb),
        make_seat(world.vvsg, AssociationRole.AUDITOR),
        make_editor(world.gent),
        UserFactory(is_superuser=True),
    )
    for person in strangers:
        with pytest.raises(NotEntitled):
            comment_scenario(scenario=scenario, text="Mine", actor=person)
        assert not allowed(person, Perm.COMMENT_SCENARIO, scenario)
    member = make_steering(world.programme)
    with pytest.raises(Incomplete):
        comment_scenario(scenario=scenario, text="  ", actor=member)
    with pytest.raises(DomainError, match="does not belong"):
        comment_scenario(scenario=scenario, text="Who?", actor=member, north=made.gent)
    with pytest.raises(DomainError, match="does not belong"):
        comment_scenario(
            scenario=scenario,
            text="Theirs",
            actor=world.coordinator_ancb,
            north=made.gent,
            south=made.karongi,
        )
    assert not ScenarioComment.objects.exists()


def test_a_comment_on_a_pair_stays_in_its_country(made: Round, world: World) -> None:
    scenario, member = make_scenario(made), make_steering(world.programme)
    comment_scenario(
        scenario=scenario, text="About Karongi", actor=member, north=made.leuven, south=made.karongi
    )
    assert world.coordinator_ancb not in told("scenario_comment")
    assert world.coordinator_ralga in told("scenario_comment")
    page = signed_in(world.coordinator_ancb).get(url(scenario)).content.decode()
    assert "About Karongi" not in page


def test_commenting_ends_with_the_release(made: Round, world: World) -> None:
    scenario = make_approved(made)
    member = make_steering(world.programme)
    comment_scenario(scenario=scenario, text="Before", actor=member)
    release_scenario(scenario=scenario, actor=world.coordinator_vvsg)
    with pytest.raises(MoveNotAllowed):
        comment_scenario(scenario=scenario, text="After", actor=member)


def own(made: Round, person: User) -> None:
    make_editor(made.world.leuven, user=person)


def twin(made: Round, person: User) -> None:
    neighbour = MunicipalityFactory(country=made.world.be, name="Aalst")
    make_editor(neighbour, user=person)
    TownTwinning.objects.create(north=neighbour, south=made.world.karongi, status=TwinningStatus.KNOWN)


def declared(made: Round, person: User) -> None:
    declare_interest(application=made.karongi, actor=person, ground=ConflictGround.FAMILY)


@pytest.mark.parametrize("reason", [own, twin, declared])
def test_a_member_with_an_interest_neither_reads_nor_comments_nor_decides(
    made: Round, world: World, reason: object
) -> None:
    scenario, member = make_scenario(made), make_steering(world.programme)
    reason(made, member)  # type: ignore[operator]
    forget_standing(member)
    assert interests_of(member, scenario)
    assert steps_out_of(member, scenario)
    for act, words in (
        (endorse_scenario, {"minute": "Meeting"}),
        (send_back_scenario, {"reason": "No"}),
        (comment_scenario, {"text": "Hm"}),
    ):
        with pytest.raises(HasInterest):
            act(scenario=scenario, actor=member, **words)  # type: ignore[operator]
    client = signed_in(member)
    page = client.get(url(scenario)).content.decode()
    assert "You step out of this decision" in page
    assert "lists as a strength" not in page
    for name, data in (
        ("endorse", {"endorse-minute": "M"}),
        ("comment", {"comment-text": "C"}),
        ("step-out", {}),
    ):
        assert client.post(url(scenario, name), data).status_code == 403
    assert not ScenarioComment.objects.exists()


def test_stepping_out_on_the_page_is_recorded(made: Round, world: World) -> None:
    scenario, member = make_scenario(made), make_steering(world.programme)
    client = signed_in(member)
    empty = client.post(url(scenario, "step-out"), {"out-municipality": made.gent.reference})
    assert empty.status_code == 422
    other = {"out-municipality": made.gent.reference, "out-ground": "other"}
    assert client.post(url(scenario, "step-out"), other).status_code == 422
    said = {"out-municipality": made.gent.reference, "out-ground": "work", "out-words": "An assignment"}
    assert client.post(url(scenario, "step-out"), said).status_code == 302
    row = ConflictDeclaration.objects.get()
    assert (row.person, row.application, row.origin) == (member, made.gent, ConflictOrigin.DECLARED)
    assert "You step out of this decision" in client.get(url(scenario)).content.decode()


def test_an_observer_declares_for_the_own_country_alone(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    client = signed_in(make_steering(world.programme, SteeringKind.OBSERVER, world.ralga))
    nikki = {"out-municipality": made.nikki.reference, "out-ground": "work"}
    assert client.post(url(scenario, "step-out"), nikki).status_code == 422
    assert not ConflictDeclaration.objects.exists()


def test_who_stepped_out_stays_in_the_record_when_the_seat_ends(made: Round, world: World) -> None:
    person = make_steering(world.programme, user=make_editor(world.gent))
    scenario = make_scenario(made)
    endorse_scenario(scenario=scenario, minute="Meeting", actor=make_steering(world.programme))
    SteeringSeat.objects.filter(user=person).delete()
    scenario.refresh_from_db()
    rows = [(row["person"], row["municipality"], row["ground"]) for row in scenario.inputs["stepped_out"]]
    assert (person.pk, "Gent", "own") in rows


def test_a_coordinator_with_an_interest_does_not_approve_that_country(made: Round, world: World) -> None:
    scenario = make_endorsed(made)
    declare_interest(application=made.nikki, actor=world.coordinator_vvsg, ground=ConflictGround.WORK)
    with pytest.raises(HasInterest):
        approve_track(
            scenario=scenario,
            track=made.benin,
            association=world.vvsg,
            minute="",
            actor=world.coordinator_vvsg,
        )
    approve_track(
        scenario=scenario, track=made.rwanda, association=world.vvsg, minute="", actor=world.coordinator_vvsg
    )
    with pytest.raises(HasInterest):
        send_back_scenario(scenario=scenario, reason="Mine", actor=world.coordinator_vvsg)


def test_sending_back_tells_the_coordinators_and_takes_it_from_the_steering_group(
    made: Round, world: World
) -> None:
    scenario, member = make_scenario(made), make_steering(world.programme)
    send_back_scenario(scenario=scenario, reason="Gent knows Nikki", actor=member)
    scenario.refresh_from_db()
    assert scenario.put_forward_at is None
    assert scenario not in scenarios_visible_to(member)
    assert told("scenario_sent_back") == {
        world.coordinator_vvsg,
        world.coordinator_ancb,
        world.coordinator_ralga,
    }
    assert all(
        "Gent knows Nikki" in mail.body_text
        for mail in OutgoingMail.objects.filter(kind="scenario_sent_back")
    )


def test_endorsing_asks_those_who_approve_for_their_countries(made: Round, world: World) -> None:
    make_endorsed(made)
    mails = {mail.recipient: mail.subject for mail in OutgoingMail.objects.filter(kind="scenario_endorsed")}
    assert set(mails) == {world.coordinator_vvsg, world.coordinator_ancb, world.coordinator_ralga}
    assert "Rwanda" in mails[world.coordinator_ralga]
    assert "Benin" not in mails[world.coordinator_ralga]


def test_the_last_approval_asks_the_lead_to_release(made: Round, world: World) -> None:
    make_approved(made)
    assert told("scenario_approved") == {world.coordinator_vvsg}


def test_a_conflict_hides_proposals_and_their_mail_from_the_desk(made: Round, world: World) -> None:
    proposal = proposal_of(made, made.leuven)
    assert proposal in proposals_visible_to(world.coordinator_ralga)
    declare_interest(application=made.karongi, actor=world.coordinator_ralga, ground=ConflictGround.WORK)
    assert proposal not in proposals_visible_to(world.coordinator_ralga)
    assert not allowed(world.coordinator_ralga, Perm.VIEW_PROPOSAL, proposal)
    make_editor(world.karongi)
    mails = OutgoingMail.objects.filter(target=proposal.scenario.reference)
    assert mails.exists()
    assert not conceal_matches(world.coordinator_ralga, mails).exists()
    assert conceal_matches(world.coordinator_ancb, mails).exists()


def test_the_page_shows_what_people_said_on_pairs(made: Round, world: World) -> None:
    scenario, member = make_scenario(made), make_steering(world.programme)
    PairRule.objects.create(
        scenario=scenario, north=made.gent, south=made.nikki, kind="forbid", reason="An old quarrel",
        set_by=world.coordinator_ancb,
    )  # fmt: skip
    assert "An old quarrel" in signed_in(member).get(url(scenario)).content.decode()
    assert "An old quarrel" not in signed_in(world.coordinator_ralga).get(url(scenario)).content.decode()
    assert scenario.status == ScenarioStatus.SOLVED
