"""The ranking at the desk: paged, filters in the address, the figures of its files, closed to who must not see."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from applications.admin import ranking_pages
from applications.enums import CallStatus
from applications.models import Call, PanelScore, Review, Track
from applications.selectors import ranking_page
from applications.selectors.ranking import ranking_of
from applications.services.decisions import prepare_decisions
from applications.services.tallies import recompute_tallies
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.programme.models import Municipality
from tests.applications.factories import open_call
from tests.applications.scored import in_review, judged
from tests.factories import MunicipalityFactory, make_editor, make_seat, make_steering
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(world: World) -> Iterator[Call]:
    call = open_call(world)
    with clock.at(call.closes_at + timedelta(hours=1)):
        yield call


@pytest.fixture
def rwanda(call: Call, world: World) -> Track:
    Track.objects.filter(call=call).update(places=1)
    return Track.objects.select_related("call", "partner_country").get(
        call=call, partner_country=world.rwanda
    )


@pytest.fixture
def people(world: World) -> tuple[User, User]:
    return (
        make_seat(world.vvsg, AssociationRole.REVIEWER, email="one@example.org"),
        make_seat(world.ralga, AssociationRole.REVIEWER, email="two@example.org"),
    )


@pytest.fixture
def three(rwanda: Track, people: tuple[User, User], world: World) -> Track:
    """Gent disputed and first, Leuven with the bonus, Mechelen last; one review of Mechelen set aside."""
    one, two = people
    judged(rwanda, in_review(rwanda, world.gent), {one: 4, two: (1, 4, 4, 3, 4, 2)})
    judged(rwanda, in_review(rwanda, world.leuven, twinned=False), {one: 2, two: (2, 3, 2, 2, None, 2)})
    last = judged(rwanda, in_review(rwanda, world.mechelen), {one: 1, two: 4})
    Review.objects.filter(application=last, reviewer=two).update(
        set_aside=True, set_aside_reason="Works for Mechelen since May"
    )
    recompute_tallies(track=rwanda)
    return rwanda


def page_of(track: Track, query: str = "") -> str:
    return reverse("admin:applications_track_ranking", args=[track.pk]) + query


def file_of(track: Track, query: str = "") -> str:
    return reverse("admin:applications_track_ranking_file", args=[track.pk]) + query


def names(answer: Any) -> list[str]:
    return [row.one.name for row in answer.context["page"].object_list]


def main_of(answer: Any) -> str:
    return str(answer.content.decode().split("<main")[1])


def test_the_page_the_spreadsheet_and_the_file_hold_the_same_figures(
    client: Client, three: Track, world: World
) -> None:
    client.force_login(world.coordinator_ralga)
    rows = client.get(page_of(three)).context["page"].object_list
    shown = [(row.one.line.rank, row.one.name, row.one.line.total, row.one.line.mean, row.one.line.spread)
             for row in rows]  # fmt: skip
    html = main_of(client.get(page_of(three)))
    assert all(f">{figure}<" in html for _rank, _name, *figures in shown for figure in figures[:2])
    book = load_workbook(io.BytesIO(client.get(file_of(three)).content))
    sheet = list(book["Ranking"].iter_rows(values_only=True))
    head = {title: place for place, title in enumerate(sheet[0])}
    kept = [tuple(line[head[name]] for name in ("Rank", "Municipality", "Total", "Mean", "Spread"))
            for line in sheet[1:]]  # fmt: skip
    assert kept == [(rank, name, *map(float, figures)) for rank, name, *figures in shown]
    assert [(row.line.rank, row.application.municipality.name, row.line.total, row.line.mean, row.line.spread)
            for row in ranking_of(three)] == shown  # fmt: skip
    problem = json.loads(client.get(file_of(three, "?form=json")).content)
    assert [one["set_aside"] for one in problem["applications"][2]["reviews"]] == [False, True]


def test_a_name_that_looks_like_a_formula_stays_text(
    client: Client, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    place: Municipality = MunicipalityFactory(country=world.gent.country, name='=HYPERLINK("http://x")')
    judged(rwanda, in_review(rwanda, place), {people[0]: 4})
    client.force_login(world.coordinator_ralga)
    book = load_workbook(io.BytesIO(client.get(file_of(rwanda)).content))
    cell = book["Ranking"]["C2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")


def test_the_page_shows_the_cut_line_what_was_set_aside_and_who_is_mild(
    client: Client, three: Track, world: World, people: tuple[User, User]
) -> None:
    client.force_login(world.coordinator_ralga)
    answer = client.get(page_of(three))
    html = main_of(answer)
    assert names(answer) == ["Gent", "Leuven", "Mechelen"]
    assert [row.cut for row in answer.context["page"].object_list] == [False, True, False]
    assert "Cut line: 1 place." in html
    assert "Works for Mechelen since May" in html
    assert "reviewers disagree" not in html.split("Leuven</th>")[0] or "Gent" in html
    # Mechelen's counted review stands alone: two applications were judged together.
    assert [(line.person, line.n) for line in answer.context["leniency"]] == [(people[0], 2), (people[1], 2)]
    assert answer.context["tried"] == 2 * three.criteria.count() + 2


def test_filters_stand_in_the_address(client: Client, three: Track, world: World) -> None:
    client.force_login(world.coordinator_ralga)
    assert names(client.get(page_of(three, "?outcome=reserve"))) == ["Leuven", "Mechelen"]
    assert names(client.get(page_of(three, "?name=LEU"))) == ["Leuven"]
    assert names(client.get(page_of(three, "?only=disagree"))) == []
    assert names(client.get(page_of(three, "?outcome=nonsense&only=x"))) == ["Gent", "Leuven", "Mechelen"]
    first = Review.objects.order_by("pk")[0]
    PanelScore.objects.create(
        application=first.application,
        criterion=three.criteria.order_by("order")[0],
        value=3,
        minute="Agreed",
    )
    recompute_tallies(track=three)
    assert names(client.get(page_of(three, "?only=agreed"))) == ["Gent"]


def test_a_page_holds_fifty_and_the_chart_is_of_the_page(
    client: Client, three: Track, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking_page, "ROWS_A_PAGE", 2)
    client.force_login(world.coordinator_ralga)
    second = client.get(page_of(three, "?page=2"))
    assert names(second) == ["Mechelen"]
    assert "Mechelen" in second.context["chart"]
    assert "Gent" not in second.context["chart"]


def test_a_large_track_is_checked_when_somebody_asks(
    client: Client, three: Track, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking_pages, "MOST_AT_ONCE", 2)
    client.force_login(world.coordinator_ralga)
    answer = client.get(page_of(three, "?outcome=reserve"))
    assert "sensitivity" not in answer.context
    assert answer.context["checks_url"] == "?outcome=reserve&checks=1#checks"
    assert "sensitivity" in client.get(page_of(three, "?outcome=reserve&checks=1")).context


def test_a_step_comes_back_to_the_same_lines(client: Client, three: Track, world: World) -> None:
    Call.objects.filter(pk=three.call_id).update(reviewers_per_application=1)
    client.force_login(world.coordinator_ralga)
    address = page_of(three, "?outcome=reserve&page=1")
    answer = client.post(address, {"step": "prepare"})
    assert answer.headers["Location"] == address
    decision = client.get(address).context["page"].object_list[0].one.prepared
    client.post(
        address, {"step": "hand", "decision": decision.pk, "outcome": "selected", "reason": "Minute 3"}
    )
    assert names(client.get(page_of(three, "?only=by_hand"))) == ["Leuven"]


def test_a_decision_on_earlier_figures_says_so_until_it_is_prepared_again(
    client: Client, three: Track, world: World
) -> None:
    Call.objects.filter(pk=three.call_id).update(reviewers_per_application=1)
    three.refresh_from_db()
    prepare_decisions(track=three, actor=world.coordinator_ralga)
    Review.objects.filter(application__municipality=world.gent).exclude(reviewer__email="one@example.org").update(
        set_aside=True
    )  # fmt: skip
    recompute_tallies(track=three)
    client.force_login(world.coordinator_ralga)
    answer = client.get(page_of(three))
    assert answer.context["summary"].stale == 1
    assert "on earlier figures: prepare again" in main_of(answer)
    client.post(page_of(three), {"step": "prepare"})
    assert client.get(page_of(three)).context["summary"].stale == 0


def test_the_page_stays_within_its_statements(
    client: Client, three: Track, people: tuple[User, User], world: World
) -> None:
    client.force_login(world.coordinator_vvsg)

    def statements() -> int:
        client.get(page_of(three))
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(three))
        return len(queries)

    before = statements()
    assert before <= 15
    for number in range(10):
        place: Municipality = MunicipalityFactory(country=world.gent.country, name=f"Place {number}")
        judged(three, in_review(three, place), {people[0]: number % 5, people[1]: 2})
    assert statements() == before


def test_figures_are_closed_to_who_must_not_see_them(
    client: Client, three: Track, world: World, people: tuple[User, User]
) -> None:
    client.force_login(world.coordinator_ancb)
    assert [client.get(url).status_code for url in (page_of(three), file_of(three))] == [403, 403]
    conflicted = make_seat(world.ralga, AssociationRole.COORDINATOR)
    make_editor(world.leuven, user=conflicted)
    client.force_login(conflicted)
    assert [client.get(url).status_code for url in (page_of(three), file_of(three))] == [403, 403]
    waiting = make_seat(world.ralga, AssociationRole.COORDINATOR)
    make_seat(world.ralga, AssociationRole.REVIEWER, user=waiting)
    review = Review.objects.order_by("pk")[0]
    Review.objects.create(
        application=review.application, track=three, revision=review.revision, reviewer=waiting
    )
    client.force_login(waiting)
    page = client.get(page_of(three))
    html = main_of(page)
    assert page.status_code == 200
    assert not [
        word for word in ("Gent", "Leuven", "reviews are in", "Mild", "XLSX", "version") if word in html
    ]
    assert client.get(file_of(three)).status_code == 403
    # The refusal would name who has how many reviews.
    assert client.post(page_of(three), {"step": "prepare"}).status_code == 403
    client.logout()
    assert client.get(file_of(three)).status_code == 302


def test_the_bonus_is_shown_as_it_was_counted(client: Client, three: Track, world: World) -> None:
    client.force_login(world.coordinator_ralga)
    rows = client.get(page_of(three)).context["page"].object_list
    assert {row.one.name: row.one.line.bonus for row in rows} == {
        "Gent": Decimal("0.00"), "Leuven": Decimal("5.00"), "Mechelen": Decimal("0.00"),
    }  # fmt: skip


def test_without_a_reserve_no_cut_line_is_drawn(
    client: Client, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    """Two places, one taken: whoever misses a minimum was not refused for want of places."""
    Track.objects.filter(pk=rwanda.pk).update(places=2)
    first = rwanda.criteria.order_by("order")[0]
    rwanda.criteria.filter(pk=first.pk).update(floor=2)
    judged(rwanda, in_review(rwanda, world.gent), dict.fromkeys(people, 3))
    judged(rwanda, in_review(rwanda, world.leuven), dict.fromkeys(people, (1, 4, 4, 4, 4, 4)))
    in_review(rwanda, world.mechelen)
    client.force_login(world.coordinator_ralga)
    answer = client.get(page_of(rwanda))
    assert names(answer) == ["Gent", "Leuven", "Mechelen"]
    assert [row.cut for row in answer.context["page"].object_list] == [False, False, False]
    assert "Below the minimum on motivation." in main_of(answer)


def test_the_page_says_which_tie_break_parted_equal_totals(
    client: Client, rwanda: Track, people: tuple[User, User], world: World
) -> None:
    # The last two criteria weigh the same, and the first breaks ties: 5 and 10 against each other.
    judged(rwanda, in_review(rwanda, world.leuven), dict.fromkeys(people, (2, 2, 2, 2, 2, 2)))
    judged(rwanda, in_review(rwanda, world.gent), dict.fromkeys(people, (4, 1, 2, 2, 2, 2)))
    client.force_login(world.coordinator_ralga)
    answer = client.get(page_of(rwanda))
    assert names(answer) == ["Gent", "Leuven"]
    assert [row.why for row in answer.context["page"].object_list] == [
        "",
        "Same total as Gent; behind it on “motivation”: 50.00 against 100.00.",
    ]


def test_an_agreed_score_is_found_also_where_it_changed_no_total(
    client: Client, three: Track, world: World
) -> None:
    leuven = Review.objects.filter(application__municipality=world.leuven)[0].application
    agreed = three.criteria.order_by("order")[0]
    PanelScore.objects.create(application=leuven, criterion=agreed, value=2, minute="As it stands.")
    recompute_tallies(track=three)
    client.force_login(world.coordinator_ralga)
    assert names(client.get(page_of(three, "?only=agreed"))) == ["Leuven"]


def test_the_southern_side_is_ranked_where_the_call_says_so_and_has_a_file_of_its_own(
    client: Client, three: Track, people: tuple[User, User], world: World
) -> None:
    southern = in_review(three, world.karongi)
    southern.preferences.all().delete()
    type(southern).objects.filter(pk=southern.pk).update(side="south", track=three)
    client.force_login(world.coordinator_ralga)
    assert names(client.get(page_of(three))) == ["Gent", "Leuven", "Mechelen"]
    assert "side=south" not in main_of(client.get(page_of(three)))
    Track.objects.filter(pk=three.pk).update(southern_scored=True)
    three.refresh_from_db()
    judged(three, southern, {people[0]: 1})
    assert names(client.get(page_of(three))) == ["Gent", "Leuven", "Mechelen", "Karongi"]
    assert "side=south" in main_of(client.get(page_of(three)))
    problem = json.loads(client.get(file_of(three, "?form=json&side=south")).content)
    assert [one["id"] for one in problem["applications"]] == [southern.reference]


def test_the_desk_is_not_for_who_steers_from_elsewhere(client: Client, three: Track, world: World) -> None:
    """A coordinator of another country with a seat in the steering group reads the ranking on the site: prepared
    decisions stand at the desk."""
    other = make_steering(world.programme, user=world.coordinator_ancb)
    client.force_login(other)
    assert client.get(reverse("applications:track-ranking", args=["autumn", "rw"])).status_code == 200
    assert [client.get(url).status_code for url in (page_of(three), file_of(three))] == [403, 403]


@pytest.mark.parametrize(
    ("status", "words"),
    [(CallStatus.CANCELLED, "This call was cancelled"), (CallStatus.DRAFT, "This call is not public yet")],
)
def test_a_call_that_is_not_public_offers_no_step(
    client: Client, three: Track, world: World, status: CallStatus, words: str
) -> None:
    Call.objects.filter(pk=three.call_id).update(status=status)
    client.force_login(world.coordinator_ralga)
    shown = main_of(client.get(page_of(three)))
    assert words in shown
    assert "prepare decisions" not in shown
    grid = client.get(reverse("admin:applications_track_grid", args=[three.pk]))
    assert "have been released" not in main_of(grid)
    assert "Show the effect" not in main_of(grid)
