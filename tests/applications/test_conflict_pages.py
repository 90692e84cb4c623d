"""The pages of confidentiality and declarations, and that a conflict hides the file everywhere."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from applications.enums import ConflictOrigin, ReviewStatus
from applications.models import (
    Call,
    ConfidentialityAgreement,
    ConflictDeclaration,
    Review,
    Track,
)
from applications.review_permissions import ReviewPerm
from applications.selectors.reviews import reviews_visible_to
from applications.services import assignment
from sdgpartners.core.access import allowed
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import SteeringSeat, User
from sdgpartners.programme.models import TownTwinning
from tests.applications.factories import open_call
from tests.applications.test_conflict_leaks import main_of
from tests.applications.test_conflicts import in_review
from tests.factories import make_seat
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def call(world: World) -> Call:
    return open_call(world)


@pytest.fixture
def rwanda(call: Call, world: World) -> Track:
    return Track.objects.select_related("call", "partner_country__programme").get(
        call=call, partner_country=world.rwanda
    )


@pytest.fixture
def reviewer(world: World) -> User:
    return make_seat(world.vvsg, AssociationRole.REVIEWER, email="one@example.org")


def test_the_road_to_the_first_file(
    client: Client, call: Call, rwanda: Track, world: World, reviewer: User
) -> None:
    team = in_review(call, world.gent, world)
    assignment.assign_reviewer(application=team.application, track=rwanda, reviewer=reviewer, actor=None)
    TownTwinning.objects.create(
        north=world.gent, partner_country_code="NI", partner_name="Estelí", since_year=1999
    )
    client.force_login(reviewer)
    sheet = reverse("applications:review-detail", args=(team.reference, "rw"))
    secrecy = reverse("applications:confidentiality", args=(call.code,))
    interest = reverse("applications:interest-declare", args=(team.reference,))
    first = client.get(sheet)
    assert first.headers["Location"] == f"{secrecy}?application={team.reference}"
    posted = client.post(sheet, {"comment": "x", "version": 0})
    assert posted.headers["Location"].startswith(secrecy)
    page = client.get(first.headers["Location"])
    read = main_of(page).partition("<div lang=")[2].partition("</div>")[0]
    assert (read.count("<ul>"), read.count("<li>"), "&#x27;text&#x27;" in read) == (1, 4, False)
    assert "<p>" in read.partition("<ul>")[0]
    assert ConfidentialityAgreement.objects.count() == 0
    assert client.post(secrecy, {"application": team.reference}).status_code == 422
    agreed = client.post(secrecy, {"application": team.reference, "agrees": "on"})
    assert agreed.headers["Location"] == interest
    assert client.get(sheet).headers["Location"] == interest
    asked = main_of(client.get(interest))
    assert "Estelí" in asked
    assert client.post(interest, {}).status_code == 422
    done = client.post(interest, {"interest": "nothing"})
    assert done.headers["Location"] == sheet
    assert client.get(sheet).status_code == 200
    assert "You agreed to this" in main_of(client.get(secrecy))
    assert "Has something come up?" in main_of(client.get(interest))


def test_typed_text_stays_and_half_answers_are_refused(
    client: Client, call: Call, world: World, reviewer: User
) -> None:
    team = in_review(call, world.gent, world, reviewer)
    client.force_login(reviewer)
    page = reverse("applications:interest-declare", args=(team.reference,))
    for data in (
        {"interest": "conflict", "words": "My cousin"},
        {"interest": "conflict", "ground": "other"},
        {"interest": "nothing", "ground": "family", "words": "My cousin"},
        {"interest": "perhaps"},
        {"interest": "conflict", "ground": "envy"},
    ):
        answer = client.post(page, data)
        assert answer.status_code == 422
        assert data.get("words", "") in answer.content.decode()
    assert ConflictDeclaration.objects.filter(ground="").count() == 1
    assert client.post(page, {"interest": "conflict", "ground": "family"}).status_code == 302
    assert Review.objects.get().status == ReviewStatus.RECUSED
    sheet = reverse("applications:review-detail", args=(team.reference, "rw"))
    assert [client.get(each).status_code for each in (page, sheet)] == [404, 404]
    assert client.post(page, {"interest": "nothing"}).status_code == 404
    assert "Gent" not in main_of(client.get(reverse("applications:review-list")))


def test_who_has_no_seat_knows_of_neither_page(
    client: Client, call: Call, world: World, reviewer: User
) -> None:
    team = in_review(call, world.gent, world, reviewer)
    secrecy = reverse("applications:confidentiality", args=(call.code,))
    interest = reverse("applications:interest-declare", args=(team.reference,))
    outsider = make_seat(world.ancb, AssociationRole.REVIEWER)
    facilitator = make_seat(world.vvsg, AssociationRole.FACILITATOR)
    idle = make_seat(world.vvsg, AssociationRole.REVIEWER)
    opened = {}
    for person in (outsider, facilitator, idle, team.editor, world.coordinator_ralga, world.coordinator_ancb):
        client.force_login(person)
        opened[person.pk] = tuple(client.get(page).status_code for page in (secrecy, interest))
    assert opened == {
        # The call has a track of Benin too.
        outsider.pk: (200, 404), facilitator.pk: (404, 404), idle.pk: (200, 404), team.editor.pk: (404, 404),
        world.coordinator_ralga.pk: (200, 200), world.coordinator_ancb.pk: (200, 404),
    }  # fmt: skip


def test_the_steering_group_declares_too_and_an_observer_for_its_country(
    client: Client, call: Call, rwanda: Track, world: World
) -> None:
    team = in_review(call, world.gent, world)
    member, observer, other = (User.objects.create(email=f"s{n}@example.org") for n in range(3))
    for person, association in ((member, None), (observer, world.ralga), (other, world.ancb)):
        kind = "observer" if association else "civil_servant"
        SteeringSeat.objects.create(
            user=person, programme=world.programme, kind=kind,
            association=association,
        )  # fmt: skip
    interest = reverse("applications:interest-declare", args=(team.reference,))
    seen = {}
    for person in (member, observer, other):
        client.force_login(person)
        seen[person.pk] = client.get(interest).status_code
    assert seen == {member.pk: 200, observer.pk: 200, other.pk: 404}
    assert allowed(member, ReviewPerm.VIEW_RANKING, rwanda)
    client.force_login(member)
    assert client.post(interest, {"interest": "conflict", "ground": "work"}).status_code == 302
    assert not allowed(User.objects.get(pk=member.pk), ReviewPerm.VIEW_RANKING, rwanda)


def test_the_record_is_read_in_scope_and_kept_by_the_lead(
    client: Client, call: Call, rwanda: Track, world: World, reviewer: User
) -> None:
    team = in_review(call, world.gent, world, reviewer)
    lead = world.coordinator_vvsg
    enter = reverse("admin:applications_conflictdeclaration_enter", args=(team.application.pk,))
    data = {"person": reviewer.pk, "ground": "work", "words": "Wrote their plan"}
    auditor = make_seat(world.vvsg, AssociationRole.AUDITOR)
    for person, status in ((world.coordinator_ralga, 403), (world.coordinator_ancb, 404), (auditor, 403)):
        client.force_login(person)
        assert client.post(enter, data).status_code == status
    client.force_login(lead)
    find = reverse("admin:applications_conflictdeclaration_find")
    assert client.get(find, {"reference": team.reference.lower()}).headers["Location"] == enter
    assert client.get(find, {"reference": "APP-2020-9999"}).status_code == 422
    assert client.post(enter, data | {"words": ""}).status_code == 422
    # Nobody outside the people who read or score it, and not oneself.
    for stranger in (team.editor, lead, make_seat(world.ancb, AssociationRole.REVIEWER)):
        assert client.post(enter, data | {"person": stranger.pk}).status_code == 422
    assert client.post(enter, data).status_code == 302
    row = ConflictDeclaration.objects.get(person=reviewer)
    assert (row.origin, row.words) == (ConflictOrigin.COORDINATOR, "Wrote their plan")
    page = reverse("admin:applications_conflictdeclaration_change", args=(row.pk,))
    client.force_login(world.coordinator_ralga)
    assert "Lift the conflict" not in main_of(client.get(page))
    assert client.post(page, {"reason": "Never mind"}).status_code == 403
    client.force_login(world.coordinator_ancb)
    assert client.get(page).status_code == 404
    client.force_login(lead)
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "A namesake"}).status_code == 302
    text = main_of(client.get(page))
    assert "A namesake" in text
    assert "Lift the conflict" not in text
    assert not reviews_visible_to(reviewer).exists()
