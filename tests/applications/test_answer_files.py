"""Files as answers: who adds and removes them, when, how many, and who may read them."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from applications.enums import ApplicationStatus, QuestionKind, ReviewStatus, Section
from applications.errors import CallNotOpen, NotEditable
from applications.models import AnswerFile, Application, Question, Review, Revision
from applications.selectors.files import answer_files, files_in
from applications.selectors.sections import read_section
from applications.services.files import FileThere, TooManyFiles, add_answer_file, remove_answer_file
from applications.services.forms import start_application
from sdgpartners.core import clock
from sdgpartners.documents.enums import FileState
from sdgpartners.documents.errors import FileRefused
from sdgpartners.documents.models import StoredFile, Upload
from sdgpartners.documents.services import scan_waiting_files
from sdgpartners.documents.services.uploads import add_piece, begin_upload, path_of
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.applications.factories import Team, at_second, cleared, open_call, start
from tests.documents.making import MINIMAL_PDF, office, photo, upload
from tests.documents.scanner import EICAR, Clamd, running_clamd
from tests.factories import make_editor, make_seat
from tests.world import World

NAMES = {f"label_{code}": "The decision" for code in ("en", "fr", "nl")}


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    settings.MEDIA_ROOT = folder
    return folder


@pytest.fixture
def team(world: World) -> Team:
    made = start(open_call(world), world.gent)
    for person in (made.editor, made.signatory):
        person.language = "en"
        person.save(update_fields=["language"])
    return made


@pytest.fixture
def question(team: Team) -> Question:
    return ask(team)


def ask(team: Team, code: str = "decision", **more: Any) -> Question:
    given = {"section": Section.COMMITMENTS, "kind": QuestionKind.FILE, "order": 90, "required": False}
    made: Question = Question.objects.create(call=team.application.call, code=code, **NAMES, **given | more)
    return made


def pdf(words: str = "") -> bytes:
    return MINIMAL_PDF.replace(b"%%EOF", b"% " + words.encode() + b"\n%%EOF")


def add(team: Team, question: Question, words: str = "", name: str = "besluit.pdf") -> AnswerFile:
    sent = upload(pdf(words), name)
    return add_answer_file(application=team.application, question=question, upload=sent, actor=team.editor)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, team: Team, *more: object) -> str:
    return reverse(f"applications:{name}", args=[team.reference, *more])


# Adding and removing


def test_a_file_becomes_the_answer(team: Team, question: Question) -> None:
    added = add(team, question)
    assert answer_files(team.application) == {"decision": [added]}
    assert (added.added_by, added.file.name, added.file.purpose) == (team.editor, "besluit.pdf", "answer")
    content = read_section(team.application, Section.COMMITMENTS)
    assert content.values["q-decision"] == [str(added.file.uid)]
    assert team.application.section_states.get(section=Section.COMMITMENTS).version == 0


def test_a_removed_file_is_no_answer_and_stays_on_the_disk(team: Team, question: Question) -> None:
    added = add(team, question)
    removed = remove_answer_file(answer_file=added, actor=team.signatory)
    assert answer_files(team.application) == {}
    assert read_section(team.application, Section.COMMITMENTS).values["q-decision"] == []
    assert removed.removed_by == team.signatory
    assert Path(added.file.file.path).read_bytes() == pdf()
    # The second click finds it done.
    again = remove_answer_file(answer_file=added, actor=team.editor)
    assert (again.removed_by, again.removed_at) == (team.signatory, removed.removed_at)


def test_a_required_file_completes_its_section(team: Team) -> None:
    question = ask(team, section=Section.INVOLVEMENT, required=True)
    Question.objects.filter(section=Section.INVOLVEMENT).exclude(pk=question.pk).update(required=False)
    state = team.application.section_states
    added = add(team, question)
    assert state.get(section=Section.INVOLVEMENT).status == "completed"
    remove_answer_file(answer_file=added, actor=team.editor)
    assert state.get(section=Section.INVOLVEMENT).status == "in_progress"


def test_the_same_file_twice_is_kept_once(team: Team, question: Question) -> None:
    first = add(team, question, "a")
    with pytest.raises(FileThere, match="kept once") as there:
        add(team, question, "a", "another-name.pdf")
    assert there.value.present == first
    assert StoredFile.objects.count() == 1
    # Taken out, it may come back; at another question it is another answer.
    remove_answer_file(answer_file=first, actor=team.editor)
    add(team, question, "a")
    add(team, ask(team, "minutes"), "a")
    assert StoredFile.objects.count() == 3


def test_a_fourth_file_is_refused_before_it_is_stored(team: Team, question: Question) -> None:
    first = add(team, question, "1")
    for words in "23":
        add(team, question, words)
    with pytest.raises(TooManyFiles, match="at most 3"):
        add(team, question, "4")
    assert StoredFile.objects.count() == 3
    remove_answer_file(answer_file=first, actor=team.editor)
    add(team, question, "4")


def test_a_coordinator_sets_how_many_files_a_question_takes(team: Team, question: Question) -> None:
    question.choices_max = 1
    question.save()
    add(team, question, "1")
    with pytest.raises(TooManyFiles, match="at most 1"):
        add(team, question, "2")
    question.choices_max = 4
    question.save()
    for words in "234":
        add(team, question, words)
    assert StoredFile.objects.count() == 4


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"MZ\x90\x00" + b"\0" * 100, "decision.pdf"),
        (b"<html><script>alert(1)</script>", "photo.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "photo.png"),
        (office({"word/document.xml": b"<w/>", "word/vbaProject.bin": b"x"}), "letter.docx"),
        (b"", "decision.pdf"),
    ],
)
def test_a_file_in_disguise_leaves_nothing_behind(
    team: Team, question: Question, media: Path, body: bytes, name: str
) -> None:
    with pytest.raises(FileRefused):
        add_answer_file(
            application=team.application, question=question, upload=upload(body, name), actor=team.editor
        )
    assert not AnswerFile.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_one_second_late_is_late(team: Team, question: Question) -> None:
    here = add(team, question, "in time")
    closes = team.application.call.closes_at
    with clock.at(closes):
        add(team, question, "at the last moment")
    with clock.at(at_second(closes, 1)):
        with pytest.raises(CallNotOpen):
            add(team, question, "late")
        with pytest.raises(CallNotOpen):
            remove_answer_file(answer_file=here, actor=team.editor)
    assert len(answer_files(team.application)["decision"]) == 2


def test_what_waits_for_a_signature_is_not_changed(team: Team, question: Question) -> None:
    here = add(team, question)
    Application.objects.filter(pk=team.application.pk).update(status=ApplicationStatus.AWAITING_SIGN_OFF)
    with pytest.raises(NotEditable):
        add(team, question, "more")
    with pytest.raises(NotEditable):
        remove_answer_file(answer_file=here, actor=team.editor)


def test_questions_of_others_take_no_files(team: Team, world: World, question: Question) -> None:
    other = start(open_call(world, "winter"), world.leuven)
    text = team.application.call.questions.filter(kind=QuestionKind.TEXT).first()
    assert text is not None
    southern = ask(team, "south", side="south")
    for wrong in (ask(other, "theirs"), text, southern):
        with pytest.raises(NotEditable):
            add(team, wrong)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_five_at_once_leave_three(team: Team, question: Question) -> None:
    barrier, outcomes = threading.Barrier(5), []

    def one(words: str) -> None:
        barrier.wait()
        try:
            add(team, question, words)
            outcomes.append("added")
        except TooManyFiles:
            outcomes.append("too many")
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(str(n),)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added"] * 3 + ["too many"] * 2
    assert StoredFile.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_double_click_adds_one(team: Team, question: Question) -> None:
    barrier, outcomes = threading.Barrier(2), []

    def one() -> None:
        barrier.wait()
        try:
            outcomes.append(add(team, question, "same").pk)
        except FileThere as there:
            outcomes.append(there.present.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(outcomes)) == 1
    assert StoredFile.objects.count() == 1


# The addresses


def _script(client: Client, address: str, **data: object) -> Any:
    return client.post(address, data, headers={"X-Requested-With": "upload"})


def test_a_plain_form_adds_and_removes(team: Team, question: Question) -> None:
    client, page = signed_in(team.editor), url("application-section", team, "commitments")
    sent = client.post(url("file-add", team, "decision"), {"file": upload(pdf(), "besluit.pdf")})
    assert (sent.status_code, sent.headers["Location"]) == (302, page)
    added = AnswerFile.objects.get()
    gone = client.post(url("file-remove", team, added.file.uid))
    assert (gone.status_code, gone.headers["Location"]) == (302, page)
    assert answer_files(team.application) == {}


def test_the_script_gets_the_field_anew(team: Team, question: Question) -> None:
    client = signed_in(team.editor)
    answer = _script(client, url("file-add", team, "decision"), file=upload(pdf(), "besluit.pdf"))
    text = answer.content.decode()
    added = AnswerFile.objects.get()
    assert answer.status_code == 200
    assert "<html" not in text
    assert f'href="{url("file-download", team, added.file.uid)}"' in text
    twice = _script(client, url("file-add", team, "decision"), file=upload(pdf(), "besluit.pdf"))
    assert (twice.status_code, "It is kept once" in twice.content.decode()) == (200, True)
    refused = _script(client, url("file-add", team, "decision"), file=upload(b"MZ", "besluit.pdf"))
    assert (refused.status_code, ".pdf: This kind of file" in refused.content.decode()) == (422, True)
    nothing = _script(client, url("file-add", team, "decision"))
    assert (nothing.status_code, "Choose a file." in nothing.content.decode()) == (422, True)
    gone = _script(client, url("file-remove", team, added.file.uid))
    assert (gone.status_code, "besluit.pdf" in gone.content.decode()) == (200, False)


def test_a_photo_of_50_mb_gets_an_answer_and_is_not_kept(
    team: Team, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    monkeypatch.setattr(
        "django.core.files.uploadedfile.TemporaryUploadedFile.write",
        lambda self, data: written.append(len(data)) or self.file.write(data),
        raising=False,
    )
    huge = upload(photo() + b"\0" * 50_000_000, "IMG_2041.JPG", "image/jpeg")
    answer = _script(signed_in(team.editor), url("file-add", team, "decision"), file=huge)
    text = answer.content.decode().replace("\xa0", " ")
    assert answer.status_code == 422
    assert "The file is too large (47.7 MB). The limit is 9.5 MB." in text
    assert 0 < sum(written) <= 10_000_000
    assert not StoredFile.objects.exists()


def test_a_photo_loses_its_place_on_the_way(team: Team, question: Question) -> None:
    _script(signed_in(team.editor), url("file-add", team, "decision"), file=upload(photo(), "a.jpg"))
    stored = AnswerFile.objects.get().file
    assert stored.content_type == "image/jpeg"
    assert b"Phonemaker" in photo()
    assert b"Phonemaker" not in Path(stored.file.path).read_bytes()


def _complete(user: User, body: bytes = MINIMAL_PDF) -> Upload:
    begun = begin_upload(name="besluit.pdf", size=len(body), purpose="answer", actor=user)
    return add_piece(upload=begun, offset=0, content=body)


def test_what_came_in_pieces_is_taken_once_however_often_it_is_asked(team: Team, question: Question) -> None:
    client, sent = signed_in(team.editor), _complete(team.editor)
    for _ in range(2):
        # The first answer may be lost on the way.
        answer = _script(client, url("file-add", team, "decision"), upload=sent.uid)
        assert (answer.status_code, "besluit.pdf" in answer.content.decode()) == (200, True)
    assert AnswerFile.objects.count() == 1
    assert not path_of(sent).exists()


def test_a_refused_file_in_pieces_is_forgotten(team: Team, question: Question) -> None:
    sent = _complete(team.editor, b"MZ\x90\x00")
    answer = _script(signed_in(team.editor), url("file-add", team, "decision"), upload=sent.uid)
    assert answer.status_code == 422
    assert (Upload.objects.count(), path_of(sent).exists()) == (0, False)


def test_pieces_of_somebody_else_a_guessed_uid_and_half_a_file_are_not_taken(
    team: Team, question: Question
) -> None:
    client, address = signed_in(team.editor), url("file-add", team, "decision")
    for uid in (_complete(team.signatory).uid, uuid4(), "nonsense"):
        assert _script(client, address, upload=uid).status_code == 404
    half = begin_upload(name="a.pdf", size=100, purpose="answer", actor=team.editor)
    assert _script(client, address, upload=half.uid).status_code == 422
    assert not AnswerFile.objects.exists()


def test_strangers_and_readers_change_nothing(team: Team, question: Question, world: World) -> None:
    added = add(team, question)
    addresses = (url("file-add", team, "decision"), url("file-remove", team, added.file.uid))
    for user, status in (
        (make_editor(world.leuven), 404),
        (world.coordinator_ralga, 404),
        (world.coordinator_vvsg, 403),
    ):
        for address in addresses:
            assert signed_in(user).post(address, {"file": upload(pdf("x"))}).status_code == status
    for address in addresses:
        assert Client().post(address).status_code == 302
    assert list(AnswerFile.objects.filter(removed_at__isnull=True)) == [added]
    client = signed_in(team.editor)
    assert client.post(url("file-add", team, "no-such"), {"file": upload(pdf())}).status_code == 404
    assert client.post(url("file-remove", team, uuid4())).status_code == 404


# Reading


def _revision(team: Team, number: int = 1) -> Revision:
    """What submitting writes, as far as files go."""
    content = read_section(team.application, Section.COMMITMENTS)
    return Revision.objects.create(
        application=team.application,
        number=number,
        created_at=clock.now(),
        content={"sections": [], "values": {"commitments": content.values}},
    )


def _get(user: User, address: str) -> int:
    answer = signed_in(user).get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def test_a_download_is_an_attachment_that_nobody_else_keeps(team: Team, question: Question) -> None:
    added = add(team, question)
    answer = signed_in(team.editor).get(url("file-download", team, added.file.uid))
    assert b"".join(answer.streaming_content) == pdf()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="besluit.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_associations_read_what_was_submitted_and_no_draft(
    team: Team, question: Question, world: World
) -> None:
    added = add(team, question, "submitted")
    address = url("file-download", team, added.file.uid)
    assert (_get(team.editor, address), _get(world.coordinator_vvsg, address)) == (200, 404)
    _revision(team)
    later = add(team, question, "later")
    assert _get(world.coordinator_vvsg, address) == 200
    assert _get(world.coordinator_vvsg, url("file-download", team, later.file.uid)) == 404
    assert _get(world.coordinator_ralga, address) == 404
    assert _get(make_editor(world.leuven), address) == 404
    # Removed afterwards: the submitted version still has it.
    remove_answer_file(answer_file=added, actor=team.editor)
    assert (_get(team.editor, address), _get(world.coordinator_vvsg, address)) == (200, 200)


def test_a_file_of_another_application_is_not_found_through_ones_own(
    team: Team, question: Question, world: World
) -> None:
    added = add(team, question)
    theirs = start_application(
        call=team.application.call, municipality=world.leuven, actor=make_editor(world.leuven)
    )
    person = make_editor(world.leuven)
    address = reverse("applications:file-download", args=[theirs.reference, added.file.uid])
    assert _get(person, address) == 404
    assert _get(person, reverse("applications:file-download", args=[theirs.reference, uuid4()])) == 404


def test_a_reviewer_reads_the_files_of_their_version_only(
    team: Team, question: Question, world: World
) -> None:
    added = add(team, question, "first")
    revision = _revision(team)
    later = add(team, question, "later")
    _revision(team, 2)
    Application.objects.filter(pk=team.application.pk).update(
        status=ApplicationStatus.IN_REVIEW, submitted_at=clock.now()
    )
    reviewer = make_seat(world.vvsg, AssociationRole.REVIEWER)
    track = team.application.call.tracks.get(partner_country=world.rwanda)
    Review.objects.create(
        application=team.application,
        track=track,
        reviewer=reviewer,
        revision=revision,
        status=ReviewStatus.ASSIGNED,
    )

    def address(uid: object, country: str = "rw") -> str:
        return url("review-file", team, country, uid)

    # Not before confidentiality is agreed to and an interest declared.
    assert _get(reviewer, address(added.file.uid)) == 302
    cleared(reviewer, team.application)
    assert _get(reviewer, address(added.file.uid)) == 200
    assert _get(reviewer, address(later.file.uid)) == 404
    assert _get(reviewer, address(uuid4())) == 404
    assert _get(reviewer, address(added.file.uid, "bj")) == 404
    assert _get(reviewer, url("file-download", team, added.file.uid)) == 404
    other = make_seat(world.vvsg, AssociationRole.REVIEWER)
    for stranger in (other, team.editor, world.coordinator_vvsg):
        assert _get(stranger, address(added.file.uid)) == 404


def test_the_files_that_a_version_names_are_its_lists_alone() -> None:
    content = {"values": {"a": {"q-x": "text", "q-f": ["uid-1", "uid-2"]}, "b": {}}}
    assert files_in(content) == {"uid-1", "uid-2"}
    assert files_in({}) == frozenset()


# Quarantine


@pytest.fixture
def scanner(settings: Settings) -> Iterator[Clamd]:
    with running_clamd() as server:
        settings.CLAMD_URL = server.url
        yield server


@pytest.mark.usefixtures("scanner")
def test_a_file_in_quarantine_answers_but_is_not_given_out(team: Team, question: Question) -> None:
    client = signed_in(team.editor)
    text = _script(client, url("file-add", team, "decision"), file=upload(pdf())).content.decode()
    added = AnswerFile.objects.get()
    address = url("file-download", team, added.file.uid)
    assert "Being checked for viruses" in text
    assert f'href="{address}"' not in text
    assert _get(team.editor, address) == 404
    assert read_section(team.application, Section.COMMITMENTS).values["q-decision"] != []
    scan_waiting_files()
    assert _get(team.editor, address) == 200


@pytest.mark.usefixtures("scanner")
def test_an_infected_file_is_told_to_who_sent_it_and_is_no_answer(team: Team, world: World) -> None:
    question = ask(team, section=Section.INVOLVEMENT, required=True)
    Question.objects.filter(section=Section.INVOLVEMENT).exclude(pk=question.pk).update(required=False)
    OutgoingMail.objects.all().delete()
    added = add(team, question, EICAR.decode())
    state = team.application.section_states.get(section=Section.INVOLVEMENT)
    assert state.status == "completed"
    scan_waiting_files()
    state.refresh_from_db()
    added.file.refresh_from_db()
    assert (state.status, added.file.state) == ("in_progress", FileState.REFUSED)
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.kind) == (team.editor, "file_refused")
    assert mail.subject == "Choose another file for “besluit.pdf”: it cannot be used"
    assert "Eicar-Test-Signature" in mail.body_text
    assert url("application-section", team, "involvement") in mail.body_text
    # It takes no place among the three, and the page says what became of it.
    for words in "123":
        add(team, question, words)
    shown = _script(signed_in(team.editor), url("file-add", team, "decision")).content.decode()
    assert "Refused: Eicar-Test-Signature" in shown
    remove_answer_file(answer_file=added, actor=team.editor)
    assert len(answer_files(team.application)["decision"]) == 3


@pytest.mark.usefixtures("scanner")
def test_a_removed_file_that_turns_out_infected_disturbs_nobody(team: Team, question: Question) -> None:
    OutgoingMail.objects.all().delete()
    added = add(team, question, EICAR.decode())
    remove_answer_file(answer_file=added, actor=team.editor)
    scan_waiting_files()
    assert not OutgoingMail.objects.exists()
