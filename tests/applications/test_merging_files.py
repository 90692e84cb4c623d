"""Files of two applications that become one: none is lost, none slips past the virus scanner."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from applications.enums import QuestionKind, Section
from applications.models import AnswerFile, Application, Question
from applications.selectors.duplicates import plan_merge
from applications.selectors.files import answer_files
from applications.selectors.sections import read_section
from applications.services.files import add_answer_file
from applications.services.merging import merge_applications
from sdgpartners.documents.enums import FileState
from sdgpartners.documents.models import StoredFile
from sdgpartners.documents.services import scan_waiting_files
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from tests.applications.factories import Team, open_call, start, submitted
from tests.documents.making import MINIMAL_PDF, upload
from tests.documents.scanner import EICAR, Clamd, running_clamd
from tests.factories import in_english
from tests.world import World

NAMES = {f"label_{code}": "The decision" for code in ("en", "fr", "nl")}


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def scanner(settings: Settings) -> Iterator[Clamd]:
    with running_clamd() as server:
        settings.CLAMD_URL = server.url
        yield server


@pytest.fixture
def pair(world: World) -> tuple[Team, Team]:
    """Gent and Leuven, both with a draft in one call that asks for a file."""
    call = open_call(world)
    Question.objects.create(
        call=call, code="decision", section=Section.INVOLVEMENT, kind=QuestionKind.FILE, order=90, **NAMES
    )
    return start(call, world.gent), start(call, world.leuven)


def add(team: Team, words: str = "", name: str = "besluit.pdf") -> AnswerFile:
    content = MINIMAL_PDF.replace(b"%%EOF", b"% " + words.encode() + b"\n%%EOF")
    question = Question.objects.get(call=team.application.call, code="decision")
    return add_answer_file(
        application=team.application, question=question, upload=upload(content, name), actor=team.editor
    )


def merge(world: World, keep: Team, other: Team) -> None:
    merge_applications(
        keep=keep.application, other=other.application, reason="Merged", actor=world.coordinator_vvsg
    )


def file_of(team: Team) -> StoredFile:
    return AnswerFile.objects.select_related("file").get(application=team.application).file


def download(person: User, team: Team, file: StoredFile) -> int:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse("applications:file-download", args=[team.reference, file.uid]))
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def test_a_checked_file_is_taken_over_and_stays_where_it_was(pair: tuple[Team, Team], world: World) -> None:
    keep, other = pair
    there = add(other).file
    merge(world, keep, other)
    here = file_of(keep)
    assert (here.name, here.state, here.sha256) == (there.name, FileState.CLEAN, there.sha256)
    assert (here.uid == there.uid, here.file.name == there.file.name) == (False, False)
    assert (download(keep.editor, keep, here), download(other.editor, other, there)) == (200, 200)


@pytest.mark.usefixtures("scanner")
def test_a_file_in_quarantine_is_taken_over_and_looked_at_there(
    pair: tuple[Team, Team], world: World
) -> None:
    keep, other = pair
    there = add(other).file
    merge(world, keep, other)
    here = file_of(keep)
    assert (here.state, here.file.name == there.file.name) == (FileState.QUARANTINE, False)
    assert read_section(keep.application, Section.INVOLVEMENT).values["q-decision"] == [str(here.uid)]
    assert download(keep.editor, keep, here) == 404
    assert scan_waiting_files() == 2
    assert (download(keep.editor, keep, here), download(other.editor, other, there)) == (200, 200)


@pytest.mark.usefixtures("scanner")
def test_a_file_that_turns_out_infected_after_the_merge_is_refused_in_both(
    pair: tuple[Team, Team], world: World
) -> None:
    keep, other = pair
    add(other, EICAR.decode())
    merge(world, keep, other)
    OutgoingMail.objects.all().delete()
    assert scan_waiting_files() == 2
    assert set(StoredFile.objects.values_list("state", flat=True)) == {FileState.REFUSED}
    assert read_section(keep.application, Section.INVOLVEMENT).values["q-decision"] == []
    # The coordinator who put the two together cannot choose another file: the people of the municipality can.
    told = OutgoingMail.objects.filter(kind="file_refused", body_text__contains=keep.reference)
    assert {mail.recipient for mail in told} == {keep.editor, keep.signatory}


@pytest.mark.usefixtures("scanner")
def test_a_file_that_is_refused_during_the_merge_is_not_taken_over(
    pair: tuple[Team, Team], world: World
) -> None:
    keep, other = pair
    stored = add(other).file
    # Its bytes are gone; that its row says so is not seen yet.
    stored.file.storage.delete(str(stored.file.name))
    merge(world, keep, other)
    assert answer_files(keep.application) == {}


def test_a_refused_file_stands_in_nobodys_way(pair: tuple[Team, Team], world: World) -> None:
    keep, other = pair
    refused = add(keep, "bad", "slecht.pdf").file
    StoredFile.objects.filter(pk=refused.pk).update(state=FileState.REFUSED)
    add(other)
    merge(world, keep, other)
    names = [(row.file.name, row.file.state) for row in answer_files(keep.application)["decision"]]
    assert names == [("slecht.pdf", FileState.REFUSED), ("besluit.pdf", FileState.CLEAN)]


def preview(client: Client, keep: Team, other: Team) -> str:
    page = reverse("admin:applications_application_merge", args=[keep.application.pk, other.application.pk])
    return client.get(page).content.decode()


@pytest.mark.usefixtures("scanner")
def test_the_preview_says_what_waits_and_what_stays(
    pair: tuple[Team, Team], world: World, client: Client
) -> None:
    keep, other = pair
    client.force_login(in_english(world.coordinator_vvsg))
    add(other, name="theirs.pdf")
    shown = preview(client, keep, other)
    assert shown.index("theirs.pdf") < shown.index("Being checked for viruses")
    assert "Files that are not taken over" not in shown
    add(keep, "own", "ours.pdf")
    shown = preview(client, keep, other)
    assert shown.index("Files that are not taken over") < shown.index("theirs.pdf")
    assert f"These stay in {other.reference}" in shown
    merge(world, keep, other)
    assert file_of(keep).name == "ours.pdf"
    assert file_of(other).name == "theirs.pdf"


def test_files_beside_a_submitted_one_stay_and_are_named(world: World) -> None:
    call = open_call(world)
    keep, other = submitted(call, world.gent, "BJ"), start(call, world.leuven)
    Question.objects.create(
        call=call, code="decision", section=Section.INVOLVEMENT, kind=QuestionKind.FILE, order=90, **NAMES
    )
    add(other)
    plan = plan_merge(keep.application, Application.objects.get(pk=other.application.pk))
    assert ([row.file.name for row in plan.files], [row.file.name for row in plan.left_files]) == (
        [],
        ["besluit.pdf"],
    )
