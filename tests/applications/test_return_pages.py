"""The pages of a return for changes: of the municipality and at the desk."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.enums import ApplicationStatus, Section
from applications.models import Amendment
from applications.services.returns import cancel_change_request, request_changes
from applications.services.submission import ask_sign_off, sign_and_submit
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import Membership
from tests.applications.factories import Team, fill, open_call, save, start, submitted
from tests.factories import UserFactory, make_seat
from tests.world import World


@pytest.fixture(autouse=True)
def _english_coordinator(world: World) -> None:
    world.coordinator_vvsg.language = "en"
    world.coordinator_vvsg.save()


@pytest.fixture
def team(world: World) -> Team:
    return in_english(submitted(open_call(world), world.gent))


def in_english(team: Team) -> Team:
    """The people of the team read English, so that the words are those of the source."""
    for person in (team.editor, team.signatory):
        person.language = "en"
        person.save()
    return team


def url(name: str, team: Team, *more: object) -> str:
    return reverse(f"applications:{name}", args=[team.reference, *more])


def desk(name: str, team: Team) -> str:
    return reverse(f"admin:applications_application_{name}", args=[team.application.pk])


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def ask(team: Team, world: World, *sections: Section, days: int = 20) -> None:
    request_changes(
        application=team.application,
        sections=sections or (Section.MOTIVATION,),
        note="Name the colleagues",
        due_at=clock.now() + timedelta(days=days),
        actor=world.coordinator_vvsg,
    )
    team.application.refresh_from_db()


def test_the_task_list_says_what_to_change_and_until_when(team: Team, world: World, client: Client) -> None:
    ask(team, world)
    client.force_login(team.editor)
    page = text(client, url("application-detail", team))
    assert "Name the colleagues" in page
    assert "The changes have to be signed by" in page
    assert page.count("Changes requested") >= 2


def test_old_answers_stand_beside_the_form_of_a_named_section_alone(
    team: Team, world: World, client: Client
) -> None:
    ask(team, world)
    client.force_login(team.editor)
    save(team, Section.MOTIVATION, **{"q-learning": "Newer words"})
    named = text(client, url("application-section", team, "motivation"))
    assert "What you submitted before" in named
    assert "About q-learning" in named
    assert "Newer words" in named
    other = text(client, url("application-section", team, "municipality"))
    assert "No change was asked for in this part" in other
    assert "<textarea" not in other


def test_both_texts_stand_side_by_side_before_signing(team: Team, world: World, client: Client) -> None:
    ask(team, world)
    save(team, Section.MOTIVATION, **{"q-learning": "Newer words"})
    client.force_login(team.editor)
    check = text(client, url("application-check", team))
    assert "What changed since version 1" in check
    assert "About q-learning" in check
    assert "Newer words" in check
    assert client.post(url("sign-off-ask", team), {"amendment": "0"}).status_code == 302
    client.force_login(team.signatory)
    page = text(client, url("sign-off-answer", team))
    assert page.index("What changed since version 1") < page.index("Your signature")


def test_a_late_save_tells_the_time_and_keeps_what_was_typed(
    team: Team, world: World, client: Client
) -> None:
    ask(team, world, days=1)
    with clock.at(clock.now() + timedelta(days=2)):
        client.force_login(team.editor)
        answer = client.post(
            url("application-section", team, "motivation"), {"q-learning": "Too late", "version": "1"}
        )
        page = answer.content.decode()
        detail = text(client, url("application-detail", team))
    assert answer.status_code == 422
    assert "The changes had to be signed by" in page
    assert "(Brussels)" in page
    assert "Too late" in page
    assert "Ask the association for more time" in detail


def test_after_taking_back_the_page_says_which_version_counts(
    team: Team, world: World, client: Client
) -> None:
    ask(team, world)
    cancel_change_request(application=team.application, reason="Solved", actor=world.coordinator_vvsg)
    client.force_login(team.editor)
    page = text(client, url("application-detail", team))
    assert "Version 1 counts" in page


def test_an_amended_call_is_read_again_before_asking_and_signing(world: World, client: Client) -> None:
    team = in_english(start(open_call(world), world.gent))
    fill(team)
    Amendment.objects.create(
        call=team.application.call,
        number=1,
        reason_en="A date was wrong",
        reason_fr="Une date",
        reason_nl="Een datum",
        changes=[
            {
                "path": "closes_at",
                "kind": "date",
                "label": {"en": "Closing", "fr": "Clôture", "nl": "Sluiting"},
                "before": "2027-05-01",
                "after": "2027-05-02",
            }
        ],
        made_at=clock.now(),
    )
    client.force_login(team.editor)
    old = client.post(url("sign-off-ask", team), {"amendment": "0"})
    page = old.content.decode()
    assert old.status_code == 422
    assert "A date was wrong" in page
    assert "Closing" in page
    assert "2 May" in page
    assert 'name="amendment" value="1"' in page
    assert client.post(url("sign-off-ask", team), {"amendment": "1"}).status_code == 302
    client.force_login(team.signatory)
    signed = client.post(url("sign-off-answer", team), {"answer": "sign", "amendment": "0"})
    assert signed.status_code == 422
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.AWAITING_SIGN_OFF
    client.post(url("sign-off-answer", team), {"answer": "sign", "amendment": "1"})
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.SUBMITTED


def test_a_contributor_reads_why_they_do_not_ask(world: World, client: Client) -> None:
    team = in_english(start(open_call(world), world.gent))
    fill(team)
    contributor = UserFactory()
    Membership.objects.create(user=contributor, municipality=world.gent, role="contributor")
    client.force_login(contributor)
    page = text(client, url("application-check", team))
    assert "You write along as a contributor" in page
    assert "sign-off/ask" not in page
    assert client.post(url("sign-off-ask", team)).status_code == 403


def test_the_submitted_page_shows_time_dates_copy_and_what_can_be_done(
    team: Team, world: World, client: Client
) -> None:
    call = team.application.call
    call.decisions_planned_on = clock.today() + timedelta(days=90)
    call.save()
    client.force_login(team.editor)
    page = text(client, url("application-detail", team))
    assert team.reference in page
    assert "(Brussels)" in page
    assert "Decisions" in page
    assert url("application-copy", team) in page
    assert "What you can still do" in page


def test_the_desk_sends_back_prolongs_compares_and_takes_back(
    team: Team, world: World, client: Client
) -> None:
    client.force_login(world.coordinator_vvsg)
    due = (clock.now() + timedelta(days=10)).strftime("%Y-%m-%dT%H:%M")
    empty = client.post(desk("changes", team), {"note": "", "due_at": due})
    assert empty.status_code == 422
    posted = {"sections": ["motivation"], "note": "Say more", "due_at": due}
    assert client.post(desk("changes", team), posted).status_code == 302
    request = team.application.change_requests.get()
    assert (request.sections, request.due_at.second) == (["motivation"], 59)
    assert "Say more" in text(client, desk("changes", team))
    later = (clock.now() + timedelta(days=12)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(desk("changes_prolong", team), {"due_at": due}).status_code == 302
    assert client.post(desk("changes_prolong", team), {"due_at": later}).status_code == 302
    with clock.at(clock.now() + timedelta(days=13)):
        client.force_login(world.coordinator_vvsg)
        assert "is not there" in text(client, desk("changes", team))
    client.force_login(world.coordinator_vvsg)
    save(team, Section.MOTIVATION, **{"q-learning": "Newer words"})
    ask_sign_off(application=team.application, actor=team.editor)
    sign_and_submit(application=team.application, actor=team.signatory)
    compared = text(client, desk("compare", team))
    assert "About q-learning" in compared
    assert "Newer words" in compared
    assert client.post(desk("changes", team), posted | {"note": "More"}).status_code == 302
    assert client.post(desk("changes_cancel", team), {"reason": ""}).status_code == 422
    assert client.post(desk("changes_cancel", team), {"reason": "Solved"}).status_code == 302
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.SUBMITTED


@pytest.mark.parametrize("name", ["changes", "changes_prolong", "changes_cancel"])
def test_other_associations_and_auditors_do_not_send_back(
    name: str, team: Team, world: World, client: Client
) -> None:
    client.force_login(world.coordinator_ralga)
    ranked = {track.partner_country_id for track in team.application.call.tracks.all()}
    assert world.rwanda.pk in ranked
    assert client.get(desk(name, team)).status_code in (403, 404)
    client.force_login(make_seat(world.vvsg, AssociationRole.AUDITOR))
    assert client.get(desk(name, team)).status_code == 403
    client.force_login(team.editor)
    assert client.get(desk(name, team), follow=True).status_code == 403


def test_an_auditor_compares_without_contact_data(team: Team, world: World, client: Client) -> None:
    ask(team, world, Section.MUNICIPALITY)
    save(team, Section.MUNICIPALITY, contact_name="Nele Newname")
    ask_sign_off(application=team.application, actor=team.editor)
    sign_and_submit(application=team.application, actor=team.signatory)
    client.force_login(world.coordinator_vvsg)
    assert "Nele Newname" in text(client, desk("compare", team))
    client.force_login(make_seat(world.vvsg, AssociationRole.AUDITOR))
    assert "Nele Newname" not in text(client, desk("compare", team))


@pytest.mark.parametrize("name", ["application-detail", "application-section"])
def test_pages_of_a_return_stay_within_their_statements(
    name: str, team: Team, world: World, client: Client
) -> None:
    ask(team, world)
    client.force_login(team.editor)
    page = url(name, team, *(["motivation"] if name == "application-section" else []))
    client.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    assert len(queries) <= 8
