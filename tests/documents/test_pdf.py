"""PDFs, read back: words of each language, tags, fonts, page numbers, and what they may not fetch."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from pytest_django import Settings

from sdgpartners.core import clock
from sdgpartners.documents.errors import PdfFailed
from sdgpartners.documents.pdf import html_to_pdf, render_pdf
from tests.documents.pdf_reading import read_back

MONTHS = {"nl": "januari", "fr": "janvier", "en": "January"}
FICTIONAL = "Fictional demo round"


def _sample(language: str, **context: object) -> bytes:
    values = {
        "month": MONTHS[language],
        "subject": "SDG-2026-0001",
        "numbers": range(1, 4),
        "as_of": clock.now(),
    }
    return render_pdf("sample/report.html", {**values, **context}, language)


@pytest.mark.usefixtures("readers")
@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_pdf_speaks_its_language_and_is_tagged(language: str) -> None:
    found = read_back(_sample(language))

    assert len(found.pages) == 3
    assert f"{MONTHS[language]}: Ünïcode çà et là, coöperatie" in found.pages[0]
    weekday = {"nl": "maandag", "fr": "lundi", "en": "Monday"}[language]
    assert [f"{weekday} {number}" in page for number, page in enumerate(found.pages, 1)] == [True] * 3
    assert found.language == language
    assert found.tagged
    assert found.title == f"{MONTHS[language]} SDG-2026-0001"
    assert [f"{number} / 3" in page for number, page in enumerate(found.pages, 1)] == [True] * 3


@pytest.mark.usefixtures("readers")
def test_every_font_is_embedded() -> None:
    fonts = read_back(_sample("fr")).fonts
    assert fonts
    assert set(fonts.values()) == {True}
    assert any("Noto-Sans" in name or "NotoSans" in name or "DejaVu" in name for name in fonts)


@pytest.mark.usefixtures("readers")
@pytest.mark.parametrize(
    ("demo", "fictional", "marked"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_fictional_mark_on_every_page(settings: Settings, demo: bool, fictional: bool, marked: bool) -> None:
    settings.DEMO = demo
    pages = read_back(_sample("en", is_demo=fictional)).pages
    assert [FICTIONAL in page for page in pages] == [marked] * 3


def test_local_files_outside_the_roots_are_not_read(media: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not embed")
    link = media / "innocent.txt"
    link.symlink_to(secret)
    inside = media / "inside.txt"
    inside.write_text("may be embedded")
    attachments = "".join(
        f'<link rel="attachment" href="{place}">'
        for place in ("file:///etc/passwd", secret.as_uri(), link.as_uri(), f"{media.as_uri()}/../secret.txt")
    )
    assert read_back(html_to_pdf(_page(attachments))).attachments == 0
    # The same door lets the portal's own files through, so it is the door that kept the others out.
    assert read_back(html_to_pdf(_page(f'<link rel="attachment" href="{inside.as_uri()}">'))).attachments == 1


def test_nothing_is_fetched_over_the_network() -> None:
    asked: list[str] = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Counting) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            base = f"http://127.0.0.1:{server.server_port}"
            body = f'<img src="{base}/a.png" alt="a"><p style="background: url({base}/b.png)">x</p>'
            head = f'<link rel="stylesheet" href="{base}/c.css"><link rel="attachment" href="{base}/d">'
            assert "x" in read_back(html_to_pdf(_page(head, body))).text
        finally:
            server.shutdown()
            thread.join()
    assert asked == []


def test_a_fatal_error_of_the_library_does_not_end_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.urls import FatalURLFetchingError

    from sdgpartners.documents.fetcher import PortalFetcher

    def fatal(*_args: object) -> None:
        raise FatalURLFetchingError("stop")

    monkeypatch.setattr(PortalFetcher, "fetch", fatal)
    with pytest.raises(PdfFailed, match="stop"):
        html_to_pdf(_page('<link rel="stylesheet" href="css/pdf.css">'))


def _page(head: str, body: str = "<p>x</p>") -> str:
    return f'<!doctype html><html lang="en"><head><title>t</title>{head}</head><body>{body}</body></html>'
