"""All pairs of a scenario as a file: score, parts with their sentences, bar, rule, price."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, TypeAlias

import xlsxwriter
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from applications.models import Track
from applications.services.exporting import FORMATS, csv_cell
from matching.enums import RuleKind, ScorePart
from matching.selectors.pair_lines import PairLine, parts_of
from matching.sentences import bar_in_words, extra_points, parts_in_words

__all__ = ["FORMATS", "MOST_LINES", "pairs_file"]
Cell: TypeAlias = str | Decimal | None
AT_ONCE = 5_000
MOST_LINES = 10_000
"""How many pairs one file holds: each has its reasons in words, which takes a web request its time."""


def pairs_file(lines: Sequence[PairLine], tracks: Sequence[Track], *, form: str) -> bytes:
    """The lines, MOST_LINES of them at most, as XLSX or CSV in the active language; a statement for every five
    thousand. KeyError for an unknown `form`."""
    FORMATS[form]
    names = {track.pk: str(track.partner_country) for track in tracks}
    rows = chain([_headers()], _rows(lines[:MOST_LINES], names))
    return _xlsx(rows) if form == "xlsx" else _csv(rows)


def _headers() -> list[Cell]:
    parts = [str(part.label) for part in ScorePart]
    return [
        _("Flemish municipality"), _("Reference"), _("Partner municipality"), _("Reference"), _("Country"), _("Score"),
        _("Proposed"), _("Why not possible"), _("Rule"), _("Costs the whole"), *parts, _("Preferred"), _("Reasons"),
    ]  # fmt: skip


def _rows(lines: Sequence[PairLine], names: Mapping[int, str]) -> Iterator[list[Cell]]:
    for first in range(0, len(lines), AT_ONCE):
        some = lines[first : first + AT_ONCE]
        stored = parts_of(some)
        for line in some:
            yield _row(line, stored.get(line.pk, []), names)


def _row(line: PairLine, parts: list[dict[str, Any]], names: Mapping[int, str]) -> list[Cell]:
    told = parts_in_words(parts)
    points = [None if part.points is None else _points(part.points) for part in told] or [None] * len(
        ScorePart
    )
    extra = extra_points(parts)
    return [
        line.north.name, line.north.reference, line.south.name, line.south.reference, names[line.south.track_id],
        line.score, _("Yes") if line.proposed else _("No"),
        bar_in_words(line.barred_by) if line.barred_by else "",
        str(RuleKind(line.rule).label) if line.rule else "",
        None if line.cost is None else _points(line.cost), *points, _points(extra) if extra else None,
        " ".join(part.sentence for part in told if part.points is not None),
    ]  # fmt: skip


def _points(value: float) -> Decimal:
    return Decimal(f"{value:.4f}")


def _csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Semicolons, a byte order mark and the decimal sign of the language: Dutch and French Excel open it as a table."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    for row in rows:
        writer.writerow(
            [number_format(cell, 4) if isinstance(cell, Decimal) else csv_cell(cell) for cell in row]
        )
    return file.getvalue().encode("utf-8-sig")


def _xlsx(rows: Iterable[Sequence[Cell]]) -> bytes:
    file = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        four = book.add_format({"num_format": "0.00"})
        sheet = book.add_worksheet(_("Pairs")[:31])
        sheet.freeze_panes(1, 3)
        sheet.set_column(0, 17, 16)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(number, place, float(cell), four)
                elif cell:
                    # As text, whatever it looks like: a name that begins with = is no formula.
                    sheet.write_string(number, place, cell, head if number == 0 else None)
    return file.getvalue()
