"""The ranking of a track as a spreadsheet: the figures of the page, and what they rest on."""

import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from applications.enums import Outcome, ReviewStatus
from applications.grid_input import GridInput
from applications.models import Criterion, Review, Track
from applications.selectors.decision_record import grid_versions
from applications.selectors.grid import grid_input
from applications.selectors.ranking import RankedLine, lines_of
from applications.selectors.ranking_checks import leniency_of
from applications.services.exporting import Table
from sdgpartners.core.display import format_moment
from sdgpartners.people.models import User


def ranking_workbook(track: Track) -> bytes:
    """An XLSX file in the active language: ranking, totals of the reviews, reviews that were set aside, reviewers
    beside each other, grid with its changes. Eight statements."""
    criteria = list(track.criteria.order_by("order", "pk"))
    lines = lines_of(track)
    aside = (
        Review.objects.filter(track=track, set_aside=True)
        .exclude(status=ReviewStatus.RECUSED)
        .select_related("application__municipality", "reviewer")
        .order_by("application__reference", "pk")
    )
    mild: list[list[Any]] = [[str(one.person), one.n, one.difference] for one in leniency_of(lines)]
    people = User.objects.in_bulk({total.by for one in lines for total in one.totals})
    return _workbook(
        {
            _("Ranking"): _ranking(lines, criteria),
            _("Reviews"): _reviews(lines, people),
            _("Set aside"): Table(
                [_("Reference"), _("Municipality"), _("Reviewer"), _("Why")],
                [
                    [row.application.reference, row.application.municipality.name, str(row.reviewer),
                     row.set_aside_reason]
                    for row in aside
                ],
            ),
            _("Reviewers"): Table(
                [_("Reviewer"), _("Applications together with others"), _("Difference from the others")],
                mild,
            ),
            _("Grid"): _grid(criteria, grid_input(criteria, track.call)),
            _("Changes of the grid"): Table(
                [_("Version"), _("Changed on"), _("By"), _("Why"), _("What changed")],
                [
                    [one.change.version, format_moment(one.change.changed_at), str(one.change.changed_by or ""),
                     one.change.reason, "\n".join(one.differences)]
                    for one in grid_versions(track, criteria)[::-1]
                ],
            ),
        }
    )  # fmt: skip


def _ranking(lines: Sequence[RankedLine], criteria: Sequence[Criterion]) -> Table:
    headers = [
        _("Rank"), _("Reference"), _("Municipality"), _("Side"), _("Total"), _("Mean"), _("Median"), _("Bonus"),
        _("Reviews"), _("Spread"), _("Spread before the panel"), _("Reviewers disagree"), _("By the ranking"),
        _("Decision"), _("Reason"), *(row.title for row in criteria),
    ]  # fmt: skip
    return Table(headers, [_ranked(one, criteria) for one in lines])


def _ranked(one: RankedLine, criteria: Sequence[Criterion]) -> list[Any]:
    line, prepared = one.line, one.prepared
    return [
        line.rank, line.id, one.name, one.side.label, line.total, line.mean, line.median, line.bonus, line.n,
        line.spread, one.own_spread, _("Yes") if line.disagree else _("No"), Outcome(line.outcome.value).label,
        prepared.outcome.label if prepared else "", prepared.reason if prepared else "",
        *(line.figures[row.code] if line.n else None for row in criteria),
    ]  # fmt: skip


def _reviews(lines: Iterable[RankedLine], people: Mapping[int, User]) -> Table:
    headers = [_("Reference"), _("Municipality"), _("Reviewer"), _("Total"), _("Total of their own scores")]
    rows: list[list[Any]] = [
        [one.line.id, one.name, str(people[total.by]), total.total, total.own]
        for one in lines
        for total in one.totals
    ]
    return Table(headers, rows)


def _grid(criteria: Sequence[Criterion], now: GridInput) -> Table:
    headers = [
        _("Criterion"), _("Weight"), _("Lowest score"), _("Highest score"), _("Minimum"),
        _("Place among the tie-breaks"),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [row.title, row.weight, row.scale_min, row.scale_max, row.floor, row.tie_break] for row in criteria
    ]
    rows.append([_("Bonus at most"), min(now.bonus, now.bonus_max), None, None, None, now.bonus_tie_break])
    return Table(headers, rows)


def _workbook(tables: Mapping[str, Table]) -> bytes:
    file = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        two = book.add_format({"num_format": "0.00"})
        for title, table in tables.items():
            sheet = book.add_worksheet(title[:31])
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(len(table.headers) - 1, 0), 18)
            for place, text in enumerate(table.headers):
                sheet.write_string(0, place, text, head)
            for number, row in enumerate(table.rows, start=1):
                _write_row(sheet, number, row, two)
    return file.getvalue()


def _write_row(sheet: Any, number: int, row: Sequence[Any], two: Any) -> None:
    for place, cell in enumerate(row):
        if isinstance(cell, Decimal):
            sheet.write_number(number, place, float(cell), two)
        elif isinstance(cell, int):
            sheet.write_number(number, place, cell)
        elif cell:
            # As text, whatever it looks like: a name that begins with = is no formula.
            sheet.write_string(number, place, str(cell))
