"""Two municipalities answer; with both a partnership begins, without one the pair reopens."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from applications.enums import ApplicationStatus
from matching.enums import PartnershipStatus, ProposalStatus
from matching.errors import NotEntitled
from matching.models import Agreement, JointPlan, Partnership, PartnershipSide, Proposal, TeamMember
from matching.reminders import proposal_acceptance
from matching.services import accept_proposal, decline_proposal, lapse_proposals
from matching.services.proposals import proposed_start
from matching.signals import proposal_accepted
from sdgpartners.core import clock
from sdgpartners.core.errors import DeadlinePassed, DomainError, Incomplete, MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import UserFactory, make_editor, make_signatory
from tests.matching.factories import Round, make_round, proposal_of, signatories
from tests.world import World, build_world


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


@pytest.fixture
def proposal(made: Round) -> Proposal:
    return proposal_of(made, made.leuven)


def test_the_first_yes_waits_for_the_second_in_either_order(made: Round) -> None:
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    accepted = accept_proposal(proposal=proposal, side=Side.SOUTH, actor=south)
    assert (accepted.status, accepted.south_accepted_by) == (ProposalStatus.ACCEPTED_SOUTH, south)
    assert not Partnership.objects.exists()
    mail = OutgoingMail.objects.get(kind="proposal_partner_accepted")
    assert (mail.recipient, mail.target) == (north, proposal.reference)


def test_with_both_the_partnership_is_made(made: Round, proposal: Proposal) -> None:
    north, south = signatories(proposal)
    heard: list[Proposal] = []

    def hear(sender: object, proposal: Proposal, **_more: object) -> None:
        heard.append(proposal)

    proposal_accepted.connect(hear)
    try:
        accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)
        assert heard == []
        accept_proposal(proposal=proposal, side=Side.SOUTH, actor=south)
    finally:
        proposal_accepted.disconnect(hear)
    assert heard == [proposal]
    partnership = Partnership.objects.get()
    assert partnership.status == PartnershipStatus.PREPARING
    assert (partnership.north.name, partnership.south.name) == ("Leuven", "Karongi")
    assert partnership.theme == made.rwanda.theme
    assert set(PartnershipSide.objects.values_list("side", "municipality__name")) == {
        ("north", "Leuven"),
        ("south", "Karongi"),
    }
    assert set(TeamMember.objects.values_list("name", flat=True)) == {
        "Contact of Leuven",
        "Contact of Karongi",
    }
    assert JointPlan.objects.get().partnership == partnership
    assert Agreement.objects.get().starts_on == clock.today()
    for application in (made.leuven, made.karongi):
        application.refresh_from_db()
        assert application.status == ApplicationStatus.MATCHED
    told = set(OutgoingMail.objects.filter(kind="partnership_created").values_list("recipient", flat=True))
    world = made.world
    assert told == {north.pk, south.pk, world.coordinator_vvsg.pk, world.coordinator_ralga.pk}


def test_only_who_signs_for_that_side_answers(made: Round, proposal: Proposal, world: World) -> None:
    north, south = signatories(proposal)
    strangers = (make_editor(world.leuven), south, make_signatory(world.gent), world.coordinator_vvsg)
    for person in (*strangers, UserFactory(is_superuser=True)):
        with pytest.raises(NotEntitled):
            accept_proposal(proposal=proposal, side=Side.NORTH, actor=person)
        with pytest.raises(NotEntitled):
            decline_proposal(proposal=proposal, side=Side.NORTH, reason="No", actor=person)
    with pytest.raises(NotEntitled):
        accept_proposal(proposal=proposal, side=Side.SOUTH, actor=north)


def test_one_side_accepts_once(proposal: Proposal) -> None:
    north, _south = signatories(proposal)
    accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)
    with pytest.raises(MoveNotAllowed):
        accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)


@pytest.mark.parametrize("earlier", [ProposalStatus.DECLINED, ProposalStatus.LAPSED])
def test_what_is_over_is_not_answered_any_more(proposal: Proposal, earlier: ProposalStatus) -> None:
    north, _south = signatories(proposal)
    Proposal.objects.filter(pk=proposal.pk).update(status=earlier)
    with pytest.raises(MoveNotAllowed):
        accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)
    with pytest.raises(MoveNotAllowed):
        decline_proposal(proposal=proposal, side=Side.NORTH, reason="No", actor=north)


def test_declining_reopens_the_pair_and_keeps_the_reason_from_the_partner(
    made: Round, proposal: Proposal
) -> None:
    north, south = signatories(proposal)
    accept_proposal(proposal=proposal, side=Side.SOUTH, actor=south)
    with pytest.raises(Incomplete):
        decline_proposal(proposal=proposal, side=Side.NORTH, reason=" ", actor=north)
    decline_proposal(proposal=proposal, side=Side.NORTH, reason="No money in Leuven", actor=north)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.declined_side) == (ProposalStatus.DECLINED, "north")
    for application in (made.leuven, made.karongi):
        application.refresh_from_db()
        assert application.status == ApplicationStatus.CONFIRMED
    reasons = OutgoingMail.objects.filter(kind="proposal_declined")
    world = made.world
    assert {mail.recipient for mail in reasons} == {world.coordinator_vvsg, world.coordinator_ralga}
    assert all("No money in Leuven" in mail.body_text for mail in reasons)
    others = OutgoingMail.objects.filter(kind="proposal_reopened")
    assert {mail.recipient for mail in others} == {south}
    assert all("No money in Leuven" not in mail.body_text for mail in others)


def test_the_last_day_ends_in_the_municipalitys_own_zone(proposal: Proposal) -> None:
    north, south = signatories(proposal)
    assert proposal.accept_by is not None
    # 22:30 UTC: half past midnight in Kigali, half past eleven in Brussels (winter).
    last = proposal.accept_by
    with clock.at(datetime(last.year, last.month, last.day, 22, 30, tzinfo=UTC)):
        with pytest.raises(DeadlinePassed):
            accept_proposal(proposal=proposal, side=Side.SOUTH, actor=south)
        accepted = accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)
    assert accepted.status == ProposalStatus.ACCEPTED_NORTH


def test_what_nobody_answered_in_time_lapses_once(made: Round, proposal: Proposal) -> None:
    north, south = signatories(proposal)
    accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)
    assert lapse_proposals() == 0
    with clock.at(clock.now() + timedelta(days=16)):
        assert lapse_proposals() == 3
        assert lapse_proposals() == 0
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.LAPSED
    told = OutgoingMail.objects.filter(kind="proposal_reopened", target=proposal.reference)
    assert {mail.recipient for mail in told} == {north, south}


def test_a_proposal_does_not_lapse_while_its_last_day_lasts_somewhere(proposal: Proposal) -> None:
    assert proposal.accept_by is not None
    last = proposal.accept_by
    with clock.at(datetime(last.year, last.month, last.day, 22, 30, tzinfo=UTC)):
        assert lapse_proposals() == 0


def test_reminders_go_to_those_who_sign_and_have_not_answered(proposal: Proposal, world: World) -> None:
    north, south = signatories(proposal)
    make_editor(world.leuven)
    due = [row for row in proposal_acceptance(clock.now()) if row.target == proposal.reference]
    assert {row.recipient for row in due} == {north, south}
    assert {row.due_on for row in due} == {proposal.accept_by}
    accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)
    due = [row for row in proposal_acceptance(clock.now()) if row.target == proposal.reference]
    assert [row.recipient for row in due] == [south]


def test_an_agreement_begins_with_the_planned_start_while_that_lies_ahead() -> None:
    today = clock.today()
    assert proposed_start(None, today) == today
    assert proposed_start(today - timedelta(days=1), today) == today
    assert proposed_start(today + timedelta(days=9), today) == today + timedelta(days=9)


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_make_one_partnership() -> None:
    made = make_round(build_world())
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    ready, results = Barrier(4), []

    def accept(side: Side, actor: User) -> None:
        try:
            ready.wait(timeout=20)
            results.append(accept_proposal(proposal=proposal, side=side, actor=actor).status)
        except DomainError:
            results.append("refused")
        finally:
            connection.close()

    calls = [(Side.NORTH, north), (Side.SOUTH, south)] * 2
    threads = [Thread(target=accept, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Partnership.objects.count() == 1
    assert PartnershipSide.objects.count() == 2
    assert sorted(map(str, results)).count("refused") == 2
    assert OutgoingMail.objects.filter(kind="partnership_created", recipient=north).count() == 1
