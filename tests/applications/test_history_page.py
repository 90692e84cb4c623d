"""Who changed what: in words, sittings put together, for those who may know."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from applications.enums import Section
from applications.models import Application
from applications.own_reasons import IMPORTED, RELEASED, by_code, in_words
from applications.selectors.history import HistoryRow, application_history, lines_of
from applications.selectors.history_events import Event
from applications.services.returns import cancel_change_request, request_changes
from applications.services.submission import ask_sign_off, decline_sign_off, sign_and_submit
from sdgpartners.core import clock
from sdgpartners.core.history import because
from sdgpartners.people.enums import AssociationRole
from tests.applications.factories import Team, fill, open_call, rank, save, start, submitted
from tests.factories import make_seat
from tests.world import World

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def team(world: World) -> Team:
    ready = start(open_call(world), world.gent)
    ready.editor.language = "en"
    ready.editor.save()
    return ready


def rows_of(team: Team, what: str, *, personal: bool = True) -> list[HistoryRow]:
    return [row for row in application_history(team.application, personal=personal) if row.what == what]


def fresh(team: Team) -> Application:
    return Application.objects.get(pk=team.application.pk)


def answer(minutes: int, value: str, actor: int = 1, reason: str = "", label: str = "update") -> Event:
    data: Mapping[str, Any] = {"value": value, "kind": "text", "choices": [], "en": "Why?"}
    return Event("Answer", 7, NOON + timedelta(minutes=minutes), label, data, actor, reason)


def told(*events: Event) -> list[tuple[str, str]]:
    return [(line.before, line.after) for line in lines_of(events)]


def test_what_one_person_types_within_half_an_hour_is_one_change() -> None:
    assert told(answer(0, "a"), answer(10, "ab"), answer(40, "abc")) == [("", "abc")]


def test_a_pause_another_person_or_another_reason_is_a_new_change() -> None:
    assert told(answer(0, "a"), answer(31, "ab")) == [("", "a"), ("a", "ab")]
    assert told(answer(0, "a"), answer(1, "ab", actor=2), answer(2, "abc")) == [
        ("", "a"),
        ("a", "ab"),
        ("ab", "abc"),
    ]
    assert told(answer(0, "a"), answer(1, "ab", reason="Merged")) == [("", "a"), ("a", "ab")]


def test_what_was_undone_in_one_sitting_is_no_change() -> None:
    assert told(answer(0, "a", actor=2), answer(1, "b"), answer(2, "a")) == [("", "a")]


def test_answers_are_told_in_the_words_of_the_form_and_of_the_reader(team: Team) -> None:
    save(team, Section.MOTIVATION, **{"q-learning": "First"})
    save(team, Section.MOTIVATION, actor=team.signatory, **{"q-learning": "Second"})
    with override("nl"):
        question = team.application.answers.get(question__code="learning").question.label
        newest, oldest = rows_of(team, question)
    assert (newest.before, newest.after, newest.actor) == ("First", "Second", team.signatory)
    assert (oldest.before, oldest.after, oldest.actor) == ("", "First", team.editor)


def test_choices_scales_languages_and_commitments_are_words(team: Team) -> None:
    fill(team)
    save(team, Section.MUNICIPALITY, has_active_twinning="no", working_languages=["nl", "fr"])
    save(team, Section.COMMITMENTS, **{"accept-sessions": ""})
    twinning = "Active town twinning today"
    assert [(row.before, row.after) for row in rows_of(team, twinning)] == [("", "No")]
    languages = rows_of(team, "Languages that you can work in")
    assert [row.after for row in languages] == ["Nederlands, Français"]
    offers = rows_of(team, "Energy: offers")
    assert [(row.before, row.after) for row in offers] == [("0 of 3", "2 of 3")]
    gone, given = rows_of(team, "We do sessions")
    assert (given.before, given.after) == ("", "Accepted")
    assert (gone.before, gone.after, gone.actor) == ("Accepted", "", team.editor)


def test_goals_are_told_by_number_and_name_in_the_language_of_the_reader(team: Team) -> None:
    save(team, Section.INTERESTS, **{"q-goals": ["8", "16.7"]})
    save(team, Section.INTERESTS, actor=team.signatory, **{"q-goals": ["16"]})
    with override("fr"):
        question = team.application.answers.get(question__code="goals").question.label
        newest, oldest = rows_of(team, question)
    assert oldest.after == "ODD 8 Goal 8 (fr)\n16.7 Target 16.7 (fr)"
    assert (newest.before, newest.after) == (oldest.after, "ODD 16 Goal 16 (fr)")


def test_no_code_and_no_date_of_a_machine_is_shown(team: Team) -> None:
    fill(team)
    rank(team, "BJ", "RW")
    Application.objects.filter(pk=team.application.pk).update(
        character="rural", late_until=clock.now() + timedelta(days=90)
    )
    stored = [str(value) for value in team.application.answers.values_list("value", flat=True)]
    codes = {value for value in stored if not value.startswith("About")}
    assert len(codes) == 3, "goals, a choice and a date"
    raw = codes.union(["rural", "urban", "BJ", "RW", "nl", "True"], *(value.split() for value in codes))
    for language in ("en", "nl", "fr"):
        with override(language):
            rows = application_history(fresh(team), personal=True)
        shown = {text for row in rows for text in (row.before, row.after)}
        assert not raw & shown
        assert not [text for text in shown if re.search(r"\d{4}-\d{2}-\d{2}", text)]


def test_reasons_of_the_portal_itself_are_told_and_those_of_people_left_as_they_are(team: Team) -> None:
    stored = (by_code("Storm in Nikki"), IMPORTED, RELEASED, "In their own words", "")
    told = [in_words(reason) for reason in stored]
    assert told == [
        "Exception code “Storm in Nikki”", "Imported from a spreadsheet", "The decisions were released",
        "In their own words", "",
    ]  # fmt: skip
    with because(None, by_code("Storm")):
        team.application.late_until = clock.now() + timedelta(days=90)
        team.application.save(update_fields=["late_until"])
    (row,) = rows_of(team, "Admitted late until")
    assert row.reason == "Exception code “Storm”"


def test_a_country_that_is_no_longer_chosen_shows(team: Team) -> None:
    rank(team, "BJ", "RW")
    save(team, Section.INTERESTS, actor=team.signatory, **{"rank-rw": ""})
    gone, chosen = rows_of(team, "Place of Rwanda among the choices")
    assert (chosen.before, chosen.after) == ("", "2")
    assert (gone.before, gone.after) == ("2", "")


def test_moves_signatures_and_requests_carry_who_and_why(world: World) -> None:
    team = start(open_call(world), world.gent)
    fill(team)
    ask_sign_off(application=team.application, actor=team.editor)
    decline_sign_off(application=team.application, actor=team.signatory, reason="Name the council")
    ask_sign_off(application=team.application, actor=team.editor)
    sign_and_submit(application=team.application, actor=team.signatory)
    request_changes(
        application=team.application,
        sections=[Section.MOTIVATION],
        note="Say more",
        due_at=clock.now() + timedelta(days=5),
        actor=world.coordinator_vvsg,
    )
    cancel_change_request(application=team.application, reason="Solved", actor=world.coordinator_vvsg)
    states = [row.after for row in reversed(rows_of(team, "State"))]
    assert states == [
        "Waiting for sign-off", "Draft", "Waiting for sign-off", "Submitted", "Changes requested", "Submitted",
    ]  # fmt: skip
    declined = next(row for row in rows_of(team, "Signature") if row.after == "Declined")
    assert (declined.actor, declined.reason) == (team.signatory, "Name the council")
    (asked,) = rows_of(team, "Changes asked for: Motivation")
    assert (asked.after, asked.actor) == ("Say more", world.coordinator_vvsg)
    (over,) = rows_of(team, "Changes asked for")
    assert (over.after, over.reason) == ("Taken back", "Solved")
    assert rows_of(team, "Application started")[0].after == "Draft"


def test_contact_data_is_for_the_municipality_and_coordinators_alone(
    team: Team, world: World, client: Client
) -> None:
    save(team, Section.MUNICIPALITY, contact_name="Nele Newname")
    save(team, Section.MUNICIPALITY, twinning_note="With a city")
    page = reverse("applications:application-history", args=[team.reference])
    found = {}
    people = {
        "editor": team.editor,
        "coordinator": world.coordinator_vvsg,
        "auditor": make_seat(world.vvsg, AssociationRole.AUDITOR),
    }
    for name, person in people.items():
        client.force_login(person)
        shown = client.get(page)
        assert shown.status_code == 200
        assert "With a city" in shown.content.decode()
        found[name] = "Nele Newname" in shown.content.decode()
    assert found == {"editor": True, "coordinator": True, "auditor": False}
    stranger = start(open_call(world, "other"), world.leuven).editor
    for other in (stranger, world.coordinator_ancb):
        client.force_login(other)
        assert client.get(page).status_code == 404


def test_the_page_takes_eight_statements_at_any_size(team: Team, client: Client) -> None:
    page = reverse("applications:application-history", args=[team.reference])
    client.force_login(team.editor)

    def count() -> int:
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    save(team, Section.MOTIVATION, **{"q-learning": "One"})
    before = count()
    fill(team)
    for number in range(30):
        actor = team.signatory if number % 2 else team.editor
        save(team, Section.MOTIVATION, actor=actor, **{"q-learning": f"Text {number}"})
    assert (count(), before <= 8) == (before, True)
    first = client.get(page).content.decode()
    second = client.get(f"{page}?page=2").content.decode()
    assert "Text 29" in first
    assert "Text 29" not in second
    assert first.count("<section") == 30


def test_a_coordinator_reads_the_history_of_a_submitted_one(world: World, client: Client) -> None:
    team = submitted(open_call(world), world.nikki)
    client.force_login(world.coordinator_ancb)
    page = reverse("applications:application-history", args=[team.reference])
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    assert len(queries) <= 8
