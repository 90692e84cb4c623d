"""Fixtures for every test. The first two statements must stay first: they set the environment for Django."""

from tests import environment

environment.prepare()

pytest_plugins = ["tests.migrated_template", "tests.world"]
