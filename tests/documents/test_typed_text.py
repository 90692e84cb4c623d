"""What people type, in a PDF: real signs for emoji, Arabic and Hebrew, in the direction in which they are read."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from weasyprint import HTML

from sdgpartners.documents.direction import direction_of, resolve_directions
from sdgpartners.documents.pdf import html_to_pdf
from tests.documents.pdf_reading import read_back

ARABIC = "مرحبا بكم"
HEBREW = "שלום לכם"
EMOJI = "👋 🎉 ✅ ❤️ 👩‍👧 🇧🇪 👍🏽"
WIDTH = 794


def _typed(*paragraphs: str) -> bytes:
    """The paragraphs as an answer in a PDF."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return html_to_pdf(
        '<!doctype html><html lang="nl"><head><title>t</title><link rel="stylesheet" href="css/pdf.css"></head>'
        f'<body><div class="answer" dir="auto">{body}</div></body></html>'
    )


def _starts(content: bytes) -> dict[str, float]:
    """Each piece of text with its left edge, in pixels of an A4 page 794 wide."""
    found: dict[str, float] = {}

    def note(text: str, _page: Any, place: list[float], *_font: Any) -> None:
        if text.strip():
            found[text.strip()] = place[4]

    PdfReader(BytesIO(content)).pages[0].extract_text(visitor_text=note)
    return found


def _encodings(content: bytes) -> set[str]:
    resources: Any = PdfReader(BytesIO(content)).pages[0]["/Resources"]
    encodings = [font.get_object()["/Encoding"] for font in resources["/Font"].values()]
    return {encoding if isinstance(encoding, str) else "with missing signs" for encoding in encodings}


def test_emoji_and_arabic_have_signs_of_their_own() -> None:
    content = _typed(f"Dag {EMOJI}", ARABIC, HEBREW)
    found = read_back(content)
    for text in (f"Dag {EMOJI}", ARABIC, HEBREW):
        assert text in found.text
    assert any("Emoji" in name for name in found.fonts)
    assert set(found.fonts.values()) == {True}
    # WeasyPrint writes a table of its own for a font in which it misses a sign, and draws a box for it.
    assert _encodings(content) == {"/Identity-H"}
    assert _encodings(_typed("\U000e0fff\U0003fff0")) != {"/Identity-H"}


def test_only_the_emoji_that_are_used_are_in_the_file() -> None:
    plain, smiling = len(_typed("Dag")), len(_typed("Dag 👋"))
    # The font has ten million bytes.
    assert smiling - plain < 30_000
    assert len(_typed("Dag" + " 👋" * 500)) - smiling < 30_000


def test_each_paragraph_runs_its_own_way() -> None:
    starts = _starts(_typed(f"{ARABIC}.", "Welkom allemaal", HEBREW, f"Zij zeggen {ARABIC}"))
    assert starts[HEBREW] > WIDTH / 2
    assert starts["Welkom allemaal"] < WIDTH / 4
    assert starts["Zij zeggen"] < WIDTH / 4
    # The full stop ends an Arabic sentence, on its left.
    assert read_back(_typed(f"{ARABIC}.")).text.startswith(f".{ARABIC}")


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        (ARABIC, "rtl"),
        (HEBREW, "rtl"),
        (f"1) «{ARABIC}» en meer", "rtl"),
        (f"Gent: {ARABIC}", "ltr"),
        ("👋 2026", "ltr"),
        ("", "ltr"),
    ],
)
def test_the_first_letter_decides(text: str, direction: str) -> None:
    assert direction_of(text) == direction


def test_only_automatic_directions_are_replaced() -> None:
    page = HTML(
        string=f'<body><p>{ARABIC}</p><p dir="ltr">{ARABIC}</p>'
        f'<div dir="auto"><p>Dag</p><ul><li>{ARABIC} <b dir="auto">Dag</b></li></ul></div></body>'
    ).etree_element
    resolve_directions(page)
    assert [(part.tag, part.get("dir")) for part in page.find("body").iter()] == [
        ("body", None), ("p", None), ("p", "ltr"), ("div", "ltr"), ("p", "ltr"), ("ul", None), ("li", "rtl"),
        ("b", "ltr"),
    ]  # fmt: skip
