"""The portal's settings plus the sample app, for the worker process of the tests."""

from sdgpartners.settings import *  # noqa: F403
from sdgpartners.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.documents.sample"]
