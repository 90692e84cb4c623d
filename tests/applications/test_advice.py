"""The steering group reads the ranking on the site and advises on it until the release."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import CallStatus, DecisionOutcome, Outcome, ReviewStatus
from applications.errors import ConflictOfInterest
from applications.models import Advice, Call, Decision, Review, Track
from applications.reports_decisions import record_context, subject_of
from applications.services.advice import give_advice
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.people.enums import AssociationRole, SteeringKind
from sdgpartners.people.models import User
from tests.applications import test_panel as panel
from tests.factories import in_english, make_editor, make_seat, make_steering
from tests.world import World

pytestmark = pytest.mark.django_db
call, people, track, address, of, names = (
    panel.call, panel.people, panel.track, panel.address, panel.of, panel.names,
)  # fmt: skip


@pytest.fixture
def member(world: World) -> User:
    return in_english(make_steering(world.programme, last_name="Stuurs"))


def test_a_member_reads_the_ranking_and_advises(
    client: Client, track: Track, world: World, member: User
) -> None:
    client.force_login(member)
    url = address(track, "track-ranking")
    page = client.get(url)
    assert names(page) == ["Gent", "Leuven", "Mechelen"]
    assert client.post(url, {"about": "", "text": "Mind the small ones."}).status_code == 302
    about = of(track, "Leuven").reference
    assert client.get(f"{url}?about={about}").context["advice_form"]["about"].value() == about
    for _again in range(2):
        assert client.post(url, {"about": about, "text": "A strong network."}).status_code == 302
    told = [(row.author, row.application, row.text) for row in Advice.objects.order_by("pk")]
    assert told == [
        (member, None, "Mind the small ones."),
        (member, of(track, "Leuven"), "A strong network."),
    ]
    desk = reverse("admin:applications_track_ranking", args=[track.pk])
    for reader, read in ((member, url), (world.coordinator_ralga, url), (world.coordinator_ralga, desk)):
        client.force_login(reader)
        html = client.get(read).content.decode()
        assert "Mind the small ones." in html
        assert "Stuurs" in html
    assert [row.text for row in record_context(subject_of(track), "en")["advice"]] == [row[2] for row in told]


@pytest.mark.parametrize(
    "data", [{"about": "", "text": " "}, {"about": "APP-1999-0001", "text": "Typed text"}]
)
def test_advice_without_text_or_about_something_else_comes_back(
    client: Client, track: Track, member: User, data: dict[str, str]
) -> None:
    client.force_login(member)
    answer = client.post(address(track, "track-ranking"), data)
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert data["text"].strip() in answer.content.decode()
    assert not Advice.objects.exists()


def test_prepared_decisions_are_not_told_before_the_release(
    client: Client, track: Track, world: World, member: User
) -> None:
    Decision.objects.create(
        application=of(track, "Gent"), track=track, outcome=DecisionOutcome.REJECTED, reason="No sponsor left",
        ranked_as=Outcome.SELECTED, rank=1, total="100.00",
    )  # fmt: skip
    client.force_login(member)
    html = client.get(address(track, "track-ranking")).content.decode()
    assert "No sponsor left" not in html
    assert "Not selected" not in html.split("<tbody")[1]


def test_after_the_release_it_is_to_read(client: Client, track: Track, member: User) -> None:
    Call.objects.filter(pk=track.call_id).update(status=CallStatus.DECIDED, decided_at=clock.now())
    Decision.objects.create(
        application=of(track, "Gent"), track=track, outcome=DecisionOutcome.SELECTED, ranked_as=Outcome.SELECTED,
        rank=1, total="100.00", released_at=clock.now(),
    )  # fmt: skip
    client.force_login(member)
    url = address(track, "track-ranking")
    page = client.get(url)
    assert names(page) == ["Gent"]
    assert "Give this advice" not in page.content.decode()
    assert client.post(url, {"about": "", "text": "Too late"}).status_code == 422
    with pytest.raises(DomainError, match="released"):
        give_advice(track=track, text="Too late", actor=member)
    assert not Advice.objects.exists()


def test_an_observer_advises_on_the_own_country_alone(client: Client, track: Track, world: World) -> None:
    own = make_steering(world.programme, SteeringKind.OBSERVER, world.ralga)
    other = make_steering(world.programme, SteeringKind.OBSERVER, world.ancb)
    url = address(track, "track-ranking")
    client.force_login(own)
    assert client.get(url).status_code == 200
    client.force_login(other)
    assert [client.get(url).status_code, client.post(url, {"text": "x"}).status_code] == [404, 404]
    benin = Track.objects.get(call=track.call, partner_country=world.benin)
    assert client.get(reverse("applications:track-ranking", args=[benin.call.code, "bj"])).status_code == 200


def test_a_member_with_an_interest_sees_nothing_of_the_track(
    client: Client, track: Track, world: World, member: User
) -> None:
    Advice.objects.create(track=track, author=world.coordinator_vvsg, text="Said before")
    make_editor(world.leuven, user=member)
    client.force_login(member)
    url = address(track, "track-ranking")
    for answer in (client.get(url), client.post(url, {"about": "", "text": "Mine"})):
        text = answer.content.decode().split("<main")[1]
        assert answer.status_code == 403
        assert not [word for word in ("Gent", "Leuven", "Said before") if word in text]
    listed = client.get(reverse("applications:track-list")).content.decode()
    assert url not in listed
    with pytest.raises(ConflictOfInterest):
        give_advice(track=track, text="Mine", actor=member)
    assert [row.person for row in record_context(subject_of(track), "en")["recusals"]] == [member]


def test_others_read_and_do_not_advise(
    client: Client, track: Track, world: World, people: tuple[User, User]
) -> None:
    url = address(track, "track-ranking")
    auditor = make_seat(world.ralga, AssociationRole.AUDITOR)
    for reader in (world.coordinator_ralga, auditor, people[0]):
        client.force_login(reader)
        got = client.get(url).status_code, client.post(url, {"about": "", "text": "Mine"}).status_code
        assert got == (200, 403)
    for stranger in (make_editor(world.gent), world.coordinator_ancb):
        client.force_login(stranger)
        assert client.get(url).status_code == 404
    with pytest.raises(Incomplete):
        give_advice(track=track, text=" ", actor=world.coordinator_vvsg)


def test_the_list_of_rankings_holds_what_concerns_the_person(
    client: Client, track: Track, world: World, member: User, people: tuple[User, User]
) -> None:
    page = reverse("applications:track-list")

    def rows(user: User) -> list[Any]:
        client.force_login(user)
        found = client.get(page).context["rows"]
        return [(row["track"].partner_country.country_id, row["ranking"], row["panel"]) for row in found]

    assert sorted(rows(member)) == [("BJ", True, False), ("RW", True, False)]
    assert rows(world.coordinator_ralga) == [("RW", True, True)]
    assert rows(people[1]) == [("RW", True, True)]
    assert rows(make_seat(world.ralga, AssociationRole.REVIEWER)) == [("RW", False, False)]
    assert rows(make_editor(world.gent)) == []


def test_no_link_leads_to_a_page_that_is_closed_for_now(
    client: Client, track: Track, people: tuple[User, User], member: User
) -> None:
    """A reviewer with a review to hand in, also where another is in or they sit in the steering group."""
    Review.objects.filter(application=of(track, "Gent"), reviewer=people[0]).update(
        status=ReviewStatus.REOPENED
    )
    make_steering(track.call.programme, user=people[0])
    client.force_login(in_english(people[0]))
    page = client.get(reverse("applications:track-list"))
    rows = {
        row["track"].partner_country.country_id: (row["ranking"], row["panel"])
        for row in page.context["rows"]
    }
    assert rows["RW"] == (False, False)
    text = page.content.decode()
    assert address(track, "track-ranking") not in text
    assert "once you have submitted your own reviews" in text
