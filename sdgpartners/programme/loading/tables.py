"""How a table of a file is declared: which model it fills, by which keys, and what its fields point to."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from django.db import models

from sdgpartners.core.text import columns as language_columns

Key = tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    """A field that names rows of `model` by their key.

    `within` is the field of the same row that comes first in that key: a commune's code means nothing without
    its country.
    """

    model: type[models.Model]
    within: str = ""
    many: bool = False


@dataclass(frozen=True)
class Table:
    """A list of rows in a file and the model that it fills.

    Attributes:
        name: what the list is called in the file and in reports.
        key: the fields that tell its rows apart, inside the parent row.
        fields: plain columns of the model. What a file leaves out is left alone.
        texts: texts in three languages; each stands for three columns of the model.
        parent: the foreign key to the row that the list hangs on.
        ordered: whether `order` is the place in the list.
        derived: columns that follow from the other values of the row.
        notes: columns for the human reader, not loaded.
        rules: what must hold inside one row, as (field, why) of each breach.
        expected: how many rows there are in the world, where that is known.
    """

    name: str
    model: type[models.Model]
    key: tuple[str, ...]
    fields: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    references: Mapping[str, Reference] = field(default_factory=dict)
    children: Mapping[str, "Table"] = field(default_factory=dict)
    parent: str = ""
    ordered: bool = False
    derived: Mapping[str, Callable[[Mapping[str, Any]], Any]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    rules: tuple[Callable[["Row"], Iterator[tuple[str, str]]], ...] = ()
    expected: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the model that a row may fill, those of the texts included."""
        return (*self.fields, *(column for text in self.texts for column in language_columns(text)))

    def column(self, name: str) -> "models.Field[Any, Any]":
        """The model's field behind a column."""
        return cast("models.Field[Any, Any]", self.model._meta.get_field(name))

    def requires(self, name: str) -> bool:
        """Whether a row without this column or reference is incomplete."""
        found = self.column(name)
        return not (found.has_default() or found.null or found.blank)


class Spot(Protocol):
    """Where a row stands, so that a problem can point at it."""

    def __str__(self) -> str: ...

    def of(self, name: str, index: int | None = None) -> str:
        """The place of one field of the row, or of one item of a list in it."""
        ...


@dataclass
class Row:
    """A row that was read and checked by itself. `values` holds only what passed."""

    table: Table
    spot: Spot
    values: dict[str, Any]
    references: dict[str, Any]
    children: dict[str, list["Row"]] = field(default_factory=dict)

    def stated(self, name: str) -> str:
        """A field as the file writes it, for keys and messages."""
        value = self.values.get(name, self.references.get(name))
        return "" if value is None else str(value)

    @property
    def key(self) -> Key:
        return tuple(self.stated(name) for name in self.table.key)


def plain_columns(model: type[models.Model]) -> tuple[str, ...]:
    """Every column of `model` that is neither its id nor a relation nor a text in three languages."""
    return tuple(
        column.name
        for column in model._meta.concrete_fields
        if not (column.auto_created or column.is_relation or column.name[-3:] in {"_en", "_fr", "_nl"})
    )
