"""Files in the form of their section: they travel with the text, and never take it along when they are refused."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from applications.enums import Section
from applications.models import Answer, AnswerFile, Question
from applications.selectors.files import answer_files
from applications.services.files import add_answer_file
from sdgpartners.core import clock
from tests.applications.factories import Team, at_second, open_call, start
from tests.applications.test_answer_files import ask, pdf
from tests.documents.making import office, upload
from tests.world import World

AT_MOST = 15


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def team(world: World) -> Team:
    made = start(open_call(world), world.gent)
    made.editor.language = "en"
    made.editor.save(update_fields=["language"])
    return made


@pytest.fixture
def question(team: Team) -> Question:
    return ask(team, section=Section.MOTIVATION)


@pytest.fixture
def client(team: Team) -> Client:
    browser = Client()
    browser.force_login(team.editor)
    return browser


def _url(team: Team) -> str:
    return reverse("applications:application-section", args=[team.reference, Section.MOTIVATION.value])


def _post(client: Client, team: Team, **data: object) -> Any:
    state = team.application.section_states.filter(section=Section.MOTIVATION).first()
    given = {"version": state.version if state else 0, "amendment": 0, "q-learning": "Typed"}
    return client.post(_url(team), given | data)


def _text_answers() -> list[str]:
    return [answer.value for answer in Answer.objects.all()]


@pytest.mark.usefixtures("question")
def test_text_and_files_are_saved_with_one_button(team: Team, client: Client) -> None:
    page = client.get(_url(team)).content.decode()
    assert 'enctype="multipart/form-data"' in page
    answer = _post(
        client, team, later="1", **{"q-decision": [upload(pdf("a"), "a.pdf"), upload(pdf("b"), "b.pdf")]}
    )
    assert answer.status_code == 302
    assert [row.file.name for row in answer_files(team.application)["decision"]] == ["a.pdf", "b.pdf"]
    assert _text_answers() == ["Typed"]


@pytest.mark.usefixtures("question")
@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"MZ\x90\x00", "minutes.pdf", "minutes.pdf: This kind of file"),
        (office({"word/document.xml": b"", "word/vbaProject.bin": b""}), "letter.docx", "holds macros"),
        (b"", "empty.pdf", "empty"),
        (b"\xff\xd8\xff" + b"\0" * 11_000_000, "IMG_1.jpg", "too large"),
    ],
)
def test_a_refused_file_never_takes_the_typed_text_along(
    team: Team, client: Client, body: bytes, name: str, words: str
) -> None:
    answer = _post(client, team, later="1", **{"q-decision": upload(body, name)})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert 'href="#id_q-decision"' in text
    assert "Typed" in text
    assert _text_answers() == ["Typed"]
    assert not AnswerFile.objects.exists()


@pytest.mark.usefixtures("question")
@pytest.mark.parametrize(("button", "others"), [("later", 0), ("next", 1)])
def test_who_finishes_later_reads_of_the_file_alone(
    team: Team, client: Client, button: str, others: int
) -> None:
    text = _post(client, team, **{button: "1", "q-decision": upload(b"MZ", "minutes.pdf")}).content.decode()
    assert text.count("minutes.pdf: ") == 2
    assert text.count('href="#id_q-strengths-challenges"') == others


@pytest.mark.usefixtures("question")
def test_one_refused_file_does_not_stop_the_others(team: Team, client: Client) -> None:
    answer = _post(client, team, **{"q-decision": [upload(b"MZ", "bad.pdf"), upload(pdf(), "good.pdf")]})
    assert answer.status_code == 422
    assert [row.file.name for row in answer_files(team.application)["decision"]] == ["good.pdf"]
    assert "good.pdf" in answer.content.decode()


@pytest.mark.usefixtures("question")
def test_the_form_sent_twice_keeps_its_file_once(team: Team, client: Client) -> None:
    for _ in range(2):
        assert _post(client, team, later="1", **{"q-decision": upload(pdf())}).status_code == 302
    assert AnswerFile.objects.count() == 1
    assert "kept once" in client.get(_url(team)).content.decode()


def test_a_file_is_taken_out_with_the_text_of_its_form(
    team: Team, client: Client, question: Question
) -> None:
    added = add_answer_file(
        application=team.application, question=question, upload=upload(pdf()), actor=team.editor
    )
    answer = _post(client, team, **{"remove-file": str(added.file.uid)})
    assert (answer.status_code, answer.headers["Location"]) == (302, _url(team))
    assert answer_files(team.application) == {}
    assert _text_answers() == ["Typed"]
    for nonsense in ("nonsense", "", "00000000-0000-0000-0000-000000000000"):
        assert _post(client, team, **{"remove-file": nonsense}).status_code in (302, 422)


@pytest.mark.usefixtures("question")
def test_late_by_a_second_neither_text_nor_file_is_taken_and_the_text_stays_to_read(
    team: Team, client: Client
) -> None:
    with clock.at(at_second(team.application.call.closes_at, 1)):
        answer = _post(client, team, **{"q-decision": upload(pdf())})
    assert answer.status_code == 422
    assert "Typed" in answer.content.decode()
    assert not AnswerFile.objects.exists()


def test_three_files_cost_no_more_statements_than_one(team: Team, client: Client, question: Question) -> None:
    def statements() -> int:
        client.get(_url(team))
        with CaptureQueriesContext(connection) as queries:
            client.get(_url(team))
        return len(queries)

    def add(words: str) -> None:
        sent = upload(pdf(words))
        add_answer_file(application=team.application, question=question, upload=sent, actor=team.editor)

    add("a")
    one = statements()
    add("b")
    add("c")
    assert statements() == one
    assert one <= AT_MOST
