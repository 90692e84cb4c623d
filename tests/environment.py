"""The environment that the tests run in, set before Django's settings are read.

DATABASE_URL and REDIS_URL of one's own win; else the clone's test cluster is started.
"""

import os
from pathlib import Path

import django

from sdgpartners.local.services import private_urls, provide

FIXED = {
    "DJANGO_SETTINGS_MODULE": "sdgpartners.settings",
    "DEMO": "1",
    "DEBUG": "0",
    "PRODUCTION": "0",
    "SECRET_KEY": "only-for-tests-" + "0123456789" * 5,
    "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
    "SITE_URL": "http://testserver",
    "STATIC_MANIFEST": "0",
    # Scrypt is slow on purpose; the tests log in hundreds of times.
    "PASSWORD_HASHERS": "django.contrib.auth.hashers.MD5PasswordHasher",
    "LOG_LEVEL": "WARNING",
}
# What a developer's shell may carry and no test may depend on.
UNWANTED = (
    "EMAIL_URL",
    "CSRF_TRUSTED_ORIGINS",
    "BEHIND_PROXY",
    "STATIC_ROOT",
    "MEDIA_ROOT",
    "PUBLIC_MAIL_PROVIDERS",
    "UPLOAD_MAX_BYTES",
    "CLAMD_URL",
)


def prepare() -> None:
    """Put the tests' environment in place. Called by tests/conftest.py, before any Django import."""
    for name in UNWANTED:
        os.environ.pop(name, None)
    os.environ.update(FIXED)
    provide("test")
    # whitenoise warns where nothing was collected yet, and a warning is an error here.
    (Path(__file__).resolve().parents[1] / "var" / "static").mkdir(parents=True, exist_ok=True)
    # pytest-django sets Django up only when the settings are known before conftest files are read.
    django.setup()


def of_worker(name: str) -> dict[str, str]:
    """What differs for one of several processes that run the suite side by side: databases of its own."""
    suffix = os.environ.get("TEST_DB_SUFFIX", "") + name
    return {"TEST_DB_SUFFIX": suffix, "REDIS_URL": private_urls("test", suffix).redis_url}
