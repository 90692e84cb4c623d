"""Confidentiality and conflicts of interest: what is said before a file opens, and what it does to reviews."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import (
    ApplicationStatus,
    ConflictGround,
    ConflictOrigin,
    RecusalGround,
    ReviewStatus,
)
from applications.errors import ConflictOfInterest, NotDeclared, ReasonNeeded
from applications.models import Application, Call, ConflictDeclaration, Review, Tally, Track
from applications.review_input import ScoreInput
from applications.selectors.conflicts import (
    barred_applications,
    conflict_of,
    conflicts_among,
    has_declared,
    recusals_of,
    steps_out,
)
from applications.services import assignment, conflicts, decisions, reviews
from applications.services.eligibility import decide_eligibility
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, SamePerson
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole, MunicipalRole
from sdgpartners.people.models import Succession, User
from sdgpartners.people.offers import MunicipalOffer
from sdgpartners.people.services.seats import end_membership, give_seat
from sdgpartners.people.services.succession import record_merger
from sdgpartners.people.standing import forget_standing
from sdgpartners.programme.enums import TwinningStatus
from sdgpartners.programme.models import Municipality, TownTwinning
from sdgpartners.programme.signals import twinnings_changed
from tests.applications.factories import Team, cleared, open_call, submitted
from tests.factories import make_editor, make_seat
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(world: World) -> Call:
    return open_call(world)


@pytest.fixture
def rwanda(call: Call, world: World) -> Track:
    return Track.objects.select_related("call", "partner_country__programme").get(
        call=call, partner_country=world.rwanda
    )


@pytest.fixture
def people(world: World) -> tuple[User, User, User]:
    """A reviewer of VVSG, one of RALGA and a spare one of VVSG."""
    return (
        make_seat(world.vvsg, AssociationRole.REVIEWER, email="one@example.org"),
        make_seat(world.ralga, AssociationRole.REVIEWER, email="two@example.org"),
        make_seat(world.vvsg, AssociationRole.REVIEWER, email="three@example.org"),
    )


def in_review(call: Call, place: Municipality, world: World, *reviewers: User) -> Team:
    """An eligible application with these reviewers, who may open the file."""
    team = submitted(call, place, "RW")
    decide_eligibility(application=team.application, eligible=True, note="", actor=world.coordinator_vvsg)
    track = Track.objects.get(call=call, partner_country=world.rwanda)
    for person in reviewers:
        assignment.assign_reviewer(application=team.application, track=track, reviewer=person, actor=None)
        cleared(person, team.application)
    team.application.refresh_from_db()
    return team


def hand_in(review: Review, value: int = 3) -> Review:
    given = {row.pk: ScoreInput(value=value, comment="because") for row in review.track.criteria.all()}
    kept = reviews.save_scores(
        review=review, scores=given, comment="", version=review.version, actor=review.reviewer
    )
    return reviews.submit_review(review=kept, actor=review.reviewer)


def review_of(person: User, team: Team) -> Review:
    return Review.objects.select_related("track", "reviewer").get(
        reviewer=person, application=team.application
    )


def twin(north: Municipality, south: Municipality, status: str = TwinningStatus.KNOWN) -> TownTwinning:
    return TownTwinning.objects.create(
        north=north,
        south=south,
        partner_country_code=south.country_id,
        partner_name=south.name,
        status=status,
    )


def test_a_file_stays_closed_until_both_are_said(
    call: Call, rwanda: Track, world: World, people: tuple[User, ...]
) -> None:
    team = in_review(call, world.gent, world)
    review = assignment.assign_reviewer(
        application=team.application, track=rwanda, reviewer=people[0], actor=None
    )
    for step in (
        lambda: None,
        lambda: conflicts.agree_to_confidentiality(call=call, actor=people[0], language="nl"),
    ):
        step()
        with pytest.raises(NotDeclared):
            reviews.save_scores(review=review, scores={}, comment="x", version=0, actor=people[0])
        with pytest.raises(NotDeclared):
            reviews.submit_review(review=review, actor=people[0])
    assert not has_declared(people[0], team.application)
    conflicts.declare_interest(application=team.application, actor=people[0])
    assert has_declared(people[0], team.application)
    assert hand_in(review_of(people[0], team)).status == ReviewStatus.SUBMITTED


def test_what_was_agreed_to_is_kept_as_it_was_read(call: Call, people: tuple[User, ...]) -> None:
    first = conflicts.agree_to_confidentiality(call=call, actor=people[0], language="fr")
    again = conflicts.agree_to_confidentiality(call=call, actor=people[0], language="nl")
    assert (first.pk, first.language) == (again.pk, again.language)
    assert call.title_fr in first.text


def test_a_review_that_is_not_in_ends_and_coordinators_hear_who_could_take_over(
    call: Call, rwanda: Track, world: World, people: tuple[User, ...]
) -> None:
    team = in_review(call, world.gent, world, people[0], people[1])
    conflicts.declare_interest(
        application=team.application, actor=people[0], ground=ConflictGround.FAMILY, words="My sister"
    )
    review = review_of(people[0], team)
    assert (review.status, review.recused_ground, review.set_aside) == (
        ReviewStatus.RECUSED, RecusalGround.CONFLICT, False,
    )  # fmt: skip
    assert review.recused_at is not None
    mails = OutgoingMail.objects.filter(kind="review_conflict")
    assert {mail.recipient_id for mail in mails} == {world.coordinator_vvsg.pk, world.coordinator_ralga.pk}
    text = mails[0].body_text
    assert str(people[2]) in text
    assert str(people[1]) not in text
    assert "sister" not in text
    conflicts.declare_interest(
        application=team.application, actor=people[0], ground=ConflictGround.WORK, words=""
    )
    assert mails.count() == 2
    assert conflict_of(people[0], team.application).ground == ConflictGround.FAMILY  # type: ignore[union-attr]


def test_a_conflict_after_scoring_sets_the_review_aside_and_the_figures_follow(
    call: Call, rwanda: Track, world: World, people: tuple[User, ...]
) -> None:
    team = in_review(call, world.gent, world, people[0], people[1])
    hand_in(review_of(people[0], team), 4)
    hand_in(review_of(people[1], team), 2)
    before = Tally.objects.filter(application=team.application, track=rwanda).first()
    membership = give_seat(user=people[0], offer=MunicipalOffer(world.gent, MunicipalRole.EDITOR), actor=None)
    review = review_of(people[0], team)
    assert (review.status, review.set_aside, review.recused_ground) == (
        ReviewStatus.SUBMITTED, True, RecusalGround.CONFLICT,
    )  # fmt: skip
    row = ConflictDeclaration.objects.get(person=people[0])
    assert (row.ground, row.origin) == (ConflictGround.OWN, ConflictOrigin.AUTOMATIC)
    after = Tally.objects.get(application=team.application, track=rwanda)
    assert after.n == 1
    if before is not None:
        assert after.total != before.total
    end_membership(membership=membership, actor=None)  # type: ignore[arg-type]
    assert conflict_of(people[0], team.application) is not None
    with pytest.raises(ConflictOfInterest):
        conflicts.declare_interest(application=team.application, actor=people[0])
    assert [(line.person, line.ground, line.review_set_aside) for line in recusals_of(rwanda)] == [
        (people[0], ConflictGround.OWN, True)
    ]


def test_refreshing_finds_new_twins_once(
    call: Call, rwanda: Track, world: World, people: tuple[User, ...]
) -> None:
    make_editor(world.karongi, user=people[1])
    team = in_review(call, world.leuven, world, people[0], people[1])
    assert conflicts.refresh_conflicts(track=rwanda) == 0
    ended = twin(world.leuven, world.karongi, TwinningStatus.ENDED)
    twinnings_changed.send(sender=TownTwinning)
    assert review_of(people[1], team).status != ReviewStatus.RECUSED
    ended.status = TwinningStatus.KNOWN
    ended.save()
    twinnings_changed.send(sender=TownTwinning)
    assert review_of(people[1], team).status == ReviewStatus.RECUSED
    assert conflicts.refresh_conflicts(track=rwanda) == 0
    assert OutgoingMail.objects.filter(kind="review_conflict").count() == 2
    assert conflict_of(people[1], team.application).ground == ConflictGround.TWIN  # type: ignore[union-attr]


def test_a_ranked_application_goes_back_and_the_municipality_reads_no_name(
    client: Client, call: Call, rwanda: Track, world: World, people: tuple[User, ...]
) -> None:
    team = in_review(call, world.gent, world, people[0], people[1])
    with clock.at(call.closes_at + timedelta(hours=1)):
        for person in people[:2]:
            hand_in(review_of(person, team))
        decisions.prepare_decisions(track=rwanda, actor=world.coordinator_vvsg)
        team.application.refresh_from_db()
        assert team.application.status == ApplicationStatus.RANKED
        conflicts.declare_interest(
            application=team.application, actor=people[0], ground=ConflictGround.OTHER, words="A quarrel"
        )
        team.application.refresh_from_db()
        assert team.application.status == ApplicationStatus.IN_REVIEW
        client.force_login(team.signatory)
        page = reverse("applications:application-history", args=(team.reference,))
        text = client.get(page).content.decode()
    assert "quarrel" not in text
    assert str(people[0]) not in text
    assert "Conflict" not in text


def test_a_released_decision_stands_whatever_is_declared_afterwards(
    call: Call, rwanda: Track, world: World, people: tuple[User, ...]
) -> None:
    team = in_review(call, world.gent, world, people[0], people[1])
    with clock.at(call.closes_at + timedelta(hours=1)):
        for person in people[:2]:
            hand_in(review_of(person, team))
        decisions.prepare_decisions(track=rwanda, actor=world.coordinator_vvsg)
        decisions.release_decisions(call=call, actor=world.coordinator_vvsg)
        conflicts.declare_interest(
            application=team.application, actor=people[0], ground=ConflictGround.WORK, words=""
        )
        give_seat(user=people[1], offer=MunicipalOffer(world.gent, MunicipalRole.EDITOR), actor=None)
    assert not Review.objects.filter(set_aside=True).exists()
    assert steps_out(people[0], rwanda)


def test_a_coordinator_enters_and_lifts_with_a_reason_and_never_their_own(
    call: Call, rwanda: Track, world: World, people: tuple[User, ...]
) -> None:
    team, lead = in_review(call, world.gent, world, people[0], people[1]), world.coordinator_vvsg
    hand_in(review_of(people[0], team))
    enter = {"application": team.application, "ground": ConflictGround.WORK, "actor": lead}
    with pytest.raises(ReasonNeeded):
        conflicts.enter_conflict(person=people[0], words=" ", **enter)
    with pytest.raises(SamePerson):
        conflicts.enter_conflict(person=lead, words="Knows them", **enter)
    row = conflicts.enter_conflict(person=people[0], words="Wrote their plan", **enter)
    assert review_of(people[0], team).set_aside
    assert OutgoingMail.objects.get(kind="conflict_entered").recipient == people[0]
    with pytest.raises(ReasonNeeded):
        conflicts.lift_conflict(declaration=row, reason="", actor=lead)
    with pytest.raises(SamePerson):
        conflicts.lift_conflict(declaration=row, reason="I am free", actor=people[0])
    conflicts.lift_conflict(declaration=row, reason="Mixed up with a namesake", actor=lead)
    conflicts.lift_conflict(declaration=row, reason="Again", actor=lead)
    review = review_of(people[0], team)
    assert (review.set_aside, review.recused_ground, review.recused_at) == (False, "", None)
    assert Tally.objects.get(application=team.application).n == 1
    # The person has not said a word of their own on it any more.
    assert conflict_of(people[0], team.application) is None
    assert not has_declared(people[0], team.application)
    conflicts.declare_interest(application=team.application, actor=people[0])
    assert has_declared(people[0], team.application)


def test_what_the_portal_finds_is_not_lifted_while_it_holds(
    call: Call, rwanda: Track, world: World, people: tuple[User, ...]
) -> None:
    team = in_review(call, world.gent, world, people[0])
    make_editor(world.gent, user=people[0])
    forget_standing(people[0])
    assert conflicts.refresh_conflicts(track=rwanda) == 1
    row = ConflictDeclaration.objects.get(person=people[0])
    with pytest.raises(DomainError, match="works for the municipality"):
        conflicts.lift_conflict(declaration=row, reason="Never mind", actor=world.coordinator_vvsg)
    nothing = ConflictDeclaration.objects.create(
        application=team.application, person=people[1], declared_at=clock.now()
    )
    with pytest.raises(DomainError, match="No conflict"):
        conflicts.lift_conflict(declaration=nothing, reason="Why not", actor=world.coordinator_vvsg)


def test_another_reason_wants_words_and_an_unknown_ground_is_refused(
    call: Call, world: World, people: tuple[User, ...]
) -> None:
    team = in_review(call, world.gent, world, people[0])
    with pytest.raises(ReasonNeeded):
        conflicts.declare_interest(
            application=team.application, actor=people[0], ground=ConflictGround.OTHER, words=" "
        )
    with pytest.raises(Exception, match="not a valid choice"):
        conflicts.declare_interest(application=team.application, actor=people[0], ground="envy", words="x")
    assert conflict_of(people[0], team.application) is None


def test_one_by_one_and_all_together_agree(call: Call, world: World, people: tuple[User, ...]) -> None:
    """`barred_applications` in the database and `conflicts_among` in memory name the same pairs."""
    teams = [in_review(call, place, world) for place in (world.gent, world.leuven, world.mechelen)]
    old = Municipality.objects.get(pk=world.mechelen.pk)
    make_editor(world.karongi, user=people[0])
    make_editor(world.gent, user=people[1])
    twin(world.leuven, world.karongi)
    twin(world.gent, world.karongi, TwinningStatus.ENDED)
    twin(world.mechelen, world.nikki)
    conflicts.declare_interest(
        application=teams[2].application, actor=people[1], ground=ConflictGround.FAMILY, words=""
    )
    successor = Municipality.objects.get(pk=world.leuven.pk)
    old.successor = successor
    old.save()
    make_editor(successor, user=people[2])
    everybody = [*people, world.coordinator_vvsg]
    applications = list(Application.objects.all())
    together = {
        (row.person_id, row.application_id)
        for row in conflicts_among([person.pk for person in everybody], applications)
    }
    apart = {
        (person.pk, pk)
        for person in everybody
        for pk in barred_applications(User.objects.get(pk=person.pk)).values_list("pk", flat=True)
    }
    single = {
        (person.pk, row.pk)
        for person in everybody
        for row in applications
        if conflict_of(person, row) is not None
    }
    gent, leuven, mechelen = (team.application.pk for team in teams)
    assert together == apart == single == {
        (people[0].pk, leuven), (people[0].pk, mechelen), (people[1].pk, gent), (people[1].pk, mechelen),
        (people[2].pk, leuven), (people[2].pk, mechelen),
    }  # fmt: skip
    assert not Succession.objects.exists()


def test_a_merger_brings_a_conflict_along(
    call: Call, rwanda: Track, world: World, people: tuple[User, ...]
) -> None:
    make_editor(world.mechelen, user=people[0])
    team = in_review(call, world.gent, world, people[0], people[1])
    record_merger(
        municipality=world.mechelen,
        successor=world.gent,
        happened_on=clock.today(),
        note="",
        actor=world.coordinator_vvsg,
    )
    assert review_of(people[0], team).recused_ground == RecusalGround.CONFLICT
    assert review_of(people[1], team).recused_ground == ""
