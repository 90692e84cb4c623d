"""Files that mean harm, made here for real: in disguise, as bombs, with macros, scripts, other files or a lock."""

import struct
import time
import zipfile
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
import xlsxwriter
from PIL import Image
from weasyprint import HTML

from sdgpartners.documents import archives, content, pdf_check
from sdgpartners.documents.archives import MOST_PARTS, MOST_UNPACKED
from sdgpartners.documents.content import ANYTHING, DOCX, JPEG, PDF, XLSX, clean_content
from sdgpartners.documents.errors import FileRefused
from tests.documents.making import MINIMAL_PDF, office, photo

RELS = (
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
    "<Relationship Id='r1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}' "
    "Target='{target}' TargetMode='{mode}'/></Relationships>"
)
SHELL_SCRIPT = b"#!/bin/sh\nrm -rf /\n"
PROGRAM = b"MZ\x90\x00" + b"\0" * 60 + b"This program cannot be run in DOS mode"


def word(**parts: bytes) -> bytes:
    return office({"word/document.xml": b"<w/>", **parts})


def linked(
    kind: str, target: str, mode: str = "External", name: str = "word/_rels/settings.xml.rels"
) -> bytes:
    return word(**{name: RELS.format(kind=kind, target=target, mode=mode).encode()})


def pdf(*objects: bytes, trailer: bytes = b"<</Root 1 0 R>>") -> bytes:
    body = b"\n".join(b"%d 0 obj\n%s\nendobj" % (n, one) for n, one in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"\ntrailer " + trailer + b"\n%%EOF\n"


def packed(objects: bytes, more: bytes = b"", kind: bytes = b"/Type/ObjStm") -> bytes:
    """A list of objects in a stream, as programs write them since PDF 1.5."""
    squeezed = zlib.compress(objects)
    head = b"<<%s/N 1/First 4/Filter/FlateDecode/Length %d%s>>" % (kind, len(squeezed), more)
    return head + b"\nstream\n" + squeezed + b"\nendstream"


def refusal(body: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        clean_content(body, ANYTHING)
    return str(refused.value)


@pytest.mark.parametrize(
    "body",
    [
        PROGRAM,
        SHELL_SCRIPT,
        b"<!doctype html><script>fetch('/')</script>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" + b"\0" * 20,
        b"{\\rtf1\\ansi{\\object\\objdata 0105}}",
        b"\x1f\x8b\x08" + b"\0" * 20,
        b"  %PDF-1.4 with something before it\n%%EOF",
        office({"evil.exe": PROGRAM}).replace(b"[Content_Types].xml", b"[content_typos].xml"),
    ],
    ids=["program", "script", "html", "svg", "gif", "rtf", "gzip", "late pdf", "zip"],
)
def test_what_only_its_name_makes_a_document_is_refused(body: bytes) -> None:
    assert "kind of file" in refusal(body)


def test_an_archive_behind_a_photo_does_not_survive() -> None:
    both = photo(400, 300) + office({"evil.exe": PROGRAM})
    assert zipfile.is_zipfile(BytesIO(both))
    found, kept = clean_content(both, ANYTHING)
    assert found == JPEG
    assert not zipfile.is_zipfile(BytesIO(kept))
    assert b"evil.exe" not in kept


def test_a_script_in_the_comment_of_a_photo_does_not_survive() -> None:
    target = BytesIO()
    Image.new("RGB", (20, 20)).save(target, "JPEG", comment=b"<script>alert(1)</script>")
    assert b"<script>" in target.getvalue()
    assert b"<script>" not in clean_content(target.getvalue(), ANYTHING)[1]


def test_a_large_photo_is_decoded_at_half_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "HALVED_ABOVE", 400 * 300 - 1)
    assert Image.open(BytesIO(clean_content(photo(400, 300), ANYTHING)[1])).size == (150, 200)
    monkeypatch.setattr(content, "HALVED_ABOVE", 400 * 300)
    assert Image.open(BytesIO(clean_content(photo(400, 300), ANYTHING)[1])).size == (300, 400)


# Zip bombs


def test_a_bomb_that_tells_its_size_is_refused() -> None:
    bomb = word(**{"word/media/big.xml": b"\0" * (MOST_UNPACKED + 1)})
    assert len(bomb) < 200_000
    assert "unpacks" in refusal(bomb)


def _lie(body: bytes, name: bytes, size: int) -> bytes:
    """The same archive, with another unpacked size in the directory and in the part's own head."""
    changed = bytearray(body)
    at = -1
    while (at := changed.find(name, at + 1)) != -1:
        for mark, sizes, length in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
            if changed[at - length : at - length + 4] == mark:
                struct.pack_into("<I", changed, at - length + sizes, size)
    return bytes(changed)


@pytest.mark.parametrize("size", [10, 0, 2**31])
def test_a_bomb_that_lies_about_its_size_is_measured(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_UNPACKED", 5_000_000)
    bomb = _lie(word(**{"word/big.xml": b"\0" * 6_000_000}), b"word/big.xml", size)
    assert "unpacks" in refusal(bomb)


def test_a_small_part_that_lies_about_its_size_is_damaged() -> None:
    assert "damaged" in refusal(_lie(word(**{"word/x.xml": b"\0" * 5_000}), b"word/x.xml", 10))


def test_parts_that_share_their_bytes_are_refused() -> None:
    honest = word(**{"word/a.xml": b"\0" * 100_000, "word/b.xml": b"\0" * 100_000})
    with zipfile.ZipFile(BytesIO(honest)) as archive:
        first, second = (archive.getinfo(f"word/{name}.xml") for name in "ab")
    # The directory sends the second name to the first one's bytes.
    entry = honest.rindex(b"word/b.xml") - 46
    shared = bytearray(honest)
    struct.pack_into("<I", shared, entry + 42, first.header_offset)
    assert second.header_offset != first.header_offset
    assert "damaged" in refusal(bytes(shared))


def test_too_many_parts_are_refused_at_once() -> None:
    assert "unpacks" in refusal(word(**{f"word/{n}.xml": b"" for n in range(MOST_PARTS)}))


def test_two_parts_of_one_name_are_refused() -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", "WORD/Document.xml"):
            archive.writestr(name, b"<x/>")
    assert "damaged" in refusal(target.getvalue())


def test_a_bomb_of_levels_is_refused_at_its_first_level() -> None:
    inner = office({"more.xml": b"\0" * 1_000_000})
    assert "another file" in refusal(word(**{"word/media/image1.png": inner}))


# Macros, other files, links


@pytest.mark.parametrize(
    "parts",
    [
        {"word/vbaProject.bin": b"x"},
        {"word/VBAPROJECT.BIN": b"x"},
        {"word/vbaData.xml": b"<x/>"},
        {"xl/macrosheets/sheet1.xml": b"<x/>"},
        {
            "[Content_Types].xml": b"<Types><Override ContentType="
            b"'application/vnd.ms-word.document.macroEnabled.main+xml'/></Types>"
        },
        {
            "[Content_Types].xml": "<?xml version='1.0' encoding='UTF-16'?><Types><Default ContentType="
            "'application/vnd.ms-office.vbaProject'/></Types>".encode("utf-16")
        },
        {"word/_rels/x.rels": RELS.format(kind="vbaProject", target="x.bin", mode="Internal").encode()},
    ],
)
def test_macros_are_found_however_the_file_is_named(parts: dict[str, bytes]) -> None:
    assert "macros" in refusal(word(**parts))


@pytest.mark.parametrize(
    "parts",
    [
        {"word/embeddings/sheet.xlsx": b"anything"},
        {"word/activeX/activeX1.xml": b"<x/>"},
        {"xl/embeddings/oleObject1.bin": b"x"},
        {"word/media/image1.png": PROGRAM},
        {"word/media/image1.emf": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
        {"customXml/item1.xml": b"%PDF-1.7"},
        {"word/_rels/x.rels": RELS.format(kind="package", target="a.xlsx", mode="Internal").encode()},
    ],
)
def test_files_inside_an_office_file_are_refused(parts: dict[str, bytes]) -> None:
    assert "another file" in refusal(word(**parts))


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("attachedTemplate", "https://evil.example/t.dotm"),
        ("attachedTemplate", "file:///\\\\evil.example\\share\\t.dotm"),
        ("attachedTemplate", "\\\\evil.example\\share\\t.dotm"),
        ("attachedTemplate", "file://evil.example/t.dotm"),
        ("attachedTemplate", "//evil.example/t.dotm"),
        ("image", "https://evil.example/pixel.png"),
        ("frame", "https://evil.example/"),
        ("subDocument", "https://evil.example/a.docx"),
    ],
)
def test_what_loads_from_elsewhere_is_refused(kind: str, target: str) -> None:
    assert "another place" in refusal(linked(kind, target))


@pytest.mark.parametrize(
    ("kind", "target", "mode"),
    [
        ("hyperlink", "https://gent.be/", "External"),
        ("attachedTemplate", "file:///C:\\Users\\ada\\Templates\\Gent.dotx", "External"),
        ("attachedTemplate", "Normal.dotm", "External"),
        ("image", "media/image1.png", "Internal"),
        ("externalLinkPath", "file:///C:\\budget.xlsx", "External"),
    ],
)
def test_links_that_wait_for_a_click_and_templates_of_ones_own_are_taken(
    kind: str, target: str, mode: str
) -> None:
    assert clean_content(linked(kind, target, mode), ANYTHING)[0] == DOCX


def test_entities_in_the_lists_of_an_office_file_are_refused() -> None:
    bomb = b"<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><r>&b;</r>"
    assert "damaged" in refusal(word(**{"_rels/.rels": bomb}))


def test_locked_files_are_refused_with_what_to_do() -> None:
    assert "without a password" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    locked = bytearray(word())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = locked.find(mark)
        struct.pack_into("<H", locked, at + flags, 1)
    assert "without a password" in refusal(bytes(locked))


def test_an_ordinary_sheet_is_taken() -> None:
    sheet = office({"xl/workbook.xml": b"<x/>", "xl/printerSettings/printerSettings1.bin": b"\0" * 100})
    assert clean_content(sheet, ANYTHING) == (XLSX, sheet)


# PDF


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (pdf(b"<</S/JavaScript/JS(app.alert(1))>>"), "scripts or commands"),
        (pdf(b"<</S/J#61vaScript /JS(app.alert(1))>>"), "scripts or commands"),
        (pdf(b"<</S/Launch/F(cmd.exe)>>"), "scripts or commands"),
        (pdf(b"<</A(closed)/S/JavaScript>>"), "scripts or commands"),
        (pdf(b"<<% (\n/S/JavaScript>>"), "scripts or commands"),
        (pdf(b"<</A(a\\\\)/S/JavaScript>>"), "scripts or commands"),
        (pdf(b"<</S /#4caunch>>"), "scripts or commands"),
        (pdf(b"<</Type/Catalog/Names<</EmbeddedFiles 5 0 R>>>>"), "holds other files"),
        (pdf(b"<</Type/Annot/Subtype/FileAttachment>>"), "holds other files"),
        (pdf(b"<</Subtype/RichMedia>>"), "scripts or commands"),
        (pdf(packed(b"5 0 <</S/JavaScript/JS(x)>>")), "scripts or commands"),
        (pdf(packed(b"5 0 <</S/JavaScript>>", kind=b"/Type/Obj#53tm")), "scripts or commands"),
        (pdf(packed(b"5 0 <</S/JavaScript>>", kind=b"")), "scripts or commands"),
        (pdf(packed(b"5 0 <</S/JavaScript>>", more=b" " * 5_000)), "scripts or commands"),
        (pdf(packed(b"5 0 <</S/JavaScript>>", more=b"/X(endobj)")), "scripts or commands"),
        (pdf(packed(b"5 0 <</S/JavaScript>>", more=b" % endobj 1 0 obj\n")), "scripts or commands"),
        (pdf(b"<</Type/ObjStm/N 1/First 4/Filter/LZWDecode>>\nstream\n\x80\x0b\nendstream"), "damaged"),
        (
            pdf(b"<</Type/ObjStm/First 4/Filter[/ASCIIHexDecode/FlateDecode]>>\nstream\n78\nendstream"),
            "damaged",
        ),
        (pdf(b"<</Type/Catalog>>", trailer=b"<</Root 1 0 R/Encrypt 9 0 R>>"), "without a password"),
        (pdf(b"<</Type/Catalog>>", trailer=b"<</Encrypt<</Filter/Standard>>>>"), "without a password"),
        (pdf(b"<</Type/Catalog>>")[:-7], "damaged"),
    ],
)
def test_a_pdf_that_does_more_than_show_pages_is_refused(body: bytes, words: str) -> None:
    assert words in refusal(body)


