"""Reading plain JSON strictly: exact numbers, one line for what is refused."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from sdgpartners.core import json_input
from sdgpartners.core.json_input import InvalidProblem


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        (0.1, Fraction(1, 10)),
        (Decimal("0.10"), Fraction(1, 10)),
        (Fraction(1, 3), Fraction(1, 3)),
        (2.0, 2),
        (-7, -7),
        (1e-7, Fraction(1, 10**7)),
        (5e-324, Fraction(5, 10**324)),
        (Decimal("1e-500"), 0),
        (Decimal("-1e-500"), 0),
        (Decimal("0e-500"), 0),
        (Decimal("0e500"), 0),
    ],
)
def test_a_number_is_read_as_it_is_written(written: Any, exact: Any) -> None:
    assert json_input.number(written, "x") == exact


def test_whole_numbers_stay_ints() -> None:
    assert type(json_input.number(Decimal("4.0"), "x")) is int


@pytest.mark.parametrize(
    "value",
    [True, None, "1", [1], math.nan, math.inf, 10**301, -(10**301), Decimal("1e301"), Decimal("NaN")],
)
def test_what_is_no_finite_number_is_refused(value: Any) -> None:
    with pytest.raises(InvalidProblem, match=r"^x: expected a finite number, not "):
        json_input.number(value, "x")


@pytest.mark.parametrize("value", [-1, 1.5, "4", None, True, math.nan])
def test_what_is_not_whole_is_refused(value: Any) -> None:
    with pytest.raises(InvalidProblem, match=r"^x: expected a whole number of 0 or more, not "):
        json_input.whole(value, "x")


@pytest.mark.parametrize(("value", "whole"), [(0, 0), (4, 4), (4.0, 4), (Decimal("1E1"), 10)])
def test_whole_numbers_may_be_written_as_decimals(value: Any, whole: int) -> None:
    assert json_input.whole(value, "x") == whole


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("two\nlines é", '"two\\nlines \\u00e9"'),
        ({"a": 1}, "an object"),
        ([1, 2], "a list"),
        (None, "null"),
        (Fraction(1, 2), "0.5"),
        (Decimal("1E+999"), "1E+999"),
        ("a" * 200, '"' + "a" * 76 + "..."),
    ],
)
def test_a_value_is_shown_on_one_short_line(value: Any, line: str) -> None:
    assert json_input.shown(value) == line


def test_keys_are_those_that_are_declared() -> None:
    assert json_input.mapping({"a": 1, "b": 2}, "x", required=("a",), optional=("b", "c")) == {"a": 1, "b": 2}
    with pytest.raises(InvalidProblem, match=r'^x: unknown key "d"$'):
        json_input.mapping({"a": 1, "d": 2}, "x", required=("a",))
    with pytest.raises(InvalidProblem, match=r'^x: key "a" is missing$'):
        json_input.mapping({}, "x", required=("a",))
    with pytest.raises(InvalidProblem, match=r"^x: a key must be text, not 1$"):
        json_input.mapping({1: 2}, "x")


def test_a_document_keeps_its_decimals_and_refuses_a_key_that_stands_twice() -> None:
    assert json_input.loads('{"a": [0.1, 1, "ë"]}') == {"a": [Decimal("0.1"), 1, "ë"]}
    with pytest.raises(InvalidProblem, match=r'^key "a" stands twice in one object$'):
        json_input.loads('[{"a": 1, "a": 1}]')
    with pytest.raises(InvalidProblem, match=r"^not JSON: "):
        json_input.loads("{'a': 1}")
