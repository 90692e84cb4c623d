"""The dates of a call on its pages: what is over is told as over."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Call
from applications.services.calls import cancel_call
from sdgpartners.core import clock
from sdgpartners.people.models import User
from tests.applications.factories import open_call, start
from tests.factories import in_english, make_editor
from tests.world import World

DAY = timedelta(days=1)


@pytest.fixture
def call(world: World) -> Call:
    """Opens tomorrow and closes the day after."""
    return open_call(world, opens_at=clock.now() + DAY, closes_at=clock.now() + 2 * DAY)


def words(user: User | None, address: str) -> str:
    """The page as text, with single spaces, in English."""
    client = Client()
    if user is not None:
        client.force_login(in_english(user))
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    body = answer.content.decode().partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def moments(call: Call) -> dict[str, datetime]:
    return {"before": call.opens_at - DAY / 2, "open": call.opens_at, "over": call.closes_at + DAY}


@pytest.mark.parametrize(
    ("when", "opening", "closing"),
    [("before", "Opens", "Closes"), ("open", "Opened", "Closes"), ("over", "Opened", "Closed")],
)
def test_the_public_page_tells_what_is_over_as_over(
    call: Call, when: str, opening: str, closing: str
) -> None:
    with clock.at(moments(call)[when]):
        page = words(None, reverse("portal:call-detail", args=[call.code]))
    stated = re.search(r"(\w+) (\d+ \w+ \d{4}), \S+ \(Brussels.+?\) (Close\w+) \w+ (\d+ \w+ \d{4})", page)
    assert stated is not None
    assert (stated[1], stated[3]) == (opening, closing)


def test_lists_and_desk_pages_tell_it_too(call: Call, world: World) -> None:
    public = reverse("portal:call-list")
    progress = reverse("admin:applications_call_progress", args=[call.pk])
    desk = reverse("admin:applications_call_change", args=[call.pk])
    coordinator = world.coordinator_vvsg
    with clock.at(moments(call)["before"]):
        assert "until" in words(None, public)
        assert "· closes" in words(coordinator, progress)
        shown = words(coordinator, desk)
        assert ("· opens" in shown, "· closes" in shown) == (True, True)
    with clock.at(moments(call)["open"]):
        shown = words(coordinator, desk)
        assert ("· opened on" in shown, "· closes" in shown) == (True, True)
        assert "Opens" not in shown
    with clock.at(moments(call)["over"]):
        assert "closed on" in words(None, public)
        assert "· closed on" in words(coordinator, progress)
        shown = words(coordinator, desk)
        assert ("· opened on" in shown, "· closed on" in shown) == (True, True)
        assert re.findall(r"\b(?:opens|closes)\b", shown, re.I) == []


def test_a_list_with_several_calls_names_dates_and_not_what_they_do(call: Call, world: World) -> None:
    shown = words(world.coordinator_vvsg, reverse("admin:applications_call_changelist"))
    assert ("Opening date" in shown, "Closing date" in shown) == (True, True)
    with clock.at(moments(call)["open"]):
        editor = start(call, world.gent).editor
    with clock.at(moments(call)["over"]):
        shown = words(editor, reverse("applications:application-list"))
    assert ("Closing date" in shown, "Open until" in shown) == (True, False)


def test_the_page_of_a_code_says_that_the_call_has_closed(call: Call, world: World) -> None:
    address = reverse("applications:exception-redeem", args=[call.code])
    editor = make_editor(world.gent)
    with clock.at(moments(call)["open"]):
        assert "” closes on" in words(editor, address)
    with clock.at(moments(call)["over"]):
        assert "” closed on" in words(editor, address)


def test_a_cancelled_call_has_not_closed_on_a_day_to_come(call: Call, world: World) -> None:
    with clock.at(moments(call)["open"]):
        team = start(call, world.gent)
        cancel_call(call=call, reason="No money", actor=world.coordinator_vvsg)
        other = make_editor(world.leuven)
        for person, address in (
            (other, reverse("applications:application-start", args=[call.code])),
            (team.editor, reverse("applications:application-detail", args=[team.reference])),
        ):
            shown = words(person, address)
            assert "This call was cancelled: it takes no applications." in shown
            assert "closed on" not in shown
