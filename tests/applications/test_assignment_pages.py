"""The pages on which reviews are given out, and a reviewer's list."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.enums import ApplicationStatus, CallStatus, RecusalGround, ReviewStatus
from applications.models import Application, Call, Review, Track
from applications.selectors.assignment_page import overview_of
from applications.services.assignment import assign_reviewer, assign_reviewers
from applications.services.conflicts import declare_interest
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole, SteeringKind
from sdgpartners.people.models import SteeringSeat, User
from tests.applications.factories import open_call
from tests.applications.scored import in_review, judged
from tests.factories import (
    MunicipalityFactory,
    in_english,
    make_editor,
    make_seat,
    make_signatory,
    make_steering,
)
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def rwanda(world: World) -> Track:
    tracks = Track.objects.select_related(
        "call__programme", "partner_country__programme", "partner_country__country",
        "partner_country__association",
    )  # fmt: skip
    return tracks.get(call=open_call(world), partner_country=world.rwanda)


@pytest.fixture
def people(world: World) -> list[User]:
    """Two reviewers of VVSG and one of RALGA."""
    return [
        make_seat(place, AssociationRole.REVIEWER, last_name=name)
        for place, name in ((world.vvsg, "Aerts"), (world.vvsg, "Bosmans"), (world.ralga, "Cyusa"))
    ]


def page_of(track: Track, name: str = "reviewers", *more: int) -> str:
    return reverse(f"admin:applications_track_{name}", args=(track.pk, *more))


def main_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode().split("<main")[1]


def ask(application: Application, track: Track, person: User) -> Review:
    return assign_reviewer(application=application, track=track, reviewer=person, actor=None)


def test_the_page_says_who_reviews_what_what_each_carries_and_what_bars_whom(
    client: Client, rwanda: Track, people: list[User], world: World
) -> None:
    gent, leuven = in_review(rwanda, world.gent), in_review(rwanda, world.leuven)
    make_editor(world.gent, user=people[0])
    ask(gent, rwanda, people[1])
    judged(rwanda, leuven, {people[2]: 3})
    client.force_login(in_english(world.coordinator_ralga))
    text = main_of(client, page_of(rwanda))
    assert "Conflict: Works or sits for the municipality" in text
    assert "2 reviews are not given to anybody yet." in text
    assert "1 application has too few reviewers of" in text
    found = overview_of(rwanda)
    assert [(one.person, one.here, one.submitted, one.barred) for one in found.carriers] == [
        (people[0], 0, 0, 1), (people[1], 1, 0, 0), (people[2], 1, 1, 0),
    ]  # fmt: skip
    assert [[cell.state for cell in row.cells] for row in found.rows] == [
        ["conflict", ReviewStatus.ASSIGNED, ""], ["", "", ReviewStatus.SUBMITTED],
    ]  # fmt: skip


def test_the_button_gives_out_what_is_missing(
    client: Client, rwanda: Track, people: list[User], world: World
) -> None:
    in_review(rwanda, world.gent)
    client.force_login(in_english(world.coordinator_ralga))
    assert "Give out 2 reviews" in main_of(client, page_of(rwanda))
    answer = client.post(page_of(rwanda), follow=True)
    assert "2 reviews assigned." in answer.content.decode()
    assert Review.objects.count() == 2
    make_editor(world.leuven, user=people[0])
    make_editor(world.leuven, user=people[1])
    in_review(rwanda, world.leuven)
    answer = client.post(page_of(rwanda), follow=True)
    assert "too few reviewers without a conflict for Leuven" in answer.content.decode()


def test_who_reads_and_who_gives_out(client: Client, rwanda: Track, people: list[User], world: World) -> None:
    application = in_review(rwanda, world.gent)
    pages = [page_of(rwanda), page_of(rwanda, "reviewers_of", application.pk)]
    auditor = make_seat(world.ralga, AssociationRole.AUDITOR)
    conflicted = make_seat(world.ralga)
    make_editor(world.gent, user=conflicted)
    expected = {
        world.coordinator_ralga: (200, 302), world.coordinator_vvsg: (200, 302), auditor: (200, 403),
        world.coordinator_ancb: (403, 403), conflicted: (403, 403),
    }  # fmt: skip
    for person, (read, write) in expected.items():
        client.force_login(person)
        assert [client.get(url).status_code for url in pages] == [read, read]
        assert client.post(pages[0]).status_code == write
    client.force_login(world.coordinator_ralga)
    assert client.get(page_of(rwanda, "reviewers_of", 999999)).status_code == 404
    plan = page_of(rwanda, "review_plan")
    assert client.get(plan).status_code == 403
    client.force_login(world.coordinator_vvsg)
    assert client.get(plan).status_code == 200


def test_what_is_decided_is_read_and_not_changed(
    client: Client, rwanda: Track, people: list[User], world: World
) -> None:
    application = in_review(rwanda, world.gent)
    judged(rwanda, application, {people[0]: 3})
    Application.objects.update(status=ApplicationStatus.SELECTED)
    Call.objects.update(status=CallStatus.DECIDED, decided_at=clock.now())
    client.force_login(in_english(world.coordinator_ralga))
    text = main_of(client, page_of(rwanda))
    assert "Gent" in text
    assert "Give out" not in text
    url = page_of(rwanda, "reviewers_of", application.pk)
    assert "<form" not in main_of(client, url)
    assert client.post(url, {"starts": people[1].pk}).status_code == 422
    assert Review.objects.count() == 1


def test_one_application_is_changed_by_hand_with_a_reason(
    client: Client, rwanda: Track, people: list[User], world: World
) -> None:
    application = in_review(rwanda, world.gent)
    url = page_of(rwanda, "reviewers_of", application.pk)
    client.force_login(in_english(world.coordinator_ralga))
    assert client.post(url, {"starts": "", "reason": ""}).status_code == 422
    assert client.post(url, {"starts": people[0].pk, "reason": ""}).status_code == 302
    review = Review.objects.get()
    answer = client.post(url, {"stops": review.pk, "starts": people[1].pk, "reason": ""})
    assert answer.status_code == 422
    assert (
        client.post(url, {"stops": review.pk, "starts": people[1].pk, "reason": "On leave"}).status_code
        == 302
    )
    review.refresh_from_db()
    assert review.recused_ground == RecusalGround.REPLACED
    text = main_of(client, url)
    assert "Replaced by the coordinator. On leave" in text
    # Who was asked before is not offered again.
    assert f'value="{people[0].pk}"' not in text
    assert client.post(url, {"starts": people[0].pk}).status_code == 422
    stays = Review.objects.get(reviewer=people[1])
    assert client.post(url, {"stops": stays.pk, "starts": "", "reason": "Mistake"}).status_code == 302
    assert not Review.objects.exclude(status=ReviewStatus.RECUSED).exists()


def test_a_conflict_shows_its_ground_and_no_words(
    client: Client, rwanda: Track, people: list[User], world: World
) -> None:
    application = in_review(rwanda, world.gent)
    declare_interest(application=application, actor=people[0], ground="other", words="My cousin is alderman")
    client.force_login(in_english(world.coordinator_ralga))
    for url in (page_of(rwanda), page_of(rwanda, "reviewers_of", application.pk)):
        text = main_of(client, url)
        assert "Another reason" in text
        assert "cousin" not in text


def test_a_coordinator_who_reviews_sees_not_how_far_the_others_are(
    client: Client, rwanda: Track, people: list[User], world: World
) -> None:
    application = in_review(rwanda, world.gent)
    judged(rwanda, application, {people[0]: 3})
    make_seat(world.ralga, user=people[2])
    own = ask(application, rwanda, people[2])
    client.force_login(in_english(people[2]))
    urls = (page_of(rwanda), page_of(rwanda, "reviewers_of", application.pk))
    for url in urls:
        assert "Submitted" not in main_of(client, url)
    Review.objects.filter(pk=own.pk).update(status=ReviewStatus.SUBMITTED, submitted_at=clock.now())
    for url in urls:
        assert "Submitted" in main_of(client, url)


def test_the_plan_is_changed_at_the_desk(client: Client, rwanda: Track, world: World) -> None:
    client.force_login(in_english(world.coordinator_vvsg))
    url = page_of(rwanda, "review_plan")
    data: dict[str, Any] = {
        "reviewers_per_application": 1, "association_reviewers": 2, "reviews_due_on": "", "reason": "Fewer",
    }  # fmt: skip
    assert client.post(url, data).status_code == 422
    data |= {"association_reviewers": 1, "reviews_due_on": clock.today() + timedelta(days=30)}
    assert client.post(url, data).status_code == 302
    call = Call.objects.get(pk=rwanda.call_id)
    assert (call.reviewers_per_application, call.reviews_due_on) == (1, clock.today() + timedelta(days=30))


def test_the_pages_take_the_same_statements_for_one_and_for_many(
    client: Client, rwanda: Track, people: list[User], world: World
) -> None:
    first = in_review(rwanda, world.gent)
    make_editor(world.gent, user=people[0])
    assign_reviewers(track=rwanda, actor=None)
    urls = [
        page_of(rwanda), page_of(rwanda, "reviewers_of", first.pk), reverse("applications:review-list"),
    ]  # fmt: skip
    readers = [world.coordinator_ralga, world.coordinator_ralga, people[1]]
    before = counted(client, urls, readers)
    assert max(before) <= 15
    assert before[2] <= 8
    for place in MunicipalityFactory.create_batch(29):
        in_review(rwanda, place)
    for number in range(5):
        person = make_seat(world.vvsg, AssociationRole.REVIEWER)
        make_editor(Application.objects.all()[number].municipality, user=person)
    assign_reviewers(track=rwanda, actor=None)
    assert counted(client, urls, readers) == before


def counted(client: Client, urls: list[str], readers: list[User]) -> list[int]:
    found = []
    for url, reader in zip(urls, readers, strict=True):
        client.force_login(reader)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        found.append(len(queries))
    return found


def test_the_list_says_how_far_one_is_and_nothing_of_the_others(
    client: Client, rwanda: Track, people: list[User], world: World
) -> None:
    gent, leuven = in_review(rwanda, world.gent), in_review(rwanda, world.leuven)
    judged(rwanda, gent, {people[1]: 4, people[2]: 4})
    judged(rwanda, in_review(rwanda, world.mechelen), {people[0]: 2})
    for application in (gent, leuven):
        ask(application, rwanda, people[0])
    due = clock.today() + timedelta(days=9)
    Call.objects.update(reviews_due_on=due)
    client.force_login(in_english(people[0]))
    text = main_of(client, reverse("applications:review-list"))
    assert "1 of 3 submitted" in text
    assert "Please submit by" in text
    assert text.index("Leuven") < text.index("Gent") < text.index("Mechelen")
    assert "Bosmans" not in text
    with clock.at(clock.now() + timedelta(days=20)):
        assert "They were due on" in main_of(client, reverse("applications:review-list"))


def test_passing_on_wants_a_reason_and_takes_the_file_away(
    client: Client, rwanda: Track, people: list[User], world: World
) -> None:
    application = in_review(rwanda, world.gent)
    review = ask(application, rwanda, people[0])
    url = reverse("applications:review-pass-on", args=(application.reference, "rw"))
    for stranger in (people[1], make_signatory(world.gent), world.coordinator_ralga):
        client.force_login(stranger)
        assert client.get(url).status_code == 404
        assert client.post(url, {"reason": "No"}).status_code == 404
    client.force_login(people[0])
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "No time"}).status_code == 302
    review.refresh_from_db()
    assert review.recused_ground == RecusalGround.ABSTAINED
    assert client.get(url).status_code == 404
    assert application.reference not in main_of(client, reverse("applications:review-list"))
    client.force_login(in_english(world.coordinator_ralga))
    assert "Passed on. No time" in main_of(client, page_of(rwanda, "reviewers_of", application.pk))


def test_with_a_conflict_there_is_nothing_to_pass_on(
    client: Client, rwanda: Track, people: list[User], world: World
) -> None:
    application = in_review(rwanda, world.gent)
    ask(application, rwanda, people[0])
    make_editor(world.gent, user=people[0])
    client.force_login(people[0])
    url = reverse("applications:review-pass-on", args=(application.reference, "rw"))
    assert client.get(url).status_code == 404


def test_a_seat_in_the_steering_group_is_made_to_review_by_who_gives_it(
    client: Client, rwanda: Track, world: World
) -> None:
    member = make_steering(world.programme)
    observer = make_steering(world.programme, SteeringKind.OBSERVER, world.ancb)
    seat = SteeringSeat.objects.get(user=member)
    url = reverse("admin:people_steeringseat_change", args=(seat.pk,))
    for person in (world.coordinator_ralga, member):
        client.force_login(person)
        client.post(url, {"reviews": "on"})
        seat.refresh_from_db()
        assert not seat.reviews
    client.force_login(world.coordinator_vvsg)
    assert client.post(url, {"reviews": "on"}).status_code == 302
    seat.refresh_from_db()
    assert seat.reviews
    # An observer of another country's association reviews on no track of this one.
    SteeringSeat.objects.filter(user=observer).update(reviews=True)
    client.force_login(in_english(member))
    assert reverse("applications:review-list") in client.get("/").content.decode()
    names = {one.person for one in overview_of(rwanda).carriers}
    assert names == {member}
