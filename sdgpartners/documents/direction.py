"""The direction of typed text in a PDF: WeasyPrint knows `dir="rtl"` and `dir="ltr"`, and nothing of `auto`."""

import unicodedata
from xml.etree.ElementTree import Element

# Blocks that get a direction of their own inside an element with `dir="auto"`, as `unicode-bidi: plaintext`
# gives it to them on the pages of the site.
_BLOCKS = ("p", "li")


def resolve_directions(page: Element) -> None:
    """Replace each `dir="auto"` in the page by what the text says, and give the paragraphs inside their own."""
    for element in page.iter():
        if element.get("dir") == "auto":
            for part in (element, *(block for tag in _BLOCKS for block in element.iter(tag))):
                part.set("dir", direction_of("".join(part.itertext())))


def direction_of(text: str) -> str:
    """`rtl` or `ltr`, by the first letter that has a direction (Unicode Bidirectional Algorithm, P2 and P3);
    `ltr` where none has."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"
