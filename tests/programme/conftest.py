"""The reference data as they come along, copies of them to break, and rows loaded once for a whole module."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from sdgpartners.programme.loading.programme_file import load_programme
from sdgpartners.programme.loading.reference import DATA, load_reference
from sdgpartners.programme.models import Programme

GLOBE = DATA / "globe-2022-2026.toml"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A copy of the reference data."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    return copy


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Path]:
    """Writes a programme file with texts replaced at their first place; each must stand in it."""

    def write(*replacements: tuple[str, str], source: Path = GLOBE) -> Path:
        text = source.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "edited.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@contextmanager
def _rows_of_a_module(blocker: DjangoDbBlocker, load: Callable[[], object]) -> Iterator[None]:
    """What `load` saves, in a transaction around the tests of a module; each test rolls back its own part."""
    with blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        load()
    yield
    with blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with _rows_of_a_module(django_db_blocker, load_reference):
        yield


@pytest.fixture(scope="module")
def globe_loaded(loaded: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with _rows_of_a_module(django_db_blocker, lambda: load_programme(GLOBE)):
        yield


@pytest.fixture
def reference(loaded: None, db: None) -> None:
    """The real reference data, loaded."""


@pytest.fixture
def globe(globe_loaded: None, db: None) -> Programme:
    """The real reference data and the real programme, loaded."""
    return Programme.objects.get()
