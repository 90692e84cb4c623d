"""The parts of the room tell the same to the same person; what is typed wrongly or sent twice writes nothing."""

import csv
import html
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.enums import ApplicationStatus
from matching.admin import pictures
from matching.enums import Objective, RuleKind, ScenarioStatus
from matching.errors import NoLongerPossible
from matching.models import PairRule, Scenario
from matching.permissions import visible_tracks
from matching.selectors.comparing import compare
from matching.selectors.pair_lines import SORT_KEYS
from matching.services import (
    clear_pair_rule,
    copy_scenario,
    request_solving,
    set_aim,
    set_pair_rule,
    solve_scenario,
)
from sdgpartners.documents.models import Job
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.factories import in_english, make_seat, make_steering
from tests.matching.factories import Round, make_round, make_scenario
from tests.world import World

JUNK = ("", "x", "-1", "1.5", "9" * 5_000, "\x00", "a\x00b", "\ud7ff" * 90)


@pytest.fixture
def made(world: World) -> Round:
    for person in (world.coordinator_vvsg, world.coordinator_ancb, world.coordinator_ralga):
        in_english(person)
    return make_round(world)


def at(scenario: Scenario, page: str, *more: str) -> str:
    return reverse(f"admin:matching_scenario_{page}", args=[scenario.reference, *more])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def main_of(user: User, url: str) -> str:
    response = signed_in(user).get(url)
    assert response.status_code == 200
    return html.unescape(response.content.decode().split("<main")[1])


def say(made: Round, scenario: Scenario, north: str, south: str, kind: RuleKind) -> PairRule:
    return set_pair_rule(
        scenario=scenario,
        north=getattr(made, north),
        south=getattr(made, south),
        kind=kind,
        reason="They know each other",
        actor=made.world.coordinator_vvsg,
    )


def everything(scenario: Scenario) -> tuple[Any, ...]:
    """What a request could have changed."""
    rules = PairRule.objects.order_by("pk").values_list("scenario", "north", "south", "kind", "reason")
    rows = Scenario.objects.order_by("pk").values_list(
        "name", "status", "objective", "prefer_points", "trial_weights", "put_forward_at", "job"
    )
    return list(rules), list(rows), Job.objects.count()


def cells_of(text: str) -> dict[tuple[str, str], str]:
    """What each cell of the heat map says, by the names of the pair."""
    table = text.split('id="heat"')[1].split("</table>", maxsplit=1)[0]
    names = re.findall(r'aria-label="([^"]* – [^"]*: [^"]*)"', table.partition("<tbody>")[2])
    found = {}
    for name in names:
        pair, _colon, told = name.partition(": ")
        north, _dash, south = pair.partition(" – ")
        found[north, south] = told
    return found


@pytest.mark.parametrize("account", ["vvsg", "ralga", "ancb"])
def test_heat_map_table_file_and_graph_tell_the_same_to_each_association(
    made: Round, world: World, account: str
) -> None:
    scenario = make_scenario(made)
    say(made, scenario, "gent", "nikki", RuleKind.FORBID)
    say(made, scenario, "mechelen", "nyanza", RuleKind.FORBID)
    solve_scenario(scenario=scenario)
    person = getattr(world, f"coordinator_{account}")
    room = main_of(person, at(scenario, "room"))
    cells = cells_of(room)
    table = main_of(person, at(scenario, "pairs"))
    file = signed_in(person).get(at(scenario, "pairs_file"), {"form": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file), delimiter=";"))
    assert set(cells) == {(row["Flemish municipality"], row["Partner municipality"]) for row in rows}
    assert len(cells) == {"vvsg": 12, "ralga": 6, "ancb": 6}[account]
    for row in rows:
        pair = row["Flemish municipality"], row["Partner municipality"]
        assert f"Why {pair[0]} – {pair[1]}" in table
        if row["Rule"] == "Forbidden":
            assert cells[pair] == "Forbidden"
        else:
            shown = f"{float(row['Score']):.0f}"
            assert cells[pair].split()[0] in (shown, str(int(float(row["Score"]) + 0.5)))
        assert (row["Proposed"] == "Yes") == cells[pair].endswith("proposed")
        assert (row["Proposed"] == "Yes") == (f"<title>{pair[0]} – {pair[1]}: " in room)
    figure = room.split("The figures as a table")[1].split("</table>")[0]
    for north, south in re.findall(r"<title>([^<]+) and ([^<]+) would rather have each other</title>", room):
        assert f'<th scope="row">{north}</th><td class="num">{south}</td>' in figure


