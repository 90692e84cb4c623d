"""Spreadsheets that come in: bounded, and refused when they are no table."""

import io
import zipfile
from datetime import date

import pytest

from applications.sheets import MOST_ROWS, SheetRefused, read_sheet
from tests.applications.test_import import comma, xlsx


def test_ten_thousand_rows_are_refused() -> None:
    lines = ["country,code", *(f"BE,{number}" for number in range(10_000))]
    with pytest.raises(SheetRefused, match=f"more than {MOST_ROWS} rows"):
        read_sheet(comma(*lines))
    with pytest.raises(SheetRefused, match=f"more than {MOST_ROWS} rows"):
        read_sheet(xlsx(*[line.split(",") for line in lines]))


def broken_xlsx() -> bytes:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(("country", "code"), ("BE", "1")))) as good,
        zipfile.ZipFile(file, "w") as bad,
    ):
        for part in good.infolist():
            content = good.read(part)
            bad.writestr(part, content[: len(content) // 2] if "sheet1" in part.filename else content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 not really a zip file",
        broken_xlsx(),
        xlsx(("a",))[:300],
        b"\xff\xfe\x00country",
        b"\x00\x00",
        b"",
        b"\n\n\n",
        b"country,country\nBE,BE\n",
        b"country,,code\nBE,1,2\n",
        b"country,code\nBE,1,2,3\n",
        b'country,code\n"BE,1\n',
        b"country,code\nBE," + b"x" * 30_000,
    ],
)
def test_a_file_that_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(SheetRefused):
        read_sheet(content)


def test_a_million_coloured_rows_end_soon() -> None:
    sheet = read_sheet(comma("country,code", "BE,1", *["," for _ in range(5_000)], "BE,2"))
    assert [row.number for row in sheet.rows] == [2]


def test_cells_are_read_as_people_see_them() -> None:
    content = xlsx(("a", "b", "c", "d"), (12.0, 12.5, date(2026, 11, 23), True), ("#remark", "x", "", ""))
    assert [row.cells for row in read_sheet(content).rows] == [
        {"a": "12", "b": "12.5", "c": "2026-11-23", "d": "yes"}
    ]
