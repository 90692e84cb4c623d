"""The demo's story for the tests of this folder, and the day on which it is looked at."""

from collections.abc import Iterator
from datetime import date

import pytest
from pytest_django.plugin import DjangoDbBlocker

from sdgpartners.core import clock
from tests.story import MOMENT, story_told, without_warnings


@pytest.fixture(scope="package")
def told(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[date]:
    """The story, once for the folder."""
    with django_db_blocker.unblock(), story_told() as today:
        yield today


@pytest.fixture
def story(told: date, db: None) -> Iterator[date]:
    """The story inside the test's own savepoint, with the clock at the day of loading."""
    with clock.at(MOMENT), without_warnings():
        yield told
