"""The room at its edges: addresses that mean nothing, results that are no longer true, one side without anybody, people
who see a part only."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.enums import ApplicationStatus, ConflictGround
from applications.services.conflicts import declare_interest
from matching.enums import Objective, RuleKind, ScenarioStatus
from matching.models import PairRule, Scenario
from matching.permissions import Perm
from matching.services import (
    copy_scenario,
    request_solving,
    set_aim,
    set_pair_rule,
    set_trial_weights,
    solve_scenario,
)
from sdgpartners.core.access import allowed
from sdgpartners.documents.models import Job
from sdgpartners.documents.services import run_job
from sdgpartners.people.models import User
from tests.factories import MunicipalityFactory, in_english
from tests.matching.factories import Round, make_round, make_scenario, make_southern
from tests.world import World

PAGES = ("room", "pairs", "pairs_file", "alternatives", "compare", "weights", "settings", "job")
RESULT_PAGES = ("room", "pairs", "alternatives", "compare", "weights")
LANGUAGE_ALONE = {"theme": 0, "exchange": 0, "language": 100, "preference": 0, "size": 0, "application": 0}
NONSENSE = ("x", "-1", "0", "9" * 5_000, "\x00", "a\x00.b\x00", "APP-1999-9999", "\ud7ff", "' or 1=1")


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
    return response.content.decode().split("<main")[1]


def lock(scenario: Scenario, made: Round, north: str, south: str) -> PairRule:
    return set_pair_rule(
        scenario=scenario,
        north=getattr(made, north),
        south=getattr(made, south),
        kind=RuleKind.LOCK,
        reason="They know each other",
        actor=made.world.coordinator_vvsg,
    )


@pytest.mark.parametrize("key", NONSENSE)
def test_a_key_that_names_nothing_is_not_found_and_never_an_error(
    made: Round, world: World, key: str
) -> None:
    scenario = make_scenario(made)
    client = signed_in(world.coordinator_vvsg)
    for name in ("rule", "clear"):
        for pair in (key, f"{key}.{made.karongi.reference}", f"{made.gent.reference}.{key}"):
            answer = client.post(at(scenario, name), {"pair": pair, "kind": "lock", "reason": "So"})
            assert answer.status_code == 404, (name, pair)
    for page in PAGES:
        names = (
            "page",
            "across",
            "alone",
            "said",
            "blocking",
            "pair",
            "sort",
            "least",
            "only",
            "name",
            "track",
        )
        answer = client.get(at(scenario, page), dict.fromkeys((*names, "rows", "columns", "beside"), key))
        assert answer.status_code == 200, page
    if key.isascii() and key.isalnum():
        for page in (*PAGES, "rule", "clear", "solve"):
            address = reverse(f"admin:matching_scenario_{page}", args=[key])
            answer = client.post(address) if page in ("rule", "clear", "solve") else client.get(address)
            assert answer.status_code == 404, page


def test_what_the_address_says_is_not_repeated_unless_it_means_something(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    given = {"rows": "z" * 300, "columns": "best", "page": "8" * 300, "across": "2", "pair": "z" * 300}
    text = signed_in(world.coordinator_vvsg).get(at(scenario, "room"), given).content.decode()
    shown = text.split("<main")[1]
    assert "z" * 300 not in shown
    assert "8" * 300 not in shown
    assert "columns=best&amp;across=2" in shown


@pytest.mark.parametrize("value", NONSENSE)
def test_the_list_of_scenarios_takes_any_filter(made: Round, world: World, value: str) -> None:
    make_scenario(made)
    client = signed_in(world.coordinator_vvsg)
    for name in ("status__exact", "call__id__exact", "p", "o", "q", "call", "status", "e", "all"):
        answer = client.get(reverse("admin:matching_scenario_changelist"), {name: value})
        assert answer.status_code in (200, 302, 400), name


@pytest.mark.parametrize(
    "lookup",
    ["result__icontains", "total__gte", "tracks__partner_country", "pair_scores__score__gte", "minute"],
)
def test_the_list_of_scenarios_is_not_asked_by_what_it_does_not_show(
    made: Round, world: World, lookup: str
) -> None:
    make_scenario(made)
    answer = signed_in(world.coordinator_ancb).get(
        reverse("admin:matching_scenario_changelist"), {lookup: made.karongi.reference}
    )
    assert answer.status_code == 400


def test_the_list_tells_the_figures_of_the_whole_to_who_sees_the_whole(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    total = f"{scenario.total:.1f}".removesuffix(".0")
    listing = reverse("admin:matching_scenario_changelist")
    assert total in main_of(world.coordinator_vvsg, listing)
    for person in (world.coordinator_ancb, world.coordinator_ralga):
        text = main_of(person, listing)
        assert scenario.reference in text
        assert total not in text
    declare_interest(application=made.karongi, actor=world.coordinator_vvsg, ground=ConflictGround.FAMILY)
    assert total not in main_of(User.objects.get(pk=world.coordinator_vvsg.pk), listing)


def test_the_list_does_not_read_what_was_given_in(made: Round, world: World) -> None:
    make_scenario(made)
    client = signed_in(world.coordinator_vvsg)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("admin:matching_scenario_changelist"))
    assert not [row for row in asked if '"matching_scenario"."inputs"' in row["sql"]]


def test_every_page_says_that_the_result_is_older_than_the_last_change(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    other = make_scenario(made)
    notice = "What you see was solved before the last change."
    for page in RESULT_PAGES:
        assert notice not in main_of(world.coordinator_vvsg, at(scenario, page))
    lock(scenario, made, "gent", "karongi")
    for page in RESULT_PAGES:
        assert notice in main_of(world.coordinator_vvsg, at(scenario, page)), page
    assert notice not in main_of(world.coordinator_vvsg, at(scenario, "settings"))
    beside = main_of(world.coordinator_vvsg, f"{at(other, 'compare')}?beside={scenario.reference}")
    assert "Changed since it was solved" in beside


def test_the_room_names_those_paired_who_are_gone(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    words = "cannot be matched any more. Solve the scenario again."
    assert words not in main_of(world.coordinator_vvsg, at(scenario, "room"))
    made.leuven.status = ApplicationStatus.WITHDRAWN
    made.leuven.save()
    assert f"Leuven {words}" in main_of(world.coordinator_vvsg, at(scenario, "room"))
    solve_scenario(scenario=scenario)
    assert words not in main_of(world.coordinator_vvsg, at(scenario, "room"))


def test_a_fixed_pair_that_is_gone_can_be_taken_back_in_a_copy_too(made: Round, world: World) -> None:
    first = make_scenario(made)
    lock(first, made, "gent", "cove")
    made.gent.status = ApplicationStatus.WITHDRAWN
    made.gent.save()
    copied = copy_scenario(scenario=first, name="Again", actor=world.coordinator_vvsg)
    job = request_solving(scenario=copied, actor=world.coordinator_vvsg)
    run_job(job.pk)
    text = main_of(world.coordinator_vvsg, at(copied, "room"))
    assert "Gent is in a fixed pair but cannot be matched any more." in text
    assert "What was said on pairs" in text
    assert "They know each other" in text
    assert 'aria-label="Take back: Gent – Covè"' in text
    assert 'aria-label="Take back' not in main_of(world.coordinator_ralga, at(copied, "room"))
    answer = signed_in(world.coordinator_ancb).post(
        at(copied, "clear"), {"pair": f"{made.gent.reference}.{made.cove.reference}"}
    )
    assert answer.status_code == 302
    assert solve_scenario(scenario=copied).status == ScenarioStatus.SOLVED


def test_fixed_pairs_that_cannot_stand_are_told_in_words_of_whoever_asked(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    lock(scenario, made, "gent", "cove")
    made.benin.match_score_min = Decimal(95)
    made.benin.save()
    world.coordinator_ancb.language = "fr"
    world.coordinator_ancb.save()
    told = {}
    for person in (world.coordinator_ancb, world.coordinator_vvsg):
        job = request_solving(scenario=scenario, actor=person)
        run_job(job.pk)
        told[person.language] = Job.objects.get(pk=job.pk).error
    assert told["en"].startswith("Gent – Covè is fixed, but not possible: An application of this pair scored")
    assert made.gent.reference not in told["en"]
    assert told["fr"] != told["en"]
    made.benin.match_score_min, made.benin.places = None, 0
    made.benin.save()
    job = request_solving(scenario=scenario, actor=world.coordinator_vvsg)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.error == "Benin has fewer places left (0) than fixed pairs (1). Release a fixed pair first."


def test_a_run_that_broke_says_so_without_the_words_of_the_machine(made: Round, world: World) -> None:
    scenario = make_scenario(made, forward=False)
    job = request_solving(scenario=scenario, actor=world.coordinator_vvsg)
    Job.objects.filter(pk=job.pk).update(state="failed", tries=3, error="KeyError: 'APP-1'")
    text = main_of(world.coordinator_vvsg, at(scenario, "room"))
    assert "KeyError" not in text
    assert "Something went wrong in the portal" in text
    # It can be solved again at once.
    request_solving(scenario=scenario, actor=world.coordinator_vvsg)


def test_who_waits_for_a_partner_is_told_why_also_where_the_other_side_is_empty(
    made: Round, world: World
) -> None:
    for row in made.north:
        row.status = ApplicationStatus.WITHDRAWN
        row.save()
    scenario = make_scenario(made)
    text = main_of(world.coordinator_vvsg, at(scenario, "room"))
    assert "There is nobody to pair" in text
    assert "No pairs yet" not in text
    for name in ("Nikki", "Covè", "Karongi", "Nyanza"):
        assert name in text
    assert text.count("There is no allowed partner.") == 4
    own = main_of(world.coordinator_ancb, at(scenario, "room"))
    assert "Nikki" in own
    assert "Karongi" not in own


def test_a_flemish_municipality_paired_in_another_country_is_not_left_unexplained(
    made: Round, world: World
) -> None:
    scenario = make_scenario(made)
    own = {
        row[0] for row in scenario.result["pairs"] if row[1] in (made.nikki.reference, made.cove.reference)
    }
    elsewhere = [row for row in made.north if row.reference not in own]
    assert elsewhere
    text = main_of(world.coordinator_ancb, at(scenario, "room"))
    assert text.count("It is in no pair of the countries that you see.") >= len(elsewhere)
    assert "It is in no pair of the countries" not in main_of(world.coordinator_vvsg, at(scenario, "room"))


def test_long_lists_of_the_room_are_paged(made: Round, world: World) -> None:
    for number in range(45):
        make_southern(made.benin, MunicipalityFactory(country=world.bj, name=f"Place {number:02}"))
    scenario = make_scenario(made)
    text = main_of(world.coordinator_vvsg, at(scenario, "room"))
    alone = text.split('id="alone"')[1].split("</section>")[0]
    assert alone.count("<dt>") == 20
    assert "Page 1 of 3" in alone
    assert "alone=2#alone" in alone
    last = main_of(world.coordinator_vvsg, f"{at(scenario, 'room')}?alone=3").split('id="alone"')[1]
    assert last.split("</section>")[0].count("<dt>") == len(scenario.result["unmatched"]) - 40


def test_an_association_tries_weights_for_its_own_country(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    set_trial_weights(scenario=scenario, weights={"BJ": LANGUAGE_ALONE}, actor=world.coordinator_vvsg)
    client = signed_in(world.coordinator_ralga)
    text = main_of(world.coordinator_ralga, at(scenario, "weights"))
    assert 'name="RW-theme"' in text
    assert "BJ-theme" not in text
    typed = {f"RW-{part}": value for part, value in LANGUAGE_ALONE.items()}
    assert client.post(at(scenario, "weights"), typed | {"BJ-theme": "7"}).status_code == 302
    scenario.refresh_from_db()
    assert scenario.trial_weights == {"BJ": LANGUAGE_ALONE, "RW": LANGUAGE_ALONE}
    solve_scenario(scenario=scenario)
    text = main_of(world.coordinator_ralga, at(scenario, "weights"))
    assert "What the weights change" in text
    assert "Karongi" in text
    assert "Nikki" not in text
    assert client.post(at(scenario, "weights"), {"standard": "1"}).status_code == 302
    scenario.refresh_from_db()
    assert scenario.trial_weights == {"BJ": LANGUAGE_ALONE}


def test_what_other_weights_cost_is_measured_by_both(made: Round, world: World) -> None:
    plain = make_scenario(made, forward=False)
    scores = {
        (row.north.reference, row.south.reference): row.score
        for row in plain.pair_scores.select_related("north", "south")
    }
    tried = copy_scenario(scenario=plain, name="Language", actor=world.coordinator_vvsg)
    set_trial_weights(scenario=tried, weights={"RW": LANGUAGE_ALONE}, actor=world.coordinator_vvsg)
    tried = solve_scenario(scenario=tried)
    pairs = [(north, south) for north, south, _score in tried.result["pairs"]]
    assert plain.total is not None
    expected = sum(scores[pair] or 0 for pair in pairs)
    assert expected < plain.total
    text = main_of(world.coordinator_vvsg, at(tried, "weights"))
    row = text.split("Total, by the weights of the track")[1].split("</tr>")[0]
    shown = [
        f"{value.quantize(Decimal('0.1')):f}".removesuffix(".0") for value in (plain.total, Decimal(expected))
    ]
    assert [f"<td>{value}</td>" in row for value in shown] == [True, True]


def test_scenarios_are_compared_over_the_countries_that_all_of_them_look_at(
    made: Round, world: World
) -> None:
    both, rwanda, benin = (make_scenario(made, tracks=one) for one in (None, [made.rwanda], [made.benin]))
    text = main_of(world.coordinator_vvsg, f"{at(both, 'compare')}?beside={rwanda.reference}")
    assert "They are compared over those that they share:" in text
    table = text.split("Partners; bold where they differ")[1].split("</table>")[0]
    assert "Nikki" not in table
    assert "Covè" not in table
    none = main_of(
        world.coordinator_vvsg, f"{at(both, 'compare')}?beside={rwanda.reference}&beside={benin.reference}"
    )
    assert "no country in common" in none
    assert rwanda.reference not in main_of(world.coordinator_vvsg, at(benin, "compare"))


def test_who_steps_out_of_a_country_reads_so_on_every_page_and_manages_nothing(
    made: Round, world: World
) -> None:
    scenario = make_scenario(made)
    declare_interest(application=made.karongi, actor=world.coordinator_vvsg, ground=ConflictGround.FAMILY)
    barred = User.objects.get(pk=world.coordinator_vvsg.pk)
    for page in (*RESULT_PAGES, "settings"):
        text = main_of(barred, at(scenario, page))
        assert "You have a conflict of interest with a candidate for Rwanda" in text, page
        assert "Karongi" not in text, page
    assert not allowed(barred, Perm.MANAGE_SCENARIO, scenario)
    settings = main_of(barred, at(scenario, "settings"))
    assert "Rename" not in settings
    assert "Copy the scenario" in settings
    weights = main_of(barred, at(scenario, "weights"))
    assert 'name="BJ-theme"' in weights
    assert "RW-theme" not in weights


def test_prices_under_the_fair_aim_say_what_they_mean(made: Round, world: World) -> None:
    scenario = make_scenario(made, forward=False)
    set_aim(scenario=scenario, objective=Objective.FAIR, prefer_points=5, actor=world.coordinator_vvsg)
    scenario = solve_scenario(scenario=scenario)
    key = [made.gent.reference, made.karongi.reference]
    score = scenario.pair_scores.get(north=made.gent, south=made.karongi).score
    assert score is not None
    weaker, stronger = score + 1, score - 1
    for cost, worst, words in (
        (None, weaker, "or another pair is weaker than the weakest is now"),
        (0, stronger, "it is a tie, which people decide"),
        (0, weaker, "costs the total nothing, but the weakest pair is weaker"),
        (2, weaker, "costs the whole 2 points. The weakest pair is weaker then."),
        (0.02, stronger, "costs the whole less than 0.1 points."),
    ):
        scenario.result["cost_of"], scenario.worst = [[*key, cost]], worst
        scenario.save()
        assert words in main_of(world.coordinator_vvsg, f"{at(scenario, 'room')}?pair={'.'.join(key)}")


def test_the_csv_has_the_decimal_sign_of_the_language(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    world.coordinator_vvsg.language = "nl"
    world.coordinator_vvsg.save()
    answer = signed_in(world.coordinator_vvsg).get(at(scenario, "pairs_file"), {"form": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert "," in rows[1][5]
    assert "." not in rows[1][5]
