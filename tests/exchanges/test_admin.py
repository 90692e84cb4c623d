"""The desk: lists in scope, and steps that go through the services."""

from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse

from exchanges.enums import ContactKind, DelegateRole, MeetingStatus, WindowStatus
from exchanges.models import Contact, Session, VisitWindow
from exchanges.services.contacts import log_contact
from exchanges.services.visits import add_delegate
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.programme.enums import Side
from tests.exchanges.asking import as_user, planned_visit, session_url, visit_url
from tests.exchanges.factories import Pairs, make_session, make_window
from tests.factories import make_seat

MODELS = ("session", "visitwindow", "visit", "contact")


def _list(model: str) -> str:
    return reverse(f"admin:exchanges_{model}_changelist")


def _act(client: Client, model: str, action: str, row: Any, **data: Any) -> Any:
    return client.post(_list(model), {"action": action, "_selected_action": [row.pk], **data}, follow=True)


def test_lists_hold_the_rows_of_the_own_country(pairs: Pairs) -> None:
    world = pairs.world
    session = make_session(world.rwanda)
    visit = planned_visit(pairs)
    contact = log_contact(
        partnership=pairs.gent_karongi,
        side=Side.NORTH,
        kind=ContactKind.CALL,
        held_on=date(2026, 11, 1),
        note="Over jongeren",
        actor=pairs.gent,
    )
    words = dict(
        zip(MODELS, (session.reference, visit.window.reference, visit.reference, contact.note), strict=True)
    )
    for model, word in words.items():
        seen = {
            user.email: word in as_user(user).get(_list(model)).content.decode()
            for user in (world.coordinator_vvsg, world.coordinator_ralga, world.coordinator_ancb)
        }
        assert list(seen.values()) == [True, True, False], model


def test_municipalities_facilitators_and_reviewers_have_no_desk_here(pairs: Pairs) -> None:
    world = pairs.world
    outside = [
        pairs.gent,
        make_seat(world.ralga, AssociationRole.REVIEWER),
        make_seat(world.ralga, AssociationRole.CHECKER),
    ]
    codes = {as_user(user).get(_list(model)).status_code for user in outside for model in MODELS}
    assert codes <= {302, 403}


def test_an_auditor_reads_and_takes_no_step(pairs: Pairs) -> None:
    session = make_session(pairs.world.rwanda)
    client = as_user(make_seat(pairs.world.ralga, AssociationRole.AUDITOR))
    assert client.get(_list("session")).status_code == 200
    _act(client, "session", "confirm", session)
    session.refresh_from_db()
    assert session.status == MeetingStatus.PLANNED
    assert client.post(reverse("admin:exchanges_session_series"), {}).status_code in (403, 422)
    assert Session.objects.count() == 1


def test_confirming_from_the_list_invites_and_says_why_not(pairs: Pairs) -> None:
    session = make_session(pairs.world.rwanda)
    client = as_user(pairs.world.coordinator_ralga)
    assert "Sessions confirmed: 1." in _act(client, "session", "confirm", session).content.decode()
    assert OutgoingMail.objects.filter(kind="session_invitation").count() == 4
    again = _act(client, "session", "confirm", session).content.decode()
    assert f"{session.reference}: This step is no longer possible" in again


def test_another_countrys_session_cannot_be_confirmed(pairs: Pairs) -> None:
    session = make_session(pairs.world.rwanda)
    _act(as_user(pairs.world.coordinator_ancb), "session", "confirm", session)
    session.refresh_from_db()
    assert session.status == MeetingStatus.PLANNED


def test_rows_lead_to_their_own_pages(pairs: Pairs) -> None:
    session, visit = make_session(pairs.world.rwanda), planned_visit(pairs)
    client = as_user(pairs.world.coordinator_ralga)
    for model, row, url in (("session", session, session_url(session)), ("visit", visit, visit_url(visit))):
        answer = client.get(reverse(f"admin:exchanges_{model}_change", args=(row.pk,)))
        assert answer["Location"] == url
    assert client.get(reverse("admin:exchanges_session_add"))["Location"] == reverse(
        "exchanges:session-create"
    )


def test_a_year_is_planned_from_the_desk(pairs: Pairs) -> None:
    client = as_user(pairs.world.coordinator_ralga)
    url = reverse("admin:exchanges_session_series")
    page = client.get(url)
    assert b"Kigali" in page.content
    assert b"Porto-Novo" not in page.content
    data = {
        "partner_country": pairs.world.rwanda.pk,
        "year": 2027,
        "starts": "10:00",
        "time_zone": "Africa/Kigali",
        "minutes_long": 180,
        **{f"title_{code}": "Session" for code in ("en", "fr", "nl")},
    }
    assert client.post(url, {**data, "partner_country": pairs.world.benin.pk}).status_code == 422
    assert client.post(url, {**data, "year": 2025}).status_code == 422
    assert Session.objects.count() == 0
    assert client.post(url, data).status_code == 302
    assert Session.objects.filter(partner_country=pairs.world.rwanda).count() == 3


