"""The pages of panel and steering group in a real browser: accessible, and no wider than a phone."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from applications.models import Call, Track
from applications.services.advice import give_advice
from applications.services.panel import agree_on_score
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.applications.factories import open_call
from tests.applications.scored import in_review, judged
from tests.factories import in_english, make_seat, make_steering
from tests.journeys.actors import DESK, PHONE
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def _made() -> tuple[User, User, list[str], list[str]]:
    """A coordinator, a member of the steering group, and the pages of each; four reviewers who disagree."""
    world = build_world()
    call = open_call(world)
    Call.objects.filter(pk=call.pk).update(closes_at=clock.now() - timedelta(minutes=1))
    track = Track.objects.select_related("call", "partner_country").get(
        call=call, partner_country=world.rwanda
    )
    four = [
        make_seat(world.ralga, AssociationRole.REVIEWER, last_name=f"Umurongo{number}") for number in range(4)
    ]
    leuven = judged(track, in_review(track, world.leuven), dict(zip(four, (0, 4, 1, 4), strict=True)))
    judged(track, in_review(track, world.gent), dict.fromkeys(four, 3))
    criterion = track.criteria.order_by("order")[0]
    coordinator = in_english(world.coordinator_ralga)
    agree_on_score(
        application=leuven,
        criterion=criterion,
        value=2,
        minute="Read again together.",
        seen="",
        actor=coordinator,
    )
    member = in_english(make_steering(world.programme))
    give_advice(track=track, text="Mind the small ones.", actor=member, application=leuven)
    place = [track.call.code, "rw"]
    panel = [
        reverse("applications:panel-list", args=place),
        reverse("applications:panel-sheet", args=[*place, leuven.reference]),
        reverse("applications:panel-agree", args=[*place, leuven.reference, criterion.code]),
    ]
    return (
        coordinator,
        member,
        panel,
        [reverse("applications:track-list"), reverse("applications:track-ranking", args=place)],
    )


def test_the_pages_are_accessible_and_fit_a_phone(browser: Browser, live_server: LiveServer) -> None:
    coordinator, member, panel, steering = _made()
    found = []
    for user, addresses in ((coordinator, panel), (member, steering)):
        client = Client()
        client.force_login(user)
        context = browser.new_context(locale="en")
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        for address in addresses:
            for size in (PHONE, DESK):
                page.set_viewport_size({"width": size["width"], "height": size["height"]})
                answer = page.goto(live_server.url + address)
                assert answer is not None
                assert answer.status == 200
                rows = (
                    Axe()
                    .run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
                    .response["violations"]
                )
                found += [(address, size["width"], row["id"], row["nodes"][0]["target"]) for row in rows]
                wide = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if wide > 0:
                    found.append((address, size["width"], f"{wide} px too wide", ""))
        context.close()
    assert found == []
