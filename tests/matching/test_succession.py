"""After a merger or elections: partnerships follow the municipality, and the new sponsor stands behind them."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from matching.enums import PartnershipStatus
from matching.errors import NotEntitled
from matching.models import Partnership, SideConfirmation
from matching.reminders_course import partnership_sponsor
from matching.selectors.course import waiting_for_coordinator, waiting_for_municipality
from matching.services import (
    confirm_for_side,
    end_early,
    follow_successor,
    resume_partnership,
    suspend_partnership,
)
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from sdgpartners.people.services import record_elections, record_merger
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality
from tests.exchanges.factories import make_partnership
from tests.factories import make_editor, make_signatory
from tests.matching.factories import NOON
from tests.world import World


@pytest.fixture
def pair(world: World) -> Partnership:
    return make_partnership(world.rwanda, world.mechelen, world.karongi)


def merge(world: World, old: Municipality, new: Municipality) -> None:
    record_merger(
        municipality=old,
        successor=new,
        happened_on=date(2026, 1, 1),
        note="Decree",
        actor=world.coordinator_vvsg,
    )


def elect(world: World, place: Municipality, former: User, email: str) -> None:
    record_elections(
        municipality=place,
        former=former,
        new_email=email,
        happened_on=date(2026, 10, 1),
        note="",
        actor=world.coordinator_vvsg,
    )


def test_a_partnership_follows_its_municipality_into_the_successor(pair: Partnership, world: World) -> None:
    signatory = make_signatory(world.mechelen)
    with clock.at(NOON):
        merge(world, world.mechelen, world.gent)
        pair.refresh_from_db()
        assert pair.north == world.gent
        assert pair.sides.get(side=Side.NORTH).municipality == world.gent
        question = SideConfirmation.objects.get()
        assert (question.side, question.due_on) == (Side.NORTH, date(2026, 12, 7))
        assert [due.recipient for due in partnership_sponsor(clock.now())] == [signatory]
        assert list(waiting_for_municipality(signatory)) == [pair]
        confirm_for_side(partnership=pair, side=Side.NORTH, actor=signatory)
        assert list(partnership_sponsor(clock.now())) == []
    question.refresh_from_db()
    assert question.confirmed_by == signatory
    assert OutgoingMail.objects.filter(kind="partnership_sponsor_confirmed").count() == 2
    event = Partnership.pgh_event_model.objects.filter(pgh_obj=pair).latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["reason"] == "Decree"


def test_what_is_over_keeps_its_name(world: World) -> None:
    over = make_partnership(world.rwanda, world.mechelen, world.karongi, status=PartnershipStatus.ENDED_EARLY)
    merge(world, world.mechelen, world.gent)
    over.refresh_from_db()
    assert over.north == world.mechelen
    assert not SideConfirmation.objects.exists()


def test_a_successor_with_a_partnership_of_its_own_waits_for_a_human_decision(
    pair: Partnership, world: World
) -> None:
    own = make_partnership(world.benin, world.gent, world.nikki)
    make_signatory(world.mechelen)
    merge(world, world.mechelen, world.gent)
    pair.refresh_from_db()
    assert pair.north == world.mechelen
    assert not SideConfirmation.objects.exists()
    assert OutgoingMail.objects.filter(kind="partnership_merger").count() == 2
    assert list(waiting_for_coordinator(world.coordinator_ralga)) == [pair]
    assert list(waiting_for_coordinator(world.coordinator_ancb)) == []
    steps = {"partnership": pair, "side": Side.NORTH, "reason": "Both agreed"}
    with pytest.raises(DomainError, match=own.reference):
        follow_successor(**steps, actor=world.coordinator_ralga)  # type: ignore[arg-type]
    with pytest.raises(NotEntitled):
        follow_successor(**steps, actor=world.coordinator_ancb)  # type: ignore[arg-type]
    end_early(partnership=own, reason="Both agreed", actor=world.coordinator_vvsg)
    follow_successor(**steps, actor=world.coordinator_ralga)  # type: ignore[arg-type]
    pair.refresh_from_db()
    assert pair.north == world.gent
    assert SideConfirmation.objects.get().partnership == pair
    assert list(waiting_for_coordinator(world.coordinator_ralga)) == []
    with pytest.raises(DomainError, match="has not merged"):
        follow_successor(**steps, actor=world.coordinator_ralga)  # type: ignore[arg-type]


def test_both_of_a_merger_in_partnerships_with_each_other_s_country_stay_apart(
    pair: Partnership, world: World
) -> None:
    """The two that merge both have a partner: neither is thrown out by a machine."""
    own = make_partnership(world.rwanda, world.leuven, world.nyanza)
    merge(world, world.mechelen, world.leuven)
    pair.refresh_from_db()
    own.refresh_from_db()
    assert (pair.north, own.north) == (world.mechelen, world.leuven)
    assert (pair.status, own.status) == ("active", "active")


def test_after_elections_the_new_sponsor_confirms_and_nobody_else(pair: Partnership, world: World) -> None:
    former, new = make_signatory(world.mechelen), make_editor(world.mechelen)
    make_signatory(world.karongi)
    with clock.at(NOON):
        elect(world, world.mechelen, former, new.email)
        new = User.objects.get(pk=new.pk)
        assert [due.recipient for due in partnership_sponsor(clock.now())] == [new]
        for actor in (former, make_signatory(world.karongi), make_editor(world.mechelen)):
            with pytest.raises(NotEntitled):
                confirm_for_side(partnership=pair, side=Side.NORTH, actor=actor)
        confirm_for_side(partnership=pair, side=Side.NORTH, actor=new)
        with pytest.raises(DomainError, match="nothing to confirm"):
            confirm_for_side(partnership=pair, side=Side.NORTH, actor=new)


def test_a_suspension_gives_the_sponsor_the_days_back(pair: Partnership, world: World) -> None:
    former, new = make_signatory(world.mechelen), make_editor(world.mechelen)
    actor = world.coordinator_ralga
    with clock.at(NOON):
        elect(world, world.mechelen, former, new.email)
        suspend_partnership(partnership=pair, reason="Stop", hide_publicly=False, actor=actor)
        assert list(partnership_sponsor(clock.now())) == []
    with clock.at(NOON + timedelta(days=50)):
        resume_partnership(partnership=pair, reason="Go", show_publicly=True, actor=actor)
        assert {due.due_on for due in partnership_sponsor(clock.now())} == {date(2027, 1, 26)}


def test_the_page_asks_and_takes_the_word_of_the_sponsor(pair: Partnership, world: World) -> None:
    former, new = make_signatory(world.mechelen), make_editor(world.mechelen, language="en")
    elect(world, world.mechelen, former, new.email)
    browser = Client()
    browser.force_login(new)
    page = browser.get(reverse("matching:partnership-course", args=[pair.reference])).content.decode()
    step = reverse("matching:partnership-sponsor", args=[pair.reference])
    assert step in page
    assert browser.post(step).status_code == 302
    assert SideConfirmation.objects.get().confirmed_by == new
    assert browser.post(step).status_code == 422
    other = Client()
    other.force_login(make_editor(world.karongi))
    assert other.post(step).status_code == 403
    stranger = Client()
    stranger.force_login(make_signatory(world.gent))
    assert stranger.post(step).status_code == 404