WINDOW = {
    "direction": "north_to_south",
    "starts_on": "2027-05-03",
    "ends_on": "2027-05-30",
    "note": "",
    "conference-TOTAL_FORMS": 1,
    "conference-INITIAL_FORMS": 0,
    "conference-0-title_en": "Conference",
    "conference-0-title_fr": "Conférence",
    "conference-0-title_nl": "Conferentie",
    "conference-0-place": "Kigali",
    "conference-0-starts_on": "2027-05-10",
    "conference-0-ends_on": "2027-05-11",
}


def test_a_window_with_its_conference_is_proposed_fixed_and_given_up(pairs: Pairs) -> None:
    client = as_user(pairs.world.coordinator_ralga)
    add = reverse("admin:exchanges_visitwindow_add")
    data = {**WINDOW, "partner_country": pairs.world.rwanda.pk}
    for wrong, words in (
        ({"conference-0-ends_on": "2027-05-10"}, "The conference lasts 2 days at least."),
        ({"conference-0-ends_on": "2027-06-10"}, "These days lie outside the window."),
        ({"ends_on": "2027-05-01"}, "The last day comes before the first."),
        ({"ends_on": "2031-05-01"}, "These days lie outside the programme."),
        ({"partner_country": pairs.world.benin.pk}, "Select a valid choice"),
    ):
        assert words in client.post(add, {**data, **wrong}).content.decode()
    assert VisitWindow.objects.count() == 0

    assert client.post(add, data).status_code == 302
    window = VisitWindow.objects.get()
    assert (window.reference, window.conference.title_fr) == ("WIN-2026-0001", "Conférence")
    assert "Windows fixed: 1." in _act(client, "visitwindow", "fix", window).content.decode()
    asked = _act(client, "visitwindow", "cancel", window)
    assert "Reason" in asked.content.decode()
    window.refresh_from_db()
    assert window.status == WindowStatus.FIXED
    _act(client, "visitwindow", "cancel", window, sure="1", reason="elections")
    window.refresh_from_db()
    assert (window.status, window.cancel_reason) == (WindowStatus.CANCELLED, "elections")


def test_a_proposed_window_is_changed_and_a_fixed_one_is_not(pairs: Pairs) -> None:
    client = as_user(pairs.world.coordinator_ralga)
    client.post(
        reverse("admin:exchanges_visitwindow_add"), {**WINDOW, "partner_country": pairs.world.rwanda.pk}
    )
    window = VisitWindow.objects.get()
    conference = {"conference-INITIAL_FORMS": 1, "conference-0-id": window.conference.pk}
    conference["conference-0-window"] = window.pk
    change = reverse("admin:exchanges_visitwindow_change", args=(window.pk,))
    data = {**WINDOW, **conference}
    assert client.post(change, {**data, "starts_on": "2027-05-01"}).status_code == 302
    window.refresh_from_db()
    assert window.starts_on == date(2027, 5, 1)
    fixed = make_window(pairs.world.rwanda, starts_on=date(2027, 9, 1), ends_on=date(2027, 9, 30))
    other = reverse("admin:exchanges_visitwindow_change", args=(fixed.pk,))
    page = client.get(other).content.decode()
    assert 'name="starts_on"' not in page


def test_visits_are_confirmed_from_the_list(pairs: Pairs) -> None:
    visit = planned_visit(pairs)
    client = as_user(pairs.world.coordinator_ralga)
    refused = _act(client, "visit", "confirm", visit).content.decode()
    assert f"{visit.reference}: Name the delegation" in refused
    add_delegate(visit=visit, name="An", role=DelegateRole.OFFICIAL, actor=None)
    assert "Visits confirmed: 1." in _act(client, "visit", "confirm", visit).content.decode()


def test_contacts_are_read_only(pairs: Pairs) -> None:
    contact = Contact.objects.create(
        partnership=pairs.gent_karongi, side=Side.NORTH, kind=ContactKind.CALL, held_on=date(2026, 11, 1)
    )
    client = as_user(pairs.world.coordinator_ralga)
    change = reverse("admin:exchanges_contact_change", args=(contact.pk,))
    assert client.get(change).status_code == 200
    assert client.post(change, {"note": "changed"}).status_code == 403
    assert client.get(reverse("admin:exchanges_contact_add")).status_code == 403
