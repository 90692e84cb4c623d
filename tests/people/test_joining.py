"""Asking to join: the address on the own domain, proved once, decided once by the association of the country."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import JoinState, MunicipalRole
from sdgpartners.people.errors import (
    AccountClosed,
    JoinLinkExpired,
    JoinLinkUnknown,
    JoinLinkUsed,
    NotPhoned,
    OutOfScope,
    WrongDomain,
)
from sdgpartners.people.models import JoinRequest, Membership, User
from sdgpartners.people.selectors import coordinators_for, join_requests_visible_to
from sdgpartners.people.services import Asking, accept_join, ask_to_join, prove_address, refuse_join
from sdgpartners.people.signals import join_asked
from sdgpartners.programme.mail_domains import PUBLIC_PROVIDERS, mail_domains
from sdgpartners.programme.models import Municipality
from tests.factories import UserFactory, in_english, make_editor
from tests.world import World, build_world


@pytest.fixture
def gent(world: World) -> Municipality:
    Municipality.objects.filter(pk=world.gent.pk).update(
        website="https://www.stad.gent", email="info@gent.be"
    )
    world.gent.refresh_from_db()
    return world.gent


def asking(municipality: Municipality, email: str = "An.Peeters@gent.be", **changes: str) -> Asking:
    given = {
        "first_name": "An",
        "last_name": "Peeters",
        "job_title": "expert",
        "role": MunicipalRole.EDITOR,
        "language": "nl",
    } | changes
    return Asking(municipality=municipality, email=email, **given)


def ask(given: Asking) -> str:
    """Ask, and catch the token that only the signal carries."""
    tokens: list[str] = []

    def note(*, token: str, **_: object) -> None:
        tokens.append(token)

    join_asked.connect(note)
    try:
        ask_to_join(asking=given)
    finally:
        join_asked.disconnect(note)
    return tokens[-1]


def waiting(given: Asking) -> JoinRequest:
    return prove_address(token=ask(given))


@pytest.mark.parametrize(
    ("columns", "domains"),
    [
        ({}, ("gent.be", "stad.gent")),
        ({"mail_domains": "gent.example, ocmw.example"}, ("gent.example", "ocmw.example")),
        ({"email": "gent@gmail.com", "website": ""}, ()),
        ({"mail_domains": "hotmail.com"}, ()),
    ],
)
def test_domains_come_from_the_hand_or_from_website_and_address(
    columns: dict[str, str], domains: tuple[str, ...], gent: Municipality
) -> None:
    Municipality.objects.filter(pk=gent.pk).update(**columns)
    gent.refresh_from_db()
    assert mail_domains(gent) == domains


def test_the_operator_adds_providers_to_those_of_the_file(gent: Municipality, settings: Settings) -> None:
    Municipality.objects.filter(pk=gent.pk).update(email="gent@post.example", website="")
    gent.refresh_from_db()
    assert mail_domains(gent) == ("post.example",)
    settings.PUBLIC_MAIL_PROVIDERS = ["post.example"]
    assert mail_domains(gent) == ()
    Municipality.objects.filter(pk=gent.pk).update(email="gent@gmail.com")
    gent.refresh_from_db()
    assert mail_domains(gent) == ()


def test_the_file_of_public_providers_has_each_domain_once_in_order() -> None:
    lines = [line for line in PUBLIC_PROVIDERS.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert lines == sorted(set(lines))
    assert all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", line) for line in lines)
    assert {"gmail.com", "hotmail.com", "telenet.be"} < set(lines)


@pytest.mark.parametrize(
    "email", ["an@gmail.com", "an@leuven.be", "an@notgent.be", "an@gent.be.evil.example", "an@gent.bee"]
)
def test_another_domain_is_refused_with_the_one_that_is_expected(email: str, gent: Municipality) -> None:
    with pytest.raises(WrongDomain, match=r"gent\.be, stad\.gent"):
        ask_to_join(asking=asking(gent, email))
    assert (JoinRequest.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_a_part_of_the_domain_is_the_domain(gent: Municipality) -> None:
    ask(asking(gent, "an@OCMW.Gent.be"))
    row = JoinRequest.objects.get()
    assert (row.email, row.own_domain, row.state) == ("an@ocmw.gent.be", True, JoinState.ASKED)


def test_the_way_from_asking_to_a_seat(world: World, gent: Municipality) -> None:
    token = ask(asking(gent))
    mail = OutgoingMail.objects.get(kind="join_address")
    assert (mail.to, mail.language, mail.body_kept) == ("an.peeters@gent.be", "nl", False)
    assert reverse("people:join-confirm", args=[token]) in mail.body_text
    assert list(join_requests_visible_to(world.coordinator_vvsg)) == []
    row = prove_address(token=token)
    letters = OutgoingMail.objects.filter(kind="join_waiting")
    assert [letter.recipient for letter in letters] == [world.coordinator_vvsg]
    accept_join(join_request=row, phoned=False, actor=world.coordinator_vvsg)
    row.refresh_from_db()
    user = User.objects.get(email="an.peeters@gent.be")
    assert (row.state, row.decided_by, row.user) == (JoinState.ACCEPTED, world.coordinator_vvsg, user)
    assert row.decided_at is not None
    assert (user.get_full_name(), user.language, user.time_zone) == ("An Peeters", "nl", "Europe/Brussels")
    assert not user.has_usable_password()
    assert user.emailaddress_set.filter(verified=True, primary=True).exists()
    assert list(user.memberships.values_list("municipality", "role", "job_title")) == [
        (gent.pk, "editor", "expert")
    ]
    accepted = OutgoingMail.objects.get(kind="join_accepted")
    assert reverse("account_login") in accepted.body_text


def test_the_mail_leads_on_to_where_the_person_was_going(world: World, gent: Municipality) -> None:
    row = waiting(asking(gent, next_path="/applications/calls/autumn/start/?check=1"))
    accept_join(join_request=row, phoned=False, actor=world.coordinator_vvsg)
    body = OutgoingMail.objects.get(kind="join_accepted").body_text
    assert "?next=%2Fapplications%2Fcalls%2Fautumn%2Fstart%2F%3Fcheck%3D1" in body


def test_only_a_hash_of_the_token_is_kept(gent: Municipality) -> None:
    token = ask(asking(gent))
    assert token not in str(JoinRequest.objects.values().get())
    with connection.cursor() as cursor:
        cursor.execute("select * from people_joinrequestevent")
        assert JoinRequest.objects.get().token_hash not in str(cursor.fetchall())


def test_a_link_works_once_and_not_for_ever(gent: Municipality) -> None:
    token = ask(asking(gent))
    with pytest.raises(JoinLinkUnknown):
        prove_address(token="x" * 43)
    with clock.at(clock.now() + timedelta(days=15)), pytest.raises(JoinLinkExpired):
        prove_address(token=token)
    prove_address(token=token)
    with pytest.raises(JoinLinkUsed):
        prove_address(token=token)
    assert OutgoingMail.objects.filter(kind="join_waiting").count() == 1


def test_asking_again_replaces_the_link(gent: Municipality) -> None:
    first, second = ask(asking(gent)), ask(asking(gent, job_title="director"))
    with pytest.raises(JoinLinkUnknown):
        prove_address(token=first)
    assert prove_address(token=second).job_title == "director"
    assert JoinRequest.objects.count() == 1


def test_who_waits_or_has_the_seat_is_told_by_mail_alone(world: World, gent: Municipality) -> None:
    waiting(asking(gent))
    assert ask(asking(gent)) == ""
    make_editor(gent, email="els@gent.be")
    assert ask(asking(gent, "els@gent.be")) == ""
    subjects = list(
        OutgoingMail.objects.filter(kind="join_address").order_by("pk").values_list("to", flat=True)
    )
    assert subjects == ["an.peeters@gent.be", "an.peeters@gent.be", "els@gent.be"]
    assert JoinRequest.objects.count() == 1


def test_without_a_known_domain_the_association_phones(world: World) -> None:
    row = waiting(asking(world.nikki, "awa@gmail.com", language="fr"))
    assert row.own_domain is False
    assert [mail.recipient for mail in OutgoingMail.objects.filter(kind="join_waiting")] == [
        world.coordinator_ancb
    ]
    with pytest.raises(NotPhoned):
        accept_join(join_request=row, phoned=False, actor=world.coordinator_ancb)
    accept_join(join_request=row, phoned=True, actor=world.coordinator_ancb)
    row.refresh_from_db()
    assert (row.state, row.phoned) == (JoinState.ACCEPTED, True)


def test_a_country_without_coordinators_turns_to_the_lead(world: World) -> None:
    world.coordinator_ancb.association_seats.update(ended_at=clock.now())
    assert coordinators_for(world.nikki) == [world.coordinator_vvsg]


@pytest.mark.parametrize("who", ["coordinator_ralga", "stranger"])
def test_other_associations_neither_see_nor_decide(who: str, world: World) -> None:
    row = waiting(asking(world.nikki, "awa@nikki.example"))
    actor = UserFactory() if who == "stranger" else getattr(world, who)
    assert list(join_requests_visible_to(actor)) == []
    with pytest.raises(OutOfScope):
        accept_join(join_request=row, phoned=True, actor=actor)
    with pytest.raises(OutOfScope):
        refuse_join(join_request=row, reason="No", actor=actor)
    row.refresh_from_db()
    assert row.state == JoinState.WAITING


def test_a_refusal_has_a_reason_and_is_mailed(world: World, gent: Municipality) -> None:
    row = waiting(asking(gent))
    with pytest.raises(Incomplete):
        refuse_join(join_request=row, reason="  ", actor=world.coordinator_vvsg)
    refuse_join(join_request=row, reason="Works elsewhere.", actor=world.coordinator_vvsg)
    assert "Works elsewhere." in OutgoingMail.objects.get(kind="join_refused").body_text
    assert not User.objects.filter(email="an.peeters@gent.be").exists()
    with pytest.raises(MoveNotAllowed):
        accept_join(join_request=row, phoned=True, actor=world.coordinator_vvsg)


def test_a_closed_account_stays_closed(world: World, gent: Municipality) -> None:
    UserFactory(email="an.peeters@gent.be", is_active=False)
    with pytest.raises(AccountClosed):
        accept_join(join_request=waiting(asking(gent)), phoned=False, actor=world.coordinator_vvsg)
    assert Membership.objects.count() == 0


def test_an_account_elsewhere_gets_a_second_seat(world: World, gent: Municipality) -> None:
    known = make_editor(world.leuven, email="an.peeters@gent.be")
    accept_join(join_request=waiting(asking(gent)), phoned=False, actor=world.coordinator_vvsg)
    assert set(known.memberships.values_list("municipality__name", flat=True)) == {"Gent", "Leuven"}
    assert User.objects.filter(email="an.peeters@gent.be").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_once_decide_once() -> None:
    world = build_world()
    row = waiting(asking(world.nikki, "awa@nikki.example"))
    start, outcomes = threading.Barrier(2), []

    def decide(actor: User) -> None:
        try:
            start.wait(timeout=10)
            accept_join(join_request=row, phoned=True, actor=actor)
            outcomes.append("accepted")
        except DomainError as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    people = (world.coordinator_ancb, world.coordinator_vvsg)
    threads = [threading.Thread(target=decide, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["MoveNotAllowed", "accepted"]
    assert Membership.objects.filter(municipality=world.nikki).count() == 1
    assert OutgoingMail.objects.filter(kind="join_accepted").count() == 1


FORM = {
    "municipality": "gent",
    "first_name": "An",
    "last_name": "Peeters",
    "job_title": "expert",
    "email": "an@gent.be",
    "role": "editor",
    "language": "nl",
}


def post(client: Client, **changes: str) -> object:
    return client.post(reverse("people:join"), FORM | changes, follow=True)


def test_the_page_asks_and_answers_the_same_to_everybody(client: Client, gent: Municipality) -> None:
    make_editor(gent, email="els@gent.be")
    pages = [post(client, email=email) for email in ("an@gent.be", "els@gent.be")]
    said = [
        re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page.content.decode()).replace("els@", "an@")  # type: ignore[attr-defined]
        for page in pages
    ]
    assert said[0] == said[1]
    assert "Look in your mailbox" in said[0]
    assert JoinRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "an@gmail.com"}, "This address is not at gent.be, stad.gent"),
        ({"municipality": "Gnet"}, "Do you mean Gent?"),
        ({"municipality": "Atlantis"}, "We do not know “Atlantis”"),
        ({"municipality": ""}, "required"),
        ({"role": "mayor"}, "not one of the available choices"),
        ({"last_name": "wins at http://evil.example"}, "Leave out web and mail addresses"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(
    changes: dict[str, str], words: str, client: Client, gent: Municipality
) -> None:
    answer = client.post(reverse("people:join"), FORM | changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "An" in answer.content.decode()
    assert JoinRequest.objects.count() == 0


def test_a_merged_municipality_names_its_successor(client: Client, world: World, gent: Municipality) -> None:
    Municipality.objects.filter(pk=world.mechelen.pk).update(successor=gent)
    Municipality.objects.filter(pk=gent.pk).update(merged_from="Gent+Oud-Dorp")
    for typed in ("mechelen", "oud dorp"):
        assert (
            "has merged: fill in Gent"
            in client.post(reverse("people:join"), FORM | {"municipality": typed}).content.decode()
        )


def test_one_mailbox_and_one_network_are_not_flooded(client: Client, gent: Municipality) -> None:
    for _time in range(5):
        assert post(client).status_code == 200  # type: ignore[attr-defined]
    assert OutgoingMail.objects.filter(kind="join_address").count() == 3
    answers = [post(client, email=f"an{number}@gent.be").status_code for number in range(60)]  # type: ignore[attr-defined]
    assert (answers[0], answers[-1]) == (200, 429)


def test_opening_the_link_uses_nothing_up(client: Client, gent: Municipality) -> None:
    url = reverse("people:join-confirm", args=[ask(asking(gent))])
    for _time in range(2):
        assert client.get(url).status_code == 200
    assert JoinRequest.objects.get().state == JoinState.ASKED
    assert client.post(url).status_code == 200
    assert client.post(url).status_code == 410
    assert client.get(reverse("people:join-confirm", args=["unknown"])).status_code == 404


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/" + "x" * 300]
)
def test_nobody_is_sent_elsewhere(path: str, client: Client, gent: Municipality) -> None:
    post(client, next=path)
    assert JoinRequest.objects.get().next_path == ""


def test_the_desk_decides(client: Client, world: World) -> None:
    row = waiting(asking(world.nikki, "awa@nikki.example"))
    page, decide = (
        reverse(f"admin:people_joinrequest_{name}", args=[row.pk]) for name in ("change", "decide")
    )
    client.force_login(world.coordinator_ralga)
    assert (client.get(page).status_code, client.post(decide).status_code) == (404, 404)
    client.force_login(make_editor(world.nikki))
    assert client.get(page).status_code in (302, 403)
    client.force_login(in_english(world.coordinator_ancb))
    assert "Let in" in client.get(page).content.decode()
    assert client.post(decide, {"decision": "accept"}).status_code == 422
    assert client.post(decide, {"decision": "refuse"}).status_code == 422
    assert client.post(decide, {"decision": "accept", "phoned": "on"}).status_code == 302
    assert client.post(decide, {"decision": "refuse", "reason": "Late"}).status_code == 422
    row.refresh_from_db()
    assert (row.state, row.decided_by) == (JoinState.ACCEPTED, world.coordinator_ancb)
