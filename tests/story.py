"""The fictional round of `load_demo`, told once for a whole folder of tests and taken back afterwards."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils.translation import override

from portal.demo.story import load_story
from sdgpartners.core import clock

TODAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 23, 11, tzinfo=UTC)


@contextmanager
def without_warnings() -> Iterator[None]:
    """Refusals are what many of these tests are about; each would be logged with its traceback."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def story_told() -> Iterator[date]:
    """Load reference data, rates and the story inside one transaction that is rolled back at the end.

    Each test has its own savepoint in it, so that none sees what another wrote. Files go to a folder of their own.
    """
    with TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder), transaction.atomic():
        with clock.at(MOMENT):
            call_command("load_reference", verbosity=0)
            call_command("load_rates", verbosity=0)
            with override("nl"):
                load_story(TODAY)
        yield TODAY
        transaction.set_rollback(True)
