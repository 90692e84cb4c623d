"""The panel: differences first, the consolidated sheet, agreed scores with a minute, and who sees none of it."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.enums import ApplicationStatus, CallStatus, ReviewStatus
from applications.errors import ConflictOfInterest, ReasonNeeded
from applications.models import Application, Call, Criterion, PanelScore, Review, Score, Tally, Track
from applications.selectors.ranking import ranking_of
from applications.services.panel import agree_on_score, seen_of, take_back_score
from applications.services.tallies import recompute_tallies
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, EditConflict, Incomplete
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.applications.factories import cleared, open_call
from tests.applications.scored import in_review, judged
from tests.factories import MunicipalityFactory, in_english, make_editor, make_seat, make_steering
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(world: World) -> Iterator[Call]:
    call = open_call(world)
    with clock.at(call.closes_at + timedelta(hours=1)):
        yield call


@pytest.fixture
def people(world: World) -> tuple[User, User]:
    return (
        make_seat(world.vvsg, AssociationRole.REVIEWER, email="one@example.org", last_name="Eerst"),
        make_seat(world.ralga, AssociationRole.REVIEWER, email="two@example.org", last_name="Deuxieme"),
    )


@pytest.fixture
def track(call: Call, world: World, people: tuple[User, User]) -> Track:
    """Gent is agreed upon, Leuven disputed; of Mechelen one review is set aside."""
    one, two = people
    found = Track.objects.select_related("call", "partner_country__country").get(
        call=call, partner_country=world.rwanda
    )
    judged(found, in_review(found, world.gent), {one: 4, two: 4})
    judged(found, in_review(found, world.leuven), {one: 0, two: 4})
    last = judged(found, in_review(found, world.mechelen), {one: 1, two: 3})
    for person in people:
        cleared(person, *Application.objects.filter(call=call))
    Review.objects.filter(application=last, reviewer=two).update(
        set_aside=True, set_aside_reason="Sister on the council", private_note="Zorgvuldig geheim"
    )
    Score.objects.filter(review__application=last).update(comment="Thin on outside actors")
    recompute_tallies(track=found)
    in_english(world.coordinator_ralga)
    return found


def of(track: Track, name: str) -> Application:
    return Application.objects.get(call=track.call, municipality__name=name)


def first(track: Track) -> Criterion:
    return track.criteria.order_by("order")[0]


def address(track: Track, page: str, *more: str) -> str:
    return reverse(f"applications:{page}", args=[track.call.code, "rw", *more])


def sheet_of(track: Track, name: str) -> str:
    return address(track, "panel-sheet", of(track, name).reference)


def agree_page(track: Track, name: str) -> str:
    return address(track, "panel-agree", of(track, name).reference, first(track).code)


def names(answer: Any) -> list[str]:
    return [row.one.name for row in answer.context["page"].object_list]


def agreed(track: Track, name: str, actor: User, **more: Any) -> PanelScore:
    given: dict[str, Any] = {"value": 2, "minute": "Read again together.", "seen": ""} | more
    return agree_on_score(application=of(track, name), criterion=first(track), actor=actor, **given)


def test_what_reviewers_differ_on_stands_first_and_filters_stand_in_the_address(
    client: Client, track: Track, people: tuple[User, User]
) -> None:
    client.force_login(people[0])
    page = client.get(address(track, "panel-list"))
    assert names(page)[0] == "Leuven"
    assert page.context["page"].object_list[0].one.line.disagree
    assert "sensitivity" in page.context
    assert names(client.get(address(track, "panel-list") + "?only=disagree")) == ["Leuven"]
    assert names(client.get(address(track, "panel-list") + "?name=mech")) == ["Mechelen"]
    # What is decided is not told before the release, not by a filter either.
    assert len(names(client.get(address(track, "panel-list") + "?only=by_hand"))) == 3


def test_the_sheet_holds_all_scores_and_no_private_note(
    client: Client, track: Track, world: World, people: tuple[User, User]
) -> None:
    client.force_login(world.coordinator_ralga)
    html = client.get(sheet_of(track, "Mechelen")).content.decode()
    assert "Thin on outside actors" in html
    assert "Set aside: this review does not count." in html
    assert "Sister on the council" in html
    assert "geheim" not in html
    client.force_login(in_english(people[0]))
    html = client.get(sheet_of(track, "Mechelen")).content.decode()
    assert "Set aside: this review does not count." in html
    assert "Sister on the council" not in html
    assert "panel-agree" not in html
    assert "Agree on a score" not in html


def test_a_reviewer_who_had_not_to_score_it_first_says_what_they_have_to_do_with_it(
    client: Client, track: Track, world: World
) -> None:
    third = make_seat(world.ralga, AssociationRole.REVIEWER, language="en")
    judged(track, of(track, "Gent"), {third: 4})
    cleared(third, of(track, "Gent"))
    client.force_login(third)
    asked = reverse("applications:interest-declare", args=[of(track, "Leuven").reference])
    assert client.get(sheet_of(track, "Gent")).status_code == 200
    assert client.get(sheet_of(track, "Leuven")).headers["Location"] == asked
    assert client.post(asked, {"interest": "nothing"}).headers["Location"] == sheet_of(track, "Leuven")
    assert client.get(sheet_of(track, "Leuven")).status_code == 200
    other = reverse("applications:interest-declare", args=[of(track, "Mechelen").reference])
    stepped = client.post(other, {"interest": "conflict", "ground": "family", "words": "Sister"})
    assert stepped.status_code == 302
    assert client.get(sheet_of(track, "Leuven")).status_code == 403
    # Who still has one to hand in on the track knows nothing of the others there.
    fourth = make_seat(world.ralga, AssociationRole.REVIEWER, language="en")
    gent = of(track, "Gent")
    Review.objects.create(application=gent, track=track, revision=gent.revisions.get(), reviewer=fourth)
    client.force_login(fourth)
    assert client.get(asked).status_code == 404


def test_an_agreed_score_counts_in_place_of_the_reviewers_own(
    client: Client, track: Track, world: World
) -> None:
    before = Tally.objects.get(application=of(track, "Leuven"))
    client.force_login(world.coordinator_ralga)
    answer = client.post(
        agree_page(track, "Leuven"), {"step": "agree", "value": "2", "minute": "Read again.", "seen": ""}
    )
    assert answer.headers["Location"] == sheet_of(track, "Leuven")
    row = PanelScore.objects.get()
    assert (row.value, row.minute, row.agreed_by) == (2, "Read again.", world.coordinator_ralga)
    after = Tally.objects.get(application=of(track, "Leuven"))
    assert (before.spread, after.own_spread) == (Decimal("100.00"), Decimal("100.00"))
    assert after.spread is not None
    assert after.spread < Decimal("100.00")
    ranked = next(line for line in ranking_of(track) if line.application.municipality.name == "Leuven")
    assert ranked.line.spread == after.spread
    assert "Read again." in client.get(sheet_of(track, "Leuven")).content.decode()
    assert names(client.get(address(track, "panel-list") + "?only=agreed")) == ["Leuven"]


def test_a_set_aside_review_is_not_made_to_count(track: Track, world: World) -> None:
    agreed(track, "Mechelen", world.coordinator_ralga)
    assert Tally.objects.get(application=of(track, "Mechelen")).n == 1
    Review.objects.filter(application=of(track, "Mechelen")).update(set_aside=True)
    with pytest.raises(DomainError, match="No review of this application counts"):
        agreed(track, "Mechelen", world.coordinator_ralga, value=3)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"value": "2", "minute": "  "}, "Minute"),
        ({"value": "9", "minute": "Too high"}, "Agreed score"),
        ({"value": "", "minute": "Nothing"}, "Agreed score"),
        ({"value": "-1", "minute": "Too low"}, "Agreed score"),
    ],
)
def test_what_cannot_be_kept_comes_back_as_it_was_typed(
    client: Client, track: Track, world: World, data: dict[str, str], said: str
) -> None:
    client.force_login(world.coordinator_ralga)
    answer = client.post(agree_page(track, "Gent"), {"step": "agree", "seen": "", **data})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "error-summary" in html
    assert said in html
    assert data["minute"].strip() in html
    assert not PanelScore.objects.exists()


def test_the_service_holds_the_scale_and_wants_a_minute(track: Track, world: World) -> None:
    with pytest.raises(DomainError, match="lies between"):
        agreed(track, "Gent", world.coordinator_ralga, value=5)
    with pytest.raises(Incomplete):
        agreed(track, "Gent", world.coordinator_ralga, minute=" ")
    Application.objects.filter(pk=of(track, "Gent").pk).update(status=ApplicationStatus.WITHDRAWN)
    with pytest.raises(DomainError, match="not ranked"):
        agreed(track, "Gent", world.coordinator_ralga)
    assert not PanelScore.objects.exists()


def test_the_panel_leaves_at_least_one_score(track: Track, world: World) -> None:
    criteria = list(track.criteria.order_by("order"))
    for criterion in criteria[1:]:
        agree_on_score(
            application=of(track, "Gent"), criterion=criterion, value=None, minute="Does not apply.", seen="",
            actor=world.coordinator_ralga,
        )  # fmt: skip
    with pytest.raises(DomainError, match="no review would have a score left"):
        agreed(track, "Gent", world.coordinator_ralga, value=None)
    assert Tally.objects.get(application=of(track, "Gent")).n == 2
    assert not PanelScore.objects.filter(criterion=criteria[0]).exists()


def test_two_coordinators_at_once_do_not_write_over_each_other(
    client: Client, track: Track, world: World
) -> None:
    kept = agreed(track, "Gent", world.coordinator_ralga)
    # The same again is the same, also from a page that is older.
    assert agreed(track, "Gent", world.coordinator_vvsg).pk == kept.pk
    with pytest.raises(EditConflict):
        agreed(track, "Gent", world.coordinator_vvsg, value=3)
    client.force_login(in_english(world.coordinator_vvsg))
    given = {"step": "agree", "value": "3", "minute": "Mine", "seen": ""}
    answer = client.post(agree_page(track, "Gent"), given)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Read again together." in html
    assert "Mine" in html
    # With both seen it goes through.
    seen = answer.context["agree"]["seen"].value()
    assert client.post(agree_page(track, "Gent"), given | {"seen": seen}).status_code == 302
    assert PanelScore.objects.get().minute == "Mine"


def test_taking_back_wants_a_reason_and_stays_in_the_history(
    client: Client, track: Track, world: World
) -> None:
    before = Tally.objects.get(application=of(track, "Leuven")).spread
    row = agreed(track, "Leuven", world.coordinator_ralga)
    with pytest.raises(ReasonNeeded):
        take_back_score(
            application=of(track, "Leuven"), criterion=first(track), reason=" ", seen=seen_of(row),
            actor=world.coordinator_ralga,
        )  # fmt: skip
    client.force_login(world.coordinator_ralga)
    url = agree_page(track, "Leuven")
    assert client.post(url, {"step": "take-back", "reason": "", "seen": seen_of(row)}).status_code == 422
    given = {"step": "take-back", "reason": "Wrong application", "seen": seen_of(row)}
    assert client.post(url, given).status_code == 302
    assert client.post(url, given).status_code == 302
    assert not PanelScore.objects.exists()
    assert Tally.objects.get(application=of(track, "Leuven")).spread == before
    events: Any = apps.get_model("applications", "PanelScoreEvent")
    told = [(one.pgh_label, one.pgh_context.metadata["reason"]) for one in events.objects.order_by("pgh_id")]
    assert told == [("insert", "Read again together."), ("take_back", "Wrong application")]
    html = client.get(sheet_of(track, "Leuven")).content.decode()
    assert "Wrong application" in html
    assert "Read again together." in html


def test_once_released_nothing_is_agreed_any_more(client: Client, track: Track, world: World) -> None:
    row = agreed(track, "Gent", world.coordinator_ralga)
    Call.objects.filter(pk=track.call_id).update(status=CallStatus.DECIDED, decided_at=clock.now())
    with pytest.raises(DomainError, match="released"):
        agreed(track, "Gent", world.coordinator_ralga, value=3, seen=seen_of(row))
    with pytest.raises(DomainError, match="released"):
        take_back_score(
            application=of(track, "Gent"), criterion=first(track), reason="Late", seen=seen_of(row),
            actor=world.coordinator_ralga,
        )  # fmt: skip
    assert PanelScore.objects.count() == 1


def test_who_may_not_know_gets_404_and_the_wrong_role_403(
    client: Client, track: Track, world: World, people: tuple[User, User]
) -> None:
    pages = [address(track, "panel-list"), sheet_of(track, "Gent"), agree_page(track, "Gent")]

    def asked(user: User) -> list[int]:
        client.force_login(user)
        return [client.get(url).status_code for url in pages]

    assert asked(make_editor(world.gent)) == [404, 404, 404]
    assert asked(world.coordinator_ancb) == [404, 404, 404]
    assert asked(make_seat(world.ancb, AssociationRole.REVIEWER)) == [404, 404, 404]
    # In the pool, but nothing of theirs is in: they have not judged here.
    assert asked(make_seat(world.ralga, AssociationRole.REVIEWER)) == [403, 403, 403]
    assert asked(make_seat(world.ralga, AssociationRole.AUDITOR)) == [403, 403, 403]
    assert asked(make_steering(world.programme)) == [403, 403, 403]
    assert asked(people[0]) == [200, 200, 403]
    assert client.post(pages[2], {"step": "agree", "value": "2", "minute": "x"}).status_code == 403
    assert asked(world.coordinator_ralga) == [200, 200, 200]
    assert client.get(address(track, "panel-sheet", "APP-1999-0001")).status_code == 404
    assert (
        client.get(address(track, "panel-agree", of(track, "Gent").reference, "nonsense")).status_code == 404
    )


def test_whoever_steps_out_or_has_a_review_to_hand_in_sees_nothing(
    client: Client, track: Track, world: World, people: tuple[User, User]
) -> None:
    pages = [address(track, "panel-list"), sheet_of(track, "Gent"), address(track, "track-ranking")]

    def closed(user: User) -> None:
        client.force_login(user)
        for url in pages:
            answer = client.get(url)
            text = answer.content.decode().split("<main")[1]
            assert answer.status_code == 403
            assert not [word for word in ("Gent", "Leuven", "Mechelen", "reviews are in") if word in text]

    make_editor(world.leuven, user=people[1])
    closed(people[1])
    conflicted = make_seat(world.ralga, AssociationRole.COORDINATOR)
    make_editor(world.leuven, user=conflicted)
    closed(conflicted)
    with pytest.raises(ConflictOfInterest):
        agreed(track, "Gent", conflicted)
    late = Review.objects.get(application=of(track, "Gent"), reviewer=people[0])
    Review.objects.filter(pk=late.pk).update(status=ReviewStatus.REOPENED)
    closed(people[0])


def test_an_open_review_is_not_on_the_sheet(client: Client, track: Track, world: World) -> None:
    Review.objects.filter(application=of(track, "Gent"), reviewer__email="two@example.org").update(
        status=ReviewStatus.REOPENED
    )
    client.force_login(world.coordinator_ralga)
    sheet = client.get(sheet_of(track, "Gent")).context["sheet"]
    assert ([column.review.reviewer.email for column in sheet.columns], sheet.awaited) == (
        ["one@example.org"],
        1,
    )


def test_the_list_and_the_sheet_stay_within_their_statements(
    client: Client, track: Track, world: World, people: tuple[User, User]
) -> None:
    agreed(track, "Leuven", world.coordinator_ralga)
    client.force_login(people[0])

    def statements(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    pages = (address(track, "panel-list"), sheet_of(track, "Leuven"), address(track, "track-ranking"))
    before = [statements(url) for url in pages]
    assert max(before) <= 15, before
    for number in range(10):
        place = MunicipalityFactory(country=world.gent.country, name=f"Place {number}")
        judged(track, in_review(track, place), {people[0]: number % 5, people[1]: 2})
    assert [statements(url) for url in pages] == before
