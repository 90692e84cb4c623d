"""What a file is, told by its content and never by its name: PDF, JPEG, PNG, and the two office formats."""

import threading
from io import BytesIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from sdgpartners.documents import office
from sdgpartners.documents.errors import DAMAGED, FileRefused
from sdgpartners.documents.pdf_check import check_pdf

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX, XLSX = office.DOCX, office.XLSX

IMAGES = frozenset({JPEG, PNG})
RECEIPTS = frozenset({PDF, JPEG, PNG})
DOCUMENTS = frozenset({PDF, DOCX, XLSX})
ANYTHING = RECEIPTS | DOCUMENTS

# Old Office files, and new ones that are locked with a password.
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", DOCX: ".docx", XLSX: ".xlsx"}
SHORT_NAMES = {PDF: "PDF", JPEG: "JPEG", PNG: "PNG", DOCX: "Word (.docx)", XLSX: "Excel (.xlsx)"}

# A photo of a present phone has 12 to 50 million pixels; decoding takes 3 to 4 bytes for each of them.
MOST_PIXELS = 60_000_000
# PNG cannot be decoded at half its size.
MOST_PIXELS_OF_PNG = 30_000_000
# Larger photos are decoded at half their width and height, which leaves a receipt or a minute readable.
HALVED_ABOVE = 24_000_000
# Each takes up to 150 MB while it is written anew.
_AT_ONCE = threading.BoundedSemaphore(2)


def clean_content(content: bytes, allowed: frozenset[str]) -> tuple[str, bytes]:
    """The content type of `content` and the bytes to keep: images are written anew, other files stay as
    they are.

    Raises FileRefused for what is not in `allowed`, is damaged or locked, holds macros, scripts or other
    files, loads something from elsewhere, or would unpack to a flood.
    """
    found = content_type_of(content)
    if found is None or found not in allowed:
        names = ", ".join(SHORT_NAMES[one] for one in SHORT_NAMES if one in allowed)
        raise FileRefused(
            _("This kind of file cannot be used here. Please send one of these: %(kinds)s."), kinds=names
        )
    if found in IMAGES:
        return found, rewrite_image(content)
    if found == PDF:
        check_pdf(content)
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
        return office.office_type(content)
    if content.startswith(OLD_OFFICE):
        raise FileRefused(
            _(
                "This file is locked with a password, or of an old kind of Word or Excel. "
                "Please save it without a password as .docx, .xlsx or PDF."
            )
        )
    return None


def rewrite_image(content: bytes) -> bytes:
    """The picture alone, upright: where and with what it was taken (EXIF, GPS, XMP, comments) stays behind.

    Raises FileRefused for a damaged picture, or one with more than MOST_PIXELS pixels.
    """
    try:
        _verify(content)
        with _AT_ONCE, Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
            kind = "PNG" if picture.format == "PNG" else "JPEG"
            if kind == "JPEG" and picture.width * picture.height > HALVED_ABOVE:
                picture.draft(picture.mode, (picture.width // 2, picture.height // 2))
            ImageOps.exif_transpose(picture, in_place=True)
            return _written(picture, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused(_too_many_pixels(_most_pixels(content))) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise FileRefused(DAMAGED) from error


def _verify(content: bytes) -> None:
    """Look at the size before a single pixel is decoded, then at the checksums."""
    with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
        if picture.width * picture.height > _most_pixels(content):
            raise Image.DecompressionBombError
        picture.verify()


def _most_pixels(content: bytes) -> int:
    return MOST_PIXELS if content.startswith(b"\xff\xd8") else min(MOST_PIXELS, MOST_PIXELS_OF_PNG)


def _too_many_pixels(most: int) -> str:
    return _("This picture is too large. Please send one of at most %(millions)s million pixels.") % {
        "millions": most // 1_000_000
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
