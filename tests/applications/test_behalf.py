"""An association fills in for a municipality, which confirms it."""

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus, Section
from applications.models import Application
from applications.permissions import Perm
from applications.services.behalf import HasOwnApplication, start_on_behalf
from applications.services.submission import ask_sign_off, sign_and_submit
from sdgpartners.core.access import allowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.standing import forget_standing
from tests.applications.factories import Team, fill, open_call, save, start
from tests.factories import make_editor, make_seat, make_signatory
from tests.world import World


def begun(world: World) -> Application:
    """Nikki's application, begun by ANCB."""
    world.coordinator_ancb.language = "en"
    world.coordinator_ancb.save()
    return start_on_behalf(
        call=open_call(world),
        municipality=world.nikki,
        association=world.ancb,
        actor=world.coordinator_ancb,
    )


def url(name: str, application: Application, *more: str) -> str:
    return reverse(f"applications:{name}", args=[application.reference, *more])


def test_the_coordinator_writes_and_each_save_is_theirs(world: World, client: Client) -> None:
    application = begun(world)
    assert application.filled_by == world.ancb
    assert (application.contact_name, application.contact_email) == ("", "")
    client.force_login(world.coordinator_ancb)
    page = client.get(url("application-section", application, "municipality"))
    assert page.status_code == 200
    client.post(
        url("application-section", application, "municipality"), {"contact_name": "Awa", "version": "0"}
    )
    application.refresh_from_db()
    assert application.contact_name == "Awa"
    state = application.section_states.get(section=Section.MUNICIPALITY)
    assert state.saved_by == world.coordinator_ancb


@pytest.mark.parametrize("name", ["application-detail", "application-check", "application-history"])
def test_every_page_says_who_fills_it_in(name: str, world: World, client: Client) -> None:
    application = begun(world)
    client.force_login(world.coordinator_ancb)
    page = client.get(url(name, application)).content.decode()
    assert f"Filled in by <strong>{world.ancb.acronym}</strong> on behalf of" in page


def test_the_section_page_says_so_too(world: World, client: Client) -> None:
    application = begun(world)
    client.force_login(world.coordinator_ancb)
    page = client.get(url("application-section", application, "interests")).content.decode()
    assert "on behalf of" in page


def test_without_a_signatory_the_page_offers_the_invitation(world: World, client: Client) -> None:
    application = begun(world)
    client.force_login(world.coordinator_ancb)
    invite = reverse("admin:people_invitation_add")
    page = client.get(url("application-detail", application)).content.decode()
    assert "Nobody can sign" in page
    assert invite in page
    make_signatory(world.nikki)
    assert "Nobody can sign" not in client.get(url("application-detail", application)).content.decode()


def test_the_municipality_confirms_by_its_signature(world: World, client: Client) -> None:
    application = begun(world)
    signatory = make_signatory(world.nikki)
    team = Team(application, world.coordinator_ancb, signatory)
    fill(team)
    client.force_login(world.coordinator_ancb)
    assert client.post(url("sign-off-ask", application), {"amendment": "0"}).status_code == 302
    assert client.get(url("sign-off-answer", application)).status_code == 403
    sign_and_submit(application=application, actor=signatory)
    application.refresh_from_db()
    assert application.status == ApplicationStatus.SUBMITTED
    assert application.revisions.get().content["filled_by"] == world.ancb.acronym
    assert client.get(url("application-section", application, "interests")).status_code == 403


def test_the_municipality_hears_of_it_and_both_may_write(world: World) -> None:
    editor = make_editor(world.nikki)
    application = begun(world)
    assert list(OutgoingMail.objects.filter(kind="filled_on_behalf").values_list("to", flat=True)) == [
        editor.email
    ]
    team = Team(application, editor, editor)
    save(team, Section.MUNICIPALITY, contact_name="Own words")
    save(team, Section.MUNICIPALITY, actor=world.coordinator_ancb, contact_function="Adviser")
    application.refresh_from_db()
    assert (application.contact_name, application.contact_function) == ("Own words", "Adviser")
    for person in (editor, world.coordinator_ancb):
        forget_standing(person)
        assert allowed(person, Perm.EDIT_APPLICATION, application)


def test_who_does_not_write_on_behalf(world: World) -> None:
    application = begun(world)
    auditor = make_seat(world.ancb, "auditor")
    others = {
        "ralga": world.coordinator_ralga,
        "vvsg": world.coordinator_vvsg,
        "auditor": auditor,
        "other municipality": make_editor(world.cove),
    }
    for name, person in others.items():
        assert (name, allowed(person, Perm.EDIT_APPLICATION, application)) == (name, False)
    own = start(open_call(world, "second"), world.cove).application
    assert not allowed(world.coordinator_ancb, Perm.EDIT_APPLICATION, own)


def test_starting_twice_gives_one_and_never_takes_an_own_application(world: World) -> None:
    first = begun(world)
    again = start_on_behalf(
        call=first.call, municipality=world.nikki, association=world.ancb, actor=world.coordinator_ancb
    )
    assert again == first
    start(first.call, world.cove)
    with pytest.raises(HasOwnApplication, match="Cov"):
        start_on_behalf(
            call=first.call, municipality=world.cove, association=world.ancb, actor=world.coordinator_ancb
        )


def test_the_page_offers_only_municipalities_in_scope(world: World, client: Client) -> None:
    call = open_call(world)
    page = reverse("applications:application-behalf", args=[call.code])
    client.force_login(world.coordinator_ancb)
    offered = client.get(page).content.decode()
    assert "Nikki" in offered
    assert "Karongi" not in offered
    assert "Leuven" not in offered
    refused = client.post(page, {"municipality": f"RW-{world.karongi.code}"})
    assert refused.status_code == 422
    done = client.post(page, {"municipality": f"BJ-{world.nikki.code}"})
    application = Application.objects.get()
    assert (done["Location"], application.filled_by) == (
        url("application-detail", application),
        world.ancb,
    )
    assert client.post(page, {"municipality": f"BJ-{world.nikki.code}"}).status_code == 302
    assert Application.objects.count() == 1
    client.force_login(world.coordinator_vvsg)
    assert "Leuven" in client.get(page).content.decode()
    assert client.post(page, {"municipality": f"BE-{world.leuven.code}"}).status_code == 302
    assert Application.objects.get(municipality=world.leuven).filled_by == world.vvsg
    client.force_login(make_editor(world.gent))
    assert client.get(page).status_code == 403


def test_a_signatory_alone_can_confirm_because_the_association_asks(world: World) -> None:
    application = begun(world)
    signatory = make_signatory(world.nikki)
    fill(Team(application, world.coordinator_ancb, signatory))
    sign_off = ask_sign_off(application=application, actor=world.coordinator_ancb)
    assert sign_off.asked_by == world.coordinator_ancb
    assert allowed(signatory, Perm.SIGN_APPLICATION, application)
