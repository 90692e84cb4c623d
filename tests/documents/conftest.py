"""Files of tests lie in a folder of their own; the sample report is known inside the tests that ask for
it."""

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from sdgpartners.documents.registry import register_report, unregister_report
from tests.documents import sample
from tests.documents.sample.report import READERS, SAMPLE


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    settings.MEDIA_ROOT = folder
    return folder


@pytest.fixture
def readers(settings: Settings) -> Iterator[set[str]]:
    """The sample report, registered; add the addresses of those who may read it."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(Path(sample.__file__).parent / "templates")
    settings.TEMPLATES = templates
    READERS.clear()
    register_report(SAMPLE)
    yield READERS
    unregister_report(SAMPLE.kind)
