"""People on the desk: in scope, through services, without secrets."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.core.errors import DomainError, SamePerson
from sdgpartners.people.enums import AssociationRole, MunicipalRole
from sdgpartners.people.errors import DeputyRefused, OutOfScope
from sdgpartners.people.models import AssociationSeat, Invitation, Membership, User
from sdgpartners.people.offers import MunicipalOffer
from sdgpartners.people.permissions import Perm
from sdgpartners.people.selectors import (
    association_seats_visible_to,
    invitations_visible_to,
    memberships_visible_to,
    people_visible_to,
    steering_seats_visible_to,
)
from sdgpartners.people.services import close_account, invite_person, name_deputy, withdraw_deputy
from sdgpartners.people.standing import read_standing
from tests.factories import UserFactory, make_editor, make_seat, make_steering
from tests.world import World

LISTS = ["user", "membership", "associationseat", "steeringseat", "invitation"]
TODAY = date(2026, 11, 23)


def changelist(name: str) -> str:
    return reverse(f"admin:people_{name}_changelist")


def populate(world: World) -> dict[str, User]:
    """Somebody in every corner, so that each leak shows."""
    people = {
        "gent": make_editor(world.gent),
        "nikki": make_editor(world.nikki),
        "karongi": make_editor(world.karongi),
        "vvsg": make_seat(world.vvsg, "payer"),
        "ancb": make_seat(world.ancb, "payer"),
        "ralga": make_seat(world.ralga, "payer"),
        "steering": make_steering(world.programme),
        "observer": make_steering(world.programme, "observer", world.ancb),
        "nobody": UserFactory(),
    }
    for name in ("gent", "nikki", "karongi"):
        offer = MunicipalOffer(getattr(world, name), MunicipalRole.SIGNATORY)
        invite_person(email=f"{name}@invited.example", language="en", offer=offer, actor=None)
    return people


def test_a_sister_association_sees_its_own_people_only(world: World) -> None:
    people = populate(world)
    me = world.coordinator_ancb
    assert set(people_visible_to(me)) == {me, people["nikki"], people["ancb"], people["observer"]}
    assert set(memberships_visible_to(me).values_list("user", flat=True)) == {people["nikki"].pk}
    assert set(association_seats_visible_to(me).values_list("user", flat=True)) == {people["ancb"].pk, me.pk}
    assert set(steering_seats_visible_to(me).values_list("user", flat=True)) == {people["observer"].pk}
    assert set(invitations_visible_to(me).values_list("email", flat=True)) == {"nikki@invited.example"}


def test_lead_coordinators_and_administrators_see_everybody(world: World) -> None:
    populate(world)
    administrator = UserFactory(is_superuser=True)
    for person in (world.coordinator_vvsg, administrator):
        assert set(people_visible_to(person)) == set(User.objects.all())
        assert invitations_visible_to(person).count() == 3


@pytest.mark.parametrize("who", ["gent", "ancb", "vvsg", "steering", "observer", "nobody"])
def test_others_see_themselves_only(world: World, who: str) -> None:
    people = populate(world)
    person = people[who]
    assert set(people_visible_to(person)) == {person}
    assert not memberships_visible_to(person).exists()
    assert not association_seats_visible_to(person).exists()
    assert not steering_seats_visible_to(person).exists()
    assert not invitations_visible_to(person).exists()
    assert not allowed(person, Perm.VIEW_PEOPLE)
    assert [allowed(person, Perm.VIEW_PERSON, other) for other in (person, world.coordinator_vvsg)] == [
        True,
        False,
    ]


@pytest.mark.parametrize("name", LISTS)
def test_lists_leak_nothing_to_a_sister_association(world: World, client: Client, name: str) -> None:
    people = populate(world)
    client.force_login(world.coordinator_ancb)
    answer = client.get(changelist(name))
    words = answer.content.decode()
    assert answer.status_code == 200
    hidden = [people[key] for key in ("gent", "karongi", "vvsg", "ralga", "steering", "nobody")]
    for person in hidden:
        assert person.email not in words
        assert str(person) not in words
    assert "karongi@invited.example" not in words


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", ["payer", "auditor", "checker"])
def test_lists_are_closed_for_other_desk_roles(world: World, client: Client, name: str, role: str) -> None:
    client.force_login(make_seat(world.vvsg, role))
    assert client.get(changelist(name)).status_code == 403


def test_a_person_outside_the_scope_does_not_exist(world: World, client: Client) -> None:
    people = populate(world)
    client.force_login(world.coordinator_ancb)
    for key, status in (("nikki", 200), ("gent", 302)):
        answer = client.get(reverse("admin:people_user_change", args=[people[key].pk]))
        assert answer.status_code == status


def test_no_password_hash_is_shown_and_coordinators_change_no_account(world: World, client: Client) -> None:
    person = make_editor(world.nikki)
    url = reverse("admin:people_user_change", args=[person.pk])
    for actor in (world.coordinator_vvsg, UserFactory(is_superuser=True)):
        client.force_login(actor)
        words = client.get(url).content.decode()
        assert person.password not in words
        assert "md5$" not in words
    client.force_login(world.coordinator_vvsg)
    assert client.post(url, {"is_superuser": "on"}).status_code == 403
    client.force_login(world.coordinator_vvsg)
    assert not User.objects.get(pk=person.pk).is_superuser


def test_people_are_found_by_address(world: World, client: Client) -> None:
    people = populate(world)
    client.force_login(world.coordinator_vvsg)
    words = client.get(changelist("user"), {"q": people["nikki"].email}).content.decode()
    assert people["nikki"].email in words
    assert people["gent"].email not in words


def test_an_administrator_closes_an_account_but_not_their_own(world: World, client: Client) -> None:
    administrator, person = UserFactory(is_superuser=True), make_editor(world.nikki)
    client.force_login(administrator)
    data = {
        "first_name": "New",
        "last_name": "Name",
        "phone": "",
        "language": "fr",
        "time_zone": "Africa/Kigali",
    }
    assert client.post(reverse("admin:people_user_change", args=[person.pk]), data).status_code == 302
    fresh = User.objects.get(pk=person.pk)
    assert (fresh.is_active, fresh.first_name, fresh.time_zone) == (False, "New", "Africa/Kigali")
    with pytest.raises(DomainError):
        close_account(user=administrator, actor=administrator)
    client.post(reverse("admin:people_user_change", args=[administrator.pk]), data)
    assert User.objects.get(pk=administrator.pk).is_superuser


INVITE = {"email": "new@nikki.example", "language": "fr", "municipal_role": "editor"}


def test_adding_an_invitation_invites(world: World, client: Client) -> None:
    client.force_login(world.coordinator_ancb)
    url = reverse("admin:people_invitation_add")
    assert world.karongi.name not in client.get(url).content.decode()
    answer = client.post(url, {**INVITE, "municipality": world.nikki.pk})
    assert answer.status_code == 302
    made = Invitation.objects.get()
    assert (made.municipality, made.municipal_role, made.invited_by, made.email) == (
        world.nikki,
        "editor",
        world.coordinator_ancb,
        "new@nikki.example",
    )
    assert made.token_hash not in client.get(changelist("invitation")).content.decode()
    change = reverse("admin:people_invitation_change", args=[made.pk])
    assert made.token_hash not in client.get(change).content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {"municipality": "karongi"},
        {"municipality": ""},
        {"municipality": "nikki", "association_role": "payer"},
        {"municipality": "nikki", "association": "ancb"},
        {"municipal_role": "", "association": "vvsg", "association_role": "payer"},
    ],
)
def test_a_wrong_invitation_is_refused(world: World, client: Client, data: dict[str, str]) -> None:
    client.force_login(world.coordinator_ancb)
    for name in ("municipality", "association"):
        if data.get(name):
            data = {**data, name: str(getattr(world, data[name]).pk)}
    client.post(reverse("admin:people_invitation_add"), {**INVITE, **data})
    assert not Invitation.objects.exists()


def test_withdrawing_asks_first_and_wants_a_reason(world: World, client: Client) -> None:
    populate(world)
    client.force_login(world.coordinator_ancb)
    every = [str(pk) for pk in Invitation.objects.values_list("pk", flat=True)]
    data = {"action": "revoke", "_selected_action": every}
    assert client.post(changelist("invitation"), data).status_code == 200
    assert client.post(changelist("invitation"), {**data, "confirmed": "1", "reason": " "}).status_code == 422
    assert not Invitation.objects.filter(revoked_at__isnull=False).exists()
    client.post(changelist("invitation"), {**data, "confirmed": "1", "reason": "wrong address"})
    withdrawn = Invitation.objects.filter(revoked_at__isnull=False).values_list("email", flat=True)
    assert list(withdrawn) == ["nikki@invited.example"]


@pytest.mark.parametrize("state", ["open", "expired", "accepted", "revoked"])
def test_the_list_of_invitations_is_filtered_by_state(world: World, client: Client, state: str) -> None:
    populate(world)
    now = clock.now()
    Invitation.objects.filter(email="nikki@invited.example").update(revoked_at=now)
    Invitation.objects.filter(email="karongi@invited.example").update(expires_at=now - timedelta(days=1))
    expected = {"open": ["gent"], "expired": ["karongi"], "accepted": [], "revoked": ["nikki"]}
    client.force_login(world.coordinator_vvsg)
    words = client.get(changelist("invitation"), {"state": state}).content.decode()
    shown = [name for name in ("gent", "nikki", "karongi") if f"{name}@invited.example" in words]
    assert shown == expected[state]


def test_seats_are_ended_with_a_reason_within_scope(world: World, client: Client) -> None:
    people = populate(world)
    client.force_login(world.coordinator_ancb)
    every = [str(pk) for pk in Membership.objects.values_list("pk", flat=True)]
    data = {"action": "end_seats", "_selected_action": every, "confirmed": "1", "reason": "left"}
    client.post(changelist("membership"), data)
    ended = Membership.objects.filter(ended_at__isnull=False).values_list("user", flat=True)
    assert list(ended) == [people["nikki"].pk]


@pytest.mark.parametrize("name", LISTS)
def test_lists_take_the_same_statements_for_few_and_many_rows(
    world: World, client: Client, name: str
) -> None:
    client.force_login(world.coordinator_vvsg)

    def count() -> int:
        client.get(changelist(name))
        with CaptureQueriesContext(connection) as caught:
            client.get(changelist(name))
        return len(caught)

    def add(index: int) -> None:
        person = make_editor(world.nikki)
        make_seat(world.ancb, "payer", user=person)
        make_steering(world.programme, "observer", world.ancb, user=person)
        offer = MunicipalOffer(world.cove, MunicipalRole.EDITOR)
        actor = world.coordinator_ancb
        invite_person(email=f"{index}@cove.example", language="fr", offer=offer, actor=actor)

    add(0)
    few = count()
    for index in range(1, 30):
        add(index)
    assert count() == few


def test_a_deputy_is_a_colleague_for_some_days(world: World) -> None:
    holder, colleague = make_seat(world.ancb, "approver"), make_seat(world.ancb, "facilitator")
    seat = AssociationSeat.objects.get(user=holder)
    last = TODAY + timedelta(days=7)
    days = {"first_day": TODAY, "last_day": last}
    with pytest.raises(OutOfScope):
        name_deputy(seat=seat, deputy=colleague, actor=world.coordinator_ralga, **days)
    with pytest.raises(SamePerson):
        name_deputy(seat=seat, deputy=holder, actor=holder, **days)
    with pytest.raises(DeputyRefused):
        name_deputy(seat=seat, deputy=make_seat(world.vvsg, "payer"), actor=holder, **days)
    with pytest.raises(DeputyRefused):
        name_deputy(seat=seat, deputy=colleague, actor=holder, first_day=last, last_day=TODAY)
    name_deputy(seat=seat, deputy=colleague, actor=holder, **days)
    with clock.at(clock.now().replace(year=2026, month=11, day=25)):
        assert read_standing(colleague).has_role(AssociationRole.APPROVER)
        withdraw_deputy(seat=seat, actor=world.coordinator_ancb)
        assert not read_standing(colleague).has_role(AssociationRole.APPROVER)


def test_a_deputy_is_named_on_the_desk(world: World, client: Client) -> None:
    holder, colleague = make_seat(world.ancb, "approver"), make_seat(world.ancb, "facilitator")
    stranger = make_seat(world.vvsg, "payer")
    seat = AssociationSeat.objects.get(user=holder)
    url = reverse("admin:people_associationseat_change", args=[seat.pk])
    client.force_login(world.coordinator_ancb)
    days = {"deputy_from": "2026-11-23", "deputy_until": "2026-11-30"}
    for wrong in ({"deputy": stranger.pk, **days}, {"deputy": colleague.pk}):
        client.post(url, wrong)
        seat.refresh_from_db()
        assert seat.deputy is None
    assert client.post(url, {"deputy": colleague.pk, **days}).status_code == 302
    seat.refresh_from_db()
    assert (seat.deputy, seat.deputy_until) == (colleague, date(2026, 11, 30))
    client.force_login(world.coordinator_ralga)
    assert client.post(url, {"deputy": ""}).status_code == 302
    seat.refresh_from_db()
    assert seat.deputy == colleague
