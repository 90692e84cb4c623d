"""Every test of this room stands at noon on 23 November 2026."""

from collections.abc import Iterator

import pytest

from sdgpartners.core import clock
from tests.exchanges.factories import NOON, Pairs, build_pairs
from tests.world import World


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def pairs(world: World) -> Pairs:
    """Three active partnerships in two countries, with an editor in each municipality."""
    return build_pairs(world)
