"""Fields of every kind: conditions, ranges, what is kept of what was typed. On any input, without a database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.answers import answer_rows
from applications.enums import Section
from applications.fields import (
    FieldGroup,
    FieldKind,
    FieldSpec,
    SectionContent,
    Value,
    Values,
    empty_value,
    is_asked,
    normalise,
    problems_of,
)
from applications.typed_text import YEARS, date_of, number_of
from sdgpartners.core.display import format_date

CODES = ("a", "b", "c")
CHOICES = tuple((code, code.upper()) for code in CODES)
GOALS = tuple((code, f"About {code}") for code in ("8", "8.3", "8.a", "16", "16.7"))
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text()), st.binary(),
    st.dictionaries(st.text(), st.text()), st.lists(st.one_of(st.none(), st.integers(), st.lists(st.text()))),
)  # fmt: skip


def spec_of(kind: FieldKind, name: str = "x", **more: object) -> FieldSpec:
    choices = {FieldKind.GOALS: GOALS, FieldKind.FILE: (("uid-1", "a.pdf"), ("uid-2", "b.pdf"))}
    if kind in (FieldKind.CHOICE, FieldKind.SEVERAL, FieldKind.YES_NO, FieldKind.RANK):
        choices[kind] = CHOICES
    if kind == FieldKind.SCALE:
        choices[kind] = (("0", "0"), ("1", "1"))
    given: dict[str, object] = {"label": name, "choices": choices.get(kind, ())}
    return FieldSpec(name=name, kind=kind, **given | more)  # type: ignore[arg-type]


def content_of(*specs: FieldSpec, values: Values | None = None) -> SectionContent:
    section = Section.INVOLVEMENT
    return SectionContent(section, (FieldGroup(fields=specs),), values or {})


def problems(spec: FieldSpec, value: Value) -> list[str]:
    return [str(problem.message) for problem in problems_of(content_of(spec), {spec.name: value})]


@given(kind=st.sampled_from(FieldKind), raw=ANYTHING)
def test_whatever_is_typed_is_kept_in_one_form(kind: FieldKind, raw: object) -> None:
    spec = spec_of(kind)
    kept = normalise(spec, raw)
    assert normalise(spec, kept) == kept
    assert isinstance(kept, type(empty_value(spec)))
    problems_of(content_of(spec), {"x": kept})


@given(st.dates())
def test_a_day_is_kept_as_iso_text_however_it_is_written(day: date) -> None:
    spec = spec_of(FieldKind.DATE)
    written = [day.isoformat(), *(f"{day:%d}{sign}{day:%m}{sign}{day.year:04}" for sign in "/.- ")]
    kept = {str(normalise(spec, text)) for text in written}
    if day.year in YEARS:
        assert kept == {day.isoformat()}
        assert date_of(kept.pop()) == day
        assert problems(spec, day.isoformat()) == []
    else:
        assert all(problems(spec, text) for text in kept)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "31/02/2026", "13/13/2026", "0202-11-23", "tomorrow", "2026", "23/11/26", "１２"]
)
def test_what_is_no_day_is_kept_and_told(text: str) -> None:
    spec = spec_of(FieldKind.DATE)
    assert normalise(spec, text) == text
    assert problems(spec, text) == ["Write a date that exists, such as 23/11/2026."]


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=2), st.sampled_from(".,"))
def test_a_number_is_echoed_and_read_with_point_or_comma(number: Decimal, sign: str) -> None:
    text = f"{number:.2f}".replace(".", sign)
    spec = spec_of(FieldKind.NUMBER)
    assert normalise(spec, text) == text
    assert number_of(text) == number
    assert problems(spec, text) == []


@given(
    number=st.decimals(min_value=-1000, max_value=1000, places=2),
    ends=st.tuples(*[st.none() | st.decimals(min_value=-1000, max_value=1000, places=2)] * 2),
)
def test_a_range_holds_at_both_ends(number: Decimal, ends: tuple[Decimal | None, Decimal | None]) -> None:
    low, high = ends
    spec = spec_of(FieldKind.NUMBER, number_min=low, number_max=high)
    inside = (low is None or low <= number) and (high is None or number <= high)
    assert (problems(spec, str(number)) == []) is inside


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        ("1", "10.50", "Write a number from 1 to 10.5."),
        ("2.00", None, "Write 2 or more."),
        (None, "1000", "Write 1000 or less."),
    ],
)
def test_a_range_is_told(low: str | None, high: str | None, told: str) -> None:
    ends = {"number_min": low and Decimal(low), "number_max": high and Decimal(high)}
    assert problems(spec_of(FieldKind.NUMBER, **ends), "-5" if low else "2000") == [told]


@given(st.lists(st.sampled_from([*(code for code, _text in GOALS), "99", "8.9", "", "16.7 8"])))
def test_goals_are_kept_in_their_order_and_stored_as_text(raw: list[str]) -> None:
    spec = spec_of(FieldKind.GOALS)
    kept = normalise(spec, raw)
    assert kept == [code for code, _text in GOALS if code in raw]
    assert normalise(spec, " ".join(kept)) == kept


@given(st.sets(st.sampled_from([code for code, _text in GOALS])), st.integers(1, 5))
def test_no_more_goals_than_the_question_takes(chosen: set[str], most: int) -> None:
    spec = spec_of(FieldKind.GOALS, choices_max=most)
    told = problems(spec, normalise(spec, list(chosen)))
    if not chosen:
        assert told == ["Choose at least one goal or target."]
    elif len(chosen) > most:
        assert told == [f"Choose at most {most}: you chose {len(chosen)}."]
    else:
        assert told == []


# Conditions: each field may hang on an earlier one. The model is recursive, the code is not.
Condition = tuple[int, tuple[str, ...]]


@st.composite
def conditional_sections(draw: st.DrawFn) -> tuple[list[Condition | None], list[FieldSpec], Values]:
    conditions: list[Condition | None] = []
    specs: list[FieldSpec] = []
    values: Values = {}
    for number in range(draw(st.integers(1, 8))):
        condition = None
        if number and draw(st.booleans()):
            condition = draw(st.integers(0, number - 1)), tuple(draw(st.sets(st.sampled_from(CODES))))
        shown_if = condition and (f"f{condition[0]}", condition[1])
        kind = draw(st.sampled_from([FieldKind.CHOICE, FieldKind.SEVERAL, FieldKind.LINE, FieldKind.DATE]))
        spec = spec_of(kind, f"f{number}", shown_if=shown_if, required=draw(st.booleans()))
        typed = {
            FieldKind.CHOICE: st.sampled_from(["", *CODES]),
            FieldKind.SEVERAL: st.lists(st.sampled_from(CODES)),
            FieldKind.LINE: st.sampled_from(["", "a", "words"]),
            FieldKind.DATE: st.sampled_from(["", "2026-11-23", "no day"]),
        }
        values[spec.name] = normalise(spec, draw(typed[kind]))
        conditions.append(condition)
        specs.append(spec)
    return conditions, specs, values


def asked_in_the_model(number: int, conditions: list[Condition | None], values: Values) -> bool:
    condition = conditions[number]
    if condition is None:
        return True
    earlier, codes = condition
    if not asked_in_the_model(earlier, conditions, values):
        return False
    value = values[f"f{earlier}"]
    given = set(value) if isinstance(value, list) else {value} - {""}
    return bool(given & set(codes)) if codes else bool(given)


@given(conditional_sections())
def test_what_is_asked_equals_the_model(
    drawn: tuple[list[Condition | None], list[FieldSpec], Values],
) -> None:
    conditions, specs, values = drawn
    content = content_of(*specs, values=values)
    expected = [spec for number, spec in enumerate(specs) if asked_in_the_model(number, conditions, values)]
    assert [spec for spec in specs if is_asked(content, spec, values)] == expected
    assert [row.spec for row in answer_rows(content)] == expected
    # What is hidden never blocks; what is asked and required and empty always does.
    told = {problem.name for problem in problems_of(content, values)}
    assert told <= {spec.name for spec in expected}
    assert {spec.name for spec in expected if spec.required and not values[spec.name]} <= told
    assert {name for name in told if values[name]} == {
        spec.name for spec in expected if values[spec.name] == "no day"
    }


def test_questions_that_hang_on_each_other_are_never_asked() -> None:
    first = spec_of(FieldKind.CHOICE, "p", shown_if=("q", ("a",)))
    second = spec_of(FieldKind.CHOICE, "q", shown_if=("p", ("a",)))
    elsewhere = spec_of(FieldKind.LINE, "r", shown_if=("not-on-this-page", ()))
    values: Values = {"p": "a", "q": "a", "r": ""}
    content = content_of(first, second, elsewhere, values=values)
    assert not any(is_asked(content, spec, values) for spec in content.fields)
    assert problems_of(content, values) == []


def test_answers_are_read_in_words() -> None:
    specs = (
        spec_of(FieldKind.DATE, "day"),
        spec_of(FieldKind.GOALS, "goals"),
        spec_of(FieldKind.FILE, "file"),
    )
    values: Values = {"day": "2026-11-03", "goals": ["8", "16.7"], "file": ["uid-1", "uid-2"]}
    rows = answer_rows(content_of(*specs, values=values))
    assert [row.text for row in rows] == [
        format_date(date(2026, 11, 3)),
        "SDG 8 About 8\n16.7 About 16.7",
        "a.pdf\nb.pdf",
    ]
    assert [row.lines for row in rows] == [False, True, True]
    assert rows[2].files == (("uid-1", "a.pdf"), ("uid-2", "b.pdf"))
