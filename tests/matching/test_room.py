"""The matching room in the admin: what each association sees and does there."""

import pytest
from django.test import Client
from django.urls import reverse

from matching.enums import RuleKind, ScenarioStatus
from matching.models import PairRule, Scenario
from matching.permissions import Perm, visible_tracks
from matching.selectors.room import read_room
from matching.services import set_pair_rule, solve_scenario
from sdgpartners.core.access import allowed
from sdgpartners.documents.services import run_waiting_jobs
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.factories import MunicipalityFactory, UserFactory, make_editor, make_seat, make_steering
from tests.matching.factories import (
    Round,
    make_endorsed,
    make_northern,
    make_round,
    make_scenario,
    make_southern,
)
from tests.world import World


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def room_of(scenario: Scenario, key: str = "") -> str:
    address = reverse("admin:matching_scenario_room", args=[scenario.reference])
    return f"{address}?pair={key}" if key else address


def key_of(made: Round, north: str, south: str) -> str:
    return f"{getattr(made, north).reference}.{getattr(made, south).reference}"


def page(user: User, address: str) -> str:
    response = signed_in(user).get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_lead_sees_all_pairs_and_the_reasons_of_the_chosen_one(made: Round, world: World) -> None:
    world.coordinator_vvsg.language = "en"
    world.coordinator_vvsg.save()
    scenario = make_scenario(made)
    text = page(world.coordinator_vvsg, room_of(scenario, key_of(made, "leuven", "karongi")))
    for name in ("Gent", "Leuven", "Mechelen", "Nikki", "Covè", "Karongi", "Nyanza"):
        assert name in text
    assert "Karongi asks for what Leuven lists as a strength: Participation." in text
    assert "proven to be the best" in text


def test_an_association_sees_its_own_country_only(made: Round, world: World) -> None:
    made.mechelen.preferences.filter(track=made.benin).delete()
    scenario = make_scenario(made)
    text = page(world.coordinator_ancb, room_of(scenario, key_of(made, "leuven", "karongi")))
    assert "Nikki" in text
    for hidden in ("Karongi", "Nyanza", "Mechelen"):
        assert hidden not in text


