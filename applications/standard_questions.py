"""The questions that a new call starts with, read from `data/standard-questions.toml`. No Django models
here."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from applications.enums import QuestionKind, Section
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.enums import Side

FILE = Path(__file__).parent / "data" / "standard-questions.toml"
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StandardChoice:
    """An answer to choose from."""

    code: str
    order: int
    label: Texts


@dataclass(frozen=True, slots=True)
class StandardQuestion:
    """A question in three languages; `criteria` are codes of the default grid, `side` is empty for both
    sides. `shown_if` is the code of an earlier choice of the section, empty where it is always asked."""

    code: str
    section: Section
    order: int
    kind: QuestionKind
    side: str
    in_profile: bool
    required: bool
    shown_if: str
    shown_if_choices: tuple[str, ...]
    choices_max: int | None
    # Of a date: the days from today on which it starts and ends.
    number_min: int | None
    number_max: int | None
    word_limit: int | None
    criteria: tuple[str, ...]
    label: Texts
    help: Texts
    choices: tuple[StandardChoice, ...]


@cache
def standard_questions() -> tuple[StandardQuestion, ...]:
    """All standard questions in the order of their sections. ValueError names the question that is broken."""
    with FILE.open("rb") as file:
        rows = tomllib.load(file)["question"]
    questions = [_question(row) for row in rows]
    order = list(Section)
    questions.sort(key=lambda question: (order.index(question.section), question.order))
    for place, question in enumerate(questions):
        _refuse_a_loose_condition(question, questions[:place])
    return tuple(questions)


def _refuse_a_loose_condition(question: StandardQuestion, earlier: list[StandardQuestion]) -> None:
    if not question.shown_if:
        return
    for each in earlier:
        codes = {choice.code for choice in each.choices}
        named = (each.code, each.section) == (question.shown_if, question.section)
        if named and question.shown_if_choices and codes.issuperset(question.shown_if_choices):
            return
    raise ValueError(
        f"{FILE.name}: question {question.code}: shown_if names an earlier choice of its section, and its answers"
    )


def _question(row: Mapping[str, Any]) -> StandardQuestion:
    code = str(row.get("code", "?"))
    try:
        kind = QuestionKind(row.get("kind", "text"))
        choices = tuple(
            StandardChoice(code=choice["code"], order=order, label=_texts(choice["label"]))
            for order, choice in enumerate(row.get("choice", ()), start=1)
        )
        if bool(choices) != (kind == QuestionKind.CHOICE):
            raise ValueError("choices belong to questions of the kind choice, and only to them")
        if (kind == QuestionKind.TEXT) != ("word_limit" in row):
            raise ValueError("a text has a word limit, and nothing else has one")
        if kind != QuestionKind.DATE and ("number_min" in row or "number_max" in row):
            raise ValueError("only a date has a first and a last day")
        if "choices_max" in row and kind not in (QuestionKind.GOALS, QuestionKind.FILE):
            raise ValueError("only goals and files have a most")
        return StandardQuestion(
            code=row["code"],
            section=Section(row["section"]),
            order=row["order"],
            kind=kind,
            side=Side(row["side"]) if "side" in row else "",
            in_profile=row.get("in_profile", False),
            required=row.get("required", True),
            shown_if=row.get("shown_if", ""),
            shown_if_choices=tuple(row.get("shown_if_choices", ())),
            choices_max=row.get("choices_max"),
            number_min=row.get("number_min"),
            number_max=row.get("number_max"),
            word_limit=row.get("word_limit"),
            criteria=tuple(row["criteria"]),
            label=_texts(row["label"]),
            help=_texts(row["help"]),
            choices=choices,
        )
    except (KeyError, ValueError) as problem:
        raise ValueError(f"{FILE.name}: question {code}: {problem}") from problem


def _texts(texts: Mapping[str, str]) -> Texts:
    if set(texts) != set(LANGUAGE_CODES) or not all(texts.values()):
        raise ValueError("a text is missing in one of the languages")
    return dict(texts)