def test_a_pdf_bomb_is_refused_after_a_bounded_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_check, "MOST_UNPACKED", 1_000_000)
    bomb = pdf(packed(b" " * 1_000_001))
    assert len(bomb) < 5_000
    assert "unpacks" in refusal(bomb)
    assert "unpacks" in refusal(pdf(*[packed(b" " * 300_000)] * 4))


@pytest.mark.parametrize(
    "body",
    [
        MINIMAL_PDF,
        pdf(packed(b"5 0 <</Type/Pages/Kids[]>>")),
        # Outlines name their first child; a picture that follows is no list of objects.
        pdf(
            b"<</Type/Outlines/First 5 0 R>>",
            b"<</Filter/DCTDecode/Length 4>>\nstream\n\xff\xd8\xff\xe0\nendstream",
        ),
        pdf(b"<</Type/Catalog/OpenAction[3 0 R/Fit]/EncryptMetadata false>>"),
        pdf(b"<</S/URI/URI(https://gent.be/)>>"),
        pdf(packed(b"5 0 <</A 1>>", more=b"/Title(a \\) b)")),
        pdf(packed(b"5 0 <</Title(HTML/CSS/JavaScript)>>")),
    ],
)
def test_an_ordinary_pdf_is_taken_as_it_is(body: bytes) -> None:
    assert clean_content(body, ANYTHING) == (PDF, body)


