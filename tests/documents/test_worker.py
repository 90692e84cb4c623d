"""PDFs made by a real Celery worker process."""

from pathlib import Path

import pytest

from sdgpartners.celery import app
from sdgpartners.documents.enums import JobState, ReportState
from sdgpartners.documents.models import GeneratedReport, Job
from sdgpartners.documents.services import request_report
from sdgpartners.documents.services.reports import RENDER_JOB
from tests.documents.pdf_reading import read_back
from tests.documents.worker import running_worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.usefixtures("readers")
def test_the_worker_makes_a_pdf_in_each_language_and_finds_what_was_not_nudged(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with running_worker(log):
        wanted = {
            language: request_report(kind="sample", subject="SDG-2026-0001", language=language, actor=None)
            for language in ("nl", "fr", "en")
        }
        wait_for(lambda: GeneratedReport.objects.filter(state=ReportState.READY).count() == 3, log)

        # Rows without a message: the beat's task finds them.
        job = Job.objects.create(kind=RENDER_JOB)
        GeneratedReport.objects.create(kind="sample", subject="SDG-2026-0002", language="nl", job=job)
        app.send_task("documents.run_waiting_jobs")
        wait_for(lambda: GeneratedReport.objects.filter(state=ReportState.READY).count() == 4, log)

    words = {"nl": "januari", "fr": "janvier", "en": "January"}
    for language, report in wanted.items():
        report.refresh_from_db()
        assert report.file is not None
        found = read_back(Path(report.file.file.path).read_bytes())
        assert (found.language, found.tagged, len(found.pages)) == (language, True, 3)
        assert words[language] in found.text
        assert set(found.fonts.values()) == {True}
    assert list(Job.objects.values_list("state", "tries")) == [(JobState.DONE, 1)] * 4
