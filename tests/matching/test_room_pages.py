"""The pages of the room beside its heat map: all pairs, alternatives, comparison, weights, the scenario itself."""

import csv
import io
import re
import zipfile
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from matching.enums import Objective, RuleKind, ScenarioStatus
from matching.models import PairScore, Scenario
from matching.permissions import visible_tracks
from matching.selectors.comparing import compare
from matching.selectors.pair_lines import PairLine, chosen_lines, pair_lines, sorted_lines
from matching.selectors.room import Room, read_room
from matching.services import (
    copy_scenario,
    put_forward,
    set_aim,
    set_pair_rule,
    set_trial_weights,
    solve_scenario,
)
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.factories import MunicipalityFactory, make_seat
from tests.matching.factories import Round, make_northern, make_round, make_scenario, make_southern
from tests.world import World

PAGES = ("room", "pairs", "pairs_file", "alternatives", "compare", "weights", "settings")
LANGUAGE_ALONE = {"theme": 0, "exchange": 0, "language": 100, "preference": 0, "size": 0, "application": 0}


@pytest.fixture
def made(world: World) -> Round:
    for person in (world.coordinator_vvsg, world.coordinator_ancb):
        person.language = "en"
        person.save()
    return make_round(world)


def address(scenario: Scenario, page: str, query: str = "", *more: str) -> str:
    return reverse(f"admin:matching_scenario_{page}", args=[scenario.reference, *more]) + query


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(user: User, url: str, status: int = 200) -> str:
    response = signed_in(user).get(url)
    assert response.status_code == status
    return response.content.decode()


def room_of(made: Round, scenario: Scenario) -> Room:
    return read_room(scenario, visible_tracks(made.world.coordinator_vvsg, scenario))


def names(lines: list[PairLine]) -> list[tuple[str, str]]:
    return [(line.north.name, line.south.name) for line in lines]


