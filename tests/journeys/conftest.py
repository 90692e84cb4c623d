"""A real Chromium, Debian's, and what the journeys need beside it.

Playwright's loop would make Django refuse every query of the tests that follow, so the browser lives only as long
as this folder's tests, and Django is told that it is safe only here.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from pytest_django import Settings

from tests.notifications.conftest import Mailbox, mailbox

__all__ = ["Mailbox", "mailbox"]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """pytest-playwright's own is kept until the end of the run; this one until the end of this folder."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield driver


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium: Playwright's own download is not used."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert path, "The browser tests need Debian's package chromium."
    # Root in a container has no user namespaces, and a small /dev/shm fills up.
    chromium = playwright.chromium.launch(
        executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    )
    yield chromium
    chromium.close()


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """Files of a journey lie in a folder of their own."""
    folder = tmp_path / "files"
    folder.mkdir()
    settings.MEDIA_ROOT = folder
    return folder
