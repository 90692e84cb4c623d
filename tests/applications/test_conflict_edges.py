"""What slips through at the edges of fair scoring: words of one step beside another, columns asked for in an address,
seats and places that changed meanwhile."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus, CallStatus, ConflictGround, ReviewStatus
from applications.models import Application, Call, ConflictDeclaration, Review, Tally, Track
from applications.own_reasons import CONFLICT_ENTERED
from applications.review_input import ScoreInput
from applications.selectors.conflicts import barred_applications, conflict_of
from applications.selectors.declarations import history_of
from applications.services import conflicts, decisions, reviews
from applications.services.eligibility import decide_eligibility
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import AssociationSeat, User
from sdgpartners.people.services.succession import record_merger
from tests.applications.factories import Team, open_call, submitted
from tests.applications.test_conflict_leaks import main_of
from tests.applications.test_conflicts import hand_in, in_review, review_of, twin
from tests.factories import UserFactory, in_english, make_editor, make_seat, make_steering
from tests.world import World

pytestmark = pytest.mark.django_db

REVIEWS = "admin:applications_review_changelist"


@pytest.fixture
def call(world: World) -> Call:
    in_english(world.coordinator_vvsg)
    return open_call(world)


@pytest.fixture
def rwanda(call: Call, world: World) -> Track:
    return Track.objects.select_related(
        "call__programme", "partner_country__programme__lead_association", "partner_country__association"
    ).get(call=call, partner_country=world.rwanda)


@pytest.fixture
def people(world: World) -> tuple[User, User]:
    """A reviewer of VVSG and one of RALGA."""
    return (
        make_seat(world.vvsg, AssociationRole.REVIEWER, last_name="Zwaluw"),
        make_seat(world.ralga, AssociationRole.REVIEWER, last_name="Wielewaal"),
    )


def history_page(team: Team) -> str:
    return reverse("applications:application-history", args=(team.reference,))


def test_the_reason_for_a_reviewer_is_not_the_reason_of_the_move(
    client: Client, call: Call, rwanda: Track, world: World, people: tuple[User, User]
) -> None:
    team = submitted(call, world.gent, "RW")
    decide_eligibility(application=team.application, eligible=True, note="", actor=world.coordinator_vvsg)
    page = reverse("admin:applications_track_reviewers_of", args=(rwanda.pk, team.application.pk))
    client.force_login(world.coordinator_ralga)
    answer = client.post(page, {"starts": people[0].pk, "reason": "Zwaluw knows their water"})
    assert answer.status_code == 302
    client.force_login(in_english(team.editor))
    text = client.get(history_page(team)).content.decode()
    assert "In review" in text
    assert "Zwaluw" not in text
    review = review_of(people[0], team)
    kept = review.events.select_related("pgh_context").get()  # type: ignore[attr-defined]
    assert kept.pgh_context.metadata["reason"] == "Zwaluw knows their water"


def test_the_record_keeps_who_entered_and_who_lifted_whatever_else_the_request_did(
    client: Client, call: Call, rwanda: Track, world: World, people: tuple[User, User]
) -> None:
    team = in_review(call, world.gent, world, *people)
    Call.objects.update(reviewers_per_application=1)
    lead = world.coordinator_vvsg
    client.force_login(lead)
    enter = reverse("admin:applications_conflictdeclaration_enter", args=(team.application.pk,))
    with clock.at(call.closes_at + timedelta(hours=1)):
        for person in people:
            hand_in(review_of(person, team))
        for step in ("enter", "lift"):
            decisions.prepare_decisions(track=rwanda, actor=lead)
            team.application.refresh_from_db()
            assert team.application.status == ApplicationStatus.RANKED
            if step == "enter":
                data = {"person": people[0].pk, "ground": ConflictGround.WORK, "words": "Wrote their plan"}
                assert client.post(enter, data).status_code == 302
            else:
                row = ConflictDeclaration.objects.get(person=people[0], ground=ConflictGround.WORK)
                page = reverse("admin:applications_conflictdeclaration_change", args=(row.pk,))
                assert client.post(page, {"reason": "A namesake"}).status_code == 302
            team.application.refresh_from_db()
            assert team.application.status == ApplicationStatus.IN_REVIEW
    said = history_of(ConflictDeclaration.objects.get(person=people[0]))
    assert [(line.actor, line.reason, line.lifted) for line in said][1:] == [
        (lead, CONFLICT_ENTERED, False), (lead, "A namesake", True),
    ]  # fmt: skip
    # Another browser: what the coordinator was told stays with the coordinator.
    client = Client()
    client.force_login(in_english(team.editor))
    text = client.get(history_page(team)).content.decode()
    assert "namesake" not in text
    assert "onflict" not in text


def test_an_address_asks_no_list_for_what_it_does_not_show(
    client: Client, call: Call, world: World, people: tuple[User, User]
) -> None:
    team = in_review(call, world.gent, world, people[0])
    review = review_of(people[0], team)
    reviews.save_scores(
        review=review, scores={}, comment="Weak", version=0, private_note="Dull", actor=people[0]
    )
    client.force_login(world.coordinator_vvsg)
    mails, persons = "admin:notifications_outgoingmail_changelist", "admin:people_user_changelist"
    for name, query in (
        (REVIEWS, "private_note__startswith=D"),
        (REVIEWS, "private_note=Dull"),
        (REVIEWS, "comment__contains=Weak"),
        (REVIEWS, "version__gt=0"),
        (REVIEWS, "scores__isnull=0"),
        ("admin:applications_application_changelist", "decisions__isnull=0"),
        ("admin:applications_application_changelist", "contact_phone__startswith=%2B"),
        (mails, "body_text__contains=a"),
        (persons, "password__startswith=p"),
    ):
        assert client.get(f"{reverse(name)}?{query}").status_code == 400, query
    for name, query in (
        (REVIEWS, "status__exact=assigned"),
        (REVIEWS, f"track__id__exact={review.track_id}"),
        (REVIEWS, "q=Gent"),
        (mails, "kind=review_assigned&created_at__year=2026"),
        ("admin:applications_application_changelist", f"call__id__exact={call.pk}&changes=yes&o=1"),
        ("admin:applications_conflictdeclaration_changelist", f"application__call__id__exact={call.pk}"),
        (persons, "is_active__exact=1"),
    ):
        assert client.get(f"{reverse(name)}?{query}").status_code == 200, query


def test_auditors_read_what_reviewers_wrote_once_it_is_decided(
    client: Client, call: Call, world: World, people: tuple[User, User]
) -> None:
    team = in_review(call, world.gent, world, people[0])
    review = hand_in(review_of(people[0], team))
    Review.objects.filter(pk=review.pk).update(comment="Outstanding throughout")
    page = reverse("admin:applications_review_change", args=(review.pk,))
    auditor = make_seat(world.ralga, AssociationRole.AUDITOR)
    for person, reads in ((auditor, False), (world.coordinator_ralga, True)):
        client.force_login(person)
        answer = client.get(page)
        assert answer.status_code == 200
        assert ("Outstanding" in main_of(answer)) == reads
    Call.objects.update(status=CallStatus.DECIDED, decided_at=clock.now())
    client.force_login(auditor)
    assert "Outstanding" in main_of(client.get(page))


def test_a_review_is_not_opened_again_for_who_cannot_write_it(
    client: Client, call: Call, world: World, people: tuple[User, User]
) -> None:
    team = in_review(call, world.gent, world, *people)
    for person in people:
        hand_in(review_of(person, team))
    conflicts.declare_interest(
        application=team.application, actor=people[0], ground=ConflictGround.FAMILY, words=""
    )
    AssociationSeat.objects.filter(user=people[1]).update(ended_at=clock.now())
    for person in people:
        with pytest.raises(DomainError, match="can no longer write"):
            reviews.reopen_review(
                review=review_of(person, team), reason="Question 2", actor=world.coordinator_vvsg
            )
    assert not OutgoingMail.objects.filter(kind="review_reopened").exists()
    assert Tally.objects.get(application=team.application).n == 1
    client.force_login(world.coordinator_vvsg)
    listed = main_of(client.get(reverse(REVIEWS)))
    assert "set aside" in listed.lower()


def test_a_coordinator_who_steps_out_of_the_track_hears_nothing_of_its_reviews(
    call: Call, rwanda: Track, world: World, people: tuple[User, User]
) -> None:
    gent, leuven = (in_review(call, place, world, *people) for place in (world.gent, world.leuven))
    conflicts.declare_interest(
        application=leuven.application, actor=world.coordinator_vvsg, ground=ConflictGround.FAMILY, words=""
    )
    conflicts.declare_interest(
        application=gent.application, actor=people[0], ground=ConflictGround.FAMILY, words=""
    )
    told = OutgoingMail.objects.filter(kind="review_conflict").values_list("recipient", flat=True)
    assert list(told) == [world.coordinator_ralga.pk]


def test_a_twinning_goes_along_with_a_merger(
    call: Call, rwanda: Track, world: World, people: tuple[User, User]
) -> None:
    """The list of twinnings names the municipality as it was; the application stands under its successor."""
    twin(world.mechelen, world.karongi)
    make_editor(world.karongi, user=people[0])
    team = in_review(call, world.mechelen, world)
    record_merger(
        municipality=world.mechelen, successor=world.gent, happened_on=clock.today(), note="",
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    application = Application.objects.get(pk=team.application.pk)
    assert application.municipality == world.gent
    found = conflict_of(people[0], application)
    assert found is not None
    assert found.ground == ConflictGround.TWIN
    assert list(barred_applications(User.objects.get(pk=people[0].pk))) == [application]


def test_a_conflict_is_entered_for_who_reviewed_and_left(
    client: Client, call: Call, world: World, people: tuple[User, User]
) -> None:
    team = in_review(call, world.gent, world, *people)
    hand_in(review_of(people[0], team))
    AssociationSeat.objects.filter(user=people[0]).update(ended_at=clock.now())
    client.force_login(world.coordinator_vvsg)
    page = reverse("admin:applications_conflictdeclaration_enter", args=(team.application.pk,))
    data = {"person": people[0].pk, "ground": ConflictGround.WORK, "words": "Works there since"}
    assert client.post(page, data).status_code == 302
    assert review_of(people[0], team).set_aside
    stranger = UserFactory()
    assert client.post(page, data | {"person": stranger.pk}).status_code == 422


def test_a_review_that_nobody_will_write_is_missing_and_given_out_again(
    client: Client, call: Call, rwanda: Track, world: World, people: tuple[User, User]
) -> None:
    Call.objects.update(reviewers_per_application=2)
    team = in_review(call, world.gent, world, *people)
    hand_in(review_of(people[0], team))
    AssociationSeat.objects.filter(user__in=people).update(ended_at=clock.now())
    spare = make_seat(world.ralga, AssociationRole.REVIEWER)
    client.force_login(world.coordinator_vvsg)
    page = reverse("admin:applications_track_reviewers", args=(rwanda.pk,))
    text = main_of(client.get(page))
    # What is in counts; what is open waits on somebody who cannot write it any more.
    assert "1 review is not given to anybody yet." in text
    assert "1 of 2" in text
    one = reverse("admin:applications_track_reviewers_of", args=(rwanda.pk, team.application.pk))
    assert "1 reviewer is missing." in main_of(client.get(one))
    assert client.post(page).status_code == 302
    assert review_of(people[1], team).status == ReviewStatus.RECUSED
    assert review_of(spare, team).status == ReviewStatus.ASSIGNED
    assert "not given to anybody" not in main_of(client.get(page))


def test_a_seat_for_money_opens_no_ranking_at_the_desk_for_the_steering_group(
    client: Client, call: Call, rwanda: Track, world: World
) -> None:
    member = make_steering(world.programme, user=make_seat(world.vvsg, AssociationRole.CHECKER))
    client.force_login(member)
    desk = "admin:applications_"
    for name in ("track_ranking", "track_ranking_file", "track_reviewers", "track_grid"):
        assert client.get(reverse(f"{desk}{name}", args=(rwanda.pk,))).status_code == 403, name
    assert client.get(reverse(f"{desk}conflictdeclaration_track", args=(rwanda.pk,))).status_code == 403
    site = reverse("applications:track-ranking", args=(call.code, "rw"))
    with clock.at(call.closes_at + timedelta(hours=1)):
        assert client.get(site).status_code == 200


def test_who_has_a_review_to_hand_in_reads_no_mail_on_those_of_others(
    client: Client, call: Call, rwanda: Track, world: World, people: tuple[User, User]
) -> None:
    lead = make_seat(world.vvsg, AssociationRole.REVIEWER, user=world.coordinator_vvsg)
    gent = in_review(call, world.gent, world, people[0])
    leuven = in_review(call, world.leuven, world, lead)
    done = hand_in(review_of(people[0], gent))
    reviews.reopen_review(review=done, reason="Your 3 is too low", actor=world.coordinator_ralga)
    mail = OutgoingMail.objects.get(kind="review_reopened")
    client.force_login(lead)
    listing = reverse("admin:notifications_outgoingmail_changelist")
    one = reverse("admin:notifications_outgoingmail_change", args=(mail.pk,))
    assert "is open again" not in main_of(client.get(listing))
    assert client.get(one).status_code == 302
    own = OutgoingMail.objects.get(kind="review_assigned", recipient=lead)
    assert own.subject in main_of(client.get(listing))
    hand_in(review_of(User.objects.get(pk=lead.pk), leuven))
    assert "Your 3 is too low" in main_of(client.get(one))


def test_a_review_that_scores_nothing_is_passed_on_and_not_handed_in(
    client: Client, call: Call, rwanda: Track, world: World, people: tuple[User, User]
) -> None:
    team = in_review(call, world.gent, world, people[0])
    review = review_of(people[0], team)
    nothing = {row.pk: ScoreInput(not_applicable=True) for row in rwanda.criteria.all()}
    kept = reviews.save_scores(review=review, scores=nothing, comment="", version=0, actor=people[0])
    with pytest.raises(Incomplete, match="at least one criterion"):
        reviews.submit_review(review=kept, actor=people[0])
    client.force_login(in_english(people[0]))
    check = reverse("applications:review-check", args=(team.reference, "rw"))
    text = main_of(client.get(check))
    assert "at least one criterion" in text
    assert reverse("applications:review-pass-on", args=(team.reference, "rw")) in text
    assert "Submit the review" not in text
    assert client.post(check, {"version": kept.version}).status_code == 422
    assert review_of(people[0], team).status == ReviewStatus.IN_PROGRESS


def test_what_no_text_can_hold_is_no_error_of_the_server(
    client: Client, call: Call, world: World, people: tuple[User, User]
) -> None:
    in_review(call, world.gent, world)
    client.force_login(people[0])
    page = reverse("applications:confidentiality", args=(call.code,))
    assert client.post(page, {"agrees": "on", "application": "APP\x00"}).status_code == 302
    client.force_login(world.coordinator_vvsg)
    row = reverse("admin:applications_conflictdeclaration_change", args=("9" * 5000,))
    assert client.get(row).status_code == 404
