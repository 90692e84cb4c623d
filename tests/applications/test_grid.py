"""Other weights while a call is public: shown first, with a reason, kept, and prepared decisions say so."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import CallStatus
from applications.grid_input import GridInput
from applications.models import Call, Criterion, Decision, GridChange, Review, Tally, Track
from applications.selectors.grid import effect_of, grid_input
from applications.selectors.ranking import ranking_of
from applications.services.decisions import prepare_decisions
from applications.services.grid import GridChangedMeanwhile, GridRefused, change_grid
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.applications.factories import make_call, open_call
from tests.applications.scored import in_review, judged, stale_on
from tests.factories import in_english, make_editor, make_seat
from tests.world import World

pytestmark = pytest.mark.django_db
HUNDRED = (20, 15, 20, 15, 10, 20)


@pytest.fixture
def call(world: World) -> Call:
    return open_call(world)


@pytest.fixture
def rwanda(call: Call, world: World) -> Track:
    """One place; the weights of the concept note; Gent strong on the first criterion, Leuven on the second."""
    Track.objects.filter(call=call).update(places=1)
    track = Track.objects.select_related("call").get(call=call, partner_country=world.rwanda)
    for criterion, weight in zip(track.criteria.order_by("order"), HUNDRED, strict=True):
        criterion.weight = weight
        criterion.save()
    people = [
        make_seat(world.vvsg, AssociationRole.REVIEWER),
        make_seat(world.ralga, AssociationRole.REVIEWER),
    ]
    judged(track, in_review(track, world.gent), dict.fromkeys(people, (4, 0, 2, 2, 2, 2)))
    judged(track, in_review(track, world.leuven, twinned=False), dict.fromkeys(people, (0, 4, 2, 2, 2, 2)))
    Call.objects.filter(pk=call.pk).update(bonus=0)
    return Track.objects.select_related("call", "partner_country").get(pk=track.pk)


def as_it_is(track: Track) -> GridInput:
    return grid_input(list(track.criteria.order_by("order")), Call.objects.get(pk=track.call_id))


def weighed(track: Track, **weights: int) -> GridInput:
    now = as_it_is(track)
    changed = {code: replace(one, weight=weights.get(code, one.weight)) for code, one in now.criteria.items()}
    return replace(now, criteria=changed)


def swapped(track: Track) -> GridInput:
    """Motivation 15, openness 20: Leuven comes before Gent."""
    return weighed(track, motivation=15, openness=20)


def change(
    track: Track, wanted: GridInput, actor: User, reason: str = "Council of 3 March", seen: int = 1
) -> Any:
    return change_grid(track=track, wanted=wanted, reason=reason, actor=actor, seen=seen)


def first_of(track: Track) -> str:
    return ranking_of(Track.objects.select_related("call").get(pk=track.pk))[0].application.municipality.name


def test_the_effect_is_shown_without_anything_being_saved(rwanda: Track) -> None:
    criteria = list(rwanda.criteria.order_by("order"))
    effect = effect_of(rwanda, criteria, swapped(rwanda))
    assert [row.application.municipality.name for row in effect.entering] == ["Leuven"]
    assert [row.application.municipality.name for row in effect.leaving] == ["Gent"]
    assert (len(effect.moved), effect.total) == (2, 2)
    assert first_of(rwanda) == "Gent"
    assert effect_of(rwanda, criteria, as_it_is(rwanda)).rows == ()


def test_a_change_recomputes_and_keeps_what_was_and_who_moved(rwanda: Track, world: World) -> None:
    (made,) = change(rwanda, swapped(rwanda), world.coordinator_ralga)
    assert first_of(rwanda) == "Leuven"
    references = {row.application.municipality.name: row.application.reference for row in ranking_of(rwanda)}
    assert made.version == 2
    assert made.before["criteria"]["motivation"] == {"weight": 20, "floor": None, "tie_break": 1}
    assert made.after["criteria"]["motivation"]["weight"] == 15
    assert sorted(made.moved, key=lambda one: one["reference"]) == sorted(
        (
            {"reference": references["Gent"], "before": "selected", "after": "reserve"},
            {"reference": references["Leuven"], "before": "reserve", "after": "selected"},
        ),
        key=lambda one: one["reference"],
    )
    assert set(Tally.objects.values_list("grid_version", flat=True)) == {2}
    event = Criterion.pgh_event_model.objects.filter(code="motivation", track=rwanda).latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata == {"user": world.coordinator_ralga.pk, "reason": "Council of 3 March"}


def test_a_change_wants_a_reason_and_something_to_change(rwanda: Track, world: World) -> None:
    with pytest.raises(Incomplete, match="reason"):
        change(rwanda, swapped(rwanda), world.coordinator_ralga, reason="  ")
    with pytest.raises(Incomplete, match="Nothing has changed"):
        change(rwanda, as_it_is(rwanda), world.coordinator_ralga)
    assert not GridChange.objects.exists()


def test_weights_that_do_not_add_up_are_refused_with_both_sums(rwanda: Track, world: World) -> None:
    with pytest.raises(GridRefused, match="make 105 together; they have to make 100"):
        change(rwanda, weighed(rwanda, motivation=25), world.coordinator_ralga)


@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        ("motivation", {"weight": 0}, "has to be 1 or more"),
        ("motivation", {"floor": Decimal(5)}, "from 0 to 4"),
        ("support", {"tie_break": 1}, "is given once"),
        ("support", {"tie_break": 3}, "is given once"),
    ],
)
def test_a_grid_that_makes_no_sense_is_refused(
    rwanda: Track, world: World, code: str, values: dict[str, Any], words: str
) -> None:
    now = as_it_is(rwanda)
    wanted = replace(now, criteria={**now.criteria, code: replace(now.criteria[code], **values)})
    with pytest.raises(GridRefused, match=words):
        change(rwanda, wanted, world.coordinator_ralga)
    with pytest.raises(GridRefused, match="are others"):
        change(rwanda, replace(now, criteria={}), world.coordinator_ralga)


def test_a_minimum_ranks_behind_all_others(rwanda: Track, world: World) -> None:
    now = as_it_is(rwanda)
    floor = replace(now.criteria["openness"], floor=Decimal("1.5"))
    change(rwanda, replace(now, criteria={**now.criteria, "openness": floor}), world.coordinator_ralga)
    assert [(row.application.municipality.name, row.line.outcome) for row in ranking_of(rwanda)] == [
        ("Leuven", "selected"), ("Gent", "below_minimum"),
    ]  # fmt: skip


def test_the_bonus_changes_every_track_of_the_call(rwanda: Track, call: Call, world: World) -> None:
    wanted = replace(as_it_is(rwanda), bonus=Decimal(6), bonus_max=Decimal(10))
    made = change(rwanda, wanted, world.coordinator_vvsg)
    assert {one.track_id for one in made} == set(call.tracks.values_list("pk", flat=True))
    assert set(call.tracks.values_list("grid_version", flat=True)) == {2}
    # Leuven declared that it has no town twinning.
    assert (first_of(rwanda), Tally.objects.get(application__municipality=world.leuven).bonus) == (
        "Leuven",
        6,
    )


def test_a_place_of_the_bonus_that_another_track_has_given_is_refused(
    rwanda: Track, call: Call, world: World
) -> None:
    other = call.tracks.exclude(pk=rwanda.pk).get()
    other.criteria.filter(code="network").update(tie_break=7)
    with pytest.raises(GridRefused, match="taken by a criterion"):
        change(rwanda, replace(as_it_is(rwanda), bonus_tie_break=7), world.coordinator_vvsg)


def test_who_looked_at_an_older_grid_looks_again(rwanda: Track, world: World) -> None:
    change(rwanda, swapped(rwanda), world.coordinator_ralga)
    with pytest.raises(GridChangedMeanwhile):
        change(rwanda, weighed(rwanda, motivation=20, openness=15), world.coordinator_vvsg)


def test_the_grid_stands_fast_after_the_release_and_changes_elsewhere_before(
    rwanda: Track, call: Call, world: World
) -> None:
    Call.objects.filter(pk=call.pk).update(status=CallStatus.DECIDED, decided_at=clock.now())
    with pytest.raises(DomainError, match="stands fast"):
        change(rwanda, swapped(rwanda), world.coordinator_ralga)
    draft = make_call(world, "spring").tracks.order_by("pk")[0]
    with pytest.raises(DomainError, match="not public yet"):
        change(draft, weighed(draft, motivation=6), world.coordinator_vvsg)


def test_a_prepared_decision_says_that_it_rests_on_another_grid(rwanda: Track, world: World) -> None:
    prepare_decisions(track=rwanda, actor=world.coordinator_ralga)
    assert stale_on(rwanda) == []
    change(rwanda, swapped(rwanda), world.coordinator_ralga)
    rwanda.refresh_from_db()
    assert len(stale_on(rwanda)) == 2
    prepare_decisions(track=rwanda, actor=world.coordinator_ralga)
    assert stale_on(rwanda) == []
    assert set(Decision.objects.values_list("grid_version", flat=True)) == {2}


def page_of(track: Track) -> str:
    return reverse("admin:applications_track_grid", args=[track.pk])


def typed(track: Track, **changes: object) -> dict[str, object]:
    """What the form of the page sends for the grid as it is."""
    data: dict[str, object] = {"seen": track.grid_version, "reason": "", "shown": ""}
    for code, one in as_it_is(track).criteria.items():
        data |= {
            f"weight-{code}": one.weight,
            f"floor-{code}": one.floor or "",
            f"tie-{code}": one.tie_break or "",
        }
    return data | changes


def test_the_page_shows_the_effect_first_and_saves_what_was_shown(
    client: Client, rwanda: Track, world: World
) -> None:
    client.force_login(world.coordinator_ralga)
    page, data = page_of(rwanda), typed(rwanda, **{"weight-motivation": 15, "weight-openness": 20})
    refused = client.post(page, data | {"step": "save", "reason": "Council"})
    assert (refused.status_code, GridChange.objects.count()) == (422, 0)
    shown = client.post(page, data | {"step": "look"})
    text = shown.content.decode()
    assert "Come into the places:</strong> Leuven" in text
    assert "Fall out of the places:</strong> Gent" in text
    mark = {"shown": shown.context["shown"]}
    assert client.post(page, data | mark | {"step": "save"}).status_code == 422
    # Other weights than those that were looked at.
    other = {"weight-openness": 19, "weight-network": 11, "reason": "Council", "step": "save"}
    assert client.post(page, data | mark | other).status_code == 422
    assert client.post(page, data | mark | {"step": "save", "reason": "Council"}).status_code == 302
    assert GridChange.objects.get().reason == "Council"
    assert "Council" in client.get(page).content.decode()


def test_the_page_refuses_weights_that_do_not_add_up_and_keeps_what_was_typed(
    client: Client, rwanda: Track, world: World
) -> None:
    client.force_login(world.coordinator_ralga)
    answer = client.post(page_of(rwanda), typed(rwanda, **{"weight-motivation": 33, "step": "look"}))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "The weights make 113 together; they have to make 100." in text
    assert 'value="33"' in text


def test_the_bonus_is_for_the_lead_alone(client: Client, rwanda: Track, world: World) -> None:
    client.force_login(world.coordinator_ralga)
    assert "id_bonus" not in client.get(page_of(rwanda)).content.decode()
    data = typed(rwanda, bonus=5, bonus_max=5, bonus_tie_break=3, step="look")
    assert client.post(page_of(rwanda), data).context["effects"][0][0].rows == ()
    client.force_login(world.coordinator_vvsg)
    shown = client.post(page_of(rwanda), data)
    assert [effect.track.partner_country.country_id for effect, _rows in shown.context["effects"]] == [
        "RW",
        "BJ",
    ]


def test_the_bonus_is_not_for_who_steps_out_of_another_track(
    client: Client, rwanda: Track, call: Call, world: World
) -> None:
    in_review(call.tracks.exclude(pk=rwanda.pk).select_related("call").get(), world.mechelen)
    make_editor(world.mechelen, user=world.coordinator_vvsg)
    client.force_login(world.coordinator_vvsg)
    data = typed(rwanda, bonus=5, bonus_max=5, bonus_tie_break=3, step="look")
    shown = client.post(page_of(rwanda), data)
    assert "id_bonus" not in shown.content.decode()
    assert [effect.rows for effect, _rows in shown.context["effects"]] == [()]


def test_who_may_not_see_the_ranking_sees_no_effect(client: Client, rwanda: Track, world: World) -> None:
    page = page_of(rwanda)
    data = typed(rwanda, **{"weight-motivation": 15, "weight-openness": 20, "step": "look"})
    client.force_login(world.coordinator_ancb)
    assert {client.get(page).status_code, client.post(page, data).status_code} == {403}
    client.force_login(make_seat(world.ralga, AssociationRole.AUDITOR))
    assert client.get(page).status_code == 200
    assert client.post(page, data).status_code == 403
    own = make_seat(world.ralga, AssociationRole.COORDINATOR)
    make_editor(world.gent, user=own)
    client.force_login(own)
    assert {client.get(page).status_code, client.post(page, data).status_code} == {403}
    waiting = make_seat(world.ralga, AssociationRole.COORDINATOR)
    make_seat(world.ralga, AssociationRole.REVIEWER, user=waiting)
    review = Review.objects.order_by("pk")[0]
    Review.objects.create(
        application=review.application, track=rwanda, revision=review.revision, reviewer=waiting
    )
    client.force_login(waiting)
    assert {client.get(page).status_code, client.post(page, data).status_code} == {403}


def test_the_page_tells_what_each_version_changed(client: Client, rwanda: Track, world: World) -> None:
    now = as_it_is(rwanda)
    floor = replace(now.criteria["openness"], floor=Decimal("1.5"), tie_break=None)
    change(rwanda, replace(now, criteria={**now.criteria, "openness": floor}), world.coordinator_ralga)
    client.force_login(world.coordinator_ralga)
    rwanda.refresh_from_db()
    shown = client.get(page_of(rwanda)).content.decode()
    assert "openness, minimum: – → 1.50" in shown
    assert "openness, place among the tie-breaks: 2 → –" in shown
    assert "openness, weight" not in shown
    looked = client.post(
        page_of(rwanda), typed(rwanda, **{"weight-motivation": 15, "weight-openness": 20, "step": "look"})
    )
    assert looked.context["differs"] == ["motivation, weight: 20 → 15", "openness, weight: 15 → 20"]


def test_after_a_review_came_in_one_looks_at_the_effect_again(
    client: Client, rwanda: Track, world: World
) -> None:
    client.force_login(world.coordinator_ralga)
    page, data = page_of(rwanda), typed(rwanda, **{"weight-motivation": 15, "weight-openness": 20})
    data |= {"shown": client.post(page, data | {"step": "look"}).context["shown"], "reason": "Council"}
    late = make_seat(world.vvsg, AssociationRole.REVIEWER)
    judged(rwanda, Review.objects.order_by("pk")[0].application, {late: (4, 4, 4, 4, 4, 4)})
    refused = client.post(page, data | {"step": "save"})
    assert (refused.status_code, GridChange.objects.count()) == (422, 0)
    assert "Look at the effect of these weights first." in refused.content.decode()
    again = data | {"shown": refused.context["shown"], "step": "save"}
    assert client.post(page, again).status_code == 302
    # What was shown is what is stored.
    shown = {row.after.id: (row.after.rank, row.after.total) for effect, _rows in refused.context["effects"]
             for row in effect.rows}  # fmt: skip
    stored = {row.line.id: (row.line.rank, row.line.total) for row in
              ranking_of(Track.objects.select_related("call").get(pk=rwanda.pk))}  # fmt: skip
    assert shown == stored


def test_after_a_colleagues_change_the_page_says_so_and_shows_what_would_go_back(
    client: Client, rwanda: Track, world: World
) -> None:
    client.force_login(world.coordinator_ralga)
    page, data = page_of(rwanda), typed(rwanda, **{"weight-network": 5, "weight-support": 25})
    data |= {"shown": client.post(page, data | {"step": "look"}).context["shown"], "reason": "Council"}
    change(rwanda, swapped(rwanda), world.coordinator_vvsg)
    refused = client.post(page, data | {"step": "save"})
    assert (refused.status_code, GridChange.objects.count()) == (422, 1)
    assert "Somebody changed this grid after you opened the page." in refused.content.decode()
    assert "motivation, weight: 15 → 20" in refused.context["differs"]


def test_a_place_of_the_bonus_that_is_taken_elsewhere_is_refused_before_the_effect(
    client: Client, rwanda: Track, call: Call, world: World
) -> None:
    other = call.tracks.exclude(pk=rwanda.pk).get()
    other.criteria.filter(code="network").update(tie_break=7)
    client.force_login(in_english(world.coordinator_vvsg))
    data = typed(rwanda, bonus=0, bonus_max=5, bonus_tie_break=7, step="look")
    answer = client.post(page_of(rwanda), data)
    assert answer.status_code == 422
    assert "taken by a criterion" in answer.content.decode()
    assert answer.context["effects"] == []
