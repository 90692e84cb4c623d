"""Reports: asked for once, made in the worker, given only to those who may read what they are about."""

from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sdgpartners.core import clock
from sdgpartners.documents.enums import JobState, ReportState
from sdgpartners.documents.models import GeneratedReport, Job, StoredFile
from sdgpartners.documents.services import request_report, retry_job, run_job, run_waiting_jobs
from sdgpartners.people.models import User
from tests.documents.pdf_reading import read_back
from tests.documents.sample.report import SAMPLE
from tests.factories import UserFactory

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SUBJECT = "SDG-2026-0001"


def _ask(language: str = "nl", subject: str = SUBJECT, actor: User | None = None) -> GeneratedReport:
    return request_report(kind="sample", subject=subject, language=language, actor=actor)


def _made(language: str = "nl", subject: str = SUBJECT) -> GeneratedReport:
    report = _ask(language, subject)
    assert run_job(report.job_id)
    report.refresh_from_db()
    return report


@pytest.fixture
def reader(readers: set[str]) -> User:
    user: User = UserFactory(email="reader@example.org")
    readers.add(user.email)
    return user


@pytest.mark.django_db
@pytest.mark.usefixtures("readers")
def test_asking_twice_gives_the_report_in_hand() -> None:
    first, second = UserFactory(), UserFactory()
    report = _ask("nl", actor=first)
    assert _ask("nl", actor=second) == report
    assert report.requested_by == first
    others = [_ask("fr"), _ask("nl", "SDG-2026-0002")]
    assert len({report.pk, *(other.pk for other in others)}) == 3
    assert Job.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.usefixtures("readers")
