"""What people's words on pairs cost, as it was computed when the scenario was solved, and which pairs they fixed."""

from collections.abc import Mapping
from typing import Any

from matching.enums import RuleKind, ScenarioStatus
from matching.models import PairRule, Proposal, Scenario
from matching.sentences import price_in_words


def word_prices(scenario: Scenario) -> Mapping[tuple[str, str], str]:
    """By the references of north and south: in one sentence what the whole would be without what was said on the pair.
    Empty where nothing was said, or for a scenario that was changed since it was solved; no statement."""
    words = _words(scenario)
    return {
        (row["pair"][0], row["pair"][1]): price_in_words(words["now"], row) for row in words.get("each", [])
    }


def price_of_all(scenario: Scenario) -> str:
    """The same for everything that was said together; empty where nothing was. No statement."""
    words = _words(scenario)
    return price_in_words(words["now"], words["without"]) if words else ""


def pairs_without_words(scenario: Scenario) -> list[tuple[str, str]]:
    """The pairs (references) that would have been the best if nobody had said anything; no statement."""
    return [(north, south) for north, south in _words(scenario).get("without", {}).get("pairs", [])]


def is_fixed(proposal: Proposal) -> bool:
    """Whether people fixed the pair of a proposal, instead of the solver; one statement."""
    return PairRule.objects.filter(
        scenario=proposal.scenario_id, north=proposal.north_id, south=proposal.south_id, kind=RuleKind.LOCK
    ).exists()


def _words(scenario: Scenario) -> Mapping[str, Any]:
    # Changed since it was solved: the figures belong to what was said then.
    return {} if scenario.status == ScenarioStatus.DRAFT else scenario.weights.get("words") or {}
