"""Moments of a call on the clocks of those who read of them: with an account one's own, without one all of them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Call
from applications.selectors.calls import zones_of
from applications.services.amendments import amend_call
from applications.services.behalf import start_on_behalf
from applications.services.submission import ask_sign_off
from sdgpartners.core import clock
from sdgpartners.notifications.models import OutgoingMail
from tests.applications.factories import fill, open_call, start
from tests.factories import make_editor, make_signatory
from tests.world import World

NOW = datetime(2026, 10, 20, 10, 0, tzinfo=UTC)
# In November a minute to twelve in Brussels and in Porto-Novo is the next day in Kigali.
CLOSES = datetime(2026, 11, 7, 22, 59, tzinfo=UTC)
ALL = "7 November 2026, 23:59 (Brussels, Porto-Novo) · 8 November 2026, 00:59 (Kigali)"
KIGALI = "7 November 2026, 23:59 (Brussels) · 8 November 2026, 00:59 (Kigali)"
WHY = {"en": "A storm", "fr": "Une tempête", "nl": "Een storm"}


@pytest.fixture
def call(world: World) -> Call:
    with clock.at(NOW):
        return open_call(world, closes_at=CLOSES, info_session_at=CLOSES)


def pages_of(call: Call) -> list[str]:
    return [
        reverse("portal:home"),
        reverse("portal:call-list"),
        reverse("portal:call-detail", args=[call.code]),
        reverse("calls:information-sign-up", args=[call.code]),
    ]


def test_without_an_account_all_countries_of_the_call_find_their_time(call: Call, client: Client) -> None:
    assert zones_of(call) == ["Europe/Brussels", "Africa/Kigali", "Africa/Porto-Novo"]
    with clock.at(NOW):
        for page in pages_of(call):
            assert ALL in client.get(page).content.decode(), page


def test_with_an_account_one_reads_the_own_time(call: Call, world: World, client: Client) -> None:
    client.force_login(make_editor(world.karongi, language="en", time_zone="Africa/Kigali"))
    with clock.at(NOW):
        for page in pages_of(call):
            text = client.get(page).content.decode()
            assert KIGALI in text, page
            assert "Porto-Novo" not in text, page


def test_a_mail_says_its_reader_s_time(call: Call, world: World) -> None:
    with clock.at(NOW):
        make_editor(world.karongi, language="en", time_zone="Africa/Kigali")
        start_on_behalf(
            call=call, municipality=world.karongi, association=world.ralga, actor=world.coordinator_ralga
        )
        team = start(call, world.gent)
        team.signatory.time_zone, team.signatory.language = "Africa/Kigali", "en"
        team.signatory.save()
        fill(team)
        ask_sign_off(application=team.application, actor=team.editor)
    for kind in ("filled_on_behalf", "sign_off_asked"):
        assert KIGALI in OutgoingMail.objects.get(kind=kind).body_text


def test_the_list_of_corrections_says_when_and_until_when_to_everybody(
    call: Call, world: World, client: Client
) -> None:
    later = CLOSES + timedelta(days=1)
    with clock.at(NOW):
        make_signatory(world.karongi)
        amend_call(call=call, changes={"call.closes_at": later}, reasons=WHY, actor=world.coordinator_vvsg)
        page = reverse("portal:call-detail", args=[call.code])
        assert f"<del>{ALL}</del>" in client.get(page).content.decode()
        client.force_login(make_editor(world.karongi, language="en", time_zone="Africa/Kigali"))
        mine = client.get(page).content.decode()
    assert f"<del>{KIGALI}</del>" in mine
    assert "20 October 2026, 12:00 (Brussels, Kigali)" in mine
