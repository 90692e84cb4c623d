"""Reading plain JSON values strictly: a wrong shape is refused with one line that names the place.

Free of Django, so that the pure arithmetic (ranking, matching, planning of windows) can stand on it. Numbers
become exact: a float is read as the decimal number that is written for it (0.1 is a tenth).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

# Beyond this a number in a file is a slip: no double holds it, and its exact fraction would fill the memory.
MOST_DIGITS = 300
LARGEST = 10**MOST_DIGITS
# The exponent of the smallest double. What lies nearer to nought is nought, as for every other reader of JSON.
SMALLEST_EXPONENT = -324
SHOWN_LENGTH = 80

Exact: TypeAlias = int | Fraction
"""A number without a rounding error; whole ones stay whole, which is ten times faster."""


class InvalidProblem(ValueError):
    """What was asked makes no sense; the message is one line of English that names the thing."""


def shown(value: object) -> str:
    """`value` as one short line of ASCII, for a message."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, Fraction):
        value = float(value)
    line = str(value) if isinstance(value, Decimal) else json.dumps(value, default=repr)
    return line if len(line) <= SHOWN_LENGTH else line[: SHOWN_LENGTH - 3] + "..."


def mapping(
    value: object, where: str, *, required: Iterable[str] = (), optional: Iterable[str] = ()
) -> Mapping[str, object]:
    """`value` as an object that has every required key and no key that is neither required nor optional."""
    entries = free_mapping(value, where)
    needed = tuple(required)
    known = {*needed, *optional}
    for key in entries:
        if key not in known:
            raise InvalidProblem(f"{where}: unknown key {shown(key)}")
    for key in needed:
        if key not in entries:
            raise InvalidProblem(f"{where}: key {shown(key)} is missing")
    return entries


def free_mapping(value: object, where: str) -> Mapping[str, object]:
    """`value` as an object whose keys are the writer's own."""
    if not isinstance(value, Mapping):
        raise InvalidProblem(f"{where}: expected an object, not {shown(value)}")
    for key in value:
        if not isinstance(key, str):
            raise InvalidProblem(f"{where}: a key must be text, not {shown(key)}")
    return value


def sequence(value: object, where: str) -> list[object] | tuple[object, ...]:
    """`value` as a list."""
    if not isinstance(value, list | tuple):
        raise InvalidProblem(f"{where}: expected a list, not {shown(value)}")
    return value


def text(value: object, where: str) -> str:
    """`value` as text."""
    if not isinstance(value, str):
        raise InvalidProblem(f"{where}: expected text, not {shown(value)}")
    return value


def flag(value: object, where: str) -> bool:
    """`value` as true or false."""
    if not isinstance(value, bool):
        raise InvalidProblem(f"{where}: expected true or false, not {shown(value)}")
    return value


def number(value: object, where: str) -> Exact:
    """`value` as an exact number; NaN, infinities and truth values are not numbers."""
    if isinstance(value, float) and math.isfinite(value):
        value = Decimal(repr(value))
    if isinstance(value, Decimal) and _is_nought(value):
        value = 0
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal) or not _is_sane(value):
        raise InvalidProblem(f"{where}: expected a finite number, not {shown(value)}")
    return exact(Fraction(value))


def exact(value: Fraction) -> Exact:
    """`value`, as an int where it is whole."""
    return value.numerator if value.denominator == 1 else value


def _is_nought(value: Decimal) -> bool:
    return value.is_finite() and (not value or value.adjusted() < SMALLEST_EXPONENT)


def _is_sane(value: int | Fraction | Decimal) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and value.adjusted() <= MOST_DIGITS
    return bool(-LARGEST < value < LARGEST)


def whole(value: object, where: str) -> int:
    """`value` as a whole number of zero or more; 4.0 is whole, true is not a number."""
    try:
        found = number(value, where)
    except InvalidProblem:
        found = -1
    if found < 0 or not isinstance(found, int):
        raise InvalidProblem(f"{where}: expected a whole number of 0 or more, not {shown(value)}")
    return found


def no_duplicates(ids: Iterable[str], what: str) -> None:
    """Refuses the first id that stands twice."""
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise InvalidProblem(f"{what}: duplicate id {shown(one)}")
        seen.add(one)


def loads(document: str) -> object:
    """The JSON document with every fractional number as a Decimal; a key that stands twice is refused.

    Raises:
        InvalidProblem: not JSON.
    """
    try:
        return json.loads(document, parse_float=_decimal, object_pairs_hook=_unique_keys)
    except InvalidProblem:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidProblem(f"not JSON: {error}") from error


def _decimal(written: str) -> Decimal:
    try:
        return Decimal(written)
    except ArithmeticError as error:
        raise InvalidProblem(f"not a finite number: {shown(written)}") from error


def _unique_keys(entries: list[tuple[str, object]]) -> dict[str, object]:
    result: dict[str, object] = {}
    for key, value in entries:
        if key in result:
            raise InvalidProblem(f"key {shown(key)} stands twice in one object")
        result[key] = value
    return result
