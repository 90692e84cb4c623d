"""Small files of every kind, made in memory."""

import zipfile
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

MAKE, ORIENTATION, GPS = 271, 274, 34853
MINIMAL_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def upload(content: bytes, name: str = "bewijs.pdf", declared: str = "application/pdf") -> SimpleUploadedFile:
    """What a form receives: the name and the type are the sender's words."""
    return SimpleUploadedFile(name, content, content_type=declared)


def photo(width: int = 40, height: int = 20) -> bytes:
    """A JPEG as phones make them: lying on its side, with the maker's name and the place. The left half is
    red."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[MAKE] = "Phonemaker"
    exif[ORIENTATION] = 6
    exif[GPS] = {1: "N", 2: (IFDRational(51), IFDRational(3), IFDRational(0))}
    target = BytesIO()
    picture.save(target, "JPEG", exif=exif, quality=95)
    return target.getvalue()


def png(mode: str = "RGBA") -> bytes:
    target = BytesIO()
    Image.new(mode, (8, 8)).save(target, "PNG")
    return target.getvalue()


def office(parts: dict[str, bytes]) -> bytes:
    """An office file with the given parts; `[Content_Types].xml` is added unless it is given."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": b"<Types/>", **parts}.items():
            archive.writestr(name, content)
    return target.getvalue()
