"""One style sheet and one script for the whole site, joined from their sources when static files are looked
up.

A first visit may take 6 requests and 60 KB. Sources stay apart (tokens, base, components, print; one
behaviour a script), the browser gets `site.css` and `site.js`: page, style, htmx, script and icon are 5
requests. A finder does it, so `runserver`, whitenoise, `collectstatic` and the tests all see the same bytes
and no joined file is committed. A script that one page alone needs goes to `static/js/pages/` and is linked
by that page.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

Messages = list[CheckMessage]
BUNDLES: dict[str, tuple[str, ...]] = {
    "site.css": ("css/tokens.css", "css/base.css", "css/components.css", "css/print.css"),
    "site.js": ("js/*.js",),
}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANK = re.compile(r"\s*\n\s*")


def source_root() -> Path:
    """The folder of the sources: `static/` of the project."""
    return Path(settings.BASE_DIR) / "static"


def source_files(name: str) -> list[Path]:
    """The sources of one bundle in their order; a pattern is sorted by name. A missing source is an error."""
    files: list[Path] = []
    for pattern in BUNDLES[name]:
        found = sorted(source_root().glob(pattern))
        if not found:
            raise FileNotFoundError(f"no source {pattern} for {name}")
        files += found
    return files


def bundle_text(name: str) -> str:
    """The joined text of a bundle. Comments and indentation of style sheets are dropped, scripts stay as
    they are."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in source_files(name))
    return _BLANK.sub("\n", _COMMENT.sub("", text)).strip() + "\n" if name.endswith(".css") else text


def write_bundle(name: str) -> Path:
    """Write a bundle under `var/bundles` if it changed, in one move so that two processes may do it at
    once."""
    folder = Path(settings.VAR_DIR) / "bundles"
    folder.mkdir(parents=True, exist_ok=True)
    target, text = folder / name, bundle_text(name)
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        with NamedTemporaryFile("w", dir=folder, encoding="utf-8", delete=False) as part:
            part.write(text)
        os.chmod(part.name, 0o644)
        os.replace(part.name, target)
    return target


class BundleFinder(BaseFinder):
    """Offers the bundles to Django's static files, beside the ordinary finders."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file behind `path`: a path, or a list of them with `find_all`; an empty list when it is no
        bundle."""
        if path not in BUNDLES:
            return []
        found = str(write_bundle(path))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """All bundles with the storage that holds them, for collectstatic and whitenoise."""
        for name in BUNDLES:
            folder = write_bundle(name).parent
            yield name, FileSystemStorage(location=str(folder))

    def check(self, **kwargs: Any) -> "Messages":
        """Nothing to configure, so nothing to complain about."""
        return []
