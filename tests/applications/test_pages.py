"""The pages of a draft: starting it, its parts, what a refused form keeps, how many statements they take."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from applications.enums import Section
from applications.models import Answer, Application, KeptText
from applications.services.calls import cancel_call
from applications.services.submission import ask_sign_off
from sdgpartners.core import clock
from tests.applications.browsing import SCRIPT, english_draft, page, section_page, signed_in
from tests.applications.factories import Team, at_second, fill, open_call, rank, save, start
from tests.factories import MunicipalityFactory, make_editor
from tests.world import World

AT_MOST = 8


@pytest.fixture
def team(world: World) -> Team:
    return english_draft(world)


def test_starting_shows_the_reasons_and_post_makes_the_draft(world: World) -> None:
    call = open_call(world)
    editor = make_editor(world.gent, language="en")
    client, url = signed_in(editor), reverse("applications:application-start", args=[call.code])
    shown = client.get(url)
    assert shown.status_code == 200
    assert "Gent may take part" in shown.content.decode()
    assert not Application.objects.exists()
    answer = client.post(url, {"municipality": "BE-44021"})
    application = Application.objects.get()
    assert answer.headers["Location"] == reverse(
        "applications:application-detail", args=[application.reference]
    )


def test_nobody_starts_for_a_municipality_of_others(world: World) -> None:
    call = open_call(world)
    client = signed_in(make_editor(world.gent))
    answer = client.post(
        reverse("applications:application-start", args=[call.code]), {"municipality": "BE-24062"}
    )
    assert answer.status_code == 422
    assert not Application.objects.exists()


def test_starting_too_early_is_refused_with_time_and_zone(world: World) -> None:
    call = open_call(world, opens_at=clock.now() + timedelta(days=2))
    client = signed_in(make_editor(world.gent, language="en"))
    answer = client.post(
        reverse("applications:application-start", args=[call.code]), {"municipality": "BE-44021"}
    )
    assert answer.status_code == 422
    assert "(Brussels)" in answer.content.decode()


def test_the_task_list_names_every_part_and_what_is_left(team: Team) -> None:
    save(team, Section.MOTIVATION, actor=team.signatory, **{"q-learning": "x"})
    text = unescape(signed_in(team.editor).get(page("application-detail", team)).content.decode())
    assert text.count("sections/") == 5
    assert "0 of 5 parts done · about 25 minutes to go" in text
    assert "7 days to go" in text
    assert f"{team.signatory} is working here too" in text.replace("<strong>", "").replace("</strong>", "")


@pytest.mark.parametrize("section", list(Section))
def test_every_part_opens_and_takes_its_own_answers_back(team: Team, section: Section) -> None:
    fill(team)
    before = {answer.question_id: answer.value for answer in Answer.objects.all()}
    client = signed_in(team.editor)
    shown = client.get(section_page(team, section))
    assert shown.status_code == 200
    form = shown.context["form"]
    data = {name: value for name, value in form.initial.items() if value not in (False, "", None)}
    data = {name: "on" if value is True else value for name, value in data.items()}
    answer = client.post(section_page(team, section), data | {"next": "1"})
    assert answer.status_code == 302
    assert {answer.question_id: answer.value for answer in Answer.objects.all()} == before
    assert team.application.section_states.get(section=section).version == 2


def test_save_and_finish_later_takes_an_incomplete_part(team: Team) -> None:
    answer = signed_in(team.editor).post(
        section_page(team, Section.MOTIVATION), {"version": "0", "q-learning": "half", "later": "1"}
    )
    assert answer.headers["Location"] == page("application-detail", team)
    assert Answer.objects.get().value == "half"


def test_an_incomplete_part_comes_back_with_links_to_what_is_missing_and_is_kept(team: Team) -> None:
    client = signed_in(team.editor)
    url = section_page(team, Section.MOTIVATION)
    too_long = "word " * 81
    refused = client.post(url, {"version": "0", "q-learning": too_long, "next": "1"})
    text = refused.content.decode()
    assert refused.status_code == 422
    assert 'href="#id_q-learning"' in text
    assert 'href="#id_q-strengths-challenges"' in text
    assert "at most 80 words" in text
    assert too_long.strip() in text
    assert Answer.objects.get().value == too_long.strip()
    # The page that came back may be sent again: that is no conflict with oneself.
    version = refused.context["form"].data["version"]
    again = client.post(
        url, {"version": version, "q-learning": "short", "q-strengths-challenges": "both", "next": "1"}
    )
    assert again.headers["Location"] == section_page(team, Section.INVOLVEMENT)
    assert not KeptText.objects.exists()


def test_the_last_part_leads_to_the_check(team: Team) -> None:
    answer = signed_in(team.editor).post(
        section_page(team, Section.COMMITMENTS),
        {"version": "0", "accept-sessions": "on", "accept-visits": "on", "next": "1"},
    )
    assert answer.headers["Location"] == page("application-check", team)


def test_markup_in_answers_is_shown_as_text_everywhere(team: Team) -> None:
    fill(team, **{"q-learning": SCRIPT, "contact_name": SCRIPT})
    client = signed_in(team.editor)
    for url in (section_page(team, Section.MOTIVATION), page("application-check", team)):
        text = client.get(url).content.decode()
        assert SCRIPT not in text
        assert escape(SCRIPT) in text


def test_two_people_saving_get_both_texts_and_a_choice(team: Team) -> None:
    save(team, Section.MOTIVATION, **{"q-learning": "base"})
    url = section_page(team, Section.MOTIVATION)
    first, second = signed_in(team.editor), signed_in(team.signatory)
    first.post(url, {"version": "1", "q-learning": "text of the editor", "later": "1"})
    refused = second.post(url, {"version": "1", "q-learning": "text of the signatory", "later": "1"})
    assert refused.status_code == 409
    text = refused.content.decode()
    assert "text of the editor" in text
    assert "text of the signatory" in text
    assert Answer.objects.get().value == "text of the editor"
    # Also later, and for the colleague, the kept text is one link away.
    assert (
        page("application-both", team, "motivation")
        in first.get(page("application-detail", team)).content.decode()
    )
    kept = KeptText.objects.get()
    both = page("application-both", team, "motivation")
    assert second.get(both).status_code == 200
    for tampered in ("2026-13-40T25:00", "2026-11-23T10:00", "x"):
        assert second.post(both, {"kept": tampered, "choice": "mine"}).status_code == 302
    assert Answer.objects.get().value == "text of the editor"
    merged = {
        "version": "2",
        "kept": kept.created_at.isoformat(),
        "choice": "merged",
        "q-learning": "text of both",
    }
    assert second.post(both, merged).status_code == 302
    assert Answer.objects.get().value == "text of both"
    assert second.get(both).status_code == 302


@pytest.mark.parametrize(("choice", "expected"), [("theirs", "saved"), ("mine", "typed")])
def test_either_text_can_be_kept_as_it_is(team: Team, choice: str, expected: str) -> None:
    save(team, Section.MOTIVATION, actor=team.signatory, **{"q-learning": "saved"})
    client = signed_in(team.editor)
    client.post(section_page(team, Section.MOTIVATION), {"version": "0", "q-learning": "typed", "later": "1"})
    kept = KeptText.objects.get()
    client.post(
        page("application-both", team, "motivation"),
        {"version": "1", "kept": kept.created_at.isoformat(), "choice": choice, "q-learning": "changed"},
    )
    assert Answer.objects.get().value == expected
    kept.refresh_from_db()
    assert (kept.settled_at is not None, kept.content["q-learning"]) == (True, "typed")


def test_what_was_typed_too_late_is_refused_with_the_time_and_still_shown(team: Team) -> None:
    client = signed_in(team.editor)
    with clock.at(at_second(team.application.call.closes_at, 1)):
        refused = client.post(
            section_page(team, Section.MOTIVATION),
            {"version": "0", "q-learning": "my late text", "next": "1"},
        )
        readable = client.get(section_page(team, Section.MOTIVATION))
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "my late text" in text
    assert text.count("(Brussels)") >= 2
    assert not Answer.objects.exists()
    assert readable.status_code == 200
    assert "<textarea" not in readable.content.decode()


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_pages_answer_in_the_other_languages(team: Team, language: str) -> None:
    fill(team)
    team.editor.language = language
    team.editor.save(update_fields=["language"])
    client = signed_in(team.editor)
    label = {"nl": "Wat wilt u leren", "fr": "Que voulez-vous apprendre"}[language]
    for url in (section_page(team, Section.MOTIVATION), page("application-check", team)):
        answer = client.get(url)
        assert answer.headers["Content-Language"] == language
        assert label in unescape(answer.content.decode())


def count(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_statements_on_lists_are_few_and_the_same_for_one_and_thirty_rows(world: World) -> None:
    call = open_call(world)
    first = start(call, world.gent)
    client, url = signed_in(world.coordinator_vvsg), reverse("applications:application-list")
    count(client, url)
    one = count(client, url)
    for number in range(29):
        municipality = MunicipalityFactory(country=world.be, name=f"Place {number}")
        start(call, municipality)
    rank(first, "RW")
    thirty = count(client, url)
    assert one == thirty
    assert thirty <= AT_MOST


@pytest.mark.parametrize("state", ["draft", "waiting", "submitted", "cancelled"])
def test_statements_on_the_pages_of_one_application(team: Team, state: str) -> None:
    fill(team)
    rank(team, "BJ", "RW")
    if state in ("waiting", "submitted"):
        ask_sign_off(application=team.application, actor=team.editor)
    client = signed_in(team.signatory)
    if state == "submitted":
        client.post(page("sign-off-answer", team), {"answer": "sign"})
    if state == "cancelled":
        cancel_call(call=team.application.call, reason="x", actor=None)
    pages = [page("application-detail", team), page("application-check", team), page("sign-off-answer", team)]
    pages += [section_page(team, section) for section in Section]
    client.get(pages[0])
    counts = {url: count(client, url) for url in pages}
    assert {url: number for url, number in counts.items() if number > AT_MOST} == {}
