"""Spreadsheets that come in: XLSX or CSV, read into rows of text with a bound on everything. Knows no model."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from sdgpartners.core.errors import DomainError

# A new draft takes a third of a second of work: this many stay well within the time that a job has.
MOST_ROWS = 500
MOST_COLUMNS = 300
LONGEST_CELL = 20_000
# Empty rows that somebody coloured: a sheet may claim a million of them.
MOST_EMPTY = 200
LARGEST_UNPACKED = 100_000_000


class SheetRefused(DomainError):
    """The file as a whole cannot be read; the message says why and what would be."""

    message = _("This file cannot be read as a table. Save it as XLSX, or as CSV in UTF-8.")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number in the file and its cells by column; empty cells are left out."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet of a file: its columns, and the rows that hold something."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(content: bytes) -> Sheet:
    """The table in `content`, by its content and never by its name. The first row names the columns; a row whose
    first cell begins with # is a remark. Formulas count as what they showed when the file was saved.

    Raises SheetRefused: no table, damaged, a column twice or without a name, more than MOST_ROWS rows or
    MOST_COLUMNS columns, a cell of more than LONGEST_CELL signs.
    """
    lines = _xlsx_lines(content) if content.startswith(b"PK\x03\x04") else _csv_lines(content)
    numbered = _bounded(enumerate(lines, start=1))
    header = next(numbered, None)
    if header is None:
        raise SheetRefused(_("The file is empty."))
    columns = _columns(header[1])
    rows = []
    for number, cells in numbered:
        extra = [cell for cell in cells[len(columns) :] if cell]
        if extra:
            raise SheetRefused(_("Row %(row)s has more cells than there are columns."), row=number)
        rows.append(Row(number, {name: cell for name, cell in zip(columns, cells, strict=False) if cell}))
    return Sheet(columns, tuple(rows))


def _bounded(lines: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    count = empty = 0
    for number, cells in lines:
        if not any(cells):
            empty += 1
            if empty > MOST_EMPTY:
                return
            continue
        empty = 0
        if cells[0].startswith("#"):
            continue
        count += 1
        # One more for the header.
        if count > MOST_ROWS + 1:
            raise SheetRefused(_("The file has more than %(most)s rows. Split it."), most=MOST_ROWS)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise SheetRefused(
                _("Row %(row)s has a cell of more than %(most)s signs."), row=number, most=LONGEST_CELL
            )
        yield number, cells


def _columns(cells: Sequence[str]) -> tuple[str, ...]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise SheetRefused(_("The file has more than %(most)s columns."), most=MOST_COLUMNS)
    for place, name in enumerate(names, start=1):
        if not name:
            raise SheetRefused(_("Column %(place)s has no name."), place=place)
        if names.index(name) != place - 1:
            raise SheetRefused(_("The column %(name)s stands twice."), name=name)
    return tuple(names)


def _csv_lines(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetRefused from error
    if "\0" in text:
        raise SheetRefused
    first = text.partition("\n")[0]
    comma = ";" if first.count(";") >= first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
    try:
        for record in reader:
            yield [cell.strip() for cell in record]
    except csv.Error as error:
        raise SheetRefused from error


def _xlsx_lines(content: bytes) -> Iterator[list[str]]:
    """Row by row, so that a large sheet is never in memory as a whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise SheetRefused
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            if not book.worksheets:
                raise SheetRefused
            for row in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS + 1, values_only=True):
                yield [_told(value) for value in row]
        finally:
            book.close()
    except (
        InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, AttributeError,
        IndexError, OSError, EOFError, NotImplementedError,
    ) as error:  # fmt: skip
        # openpyxl lets through whatever a damaged part makes it stumble over.
        raise SheetRefused from error


def _told(value: object) -> str:
    """A cell as text: whole numbers without decimals, days as ISO text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute) else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value).strip()