def test_a_finished_report_is_not_given_again_because_figures_move_on() -> None:
    first = _made()
    assert _ask() != first


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("readers")
def test_two_people_at_once_get_one_report() -> None:
    together = Barrier(2)
    found: list[int] = []

    def ask() -> None:
        try:
            together.wait()
            found.append(_ask().pk)
        finally:
            connection.close()

    threads = [Thread(target=ask) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_unknown_kinds_and_languages_are_refused(readers: set[str]) -> None:
    with pytest.raises(KeyError):
        request_report(kind="nothing", subject=SUBJECT, language="nl", actor=None)
    with pytest.raises(ValueError, match="de"):
        request_report(kind="sample", subject=SUBJECT, language="de", actor=None)
    assert Job.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("readers")
def test_the_job_makes_the_pdf_in_the_language_that_was_asked_for() -> None:
    with clock.at(NOON):
        report = _made("fr")
    assert (report.state, report.as_of) == (ReportState.READY, NOON)
    assert report.job.state == JobState.DONE
    assert report.file is not None
    assert report.file.name == f"janvier-{SUBJECT.lower()}-fr.pdf"
    found = read_back(Path(report.file.file.path).read_bytes())
    assert found.language == "fr"
    assert "janvier" in found.text
    assert "2026" in found.text


@pytest.mark.django_db
@pytest.mark.usefixtures("readers")
def test_doing_the_job_again_keeps_the_file() -> None:
    report = _made()
    Job.objects.filter(pk=report.job_id).update(state=JobState.QUEUED, claimed_at=None)
    assert run_job(report.job_id)
    before = report.file_id
    report.refresh_from_db()
    assert (report.state, report.file_id) == (ReportState.READY, before)
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("readers")
def test_a_report_whose_worker_died_while_rendering_is_made_by_the_next() -> None:
    report = _ask()
    GeneratedReport.objects.filter(pk=report.pk).update(state=ReportState.RENDERING)
    assert run_waiting_jobs() == 1
    report.refresh_from_db()
    assert report.state == ReportState.READY


@pytest.mark.django_db
@pytest.mark.usefixtures("readers")
def test_a_report_that_cannot_be_made_has_failed_and_can_start_over(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = _breaking(monkeypatch)
    report = _ask()
    Job.objects.filter(pk=report.job_id).update(tries=2)
    assert run_job(report.job_id)
    report.refresh_from_db()
    assert report.state == ReportState.FAILED
    assert report.job.error == "RuntimeError: no figures"

    broken.undo()
    retry_job(job=report.job, actor=None)
    assert run_job(report.job_id)
    report.refresh_from_db()
    assert report.state == ReportState.READY


@pytest.mark.django_db
@pytest.mark.usefixtures("readers")
def test_starting_over_gives_way_to_one_that_is_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = _breaking(monkeypatch)
    failed = _ask()
    Job.objects.filter(pk=failed.job_id).update(tries=2)
    run_job(failed.job_id)
    broken.undo()
    newer = _ask()
    assert newer != failed

    retry_job(job=failed.job, actor=None)
    run_job(failed.job_id)
    failed.refresh_from_db()
    assert failed.state == ReportState.FAILED
    assert failed.job.error == "This report is being made already."


def _breaking(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def no_figures(*_args: object) -> str:
        raise RuntimeError("no figures")

    from sdgpartners.documents.services import reports

    monkeypatch.setattr(reports, "render_pdf", no_figures)
    return monkeypatch


# --- pages ---


def _page(client: Client, report: GeneratedReport, **headers: str) -> HttpResponse:
    return client.get(reverse("documents:report-detail", args=[report.uid]), headers=headers or None)


@pytest.mark.django_db
def test_the_page_asks_again_while_the_report_is_made_and_then_offers_it(
    client: Client, reader: User
) -> None:
    client.force_login(reader)
    report = _ask()
    address = reverse("documents:report-detail", args=[report.uid])
    waiting = _page(client, report).content.decode()
    assert waiting.count('hx-trigger="every 2s"') == 1
    assert waiting.count(f'href="{address}"') == 1
    assert "<h1>January SDG-2026-0001</h1>" in waiting

    fragment = _page(client, report, **{"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert fragment.count('id="report-state"') == 1

    run_job(report.job_id)
    ready = _page(client, report).content.decode()
    assert 'hx-trigger="every 2s"' not in ready
    assert reverse("documents:report-file", args=[report.uid]) in ready


@pytest.mark.django_db
def test_the_file_is_a_download(client: Client, reader: User) -> None:
    client.force_login(reader)
    report = _made()
    response = client.get(reverse("documents:report-file", args=[report.uid]))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert b"".join(response.streaming_content).startswith(b"%PDF-")
    response.close()


@pytest.mark.django_db
def test_there_is_no_file_before_the_report_is_ready(client: Client, reader: User) -> None:
    client.force_login(reader)
    assert client.get(reverse("documents:report-file", args=[_ask().uid])).status_code == 404


@pytest.mark.django_db
def test_strangers_find_nothing(client: Client, readers: set[str]) -> None:
    report = _made()
    addresses = [reverse(f"documents:report-{page}", args=[report.uid]) for page in ("detail", "file")]
    # The one who asked has lost the seat since; an administrator has none.
    for stranger in (UserFactory(), UserFactory(is_superuser=True)):
        GeneratedReport.objects.update(requested_by=stranger)
        client.force_login(stranger)
        assert [client.get(address).status_code for address in addresses] == [404, 404]
        assert client.post(reverse("documents:report-create"), _wanted()).status_code == 404
    client.logout()
    assert [client.get(address).status_code for address in addresses] == [302, 302]
    assert client.get(reverse("documents:report-detail", args=[uuid4()])).status_code == 302
    assert GeneratedReport.objects.count() == 1


@pytest.mark.django_db
def test_a_report_whose_code_is_gone_is_not_found(client: Client, reader: User) -> None:
    report = _made()
    GeneratedReport.objects.update(kind="gone")
    client.force_login(reader)
    assert _page(client, report).status_code == 404


@pytest.mark.django_db
def test_asking_from_a_page_leads_to_the_report(client: Client, reader: User) -> None:
    client.force_login(reader)
    address = reverse("documents:report-create")
    first, second = (client.post(address, _wanted("fr")) for _number in range(2))
    report = GeneratedReport.objects.get()
    assert (report.language, report.requested_by) == ("fr", reader)
    assert [first.headers["Location"], second.headers["Location"]] == [
        reverse("documents:report-detail", args=[report.uid])
    ] * 2
    assert client.get(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"language": "de"}, {"kind": "nothing"}, {"kind": ""}, {"subject": ""}])
def test_asking_for_what_does_not_exist_is_not_found(
    client: Client, reader: User, change: dict[str, str]
) -> None:
    client.force_login(reader)
    assert client.post(reverse("documents:report-create"), {**_wanted(), **change}).status_code == 404
    assert GeneratedReport.objects.count() == 0


def _wanted(language: str = "nl") -> dict[str, str]:
    return {"kind": SAMPLE.kind, "subject": SUBJECT, "language": language}


@pytest.mark.django_db
def test_a_failed_report_can_be_asked_for_again(
    client: Client, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = _breaking(monkeypatch)
    report = _ask()
    Job.objects.filter(pk=report.job_id).update(tries=2)
    run_job(report.job_id)
    broken.undo()
    client.force_login(reader)
    page = _page(client, report).content.decode()
    assert f'<form method="post" action="{reverse("documents:report-create")}">' in page
    assert "no figures" not in page


@pytest.mark.django_db
def test_the_page_takes_the_same_few_statements_at_1_and_30_reports(client: Client, reader: User) -> None:
    client.force_login(reader)
    report = _made()
    counts = []
    for more in (0, 29):
        for number in range(more):
            _ask(subject=f"SDG-2026-1{number:03d}")
        with CaptureQueriesContext(connection) as caught:
            assert _page(client, report).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 8
