"""Checks one row by itself: known fields, nothing missing, and everything that its model declares."""

from collections.abc import Iterable, Iterator, Mapping, Set
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from sdgpartners.programme.loading.problems import Problem
from sdgpartners.programme.loading.tables import Row, Spot, Table


def check_row(
    table: Table,
    given: Mapping[str, Any],
    spot: Spot,
    problems: list[Problem],
    *,
    refused: Set[str] = frozenset(),
    children: Mapping[str, list[Row]] | None = None,
) -> Row:
    """A row with the values of `given` (by column or reference) that are right; the rest goes to `problems`.

    `refused` are fields that the reader has already reported.
    """
    for name in [*table.columns, *table.references]:
        if name not in given and name not in refused and table.requires(name):
            problems.append(Problem(spot.of(name), "is missing"))
    values = {name: given[name] for name in table.columns if name in given}
    instance = table.model(**values)
    for name, why in _model_errors(table, instance, set(values)):
        problems.append(Problem(spot.of(name) if name else str(spot), why))
        values.pop(name, None)
    values = {name: getattr(instance, name) for name in values}
    references = {name: given[name] for name in table.references if name in given}
    notes = {name: given[name] for name in table.notes if name in given}
    row = Row(table, spot, values, references | notes, dict(children or {}))
    for rule in table.rules:
        problems.extend(Problem(spot.of(name), why) for name, why in rule(row) if name not in refused)
    values |= {name: compute(values) for name, compute in table.derived.items()}
    return row


def unknown(names: Iterable[str], known: Iterable[str], spot: Spot) -> Iterator[Problem]:
    """A problem for each of `names` that is not `known`, with what was probably meant."""
    known = list(known)
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            yield Problem(
                spot.of(name), f"unknown field; did you mean {near[0]}?" if near else "unknown field"
            )


def duplicates(rows: Iterable[Row]) -> Iterator[Problem]:
    """A problem for each row whose key stands in an earlier row already."""
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        if any(row.table.requires(name) and not row.stated(name) for name in row.table.key):
            continue  # a row without its key has been reported for that
        earlier = first.setdefault(row.key, row)
        if earlier is not row:
            yield Problem(row.spot.of(row.table.key[-1]), f"{' '.join(row.key)} is already at {earlier.spot}")


def _model_errors(table: Table, instance: models.Model, given: set[str]) -> Iterator[tuple[str, str]]:
    """What the model itself says: types, ranges, choices, lengths, and the constraints on one row."""
    others = {column.name for column in table.model._meta.fields} - given
    wrong: set[str] = set()
    try:
        instance.full_clean(exclude=others, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            wrong.add(name)
            yield (name if name != NON_FIELD_ERRORS else ""), " ".join(messages)
    # A column with a default takes part in the constraints even where the file leaves it out.
    unsettled = wrong | {name for name in others if not table.column(name).has_default()}
    for constraint in table.model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint) and given & _columns_of(constraint):
            try:
                constraint.validate(table.model, instance, exclude=unsettled)
            except ValidationError as error:
                # By the models' own convention the code of a constraint is the field to look at.
                code = str(error.code or "")
                yield (code if code in given else ""), " ".join(error.messages)


def _columns_of(constraint: models.CheckConstraint) -> set[str]:
    """What the constraint looks at. Each check costs a statement, so those of other columns are left out."""
    condition = constraint.condition
    return set(condition.referenced_base_fields) if isinstance(condition, models.Q) else set()
