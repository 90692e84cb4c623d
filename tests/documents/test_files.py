"""Files that people send: told by their content, cleaned, refused with words that help."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from django.http import Http404
from django.utils.functional import Promise
from PIL import Image, ImageFile
from pytest_django import Settings

from sdgpartners.documents import content
from sdgpartners.documents.content import ANYTHING, DOCX, JPEG, PDF, PNG, RECEIPTS, XLSX
from sdgpartners.documents.enums import FileState
from sdgpartners.documents.errors import FileRefused
from sdgpartners.documents.models import StoredFile
from sdgpartners.documents.services import deliver, store_bytes, store_upload
from sdgpartners.documents.services.files import clean_name
from tests.documents.making import GPS, MAKE, MINIMAL_PDF, ORIENTATION, office, photo, png, upload
from tests.factories import UserFactory

WORD = office({"word/document.xml": b"<w/>"})
SHEET = office({"xl/workbook.xml": b"<x/>"})

pytestmark = pytest.mark.django_db


def _store(body: bytes, name: str = "bewijs.pdf", allowed: frozenset[str] = ANYTHING) -> StoredFile:
    return store_upload(upload=upload(body, name), purpose="receipt", actor=None, allowed=allowed)


def _kept(stored: StoredFile) -> bytes:
    return Path(stored.file.path).read_bytes()


@pytest.mark.parametrize(
    ("body", "expected", "extension"),
    [
        (MINIMAL_PDF, PDF, ".pdf"),
        (photo(), JPEG, ".jpg"),
        (png(), PNG, ".png"),
        (WORD, DOCX, ".docx"),
        (SHEET, XLSX, ".xlsx"),
    ],
)
def test_content_decides_type_and_extension(body: bytes, expected: str, extension: str) -> None:
    stored = _store(body, "misleading.exe")
    assert (stored.content_type, stored.name) == (expected, f"misleading{extension}")


def test_stored_row_describes_the_stored_bytes(media: Path) -> None:
    actor = UserFactory()
    stored = store_upload(
        upload=upload(photo(), "ticket.jpeg"), purpose="receipt", actor=actor, allowed=RECEIPTS
    )
    stored.refresh_from_db()
    kept = _kept(stored)
    assert stored.size == len(kept)
    assert stored.sha256 == hashlib.sha256(kept).hexdigest()
    assert stored.state == FileState.CLEAN
    assert stored.uploaded_by == actor
    # Nobody can guess where it lies, and no name of a person's own reaches the disk.
    assert Path(stored.file.path).parent == media / "receipt"
    assert "ticket" not in stored.file.name


def test_photo_loses_place_and_maker_and_stands_upright() -> None:
    before = Image.open(BytesIO(photo(40, 20)))
    assert GPS in before.getexif()
    assert before.getexif()[MAKE] == "Phonemaker"

    kept = _kept(_store(photo(40, 20)))
    after = Image.open(BytesIO(kept))
    assert dict(after.getexif()) == {}
    assert b"Exif" not in kept
    assert b"Phonemaker" not in kept
    # Orientation 6 means: turn clockwise. The red left half is now the upper half.
    assert ORIENTATION not in after.getexif()
    assert after.size == (20, 40)
    upper, lower = after.getpixel((10, 5)), after.getpixel((10, 35))
    assert isinstance(upper, tuple)
    assert isinstance(lower, tuple)
    assert (upper[0] > 200, upper[2] < 60) == (True, True)
    assert (lower[2] > 200, lower[0] < 60) == (True, True)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    assert Image.open(BytesIO(_kept(_store(png(mode), "a.png")))).format == "PNG"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is empty"),
        (b"hello", "kind of file"),
        (b"<html><script>alert(1)</script>", "kind of file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind of file"),
        (b"MZ\x90\x00 a program", "kind of file"),
        (b"\xd0\xcf\x11\xe0 an old Word file", "kind of file"),
        (office({"anything.txt": b"a zip that is no office file"}), "kind of file"),
        (MINIMAL_PDF[:-8], "damaged"),
        (photo()[:300], "damaged"),
        (png()[:40], "damaged"),
        (b"\xff\xd8\xff and then text", "damaged"),
        (WORD[: len(WORD) // 2], "damaged"),
        (office({"word/document.xml": b"", "word/vbaProject.bin": b"x"}), "macros"),
        (
            office(
                {
                    "xl/workbook.xml": b"",
                    "[Content_Types].xml": b"<Types><Override PartName='/xl/workbook.xml' "
                    b"ContentType='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/></Types>",
                }
            ),
            "macros",
        ),
    ],
)
def test_refused_with_words_that_say_why(body: bytes, words: str) -> None:
    with pytest.raises(FileRefused) as refused:
        _store(body)
    assert words in str(refused.value)
    assert StoredFile.objects.count() == 0


def test_refusal_names_the_kinds_that_are_taken() -> None:
    with pytest.raises(FileRefused) as refused:
        _store(WORD, allowed=RECEIPTS)
    assert (
        str(refused.value)
        == "This kind of file cannot be used here. Please send one of these: PDF, JPEG, PNG."
    )


def test_refusal_is_translated_when_it_is_shown() -> None:
    with pytest.raises(FileRefused) as refused:
        _store(b"")
    # Lazy: the template is the message, not its words in the language of the moment.
    assert isinstance(refused.value.template, Promise)


def test_too_large_is_refused_before_it_is_read(settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = len(MINIMAL_PDF)
    assert _store(MINIMAL_PDF).content_type == PDF
    settings.UPLOAD_MAX_BYTES = len(MINIMAL_PDF) - 1
    sent = upload(MINIMAL_PDF)
    with pytest.raises(FileRefused, match="too large"):
        store_upload(upload=sent, purpose="receipt", actor=None, allowed=ANYTHING)
    assert sent.tell() == 0


def test_picture_bomb_is_refused_before_its_pixels_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MOST_PIXELS", 64)
    assert _store(png(), "a.png").content_type == PNG  # 8 x 8, exactly at the limit

    monkeypatch.setattr(content, "MOST_PIXELS", 63)

    def decoded(*_args: object) -> None:
        raise AssertionError("the pixels were decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded)
    with pytest.raises(FileRefused, match="too large"):
        _store(png(), "a.png")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Bewijs nr. 3.PDF", "Bewijs nr. 3.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ada\\bon.pdf", "bon.pdf"),
        ("a\r\nX-Evil: 1.pdf", "a X-Evil 1.pdf"),
        ("facture\u202efdp.exe", "facture fdp.pdf"),
        ("Covè reçu", "Covè reçu.pdf"),
        ("", "file.pdf"),
        (".pdf", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 150 + ".pdf"),
    ],
)
def test_names_are_made_harmless(given: str, expected: str) -> None:
    assert clean_name(given, ".pdf") == expected


def test_delivered_as_a_download_that_is_not_guessed_at() -> None:
    stored = store_bytes(content=b"abc", name="Covè.pdf", content_type=PDF, purpose="report", actor=None)
    response = deliver(stored)
    assert b"".join(response.streaming_content) == b"abc"
    assert response.headers["Content-Type"] == PDF
    assert response.headers["Content-Disposition"] == "attachment; filename*=utf-8''Cov%C3%A8.pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-store"
    response.close()


@pytest.mark.parametrize("state", [FileState.QUARANTINE, FileState.REFUSED])
def test_a_file_that_is_not_clean_is_not_given_out(state: FileState) -> None:
    stored = store_bytes(content=b"abc", name="a.pdf", content_type=PDF, purpose="report", actor=None)
    stored.state = state
    with pytest.raises(Http404):
        deliver(stored)


def test_a_file_that_is_gone_is_not_found() -> None:
    stored = store_bytes(content=b"abc", name="a.pdf", content_type=PDF, purpose="report", actor=None)
    Path(stored.file.path).unlink()
    with pytest.raises(Http404):
        deliver(stored)
