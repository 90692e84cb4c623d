"""The matching room by its pages: what associations say on pairs, what they try and compare, what they put forward."""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Locator, expect

from applications.models import Application, Call
from matching.admin.pair import cost_in_words
from matching.enums import RuleKind, ScenarioStatus
from matching.models import PairScore, Scenario
from matching.sentences import points_in_words
from sdgpartners.documents.services.jobs import run_job
from tests.journeys.actors import Actor
from tests.journeys.words import Words

BUTTONS = {RuleKind.LOCK: "Fix", RuleKind.FORBID: "Forbid"}


@dataclass(frozen=True)
class Pair:
    """Two applications that may become a pair."""

    north: Application
    south: Application
    score: Decimal | None = None

    def __str__(self) -> str:
        return f"{self.north.municipality} – {self.south.municipality}"

    @property
    def key(self) -> tuple[str, str]:
        """Both references, as the solver names them."""
        return self.north.reference, self.south.reference


@dataclass(frozen=True)
class Fixed:
    """A pair that people chose against the solver, why, and the points that this costs the whole."""

    pair: Pair
    reason: str
    price: float


def price_in(words: Words, price: float) -> str:
    """What a fixed pair costs, as the decision and the rationale say it."""
    with override(words.language):
        points = points_in_words(price)
    return words("Without this the pairs would score %(points)s points more together.", points=points)


def pairs_of(scenario: Scenario, country: str) -> list[Pair]:
    """Every possible pair with a country in a solved scenario, the best first."""
    rows = PairScore.objects.filter(
        scenario=scenario, track__partner_country__country=country, score__isnull=False
    )
    along = ("north__municipality__country", "south__municipality__country")
    return [
        Pair(row.north, row.south, row.score) for row in rows.select_related(*along).order_by("-score", "pk")
    ]


def proposed_in(scenario: Scenario) -> set[tuple[str, str]]:
    """The pairs of the result, by references."""
    return {(north, south) for north, south, _score in scenario.result["pairs"]}


def makes_a_scenario(hand: Actor, call: Call, country: str, name: str) -> Scenario:
    """A new one over one country of the call; the way there leads over the desk."""
    track = call.tracks.select_related("partner_country__country").get(partner_country__country=country)
    hand.open("portal:start")
    hand.follow("Desk")
    for page in ("changelist", "add"):
        hand.hit(hand.page.locator(f"#content a[href^='{reverse(f'admin:matching_scenario_{page}')}']").first)
    hand.choose("Call", hand.words.of(call))
    hand.tick(hand.page.get_by_role("checkbox", name=hand.words.of(track), exact=True))
    hand.fill("Name", name)
    hand.press("Make the scenario")
    return Scenario.objects.get(call=call, name=name)


def copies(hand: Actor, scenario: Scenario, name: str) -> Scenario:
    """A copy over the countries of whoever copies, with what was said on their pairs."""
    hand.open("admin:matching_scenario_room", scenario.reference)
    hand.follow("Scenario")
    hand.type(hand.page.locator("#id_copy-name"), name)
    hand.press("Copy the scenario")
    hand.told("This is your copy, with what was said on pairs.")
    return Scenario.objects.get(copied_from=scenario, name=name)


def solves(hand: Actor, scenario: Scenario) -> None:
    """The button puts a job into the queue; once the worker has done it the room shows what came of it."""
    hand.open("admin:matching_scenario_room", scenario.reference)
    hand.press("Solve again" if scenario.solved_at else "Solve")
    work(scenario)
    hand.open("admin:matching_scenario_room", scenario.reference)
    hand.sees(hand.words("proven to be the best"))


def work(scenario: Scenario) -> None:
    """The worker solves what was asked."""
    scenario.refresh_from_db()
    assert scenario.job_id is not None
    assert run_job(scenario.job_id)
    scenario.refresh_from_db()
    assert scenario.status == ScenarioStatus.SOLVED


def _cell(hand: Actor, pair: Pair) -> Locator:
    """The pair in the heat map; what it says follows its names."""
    name = re.compile(rf"^{re.escape(str(pair))}: ")
    return hand.page.get_by_role("main").locator("table.heat").get_by_role("link", name=name)


def opens_pair(hand: Actor, scenario: Scenario, pair: Pair) -> Locator:
    """From the heat map to the reasons of a pair; gives the panel beside the map."""
    hand.open("admin:matching_scenario_room", scenario.reference)
    hand.hit(_cell(hand, pair))
    panel = hand.page.get_by_role("complementary")
    expect(panel.get_by_role("heading").first).to_contain_text(
        f"{pair.north.municipality} + {pair.south.municipality}"
    )
    return panel