def test_a_png_of_too_many_pixels_is_told_the_limit_of_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    target = BytesIO()
    Image.new("1", (6_001, 5_000)).save(target, "PNG")
    assert "at most 30 million" in refusal(target.getvalue())


def test_what_programs_write_is_taken() -> None:
    sheet = BytesIO()
    book = xlsxwriter.Workbook(sheet)
    page = book.add_worksheet()
    page.write_url("A1", "https://gent.be/")
    page.write("A2", 12)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Sheet1!$A$2:$A$2"})
    page.insert_chart("C3", chart)
    page.insert_image("C20", "a.jpg", {"image_data": BytesIO(photo())})
    page.write_comment("A2", "A note")
    book.close()
    assert clean_content(sheet.getvalue(), ANYTHING)[0] == XLSX
    printed = HTML(string="<h1>HTML/JavaScript</h1><a href='https://gent.be'>Gent</a>").write_pdf()
    assert clean_content(printed, ANYTHING)[0] == PDF


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7\n" + b"stream\n" * 1_400_000 + b"%%EOF",
        b"%PDF-1.7\n" + b"endobj)\n" * 600_000 + b">>stream\n" * 500_000 + b"%%EOF",
        b"%PDF-1.7\n%" + b"endobj " * 1_400_000 + b"\n>>stream\n%%EOF",
        b"%PDF-1.7\n" + b"(/JavaScript " * 750_000 + b"%%EOF",
    ],
    ids=["streams", "ends", "comment", "texts"],
)
def test_a_pdf_that_is_made_to_cost_time_costs_seconds_at_most(body: bytes) -> None:
    began = time.monotonic()
    with suppress(FileRefused):
        clean_content(body, ANYTHING)
    assert time.monotonic() - began < 10
