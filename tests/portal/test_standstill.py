"""A suspended partnership at every door: each address that writes is knocked at, and nothing changes behind it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver, reverse

from exchanges.enums import HomeworkStatus
from exchanges.models import HomeworkAnswer
from matching.enums import PartnershipStatus
from matching.models import Partnership, PlanReview, SideConfirmation
from matching.services import (
    close_what_is_due,
    resume_country,
    resume_partnership,
    suspend_country,
    suspend_partnership,
)
from matching.services.handovers import complete_hand_overs
from matching.services.plan_reviews import open_plan_reviews
from portal.selectors.tasks import waiting_on
from sdgpartners.core import clock
from sdgpartners.core.errors import MoveNotAllowed
from sdgpartners.notifications.registry import reminders
from sdgpartners.people.models import User
from tests.exchanges.factories import NOON
from tests.matching.factories import make_partnership, make_round
from tests.portal.busy import Busy, make_busy
from tests.world import World

APPS = ("matching", "exchanges", "budget")
# What is done about a suspension, and what is of a whole country, a scenario or a proposal: tested with these.
ELSEWHERE = {
    "matching:partnership-resume", "matching:partnership-free-north", "matching:partnership-end-early",
    "matching:partnership-visibility", "matching:partnership-follow",
    "matching:scenario-comment", "matching:scenario-step-out", "matching:scenario-endorse",
    "matching:scenario-send-back", "matching:scenario-approve", "matching:scenario-release",
    "matching:scenario-letters", "matching:scenario-detail", "matching:proposal-accept",
    "matching:proposal-decline", "matching:proposal-detail",
    "exchanges:session-list", "exchanges:session-create", "exchanges:session-detail", "exchanges:session-edit",
    "exchanges:session-confirm", "exchanges:session-cancel", "exchanges:session-report",
    "exchanges:session-attendance", "exchanges:homework-create",
}  # fmt: skip
READ_ONLY = {
    "matching:partnership-team", "matching:partnership-agreement", "matching:partnership-decisions",
    "matching:partnership-hand-over", "matching:partnership-course", "matching:partnership-decision-file",
    "matching:partnership-plan-versions",
    "exchanges:visit-detail", "exchanges:contact-list",
    "budget:budget-detail", "budget:expense-detail", "budget:expense-receipt",
}  # fmt: skip


PUBLIC = (
    "/", "/programme/", "/calls/", "/partnerships/", "/partnerships.csv", "/open-data/", "/accessibility/",
    "/privacy/", "/help/", "/health/",
)  # fmt: skip


def read(address: str, language: str = "en") -> str:
    """What a visitor without an account gets, after redirections."""
    return Client(headers={"accept-language": language}).get(address, follow=True).content.decode()


@pytest.fixture
def busy(world: World) -> Iterator[Busy]:
    """Busy, and suspended since today."""
    with clock.at(NOON):
        made = make_busy(world)
        suspend_partnership(
            partnership=made.pair, reason="Ties were cut", hide_publicly=True, actor=made.desk
        )
        yield made


def rows_of_the_rooms() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the three rooms, as it is."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for app in APPS
        for model in apps.get_app_config(app).get_models()
    }


def writing_routes() -> set[str]:
    """The routes of the three rooms, those of the desk aside."""
    found = set()
    for app in APPS:
        _prefix, resolver = get_resolver().namespace_dict[app]
        found |= {f"{app}:{name}" for name in resolver.reverse_dict if isinstance(name, str)}
    return found


def test_every_address_that_writes_is_refused_with_words_and_changes_nothing(busy: Busy) -> None:
    assert writing_routes() - READ_ONLY - ELSEWHERE == set(busy.doors)
    before = rows_of_the_rooms()
    for name, door in busy.doors.items():
        browser = Client()
        browser.force_login(door.who)
        answer = browser.post(reverse(name, kwargs=door.kwargs), door.data)
        if answer.status_code == 302:
            answer = browser.get(answer["Location"])
            refused = "nothing is changed, sent or paid"
            assert (name, answer.status_code, refused in answer.content.decode()) == (name, 200, True)
        else:
            assert (name, answer.status_code) == (name, 422)
        page = answer.content.decode()
        assert (name, "suspended" in page.lower()) == (name, True)
        assert (name, door.typed in page) == (name, True)
        after = rows_of_the_rooms()
        assert {key for key in before if before[key] != after[key]} == set(), name


def test_its_pages_are_read_and_offer_nothing_to_write(busy: Busy) -> None:
    """Forms that stay: language, signing out, and copies to print."""
    writing = {reverse(name, kwargs=door.kwargs) for name, door in busy.doors.items()}
    # A draft of an expense is read by its own side alone.
    for user, pages in ((busy.north, busy.pages), (busy.south, busy.pages[:-1])):
        browser = Client()
        browser.force_login(user)
        for address in pages:
            answer = browser.get(address)
            assert (address, answer.status_code) == (address, 200)
            page = answer.content.decode()
            assert (address, "Ties were cut" in page) == (address, True)
            offered = {one for one in writing - set(busy.pages) if f'"{one}"' in page}
            assert (address, offered) == (address, set())


@pytest.mark.parametrize("whole_country", [False, True], ids=["partnership", "country"])
def test_names_leave_every_public_page_in_one_step(whole_country: bool, world: World) -> None:
    with clock.at(NOON):
        pair, _north, _south = make_partnership(make_round(world))
        Partnership.objects.filter(pk=pair.pk).update(
            status=PartnershipStatus.ACTIVE, starts_on=date(2026, 1, 1), ends_on=date(2027, 6, 30)
        )
        names = (pair.north.name, pair.south.name)
        shown = {address for address in PUBLIC if all(name in read(address) for name in names)}
        assert shown == {"/", "/partnerships/", "/partnerships.csv"}
        step = {"reason": "Ties were cut", "hide_publicly": True, "actor": world.coordinator_ralga}
        if whole_country:
            suspend_country(partner_country=world.rwanda, **step)
        else:
            suspend_partnership(partnership=pair, **step)
        for language in ("en", "fr", "nl"):
            for address in (*PUBLIC, reverse("portal:partnership-hub", args=[pair.reference])):
                page = read(address, language)
                assert (address, [name for name in names if name in page]) == (address, [])


def reminded(people: set[User]) -> set[str]:
    """The kinds of reminder that would go to one of these people now."""
    now = clock.now()
    return {kind for kind, source in reminders().items() for due in source(now) if due.recipient in people}


def test_nobody_is_reminded_nothing_waits_and_the_beat_passes_by(busy: Busy, world: World) -> None:
    people = {busy.north, busy.south}
    for days in (0, 30, 90, 400):
        with clock.at(NOON + timedelta(days=days)):
            assert (days, reminded(people)) == (days, set())
            for person in people:
                assert (days, waiting_on(User.objects.get(pk=person.pk))) == (days, [])
            before = rows_of_the_rooms()
            for task in (close_what_is_due, open_plan_reviews, complete_hand_overs):
                task()
            assert rows_of_the_rooms() == before
    with clock.at(NOON + timedelta(days=90)):
        resume_partnership(partnership=busy.pair, reason="Go", show_publicly=True, actor=busy.desk)
    with clock.at(NOON + timedelta(days=91)):
        assert {"homework_due", "end_change_waiting", "partnership_sponsor"} <= reminded(people)
        assert waiting_on(User.objects.get(pk=busy.north.pk))


def test_what_was_due_moves_by_exactly_the_days_of_both_suspensions(busy: Busy, world: World) -> None:
    """The first lasts 10 days by itself and then 20 with the whole country, the second 5 days."""

    pair, desk = busy.pair, busy.desk

    def dues() -> list[date]:
        return [
            HomeworkAnswer.objects.filter(partnership=pair, status=HomeworkStatus.OPEN).get().due_on,
            PlanReview.objects.get().due_on,
            SideConfirmation.objects.get().due_on,
            Partnership.objects.get(pk=pair.pk).ends_on or date.min,
        ]

    first = dues()
    with clock.at(NOON + timedelta(days=10)):
        suspend_country(partner_country=world.rwanda, reason="All", hide_publicly=False, actor=desk)
    with clock.at(NOON + timedelta(days=30)):
        found = resume_country(partner_country=world.rwanda, reason="Go", show_publicly=True, actor=desk)
        assert (found.resumed, dues()) == ([], first)
        resume_partnership(partnership=pair, reason="Go", show_publicly=True, actor=desk)
        assert dues() == [day + timedelta(days=30) for day in first]
        with pytest.raises(MoveNotAllowed):
            resume_partnership(partnership=pair, reason="Go", show_publicly=True, actor=desk)
        suspend_partnership(partnership=pair, reason="Again", hide_publicly=False, actor=desk)
    with clock.at(NOON + timedelta(days=35)):
        resume_partnership(partnership=pair, reason="Go", show_publicly=True, actor=desk)
        assert dues() == [day + timedelta(days=35) for day in first]