def test_a_large_graph_draws_some_wishes_and_says_how_many(
    made: Round, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Candidates by the hundred have wishes by the thousand: the list has its pages, the graph a limit."""
    scenario = make_scenario(made)
    wishes = [
        [north.reference, south.reference, 1.0]
        for north in (made.gent, made.mechelen)
        for south in made.south
    ]
    scenario.result["blocking"] = wishes
    scenario.save(update_fields=["result"])
    monkeypatch.setattr(pictures, "MOST_ENDS", 1)
    monkeypatch.setattr(pictures, "MOST_WISHES", 2)
    room = main_of(world.coordinator_vvsg, at(scenario, "room"))
    assert room.count("would rather have each other</title>") == 2
    assert f"2 of {len(wishes)} are drawn" in room


@pytest.mark.parametrize("key", [*SORT_KEYS, "", "x", "--score", "score-", "pk", "-", "score,cost"])
def test_pairs_are_sorted_by_every_key_and_by_none(made: Round, world: World, key: str) -> None:
    scenario, client = make_scenario(made), signed_in(world.coordinator_vvsg)
    orders = []
    for order in (key, f"-{key}"):
        answer = client.get(at(scenario, "pairs"), {"sort": order})
        assert answer.status_code == 200
        orders.append(re.findall(r'aria-label="Why ([^"]+)"', answer.content.decode()))
    assert [len(order) for order in orders] == [12, 12]
    if key not in SORT_KEYS:
        first = client.get(at(scenario, "pairs")).content.decode()
        assert orders[0] == orders[1] == re.findall(r'aria-label="Why ([^"]+)"', first)
    else:
        assert orders[0] != orders[1]


@pytest.mark.parametrize("junk", JUNK)
def test_what_makes_no_sense_writes_nothing(made: Round, world: World, junk: str) -> None:
    scenario = make_scenario(made)
    client, before = signed_in(world.coordinator_vvsg), everything(scenario)
    key = f"{made.gent.reference}.{made.karongi.reference}"
    standard = {f"{country}-theme": "1" for country in ("BJ", "RW")}
    posts: list[tuple[str, dict[str, Any]]] = [
        (at(scenario, "rule"), {"pair": key, "kind": junk, "reason": "So"}),
        (at(scenario, "alter", "aim"), {"aim-objective": junk, "aim-prefer_points": "3"}),
        (at(scenario, "alter", "aim"), {"aim-objective": "fair", "aim-prefer_points": junk}),
        (at(scenario, "weights"), standard | {"RW-theme": junk}),
        (at(scenario, "weights"), {"RW": junk}),
        (reverse("admin:matching_scenario_add"), {"call": junk, "tracks": [junk], "name": "A", "objective": "fair"}),
        (
            reverse("admin:matching_scenario_add"),
            {"call": made.call.pk, "tracks": [junk], "name": "A", "objective": "fair"},
        ),
        (
            reverse("admin:matching_scenario_add"),
            {"call": made.call.pk, "tracks": [made.benin.pk], "name": "A", "objective": junk},
        ),
    ]  # fmt: skip
    if not junk or "\x00" in junk:
        posts += [
            (at(scenario, "rule"), {"pair": key, "kind": "forbid", "reason": junk}),
            (at(scenario, "alter", "withdraw"), {"withdraw-reason": junk}),
        ]
    if not junk or "\x00" in junk or len(junk) > 80:
        posts += [
            (at(scenario, "alter", "name"), {"name-name": junk}),
            (at(scenario, "alter", "copy"), {"copy-name": junk}),
        ]
    for address, data in posts:
        assert client.post(address, data).status_code == 422, (address, data)
    assert everything(scenario) == before


def test_a_pair_of_somebody_who_withdrew_or_never_came_in_is_not_ruled_on(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    rule = say(made, scenario, "gent", "karongi", RuleKind.LOCK)
    for row, status in ((made.leuven, ApplicationStatus.WITHDRAWN), (made.nyanza, ApplicationStatus.DRAFT)):
        row.status = status
        row.save()
    client = signed_in(world.coordinator_vvsg)
    for north, south in (("leuven", "karongi"), ("mechelen", "nyanza"), ("leuven", "nyanza")):
        key = f"{getattr(made, north).reference}.{getattr(made, south).reference}"
        for kind in RuleKind:
            answer = client.post(at(scenario, "rule"), {"pair": key, "kind": kind, "reason": "So"})
            assert answer.status_code == 422, (key, kind)
            assert "cannot be matched any more" in answer.content.decode()
    with pytest.raises(NoLongerPossible, match="Leuven"):
        say(made, scenario, "leuven", "karongi", RuleKind.PREFER)
    assert list(PairRule.objects.all()) == [rule]
    # What was said before can be taken back all the same.
    made.gent.status = ApplicationStatus.WITHDRAWN
    made.gent.save()
    clear_pair_rule(scenario=scenario, north=made.gent, south=made.karongi, actor=world.coordinator_vvsg)
    assert not PairRule.objects.exists()


def test_who_only_reads_is_offered_no_button_and_writes_nothing(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    auditor = in_english(make_seat(world.ancb, AssociationRole.AUDITOR))
    member = in_english(make_steering(world.programme))
    for page in ("room", "pairs", "alternatives", "compare", "weights", "settings"):
        text = main_of(auditor, at(scenario, page))
        # A report may be asked for; nothing of the room is changed.
        assert 'method="post" action="/admin/' not in text, page
        assert 'method="post" novalidate' not in text, page
        assert "Karongi" not in text, page
        assert signed_in(member).get(at(scenario, page)).status_code in (302, 404)
    key, before = f"{made.gent.reference}.{made.cove.reference}", everything(scenario)
    for person in (auditor, member):
        client = signed_in(person)
        for page in ("rule", "clear", "solve", "weights"):
            answer = client.post(at(scenario, page), {"pair": key, "kind": "lock", "reason": "So"})
            assert answer.status_code in (302, 403, 404), page
        for what in ("name", "aim", "copy", "put-forward", "withdraw"):
            assert client.post(at(scenario, "alter", what), {"copy-name": "B"}).status_code in (302, 403, 404)
    assert everything(scenario) == before


def test_a_double_click_solves_once_and_says_that_it_runs(made: Round, world: World) -> None:
    scenario = make_scenario(made, forward=False)
    client = signed_in(world.coordinator_vvsg)
    assert client.post(at(scenario, "solve")).status_code == 302
    again = client.post(at(scenario, "solve"))
    assert again.status_code == 422
    text = again.content.decode()
    assert "This scenario is being solved already." in text
    assert 'aria-live="polite"' in text
    assert Job.objects.count() == 1
    scenario.refresh_from_db()
    assert scenario.status == ScenarioStatus.SOLVED


def test_the_weakest_pair_of_a_comparison_is_the_one_that_the_room_names(made: Round, world: World) -> None:
    first = make_scenario(made, forward=False)
    worst = min(first.pair_scores.select_related("north", "south"), key=lambda row: row.score or 100)
    second = copy_scenario(scenario=first, name="With a weak pair", actor=world.coordinator_vvsg)
    set_pair_rule(
        scenario=second, north=worst.north, south=worst.south, kind=RuleKind.LOCK, reason="So",
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    second = solve_scenario(scenario=second)
    found = compare([first, second], visible_tracks(world.coordinator_vvsg, first))
    assert [one.worst for one in found.pairings] == [first.worst, second.worst]
    assert worst.score is not None
    assert second.worst is not None
    assert worst.score < second.worst


def test_alternatives_under_the_fair_aim_say_what_puts_them_in_order(made: Round, world: World) -> None:
    scenario = make_scenario(made, forward=False)
    words = "The weakest pair decides which comes first"
    assert words not in main_of(world.coordinator_ralga, at(scenario, "alternatives"))
    set_aim(scenario=scenario, objective=Objective.FAIR, prefer_points=5, actor=world.coordinator_vvsg)
    solve_scenario(scenario=scenario)
    assert words in main_of(world.coordinator_ralga, at(scenario, "alternatives"))


def test_a_failed_run_leaves_the_old_result_and_a_button(made: Round, world: World) -> None:
    scenario = make_scenario(made, forward=False)
    job = request_solving(scenario=scenario, actor=world.coordinator_vvsg)
    Job.objects.filter(pk=job.pk).update(state="failed", tries=1, error="Gent left.")
    text = main_of(world.coordinator_vvsg, at(scenario, "room"))
    assert "Gent left." in text
    assert "Solve again" in text
    assert "<button" in text.split("Solve again")[0].rpartition("<form")[2]
    assert "disabled" not in text.split("Solve again")[0].rpartition("<form")[2]
    assert "3 pairs" in text
    # A part of the countries is in view: the reason may name a pair of the other.
    assert "Gent left." not in main_of(world.coordinator_ancb, at(scenario, "room"))


def test_a_file_holds_so_many_pairs_and_the_page_says_so(
    made: Round, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = make_scenario(made)
    words = "A file holds the first 5 of these pairs"
    assert words not in main_of(world.coordinator_vvsg, at(scenario, "pairs"))
    for module in ("matching.admin.pairs", "matching.services.pairs_export"):
        monkeypatch.setattr(f"{module}.MOST_LINES", 5)
    assert words in main_of(world.coordinator_vvsg, at(scenario, "pairs"))
    assert words not in main_of(world.coordinator_vvsg, f"{at(scenario, 'pairs')}?name=gent")
    answer = signed_in(world.coordinator_vvsg).get(at(scenario, "pairs_file"), {"form": "csv"})
    assert len(answer.content.decode("utf-8-sig").splitlines()) == 6


def test_following_the_run_does_not_read_what_is_large(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    client = signed_in(world.coordinator_vvsg)
    for page in ("job", "settings"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(at(scenario, page)).status_code == 200
        assert not [row for row in asked if '"matching_scenario"."inputs"' in row["sql"]], page


def test_what_was_typed_on_a_pair_that_is_gone_is_not_offered_for_another(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    made.nyanza.status = ApplicationStatus.WITHDRAWN
    made.nyanza.save()
    solve_scenario(scenario=scenario)
    key = f"{made.gent.reference}.{made.nyanza.reference}"
    answer = signed_in(world.coordinator_vvsg).post(
        at(scenario, "rule"), {"pair": key, "kind": "lock", "reason": "They met in Butare"}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Nyanza cannot be matched any more" in text
    assert "Choose a pair in the table" in text
    assert 'value="lock"' not in text
