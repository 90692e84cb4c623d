"""Buttons that ask for a report: what stands hidden in their form on the page is enough to get it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from sdgpartners.core import clock
from sdgpartners.documents.models import GeneratedReport
from sdgpartners.people.models import User
from tests.applications.deciding import days_later, scored_round
from tests.factories import make_steering
from tests.matching.factories import make_approved, make_round
from tests.world import World

pytestmark = pytest.mark.django_db
CREATE = reverse("documents:report-create")
FORM = re.compile(rf'<form method="post" action="{CREATE}".*?</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="(kind|subject|language)" value="([^"]*)">')


def press(user: User, address: str) -> GeneratedReport:
    """Press the first such button of a page, in the reader's language."""
    client = Client()
    client.force_login(user)
    form = FORM.search(client.get(address).content.decode())
    assert form is not None, address
    answer = client.post(CREATE, dict(HIDDEN.findall(form[0])))
    assert answer.status_code == 302, HIDDEN.findall(form[0])
    uid = answer.headers["Location"].rstrip("/").rpartition("/")[2]
    report = GeneratedReport.objects.get(uid=uid)
    assert report.language == user.language
    return report


@pytest.mark.parametrize("name", ["matching:scenario-detail", "admin:matching_scenario_room"])
def test_the_rationale_of_a_scenario(name: str, world: World) -> None:
    scenario = make_approved(make_round(world))
    report = press(world.coordinator_vvsg, reverse(name, args=[scenario.reference]))
    assert (report.kind, report.subject) == ("matching-rationale", scenario.reference)


def test_the_record_of_the_decisions_of_a_track(world: World) -> None:
    made = scored_round(world)
    member = make_steering(world.programme)
    country = made.track.partner_country.country_id
    with clock.at(made.closed):
        made.prepare()
        made.release()
    with clock.at(days_later(made, 2)):
        for user, address in (
            (made.lead, reverse("admin:applications_track_ranking", args=[made.track.pk])),
            (made.lead, reverse("admin:applications_call_places", args=[made.call.pk])),
            (member, reverse("applications:track-ranking", args=[made.call.code, country.lower()])),
        ):
            report = press(user, address)
            assert (report.kind, report.subject) == ("decision-record", f"{made.call.code}-{country}")
