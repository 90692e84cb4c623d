"""What a word of people on a pair costs: measured alike, kept with the scenario, read by everybody who decides."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from matching.enums import Objective, RuleKind
from matching.models import Proposal, Scenario
from matching.selectors.word_prices import pairs_without_words, price_of_all, word_prices
from matching.sentences import price_in_words
from matching.services import create_scenario, put_forward, set_pair_rule, solve_scenario
from matching.services.release_letters import PROPOSED, Letter
from matching.solver import parse_problem, solve
from matching.word_prices import MOST_WORDS, price_words
from sdgpartners.people.models import User
from tests.factories import make_editor, make_signatory, make_steering
from tests.matching.factories import Round, make_round, proposal_of
from tests.world import World

NORTH, SOUTH = ["A", "B"], [{"id": "X", "group": "RW"}, {"id": "Y", "group": "RW"}]
PLAIN = [[90.0, 50.0], [60.0, 40.0]]


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


def problem(**given: object) -> dict[str, object]:
    return {
        "north": NORTH, "south": SOUTH, "scores": PLAIN, "places": {"RW": 2}, "locked": [], "forbidden": [],
        "objective": "total", "alternatives": 3, "details": True, **given,
    }  # fmt: skip


def priced(
    given: dict[str, object], preferred: frozenset[tuple[str, str]] = frozenset()
) -> dict[str, object]:
    chosen = solve(parse_problem(given)).as_json()["pairs"]
    found = price_words(given, PLAIN, preferred, chosen)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_each_word_is_priced_by_the_same_problem_without_it() -> None:
    # A–X and B–Y make 130; fixing A–Y leaves B–X: 110.
    found = priced(problem(locked=[["A", "Y"]]))
    assert found["now"] == {"pairs": [["A", "Y"], ["B", "X"]], "count": 2, "total": 110.0}
    assert found["without"] == {"pairs": [["A", "X"], ["B", "Y"]], "count": 2, "total": 130.0}
    assert found["each"] == [{"pair": ["A", "Y"], "count": 2, "total": 130.0}]


def test_a_forbidden_pair_may_cost_a_pair() -> None:
    found = priced(problem(forbidden=[["A", "X"], ["A", "Y"]]))
    assert found["now"] == {"pairs": [["B", "X"]], "count": 1, "total": 60.0}
    assert [row["count"] for row in found["each"]] == [2, 2]  # type: ignore[attr-defined]


def test_a_preference_counts_by_the_scores_without_its_points() -> None:
    raised = [[90.0, 75.0], [60.0, 40.0]]
    found = priced(problem(scores=raised), frozenset({("A", "Y")}))
    assert found["now"]["total"] == 110.0  # type: ignore[index]
    assert found["each"] == [{"pair": ["A", "Y"], "count": 2, "total": 130.0}]


def test_under_the_fair_aim_the_weakest_pair_is_part_of_the_price() -> None:
    """The best whole is A–X with B–Y (130, weakest 40); the fair one A–Y with B–X (110, weakest 50)."""
    found = priced(problem(locked=[["A", "X"]], objective="fair"))
    assert found["now"] == {"pairs": [["A", "X"], ["B", "Y"]], "count": 2, "total": 130.0, "worst": 40.0}
    assert found["each"] == [{"pair": ["A", "X"], "count": 2, "total": 110.0, "worst": 50.0}]
    told = price_in_words(found["now"], found["without"])  # type: ignore[arg-type]
    assert told == (
        "Without this the pairs would score 20 points less together. "
        "The weakest pair would score 50 instead of 40."
    )
    alone = priced(problem(forbidden=[["A", "X"], ["A", "Y"], ["B", "X"], ["B", "Y"]], objective="fair"))
    assert alone["now"] == {"pairs": [], "count": 0, "total": 0.0, "worst": None}


def test_figures_of_a_price_are_exact() -> None:
    """0.1 and 0.2 make 0.3, and what the solver rounded is measured as it read it."""
    tenths = [[0.1, None], [None, 0.20004]]
    found = price_words(
        problem(scores=tenths, forbidden=[["A", "Y"]]), tenths, frozenset(), [["A", "X"], ["B", "Y"]]
    )
    assert found is not None
    assert found["now"]["total"] == found["without"]["total"] == 0.3


def test_nothing_said_and_very_much_said() -> None:
    assert price_words(problem(), PLAIN, frozenset(), [["A", "X", 90.0]]) is None
    many = [[f"N{i}", "X"] for i in range(MOST_WORDS + 1)]
    wide = problem(
        north=[one for one, _south in many],
        scores=[[10.0, 10.0] for _ in many],
        forbidden=many,
    )
    found = price_words(wide, [[10.0, 10.0] for _ in many], frozenset(), [])
    assert found is not None
    assert found["each"] == []
    assert found["without"]["count"] == 2


@pytest.mark.parametrize(
    ("now", "without", "words"),
    [
        ((2, 110.0), (3, 90.0), "Without this one pair more could be made."),
        ((2, 110.0), (4, 90.0), "Without this 2 pairs more could be made."),
        ((2, 110.0), (2, 110.04), "It costs nothing: without this the pairs would score as much together."),
        ((2, 110.0), (2, 130.0), "Without this the pairs would score 20 points more together."),
        ((2, 110.0), (2, 105.5), "Without this the pairs would score 4.5 points less together."),
    ],
)
def test_the_price_in_words(now: tuple[int, float], without: tuple[int, float], words: str) -> None:
    one, other = ({"count": count, "total": total} for count, total in (now, without))
    assert price_in_words(one, other) == words
    # The same weakest pair, as people read it, is no news.
    fair = price_in_words({**one, "worst": 40.0}, {**other, "worst": 40.04})
    assert fair == words


def test_a_price_that_leaves_the_total_and_not_the_weakest_pair() -> None:
    now, without = {"count": 2, "total": 110.0, "worst": 55.5}, {"count": 2, "total": 110.0, "worst": 60.0}
    assert price_in_words(now, without) == (
        "Without this the pairs would score as much together. The weakest pair would score 60 instead of 55.5."
    )


def overridden(made: Round) -> Scenario:
    """Leuven and Karongi fit each other best of all; a coordinator fixes Gent with Karongi instead."""
    world = made.world
    scenario = create_scenario(
        call=made.call,
        tracks=[made.benin, made.rwanda],
        name="Otherwise",
        objective=Objective.TOTAL,
        actor=world.coordinator_vvsg,
    )
    set_pair_rule(
        scenario=scenario, north=made.gent, south=made.karongi, kind=RuleKind.LOCK, reason="A promise of 2019",
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    solve_scenario(scenario=scenario)
    return put_forward(scenario=scenario, actor=world.coordinator_vvsg)


def signed_in(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def test_an_override_stands_with_its_reason_and_price_before_the_steering_group(
    made: Round, world: World
) -> None:
    scenario = overridden(made)
    plain = solve_scenario(
        scenario=create_scenario(
            call=made.call, tracks=[made.benin, made.rwanda], name="As it comes", objective=Objective.TOTAL,
            actor=world.coordinator_vvsg,
        )
    )  # fmt: skip
    key = (made.gent.reference, made.karongi.reference)
    words = scenario.weights["words"]
    assert words["now"]["total"] == pytest.approx(float(scenario.total or 0))
    assert words["without"]["total"] == pytest.approx(float(plain.total or 0))
    assert set(pairs_without_words(scenario)) == {(n, s) for n, s, _score in plain.result["pairs"]}
    price = word_prices(scenario)[key]
    assert "points more together." in price
    assert price_of_all(scenario) == price
    text = signed_in(make_steering(world.programme)).get(
        reverse("matching:scenario-detail", args=[scenario.reference])
    )
    page = text.content.decode()
    assert "A promise of 2019" in page
    assert page.count(price) == 2


def page_of(user: User, proposal: Proposal) -> str:
    """What stands between the heading and the foot, without the tokens of the forms."""
    answer = signed_in(user).get(reverse("matching:proposal-detail", args=[proposal.reference]))
    main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", main)


def test_nobody_works_out_what_the_partners_application_scored(made: Round, world: World) -> None:
    """The page and the letter are the same whatever the applications scored."""
    proposal = proposal_of(made, made.leuven)
    people = make_signatory(world.karongi), make_editor(world.leuven)
    before, read, letters = proposal.parts, set(), set()
    for points in (0.1, 0.95):
        parts = [{**row, "score": points} if row["part"] == "application" else row for row in before]
        known = [row for row in parts if row["score"] is not None]
        score = sum(row["weight"] * row["score"] for row in known) / sum(row["weight"] for row in known)
        Proposal.objects.filter(pk=proposal.pk).update(parts=parts, score=Decimal(f"{100 * score:.4f}"))
        proposal.refresh_from_db()
        read.add(tuple(page_of(person, proposal) for person in people))
        letter = Letter(PROPOSED, made.call, made.karongi, people, proposal)
        letters.add(repr(letter.context()))
    assert len(read) == len(letters) == 1
    assert "out of 100 together" in next(iter(read))[0]
    assert "That part does not stand here" in next(iter(read))[0]


def test_the_parts_that_a_municipality_reads_add_up_to_what_stands_above_them(
    made: Round, world: World
) -> None:
    proposal = proposal_of(made, made.leuven)
    text = page_of(make_signatory(world.karongi), proposal)
    shown = [tuple(map(float, row)) for row in re.findall(r"([\d.]+)/([\d.]+)\)", text)]
    told = re.search(r"you score (\d+) out of 100 together", text)
    assert told is not None
    assert sum(most for _points, most in shown) == pytest.approx(100, abs=0.4)
    assert sum(points for points, _most in shown) == pytest.approx(float(told.group(1)), abs=1)
