"""Loads a programme with all its rules from a TOML file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import override

from sdgpartners.core.history import because
from sdgpartners.programme.loading.agreement import disagreements
from sdgpartners.programme.loading.checking import unknown
from sdgpartners.programme.loading.known import Known
from sdgpartners.programme.loading.problems import LoadError, Problem
from sdgpartners.programme.loading.programme_tables import PARTS, PLACES, PROGRAMME
from sdgpartners.programme.loading.report import Report
from sdgpartners.programme.loading.saving import Saver
from sdgpartners.programme.loading.tables import Row
from sdgpartners.programme.loading.toml_file import TomlPath, read_document, read_row, read_rows
from sdgpartners.programme.models import Programme


def load_programme(path: Path, *, dry_run: bool = False) -> Report:
    """Load the programme of `path` in one transaction; an unchanged file changes nothing.

    With `dry_run` everything is checked and reported, and nothing stays. Rows that a changed file no longer
    holds are removed where nothing uses them. Raises LoadError with every problem; then nothing was loaded.
    """
    return load_document(read_document(path), source=path.name, dry_run=dry_run)


def load_document(document: Mapping[str, Any], *, source: str, dry_run: bool = False) -> Report:
    """The same for a document that has been read already; `source` is its name in the history."""
    with override("en"), transaction.atomic(), because(None, f"load_programme {source}"):
        sections = _checked(document)
        report = _saved(sections)
        transaction.set_rollback(dry_run)
        return report


def _checked(document: Mapping[str, Any]) -> dict[str, list[Row]]:
    problems: list[Problem] = list(unknown(document, ["programme", *PLACES, *PARTS], TomlPath("")))
    sections: dict[str, list[Row]] = {}
    for name, table in PLACES.items():
        sections[name] = read_rows(table, document.get(name), name, problems)
    sections["programme"] = [read_row(PROGRAMME, document.get("programme", {}), "programme", problems)]
    for name, table in PARTS.items():
        sections[name] = read_rows(table, document.get(name), name, problems)
    known = Known()
    rows = [row for section in sections.values() for row in _with_children(section)]
    for row in rows:
        known.add(row)
    problems += [problem for row in rows for problem in known.problems(row)]
    problems += disagreements(sections)
    if problems:
        raise LoadError(problems)
    return sections


def _with_children(rows: list[Row]) -> list[Row]:
    """`rows` and all rows below them."""
    below = [
        child for row in rows for children in row.children.values() for child in _with_children(children)
    ]
    return [*rows, *below]


def _saved(sections: Mapping[str, list[Row]]) -> Report:
    [programme_row] = sections["programme"]
    code = programme_row.stated("code")
    # The second of two loads at the same time waits here, and then finds what the first has saved.
    Programme.objects.select_for_update().filter(code=code).first()
    saver = Saver(f"programme/{code}", Known())
    for name, table in PLACES.items():
        saver.save(table, sections[name])
    saver.save(PROGRAMME, [programme_row])
    programme = Programme.objects.get(code=code)
    for name, table in PARTS.items():
        saver.save(table, sections[name], programme)
    return saver.finish(remove=True)
