"""Reads tables of a TOML file into checked rows. Types are strict: "4" is not 4."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sdgpartners.core.text import LANGUAGE_CODES, columns
from sdgpartners.programme.loading.checking import check_row, duplicates, unknown
from sdgpartners.programme.loading.known import KEYS
from sdgpartners.programme.loading.problems import LoadError, Problem
from sdgpartners.programme.loading.tables import Row, Table

# The first class that a model's field belongs to decides.
TYPES: tuple[tuple[type[Any], tuple[type, ...], str], ...] = (
    (models.BooleanField, (bool,), "true or false"),
    (models.DateField, (date,), "a date such as 2024-01-31"),
    (models.DecimalField, (int, Decimal), "a number"),
    (models.IntegerField, (int,), "a whole number"),
    (ArrayField, (list,), "a list"),
    (models.Field, (str,), "a text"),
)


@dataclass(frozen=True)
class TomlPath:
    """The path of a table in the file, as in themes[0].subthemes[3]; counted from 0."""

    path: str
    texts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.path or "the file"

    def of(self, name: str, index: int | None = None) -> str:
        text, _, language = name.rpartition("_")
        if text in self.texts:
            name = f"{text}.{language}"
        place = f"{self.path}.{name}" if self.path else name
        return place if index is None else f"{place}[{index}]"


def read_document(path: Path) -> dict[str, Any]:
    """The file as Python values, decimals exact. Raises LoadError when it is not there or is no TOML."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise LoadError([Problem(path.name, error.strerror or str(error))]) from error
    except ValueError as error:  # TOMLDecodeError, which names line and column, and UnicodeDecodeError
        raise LoadError([Problem(path.name, str(error))]) from error


def read_rows(table: Table, given: Any, path: str, problems: list[Problem]) -> list[Row]:
    """The rows of a list of tables. `given` None (the list is left out) gives none."""
    if given is None:
        return []
    if not isinstance(given, list):
        problems.append(Problem(path, f"must be a list of tables: write [[{path}]]"))
        return []
    rows = [
        read_row(table, item, f"{path}[{index}]", problems, order=index + 1)
        for index, item in enumerate(given)
    ]
    problems.extend(duplicates(rows))
    return rows


def read_row(table: Table, given: Any, path: str, problems: list[Problem], *, order: int = 1) -> Row:
    """One table with the lists below it."""
    spot = TomlPath(path, table.texts)
    if not isinstance(given, Mapping):
        problems.append(Problem(path, f"must be a table: write [{path}]"))
        return Row(table, spot, {}, {})
    names = [*table.fields, *table.texts, *table.references, *table.children]
    problems.extend(unknown(given, names, spot))
    flat = dict(_flat(table, given))
    wrong = list(_type_problems(table, flat, spot))
    problems.extend(problem for _, problem in wrong)
    refused = {column for name, _ in wrong for column in (columns(name) if name in table.texts else (name,))}
    right = {name: value for name, value in flat.items() if name not in refused}
    children = {
        name: read_rows(child, given.get(name), f"{path}.{name}", problems)
        for name, child in table.children.items()
    }
    row = check_row(table, right, spot, problems, refused=refused, children=children)
    if table.ordered:
        row.values["order"] = order
    return row


def _flat(table: Table, given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Columns and references with their values; a text in three languages becomes three columns."""
    for name in (*table.fields, *table.references):
        if name in given:
            yield name, given[name]
    for text in table.texts:
        if isinstance(given.get(text), Mapping):
            for language, value in given[text].items():
                yield f"{text}_{language}", value
        elif text in given:
            yield text, given[text]


def _type_problems(table: Table, flat: Mapping[str, Any], spot: TomlPath) -> Iterator[tuple[str, Problem]]:
    for name, value in flat.items():
        if name in table.texts:
            yield (
                name,
                Problem(spot.of(name), 'must be a text in three languages: { en = "", fr = "", nl = "" }'),
            )
        elif name in table.references:
            yield from ((name, problem) for problem in _reference_problems(table, name, value, spot))
        elif name not in table.columns:
            yield name, Problem(spot.of(name), "unknown language; there are en, fr and nl")
        elif why := _mistyped(table.column(name), value):
            yield name, Problem(spot.of(name), why)
        elif name not in table.fields and not value.strip():
            yield name, Problem(spot.of(name), "is empty")
    for text in table.texts:
        given = [f"{text}_{language}" in flat for language in LANGUAGE_CODES]
        for language, is_given in zip(LANGUAGE_CODES, given, strict=True):
            if any(given) and not is_given:
                yield f"{text}_{language}", Problem(spot.of(f"{text}_{language}"), "is missing")


def _reference_problems(table: Table, name: str, value: Any, spot: TomlPath) -> Iterator[Problem]:
    reference = table.references[name]
    key = reference.model._meta.get_field(KEYS[reference.model][-1])
    target = key.related_model._meta.pk if key.is_relation else key  # type: ignore[union-attr]
    if not reference.many:
        if why := _mistyped(target, value):
            yield Problem(spot.of(name), why)
    elif not isinstance(value, list):
        yield Problem(spot.of(name), "must be a list")
    else:
        for index, item in enumerate(value):
            if why := _mistyped(target, item):
                yield Problem(spot.of(name, index), why)
            elif item in value[:index]:
                yield Problem(spot.of(name, index), f"{item} stands twice")


def _mistyped(column: Any, value: Any) -> str:
    """What the value must be, when it is something else. Exact: true is no number, a moment no date."""
    types, words = next((types, words) for kind, types, words in TYPES if isinstance(column, kind))
    if type(value) not in types:
        return f"must be {words}"
    items = value if isinstance(column, ArrayField) else ()
    return next((f"each item {why}" for item in items if (why := _mistyped(column.base_field, item))), "")
