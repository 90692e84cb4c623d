"""Which rows a reference may name: those of the database and those of the file that is being loaded."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models

from sdgpartners.programme.loading.problems import Problem
from sdgpartners.programme.loading.tables import Key, Reference, Row
from sdgpartners.programme.models import (
    Association,
    Country,
    Goal,
    Municipality,
    PartnerCountry,
    Pillar,
    Target,
    Theme,
)

KEYS: dict[type[models.Model], tuple[str, ...]] = {
    Country: ("code",),
    Association: ("country", "code"),
    Municipality: ("country", "code"),
    Pillar: ("code",),
    Goal: ("number",),
    Target: ("code",),
    Theme: ("code",),
    PartnerCountry: ("country",),
}
# A file names only its own themes and partner countries: other programmes have theirs.
OWN = (Theme, PartnerCountry)


class Known:
    """The keys that references may use, with the primary keys behind them once the rows are saved."""

    def __init__(self) -> None:
        self._keys: dict[type[models.Model], dict[Key, Any]] = {}

    def _of(self, model: type[models.Model]) -> dict[Key, Any]:
        if model not in self._keys:
            names = [model._meta.get_field(name).attname for name in KEYS[model]]  # type: ignore[union-attr]
            rows = () if model in OWN else model._default_manager.values_list("pk", *names)
            self._keys[model] = {tuple(map(str, key)): pk for pk, *key in rows}
        return self._keys[model]

    def add(self, row: Row, pk: Any = None) -> None:
        """Let references name `row`, of a model that can be named at all."""
        names = KEYS.get(row.table.model)
        if names is not None:
            key = tuple(row.stated(name) for name in names)
            self._of(row.table.model)[key] = pk if pk is not None else self._of(row.table.model).get(key)

    def pks(self, row: Row, name: str) -> list[Any]:
        """The primary keys that `row` names in `name`; empty when it names none."""
        reference = row.table.references[name]
        return [self._of(reference.model)[key] for _, _, key in _named(row, name, reference)]

    def problems(self, row: Row) -> Iterator[Problem]:
        """One problem for each reference of `row` that leads nowhere."""
        for name, reference in row.table.references.items():
            if reference.within and not self._is_settled(row, reference.within):
                continue  # the first half of the key has been reported
            for index, value, key in _named(row, name, reference):
                if key not in self._of(reference.model):
                    yield Problem(row.spot.of(name, index), _why(reference, value, row))

    def _is_settled(self, row: Row, name: str) -> bool:
        reference = row.table.references.get(name)
        if reference is None:
            return bool(row.stated(name))
        return all(key in self._of(reference.model) for _, _, key in _named(row, name, reference))


def _named(row: Row, name: str, reference: Reference) -> Iterator[tuple[int | None, Any, Key]]:
    value = row.references.get(name)
    given: Iterable[tuple[int | None, Any]]
    given = enumerate(value or ()) if reference.many else () if value is None else ((None, value),)
    first = (row.stated(reference.within),) if reference.within else ()
    for index, item in given:
        yield index, item, (*first, str(item))


def _why(reference: Reference, value: Any, row: Row) -> str:
    noun = str(reference.model._meta.verbose_name)
    article = "an" if noun[0] in "aeiou" else "a"
    if reference.within:
        return f"{value} is not {article} {noun} of {row.stated(reference.within)}"
    return f"{value} is not {article} {noun}" + (" of this programme" if reference.model in OWN else "")
