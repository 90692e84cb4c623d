"""Fixtures for every test. The first two statements must stay first: they set the environment for Django."""

from tests import environment

environment.prepare()

from collections.abc import Iterator, Sequence  # noqa: E402

import hypothesis  # noqa: E402
import pytest  # noqa: E402
from django.utils import translation  # noqa: E402
from execnet import XSpec  # noqa: E402

# The same examples in each run, so that a red run can be repeated.
hypothesis.settings.register_profile(
    "house",
    derandomize=True,
    deadline=None,
)
hypothesis.settings.load_profile("house")

pytest_plugins = ["tests.migrated_template", "tests.world"]


def pytest_xdist_setupnodes(specs: Sequence[XSpec]) -> None:
    """Give each process of a suite that runs side by side its databases before it reads the settings."""
    for spec in specs:
        spec.env.update(environment.of_worker(str(spec.id)))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A request leaves its reader's language active in the thread: each test begins in English."""
    with translation.override("en"):
        yield
