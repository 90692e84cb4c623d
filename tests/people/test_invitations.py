"""Invitations: within scope, once, in time, for one address."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse

from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import drain_outbox
from sdgpartners.people.enums import AssociationRole, InvitationState, MunicipalRole, SteeringKind
from sdgpartners.people.errors import (
    AccountExists,
    InvitationExpired,
    InvitationForAnother,
    InvitationRevoked,
    InvitationUnknown,
    InvitationUsed,
    OutOfScope,
    SeatTaken,
)
from sdgpartners.people.forms import NewPersonForm
from sdgpartners.people.models import AssociationSeat, Invitation, Membership, SteeringSeat, User
from sdgpartners.people.offers import AssociationOffer, MunicipalOffer, Offer, SteeringOffer
from sdgpartners.people.services import (
    NewPerson,
    accept_invitation,
    end_membership,
    invite_person,
    revoke_invitation,
)
from sdgpartners.people.signals import invitation_created
from sdgpartners.people.standing import standing_of
from tests.factories import UserFactory, make_editor, make_seat
from tests.world import World, build_world

ADA = NewPerson(
    first_name="Ada",
    last_name="Mensah",
    language="fr",
    time_zone="Africa/Porto-Novo",
    password="long enough 1",
)


def invite(offer: Offer, actor: User | None, email: str = "ada@nikki.example") -> tuple[Invitation, str]:
    """Invite, and catch the token that only the signal carries."""
    tokens: list[str] = []

    def note(*, token: str, **_: object) -> None:
        tokens.append(token)

    invitation_created.connect(note)
    try:
        invitation = invite_person(email=email, language="fr", offer=offer, actor=actor)
    finally:
        invitation_created.disconnect(note)
    return invitation, tokens[0]


def at_nikki(world: World) -> MunicipalOffer:
    return MunicipalOffer(world.nikki, MunicipalRole.EDITOR)


def test_an_invitation_makes_a_person_with_a_seat_and_a_verified_address(world: World) -> None:
    invitation, token = invite(at_nikki(world), world.coordinator_ancb, "  Ada@Nikki.example ")
    ada = accept_invitation(token=token, person=ADA)
    assert (ada.email, ada.language, ada.time_zone) == ("ada@nikki.example", "fr", "Africa/Porto-Novo")
    assert ada.check_password("long enough 1")
    assert list(EmailAddress.objects.filter(user=ada).values_list("email", "verified", "primary")) == [
        ("ada@nikki.example", True, True)
    ]
    assert list(ada.memberships.values_list("municipality__name", "role")) == [("Nikki", "editor")]
    invitation.refresh_from_db()
    assert (invitation.state, invitation.accepted_by) == (InvitationState.ACCEPTED, ada)


def test_only_a_hash_of_the_token_is_kept(world: World) -> None:
    invitation, token = invite(at_nikki(world), world.coordinator_ancb)
    assert len(token) >= 43
    assert token not in str(Invitation.objects.filter(pk=invitation.pk).values().get())
    with connection.cursor() as cursor:
        cursor.execute("select * from people_invitationevent")
        assert invitation.token_hash not in str(cursor.fetchall())


def test_the_rules_of_the_programme_say_how_long_it_is_valid(world: World) -> None:
    world.programme.rules.update(invitation_days=5)
    invitation, _token = invite(at_nikki(world), world.coordinator_ancb)
    assert abs(invitation.expires_at - invitation.created_at - timedelta(days=5)) < timedelta(seconds=5)


def test_the_mail_is_in_the_invited_language_and_its_text_is_wiped_once_sent(
    world: World, mailoutbox: list[object]
) -> None:
    _invitation, token = invite(at_nikki(world), world.coordinator_ancb)
    mail = OutgoingMail.objects.get(kind="invitation")
    assert (mail.to, mail.language, mail.recipient) == ("ada@nikki.example", "fr", None)
    link = f"http://testserver{reverse('people:invitation-accept', args=[token])}"
    assert mail.body_text.count(link) == 1
    assert "Nikki" in mail.subject
    drain_outbox()
    mail.refresh_from_db()
    assert (mail.state, mail.body_text, mail.body_html) == ("sent", "", "")
    assert len(mailoutbox) == 1


def test_it_works_once(world: World) -> None:
    _invitation, token = invite(at_nikki(world), world.coordinator_ancb)
    ada = accept_invitation(token=token, person=ADA)
    with pytest.raises(InvitationUsed):
        accept_invitation(token=token, user=ada)
    assert Membership.objects.count() == 1


def test_an_unknown_token_opens_nothing(world: World) -> None:
    invitation, _token = invite(at_nikki(world), world.coordinator_ancb)
    for guess in ("", "x" * 43, invitation.token_hash):
        with pytest.raises(InvitationUnknown):
            accept_invitation(token=guess, person=ADA)


def test_it_expires(world: World) -> None:
    invitation, token = invite(at_nikki(world), world.coordinator_ancb)
    with clock.at(invitation.expires_at), pytest.raises(InvitationExpired):
        accept_invitation(token=token, person=ADA)
    with clock.at(invitation.expires_at - timedelta(seconds=1)):
        assert accept_invitation(token=token, person=ADA).email == "ada@nikki.example"


def test_a_withdrawn_one_is_refused_and_a_used_one_cannot_be_withdrawn(world: World) -> None:
    first, token = invite(at_nikki(world), world.coordinator_ancb)
    revoke_invitation(invitation=first, actor=world.coordinator_ancb, reason="wrong address")
    with pytest.raises(InvitationRevoked):
        accept_invitation(token=token, person=ADA)
    second, token = invite(at_nikki(world), world.coordinator_ancb)
    accept_invitation(token=token, person=ADA)
    with pytest.raises(InvitationUsed):
        revoke_invitation(invitation=second, actor=world.coordinator_ancb)


def test_inviting_again_withdraws_the_earlier_one(world: World) -> None:
    first, token = invite(at_nikki(world), world.coordinator_ancb)
    invite(MunicipalOffer(world.nikki, MunicipalRole.SIGNATORY), world.coordinator_ancb)
    _second, _token = invite(at_nikki(world), world.coordinator_vvsg)
    with pytest.raises(InvitationRevoked):
        accept_invitation(token=token, person=ADA)
    assert Invitation.objects.filter(revoked_at=None).count() == 2
    first.refresh_from_db()
    assert first.state == InvitationState.REVOKED


def test_a_signed_in_person_gets_the_seat_on_the_same_account(world: World) -> None:
    person = make_editor(world.nikki, email="ada@nikki.example")
    assert standing_of(person).municipality_ids == {world.nikki.pk}
    _invitation, token = invite(MunicipalOffer(world.cove, MunicipalRole.SIGNATORY), world.coordinator_ancb)
    with pytest.raises(AccountExists):
        accept_invitation(token=token, person=ADA)
    accept_invitation(token=token, user=person)
    assert standing_of(person).municipality_ids == {world.nikki.pk, world.cove.pk}
    assert User.objects.filter(email="ada@nikki.example").count() == 1


def test_another_address_cannot_use_it(world: World) -> None:
    stranger = UserFactory(email="someone@else.example")
    invitation, token = invite(at_nikki(world), world.coordinator_ancb)
    with pytest.raises(InvitationForAnother) as refusal:
        accept_invitation(token=token, user=stranger)
    assert "ada@nikki.example" in str(refusal.value)
    assert standing_of(stranger).municipality_ids == frozenset()
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.OPEN


def test_who_holds_the_seat_is_not_invited_again(world: World) -> None:
    make_editor(world.nikki, email="ada@nikki.example")
    with pytest.raises(SeatTaken):
        invite(at_nikki(world), world.coordinator_ancb, "ADA@nikki.example")


def test_seats_of_associations_and_steering_group_are_given(world: World) -> None:
    _i, token = invite(AssociationOffer(world.ancb, AssociationRole.PAYER), world.coordinator_ancb)
    ada = accept_invitation(token=token, person=ADA)
    observer = SteeringOffer(world.programme, SteeringKind.OBSERVER, world.ancb)
    _i, token = invite(observer, world.coordinator_vvsg)
    accept_invitation(token=token, user=ada)
    assert list(AssociationSeat.objects.filter(user=ada).values_list("association__code", "role")) == [
        ("ancb", "payer")
    ]
    assert list(SteeringSeat.objects.filter(user=ada).values_list("kind", "association__code")) == [
        ("observer", "ancb")
    ]
    _i, token = invite(at_nikki(world), None)
    assert accept_invitation(token=token, user=ada) == ada


Build = Callable[[World], Offer]
OFFERS: dict[str, Build] = {
    "gent": lambda w: MunicipalOffer(w.gent, MunicipalRole.EDITOR),
    "nikki": lambda w: MunicipalOffer(w.nikki, MunicipalRole.SIGNATORY),
    "karongi": lambda w: MunicipalOffer(w.karongi, MunicipalRole.EDITOR),
    "vvsg": lambda w: AssociationOffer(w.vvsg, AssociationRole.REVIEWER),
    "ancb": lambda w: AssociationOffer(w.ancb, AssociationRole.COORDINATOR),
    "ralga": lambda w: AssociationOffer(w.ralga, AssociationRole.CHECKER),
    "steering": lambda w: SteeringOffer(w.programme, SteeringKind.POLITICIAN),
}
SCOPES = {
    "coordinator_vvsg": {"gent", "nikki", "karongi", "vvsg", "ancb", "ralga", "steering"},
    "coordinator_ancb": {"nikki", "ancb"},
    "coordinator_ralga": {"karongi", "ralga"},
}


@pytest.mark.parametrize("name", OFFERS)
@pytest.mark.parametrize("coordinator", SCOPES)
def test_coordinators_invite_within_their_scope_only(world: World, coordinator: str, name: str) -> None:
    actor, offer = getattr(world, coordinator), OFFERS[name](world)
    if name in SCOPES[coordinator]:
        assert invite(offer, actor)[0].invited_by == actor
    else:
        with pytest.raises(OutOfScope):
            invite(offer, actor)
        assert not Invitation.objects.exists()
        assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("role", [role for role in AssociationRole if role != AssociationRole.COORDINATOR])
def test_other_roles_invite_nobody(world: World, role: AssociationRole) -> None:
    person = make_seat(world.vvsg, role)
    for build in OFFERS.values():
        with pytest.raises(OutOfScope):
            invite(build(world), person)


def test_municipal_staff_and_former_coordinators_invite_nobody(world: World) -> None:
    former = make_seat(world.vvsg)
    AssociationSeat.objects.filter(user=former).update(ended_at=clock.now())
    for person in (make_editor(world.nikki), former):
        with pytest.raises(OutOfScope):
            invite(at_nikki(world), person)


def test_a_membership_is_ended_within_scope_once_with_a_reason(world: World) -> None:
    editor = make_editor(world.nikki)
    membership = editor.memberships.get()
    with pytest.raises(OutOfScope):
        end_membership(membership=membership, actor=world.coordinator_ralga, reason="not mine")
    end_membership(membership=membership, actor=world.coordinator_ancb, reason="left the commune")
    with pytest.raises(DomainError):
        end_membership(membership=membership, actor=world.coordinator_ancb, reason="again")
    assert standing_of(User.objects.get(pk=editor.pk)).municipality_ids == frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.metadata->>'reason', c.metadata->>'user' from people_membershipevent e "
            "join pghistory_context c on c.id = e.pgh_context_id where e.ended_at is not null"
        )
        assert cursor.fetchall() == [("left the commune", str(world.coordinator_ancb.pk))]


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_at_once_one_wins() -> None:
    world = build_world()
    _invitation, token = invite(at_nikki(world), world.coordinator_ancb)
    start, outcomes = threading.Barrier(2), []

    def use() -> None:
        start.wait()
        try:
            accept_invitation(token=token, person=ADA)
            outcomes.append("in")
        except InvitationUsed:
            outcomes.append("used")
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "used"]
    assert Membership.objects.count() == 1


FORM = {
    "first_name": "Ada",
    "last_name": "Mensah",
    "language": "nl",
    "time_zone": "Africa/Porto-Novo",
    "password": "long enough 1",
}


def test_the_page_says_who_invites_for_what_and_signs_the_new_person_in(world: World, client: Client) -> None:
    _invitation, token = invite(at_nikki(world), world.coordinator_ancb)
    url = reverse("people:invitation-accept", args=[token])
    page = client.get(url)
    assert (page.status_code, page["Cache-Control"].count("no-store")) == (200, 1)
    words = page.content.decode()
    for expected in ("Nikki", str(world.coordinator_ancb), "ada@nikki.example"):
        assert expected in words
    assert not User.objects.filter(email="ada@nikki.example").exists()
    answer = client.post(url, FORM)
    assert (answer.status_code, answer["Location"]) == (302, reverse("portal:start"))
    user = User.objects.get(email="ada@nikki.example")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.cookies["django_language"].value == "nl"
    assert client.get(url).status_code == 410


def test_the_page_keeps_what_was_typed_and_refuses_a_weak_password(world: World, client: Client) -> None:
    _invitation, token = invite(at_nikki(world), world.coordinator_ancb)
    answer = client.post(
        reverse("people:invitation-accept", args=[token]), {**FORM, "last_name": "", "password": "mensah"}
    )
    words = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Ada"' in words
    assert re.findall(r'href="#(id_\w+)"', words) == ["id_last_name", "id_password"]
    assert "mensah" not in words
    assert not User.objects.filter(email="ada@nikki.example").exists()


def test_the_page_asks_an_existing_account_to_sign_in_and_comes_back(world: World, client: Client) -> None:
    person = UserFactory(email="ada@nikki.example")
    _invitation, token = invite(at_nikki(world), world.coordinator_ancb)
    url = reverse("people:invitation-accept", args=[token])
    assert f"{reverse('account_login')}?next={url.replace('/', '%2F')}" in client.get(url).content.decode()
    assert client.post(url, FORM).status_code == 200
    client.force_login(person)
    assert client.get(url).status_code == 200
    assert Membership.objects.count() == 0
    assert client.post(url)["Location"] == reverse("portal:start")
    assert list(person.memberships.values_list("municipality__name", flat=True)) == ["Nikki"]


def test_the_page_refuses_another_account_and_unknown_addresses(world: World, client: Client) -> None:
    _invitation, token = invite(at_nikki(world), world.coordinator_ancb)
    client.force_login(UserFactory())
    url = reverse("people:invitation-accept", args=[token])
    assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)
    assert Membership.objects.count() == 0
    assert client.get(reverse("people:invitation-accept", args=["nothing"])).status_code == 404


def test_somebody_who_comes_in_chooses_among_the_zones_of_the_programme(world: World) -> None:
    zones = [zone for zone, _name in NewPersonForm(email="new@example.org")["time_zone"].field.choices]
    assert sorted(zones) == ["Africa/Kigali", "Africa/Porto-Novo", "Europe/Brussels"]
