"""What a PDF may pull in. Imports WeasyPrint (1.2 s, 53 MB), so only the rendering itself may import this
file."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from weasyprint.urls import URLFetcher


class PortalFetcher(URLFetcher):  # type: ignore[misc]
    """Gives `data:` and files below `roots` (after following links), nothing else and nothing over a network.

    WeasyPrint's own fetcher reads any file of the machine and any address that it can reach.
    """

    def __init__(self, roots: tuple[Path, ...]) -> None:
        super().__init__(allowed_protocols={"data", "file"}, allow_redirects=False)
        self.roots = tuple(root.resolve() for root in roots)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """The resource behind `url`; ValueError for what is not allowed, which leaves a gap on the page."""
        if not url.lower().startswith("data:") and not self._is_ours(url):
            raise ValueError(f"not allowed in a PDF: {url[:200]}")
        return super().fetch(url, headers)

    def _is_ours(self, url: str) -> bool:
        parts = urlsplit(url)
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            return False
        path = Path(url2pathname(parts.path)).resolve()
        return path.is_file() and any(path.is_relative_to(root) for root in self.roots)
