"""What an import found and did, row by row; it travels as JSON between the worker and the page."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RowResult(TextChoices):
    """What a row is, or would be."""

    NEW = "new", _("New draft")
    UPDATE = "update", _("Changes a draft")
    UNCHANGED = "unchanged", _("No change")
    SUBMITTED = "submitted", _("Left alone: no longer a draft")
    ERROR = "error", _("Cannot be imported")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row cannot be imported: the column, and the reason in the language of the reader."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row: where it stands in the file, whom it is about, what happens, which columns change."""

    number: int
    country: str
    code: str
    name: str
    result: RowResult
    reference: str = ""
    changes: tuple[str, ...] = ()
    problems: tuple[RowProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """All rows of a file. `written` says whether anything of it was kept."""

    call: str
    rows: tuple[ImportRow, ...]
    written: bool

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each result."""
        counted = Counter(row.result for row in self.rows)
        return {result.value: counted[result] for result in RowResult}

    @property
    def failed(self) -> int:
        """How many rows cannot be imported."""
        return self.counts[RowResult.ERROR]

    @property
    def changed(self) -> int:
        """How many drafts are made or changed."""
        return self.counts[RowResult.NEW] + self.counts[RowResult.UPDATE]

    def as_json(self) -> dict[str, Any]:
        """The shape that `import_applications --json` prints."""
        return {
            "call": self.call,
            "written": self.written,
            "counts": self.counts,
            "rows": [
                {
                    "row": row.number,
                    "country": row.country,
                    "code": row.code,
                    "municipality": row.name,
                    "result": row.result.value,
                    "reference": row.reference,
                    "changes": list(row.changes),
                    "problems": [{"column": each.column, "reason": each.reason} for each in row.problems],
                }
                for row in self.rows
            ],
        }


def report_from(data: Mapping[str, Any]) -> ImportReport:
    """The report behind `as_json`."""
    rows = tuple(
        ImportRow(
            number=row["row"],
            country=row["country"],
            code=row["code"],
            name=row["municipality"],
            result=RowResult(row["result"]),
            reference=row["reference"],
            changes=tuple(row["changes"]),
            problems=tuple(RowProblem(each["column"], each["reason"]) for each in row["problems"]),
        )
        for row in data["rows"]
    )
    return ImportReport(data["call"], rows, data["written"])
