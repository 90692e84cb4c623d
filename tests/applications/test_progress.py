"""The funnel of a call, who stands still, inviting and reminding."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.enums import ApplicationStatus, Section
from applications.models import Application, Call, CallInvitation
from applications.selectors.progress import (
    Stage,
    Step,
    countries_of,
    followed,
    funnel_of,
    sections_asked,
)
from applications.selectors.stuck import stuck_rows
from applications.services.eligibility import decide_eligibility
from applications.services.inviting import invite_to_call
from applications.services.nudging import nudge_applications
from applications.services.submission import ask_sign_off, withdraw_application
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.programme.enums import SouthernEntry
from sdgpartners.programme.models import Municipality
from tests.applications.factories import (
    fill,
    good_values,
    make_call,
    open_call,
    rank,
    save,
    start,
    submitted,
)
from tests.applications.test_desk import desk
from tests.factories import (
    AssociationFactory,
    MunicipalityFactory,
    in_english,
    make_editor,
    make_seat,
    make_signatory,
)
from tests.world import World


def page_of(call: Call, **query: Any) -> str:
    url = reverse("admin:applications_call_progress", args=[call.pk])
    return url + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def named(client: Client, call: Call, **query: Any) -> list[str]:
    """The municipalities of the list, in its order."""
    return [line.municipality.name for line in client.get(page_of(call, **query)).context["lines"]]


def figures(user: User, call: Call) -> dict[str, list[int]]:
    rows = followed(user, call, sections_asked(call))
    funnel = funnel_of(rows, countries_of(user, call))
    return {row.country.code: [row.counts[step] for step in Step] for row in funnel}


@pytest.fixture
def road(world: World) -> Call:
    """Gent has submitted, Leuven waits for its signature, Mechelen has started, a fourth was invited; Nikki
    started."""
    call = open_call(world)
    place = MunicipalityFactory(country=world.be, code="73006", name="Bilzen-Hoeselt")
    invite_to_call(call=call, municipalities=[world.gent, world.leuven, place], actor=world.coordinator_vvsg)
    submitted(call, world.gent, "BJ")
    waiting = start(call, world.leuven)
    fill(waiting)
    rank(waiting, "RW")
    ask_sign_off(application=waiting.application, actor=waiting.editor)
    start(call, world.mechelen)
    start(call, world.nikki)
    OutgoingMail.objects.all().delete()
    return call


def test_the_funnel_counts_each_step_per_country(world: World, road: Call) -> None:
    # On a list, invited, started, complete, signature asked for, submitted, eligible.
    assert figures(world.coordinator_vvsg, road) == {
        "BE": [0, 3, 3, 2, 2, 1, 0], "BJ": [0, 0, 1, 0, 0, 0, 0], "RW": [0, 0, 0, 0, 0, 0, 0],
    }  # fmt: skip
    gent = Application.objects.get(municipality=world.gent)
    decide_eligibility(application=gent, eligible=True, note="", actor=world.coordinator_vvsg)
    assert figures(world.coordinator_vvsg, road)["BE"] == [0, 3, 3, 2, 2, 1, 1]


def test_a_figure_leads_to_as_many_rows(world: World, road: Call) -> None:
    client = desk(in_english(world.coordinator_vvsg))
    for country, counts in figures(world.coordinator_vvsg, road).items():
        for step, count in zip(Step, counts, strict=True):
            assert len(named(client, road, country=country, reached=step.value)) == count


def test_who_stands_on_a_list_counts_as_invited_once_there_was_a_mail(world: World) -> None:
    call = make_call(world)
    track = call.tracks.get(partner_country=world.benin)
    track.entry = SouthernEntry.DESIGNATED
    track.save()
    track.eligible.set([world.nikki, world.cove])
    assert figures(world.coordinator_vvsg, call)["BJ"] == [2, 0, 0, 0, 0, 0, 0]
    client = desk(in_english(world.coordinator_vvsg))
    page = client.get(page_of(call))
    assert "2 municipalities are on the list and have not been invited" in page.content.decode()
    assert {line.stage for line in page.context["lines"]} == {Stage.LISTED}
    track.entry = SouthernEntry.PROFILE
    track.save()
    assert figures(world.coordinator_vvsg, call)["BJ"] == [0, 0, 0, 0, 0, 0, 0]


def test_tests_and_withdrawn_ones_are_left_out(world: World) -> None:
    call = open_call(world)
    team = start(call, world.gent)
    withdraw_application(application=team.application, reason="", actor=team.editor)
    assert figures(world.coordinator_vvsg, call)["BE"] == [0, 0, 0, 0, 0, 0, 0]
    start(call, world.gent)
    assert figures(world.coordinator_vvsg, call)["BE"][2] == 1
    Municipality.objects.filter(pk=world.gent.pk).update(is_test=True)
    assert figures(world.coordinator_vvsg, call)["BE"][2] == 0


def test_who_stands_where(world: World, road: Call) -> None:
    client = desk(in_english(world.coordinator_vvsg))
    lines = {line.municipality.name: line for line in client.get(page_of(road)).context["lines"]}
    assert set(lines) == {"Leuven", "Mechelen", "Bilzen-Hoeselt", "Nikki"}
    leuven, mechelen = lines["Leuven"], lines["Mechelen"]
    assert (leuven.stage.value, leuven.section) == ("waiting", None)
    assert leuven.asked.asked_by == leuven.last_by
    assert (mechelen.stage.value, mechelen.section) == ("started", Section.MUNICIPALITY)
    assert mechelen.people == {"all": 2, "contributor": 0, "editor": 1, "signatory": 1}
    assert (lines["Bilzen-Hoeselt"].stage.value, lines["Bilzen-Hoeselt"].people) == ("invited", {})
    assert {line.days_left for line in lines.values()} == {6}


def test_the_longest_silence_comes_first_and_can_be_asked_for(world: World, road: Call) -> None:
    client = desk(in_english(world.coordinator_vvsg))
    with clock.at(clock.now() + timedelta(days=3)):
        team = Application.objects.get(municipality=world.mechelen)
        save_as(team, Section.MUNICIPALITY)
        assert named(client, road)[-1] == "Mechelen"
        assert "Mechelen" not in named(client, road, idle=2)
        assert set(named(client, road, idle=2)) == {"Leuven", "Bilzen-Hoeselt", "Nikki"}


def save_as(application: Application, section: Section) -> None:
    from applications.services.forms import save_section

    actor = application.started_by
    assert actor is not None
    save_section(application=application, section=section, version=0, data={"contact_name": "X"}, actor=actor)


def test_filters_stand_in_the_address(world: World, road: Call) -> None:
    client = desk(in_english(world.coordinator_vvsg))
    assert named(client, road, country="BJ") == ["Nikki"]
    assert named(client, road, association="ANCB") == ["Nikki"]
    assert named(client, road, stage="waiting") == ["Leuven"]
    assert set(named(client, road, stage="started")) == {"Mechelen", "Nikki"}
    assert named(
        client, road, country="XX", idle="x", stage="y"
    )  # nonsense filters nothing away, and breaks nothing


def test_a_sister_association_sees_its_own_country_and_those_who_rank_it(world: World, road: Call) -> None:
    # Gent ranks Benin and has submitted; Leuven ranks Rwanda.
    assert figures(world.coordinator_ancb, road) == {"BE": [0, 1, 1, 1, 1, 1, 0], "BJ": [0, 0, 1, 0, 0, 0, 0]}
    assert named(desk(in_english(world.coordinator_ancb)), road) == ["Nikki"]
    assert desk(make_editor(world.gent)).get(page_of(road)).status_code == 302
    outside = make_seat(AssociationFactory(code="outside", country=world.rw), AssociationRole.COORDINATOR)
    assert desk(outside).get(page_of(road)).status_code == 404


def test_the_finding_is_the_title_and_the_figures_come_as_csv(world: World, road: Call) -> None:
    client = desk(in_english(world.coordinator_vvsg))
    page = client.get(page_of(road)).content.decode()
    assert "2 municipalities have started and still have parts to fill in" in page
    assert page.count("<svg") >= 1
    csv = client.get(reverse("admin:applications_call_progress_csv", args=[road.pk])).content.decode()
    assert csv.splitlines()[1].startswith("On the list of its association,0,0,0,0")
    assert csv.splitlines()[2].startswith("Invited,3,0,0,3")


def test_statements_are_the_same_with_thirty_rows_more(world: World, road: Call) -> None:
    client = desk(in_english(world.coordinator_vvsg))

    def count() -> int:
        client.get(page_of(road))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(road)).status_code == 200
        return len(queries)

    few = count()
    for number in range(30):
        place = MunicipalityFactory(country=world.be, code=f"9{number:04d}", name=f"Place {number}")
        start(road, place)
    assert count() == few <= 15


# Inviting


def test_people_are_mailed_and_bodies_without_people_get_it_at_their_address(world: World) -> None:
    call = open_call(world)
    editor = make_editor(world.gent, language="fr")
    make_signatory(world.gent, user=editor)
    Municipality.objects.filter(pk=world.leuven.pk).update(email="info@leuven.example.org")
    world.leuven.refresh_from_db()
    chosen = [world.gent, world.leuven, world.mechelen]
    reach = invite_to_call(call=call, municipalities=chosen, actor=world.coordinator_vvsg)
    assert (reach.mails, reach.nobody) == (2, (world.mechelen,))
    mails = {mail.to: mail for mail in OutgoingMail.objects.filter(target=call.code)}
    assert set(mails) == {editor.email, "info@leuven.example.org"}
    assert (mails[editor.email].language, mails[editor.email].kind) == ("fr", "call_invitation")
    assert mails["info@leuven.example.org"].language == world.be.default_language
    assert f"/calls/{call.code}/" in mails["info@leuven.example.org"].body_text
    assert CallInvitation.objects.filter(invited_by=world.coordinator_vvsg).count() == 3
    again = invite_to_call(call=call, municipalities=chosen, actor=world.coordinator_vvsg)
    assert again.mails == 0
    assert OutgoingMail.objects.filter(target=call.code).count() == 2


def test_nobody_is_invited_to_a_draft_or_a_closed_call(world: World) -> None:
    draft, open_one = make_call(world), open_call(world, "other")
    with pytest.raises(DomainError):
        invite_to_call(call=draft, municipalities=[world.gent], actor=world.coordinator_vvsg)
    with clock.at(open_one.closes_at + timedelta(seconds=1)), pytest.raises(DomainError):
        invite_to_call(call=open_one, municipalities=[world.gent], actor=world.coordinator_vvsg)
    assert not CallInvitation.objects.exists()


def test_the_page_shows_the_mails_before_they_go(world: World) -> None:
    call, client = open_call(world), desk(in_english(world.coordinator_vvsg))
    make_editor(world.gent, language="nl")
    url = reverse("admin:applications_call_invite", args=[call.pk])
    assert "6 municipalities can still be invited" not in client.get(url).content.decode()
    assert "7 municipalities can still be invited" in client.get(url).content.decode()
    assert [row.name for row in client.get(url + "?people=yes").context["page"]] == ["Gent"]
    assert client.get(url + "?region=Borgou&people=no&twinning=no").context["page"].paginator.count == 1
    preview = client.post(url, {"municipality": [world.gent.pk, world.leuven.pk]})
    told = preview.content.decode()
    assert [mail.count for mail in preview.context["previews"][0][1]] == [1, 0, 0]
    assert 'lang="nl"' in told
    assert 'lang="fr"' in told
    assert "Leuven" in told
    assert not CallInvitation.objects.exists()
    client.post(url, {"municipality": [world.gent.pk, world.leuven.pk], "confirmed": "1"})
    assert CallInvitation.objects.count() == 2
    assert client.post(url).status_code == 200


def test_a_sister_association_invites_its_own_country_alone(world: World) -> None:
    call, client = open_call(world), desk(in_english(world.coordinator_ancb))
    url = reverse("admin:applications_call_invite", args=[call.pk])
    assert {row.country_id for row in client.get(url).context["page"]} == {"BJ"}
    client.post(url, {"municipality": [world.nikki.pk, world.gent.pk, world.karongi.pk], "confirmed": "1"})
    assert [row.municipality for row in CallInvitation.objects.all()] == [world.nikki]


def test_an_auditor_reads_and_invites_nobody(world: World) -> None:
    call = open_call(world)
    auditor = make_seat(world.vvsg, AssociationRole.AUDITOR)
    client = desk(auditor)
    assert client.get(page_of(call)).status_code == 200
    url = reverse("admin:applications_call_invite", args=[call.pk])
    assert client.get(url).status_code == 403
    assert client.post(url, {"municipality": [world.gent.pk], "confirmed": "1"}).status_code == 403
    assert not CallInvitation.objects.exists()


# Reminding


def test_editors_are_reminded_of_drafts_and_signatories_of_what_waits(world: World, road: Call) -> None:
    draft = Application.objects.get(municipality=world.mechelen)
    waiting = Application.objects.get(municipality=world.leuven)
    nudge_applications(applications=[draft, waiting], actor=world.coordinator_vvsg)
    mails = {mail.target: mail for mail in OutgoingMail.objects.all()}
    editor = draft.municipality.memberships.get(role="editor").user
    signatory = waiting.municipality.memberships.get(role="signatory").user
    assert (mails[draft.reference].recipient, mails[draft.reference].kind) == (editor, "application_nudge")
    assert (mails[waiting.reference].recipient, mails[waiting.reference].kind) == (
        signatory,
        "sign_off_nudge",
    )


def test_once_in_three_days_with_who_did_it_in_the_history(world: World, road: Call) -> None:
    draft = Application.objects.get(municipality=world.mechelen)
    for _again in range(2):
        nudges = nudge_applications(applications=[draft], actor=world.coordinator_vvsg)
    assert nudges[0].refusal
    assert OutgoingMail.objects.count() == 1
    event = draft.events.order_by("-pgh_id").select_related("pgh_context").first()  # type: ignore[attr-defined]
    assert event.nudged_at is not None
    assert event.pgh_context.metadata["user"] == world.coordinator_vvsg.pk
    with clock.at(clock.now() + timedelta(days=3)):
        nudge_applications(applications=[draft], actor=world.coordinator_vvsg)
    assert OutgoingMail.objects.filter(target=draft.reference).exclude(state="superseded").count() == 1
    assert OutgoingMail.objects.count() == 2


def test_nothing_goes_out_about_what_is_submitted_or_closed(world: World, road: Call) -> None:
    gent = Application.objects.get(municipality=world.gent)
    assert nudge_applications(applications=[gent], actor=world.coordinator_vvsg)[0].refusal
    draft = Application.objects.get(municipality=world.mechelen)
    with clock.at(road.closes_at + timedelta(seconds=1)):
        assert nudge_applications(applications=[draft], actor=world.coordinator_vvsg)[0].refusal
    assert not OutgoingMail.objects.exists()


def test_the_text_and_the_number_are_seen_first(world: World, road: Call) -> None:
    client = desk(in_english(world.coordinator_vvsg))
    url = reverse("admin:applications_call_nudge", args=[road.pk])
    keys = [
        str(row.pk)
        for row in Application.objects.filter(municipality__in=[world.mechelen, world.leuven, world.gent])
    ]
    preview = client.post(url, {"application": [*keys, "x", "9" * 30]})
    assert preview.context["count"] == 2
    assert [len(mails) for _kind, mails in preview.context["previews"]] == [3, 3]
    assert not OutgoingMail.objects.exists()
    assert client.post(url, {"application": keys, "confirmed": "1"}).status_code == 302
    assert OutgoingMail.objects.count() == 2
    assert client.get(url).status_code == 302
    assert client.post(url).status_code == 302


def test_a_sister_association_reminds_its_own_alone(world: World, road: Call) -> None:
    keys = [str(key) for key in Application.objects.values_list("pk", flat=True)]
    url = reverse("admin:applications_call_nudge", args=[road.pk])
    desk(in_english(world.coordinator_ancb)).post(url, {"application": keys, "confirmed": "1"})
    assert set(OutgoingMail.objects.values_list("target", flat=True)) == {
        Application.objects.get(municipality=world.nikki).reference
    }
    auditor = make_seat(world.vvsg, AssociationRole.AUDITOR)
    OutgoingMail.objects.all().delete()
    desk(auditor).post(url, {"application": keys, "confirmed": "1"})
    assert not OutgoingMail.objects.exists()


def test_a_complete_draft_nobody_was_asked_to_sign(world: World) -> None:
    call = open_call(world)
    team = start(call, world.gent)
    fill(team)
    rank(team, "BJ")
    assert named(desk(in_english(world.coordinator_vvsg)), call, stage="complete") == ["Gent"]
    assert team.application.status == ApplicationStatus.DRAFT


def test_the_section_is_the_first_that_is_not_complete(world: World) -> None:
    from applications.selectors.sections import read_section

    call = open_call(world)
    team = start(call, world.gent)
    save(team, Section.MUNICIPALITY, **good_values(read_section(team.application, Section.MUNICIPALITY)))
    asked = sections_asked(call)
    rows = list(followed(world.coordinator_vvsg, call, asked))
    assert stuck_rows(rows, call, asked)[0].section == Section.INTERESTS
