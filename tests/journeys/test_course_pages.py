"""The pages of the course of a partnership in a real browser: accessible, and no wider than a phone."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from budget.services.opening import open_budget
from matching.models import Partnership
from matching.services import agree_to_end, ask_for_end, free_north, suspend_country
from sdgpartners.core import clock
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.exchanges.factories import make_partnership
from tests.factories import in_english, make_editor
from tests.journeys.actors import DESK, PHONE
from tests.world import World, build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def _page(partnership: Partnership, step: str = "course") -> str:
    return reverse(f"matching:partnership-{step}", args=[partnership.reference])


def _made() -> tuple[World, Partnership, User, User]:
    """An active pair whose sides agree on another end, an editor of it and a coordinator."""
    world, today = build_world(), clock.today()
    pair = make_partnership(
        world.rwanda,
        world.leuven,
        world.karongi,
        starts_on=date(today.year, 1, 1),
        ends_on=date(today.year + 1, 6, 30),
    )
    open_budget(partnership=pair, actor=None)
    north, south = in_english(make_editor(world.leuven)), make_editor(world.karongi)
    ends_on = date(today.year + 1, 12, 1)
    ask_for_end(partnership=pair, side=Side.NORTH, ends_on=ends_on, reason="A conference", actor=north)
    agree_to_end(partnership=pair, side=Side.SOUTH, actor=south)
    return world, pair, north, in_english(world.coordinator_ralga)


def _look(browser: Browser, live_server: LiveServer, person: User, addresses: list[str]) -> list[str]:
    client = Client()
    client.force_login(person)
    found: list[str] = []
    for size in (PHONE, DESK):
        context = browser.new_context(viewport=size)
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        page = context.new_page()
        for address in addresses:
            answer = page.goto(live_server.url + address)
            assert answer is not None
            assert (address, answer.status) == (address, 200)
            results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
            found += [
                f"{address} {row['id']} {row['nodes'][0]['html']}" for row in results.response["violations"]
            ]
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            found += [f"{address} is {wide} px too wide at {size['width']}"] if wide > 0 else []
        context.close()
    return found


def test_the_pages_are_accessible_and_fit_a_phone(browser: Browser, live_server: LiveServer) -> None:
    world, pair, north, coordinator = _made()
    country = reverse("admin:matching_partnership_country", args=[world.rwanda.pk])
    steps = [_page(pair, step) for step in ("suspend", "end-early", "close", "visibility")]
    assert _look(browser, live_server, coordinator, [_page(pair), *steps, country]) == []
    assert _look(browser, live_server, north, [_page(pair)]) == []
    suspend_country(
        partner_country=world.rwanda, reason="Ties were cut.", hide_publicly=True, actor=coordinator
    )
    free_north(partnership=pair, reason="It wishes another partner.", actor=coordinator)
    steps = [_page(pair, step) for step in ("resume", "free-north")]
    assert _look(browser, live_server, coordinator, [_page(pair), *steps, country]) == []
    hub = reverse("portal:partnership-hub", args=[pair.reference])
    budget = reverse("budget:budget-detail", args=[pair.reference])
    assert _look(browser, live_server, north, [_page(pair), hub, budget]) == []