def test_rows_and_columns_stand_by_name_or_by_best_score(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    room = room_of(made, scenario)
    assert [place.name for place in room.north] == ["Gent", "Leuven", "Mechelen"]
    best = {
        place.name: max(
            PairScore.objects.filter(scenario=scenario, north__reference=place.reference).values_list(
                "score", flat=True
            )
        )
        for place in room.north
    }
    by_best = [place.name for place in room.ordered(rows="best", columns="best").north]
    assert by_best == sorted(best, key=lambda name: -best[name])
    assert room.ordered(columns="best").south[0].name == "Karongi"
    text = text_of(world.coordinator_vvsg, address(scenario, "room", "?rows=best&columns=best"))
    heads = re.findall(r'<th scope="row">(?:<svg.*?</svg>)? ?(\w+)</th><td class', text)
    # The table below the graph names them again.
    assert heads[:3] == by_best
    # The order stays in the address of every pair.
    assert "rows=best&amp;columns=best&amp;pair=" in text


def test_each_cell_of_the_heat_map_names_its_pair_to_who_hears_links_alone(made: Round, world: World) -> None:
    made.rwanda.match_score_min = Decimal(85)
    made.rwanda.save()
    scenario = make_scenario(made)
    text = text_of(world.coordinator_vvsg, address(scenario, "room"))
    names = re.findall(r'<td class="[^"]*"><a href="[^"]*" aria-label="([^"]*)">', text)
    assert len(names) == 12
    assert any(re.fullmatch(r"Leuven – Karongi: \d+ proposed", name) for name in names)
    assert "Gent – Karongi: An application of this pair scored less than" in " ".join(names)


def test_a_forbidden_pair_is_nobodys_best(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    before = room_of(made, scenario).best[made.leuven.reference]
    set_pair_rule(
        scenario=scenario, north=made.leuven, south=made.karongi, kind=RuleKind.FORBID, reason="So",
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    assert room_of(made, scenario).best[made.leuven.reference] < before


def test_a_step_keeps_the_order_of_the_heat_map(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    key = f"{made.gent.reference}.{made.cove.reference}"
    response = signed_in(world.coordinator_ancb).post(
        address(scenario, "rule", "?rows=best&other=1"), {"pair": key, "kind": "prefer", "reason": "So"}
    )
    assert response["Location"] == address(scenario, "room", f"?rows=best&pair={key}")


def test_a_large_heat_map_is_paged_and_the_graph_holds_everybody(made: Round, world: World) -> None:
    for _number in range(45):
        make_northern(made.call, MunicipalityFactory(), [made.benin], interests={"energy": (1, 1)})
    scenario = make_scenario(made)
    first = text_of(world.coordinator_vvsg, address(scenario, "room"))
    second = text_of(world.coordinator_vvsg, address(scenario, "room", "?page=2"))
    assert (first.count('<th scope="row"><svg'), second.count('<th scope="row"><svg')) == (40, 8)
    assert "Page 2 of 2" in second


def test_the_graph_shows_each_proposed_pair_and_a_table_beside_it(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    text = text_of(world.coordinator_vvsg, address(scenario, "room"))
    assert "3 pairs are proposed" in text
    found = re.search(r"<title>Leuven – Karongi: ([\d.]+)</title>", text)
    assert found is not None
    assert f'<td class="num">{found[1]}</td>' in text
    file = signed_in(world.coordinator_vvsg).get(address(scenario, "pairs_file", "?only=proposed&form=csv"))
    assert len(file.content.decode("utf-8-sig").splitlines()) == 4


def test_the_table_of_pairs_holds_what_the_heat_map_holds(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    lines = pair_lines(room_of(made, scenario))
    rows = PairScore.objects.filter(scenario=scenario)
    assert {(*line.key, line.score) for line in lines} == set(
        rows.values_list("north__reference", "south__reference", "score")
    )
    text = text_of(world.coordinator_vvsg, address(scenario, "pairs"))
    assert text.count('<th scope="row">') == 12
    assert 'aria-sort="descending"' in text
    ralga = text_of(world.coordinator_ralga, address(scenario, "pairs"))
    assert ralga.count('<th scope="row">') == 6
    assert "Nikki" not in ralga


def test_pairs_are_sorted_with_the_unknown_last(made: Round, world: World) -> None:
    made.gent.preferences.filter(track=made.benin).delete()
    made.rwanda.match_score_min = Decimal(85)
    made.rwanda.save()
    lines = pair_lines(room_of(made, make_scenario(made)))
    # Gent is no candidate for Benin: those pairs are not in the list.
    assert ("Gent", "Nikki") not in names(lines)
    up, down = (sorted_lines(lines, order) for order in ("score", "-score"))
    known = [line.score for line in up if line.score is not None]
    assert known == sorted(known)
    assert [line.score for line in down][: len(known)] == known[::-1]
    assert up[-1].score is down[-1].score is None
    assert names(sorted_lines(lines, "south"))[0][1] == "Covè"
    assert names(sorted_lines(lines, "-north"))[0][0] == "Mechelen"
    assert names(sorted_lines(lines, "nonsense")) == names(down)
    costs = [line.cost for line in sorted_lines(lines, "cost") if line.cost is not None]
    assert costs == sorted(costs)


def test_pairs_are_filtered(made: Round, world: World) -> None:
    made.rwanda.match_score_min = Decimal(85)
    made.rwanda.save()
    scenario = make_scenario(made)
    set_pair_rule(
        scenario=scenario, north=made.leuven, south=made.nikki, kind=RuleKind.FORBID, reason="So",
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    lines = pair_lines(room_of(made, scenario))
    assert {line.north.name for line in chosen_lines(lines, name=" LEUV ")} == {"Leuven"}
    assert {line.south.name for line in chosen_lines(lines, track=made.benin.pk)} == {"Covè", "Nikki"}
    assert names(chosen_lines(lines, only="forbid")) == [("Leuven", "Nikki")]
    barred = names(chosen_lines(lines, only="barred"))
    assert ("Leuven", "Nikki") in barred
    assert ("Gent", "Karongi") in barred
    assert len(chosen_lines(lines, only="possible")) + len(barred) == len(lines)
    assert all(line.score is not None and line.score >= 50 for line in chosen_lines(lines, least=50))
    text = text_of(world.coordinator_vvsg, address(scenario, "pairs", "?only=forbid&least=x"))
    assert text.count('<th scope="row">') == 1
    assert "Forbidden" in text
    empty = text_of(world.coordinator_vvsg, address(scenario, "pairs", "?name=nobody"))
    assert "No pair fits this filter" in empty


def test_the_files_hold_every_pair_with_its_parts_and_reasons(made: Round, world: World) -> None:
    world.leuven.name = "=Leuven"
    world.leuven.save()
    scenario = make_scenario(made)
    client = signed_in(world.coordinator_vvsg)
    answer = client.get(address(scenario, "pairs_file", "?form=csv&sort=-score"))
    assert answer["Content-Type"] == "text/csv"
    assert "no-store" in answer["Cache-Control"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 13
    assert rows[1][0] == "'=Leuven"
    assert rows[1][2] == "Karongi"
    assert "Karongi asks for what =Leuven lists as a strength: Participation." in rows[1][-1]
    parts = [float(cell) for cell in rows[1][10:16] if cell]
    assert sum(parts) == pytest.approx(float(rows[1][5]), abs=0.02)
    book = client.get(address(scenario, "pairs_file"))
    with zipfile.ZipFile(io.BytesIO(book.content)) as file:
        assert "Karongi" in file.read("xl/sharedStrings.xml").decode()
        assert "<f>" not in file.read("xl/worksheets/sheet1.xml").decode()
    assert client.get(address(scenario, "pairs_file", "?form=exe")).status_code == 404
    own = signed_in(world.coordinator_ancb).get(address(scenario, "pairs_file", "?form=csv"))
    assert "Karongi" not in own.content.decode()


def test_the_next_best_stand_beside_the_proposed_with_what_the_whole_loses(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    others = scenario.result["alternatives"]
    less = Decimal(str(scenario.result["total"])) - Decimal(str(others[0]["total"]))
    text = text_of(world.coordinator_vvsg, address(scenario, "alternatives"))
    assert len(others) == 3
    shown = f"{less.quantize(Decimal('0.1')).normalize():f}"
    assert f"Second best: {shown} points less" in text
    assert text.count("another partner</span>") >= 3
    own = text_of(world.coordinator_ancb, address(scenario, "alternatives"))
    assert "Karongi" not in own


def test_a_tie_and_the_weakest_pair_are_told(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    set_aim(scenario=scenario, objective=Objective.FAIR, prefer_points=5, actor=world.coordinator_vvsg)
    scenario = solve_scenario(scenario=scenario)
    assert "weakest pair" in text_of(world.coordinator_vvsg, address(scenario, "alternatives"))
    first = scenario.result["alternatives"][0]
    first["total"] = scenario.result["total"]
    Scenario.objects.filter(pk=scenario.pk).update(result=scenario.result)
    assert "Second best: as good: a tie" in text_of(world.coordinator_vvsg, address(scenario, "alternatives"))


def test_without_another_pairing_the_page_says_so(made: Round, world: World) -> None:
    draft = make_scenario(made, solved=False)
    assert "There is no other pairing" in text_of(world.coordinator_vvsg, address(draft, "alternatives"))


def _two(made: Round) -> tuple[Scenario, Scenario]:
    """A scenario and a copy in which Gent and Covè are fixed and language alone counts in Rwanda."""
    actor = made.world.coordinator_vvsg
    first = make_scenario(made)
    second = copy_scenario(scenario=first, name="With a lock", actor=actor)
    set_pair_rule(
        scenario=second, north=made.leuven, south=made.cove, kind=RuleKind.LOCK, reason="They know each other",
        actor=actor,
    )  # fmt: skip
    set_trial_weights(scenario=second, weights={"RW": LANGUAGE_ALONE}, actor=actor)
    return first, solve_scenario(scenario=second)


def test_scenarios_side_by_side_tell_pairs_figures_rules_and_weights(made: Round, world: World) -> None:
    first, second = _two(made)
    found = compare([first, second], visible_tracks(world.coordinator_vvsg, first))
    assert found.pairings[0].total == first.total
    assert {line.name for line in found.partners if line.differs} >= {"Leuven"}
    cost = found.costs[1]
    assert cost is not None
    scores = {
        (row.north.reference, row.south.reference): row.score
        for row in first.pair_scores.select_related("north", "south")
    }
    expected = sum(scores[north, south] or 0 for north, south, _score in second.result["pairs"])
    assert (cost.total, cost.cost, cost.impossible) == (expected, first.total - expected, 0)  # type: ignore[operator]
    assert cost.cost > 0
    assert [(north, south) for north, south, _said in found.rules] == [("Leuven", "Covè")]
    assert {country for country, _part, _values in found.weights} == {"Rwanda"}
    text = text_of(world.coordinator_vvsg, address(first, "compare", f"?beside={second.reference}"))
    assert "They know each other" in text
    assert "With a lock" in text
    assert "less" in text
    own = text_of(world.coordinator_ancb, address(first, "compare", f"?beside={second.reference}"))
    assert "Karongi" not in own
    assert "Rules that differ" in own


def test_only_scenarios_in_view_stand_beside(made: Round, world: World) -> None:
    first, second = _two(made)
    rwanda = make_scenario(made, tracks=[made.rwanda])
    text = text_of(world.coordinator_ancb, address(first, "compare", f"?beside={rwanda.reference}&beside=x"))
    assert f'value="{rwanda.reference}"' not in text
    assert second.reference in text
    many = "&".join(f"beside={second.reference}" for _number in range(9))
    assert text_of(world.coordinator_vvsg, address(first, "compare", f"?{many}")).count("With a lock") >= 1


def test_weights_are_tried_on_the_page_and_their_effect_is_shown(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    client, url = signed_in(world.coordinator_vvsg), address(scenario, "weights")
    standard = {
        f"{country}-{part}": weight
        for country in ("BJ", "RW")
        for part, weight in (
            ("theme", 40), ("exchange", 25), ("language", 15), ("preference", 10), ("size", 5), ("application", 5),
        )
    }  # fmt: skip
    tried = standard | {f"RW-{part}": weight for part, weight in LANGUAGE_ALONE.items()}
    assert client.post(url, tried).status_code == 302
    scenario.refresh_from_db()
    assert scenario.trial_weights == {"RW": LANGUAGE_ALONE}
    assert "Solve the scenario to see what these weights change" in text_of(world.coordinator_vvsg, url)
    solve_scenario(scenario=scenario)
    text = text_of(world.coordinator_vvsg, url)
    assert "By the weights of the track" in text
    assert "The weights tried" in text
    none = client.post(url, standard | {f"RW-{part}": 0 for part in LANGUAGE_ALONE})
    assert none.status_code == 422
    assert "At least one weight" in none.content.decode()
    wrong = client.post(url, standard | {"RW-size": 101})
    assert wrong.status_code == 422
    assert 'value="101"' in wrong.content.decode()
    assert client.post(url, {"standard": "1"}).status_code == 302
    scenario.refresh_from_db()
    assert scenario.trial_weights == {}


def test_who_does_not_make_the_scenario_changes_neither_weights_nor_name(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    for person in (world.coordinator_ancb, make_seat(world.vvsg, AssociationRole.AUDITOR)):
        client = signed_in(person)
        for what in ("name", "aim", "put-forward", "withdraw"):
            assert client.post(address(scenario, "alter", "", what), {}).status_code == 403
        assert client.get(address(scenario, "settings")).status_code == 200
    auditor = signed_in(make_seat(world.ancb, AssociationRole.AUDITOR))
    assert auditor.post(address(scenario, "weights"), {"standard": "1"}).status_code == 403
    stranger = signed_in(world.coordinator_ralga)
    own = make_scenario(made, tracks=[made.benin])
    for page in PAGES:
        assert stranger.get(address(own, page)).status_code == 404
    assert stranger.post(address(own, "alter", "", "copy"), {"copy-name": "B"}).status_code == 404


def test_the_scenario_is_renamed_copied_put_forward_and_laid_aside_on_its_page(
    made: Round, world: World
) -> None:
    scenario = make_scenario(made, forward=False)
    client = signed_in(world.coordinator_vvsg)
    assert client.post(address(scenario, "alter", "", "name"), {"name-name": ""}).status_code == 422
    assert client.post(address(scenario, "alter", "", "name"), {"name-name": "Plan A"}).status_code == 302
    assert client.post(address(scenario, "alter", "", "nonsense"), {}).status_code == 404
    assert "Put it to the steering group" in text_of(world.coordinator_vvsg, address(scenario, "settings"))
    assert client.post(address(scenario, "alter", "", "put-forward"), {}).status_code == 302
    scenario.refresh_from_db()
    assert (scenario.name, scenario.put_forward_by) == ("Plan A", world.coordinator_vvsg)
    assert "With the steering group" in text_of(world.coordinator_vvsg, address(scenario, "room"))
    answer = client.post(address(scenario, "alter", "", "copy"), {"copy-name": "Plan B"})
    copied = Scenario.objects.get(name="Plan B")
    assert answer["Location"] == address(copied, "room")
    assert "copied from Plan A" in text_of(world.coordinator_vvsg, address(copied, "settings"))
    aim = {"aim-objective": "fair", "aim-prefer_points": "3"}
    assert client.post(address(copied, "alter", "", "aim"), aim).status_code == 302
    refused = client.post(address(copied, "alter", "", "put-forward"), {})
    assert refused.status_code == 422
    assert client.post(address(copied, "alter", "", "withdraw"), {"withdraw-reason": ""}).status_code == 422
    assert (
        client.post(address(copied, "alter", "", "withdraw"), {"withdraw-reason": "Weak"}).status_code == 302
    )
    copied.refresh_from_db()
    assert (copied.status, copied.objective, copied.prefer_points) == (ScenarioStatus.SUPERSEDED, "fair", 3)
    assert client.get(address(copied, "alter", "", "name")).status_code == 405


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("many", [0, 30])
def test_a_page_of_the_room_takes_few_statements_whatever_the_size(
    made: Round, page: str, many: int, django_assert_max_num_queries: object
) -> None:
    for _number in range(many):
        make_northern(made.call, MunicipalityFactory(), [made.benin], interests={"energy": (1, 1)})
        make_southern(made.benin, MunicipalityFactory(country=made.world.bj), interests={"energy": (1, 1)})
    first, second = _two(made)
    put_forward(scenario=second, actor=made.world.coordinator_vvsg)
    client = signed_in(made.world.coordinator_vvsg)
    for scenario, query in ((second, ""), (first, f"?beside={second.reference}")):
        url = address(scenario, page, query)
        client.get(url)
        limit = 12 if page == "compare" else 8
        with django_assert_max_num_queries(limit):  # type: ignore[operator]
            assert client.get(url).status_code == 200
