"""Scenarios: who is a candidate, hard rules, words on pairs, solving, and what is stored for ever."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from applications.enums import ApplicationStatus
from matching.enums import Objective, RuleKind, ScenarioStatus
from matching.errors import NoLongerPossible, PairNotAllowed
from matching.models import PairRule, PairScore, Scenario
from matching.selectors.candidates import read_tracks
from matching.sentences import parts_in_words
from matching.services import (
    clear_pair_rule,
    create_scenario,
    request_solving,
    set_pair_rule,
    solve_scenario,
)
from matching.services.scenarios import OPEN_STATES
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.models import Job
from sdgpartners.documents.services import run_job
from tests.matching.factories import (
    Round,
    make_decided_call,
    make_endorsed,
    make_partnership,
    make_proposals,
    make_round,
    make_scenario,
    make_track,
)
from tests.world import World


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


def bars(scenario: Scenario) -> dict[tuple[str, str], str]:
    rows = PairScore.objects.filter(scenario=scenario).values_list(
        "north__municipality__name", "south__municipality__name", "barred_by"
    )
    return {(north, south): code for north, south, code in rows}


def names(scenario: Scenario) -> set[tuple[str, str]]:
    called = scenario.inputs["names"]
    return {(called[north], called[south]) for north, south, _score in scenario.result["pairs"]}


def test_a_scenario_needs_a_name_and_tracks_of_its_call(made: Round, world: World) -> None:
    other = make_track(make_decided_call(world, "spring"), world.benin)
    create = {"call": made.call, "objective": Objective.FAIR, "actor": world.coordinator_vvsg}
    with pytest.raises(Incomplete):
        create_scenario(tracks=[made.benin], name=" ", **create)
    with pytest.raises(Incomplete):
        create_scenario(tracks=[], name="Empty", **create)
    with pytest.raises(DomainError, match="one call"):
        create_scenario(tracks=[made.benin, other], name="Mixed", **create)
    scenario = create_scenario(tracks=[made.benin], name=" Fair ", **create)
    assert (scenario.name, scenario.status, scenario.reference[:4]) == ("Fair", ScenarioStatus.DRAFT, "SCN-")


def test_solving_stores_inputs_weights_scores_reasons_and_result(made: Round) -> None:
    scenario = make_scenario(made)
    scenario.refresh_from_db()
    assert scenario.status == ScenarioStatus.SOLVED
    assert ("Leuven", "Karongi") in names(scenario)
    assert len(scenario.result["pairs"]) == 3
    assert scenario.optimal is True
    assert scenario.solved_at is not None
    assert scenario.weights["tracks"]["RW"]["theme"] == 40
    assert scenario.total == sum(Decimal(str(score)) for *_pair, score in scenario.result["pairs"])
    assert PairScore.objects.filter(scenario=scenario).count() == 12
    assert scenario.inputs["problem"]["places"] == {"BJ": 4, "RW": 4}


def test_the_stored_problem_gives_the_same_result_again(made: Round) -> None:
    from matching.solver import parse_problem, solve

    scenario = make_scenario(made)
    scenario.refresh_from_db()
    assert solve(parse_problem(scenario.inputs["problem"])).as_json() == scenario.result


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Karongi asks for what Leuven lists as a strength: Participation."),
        ("fr", "Participation (fr)"),
        ("nl", "Participation (nl)"),
    ],
)
def test_reasons_are_put_into_the_words_of_the_reader(made: Round, language: str, sentence: str) -> None:
    scenario = make_scenario(made)
    row = PairScore.objects.get(scenario=scenario, north=made.leuven, south=made.karongi)
    with override(language):
        words = {part.label: part.sentence for part in parts_in_words(row.parts)}
    assert sentence in list(words.values())[1]


def test_points_in_words_add_up_to_the_score(made: Round) -> None:
    scenario = make_scenario(made)
    for row in PairScore.objects.filter(scenario=scenario, score__isnull=False):
        points = sum(part.points for part in parts_in_words(row.parts) if part.points is not None)
        assert points == pytest.approx(float(row.score), abs=0.02)


def test_only_confirmed_candidates_that_chose_and_were_selected_take_part(made: Round) -> None:
    made.gent.preferences.filter(track=made.benin).delete()
    made.leuven.decisions.filter(track=made.benin).update(confirmed_at=None)
    made.mechelen.status = ApplicationStatus.WITHDRAWN
    made.mechelen.save()
    found = bars(make_scenario(made))
    assert {north for north, _south in found} == {"Gent", "Leuven"}
    assert found["Gent", "Nikki"] == "not_ranked"
    assert found["Leuven", "Nikki"] == "not_selected"
    assert found["Gent", "Karongi"] == found["Leuven", "Karongi"] == ""


def test_who_is_only_in_for_another_country_is_no_candidate_at_all(made: Round) -> None:
    made.gent.preferences.filter(track=made.benin).delete()
    found = bars(make_scenario(made, tracks=[made.benin]))
    assert {north for north, _south in found} == {"Leuven", "Mechelen"}


def test_a_decision_that_is_not_released_selects_nobody(made: Round) -> None:
    made.gent.decisions.update(released_at=None)
    assert "Gent" not in {north for north, _south in bars(make_scenario(made))}


def test_one_partnership_each_and_its_place_is_taken(made: Round) -> None:
    partnership, _north, _south = make_partnership(made)
    found = bars(make_scenario(made))
    assert partnership.north.name not in {north for north, _south in found}
    made.rwanda.places = 1
    made.rwanda.save()
    inputs = read_tracks(made.call, [made.rwanda])
    assert inputs[0].places == 0


def test_a_new_application_of_a_municipality_in_a_partnership_is_barred(made: Round, world: World) -> None:
    make_partnership(made)
    made.leuven.refresh_from_db()
    made.leuven.status = ApplicationStatus.CONFIRMED
    made.leuven.save()
    made.leuven.proposals_as_north.all().update(status="declined", declined_side="north")
    made.karongi.refresh_from_db()
    made.karongi.status = ApplicationStatus.CONFIRMED
    made.karongi.save()
    found = bars(make_scenario(made, tracks=[made.rwanda]))
    assert found == {("Leuven", "Karongi"): "in_partnership"}


def test_fixing_forbidding_and_preferring_change_the_result(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    said = {"scenario": scenario, "reason": "Known to each other", "actor": world.coordinator_vvsg}
    set_pair_rule(north=made.gent, south=made.karongi, kind=RuleKind.LOCK, **said)
    set_pair_rule(north=made.leuven, south=made.nyanza, kind=RuleKind.FORBID, **said)
    scenario.refresh_from_db()
    assert scenario.status == ScenarioStatus.DRAFT
    scenario = solve_scenario(scenario=scenario)
    assert ("Gent", "Karongi") in names(scenario)
    assert ("Leuven", "Nyanza") not in names(scenario)
    assert [row["kind"] for row in scenario.inputs["rules"]] == ["lock", "forbid"]


def test_preferring_adds_the_scenarios_points_but_never_passes_100(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    before = PairScore.objects.get(scenario=scenario, north=made.gent, south=made.cove).score
    said = {"scenario": scenario, "reason": "They met in Cotonou", "actor": world.coordinator_ancb}
    set_pair_rule(north=made.gent, south=made.cove, kind=RuleKind.PREFER, **said)
    solve_scenario(scenario=scenario)
    row = PairScore.objects.get(scenario=scenario, north=made.gent, south=made.cove)
    assert before is not None
    assert row.score == before + 5
    assert row.parts[-1] == {"part": "preferred", "points": 5.0}
    Scenario.objects.filter(pk=scenario.pk).update(prefer_points=20)
    set_pair_rule(
        scenario=scenario, north=made.leuven, south=made.karongi, kind=RuleKind.PREFER, reason="More",
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    solve_scenario(scenario=scenario)
    assert PairScore.objects.get(scenario=scenario, north=made.leuven, south=made.karongi).score == 100


def test_a_word_on_a_pair_wants_a_reason_and_replaces_the_earlier_one(made: Round, world: World) -> None:
    scenario = make_scenario(made, solved=False)
    said = {"scenario": scenario, "north": made.gent, "south": made.cove, "actor": world.coordinator_vvsg}
    with pytest.raises(Incomplete):
        set_pair_rule(kind=RuleKind.LOCK, reason="  ", **said)
    set_pair_rule(kind=RuleKind.LOCK, reason="First", **said)
    set_pair_rule(kind=RuleKind.FORBID, reason="Second", **said)
    assert [(row.kind, row.reason) for row in PairRule.objects.all()] == [("forbid", "Second")]
    clear_pair_rule(**said)
    clear_pair_rule(**said)
    assert not PairRule.objects.exists()


def test_a_barred_pair_can_be_forbidden_but_not_fixed_or_preferred(made: Round, world: World) -> None:
    made.gent.preferences.filter(track=made.benin).delete()
    scenario = make_scenario(made)
    said = {
        "scenario": scenario, "north": made.gent, "south": made.cove, "reason": "Because",
        "actor": world.coordinator_vvsg,
    }  # fmt: skip
    for kind in (RuleKind.LOCK, RuleKind.PREFER):
        with pytest.raises(PairNotAllowed, match="did not choose this country"):
            set_pair_rule(kind=kind, **said)
    set_pair_rule(kind=RuleKind.FORBID, **said)
    assert PairRule.objects.get().kind == RuleKind.FORBID


def test_two_fixed_pairs_share_nobody(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    said = {"scenario": scenario, "kind": RuleKind.LOCK, "reason": "Because", "actor": world.coordinator_vvsg}
    set_pair_rule(north=made.gent, south=made.cove, **said)
    with pytest.raises(PairNotAllowed, match="Gent is in another fixed pair"):
        set_pair_rule(north=made.gent, south=made.nikki, **said)
    with pytest.raises(PairNotAllowed, match="Cov\u00e8 is in another fixed pair"):
        set_pair_rule(north=made.leuven, south=made.cove, **said)


def test_a_pair_of_another_call_or_turned_round_is_refused(made: Round, world: World) -> None:
    scenario = make_scenario(made, tracks=[made.benin])
    said = {
        "scenario": scenario, "kind": RuleKind.FORBID, "reason": "Because", "actor": world.coordinator_vvsg
    }  # fmt: skip
    for north, south in ((made.gent, made.karongi), (made.nikki, made.gent), (made.nikki, made.cove)):
        with pytest.raises(DomainError, match="does not belong"):
            set_pair_rule(north=north, south=south, **said)


def test_a_fixed_pair_that_lost_a_candidate_is_named(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    set_pair_rule(
        scenario=scenario, north=made.gent, south=made.cove, kind=RuleKind.LOCK, reason="Because",
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    made.gent.status = ApplicationStatus.WITHDRAWN
    made.gent.save()
    with pytest.raises(NoLongerPossible, match="Gent is in a fixed pair"):
        solve_scenario(scenario=scenario)


def test_more_fixed_pairs_than_places_are_refused(made: Round, world: World) -> None:
    made.benin.places = 1
    made.benin.save()
    scenario = make_scenario(made)
    for north, south in ((made.gent, made.cove), (made.leuven, made.nikki)):
        set_pair_rule(
            scenario=scenario, north=north, south=south, kind=RuleKind.LOCK, reason="Because",
            actor=world.coordinator_vvsg,
        )  # fmt: skip
    with pytest.raises(PairNotAllowed, match="places"):
        solve_scenario(scenario=scenario)


@pytest.mark.parametrize("status", [one for one in ScenarioStatus if one not in OPEN_STATES])
def test_an_endorsed_scenario_stands_still(made: Round, world: World, status: ScenarioStatus) -> None:
    scenario = make_endorsed(made)
    Scenario.objects.filter(pk=scenario.pk).update(status=status)
    pair = {"scenario": scenario, "north": made.gent, "south": made.cove, "actor": world.coordinator_vvsg}
    with pytest.raises(MoveNotAllowed):
        set_pair_rule(kind=RuleKind.LOCK, reason="Late", **pair)
    with pytest.raises(MoveNotAllowed):
        clear_pair_rule(**pair)
    with pytest.raises(MoveNotAllowed):
        solve_scenario(scenario=scenario)
    with pytest.raises(MoveNotAllowed):
        request_solving(scenario=scenario, actor=world.coordinator_vvsg)


def test_solving_is_a_job_of_the_worker_and_one_at_a_time(made: Round, world: World) -> None:
    scenario = make_scenario(made, solved=False)
    job = request_solving(scenario=scenario, actor=world.coordinator_vvsg)
    with pytest.raises(DomainError, match="being solved already"):
        request_solving(scenario=scenario, actor=world.coordinator_vvsg)
    assert run_job(job.pk) is True
    scenario.refresh_from_db()
    assert (scenario.status, scenario.job_id) == (ScenarioStatus.SOLVED, job.pk)
    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    assert request_solving(scenario=scenario, actor=world.coordinator_vvsg).pk != job.pk


def test_a_job_that_cannot_solve_says_why(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    set_pair_rule(
        scenario=scenario, north=made.gent, south=made.cove, kind=RuleKind.LOCK, reason="Because",
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    made.gent.status = ApplicationStatus.WITHDRAWN
    made.gent.save()
    job = request_solving(scenario=scenario, actor=world.coordinator_vvsg)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "Gent" in job.error


def test_candidates_with_a_living_proposal_are_out_and_a_declined_pair_is_barred(made: Round) -> None:
    from matching.enums import ProposalStatus

    proposals = make_proposals(made)
    assert read_tracks(made.call, [made.benin, made.rwanda])[0].table.north == []
    first = proposals[0]
    first.status, first.declined_side = ProposalStatus.DECLINED, "north"
    first.save()
    found = bars(make_scenario(made, tracks=[first.track]))
    assert found[first.north.municipality.name, first.south.municipality.name] == "declined"


def test_the_number_of_statements_does_not_grow_with_the_candidates(
    made: Round, world: World, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.factories import MunicipalityFactory
    from tests.matching.factories import make_northern

    with CaptureQueriesContext(connection) as few:
        read_tracks(made.call, [made.benin, made.rwanda])
    for _number in range(30):
        make_northern(made.call, MunicipalityFactory(), [made.benin], interests={"energy": (1, 1)})
    with CaptureQueriesContext(connection) as many:
        inputs = read_tracks(made.call, [made.benin, made.rwanda])
    assert len(inputs[0].table.north) == 33
    assert len(many) == len(few)