def test_the_room_over_one_country_counts_that_country_alone(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    whole = read_room(scenario, visible_tracks(world.coordinator_vvsg, scenario))
    ralga = read_room(scenario, visible_tracks(world.coordinator_ralga, scenario))
    scenario.refresh_from_db()
    assert whole.total == scenario.total
    assert {south.name for _north, south, _cell in ralga.proposed} == {"Karongi", "Nyanza"}
    assert ralga.total == sum(cell.score for *_pair, cell in ralga.proposed if cell.score is not None)
    assert ralga.total < whole.total


def test_who_has_no_business_in_the_room(made: Round, world: World) -> None:
    scenario = make_scenario(made, tracks=[made.benin])
    address = room_of(scenario)
    assert signed_in(world.coordinator_ralga).get(address).status_code == 404
    assert signed_in(UserFactory(is_superuser=True)).get(address).status_code == 404
    assert signed_in(make_seat(world.ancb, AssociationRole.CHECKER)).get(address).status_code == 404
    for person in (make_editor(world.gent), make_steering(world.programme)):
        assert signed_in(person).get(address).status_code == 302
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("kind", ["lock", "forbid", "prefer"])
def test_a_word_on_a_pair_is_kept_with_its_reason(made: Round, world: World, kind: str) -> None:
    scenario, key = make_scenario(made), key_of(made, "gent", "cove")
    response = signed_in(world.coordinator_ancb).post(
        reverse("admin:matching_scenario_rule", args=[scenario.reference]),
        {"pair": key, "kind": kind, "reason": "They met"},
    )
    assert (response.status_code, response["Location"]) == (302, room_of(scenario, key))
    rule = PairRule.objects.get()
    assert (rule.kind, rule.reason, rule.set_by) == (kind, "They met", world.coordinator_ancb)
    text = page(world.coordinator_ancb, room_of(scenario, key))
    assert "They met" in text


def test_the_mark_of_a_rule_is_a_sign_and_a_word(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    for north, south, kind in (
        (made.gent, made.cove, RuleKind.LOCK),
        (made.gent, made.nikki, RuleKind.FORBID),
        (made.leuven, made.nikki, RuleKind.PREFER),
    ):
        set_pair_rule(
            scenario=scenario, north=north, south=south, kind=kind, reason="So", actor=world.coordinator_vvsg
        )
    solve_scenario(scenario=scenario)
    world.coordinator_vvsg.language = "en"
    world.coordinator_vvsg.save()
    text = page(world.coordinator_vvsg, room_of(scenario))
    for mark in ("■ Fixed", "✕ Forbidden", "★ Preferred"):
        assert f"<small>{mark}</small>" in text


def test_ancb_cannot_touch_the_track_of_rwanda(made: Round, world: World) -> None:
    scenario, key = make_scenario(made), key_of(made, "gent", "karongi")
    for name in ("rule", "clear"):
        response = signed_in(world.coordinator_ancb).post(
            reverse(f"admin:matching_scenario_{name}", args=[scenario.reference]),
            {"pair": key, "kind": "lock", "reason": "Mine"},
        )
        assert response.status_code == 404
    assert not allowed(world.coordinator_ancb, Perm.SET_PAIR_RULE, made.rwanda)
    assert allowed(world.coordinator_ancb, Perm.SET_PAIR_RULE, made.benin)
    assert not PairRule.objects.exists()


def test_an_auditor_reads_and_changes_nothing(made: Round, world: World) -> None:
    scenario, key = make_scenario(made), key_of(made, "gent", "cove")
    auditor = signed_in(make_seat(world.vvsg, AssociationRole.AUDITOR))
    assert auditor.get(room_of(scenario)).status_code == 200
    for name in ("rule", "clear", "solve"):
        response = auditor.post(
            reverse(f"admin:matching_scenario_{name}", args=[scenario.reference]),
            {"pair": key, "kind": "lock", "reason": "Mine"},
        )
        assert response.status_code == 403
    assert not PairRule.objects.exists()


def test_a_word_without_a_reason_comes_back_with_the_pair(made: Round, world: World) -> None:
    scenario, key = make_scenario(made), key_of(made, "gent", "cove")
    response = signed_in(world.coordinator_ralga).post(
        reverse("admin:matching_scenario_rule", args=[scenario.reference]),
        {"pair": key_of(made, "gent", "karongi"), "kind": "lock", "reason": ""},
    )
    assert response.status_code == 422
    assert "Gent + Karongi" in response.content.decode()
    nonsense = signed_in(world.coordinator_vvsg).post(
        reverse("admin:matching_scenario_rule", args=[scenario.reference]),
        {"pair": key, "kind": "marry", "reason": "So"},
    )
    assert nonsense.status_code == 422


def test_what_a_service_refuses_is_said_on_the_page(made: Round, world: World) -> None:
    scenario = make_endorsed(made)
    response = signed_in(world.coordinator_ralga).post(
        reverse("admin:matching_scenario_rule", args=[scenario.reference]),
        {"pair": key_of(made, "gent", "karongi"), "kind": "lock", "reason": "Late"},
    )
    assert response.status_code == 422
    assert "no longer possible" in response.content.decode()


def test_an_unknown_pair_shows_the_first_one_and_is_never_ruled(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    client = signed_in(world.coordinator_vvsg)
    assert client.get(room_of(scenario, "APP-1.APP-2")).status_code == 200
    for key in ("", "x", key_of(made, "nikki", "gent"), f"{made.gent.reference}.nothing"):
        response = client.post(
            reverse("admin:matching_scenario_rule", args=[scenario.reference]),
            {"pair": key, "kind": "lock", "reason": "So"},
        )
        assert response.status_code == 404


def test_solving_runs_in_the_worker_and_the_page_follows_it(made: Round, world: World) -> None:
    scenario = make_scenario(made, solved=False)
    client = signed_in(world.coordinator_ralga)
    assert "No pairs yet" in page(world.coordinator_ralga, room_of(scenario))
    address = reverse("admin:matching_scenario_solve", args=[scenario.reference])
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 422
    job = reverse("admin:matching_scenario_job", args=[scenario.reference])
    assert f'hx-get="{job}"' in page(world.coordinator_ralga, room_of(scenario))
    waiting = client.get(job)
    assert 'max="100"' in waiting.content.decode()
    assert "HX-Retarget" not in waiting.headers
    assert run_waiting_jobs() == 1
    done = client.get(job)
    # The result is offered, not loaded over a reason that somebody is writing.
    assert done.headers["HX-Retarget"] == "#job"
    assert f'href="{room_of(scenario)}"' in done.content.decode()
    assert "hx-get" not in done.content.decode()
    assert "hx-get" not in page(world.coordinator_ralga, room_of(scenario))
    scenario.refresh_from_db()
    assert scenario.status == ScenarioStatus.SOLVED


def test_reading_the_room_changes_nothing(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    client = signed_in(world.coordinator_vvsg)
    for name in ("rule", "clear", "solve"):
        address = reverse(f"admin:matching_scenario_{name}", args=[scenario.reference])
        assert client.get(address).status_code == 405
    assert client.post(room_of(scenario)).status_code == 405


def test_a_new_scenario_over_ones_own_countries(made: Round, world: World) -> None:
    client = signed_in(world.coordinator_ancb)
    address = reverse("admin:matching_scenario_add")
    assert client.get(address).status_code == 200
    typed = {"call": made.call.pk, "name": "Benin, fair", "objective": "fair"}
    assert client.post(address, {**typed, "tracks": [made.rwanda.pk]}).status_code == 422
    assert client.post(address, {**typed, "name": "", "tracks": [made.benin.pk]}).status_code == 422
    response = client.post(address, {**typed, "tracks": [made.benin.pk]})
    scenario = Scenario.objects.get()
    assert (response.status_code, response["Location"]) == (302, room_of(scenario))
    assert (scenario.objective, list(scenario.tracks.all())) == ("fair", [made.benin])


def test_the_lists_of_the_admin_hold_ones_own_countries(made: Round, world: World) -> None:
    make_scenario(made, tracks=[made.benin])
    mine = page(world.coordinator_ancb, reverse("admin:matching_scenario_changelist"))
    other = page(world.coordinator_ralga, reverse("admin:matching_scenario_changelist"))
    assert "First try" in mine
    assert "First try" not in other
    for model in ("proposal", "partnership"):
        assert signed_in(world.coordinator_ancb).get(
            reverse(f"admin:matching_{model}_changelist")
        ).status_code == 200  # fmt: skip


@pytest.mark.parametrize("many", [0, 30])
def test_the_room_takes_eight_statements_whatever_the_size(
    made: Round, world: World, many: int, django_assert_max_num_queries: object
) -> None:
    for _number in range(many):
        make_northern(made.call, MunicipalityFactory(), [made.benin], interests={"energy": (1, 1)})
        make_southern(made.benin, MunicipalityFactory(country=world.bj), interests={"energy": (1, 1)})
    scenario = make_scenario(made)
    client = signed_in(world.coordinator_vvsg)
    client.get(room_of(scenario))
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert client.get(room_of(scenario)).status_code == 200


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (None, "With this pair one place fewer can be filled."),
        (0, "Choosing this pair costs nothing: it is a tie, which people decide."),
        (1, "Choosing this pair costs the whole 1 point."),
        (3.25, "Choosing this pair costs the whole 3.3 points."),
        (-2, "With this pair the total rises by 2, but the weakest pair is weaker."),
    ],
)
def test_the_cost_of_another_choice_in_words(made: Round, cost: float | None, words: str) -> None:
    scenario = make_scenario(made)
    key = [made.gent.reference, made.karongi.reference]
    scenario.result["cost_of"] = [[*key, cost]]
    scenario.save()
    assert words in page(_english_lead(made), room_of(scenario, ".".join(key)))


def test_a_pair_beside_a_fixed_one_is_not_priced(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    set_pair_rule(
        scenario=scenario,
        north=made.leuven,
        south=made.karongi,
        kind=RuleKind.LOCK,
        reason="So",
        actor=world.coordinator_vvsg,
    )
    scenario = solve_scenario(scenario=scenario)
    text = page(_english_lead(made), room_of(scenario, key_of(made, "gent", "karongi")))
    assert "One of the two is in a fixed pair, so another choice is not priced." in text


def _english_lead(made: Round) -> User:
    made.world.coordinator_vvsg.language = "en"
    made.world.coordinator_vvsg.save()
    return made.world.coordinator_vvsg
