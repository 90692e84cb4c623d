"""Calls and applications at the coordinators' desk."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.enums import ApplicationStatus, CallStatus, Section
from applications.models import Call, Question
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.applications.factories import add_grid, make_call, open_call, save, start, submitted
from tests.factories import MunicipalityFactory, UserFactory, in_english, make_editor, make_seat
from tests.world import World

FORM = {
    "code": "globe-2027",
    "opens_at": "2099-01-10T09:00",
    "closes_at": "2099-03-01T23:59",
    "decisions_planned_on": "",
    "start_planned_on": "",
    **{f"{name}_{code}": f"{name} {code}" for name in ("title", "summary") for code in ("nl", "fr", "en")},
}


# Statements of the menu beside every stock page of the desk; they are not the list's.
MENU = 4


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_call_is_made_from_the_programme_and_published(world: World) -> None:
    add_grid(world)
    client = desk(world.coordinator_vvsg)
    listing = reverse("admin:applications_call_changelist")
    assert reverse("admin:applications_call_new") in client.get(listing).content.decode()
    made = client.post(reverse("admin:applications_call_new"), FORM | {"programme": world.programme.pk})
    call = Call.objects.get()
    change = reverse("admin:applications_call_change", args=[call.pk])
    assert made.headers["Location"] == change
    assert call.closes_at.isoformat() == "2099-03-01T22:59:59+00:00"
    assert client.get(change).status_code == 200
    client.post(reverse("admin:applications_call_publish", args=[call.pk]))
    call.refresh_from_db()
    assert call.status == CallStatus.PUBLISHED


def test_a_refused_form_keeps_what_was_typed(world: World) -> None:
    client = desk(world.coordinator_vvsg)
    wrong = FORM | {"programme": world.programme.pk, "closes_at": "2099-01-09T09:00"}
    refused = client.post(reverse("admin:applications_call_new"), wrong)
    assert refused.status_code == 422
    assert 'href="#id_closes_at"' in refused.content.decode()
    assert "title nl" in refused.content.decode()


def test_sister_associations_read_calls_but_do_not_make_them(world: World) -> None:
    call = open_call(world)
    client = desk(world.coordinator_ancb)
    assert client.get(reverse("admin:applications_call_change", args=[call.pk])).status_code == 200
    assert client.get(reverse("admin:applications_call_new")).status_code == 403
    for name in ("publish", "cancel"):
        answer = client.post(reverse(f"admin:applications_call_{name}", args=[call.pk]), {"reason": "x"})
        assert answer.status_code == 403
    call.refresh_from_db()
    assert call.status == CallStatus.PUBLISHED


def test_an_open_call_is_read_only_and_a_draft_is_not(world: World) -> None:
    client = desk(world.coordinator_vvsg)
    call = make_call(world)
    change = reverse("admin:applications_call_change", args=[call.pk])
    assert 'name="title_nl"' in client.get(change).content.decode()
    question = call.questions.get(code="learning")
    own_page = reverse("admin:applications_question_change", args=[question.pk])
    assert 'name="label_nl"' in client.get(own_page).content.decode()
    client.post(reverse("admin:applications_call_publish", args=[call.pk]))
    assert 'name="title_nl"' not in client.get(change).content.decode()
    assert 'name="label_nl"' not in client.get(own_page).content.decode()
    assert client.post(own_page, {"label_nl": "Iets anders?"}).status_code == 403
    assert Question.objects.get(pk=question.pk).label_nl == question.label_nl


def test_cancelling_asks_for_a_reason_and_says_how_many(world: World) -> None:
    call = open_call(world)
    start(call, world.gent)
    client, url = desk(world.coordinator_vvsg), reverse("admin:applications_call_cancel", args=[call.pk])
    assert client.get(url).context["count"] == 1
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Geen geld"}).status_code == 302
    call.refresh_from_db()
    assert call.status == CallStatus.CANCELLED


def test_the_list_of_applications_follows_the_seat_and_the_filters(world: World) -> None:
    call = open_call(world)
    both, rwanda = submitted(call, world.gent, "BJ", "RW"), submitted(call, world.leuven, "RW")
    nikki = submitted(call, world.nikki)
    listing = reverse("admin:applications_application_changelist")

    def seen(user: User, query: str = "") -> set[str]:
        rows = desk(user).get(f"{listing}{query}").context["cl"].result_list
        return {row.reference for row in rows}

    assert seen(world.coordinator_ancb) == {both.reference, nikki.reference}
    assert seen(world.coordinator_vvsg, "?country=RW") == {both.reference, rwanda.reference}
    assert seen(world.coordinator_vvsg, "?side=south") == {nikki.reference}
    assert seen(world.coordinator_vvsg, "?status__exact=draft") == set()
    hidden = reverse("admin:applications_application_change", args=[rwanda.application.pk])
    assert desk(world.coordinator_ancb).get(hidden).status_code == 404
    for outsider in (make_editor(world.gent), UserFactory(is_superuser=True)):
        answer = desk(outsider).get(listing)
        assert both.reference not in answer.content.decode()


def test_eligibility_is_decided_on_the_page_with_a_reason(world: World) -> None:
    application = submitted(open_call(world), world.gent).application
    client = desk(world.coordinator_vvsg)
    page = reverse("admin:applications_application_change", args=[application.pk])
    decide = reverse("admin:applications_application_eligibility", args=[application.pk])
    assert client.get(page).status_code == 200
    assert client.post(decide, {"decision": "ineligible", "note": ""}).status_code == 422
    assert client.post(decide, {"decision": "ineligible", "note": "Gefuseerd"}).status_code == 302
    application.refresh_from_db()
    assert application.status == ApplicationStatus.INELIGIBLE
    assert "Gefuseerd" in client.get(page).content.decode()


def test_flemish_applications_are_decided_by_the_association_that_runs_the_programme(world: World) -> None:
    application = submitted(open_call(world), world.gent, "BJ").application
    decide = reverse("admin:applications_application_eligibility", args=[application.pk])
    assert desk(world.coordinator_ancb).post(decide, {"decision": "eligible"}).status_code == 403
    application.refresh_from_db()
    assert application.status == ApplicationStatus.SUBMITTED


def test_profiles_are_found_eligible_and_admitted_from_the_list(world: World) -> None:
    call = open_call(world)
    pks = [submitted(call, each).application.pk for each in (world.nikki, world.cove)]
    client, listing = desk(world.coordinator_ancb), reverse("admin:applications_application_changelist")
    together = {"action": "decide_together", "_selected_action": pks}
    assert client.post(listing, together).status_code == 200
    client.post(listing, together | {"confirmed": "1", "decision": "eligible", "note": ""})
    client.post(listing, {"action": "admit", "_selected_action": pks})
    states = set(call.applications.values_list("status", flat=True))
    assert states == {ApplicationStatus.CONFIRMED}


@pytest.mark.parametrize("name", ["application", "call"])
def test_statements_on_the_lists_of_the_desk(world: World, name: str) -> None:
    call = open_call(world)
    submitted(call, world.gent, "BJ", "RW")
    client, url = desk(world.coordinator_vvsg), reverse(f"admin:applications_{name}_changelist")

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    count()
    one = count()
    for number in range(29):
        start(call, MunicipalityFactory(country=world.be, name=f"Place {number}"))
    for number in range(4):
        make_call(world, code=f"call-{number}")
    assert count() == one
    assert one - MENU <= 8


def test_statements_on_the_page_of_an_application(world: World) -> None:
    application = submitted(open_call(world), world.gent, "BJ", "RW").application
    client = desk(world.coordinator_vvsg)
    url = reverse("admin:applications_application_change", args=[application.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        client.get(url)
    assert len(caught) <= 9


def test_the_answers_of_a_draft_and_of_a_version_are_one_click_away(world: World) -> None:
    call = open_call(world)
    team, other = start(call, world.gent), submitted(call, world.leuven, "BJ", "RW")
    save(team, Section.MUNICIPALITY, contact_name="Ann of Gent")
    auditor = desk(make_seat(world.vvsg, AssociationRole.AUDITOR, language="en"))
    client = desk(in_english(world.coordinator_vvsg))
    url = reverse("admin:applications_application_change", args=[team.application.pk])
    page = client.get(url).content.decode()
    assert "Read the answers of the draft" in page
    assert "Ann of Gent" in page
    assert "Ann of Gent" not in auditor.get(url).content.decode()
    with CaptureQueriesContext(connection) as caught:
        client.get(url)
    assert len(caught) <= 9
    page = client.get(
        reverse("admin:applications_application_change", args=[other.application.pk])
    ).content.decode()
    assert "Read the answers of version 1" in page
    assert "Read the answers of the draft" not in page
