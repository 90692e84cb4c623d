"""The course of a partnership at its edges: suspensions that overlap, days that were over, names of what is closed."""

from datetime import date, timedelta

import pytest

from matching.enums import PartnershipStatus
from matching.models import JointPlan, Partnership, PlanReview
from matching.services import (
    agree_to_end,
    ask_for_end,
    decide_end,
    resume_country,
    resume_partnership,
    set_visibility,
    suspend_country,
    suspend_partnership,
)
from portal.selectors.public import public_partnerships
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.exchanges.factories import make_confirmed, make_partnership
from tests.factories import in_english, make_editor
from tests.matching.factories import NOON
from tests.matching.test_course_pages import browser_of, url
from tests.world import World


@pytest.fixture
def pair(world: World) -> Partnership:
    """Leuven and Karongi, active since New Year until mid 2027; today is 23 November 2026."""
    in_english(world.coordinator_ralga)
    return make_partnership(
        world.rwanda, world.leuven, world.karongi, starts_on=date(2026, 1, 1), ends_on=date(2027, 6, 30)
    )


@pytest.mark.parametrize(
    ("since", "last"),
    [(date(2027, 7, 1), date(2027, 6, 30)), (date(2027, 6, 30), date(2027, 7, 30))],
    ids=["over", "on its last day"],
)
def test_a_last_day_that_was_over_before_stays(
    since: date, last: date, pair: Partnership, world: World
) -> None:
    actor = world.coordinator_ralga
    Partnership.objects.filter(pk=pair.pk).update(status=PartnershipStatus.CLOSING)
    with clock.at(NOON + (since - NOON.date())):
        suspend_partnership(partnership=pair, reason="Stop", hide_publicly=False, actor=actor)
    with clock.at(NOON + (since - NOON.date()) + timedelta(days=30)):
        resume_partnership(partnership=pair, reason="Go", show_publicly=True, actor=actor)
    pair.refresh_from_db()
    assert (pair.status, pair.ends_on) == (PartnershipStatus.CLOSING, last)


def test_one_that_was_suspended_by_itself_goes_on_after_its_country(pair: Partnership, world: World) -> None:
    actor, other = world.coordinator_ralga, make_partnership(world.rwanda, world.gent, world.nyanza)
    with clock.at(NOON):
        suspend_partnership(partnership=pair, reason="By itself", hide_publicly=False, actor=actor)
        assert url(pair, "resume") in browser_of(actor).get(url(pair)).content.decode()
        suspend_country(partner_country=world.rwanda, reason="All", hide_publicly=False, actor=actor)
        # The page does not offer what is refused, and the words say what comes first.
        assert url(pair, "resume") not in browser_of(actor).get(url(pair)).content.decode()
        with pytest.raises(DomainError, match="Resume the country first, then this partnership"):
            resume_partnership(partnership=pair, reason="Go", show_publicly=True, actor=actor)
        with pytest.raises(DomainError, match="goes on when the country does"):
            resume_partnership(partnership=other, reason="Go", show_publicly=True, actor=actor)
    with clock.at(NOON + timedelta(days=7)):
        resume_country(partner_country=world.rwanda, reason="Go", show_publicly=True, actor=actor)
        assert url(pair, "resume") in browser_of(actor).get(url(pair)).content.decode()
        resume_partnership(partnership=pair, reason="Go", show_publicly=True, actor=actor)
    pair.refresh_from_db()
    assert pair.ends_on == date(2027, 7, 7)


def test_with_a_country_the_names_of_what_is_closed_leave_as_well_and_come_back(
    pair: Partnership, world: World
) -> None:
    actor = world.coordinator_ralga
    closed = make_partnership(world.rwanda, world.gent, world.nyanza, status=PartnershipStatus.CLOSED)
    apart = make_partnership(world.rwanda, world.mechelen, world.cove, status=PartnershipStatus.CLOSED)
    elsewhere = make_partnership(world.benin, world.gent, world.nikki, status=PartnershipStatus.CLOSED)
    set_visibility(partnership=apart, hidden=True, reason="Asked for", actor=actor)
    assert set(public_partnerships()) == {pair, closed, elsewhere}
    step = {"partner_country": world.rwanda, "actor": actor}
    suspend_country(**step, reason="Ties cut", hide_publicly=True)
    assert list(public_partnerships()) == [elsewhere]
    resume_country(**step, reason="Go", show_publicly=True)
    assert set(public_partnerships()) == {pair, closed, elsewhere}
    suspend_country(**step, reason="Ties cut", hide_publicly=False)
    assert set(public_partnerships()) == {closed, elsewhere}
    resume_country(**step, reason="Go", show_publicly=True)
    suspend_country(**step, reason="Ties cut", hide_publicly=True)
    resume_country(**step, reason="Go", show_publicly=False)
    assert list(public_partnerships()) == [elsewhere]


def move_end(pair: Partnership, day: date, north: User, south: User, coordinator: User) -> None:
    ask_for_end(partnership=pair, side=Side.NORTH, ends_on=day, reason="Another day", actor=north)
    agree_to_end(partnership=pair, side=Side.SOUTH, actor=south)
    decide_end(partnership=pair, granted=True, reason="Yes", actor=coordinator)


def test_with_more_time_the_pair_is_invited_to_the_sessions_that_follow(
    pair: Partnership, world: World
) -> None:
    north, south = make_editor(world.leuven), make_editor(world.karongi)
    with clock.at(NOON):
        inside = make_confirmed(world.rwanda, NOON.replace(year=2027, month=6, day=30))
        after = make_confirmed(world.rwanda, NOON.replace(year=2027, month=9, day=1))
        mails = OutgoingMail.objects.filter(kind="session_invitation")
        assert not mails.filter(target=after.reference, recipient__in=(north, south)).exists()
        before = mails.filter(target=inside.reference).count()
        move_end(pair, date(2027, 10, 1), north, south, world.coordinator_ralga)
        told = mails.filter(target=after.reference).values_list("recipient", flat=True)
        assert {north.pk, south.pk} <= set(told)
        assert mails.filter(target=inside.reference).count() == before


def test_an_earlier_end_brings_the_open_review_forward(pair: Partnership, world: World) -> None:
    north, south = make_editor(world.leuven), make_editor(world.karongi)
    with clock.at(NOON):
        plan = JointPlan.objects.create(partnership=pair, version=1)
        review = PlanReview.objects.create(plan=plan, due_on=date(2026, 12, 31), plan_version=1)
        move_end(pair, date(2026, 12, 10), north, south, world.coordinator_ralga)
    review.refresh_from_db()
    assert review.due_on == date(2026, 12, 10)
