"""The PDF copy of what was submitted: made by the worker, from the revision, in the reader's language."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from applications.enums import Section
from applications.reports import KIND, may_read, newest_copy
from applications.services.submission import ask_sign_off, sign_and_submit
from sdgpartners.documents.enums import ReportState
from sdgpartners.documents.models import GeneratedReport
from sdgpartners.documents.services import run_job
from sdgpartners.notifications.models import OutgoingMail
from tests.applications.factories import Team, fill, open_call, save, start
from tests.factories import in_english, make_seat
from tests.world import World

ARABIC = "مرحبا بكم"
LONG = "Gemeenteraadsverkiezingsprogrammacommissie" * 4


@pytest.fixture
def team(world: World) -> Team:
    """Submitted by a Dutch and a French reader, with texts that try the page."""
    ready = start(open_call(world), world.gent)
    ready.signatory.language = "fr"
    ready.signatory.save()
    fill(ready)
    save(ready, Section.MOTIVATION, **{"q-learning": f"{ARABIC}\n\n{LONG} 👋 <b>bold</b>"})
    ask_sign_off(application=ready.application, actor=ready.editor)
    sign_and_submit(application=ready.application, actor=ready.signatory)
    ready.application.refresh_from_db()
    return ready


def copy(team: Team, language: str, number: int = 1) -> tuple[PdfReader, str]:
    """The copy of a version as the worker makes it, with its text."""
    report = newest_copy(team.application, number, language)
    assert report is not None
    assert run_job(report.job_id)
    report.refresh_from_db()
    assert report.state == ReportState.READY
    assert report.file is not None
    with report.file.file.open() as file:
        content = file.read()
    reader = PdfReader(BytesIO(content))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def test_a_copy_is_queued_in_each_language_of_the_people(team: Team) -> None:
    rows = GeneratedReport.objects.filter(kind=KIND)
    assert sorted(rows.values_list("subject", "language")) == [
        (f"{team.reference}-v1", "fr"),
        (f"{team.reference}-v1", "nl"),
    ]


def test_the_copy_holds_what_was_submitted_in_the_language_of_its_reader(team: Team) -> None:
    reader, text = copy(team, "fr")
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("fr", True)
    assert team.reference in text
    assert "Appel d'automne" in text.replace("’", "'")
    assert "Que voulez-vous apprendre" in text
    assert "someone@example.org" in text
    assert LONG in text.replace("\n", "")
    assert "<b>bold</b>" in text
    assert ARABIC in text
    assert "👋" in text
    resources: list[Any] = [page["/Resources"] for page in reader.pages]
    fonts = [font.get_object()["/BaseFont"] for each in resources for font in each["/Font"].values()]
    assert any("Emoji" in name for name in fonts)
    _reader, dutch = copy(team, "nl")
    assert "Wat wilt u leren" in dutch
    assert "Que voulez-vous" not in dutch


def test_the_copy_says_the_revision_and_not_what_is_stored_later(team: Team) -> None:
    team.application.answers.update(value="edited later")
    _reader, text = copy(team, "nl")
    assert "edited later" not in text


def test_the_page_leads_to_the_copy_and_offers_one_in_another_language(team: Team, client: Client) -> None:
    page = reverse("applications:application-copy", args=[team.reference])
    client.force_login(team.signatory)
    there = newest_copy(team.application, 1, "fr")
    assert there is not None
    answer = client.get(page)
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("documents:report-detail", args=[there.uid]),
    )
    team.editor.language = "en"
    team.editor.save()
    client.force_login(team.editor)
    offered = client.get(page)
    assert offered.status_code == 200
    assert GeneratedReport.objects.count() == 2
    asked = {"kind": KIND, "subject": f"{team.reference}-v1", "language": "en"}
    assert client.post(reverse("documents:report-create"), asked).status_code == 302
    assert client.get(page).status_code == 302
    assert client.get(f"{page}?version=7").status_code == 404


def test_the_page_of_a_copy_speaks_of_a_copy_and_not_of_figures(team: Team, client: Client) -> None:
    copy(team, "nl")
    there = newest_copy(team.application, 1, "nl")
    assert there is not None
    client.force_login(in_english(team.editor))
    shown = client.get(reverse("documents:report-detail", args=[there.uid])).content.decode()
    assert "This copy says what was submitted. It was made on <time" in shown
    assert "figures" not in shown


def test_the_page_of_a_copy_offers_the_other_languages(team: Team, client: Client) -> None:
    there = newest_copy(team.application, 1, "fr")
    assert there is not None
    client.force_login(in_english(team.editor))
    shown = client.get(reverse("documents:report-detail", args=[there.uid]))
    assert [code for code, _name in shown.context["other_languages"]] == ["nl", "en"]
    asked = {"kind": there.kind, "subject": there.subject, "language": "en"}
    answer = client.post(reverse("documents:report-create"), asked)
    made = newest_copy(team.application, 1, "en")
    assert made is not None
    assert answer["Location"] == reverse("documents:report-detail", args=[made.uid])


def test_the_receipt_leads_to_the_copy_and_says_the_next_dates(team: Team) -> None:
    mail = OutgoingMail.objects.get(kind="application_receipt", to=team.signatory.email)
    assert reverse("applications:application-copy", args=[team.reference]) in mail.body_text
    assert team.reference in mail.body_text


def test_only_who_may_see_the_application_reads_its_copy(team: Team, world: World, client: Client) -> None:
    subject = f"{team.reference}-v1"
    assert may_read(team.editor, subject)
    assert may_read(world.coordinator_vvsg, subject)
    assert not may_read(team.editor, f"{team.reference}-v2")
    assert not may_read(team.editor, team.reference)
    assert not may_read(team.editor, "-v1")
    stranger = start(open_call(world, "other"), world.leuven).editor
    assert not may_read(stranger, subject)
    assert not may_read(make_seat(world.vvsg, "auditor"), subject)
    report = GeneratedReport.objects.filter(subject=subject)[0]
    client.force_login(stranger)
    assert client.get(reverse("documents:report-detail", args=[report.uid])).status_code == 404
    assert client.get(reverse("applications:application-copy", args=[team.reference])).status_code == 404
