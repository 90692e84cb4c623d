"""The pages of the course of a partnership: who opens them, what they show before a step, what they refuse."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.enums import PartnershipStatus
from matching.models import EndChange, Partnership, Suspension
from matching.services import agree_to_end, ask_for_end, free_north, suspend_country, suspend_partnership
from sdgpartners.core import clock
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole, MunicipalRole
from sdgpartners.people.models import Membership, User
from sdgpartners.programme.enums import Side
from tests.exchanges.factories import make_pairs, make_partnership
from tests.factories import in_english, make_editor, make_seat, make_steering
from tests.matching.factories import NOON
from tests.world import World

STEPS = ("suspend", "resume", "free-north", "end-early", "close", "visibility")


@pytest.fixture
def pair(world: World) -> Partnership:
    for person in (world.coordinator_vvsg, world.coordinator_ancb, world.coordinator_ralga):
        in_english(person)
    return make_partnership(
        world.rwanda, world.leuven, world.karongi, starts_on=date(2026, 1, 1), ends_on=date(2027, 6, 30)
    )


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(pair: Partnership, step: str = "course") -> str:
    return reverse(f"matching:partnership-{step}", args=[pair.reference])


def country_url(world: World) -> str:
    return reverse("admin:matching_partnership_country", args=[world.rwanda.pk])


def test_coordinators_alone_take_the_steps(pair: Partnership, world: World) -> None:
    staff = make_editor(world.leuven)
    answers = {
        "coordinator": (world.coordinator_ralga, 200),
        "lead": (world.coordinator_vvsg, 200),
        "sister": (world.coordinator_ancb, 404),
        "auditor": (make_seat(world.ralga, AssociationRole.AUDITOR), 403),
        "steering": (make_steering(world.programme), 403),
        "staff": (staff, 403),
        "stranger": (make_editor(world.gent), 404),
    }
    for step in STEPS:
        for name, (user, expected) in answers.items():
            assert (step, name, browser_of(user).get(url(pair, step)).status_code) == (step, name, expected)
    # Who has no desk work is stopped at the door of the desk.
    for user, expected in (
        (world.coordinator_ralga, 200), (world.coordinator_ancb, 404), (staff, 302),
        (make_seat(world.ralga, AssociationRole.AUDITOR), 403),
    ):  # fmt: skip
        assert browser_of(user).get(country_url(world)).status_code == expected


def test_a_coordinator_who_works_for_one_of_the_two_steps_aside(pair: Partnership, world: World) -> None:
    Membership.objects.create(
        user=world.coordinator_ralga, municipality=world.karongi, role=MunicipalRole.EDITOR
    )
    browser = browser_of(world.coordinator_ralga)
    for step in STEPS:
        assert browser.get(url(pair, step)).status_code == 403
    assert "For coordinators" not in browser.get(url(pair)).content.decode()


def test_before_it_is_done_the_page_says_what_it_touches(pair: Partnership, world: World) -> None:
    with clock.at(NOON):
        make_editor(world.leuven)
        make_editor(world.karongi)
        browser = browser_of(world.coordinator_ralga)
        page = browser.get(url(pair, "suspend")).content.decode()
        assert "4 people get a mail" in page
        assert not Suspension.objects.exists()
        empty = browser.post(url(pair, "suspend"), {"reason": " "})
        assert empty.status_code == 422
        done = browser.post(
            url(pair, "suspend"), {"reason": "Ties were cut", "hide_publicly": "on"}, follow=True
        )
        assert "This partnership stands still" in done.content.decode()
        assert "Ties were cut" in done.content.decode()
        again = browser.post(url(pair, "suspend"), {"reason": "Typed once more"})
        assert again.status_code == 422
        assert "Typed once more" in again.content.decode()
        page = browser.get(url(pair, "resume")).content.decode()
        assert "It stood still for 0 days" in page
        browser.post(url(pair, "resume"), {"reason": "Go"})
    pair.refresh_from_db()
    assert (pair.status, pair.hidden_publicly) == (PartnershipStatus.ACTIVE, True)


def test_both_sides_read_the_notice_on_every_page_in_their_language(pair: Partnership, world: World) -> None:
    north, south = make_editor(world.leuven, language="en"), make_editor(world.karongi, language="en")
    suspend_partnership(
        partnership=pair, reason="Ties were cut", hide_publicly=False, actor=world.coordinator_ralga
    )
    pages = (
        url(pair),
        url(pair, "team"),
        reverse("portal:partnership-hub", args=[pair.reference]),
        reverse("exchanges:contact-list", args=[pair.reference]),
        reverse("budget:budget-detail", args=[pair.reference]),
    )
    for user in (north, south):
        for page in pages:
            text = browser_of(user).get(page).content.decode()
            assert ("Ties were cut" in text, page) == (True, page)
    free_north(partnership=pair, reason="Another", actor=world.coordinator_ralga)
    assert "may be matched again" in browser_of(south).get(url(pair)).content.decode()


def test_a_country_is_suspended_in_one_step_from_the_desk(pair: Partnership, world: World) -> None:
    make_partnership(world.rwanda, world.gent, world.nyanza)
    browser = browser_of(world.coordinator_ralga)
    assert (
        country_url(world) in browser.get(reverse("admin:matching_partnership_changelist")).content.decode()
    )
    page = browser.get(country_url(world)).content.decode()
    assert "2 partnerships" in page
    long = browser.post(country_url(world), {"reason": "x" * 301})
    assert long.status_code == 422
    done = browser.post(country_url(world), {"reason": "Ties were cut"}, follow=True)
    assert "2 partnerships stand still" in done.content.decode()
    assert {row.status for row in Partnership.objects.all()} == {"suspended"}
    # Pressed twice, or on a page of before, it is not the opposite step.
    stale = browser.post(country_url(world), {"reason": "Ties were cut", "step": "suspend"}, follow=True)
    assert "is suspended already" in stale.content.decode()
    assert {row.status for row in Partnership.objects.all()} == {"suspended"}
    go = {"reason": "Ties again", "show_publicly": "on", "step": "resume"}
    done = browser.post(country_url(world), go, follow=True)
    assert "with 2 partnerships" in done.content.decode()


def test_a_date_typed_at_the_country_suspends_nothing(pair: Partnership, world: World) -> None:
    address = reverse("admin:programme_partnercountry_change", args=[world.rwanda.pk])
    page = browser_of(world.coordinator_vvsg).get(address).content.decode()
    assert 'name="suspended_since"' not in page
    assert country_url(world) in page


def test_another_end_goes_through_its_pages(pair: Partnership, world: World) -> None:
    north, south = make_editor(world.leuven, language="en"), make_editor(world.karongi, language="en")
    with clock.at(NOON):
        typed = {"end-ends_on": "2029-01-01", "end-reason": "A conference in autumn"}
        refused = browser_of(north).post(url(pair, "end-ask"), typed)
        assert refused.status_code == 422
        assert "A conference in autumn" in refused.content.decode()
        assert browser_of(world.coordinator_ralga).post(url(pair, "end-ask"), typed).status_code == 403
        asked = browser_of(north).post(url(pair, "end-ask"), {**typed, "end-ends_on": "2027-12-01"})
        assert asked.status_code == 302
        assert browser_of(north).post(url(pair, "end-agree")).status_code == 422
        assert url(pair, "end-agree") in browser_of(south).get(url(pair)).content.decode()
        assert browser_of(south).post(url(pair, "end-agree")).status_code == 302
        assert browser_of(south).post(url(pair, "end-decide"), {"decide-reason": "Yes"}).status_code == 403
        decided = browser_of(world.coordinator_ralga).post(
            url(pair, "end-decide"), {"decide-reason": "Inside the cap", "answer": "grant"}
        )
        assert decided.status_code == 302
        assert "Granted" in browser_of(south).get(url(pair)).content.decode()
    pair.refresh_from_db()
    assert pair.ends_on == date(2027, 12, 1)


def test_the_partner_says_no_with_a_reason(pair: Partnership, world: World) -> None:
    north, south = make_editor(world.leuven), make_editor(world.karongi, language="en")
    with clock.at(NOON):
        ask_for_end(partnership=pair, side=Side.NORTH, ends_on=date(2027, 12, 1), reason="More", actor=north)
        empty = browser_of(south).post(url(pair, "end-withdraw"), {"withdraw-reason": ""})
        assert empty.status_code == 422
        browser_of(south).post(url(pair, "end-withdraw"), {"withdraw-reason": "We have no time"})
    assert EndChange.objects.get().granted is False


def test_an_early_end_names_what_stays_open_and_is_told_in_each_language(
    pair: Partnership, world: World
) -> None:
    make_editor(world.leuven, language="nl")
    make_editor(world.karongi, language="en")
    browser = browser_of(world.coordinator_ralga)
    assert "End this partnership early" in browser.get(url(pair, "end-early")).content.decode()
    browser.post(url(pair, "end-early"), {"reason": "New council"})
    pair.refresh_from_db()
    assert (pair.status, pair.end_reason) == (PartnershipStatus.ENDED_EARLY, "New council")
    mails = OutgoingMail.objects.filter(kind="partnership_ended")
    assert set(mails.values_list("language", flat=True)) == {"nl", "en"}
    assert all("New council" in mail.body_text for mail in mails)


def statements(user: User, address: str) -> int:
    browser = browser_of(user)
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_pages_take_as_many_statements_for_thirty_partnerships(pair: Partnership, world: World) -> None:
    actor = world.coordinator_ralga
    pages = (country_url(world), reverse("admin:matching_partnership_changelist"))
    with clock.at(NOON):
        one = [statements(actor, page) for page in pages]
        make_pairs(world.rwanda, 29)
        many = [statements(actor, page) for page in pages]
        assert many == one
        assert many[0] <= 15
        assert many[1] <= 8
        suspend_country(partner_country=world.rwanda, reason="Stop", hide_publicly=True, actor=actor)
        assert statements(actor, country_url(world)) <= 15
        assert statements(actor, url(pair)) <= 15
        assert statements(actor, reverse("admin:matching_partnership_changelist")) <= 8


def test_the_page_of_a_busy_pair_stays_within_its_statements(pair: Partnership, world: World) -> None:
    north, south = make_editor(world.leuven), make_editor(world.karongi)
    with clock.at(NOON):
        ask_for_end(partnership=pair, side=Side.NORTH, ends_on=date(2027, 12, 1), reason="More", actor=north)
        agree_to_end(partnership=pair, side=Side.SOUTH, actor=south)
        assert statements(world.coordinator_vvsg, url(pair)) <= 15
        assert statements(north, url(pair)) <= 15
