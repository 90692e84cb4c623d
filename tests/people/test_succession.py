"""Mergers and elections: the successor body and the new sponsor take over, recorded; nothing is lost."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sdgpartners.core import clock
from sdgpartners.people.enums import JoinState, MunicipalRole, SuccessionKind
from sdgpartners.people.errors import MergedOtherwise, OutOfScope, SponsorRefused, SuccessorRefused
from sdgpartners.people.models import Invitation, JoinRequest, Membership, Succession
from sdgpartners.people.offers import MunicipalOffer
from sdgpartners.people.selectors import successions_visible_to
from sdgpartners.people.services import accept_join, invite_person, record_elections, record_merger
from sdgpartners.people.signals import municipality_succeeded
from sdgpartners.people.standing import read_standing
from sdgpartners.programme.models import Municipality
from tests.factories import MunicipalityFactory, in_english, make_editor, make_signatory
from tests.people.test_joining import asking, waiting
from tests.world import World

DAY = date(2026, 1, 1)


def merge(world: World, **changes: object) -> Succession:
    given = {
        "municipality": world.mechelen,
        "successor": world.leuven,
        "happened_on": DAY,
        "note": "Decree of 2025",
        "actor": world.coordinator_vvsg,
    } | changes
    return record_merger(**given)  # type: ignore[arg-type]


def test_the_people_of_a_merged_municipality_work_for_its_successor(world: World) -> None:
    editor, signatory = make_editor(world.mechelen), make_signatory(world.mechelen)
    Membership.objects.create(user=editor, municipality=world.leuven, role=MunicipalRole.EDITOR)
    succession = merge(world)
    world.mechelen.refresh_from_db()
    assert (world.mechelen.successor, succession.kind) == (world.leuven, SuccessionKind.MERGER)
    held = Membership.objects.filter(ended_at=None).values_list("user", "municipality__name", "role")
    assert set(held) == {(editor.pk, "Leuven", "editor"), (signatory.pk, "Leuven", "signatory")}
    assert Membership.objects.filter(municipality=world.mechelen, ended_at__isnull=False).count() == 2
    assert succession.recorded_by == world.coordinator_vvsg


def test_what_stands_under_the_old_name_stays_within_reach(world: World) -> None:
    editor = make_editor(world.mechelen)
    merge(world)
    standing = read_standing(editor)
    assert standing.is_editor(world.leuven.pk)
    assert standing.is_editor(world.mechelen.pk)
    assert not standing.works_for(world.gent.pk)


def test_a_chain_of_mergers_points_at_the_last(world: World) -> None:
    merge(world)
    merge(world, municipality=world.leuven, successor=world.gent)
    world.mechelen.refresh_from_db()
    assert world.mechelen.successor == world.gent


def test_open_invitations_and_requests_go_along(world: World) -> None:
    invite_person(
        email="new@mechelen.example",
        language="nl",
        offer=MunicipalOffer(world.mechelen, MunicipalRole.EDITOR),
        actor=world.coordinator_vvsg,
    )
    row = waiting(asking(world.mechelen, "an@mechelen.example"))
    merge(world)
    assert Invitation.objects.get().municipality == world.leuven
    row.refresh_from_db()
    assert (row.municipality, row.state) == (world.leuven, JoinState.WAITING)
    assert JoinRequest.objects.count() == 1


def test_a_request_that_could_not_go_along_leads_to_the_successor(world: World) -> None:
    left = waiting(asking(world.mechelen, "an@mechelen.example"))
    waiting(asking(world.leuven, "an@mechelen.example"))
    merge(world)
    left.refresh_from_db()
    assert left.municipality == world.mechelen
    accept_join(join_request=left, phoned=True, actor=world.coordinator_vvsg)
    assert list(Membership.objects.values_list("municipality__name", flat=True)) == ["Leuven"]


def test_the_rooms_above_hear_of_it_inside_the_transaction(world: World) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("a receiver failed")

    municipality_succeeded.connect(fail)
    try:
        with pytest.raises(RuntimeError, match="a receiver failed"):
            merge(world)
    finally:
        municipality_succeeded.disconnect(fail)
    world.mechelen.refresh_from_db()
    assert (world.mechelen.successor, Succession.objects.count()) == (None, 0)


def test_what_cannot_be_a_merger(world: World) -> None:
    Municipality.objects.filter(pk=world.gent.pk).update(successor=world.leuven)
    with pytest.raises(SuccessorRefused):
        merge(world, successor=world.nikki)
    with pytest.raises(SuccessorRefused):
        merge(world, successor=world.gent)
    with pytest.raises(SuccessorRefused):
        merge(world, successor=world.mechelen)
    with pytest.raises(MergedOtherwise):
        merge(world, municipality=world.gent, successor=world.mechelen)
    with pytest.raises(OutOfScope):
        merge(world, actor=world.coordinator_ancb)


def elect(world: World, **changes: object) -> Succession:
    given = {
        "municipality": world.nikki,
        "former": None,
        "new_email": "maire@nikki.example",
        "happened_on": DAY,
        "note": "",
        "actor": world.coordinator_ancb,
    } | changes
    return record_elections(**given)  # type: ignore[arg-type]


def test_after_elections_the_former_sponsor_signs_no_longer_and_the_new_one_is_invited(world: World) -> None:
    former = make_signatory(world.nikki)
    succession = elect(world, former=former)
    assert not read_standing(former).is_signatory(world.nikki.pk)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.municipal_role, invitation.language) == (
        "maire@nikki.example", "signatory", "fr",
    )  # fmt: skip
    assert (succession.new_signatory, succession.former_signatory) == (None, former)


def test_a_colleague_gets_the_seat_at_once(world: World) -> None:
    former, colleague = make_signatory(world.nikki), make_editor(world.nikki)
    succession = elect(world, former=former, new_email=colleague.email.upper())
    assert succession.new_signatory == colleague
    assert read_standing(colleague).is_signatory(world.nikki.pk)
    assert Invitation.objects.count() == 0


def test_who_cannot_be_a_sponsor(world: World) -> None:
    former, editor = make_signatory(world.nikki), make_editor(world.nikki)
    with pytest.raises(SponsorRefused, match="same person"):
        elect(world, former=former, new_email=former.email)
    with pytest.raises(SponsorRefused, match="does not sign"):
        elect(world, former=editor)
    with pytest.raises(OutOfScope):
        elect(world, former=former, actor=world.coordinator_ralga)
    assert read_standing(former).is_signatory(world.nikki.pk)


FORM = {
    "kind": "merger",
    "former_signatory": "",
    "new_email": "",
    "happened_on": "2026-01-01",
    "note": "Decree",
}


def test_the_desk_records_it(client: Client, world: World) -> None:
    add = reverse("admin:people_succession_add")
    places = {"municipality": str(world.mechelen.pk), "successor": str(world.leuven.pk)}
    client.force_login(make_editor(world.mechelen))
    assert client.get(add).status_code in (302, 403)
    client.force_login(world.coordinator_ralga)
    assert client.post(add, FORM | places).status_code == 200  # not among the choices
    client.force_login(in_english(world.coordinator_vvsg))
    assert client.get(add).status_code == 200
    late = (clock.today() + timedelta(days=1)).isoformat()
    assert "still to come" in client.post(add, FORM | places | {"happened_on": late}).content.decode()
    assert "Choose the municipality" in client.post(add, FORM | places | {"successor": ""}).content.decode()
    # With other things wrong as well nobody reads the name of a constraint, and each error stands at its field.
    bare = client.post(add, FORM | places | {"successor": "", "happened_on": ""})
    assert "onstraint" not in bare.content.decode()
    assert set(bare.context["adminform"].form.errors) == {"successor", "happened_on"}
    both = client.post(add, FORM | places | {"kind": "elections", "happened_on": "", "new_email": ""})
    assert set(both.context["adminform"].form.errors) == {"successor", "happened_on", "new_email"}
    offered = client.get(add).context["adminform"].form.fields["municipality"].queryset
    MunicipalityFactory(country=world.be, code="99999", is_test=True)
    assert not offered.filter(is_test=True).exists()
    assert Succession.objects.count() == 0
    assert client.post(add, FORM | places).status_code == 302
    assert Succession.objects.get().recorded_by == world.coordinator_vvsg
    again = client.post(add, FORM | places | {"successor": str(world.gent.pk)})
    assert "has merged into Leuven already" in again.content.decode()
    row = Succession.objects.get()
    assert client.get(reverse("admin:people_succession_change", args=[row.pk])).status_code == 200
    assert list(successions_visible_to(world.coordinator_ancb)) == []
    client.force_login(world.coordinator_ancb)
    assert client.get(reverse("admin:people_succession_change", args=[row.pk])).status_code in (302, 403, 404)
