"""Sign-in counts its tries in the cache: each test starts with an empty one of its own."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def own_cache(settings: Settings, request: pytest.FixtureRequest) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": request.node.nodeid,
        }
    }
