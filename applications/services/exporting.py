"""Applications as a spreadsheet: what is known of each, and every answer in the reader's language."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.answers import answer_rows
from applications.models import Application, Revision, SectionState, TrackPreference
from applications.revision_content import read_content
from applications.selectors.applications import with_progress
from applications.selectors.sections import read_sections
from sdgpartners.core.display import zone_name
from sdgpartners.documents.content import XLSX
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of

CSV = "text/csv"
FORMATS = {"xlsx": XLSX, "csv": CSV}
# A cell that begins with one of these is a formula to a spreadsheet program.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Both tables begin with these columns: what it is, and what an import calls municipality, country and code.
KEYS = 4
Cell = str | int | datetime | date | None


@dataclass
class Table:
    """Headers and rows; a row may be shorter than the headers."""

    headers: list[str]
    rows: list[list[Cell]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Export:
    """One row an application in both tables, in the same order."""

    overview: Table
    answers: Table


def export_content(rows: QuerySet[Application], *, form: str, user: Any) -> bytes:
    """The file, in the active language and zone. How to reach people is left out of rows that `user` does not
    coordinate. KeyError for an unknown `form`."""
    FORMATS[form]
    export = export_of(rows, user)
    return _xlsx(export) if form == "xlsx" else _csv(export)


def export_of(rows: QuerySet[Application], user: Any) -> Export:
    """Overview and answers. Answers are those of the newest submitted version, else of the draft (said so in a
    column); a draft takes five statements of its own."""
    found = _ordered(rows)
    overview, answers = (
        Table(_overview_headers()),
        Table(
            [_("Reference"), _("Municipality"), _("Country code"), _("Official code"), _("Answers are of")]
        ),
    )
    columns: dict[str, int] = {}
    for application in found:
        personal = _coordinates(user, application)
        overview.rows.append(_overview_row(application, personal=personal))
        place = application.municipality
        row: list[Cell] = [
            application.reference, place.name, place.country_id, place.code, _source(application),
        ]  # fmt: skip
        for name, label, text in _answers(application, personal=personal):
            if name not in columns:
                columns[name] = len(answers.headers)
                answers.headers.append(label)
            row += [None] * (columns[name] + 1 - len(row))
            row[columns[name]] = text
        answers.rows.append(row)
    return Export(overview, answers)


def _ordered(rows: QuerySet[Application]) -> list[Application]:
    newest = Revision.objects.filter(application=OuterRef("application")).order_by("-number")
    revisions = Revision.objects.filter(pk=Subquery(newest.values("pk")[:1]))
    preferences = TrackPreference.objects.select_related(
        "track__partner_country__country", "track__partner_country__programme"
    )
    last = SectionState.objects.filter(application=OuterRef("pk"), version__gt=0).order_by("-updated_at")
    return list(
        with_progress(rows)
        .annotate(last_saved=Subquery(last.values("updated_at")[:1]))
        .select_related(
            "call__programme", "municipality__country", "track__partner_country__country",
            "track__partner_country__programme", "filled_by",
        )
        .prefetch_related(
            Prefetch("revisions", queryset=revisions, to_attr="newest"),
            Prefetch("preferences", queryset=preferences, to_attr="ranked"),
        )
        .order_by("call", "municipality__country", "municipality__name", "pk")
    )  # fmt: skip


def _coordinates(user: Any, application: Any) -> bool:
    """Whether `user` coordinates it, who may reach its people; an auditor only reads."""
    standing, role = standing_of(user), AssociationRole.COORDINATOR
    if standing.leads(application.call.programme_id, role):
        return True
    tracks = [application.track] if application.track else [each.track for each in application.ranked]
    return any(standing.covers(track.partner_country, role) for track in tracks)


def _overview_headers() -> list[str]:
    zone = zone_name(None)
    return [
        _("Reference"), _("Municipality"), _("Country code"), _("Official code"), _("Country"), _("Region"),
        _("Call"), _("Status"), _("Partner countries"),
        _("Short profile"), _("Parts done"), _("Started (%(zone)s)") % {"zone": zone},
        _("Last saved (%(zone)s)") % {"zone": zone}, _("Submitted (%(zone)s)") % {"zone": zone},
        _("Filled in on behalf by"), _("Reason of the decision"), _("Contact person"), _("Function"),
        _("E-mail address"), _("Phone"),
    ]  # fmt: skip


def _overview_row(application: Any, *, personal: bool) -> list[Cell]:
    tracks = [application.track] if application.track else [each.track for each in application.ranked]
    contact: list[Cell] = [
        application.contact_name, application.contact_function, application.contact_email, application.contact_phone,
    ]  # fmt: skip
    place = application.municipality
    return [
        application.reference, place.name, place.country_id, place.code, str(place.country), place.region,
        application.call.title,
        application.get_status_display(), ", ".join(str(track.partner_country) for track in tracks),
        _("Yes") if application.is_profile else _("No"), application.sections_done,
        application.created_at, application.last_saved, application.submitted_at,
        str(application.filled_by or ""), application.eligibility_note, *(contact if personal else [None] * 4),
    ]  # fmt: skip


def _source(application: Any) -> str:
    if not application.newest:
        return _("Draft, not submitted")
    return _("Submitted version %(number)s") % {"number": application.newest[0].number}


def _answers(application: Any, *, personal: bool) -> Iterator[tuple[str, str, str]]:
    """Name, label and text of every answer."""
    if application.newest:
        for section in read_content(application.newest[0].content, personal=personal):
            for row in section.rows:
                yield row.name, row.label, row.text
        return
    for content in read_sections(application):
        for told in answer_rows(content):
            if personal or not told.spec.personal:
                yield told.spec.name, str(told.label), told.text


def csv_cell(value: Cell) -> str:
    """A cell that no spreadsheet program takes for a formula."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.get_current_timezone()).strftime("%Y-%m-%d %H:%M")
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv(export: Export) -> bytes:
    """Both tables side by side. Semicolons and a byte order mark: Dutch and French Excel open it as a table."""
    file = io.StringIO(newline="")
    lines = csv.writer(file, delimiter=";")
    lines.writerow([csv_cell(cell) for cell in (*export.overview.headers, *export.answers.headers[KEYS:])])
    width = len(export.answers.headers)
    for known, given in zip(export.overview.rows, export.answers.rows, strict=True):
        told = [*given, *[None] * (width - len(given))][KEYS:]
        lines.writerow([csv_cell(cell) for cell in (*known, *told)])
    return file.getvalue().encode("utf-8-sig")


def _xlsx(export: Export) -> bytes:
    file = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for title, table, widths in (
            (_("Overview"), export.overview, 18),
            (_("Answers"), export.answers, 40),
        ):
            sheet = book.add_worksheet(title[:31])
            sheet.freeze_panes(1, 2)
            sheet.set_column(0, max(len(table.headers) - 1, 0), widths)
            for place, text in enumerate(table.headers):
                sheet.write_string(0, place, text, head)
            if table.rows:
                sheet.autofilter(0, 0, len(table.rows), len(table.headers) - 1)
            for number, row in enumerate(table.rows, start=1):
                _write_row(sheet, number, row, moment, wrap)
    return file.getvalue()


def _write_row(sheet: Any, number: int, row: Sequence[Cell], moment: Any, wrap: Any) -> None:
    for place, cell in enumerate(row):
        if isinstance(cell, datetime):
            sheet.write_datetime(
                number, place, cell.astimezone(timezone.get_current_timezone()).replace(tzinfo=None), moment
            )
        elif isinstance(cell, int):
            sheet.write_number(number, place, cell)
        elif cell:
            # As text, whatever it looks like.
            sheet.write_string(number, place, str(cell), wrap)
