"""The fictional round on the tests' own server, for tests that only look."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from portal.demo.rounds import noon
from portal.demo.story import load_story
from sdgpartners.core import clock
from sdgpartners.people.models import User

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Demo:
    """Where the demo answers."""

    url: str

    def person(self, account: str) -> User:
        return User.objects.get(email=f"{account}@demo.example")


@contextmanager
def demo_standing(blocker: DjangoDbBlocker, folder: Path) -> Iterator[Demo]:
    """The demo as loaded on `TODAY`, committed and served inside the block, and gone after it."""
    with blocker.unblock(), clock.at(noon(TODAY)), override_settings(MEDIA_ROOT=folder):
        call_command("load_reference", verbosity=0)
        call_command("load_rates", verbosity=0)
        assert load_story(TODAY)
        try:
            server = LiveServer("localhost")
            try:
                yield Demo(server.url)
            finally:
                server.stop()
        finally:
            call_command("flush", verbosity=0, interactive=False, allow_cascade=True)
            # While Playwright's loop runs Django has connections of their own for it, which nobody else would close.
            connections.close_all()
