"""What a file is, told by its content and never by its name: PDF, JPEG, PNG, and the two office formats."""

import zipfile
from io import BytesIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from sdgpartners.documents.errors import FileRefused

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

IMAGES = frozenset({JPEG, PNG})
RECEIPTS = frozenset({PDF, JPEG, PNG})
DOCUMENTS = frozenset({PDF, DOCX, XLSX})
ANYTHING = RECEIPTS | DOCUMENTS

EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", DOCX: ".docx", XLSX: ".xlsx"}
SHORT_NAMES = {PDF: "PDF", JPEG: "JPEG", PNG: "PNG", DOCX: "Word (.docx)", XLSX: "Excel (.xlsx)"}

# A photo of a present phone has 12 to 50 million pixels; decoding takes 3 to 4 bytes for each of them.
MOST_PIXELS = 60_000_000
MOST_UNPACKED = 100_000_000
MOST_PARTS = 2_000
LARGEST_PART_LIST = 1_000_000
TAIL_OF_PDF = 4_096

DAMAGED = _("The file is damaged or not complete. Please save it again and send the new file.")


def clean_content(content: bytes, allowed: frozenset[str]) -> tuple[str, bytes]:
    """The content type of `content` and the bytes to keep: images are written anew, other files stay as
    they are.

    Raises FileRefused for what is not in `allowed`, is damaged, holds macros, or would unpack to a flood.
    """
    found = content_type_of(content)
    if found is None or found not in allowed:
        names = ", ".join(SHORT_NAMES[one] for one in SHORT_NAMES if one in allowed)
        raise FileRefused(
            _("This kind of file cannot be used here. Please send one of these: %(kinds)s."), kinds=names
        )
    if found in IMAGES:
        return found, rewrite_image(content)
    if found == PDF and b"%%EOF" not in content[-TAIL_OF_PDF:]:
        raise FileRefused(DAMAGED)
    return found, content


def content_type_of(content: bytes) -> str | None:
    """The type of the content, None for any other kind. Raises FileRefused for a broken or dangerous office
    file."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    return None


def _office_type(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _refuse_flood(parts)
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names:
                return None
            _refuse_macros(archive, names)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise FileRefused(DAMAGED) from error
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def _refuse_flood(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefused(
            _("This file unpacks to far more than its size. Please send a smaller file or a PDF.")
        )


def _refuse_macros(archive: zipfile.ZipFile, names: set[str]) -> None:
    part_list = archive.getinfo("[Content_Types].xml")
    if part_list.file_size > LARGEST_PART_LIST:
        raise FileRefused(DAMAGED)
    declared = archive.read(part_list).lower()
    if b"macroenabled" in declared or any(
        name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names
    ):
        raise FileRefused(_("This file holds macros. Please save it without macros, or as PDF."))


def rewrite_image(content: bytes) -> bytes:
    """The picture alone, upright: where and with what it was taken (EXIF, GPS, XMP, comments) stays behind.

    Raises FileRefused for a damaged picture, or one with more than MOST_PIXELS pixels.
    """
    try:
        _verify(content)
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
            kind = "PNG" if picture.format == "PNG" else "JPEG"
            upright = ImageOps.exif_transpose(picture)
            return _written(upright, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused(_too_many_pixels()) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise FileRefused(DAMAGED) from error


def _verify(content: bytes) -> None:
    """Look at the size before a single pixel is decoded, then at the checksums."""
    with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        picture.verify()


def _too_many_pixels() -> str:
    return _("This picture is too large. Please send one of at most %(millions)s million pixels.") % {
        "millions": MOST_PIXELS // 1_000_000
    }


def _written(picture: Image.Image, kind: str) -> bytes:
    profile = picture.info.get("icc_profile")
    if kind == "JPEG" and picture.mode not in ("L", "RGB", "CMYK"):
        picture = picture.convert("RGB")
    if picture.mode == "P":
        picture = picture.convert("RGBA")
    # Pillow writes some of what stands in `info` again; the colour profile alone is wanted.
    picture.info = {}
    target = BytesIO()
    options = {"quality": 88} if kind == "JPEG" else {}
    picture.save(target, kind, optimize=True, icc_profile=profile, **options)
    return target.getvalue()
