"""Who sees and does what: every kind of person against every page, with data that could leak."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from exchanges.permissions import Perm
from sdgpartners.core.access import allowed
from sdgpartners.people.enums import AssociationRole, SteeringKind
from sdgpartners.people.models import User
from tests.exchanges.asking import as_user, homework_url, planned_visit, session_url, visit_url
from tests.exchanges.factories import Pairs, make_homework, make_session
from tests.factories import UserFactory, make_seat, make_steering


@pytest.fixture
def people(pairs: Pairs) -> dict[str, User]:
    """One of each kind, by the name used below."""
    world = pairs.world
    return {
        "gent": pairs.gent,
        "nyanza": pairs.nyanza,
        "nikki": pairs.nikki,
        "vvsg": world.coordinator_vvsg,
        "ralga": world.coordinator_ralga,
        "ancb": world.coordinator_ancb,
        "facilitator_ralga": make_seat(world.ralga, AssociationRole.FACILITATOR),
        "auditor_ancb": make_seat(world.ancb, AssociationRole.AUDITOR),
        "auditor_ralga": make_seat(world.ralga, AssociationRole.AUDITOR),
        "reviewer_ralga": make_seat(world.ralga, AssociationRole.REVIEWER),
        "steering": make_steering(world.programme),
        "observer_ancb": make_steering(world.programme, SteeringKind.OBSERVER, world.ancb),
        "stranger": UserFactory(),
        "administrator": UserFactory(is_superuser=True),
    }


def _seen_by(people: dict[str, User], url: str) -> set[str]:
    codes = {name: as_user(user).get(url).status_code for name, user in people.items()}
    assert set(codes.values()) <= {200, 404}
    return {name for name, code in codes.items() if code == 200}


RWANDA = {"gent", "nyanza", "vvsg", "ralga", "facilitator_ralga", "auditor_ralga", "steering"}


def test_a_session_is_seen_in_its_country_only(pairs: Pairs, people: dict[str, User]) -> None:
    session = make_session(pairs.world.rwanda)
    assert _seen_by(people, session_url(session)) == RWANDA
    listed = {
        name
        for name, user in people.items()
        if session.reference in as_user(user).get(reverse("exchanges:session-list")).content.decode()
    }
    assert listed == RWANDA
    assert {name for name, user in people.items() if allowed(user, Perm.VIEW_SESSION, session)} == RWANDA


def test_a_facilitator_without_a_seat_sees_the_own_session(pairs: Pairs) -> None:
    outside = UserFactory()
    own = make_session(pairs.world.rwanda, facilitator=outside)
    other = make_session(pairs.world.rwanda)
    client = as_user(outside)
    assert [client.get(session_url(row)).status_code for row in (own, other)] == [200, 404]


def test_homework_is_seen_by_its_own_pair_and_those_in_charge(pairs: Pairs, people: dict[str, User]) -> None:
    homework = make_homework(make_session(pairs.world.rwanda))
    url = homework_url(homework, pairs.gent_karongi)
    assert _seen_by(people, url) == RWANDA - {"nyanza"}


def test_the_session_page_never_shows_another_pairs_answer(pairs: Pairs) -> None:
    session = make_session(pairs.world.rwanda)
    homework = make_homework(session)
    own, other = (homework_url(homework, pair) for pair in (pairs.gent_karongi, pairs.leuven_nyanza))
    text = as_user(pairs.gent).get(session_url(session)).content.decode()
    assert (own in text, other in text) == (True, False)


def test_visits_and_contacts_follow_the_partnership(pairs: Pairs, people: dict[str, User]) -> None:
    visit = planned_visit(pairs)
    contacts = reverse("exchanges:contact-list", args=(pairs.gent_karongi.reference,))
    assert _seen_by(people, visit_url(visit)) == _seen_by(people, contacts) == RWANDA - {"nyanza"}


def _posts(people: dict[str, User], url: str, **data: Any) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for name, user in people.items():
        found.setdefault(as_user(user).post(url, data).status_code, set()).add(name)
    return found


def test_who_may_take_the_steps_of_a_session(pairs: Pairs, people: dict[str, User]) -> None:
    session = make_session(pairs.world.rwanda)
    managers = {"vvsg", "ralga", "facilitator_ralga"}
    for step in ("confirm", "cancel", "attendance", "report"):
        codes = _posts(people, session_url(session, step))
        assert codes.pop(403) == RWANDA - managers
        assert codes.pop(404) == set(people) - RWANDA
        assert set.union(*codes.values()) == managers
    assert _seen_by_or_forbidden(people, session_url(session, "edit")) == managers


def _seen_by_or_forbidden(people: dict[str, User], url: str) -> set[str]:
    return {name for name, user in people.items() if as_user(user).get(url).status_code == 200}


def test_who_may_write_for_a_pair(pairs: Pairs, people: dict[str, User]) -> None:
    homework = make_homework(make_session(pairs.world.rwanda))
    pair = pairs.gent_karongi
    visible = RWANDA - {"nyanza"}
    written = _posts(people, homework_url(homework, pair), text="", version=0)
    assert written == {422: {"gent"}, 403: visible - {"gent"}, 404: set(people) - visible}
    logged = _posts(people, reverse("exchanges:contact-create", args=(pair.reference,)))
    assert logged == {422: {"gent"}, 403: visible - {"gent"}, 404: set(people) - visible}
    planned = _posts(people, reverse("exchanges:visit-create", args=(pair.reference,)))
    coordinators = {"vvsg", "ralga"}
    assert planned == {
        422: {"gent", *coordinators},
        403: visible - {"gent", *coordinators},
        404: set(people) - visible,
    }


def test_who_may_take_the_steps_of_a_visit(pairs: Pairs, people: dict[str, User]) -> None:
    people["karongi"] = pairs.karongi
    visit = planned_visit(pairs)
    visible = (RWANDA | {"karongi"}) - {"nyanza"}
    coordinators, staff = {"vvsg", "ralga"}, {"gent", "karongi"}
    for name, may in (
        ("delegate-add", coordinators | {"gent"}),  # Gent travels
        ("visit-edit", coordinators | staff),
        ("visit-cancel", coordinators | staff),
        ("visit-report", staff),
    ):
        codes = _posts(people, visit_url(visit, name))
        assert codes == {422: may, 403: visible - may, 404: set(people) - visible}
    confirmed = _posts(people, visit_url(visit, "visit-confirm"))
    assert confirmed == {302: coordinators, 403: visible - coordinators, 404: set(people) - visible}


def test_steps_want_a_post_and_pages_a_login(pairs: Pairs) -> None:
    session = make_session(pairs.world.rwanda)
    homework = make_homework(session)
    visit = planned_visit(pairs)
    posts = [session_url(session, step) for step in ("confirm", "cancel", "attendance", "report")]
    posts += [
        visit_url(visit, name) for name in ("visit-confirm", "visit-hold", "visit-cancel", "visit-report")
    ]
    posts += [visit_url(visit, name) for name in ("delegate-add", "delegate-remove")]
    posts.append(homework_url(homework, pairs.gent_karongi, "homework-discuss"))
    posts.append(reverse("exchanges:homework-create", args=(session.reference,)))
    client = as_user(pairs.world.coordinator_vvsg)
    assert {client.get(url).status_code for url in posts} == {405}
    gone = Client().get(session_url(session))
    assert gone.status_code == 302
    assert gone["Location"].startswith(reverse("account_login"))