def reads_the_price(hand: Actor, scenario: Scenario, pair: Pair) -> float:
    """What choosing a pair that is not proposed would cost the whole, in words; gives the points."""
    panel = opens_pair(hand, scenario, pair)
    cost: float = next(row[2] for row in scenario.result["cost_of"] if (row[0], row[1]) == pair.key)
    with override(hand.words.language):
        expect(panel).to_contain_text(cost_in_words(scenario, cost, pair.score))
    return cost


def says(hand: Actor, scenario: Scenario, pair: Pair, kind: RuleKind, reason: str) -> None:
    """Fixes or forbids a pair, with a reason that stands beside it from then on."""
    opens_pair(hand, scenario, pair)
    hand.fill("Reason", reason)
    hand.press(BUTTONS[kind])
    hand.told("Kept. Solve again to see what it changes.")
    _shows_the_word(hand, pair, kind, reason)


def _shows_the_word(hand: Actor, pair: Pair, kind: RuleKind, reason: str) -> None:
    panel = hand.page.get_by_role("complementary")
    for text in (reason, hand.words.of(kind.label), str(hand.user)):
        expect(panel).to_contain_text(text)
    expect(_cell(hand, pair).locator("xpath=..")).to_contain_text(hand.words.of(kind.label))


def sees_it_kept(hand: Actor, scenario: Scenario, pair: Pair, kind: RuleKind, reason: str) -> None:
    """After solving: a forbidden pair is not proposed, a fixed one is, and the reason stands there."""
    assert (pair.key in proposed_in(scenario)) == (kind == RuleKind.LOCK)
    panel = opens_pair(hand, scenario, pair)
    _shows_the_word(hand, pair, kind, reason)
    proposed = panel.get_by_text(hand.words("Proposed"), exact=True)
    expect(proposed).to_have_count(1 if kind == RuleKind.LOCK else 0)


def lays_side_by_side(hand: Actor, scenario: Scenario, other: Scenario, reasons: list[str]) -> None:
    """Two scenarios beside each other: who gets another partner, and on what they differ."""
    hand.open("admin:matching_scenario_room", scenario.reference)
    hand.follow("Compare")
    hand.tick(hand.page.get_by_role("checkbox", name=f"{other.name} · {other.reference}", exact=True))
    hand.press("Lay side by side")
    now, then = (dict(proposed_in(row)) for row in (scenario, other))
    count = sum(now.get(one) != then.get(one) for one in {*now, *then})
    assert count > 0
    heading = ("%(count)s municipality gets another partner", "%(count)s municipalities get another partner")
    hand.heads(hand.words.many(*heading, count))
    for reason in reasons:
        hand.sees(reason)


def tries_weights(hand: Actor, scenario: Scenario, weights: dict[str, str]) -> None:
    """Other weights for this scenario alone, what they change, and back again."""
    hand.open("admin:matching_scenario_room", scenario.reference)
    hand.follow("Weights")
    for name, value in weights.items():
        hand.type(hand.page.locator(f"#id_{name}"), value)
    hand.press("Try these weights")
    hand.told("Kept. Solve again to see what it changes.")
    solves(hand, scenario)
    hand.follow("See what they change")
    beside = {(north, south) for north, south, _score in scenario.weights["beside"]["pairs"]}
    count = len({north for north, _south in proposed_in(scenario) ^ beside})
    heading = (
        "The weights tried change the partner of %(count)s municipality",
        "The weights tried change the partner of %(count)s municipalities",
    )
    changed = hand.words.many(*heading, count) if count else hand.words("The weights tried change no pair")
    hand.heads(changed)
    expect(hand.page.get_by_role("table", name=hand.words("What the weights change"))).to_be_visible()
    hand.press("Back to the weights of the track")
    hand.told("Kept. Solve again to see what it changes.")
    solves(hand, scenario)


def lays_aside(hand: Actor, scenario: Scenario, reason: str) -> None:
    hand.open("admin:matching_scenario_room", scenario.reference)
    hand.follow("Scenario")
    hand.unfold("Lay aside")
    hand.type(hand.page.locator("#id_withdraw-reason"), reason)
    hand.press("Lay the scenario aside")
    hand.told("The scenario is laid aside.")


def puts_forward(hand: Actor, scenario: Scenario) -> None:
    hand.open("admin:matching_scenario_room", scenario.reference)
    hand.press("Put it to the steering group")
    hand.told("The steering group reads it from now on.")
