"""What is done with a scenario beside its pairs: copied, renamed, weighed otherwise, put forward, laid aside."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from matching.enums import Objective, RuleKind, ScenarioStatus
from matching.errors import HasInterest, NoLongerPossible, NotEntitled
from matching.models import PairRule, Scenario
from matching.permissions import Perm, scenarios_visible_to, visible_tracks
from matching.selectors.candidates import weights_of
from matching.services import (
    clear_pair_rule,
    copy_scenario,
    create_scenario,
    put_forward,
    rename_scenario,
    request_solving,
    set_aim,
    set_pair_rule,
    set_trial_weights,
    solve_scenario,
    withdraw_scenario,
)
from matching.services import solving as solving_services
from sdgpartners.core.access import allowed
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import Membership, User
from tests.factories import UserFactory, make_editor, make_seat, make_steering
from tests.matching.factories import Round, make_endorsed, make_round, make_scenario
from tests.world import World

LANGUAGE_ALONE = {"theme": 0, "exchange": 0, "language": 100, "preference": 0, "size": 0, "application": 0}


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


def rule_on_benin(scenario: Scenario, made: Round, kind: RuleKind = RuleKind.PREFER) -> PairRule:
    return set_pair_rule(
        scenario=scenario, north=made.gent, south=made.cove, kind=kind, reason="They met",
        actor=made.world.coordinator_ancb,
    )  # fmt: skip


def rule_on_rwanda(scenario: Scenario, made: Round) -> PairRule:
    return set_pair_rule(
        scenario=scenario, north=made.gent, south=made.karongi, kind=RuleKind.FORBID, reason="A dispute",
        actor=made.world.coordinator_ralga,
    )  # fmt: skip


def test_one_over_several_countries_is_made_by_the_lead_alone(made: Round, world: World) -> None:
    wanted = {"call": made.call, "name": "Mine", "objective": Objective.TOTAL}
    for actor in (world.coordinator_ancb, world.coordinator_ralga, UserFactory()):
        with pytest.raises(NotEntitled):
            create_scenario(tracks=[made.benin, made.rwanda], actor=actor, **wanted)
    assert create_scenario(tracks=[made.benin], actor=world.coordinator_ancb, **wanted)
    assert create_scenario(tracks=[made.benin, made.rwanda], actor=world.coordinator_vvsg, **wanted)
    with pytest.raises(NotEntitled):
        create_scenario(tracks=[made.rwanda], actor=world.coordinator_ancb, **wanted)


def test_each_association_rules_on_its_own_pairs(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    pair = {"scenario": scenario, "north": made.gent, "south": made.karongi}
    with pytest.raises(NotEntitled):
        set_pair_rule(kind=RuleKind.FORBID, reason="Mine", actor=world.coordinator_ancb, **pair)
    rule_on_rwanda(scenario, made)
    with pytest.raises(NotEntitled):
        clear_pair_rule(actor=world.coordinator_ancb, **pair)
    clear_pair_rule(actor=world.coordinator_vvsg, **pair)
    assert not PairRule.objects.exists()


def test_a_copy_takes_rules_aim_and_weights_along_and_leaves_the_original(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    rule_on_benin(scenario, made)
    rule_on_rwanda(scenario, made)
    weights = {"BJ": LANGUAGE_ALONE, "RW": weights_of(made.rwanda) | {"size": 50}}
    set_trial_weights(scenario=scenario, weights=weights, actor=world.coordinator_vvsg)
    set_aim(scenario=scenario, objective=Objective.FAIR, prefer_points=9, actor=world.coordinator_vvsg)
    scenario.refresh_from_db()
    copied = copy_scenario(scenario=scenario, name=" B ", actor=world.coordinator_vvsg)
    copied.refresh_from_db()
    assert (copied.name, copied.status, copied.copied_from) == ("B", ScenarioStatus.DRAFT, scenario)
    assert (copied.objective, copied.prefer_points, copied.trial_weights) == (Objective.FAIR, 9, weights)
    assert (copied.made_by, copied.solved_at, copied.put_forward_at) == (world.coordinator_vvsg, None, None)
    said = [(row.kind, row.reason, row.set_by_id) for row in copied.rules.order_by("pk")]
    assert said == [(row.kind, row.reason, row.set_by_id) for row in scenario.rules.order_by("pk")]
    assert len(said) == 2
    set_pair_rule(
        scenario=copied, north=made.leuven, south=made.nikki, kind=RuleKind.LOCK, reason="Try",
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    assert scenario.rules.count() == 2


def test_an_association_copies_its_own_part(made: Round, world: World) -> None:
    scenario = make_endorsed(made)
    PairRule.objects.create(
        scenario=scenario, north=made.gent, south=made.cove, kind=RuleKind.PREFER, reason="They met"
    )
    PairRule.objects.create(
        scenario=scenario, north=made.gent, south=made.karongi, kind=RuleKind.FORBID, reason="A dispute"
    )
    Scenario.objects.filter(pk=scenario.pk).update(trial_weights={"BJ": LANGUAGE_ALONE, "RW": LANGUAGE_ALONE})
    scenario.refresh_from_db()
    copied = copy_scenario(scenario=scenario, name="Benin", actor=world.coordinator_ancb)
    assert list(copied.tracks.all()) == [made.benin]
    assert [row.reason for row in copied.rules.all()] == ["They met"]
    assert copied.trial_weights == {"BJ": LANGUAGE_ALONE}
    with pytest.raises(NotEntitled):
        copy_scenario(scenario=scenario, name="Theirs", actor=make_editor(world.gent))
    with pytest.raises(Incomplete):
        copy_scenario(scenario=scenario, name="  ", actor=world.coordinator_vvsg)


def test_another_name_changes_nothing_else(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    rename_scenario(scenario=scenario, name="Fair to all", actor=world.coordinator_vvsg)
    scenario.refresh_from_db()
    assert (scenario.name, scenario.status) == ("Fair to all", ScenarioStatus.SOLVED)
    assert scenario.put_forward_at is not None
    with pytest.raises(Incomplete):
        rename_scenario(scenario=scenario, name=" ", actor=world.coordinator_vvsg)
    with pytest.raises(NotEntitled):
        rename_scenario(scenario=scenario, name="Mine", actor=world.coordinator_ancb)


def test_another_aim_wants_solving_again(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    aim = {"scenario": scenario, "prefer_points": 5, "actor": world.coordinator_vvsg}
    assert set_aim(objective=Objective.TOTAL, **aim).status == ScenarioStatus.SOLVED
    assert set_aim(objective=Objective.FAIR, **aim).status == ScenarioStatus.DRAFT
    with pytest.raises(DomainError, match="20"):
        set_aim(**{**aim, "objective": Objective.FAIR, "prefer_points": 21})


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"theme": 40}, "each part"),
        (LANGUAGE_ALONE | {"luck": 1}, "each part"),
        (LANGUAGE_ALONE | {"size": 101}, "0 to 100"),
        (LANGUAGE_ALONE | {"size": -1}, "0 to 100"),
        (LANGUAGE_ALONE | {"size": 1.5}, "0 to 100"),
        (LANGUAGE_ALONE | {"size": True}, "0 to 100"),
        (dict.fromkeys(LANGUAGE_ALONE, 0), "more than 0"),
    ],
)
def test_weights_that_make_no_sense_are_refused(
    made: Round, world: World, row: dict[str, int], words: str
) -> None:
    scenario = make_scenario(made)
    with pytest.raises(DomainError, match=words):
        set_trial_weights(scenario=scenario, weights={"BJ": row}, actor=world.coordinator_vvsg)
    scenario.refresh_from_db()
    assert (scenario.status, scenario.trial_weights) == (ScenarioStatus.SOLVED, {})


def test_weights_of_a_country_outside_or_by_somebody_else_are_refused(made: Round, world: World) -> None:
    scenario = make_scenario(made, tracks=[made.benin])
    with pytest.raises(DomainError, match="not in the scenario"):
        set_trial_weights(scenario=scenario, weights={"RW": LANGUAGE_ALONE}, actor=world.coordinator_vvsg)
    with pytest.raises(NotEntitled):
        set_trial_weights(scenario=scenario, weights={"BJ": LANGUAGE_ALONE}, actor=world.coordinator_ralga)
    assert set_trial_weights(
        scenario=scenario, weights={"BJ": LANGUAGE_ALONE}, actor=world.coordinator_ancb
    ).trial_weights == {"BJ": LANGUAGE_ALONE}


def test_weights_tried_hold_for_the_scenario_alone_and_show_what_they_change(
    made: Round, world: World
) -> None:
    scenario = make_scenario(made)
    before = scenario.result["pairs"]
    set_trial_weights(scenario=scenario, weights={"RW": LANGUAGE_ALONE}, actor=world.coordinator_vvsg)
    scenario.refresh_from_db()
    assert (scenario.status, scenario.put_forward_at) == (ScenarioStatus.DRAFT, None)
    scenario = solve_scenario(scenario=scenario)
    assert scenario.weights["tracks"] == {"BJ": weights_of(made.benin), "RW": LANGUAGE_ALONE}
    assert scenario.weights["standard"]["RW"] == weights_of(made.rwanda)
    assert scenario.weights["beside"]["pairs"] == before
    score = scenario.pair_scores.get(north=made.mechelen, south=made.karongi).score
    # Mechelen works in Dutch alone.
    assert score == 0
    made.rwanda.refresh_from_db()
    assert weights_of(made.rwanda)["language"] == 15
    set_trial_weights(scenario=scenario, weights={}, actor=world.coordinator_vvsg)
    assert solve_scenario(scenario=scenario).weights.keys() == {"tracks", "prefer_points"}


def test_the_steering_group_reads_what_was_put_to_it(made: Round, world: World) -> None:
    member = make_steering(world.programme)
    scenario = make_scenario(made, forward=False)
    assert not scenarios_visible_to(member).exists()
    assert not allowed(member, Perm.VIEW_SCENARIO, scenario)
    scenario = put_forward(scenario=scenario, actor=world.coordinator_vvsg)
    first = scenario.put_forward_at
    assert list(scenarios_visible_to(member)) == [scenario]
    assert scenario.put_forward_by == world.coordinator_vvsg
    assert OutgoingMail.objects.filter(kind="scenario_put_forward", recipient=member).count() == 1
    assert put_forward(scenario=scenario, actor=world.coordinator_vvsg).put_forward_at == first
    assert OutgoingMail.objects.filter(kind="scenario_put_forward").count() == 1


CHANGES: dict[str, Callable[[Scenario, Round], object]] = {
    "rule": rule_on_benin,
    "solve": lambda scenario, made: solve_scenario(scenario=scenario),
    "request": lambda scenario, made: request_solving(scenario=scenario, actor=made.world.coordinator_ralga),
    "weights": lambda scenario, made: set_trial_weights(
        scenario=scenario, weights={"BJ": LANGUAGE_ALONE}, actor=made.world.coordinator_vvsg
    ),
    "aim": lambda scenario, made: set_aim(
        scenario=scenario, objective=Objective.FAIR, prefer_points=5, actor=made.world.coordinator_vvsg
    ),
    "withdraw": lambda scenario, made: withdraw_scenario(
        scenario=scenario, reason="Not good", actor=made.world.coordinator_vvsg
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_takes_it_back_from_the_steering_group(made: Round, world: World, change: str) -> None:
    member, scenario = make_steering(world.programme), make_scenario(made)
    assert scenarios_visible_to(member).exists()
    CHANGES[change](scenario, made)
    scenario.refresh_from_db()
    assert (scenario.put_forward_at, scenario.put_forward_by) == (None, None)
    assert not scenarios_visible_to(member).exists()


def test_only_a_solved_scenario_with_pairs_is_put_forward_by_who_makes_it(made: Round, world: World) -> None:
    draft = make_scenario(made, solved=False)
    with pytest.raises(MoveNotAllowed):
        put_forward(scenario=draft, actor=world.coordinator_vvsg)
    scenario = make_scenario(made, forward=False)
    for actor in (world.coordinator_ancb, make_steering(world.programme)):
        with pytest.raises(NotEntitled):
            put_forward(scenario=scenario, actor=actor)
    made.gent.status = "withdrawn"
    made.gent.save()
    with pytest.raises(NoLongerPossible, match="Gent"):
        put_forward(scenario=scenario, actor=world.coordinator_vvsg)
    for application in (made.leuven, made.mechelen):
        application.status = "withdrawn"
        application.save()
    with pytest.raises(Incomplete):
        put_forward(scenario=solve_scenario(scenario=scenario), actor=world.coordinator_vvsg)


def test_nothing_is_put_forward_while_it_is_solved_again(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    request_solving(scenario=scenario, actor=world.coordinator_ralga)
    with pytest.raises(DomainError, match="being solved already"):
        put_forward(scenario=scenario, actor=world.coordinator_vvsg)


def test_a_scenario_is_laid_aside_with_a_reason_and_stays_to_be_copied(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    with pytest.raises(Incomplete):
        withdraw_scenario(scenario=scenario, reason=" ", actor=world.coordinator_vvsg)
    with pytest.raises(NotEntitled):
        withdraw_scenario(scenario=scenario, reason="Not ours", actor=world.coordinator_ralga)
    laid = withdraw_scenario(scenario=scenario, reason="Weak", actor=world.coordinator_vvsg)
    assert laid.status == ScenarioStatus.SUPERSEDED
    for step in (rule_on_benin, CHANGES["weights"], CHANGES["request"]):
        with pytest.raises(MoveNotAllowed):
            step(scenario, made)
    assert (
        copy_scenario(scenario=scenario, name="Again", actor=world.coordinator_vvsg).copied_from == scenario
    )
    with pytest.raises(MoveNotAllowed):
        withdraw_scenario(scenario=make_endorsed(made), reason="Late", actor=world.coordinator_vvsg)


def test_a_scenario_that_is_changed_while_it_is_solved_is_solved_anew(
    made: Round, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario, told = make_scenario(made, solved=False), list[int]()

    def interrupt(percent: int) -> None:
        told.append(percent)
        if percent == solving_services.WRITING and not PairRule.objects.exists():
            set_pair_rule(
                scenario=scenario, north=made.gent, south=made.cove, kind=RuleKind.LOCK, reason="Just now",
                actor=world.coordinator_ancb,
            )  # fmt: skip

    scenario = solve_scenario(scenario=scenario, progress=interrupt)
    assert [made.gent.reference, made.cove.reference] in [row[:2] for row in scenario.result["pairs"]]
    assert told == [10, 30, 60, 80] * 2

    def always(percent: int) -> None:
        if percent == solving_services.WRITING:
            Scenario.objects.filter(pk=scenario.pk).update(
                prefer_points=Scenario.objects.get(pk=scenario.pk).prefer_points + 1
            )

    with pytest.raises(DomainError, match="being changed"):
        solve_scenario(scenario=scenario, progress=always)


def interested(person: User, world: World, place: str) -> User:
    """The same person with a seat at a municipality."""
    Membership.objects.create(user=person, municipality=getattr(world, place), role="contributor")
    return User.objects.get(pk=person.pk)


@pytest.mark.parametrize(("place", "countries"), [("gent", []), ("karongi", ["BJ"]), ("nikki", ["RW"])])
def test_a_conflict_of_interest_closes_the_room_of_its_tracks(
    made: Round, world: World, place: str, countries: list[str]
) -> None:
    """Gent chose both countries; a southern municipality waits in its own alone."""
    scenario = make_scenario(made)
    person = interested(world.coordinator_vvsg, world, place)
    assert [row.partner_country.country_id for row in visible_tracks(person, scenario)] == countries
    assert scenarios_visible_to(person).exists() == bool(countries)
    with pytest.raises(HasInterest):
        create_scenario(
            call=made.call,
            tracks=[made.benin, made.rwanda],
            name="Mine",
            objective=Objective.TOTAL,
            actor=person,
        )


def test_who_steps_out_finds_no_room_in_list_page_or_step(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    signed_in = Client()
    signed_in.force_login(interested(world.coordinator_vvsg, world, "gent"))
    for name in ("room", "pairs", "pairs_file", "alternatives", "compare", "weights", "settings", "job"):
        address = reverse(f"admin:matching_scenario_{name}", args=[scenario.reference])
        assert signed_in.get(address).status_code == 404
    assert "First try" not in signed_in.get(reverse("admin:matching_scenario_changelist")).content.decode()
    made_new = {"call": made.call.pk, "name": "Mine", "objective": "fair", "tracks": [made.benin.pk]}
    assert signed_in.post(reverse("admin:matching_scenario_add"), made_new).status_code == 422
    copy = reverse("admin:matching_scenario_alter", args=[scenario.reference, "copy"])
    assert signed_in.post(copy, {"copy-name": "B"}).status_code == 404


def test_an_auditor_of_one_country_looks_on(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    auditor = make_seat(world.ancb, "auditor")
    assert [row.partner_country.country_id for row in visible_tracks(auditor, scenario)] == ["BJ"]
    assert not allowed(auditor, Perm.MANAGE_SCENARIO, scenario)
    assert not allowed(world.coordinator_ancb, Perm.MANAGE_SCENARIO, scenario)
    assert allowed(world.coordinator_vvsg, Perm.MANAGE_SCENARIO, scenario)
