"""The fields of a section as a page: what is hidden, what is told without a script, what a refused form keeps."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import QuestionKind, Section
from applications.models import Answer
from applications.services.calls import publish_call
from tests.applications.factories import Team, fill, make_call, save, start
from tests.applications.test_questions import DATE, DECISION, PLANNED, add_question
from tests.world import World

RTL = "שלום 👩🏽‍🌾 مرحبا"


@pytest.fixture
def team(world: World) -> Team:
    call = make_call(world)
    call.tracks.filter(partner_country=world.benin).update(partner_choices=2)
    add_question(call, "households", QuestionKind.NUMBER, number_min=1, number_max=10)
    made = start(publish_call(call=call, actor=None), world.gent)
    made.editor.language = "en"
    made.editor.save(update_fields=["language"])
    return made


@pytest.fixture
def client(team: Team, client: Client) -> Client:
    client.force_login(team.editor)
    return client


def url(team: Team, section: Section) -> str:
    return reverse("applications:application-section", args=[team.reference, section.value])


def part(html: str, name: str) -> str:
    """The opening tag of the part that hangs on an answer."""
    found = re.search(rf'<div[^>]* id="asked_{name}"[^>]*>', html)
    assert found, name
    return found[0]


def tag(html: str, name: str, value: str = "") -> str:
    found = re.search(rf'<(?:input|textarea|select)[^>]* name="{name}"[^>]*value="{value}[^>]*>', html)
    assert found, name
    return found[0]


def test_a_condition_is_told_to_the_script_and_in_words(team: Team, client: Client) -> None:
    html = client.get(url(team, Section.INVOLVEMENT)).content.decode()
    date = part(html, DATE)
    assert f'data-shown-if="{DECISION}"' in date
    assert 'data-shown-if-answers="council executive"' in date
    assert 'class="not-asked"' in date
    assert (
        "Only if you answered “Yes, the council has decided” or “Yes, the executive has decided” to “Has your council "
        "or executive decided to take part?”."
    ) in html
    save(team, Section.INVOLVEMENT, **{DECISION: "planned"})
    html = client.get(url(team, Section.INVOLVEMENT)).content.decode()
    assert "not-asked" not in part(html, PLANNED)
    assert "not-asked" in part(html, DATE)
    assert "not-asked" in part(html, "q-decision-file")


def test_a_refused_form_shows_what_the_answer_asks_for_and_keeps_all(team: Team, client: Client) -> None:
    answer = client.post(
        url(team, Section.INVOLVEMENT),
        {"version": "0", DECISION: "council", DATE: "31/02/2026", "q-households": "11", "q-support": RTL},
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "not-asked" not in part(html, DATE)
    assert "Write a date that exists, such as 23/11/2026." in html
    assert "Write a number from 1 to 10." in html
    assert 'value="31/02/2026"' in html
    assert RTL in html
    assert Answer.objects.get(question__code="support").value == RTL


def test_a_day_is_asked_with_the_field_of_the_browser(team: Team, client: Client) -> None:
    save(team, Section.INVOLVEMENT, **{DECISION: "council", DATE: "5-10-2026"})
    html = client.get(url(team, Section.INVOLVEMENT)).content.decode()
    assert 'type="date"' in tag(html, DATE, "2026-10-05")


def test_texts_may_run_from_right_to_left(team: Team, client: Client) -> None:
    html = client.get(url(team, Section.INVOLVEMENT)).content.decode()
    assert re.search(r'<textarea[^>]*name="q-support"[^>]*dir="auto"', html)
    html = client.get(url(team, Section.MUNICIPALITY)).content.decode()
    assert re.search(r'<input[^>]*name="contact_name"[^>]*dir="auto"', html)


def test_goals_are_boxes_with_their_targets_folded_away(team: Team, client: Client) -> None:
    html = client.get(url(team, Section.INTERESTS)).content.decode()
    boxes = re.findall(r'<input type="checkbox" name="q-goals" value="([^"]+)"', html)
    assert boxes == ["8", "8.3", "8.9", "8.a", "16", "16.6", "16.7"]
    assert html.count('<details class="more targets">') == 2
    assert "Choose at most 3, goals and targets together." in html
    answer = client.post(
        url(team, Section.INTERESTS), {"version": "0", "q-goals": ["16.7", "8", "8.3", "8.9"]}
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose at most 3: you chose 4." in html
    assert html.count('<details class="more targets" open>') == 2
    checked = re.findall(r'name="q-goals" value="([^"]+)"[^>]* checked', html)
    assert checked == ["8", "8.3", "8.9", "16.7"]


def test_partners_are_lists_folded_away_while_their_country_is_not_chosen(team: Team, client: Client) -> None:
    html = client.get(url(team, Section.INTERESTS)).content.decode()
    folded = (
        '<details class="more" data-opens-with="rank-bj"{}><summary><h2>Partners that you would like in Benin'
    )
    assert folded.format(" open") in html
    assert '<option value="BJ-0404">Nikki</option>' in html
    save(team, Section.INTERESTS, **{"rank-rw": "1"})
    html = client.get(url(team, Section.INTERESTS)).content.decode()
    assert folded.format("") in html
    answer = client.post(
        url(team, Section.INTERESTS),
        {"version": "1", "rank-bj": "1", "partner-bj-1": "BJ-0404", "partner-bj-2": "BJ-0404"},
    )
    assert "You have named this partner already." in answer.content.decode()


def test_a_hidden_answer_is_not_among_the_answers_to_check(team: Team, client: Client) -> None:
    fill(team)
    save(team, Section.MUNICIPALITY, has_active_twinning="yes", twinning_note="Sister of <b>old</b>")
    check = reverse("applications:application-check", args=[team.reference])
    html = client.get(check).content.decode()
    assert "Sister of &lt;b&gt;old&lt;/b&gt;" in html
    assert "With which municipality?" in html
    save(team, Section.MUNICIPALITY, has_active_twinning="no")
    html = client.get(check).content.decode()
    assert "Sister of" not in html
    assert "With which municipality?" not in html
    team.application.refresh_from_db()
    assert team.application.twinning_note == "Sister of <b>old</b>"


def test_two_choices_of_goals_and_two_days_stand_side_by_side(team: Team, client: Client) -> None:
    save(team, Section.INTERESTS, actor=team.signatory, **{"q-goals": ["8.3"]})
    answer = client.post(url(team, Section.INTERESTS), {"version": "0", "q-goals": ["16"]})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "<p>8.3 Target 8.3</p>" in html
    assert "<p>SDG 16 Goal 16</p>" in html
    assert re.findall(r'name="q-goals"[^>]*value="([^"]+)"[^>]* checked', html) == ["16"]
    save(team, Section.INVOLVEMENT, actor=team.signatory, **{DECISION: "council", DATE: "2026-10-05"})
    answer = client.post(
        url(team, Section.INVOLVEMENT), {"version": "0", DECISION: "council", DATE: "2026-10-06"}
    )
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "<p>5 October 2026</p>" in html
    assert "<p>6 October 2026</p>" in html
    # A file is never typed, so it is no difference.
    assert "The decision itself" not in html
