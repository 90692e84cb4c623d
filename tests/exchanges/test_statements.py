"""Pages take as many SQL statements for thirty rows as for one, and eight at most."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchanges.enums import ContactKind, DelegateRole
from exchanges.models import Homework, Session, Visit
from exchanges.services.contacts import log_contact
from exchanges.services.visits import add_delegate, confirm_visit, plan_visit
from matching.models import Partnership
from sdgpartners.core import clock
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.exchanges.asking import as_user, homework_url, session_url, visit_url
from tests.exchanges.factories import (
    NOON,
    make_confirmed,
    make_homework,
    make_pairs,
    make_session,
    make_window,
)
from tests.factories import make_editor
from tests.world import World


def _many(world: World, number: int) -> tuple[list[Partnership], Session, Homework, Visit]:
    """`number` pairs, sessions past and to come, homework with answers, contacts, delegates."""
    rows = make_pairs(world.rwanda, number)
    for index in range(number):
        make_session(world.rwanda, NOON + timedelta(days=20 + index))
    with clock.at(NOON - timedelta(days=60)):
        for index in range(number):
            make_confirmed(world.rwanda, NOON - timedelta(days=40 - index))
    session = make_confirmed(world.rwanda, NOON + timedelta(days=1))
    homework = make_homework(session)
    for _ in range(2):
        make_homework(session)
    staff = make_editor(rows[0].north)
    for index in range(number):
        log_contact(
            partnership=rows[0],
            side=Side.NORTH,
            kind=ContactKind.CALL,
            held_on=date(2026, 10, 1) + timedelta(days=index),
            actor=staff,
        )
    visit = plan_visit(
        window=make_window(world.rwanda),
        partnership=rows[0],
        starts_on=date(2027, 5, 9),
        ends_on=date(2027, 5, 15),
        actor=None,
    )
    for index in range(min(number, 5)):
        add_delegate(visit=visit, name=f"Person {index}", role=DelegateRole.OFFICIAL, actor=None)
    confirm_visit(visit=visit, actor=None)
    return rows, session, homework, visit


@pytest.mark.parametrize("number", [1, 30])
def test_pages_take_eight_statements_at_most(world: World, number: int) -> None:
    rows, session, homework, visit = _many(world, number)
    pair = rows[0].reference
    staff = make_editor(rows[0].south)
    urls = [
        reverse("exchanges:session-list"),
        session_url(session),
        homework_url(homework, rows[0]),
        visit_url(visit),
        reverse("exchanges:visit-create", args=(pair,)),
        reverse("exchanges:contact-list", args=(pair,)),
        reverse("exchanges:contact-create", args=(pair,)),
    ]

    def count(user: User) -> dict[str, int]:
        client, found = as_user(user), {}
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as caught:
                assert client.get(url).status_code in (200, 403)
            found[url] = len(caught)
        return found

    def more_than_eight(user: User) -> dict[str, int]:
        return {url: statements for url, statements in count(user).items() if statements > 8}

    assert more_than_eight(staff) == {}
    assert more_than_eight(world.coordinator_ralga) == {}
    with clock.at(session.starts_at + timedelta(hours=1)):
        assert more_than_eight(staff) == {}
        assert more_than_eight(world.coordinator_ralga) == {}
