"""Reads a CSV file of the reference data into checked rows. Standard library only."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sdgpartners.programme.loading.checking import check_row, duplicates, unknown
from sdgpartners.programme.loading.problems import Problem
from sdgpartners.programme.loading.tables import Row, Table


@dataclass(frozen=True)
class Line:
    """A line of a file; a row over several lines stands at its first."""

    file: str
    number: int

    def __str__(self) -> str:
        return f"{self.file}:{self.number}"

    def of(self, name: str, index: int | None = None) -> str:
        return f"{self}: {name}"


def read_sheet(table: Table, path: Path, problems: list[Problem]) -> list[Row]:
    """The rows of `path`, each checked by itself. What is wrong is added to `problems`."""
    rows: list[Row] = []
    text = _text(path, problems)
    if text is not None:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows = [
            _row(table, line, cells, problems) for line, cells in _cells(table, path.name, reader, problems)
        ]
        problems.extend(duplicates(rows))
        if table.expected is not None and len(rows) != table.expected:
            problems.append(Problem(path.name, f"{len(rows)} {table.name}; there are {table.expected}"))
    return rows


def _text(path: Path, problems: list[Problem]) -> str | None:
    """What stands in the file; None when it cannot be read."""
    try:
        content = path.read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        problems.append(Problem(path.name, error.strerror or str(error)))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.append(Problem(str(Line(path.name, line)), "is not UTF-8"))
    return None


def _cells(
    table: Table, name: str, reader: Any, problems: list[Problem]
) -> Iterator[tuple[Line, dict[str, str]]]:
    """Each record with its line, when its number of cells is that of the header."""
    header: list[str] | None = None
    line = Line(name, 1)
    try:
        for record in reader:
            if header is None:
                header = record
                problems.extend(_header_problems(table, header, line))
            elif len(record) != len(header):
                problems.append(Problem(str(line), f"{len(record)} cells; the header has {len(header)}"))
            else:
                yield line, dict(zip(header, record, strict=True))
            line = Line(name, reader.line_num + 1)
    except csv.Error as error:
        problems.append(Problem(str(Line(name, reader.line_num)), str(error)))
    if header is None:
        problems.append(Problem(str(line), "the file is empty"))


def _columns(table: Table) -> list[str]:
    return [*table.columns, *table.references, *table.notes]


def _header_problems(table: Table, header: list[str], line: Line) -> Iterator[Problem]:
    yield from unknown(header, _columns(table), line)
    for name in _columns(table):
        if header.count(name) != 1:
            yield Problem(line.of(name), "the column is missing" if name not in header else "stands twice")


def _row(table: Table, line: Line, cells: dict[str, str], problems: list[Problem]) -> Row:
    given: dict[str, Any] = {}
    refused: set[str] = set()
    for name in _columns(table):
        text = cells.get(name)
        if text is None:  # the missing column has been reported with the header
            refused.add(name)
        elif text != text.strip() or not unicodedata.is_normalized("NFC", text):
            problems.append(Problem(line.of(name), "has spaces around it or is not in Unicode form NFC"))
            refused.add(name)
        elif text or name in table.notes:
            given[name] = text
        elif not table.requires(name):
            given[name] = None if table.column(name).null else ""
    return check_row(table, given, line, problems, refused=refused)
