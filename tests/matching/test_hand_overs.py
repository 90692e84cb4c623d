"""A contact person leaves: told to both sides, a successor in time, and what hung on the one moves to the other."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.translation import override

from matching.enums import MemberKind, TeamRole
from matching.errors import NotEntitled
from matching.models import HandOver, Partnership, TeamMember
from matching.newcomer import Newcomer
from matching.reminders_papers import hand_over_successor
from matching.selectors.ends import end_of_month
from matching.services import activate_partnership, add_team_member, remove_team_member
from matching.services.handovers import (
    cancel_hand_over,
    complete_hand_overs,
    name_successor,
    start_hand_over,
)
from matching.signals import contact_handed_over
from matching.tasks import complete_due
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import make_editor
from tests.matching.factories import Round, make_partnership, make_round
from tests.matching.test_pages import signed_in
from tests.matching.test_partnerships import prepare, side_of
from tests.world import World, build_world

NEW = Newcomer("Nora New", "Youth", MemberKind.OFFICIAL)


@pytest.fixture
def made(world: World) -> Round:
    for person in (world.coordinator_vvsg, world.coordinator_ralga):
        person.language = "en"
        person.save()
    return make_round(world)


@pytest.fixture
def pair(made: Round, world: World) -> tuple[Partnership, User, User]:
    partnership, north, south = make_partnership(made)
    for person in (north, south):
        person.language = "en"
        person.save()
    prepare(partnership, north, south)
    activate_partnership(partnership=partnership, actor=world.coordinator_vvsg)
    return partnership, north, south


def contact(partnership: Partnership, side: Side = Side.NORTH) -> TeamMember:
    row = side_of(partnership, side)
    return row.team.filter(role=TeamRole.CONTACT, left_on__isnull=True).order_by("pk")[0]


def begin(partnership: Partnership, actor: User, days: int = 10, **more: Any) -> HandOver:
    return start_hand_over(
        leaving=more.get("leaving") or contact(partnership),
        leaves_on=clock.today() + timedelta(days=days),
        successor=more.get("successor", NEW),
        notes=more.get("notes", ""),
        actor=actor,
    )


def told(kind: str) -> set[str]:
    return {mail.recipient.email for mail in OutgoingMail.objects.filter(kind=kind) if mail.recipient}


def page(partnership: Partnership, name: str = "hand-over") -> str:
    return reverse(f"matching:partnership-{name}", args=[partnership.reference])


def test_both_sides_and_the_coordinators_hear_and_on_the_day_it_moves(
    pair: tuple[Partnership, User, User], world: World
) -> None:
    partnership, north, south = pair
    leaving = contact(partnership)
    heard: list[HandOver] = []

    def hear(sender: object, hand_over: HandOver, **_more: object) -> None:
        heard.append(hand_over)

    everybody = {person.email for person in (north, south, world.coordinator_vvsg, world.coordinator_ralga)}
    hand_over = begin(partnership, north)
    assert told("contact_leaves") == everybody
    assert hand_over.successor is not None
    assert (hand_over.successor.name, hand_over.successor.role) == ("Nora New", TeamRole.CONTACT)
    assert complete_hand_overs() == 0
    contact_handed_over.connect(hear)
    try:
        with clock.at(clock.now() + timedelta(days=10)):
            assert complete_due() == 1
            assert complete_due() == 0
    finally:
        contact_handed_over.disconnect(hear)
    leaving.refresh_from_db()
    assert leaving.left_on == hand_over.leaves_on
    assert heard == [hand_over]
    assert told("contact_handed_over") == everybody
    mails = OutgoingMail.objects.filter(kind="contact_handed_over")
    assert {mail.subject for mail in mails} == {"Nora New is now your contact person at Leuven"}
    ends = {mail.recipient for mail in mails if "end the account as well" in mail.body_text}
    assert ends == {world.coordinator_vvsg, world.coordinator_ralga}


def test_a_past_day_moves_at_once(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, _south = pair
    hand_over = begin(partnership, north, days=-2)
    assert hand_over.done_at is not None
    assert hand_over.leaving.left_on == clock.today() - timedelta(days=2)
    assert not OutgoingMail.objects.filter(kind="contact_leaves").exists()


def test_without_a_successor_it_waits_and_reminds(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, _south = pair
    hand_over = begin(partnership, north, days=1, successor=None)
    assert [due.recipient for due in hand_over_successor(clock.now())] == [north]
    with clock.at(clock.now() + timedelta(days=3)):
        assert complete_hand_overs() == 0
        with pytest.raises(Incomplete):
            name_successor(hand_over=hand_over, successor=None, actor=north)
        done = name_successor(hand_over=hand_over, successor=NEW, actor=north)
    assert done.done_at is not None
    assert not list(hand_over_successor(clock.now()))


def test_a_successor_who_leaves_takes_over_nothing(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, _south = pair
    hand_over = begin(partnership, north, days=1)
    assert hand_over.successor is not None
    remove_team_member(member=hand_over.successor, actor=north)
    with clock.at(clock.now() + timedelta(days=2)):
        assert complete_hand_overs() == 0
        assert [due.recipient for due in hand_over_successor(clock.now())] == [north]


def test_somebody_of_the_team_becomes_contact_person(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, _south = pair
    side = side_of(partnership, Side.NORTH)
    colleague = make_editor(side.municipality)
    member = add_team_member(
        side=side, name=colleague.get_full_name(), service="Youth", role=TeamRole.STEERING,
        kind=MemberKind.OFFICIAL, actor=north,
    )  # fmt: skip
    hand_over = begin(partnership, north, successor=member)
    assert hand_over.successor is not None
    assert hand_over.successor.pk != member.pk
    assert (hand_over.successor.role, hand_over.successor.user) == (TeamRole.CONTACT, colleague)
    others = TeamMember.objects.filter(side=side, role=TeamRole.CONTACT, name=member.name)
    assert others.count() == 1


def test_what_is_refused(pair: tuple[Partnership, User, User], world: World) -> None:
    partnership, north, south = pair
    leaving = contact(partnership)
    for person in (south, make_editor(world.gent), world.coordinator_vvsg):
        with pytest.raises(NotEntitled):
            begin(partnership, person, leaving=leaving)
    sponsor = side_of(partnership, Side.NORTH).team.get(role=TeamRole.SPONSOR)
    with pytest.raises(DomainError, match="no contact person"):
        begin(partnership, north, leaving=sponsor)
    with pytest.raises(DomainError, match="your own team"):
        begin(partnership, north, successor=contact(partnership, Side.SOUTH))
    same = Newcomer(leaving.name.upper(), "", MemberKind.OFFICIAL)
    with pytest.raises(DomainError, match="Somebody else"):
        begin(partnership, north, successor=same)
    assert not HandOver.objects.exists()
    begin(partnership, north)
    with pytest.raises(DomainError, match="hands over already"):
        begin(partnership, north, leaving=leaving)


def test_the_contact_person_stays_after_all(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, south = pair
    hand_over = begin(partnership, north)
    with pytest.raises(NotEntitled):
        cancel_hand_over(hand_over=hand_over, actor=south)
    cancel_hand_over(hand_over=hand_over, actor=north)
    assert not HandOver.objects.exists()
    assert north.email in told("contact_stays")
    assert contact(partnership).left_on is None
    with pytest.raises(DomainError, match="is done"):
        cancel_hand_over(hand_over=hand_over, actor=north)


def test_two_who_name_each_other_leave_somebody_to_be_named(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, _south = pair
    first, second = side_of(partnership, Side.NORTH).team.filter(role=TeamRole.CONTACT).order_by("pk")[:2]
    begin(partnership, north, leaving=first, successor=second)
    begin(partnership, north, leaving=second, successor=first, days=11)
    with clock.at(clock.now() + timedelta(days=12)):
        assert complete_hand_overs() == 1
        assert [due.recipient for due in hand_over_successor(clock.now())] == [north]
        waiting = HandOver.objects.get(done_at__isnull=True)
        assert (waiting.leaving, contact(partnership)) == (second, second)
        assert name_successor(hand_over=waiting, successor=NEW, actor=north).done_at
        assert contact(partnership).name == "Nora New"


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_the_same_hand_over_at_once_make_one() -> None:
    world = build_world()
    partnership, north, _south = make_partnership(make_round(world))
    leaving, colleague = contact(partnership), make_editor(world.leuven)

    def attempt(actor: User) -> str:
        try:
            begin(partnership, actor, leaving=leaving)
        except DomainError as error:
            return str(error)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(max_workers=2) as pool:
        found = sorted(pool.map(attempt, (north, colleague)))
    assert "done" in found
    assert any("hands over already" in words for words in found)
    assert HandOver.objects.count() == 1
    assert TeamMember.objects.filter(name="Nora New").count() == 1


def test_the_page(pair: tuple[Partnership, User, User], world: World) -> None:
    partnership, north, south = pair
    client, leaving = signed_in(north), contact(partnership)
    assert leaving.name in client.get(page(partnership)).content.decode()
    form = {
        "leaving": str(leaving.pk),
        "leaves_on": (clock.today() + timedelta(days=5)).isoformat(),
        "notes": "The key of the hall",
    }
    assert client.post(page(partnership, "hand-over-start"), {**form, "leaves_on": ""}).status_code == 422
    of_partner = {**form, "leaving": str(contact(partnership, Side.SOUTH).pk)}
    assert client.post(page(partnership, "hand-over-start"), of_partner).status_code == 422
    assert client.post(page(partnership, "hand-over-start"), form).status_code == 302
    row = HandOver.objects.get()
    text = client.get(page(partnership)).content.decode()
    assert "The key of the hall" in text
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    partner = signed_in(south).get(page(partnership)).content.decode()
    assert leaving.name in partner
    assert "The key of the hall" not in partner
    assert "The key of the hall" in signed_in(world.coordinator_ralga).get(page(partnership)).content.decode()
    named = {"hand_over": str(row.pk), "new_name": "Nora New", "new_kind": "official"}
    for person, status in (
        (south, 404),  # the hand-over of the other side
        (world.coordinator_ralga, 403),
        (make_editor(world.gent), 404),
        (world.coordinator_ancb, 404),
    ):
        for name in ("hand-over-successor", "hand-over-cancel"):
            assert signed_in(person).post(page(partnership, name), named).status_code == status
    assert (
        signed_in(world.coordinator_ralga).post(page(partnership, "hand-over-start"), form).status_code == 403
    )
    assert (
        client.post(page(partnership, "hand-over-successor"), {"hand_over": str(row.pk)}).status_code == 422
    )
    assert client.post(page(partnership, "hand-over-successor"), named).status_code == 302
    row.refresh_from_db()
    assert str(row.successor) == "Nora New"
    assert client.post(page(partnership, "hand-over-cancel"), {"hand_over": str(row.pk)}).status_code == 302
    assert not HandOver.objects.exists()


def test_the_team_page_says_by_when_and_what_lacks(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, _south = pair
    partnership.refresh_from_db()
    client, address = signed_in(north), page(partnership, "team")
    assert partnership.starts_on is not None
    by = end_of_month(partnership.starts_on, 6)
    text = client.get(address).content.decode()
    with override("en"):
        assert f">{format_date(by)}</time>" in text
    assert "too few services in the internal steering group" in text
    assert "1 of at least 4" in text
    assert "The day has passed." not in text
    with clock.at(clock.now() + timedelta(days=200)):
        assert "The day has passed." in client.get(address).content.decode()
