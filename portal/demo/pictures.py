"""Pictures of paper that say that they are fictional."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

SIZE = (480, 300)


def scan(words: str, name: str = "scan.png") -> SimpleUploadedFile:
    """A picture with `words`, as somebody would send it."""
    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    draw.text((30, 40), "FICTIEF - FICTIF - FICTIONAL", fill="black")
    draw.text((30, 90), words, fill="black")
    held = BytesIO()
    picture.save(held, "PNG")
    return SimpleUploadedFile(name, held.getvalue(), "image/png")
