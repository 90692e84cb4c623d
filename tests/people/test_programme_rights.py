"""The numbers of the concept note are data that a coordinator of the lead can change, and nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.programme.models import Association
from tests.factories import make_editor, make_seat
from tests.world import World

pytestmark = pytest.mark.django_db


def rules_page(world: World) -> str:
    return reverse("admin:programme_programmerules_change", args=(world.rules.pk,))


def saves(client: Client, user: User, world: World) -> int:
    """The status of a POST that changes nothing but the number of sessions."""
    client.force_login(user)
    page = client.get(rules_page(world))
    if page.status_code != 200 or "adminform" not in (page.context or {}):
        return page.status_code
    form = page.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items()}
    data |= {"sessions_per_year_min": 4, "reason": "Agreed with the steering group"}
    return client.post(rules_page(world), data).status_code


def test_a_coordinator_of_the_lead_changes_the_rules(client: Client, world: World) -> None:
    assert saves(client, world.coordinator_vvsg, world) == 302
    world.rules.refresh_from_db()
    assert world.rules.sessions_per_year_min == 4


def test_nobody_else_changes_them(client: Client, world: World) -> None:
    people = {
        "coordinator of a sister association": world.coordinator_ancb,
        "auditor of the lead": make_seat(world.vvsg, AssociationRole.AUDITOR),
        "checker of the lead": make_seat(world.vvsg, AssociationRole.CHECKER),
        "editor": make_editor(world.gent),
    }
    found = {}
    for name, user in people.items():
        client.force_login(user)
        found[name] = client.post(rules_page(world), {"sessions_per_year_min": 9}).status_code
    world.rules.refresh_from_db()
    assert found == {
        "coordinator of a sister association": 403,
        "auditor of the lead": 403,
        "checker of the lead": 403,
        "editor": 302,  # to the desk's door, which stays closed
    }
    assert world.rules.sessions_per_year_min != 9


def contact_page(association: Association) -> str:
    return reverse("admin:programme_association_change", args=(association.pk,))


def test_a_coordinator_keeps_the_contact_details_of_the_own_association_alone(
    client: Client, world: World
) -> None:
    client.force_login(world.coordinator_ancb)
    page = client.get(contact_page(world.ancb))
    assert set(page.context["adminform"].form.fields) == {"email", "website"}
    given = {
        "email": "appel@ancb.example",
        "website": "https://ancb.example",
        "name_en": "Ours",
        "acronym": "X",
    }
    assert client.post(contact_page(world.ancb), given).status_code == 302
    assert client.post(contact_page(world.vvsg), given).status_code == 403
    found = Association.objects.order_by("code").values_list("code", "email", "acronym")
    assert list(found) == [
        ("ancb", "appel@ancb.example", "ANCB"),
        ("ralga", "questions@ralga.example", "RALGA"),
        ("vvsg", "questions@vvsg.example", "VVSG"),
    ]
    assert (
        contact_page(world.ancb)
        in client.get(reverse("admin:programme_association_changelist")).content.decode()
    )


@pytest.mark.parametrize("role", sorted(set(AssociationRole) - {AssociationRole.COORDINATOR}))
def test_other_seats_of_an_association_do_not(role: AssociationRole, client: Client, world: World) -> None:
    client.force_login(make_seat(world.ancb, role))
    client.post(contact_page(world.ancb), {"email": "mine@ancb.example"})
    world.ancb.refresh_from_db()
    assert world.ancb.email == "questions@ancb.example"


def test_an_auditor_of_the_lead_reads_them(client: Client, world: World) -> None:
    client.force_login(make_seat(world.vvsg, AssociationRole.AUDITOR))
    assert client.get(rules_page(world)).status_code == 200


def test_the_administrator_changes_them_too(client: Client, world: World) -> None:
    admin = User.objects.create_superuser("root@example.org", "a long password")
    assert saves(client, admin, world) == 302
