"""Saves checked rows, row by row against what the same file said last time.

Three things are compared: what the file says, what it said before (LoadedRow) and what the row holds. Only
what the file says differently now is written. So an unchanged file changes nothing, and what people have
corrected stays until the source itself changes.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from pghistory.models import Event

from sdgpartners.programme.loading.known import Known
from sdgpartners.programme.loading.report import Report
from sdgpartners.programme.loading.tables import Row, Table
from sdgpartners.programme.models import LoadedRow


class Saver:
    """Saves the rows of one source. Use it inside a transaction, and call `finish` at the end."""

    def __init__(self, source: str, known: Known) -> None:
        self.report = Report()
        self._source = source
        self._known = known
        self._before = {loaded.row: loaded for loaded in LoadedRow.objects.filter(source=source)}
        self._now: dict[str, LoadedRow] = {}

    def save(
        self, table: Table, rows: Sequence[Row], parent: models.Model | None = None, path: str = ""
    ) -> None:
        """Save `rows`, which hang on `parent` (at `path`), and everything below them."""
        existing = {_identity(table, instance): instance for instance in _siblings(table, parent)}
        for row in rows:
            label = f"{path}{table.name} {' '.join(filter(None, row.key))}"
            values = self._columns(row, parent)
            fresh = self._fresh(label, row)
            instance = existing.get(tuple(values.get(name) for name in _attnames(table)))
            if instance is None:
                instance = table.model(**values)
                instance.save(force_insert=True)
                self._set_lists(row, instance, set(table.references))
                self.report.created[table.name] += 1
            else:
                self._update(row, label, instance, values, fresh)
            self._note(label, row, instance)
            self._known.add(row, instance.pk)
            for name, child in table.children.items():
                self.save(child, row.children.get(name, []), instance, f"{label}/")

    def finish(self, *, remove: bool) -> Report:
        """Write down what the file said. Rows that it lost are removed if `remove` and nothing uses them."""
        gone = [loaded for label, loaded in self._before.items() if label not in self._now]
        for loaded in sorted(gone, key=lambda loaded: loaded.pk, reverse=True):
            self._drop(loaded, remove=remove)
        LoadedRow.objects.bulk_create(
            [loaded for label, loaded in self._now.items() if not _same(loaded, self._before.get(label))],
            update_conflicts=True,
            unique_fields=["source", "row"],
            update_fields=["values", "model", "object_id"],
        )
        return self.report

    def _columns(self, row: Row, parent: models.Model | None) -> dict[str, Any]:
        """What the file says of the row, by the columns of the model."""
        values = dict(row.values)
        for name, reference in row.table.references.items():
            if not reference.many and name in row.references:
                values[_attname(row.table, name)] = next(iter(self._known.pks(row, name)), None)
        if parent is not None:
            values[_attname(row.table, row.table.parent)] = parent.pk
        return values

    def _fresh(self, label: str, row: Row) -> set[str]:
        """The fields that the file says differently than last time; all of them the first time."""
        said = _said(row)
        before = self._before[label].values if label in self._before else {}
        return {name for name, value in said.items() if name not in before or before[name] != value}

    def _update(
        self, row: Row, label: str, instance: models.Model, values: dict[str, Any], fresh: set[str]
    ) -> None:
        changes: list[str] = []
        for name in sorted(fresh - {name for name, ref in row.table.references.items() if ref.many}):
            attname = _attname(row.table, name)
            held = getattr(instance, attname)
            if attname in values and held != values[attname]:
                changes.append(f"{name} {held!s} -> {values[attname]!s}")
                setattr(instance, attname, values[attname])
        if changes:
            instance.save()
        changes += self._set_lists(row, instance, fresh)
        if changes:
            self.report.changed[row.table.name] += 1
            self.report.lines.append(f"{label}: {'; '.join(changes)}")
        else:
            self.report.unchanged[row.table.name] += 1

    def _set_lists(self, row: Row, instance: models.Model, fresh: set[str]) -> list[str]:
        """Fill the many-to-many fields among `fresh`; returns what changed."""
        changes = []
        for name, reference in row.table.references.items():
            if reference.many and name in fresh and name in row.references:
                related = getattr(instance, name)
                wanted = set(self._known.pks(row, name))
                held = set(related.values_list("pk", flat=True))
                if wanted != held:
                    related.set(wanted)
                    changes.append(f"{name} {len(wanted - held)} added, {len(held - wanted)} taken off")
        return changes

    def _note(self, label: str, row: Row, instance: models.Model) -> None:
        self._now[label] = LoadedRow(
            source=self._source,
            row=label,
            values=_said(row),
            model=instance._meta.label_lower,
            object_id=str(instance.pk),
        )

    def _drop(self, loaded: LoadedRow, *, remove: bool) -> None:
        instance = apps.get_model(loaded.model)._default_manager.filter(pk=loaded.object_id).first()
        user = next(chain(_users(instance), _other_files(loaded)), "") if instance is not None else ""
        if instance is not None and (user or not remove):
            self.report.lines.append(
                f"{loaded.row}: no longer in the file, kept{f': {user}' if user else ''}"
            )
            return
        loaded.delete()
        if instance is not None:
            instance.delete()
            self.report.removed[loaded.row.rpartition("/")[2].split()[0]] += 1
            self.report.lines.append(f"{loaded.row}: removed")


def _same(one: LoadedRow, other: LoadedRow | None) -> bool:
    return other is not None and (one.values, one.object_id) == (other.values, other.object_id)


def _siblings(table: Table, parent: models.Model | None) -> "models.QuerySet[Any]":
    rows = table.model._default_manager.all()
    return rows if parent is None else rows.filter(**{table.parent: parent})


def _attname(table: Table, name: str) -> str:
    attname: str = table.column(name).attname
    return attname


def _attnames(table: Table) -> list[str]:
    return [_attname(table, name) for name in table.key]


def _identity(table: Table, instance: models.Model) -> tuple[Any, ...]:
    return tuple(getattr(instance, name) for name in _attnames(table))


def _said(row: Row) -> dict[str, Any]:
    """The row as the file has it, in JSON's own types; lists in order of their items, which means nothing."""
    said = dict(row.values)
    for name, reference in row.table.references.items():
        if name in row.references:
            said[name] = sorted(row.references[name]) if reference.many else row.references[name]
    plain: dict[str, Any] = json.loads(json.dumps(said, cls=DjangoJSONEncoder))
    return plain


def _users(instance: models.Model) -> Iterator[str]:
    """What still points to a row, in words; history does not count."""
    own_lists = {column.remote_field.through for column in instance._meta.many_to_many}
    for relation in instance._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.many_to_many:
            continue
        other = relation.related_model
        if other in own_lists or issubclass(other, Event):
            continue
        if other._default_manager.filter(**{relation.field.name: instance}).exists():
            yield f"used by {other._meta.verbose_name_plural}"


def _other_files(loaded: LoadedRow) -> Iterator[str]:
    same = LoadedRow.objects.filter(model=loaded.model, object_id=loaded.object_id)
    for source in same.exclude(source=loaded.source).values_list("source", flat=True):
        yield f"also in {source}"
