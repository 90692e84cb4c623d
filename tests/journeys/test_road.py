"""The whole road in a real browser, walked by different people who all read one language."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from portal.demo.rounds import noon
from sdgpartners.core import clock
from tests.journeys import (
    steps_apply,
    steps_life,
    steps_look,
    steps_match,
    steps_money,
    steps_partner,
    steps_review,
)
from tests.journeys.actors import Stage
from tests.journeys.cast import FIRST_DAY, make_cast
from tests.journeys.words import Words
from tests.notifications.conftest import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.usefixtures("media")
@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_the_road(
    language: str, browser: Browser, live_server: LiveServer, mailbox: Mailbox, tmp_path: Path
) -> None:
    with Stage(browser, live_server.url, Words(language)) as stage:
        walk(stage, mailbox, tmp_path)


def walk(stage: Stage, mailbox: Mailbox, folder: Path) -> None:
    """From an empty desk to a partnership that meets, exchanges, spends and reports."""
    with clock.at(noon(FIRST_DAY)):
        cast = make_cast(stage.words.language)
        coordinator = stage.sign_in(cast.seats["vvsg"], password="demo")
        call = steps_apply.coordinator_publishes_the_call(coordinator)
    applications = steps_apply.everybody_applies(stage, cast, call)
    steps_apply.a_late_municipality_is_refused(stage, cast, call)
    steps_review.review(stage, cast, coordinator, call, applications)
    pairs = steps_match.match(stage, cast, coordinator, call)
    steps_partner.prepare_and_start(stage, cast, coordinator, pairs)
    steps_life.live(stage, cast, coordinator, pairs)
    steps_money.spend(stage, cast, pairs[0])
    steps_look.look(stage, cast, pairs, coordinator=coordinator, mailbox=mailbox, folder=folder)
