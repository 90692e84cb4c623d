"""Reasons in words: every code that the pairing can store has its sentence, with the names in it."""

from typing import Any

import pytest
from hypothesis import given, settings

from matching.pairing import Candidate, PairTable, Topic
from matching.sentences import (
    BARS,
    UNMATCHED,
    bar_in_words,
    listed,
    parts_in_words,
    sentence,
    unmatched_in_words,
)
from tests.matching.test_pairing import TOPICS, WEIGHTS, candidates

BUDGETS = {"titles": {"en": "Budgets", "fr": "Budgets (fr)", "nl": "Budgetten"}, "sign": "16.7"}
COUNCILS = {"titles": {"en": "Councils", "fr": "", "nl": ""}, "sign": ""}
NAMES = {"north": "Gent", "south": "Karongi"}


@given(candidates, candidates)
@settings(max_examples=200, deadline=None)
def test_whatever_is_stored_can_be_read(one: Candidate, other: Candidate) -> None:
    words = parts_in_words(PairTable([one], [other], TOPICS, WEIGHTS).explain(0, 0))
    assert all(part.sentence.endswith(".") for part in words)
    assert all(part.points is None or 0 <= part.points <= part.maximum + 0.001 for part in words)


@pytest.mark.parametrize(
    ("code", "params", "words"),
    [
        ("unknown", {}, "Not known, so left out: the other parts count for more."),
        ("theme_shared", {"topics": [BUDGETS, COUNCILS]}, "Both work on Budgets (SDG 16.7) and Councils."),
        (
            "theme_near",
            {**NAMES, "north_topic": BUDGETS, "south_topic": COUNCILS},
            "Gent works on Budgets (SDG 16.7), close to what Karongi works on: Councils.",
        ),
        ("theme_apart", {}, "Their interests do not meet."),
        (
            "exchange_meets",
            {"meetings": [{"asker": "Karongi", "giver": "Gent", "asked": BUDGETS, "offered": None}]},
            "Karongi asks for what Gent lists as a strength: Budgets (SDG 16.7).",
        ),
        (
            "exchange_meets",
            {"meetings": [{"asker": "Gent", "giver": "Karongi", "asked": COUNCILS, "offered": BUDGETS}]},
            "Gent asks for Councils; close to it, Karongi lists as a strength: Budgets (SDG 16.7).",
        ),
        ("exchange_none", NAMES, "What Gent and Karongi offer does not meet what the other asks for."),
        ("language_common", {"languages": ["en", "fr"]}, "Both can work in English and French."),
        ("language_none", NAMES, "Gent and Karongi have no working language in common."),
        ("preference_rank", {"north": "Gent", "rank": 1}, "This country is the first choice of Gent."),
        ("preference_rank", {"north": "Gent", "rank": 2}, "This country is choice 2 of Gent."),
        (
            "preference_told",
            {**NAMES, "rank": 2, "north_wish": 1, "south_wish": None},
            "This country is choice 2 of Gent. Gent would like Karongi best.",
        ),
        (
            "preference_told",
            {**NAMES, "rank": None, "north_wish": 0, "south_wish": 3},
            "Gent named other partners than Karongi. Gent is choice 3 of the partners that Karongi named.",
        ),
        (
            "size_known",
            {
                **NAMES,
                "north_population": 263927,
                "south_population": 373869,
                "north_character": "urban",
                "south_character": "urban",
            },
            "Gent has 263,927 inhabitants, Karongi 373,869. Both describe themselves as: urban.",
        ),
        (
            "size_known",
            {
                **NAMES,
                "north_population": None,
                "south_population": 5,
                "north_character": "urban",
                "south_character": "rural",
            },
            "Gent: urban; Karongi: rural.",
        ),
        (
            "application_scored",
            {"scored": [{"name": "Gent", "score": 84.5}]},
            "The application of Gent scored 84.5 out of 100.",
        ),
        (
            "application_scored",
            {"scored": [{"name": "Gent", "score": 80.0}, {"name": "Karongi", "score": 70.25}]},
            "The application of Gent scored 80 out of 100, that of Karongi 70.3.",
        ),
        (
            "application_scored",
            {"scored": [{"name": "Gent", "score": 103.5}]},
            "The application of Gent scored 103.5 with its bonus; no more than 100 counts.",
        ),
        (
            "application_scored",
            {"scored": [{"name": "Gent", "score": 100.0}, {"name": "Karongi", "score": 104.0}]},
            "The application of Gent scored 100 out of 100. "
            "The application of Karongi scored 104 with its bonus; no more than 100 counts.",
        ),
    ],
)
def test_each_code_has_its_sentence(code: str, params: dict[str, Any], words: str) -> None:
    assert sentence({"sentence": code, "params": params}) == words


def test_an_unknown_code_is_seen() -> None:
    with pytest.raises(KeyError):
        sentence({"sentence": "nonsense", "params": {}})


def test_every_bar_and_every_reason_of_the_solver_has_words() -> None:
    from matching.solver import Reason

    # The last one is no word of the solver: it is told to who does not see all countries.
    assert {*(reason.value for reason in Reason), "elsewhere"} == set(UNMATCHED)
    assert all(unmatched_in_words(code).endswith(".") for code in UNMATCHED)
    assert all(bar_in_words(code).endswith(".") for code in BARS)


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists(words: list[str], text: str) -> None:
    assert listed(words) == text


def test_a_topic_names_its_smallest_target_or_goal() -> None:
    titles = {"en": "x"}
    assert Topic(1, titles, frozenset({16}), frozenset({"16.a", "16.10", "16.7"})).sign == "16.7"
    assert Topic(1, titles, frozenset({8, 16}), frozenset({"16.2", "8.a"})).sign == "8.a"
    assert Topic(1, titles, frozenset({16, 5})).sign == "5"
    assert Topic(1, titles).sign == ""
