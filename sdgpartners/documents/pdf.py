"""Pages become PDF: tagged, with embedded fonts and page numbers, in one language."""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from sdgpartners.documents.direction import resolve_directions
from sdgpartners.documents.errors import PdfFailed


def render_pdf(template: str, context: Mapping[str, object], language: str) -> bytes:
    """The template as a PDF in `language`, tagged by the rules of PDF/UA-1 (conformance itself is not
    proven).

    Templates extend `pdf/base.html`; their addresses are relative to `static/`. The fictional mark is put
    on every page when the portal runs as a demo or the context says `is_demo`. Slow (about half a second
    for a few pages after 1.2 s of imports): for the worker, never for a request. Raises PdfFailed.
    """
    with translation.override(language):
        html = render_to_string(template, {**context, "is_demo": is_demo(context)})
    return html_to_pdf(html)


def is_demo(context: Mapping[str, object]) -> bool:
    """Whether the fictional mark belongs on what is made from `context`."""
    return bool(settings.DEMO or context.get("is_demo"))


def html_to_pdf(html: str) -> bytes:
    """The page as a tagged PDF; what it names is fetched from static and stored files alone. Raises
    PdfFailed."""
    import weasyprint
    from weasyprint.urls import FatalURLFetchingError

    from sdgpartners.documents.fetcher import PortalFetcher

    sources = Path(settings.BASE_DIR) / "static"
    fetcher = PortalFetcher((sources, Path(settings.STATIC_ROOT), Path(settings.MEDIA_ROOT)))
    try:
        page = weasyprint.HTML(string=html, base_url=f"{sources.as_uri()}/", url_fetcher=fetcher)
        resolve_directions(page.etree_element)
        content: bytes = page.write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:
        # A BaseException, which would end the worker's process.
        raise PdfFailed(str(error)) from error
    return content
