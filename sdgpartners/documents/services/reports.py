"""Reports: asked for in a request, made in the worker."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from sdgpartners.core import clock
from sdgpartners.core.errors import MoveNotAllowed
from sdgpartners.core.moves import check_move
from sdgpartners.documents.content import PDF
from sdgpartners.documents.enums import REPORT_MOVES, ReportState
from sdgpartners.documents.models import GeneratedReport, Job
from sdgpartners.documents.pdf import render_pdf
from sdgpartners.documents.registry import report_kind
from sdgpartners.documents.services.files import LONGEST_STEM, store_bytes
from sdgpartners.documents.services.jobs import enqueue_job, set_progress
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Language

RENDER_JOB = "render_report"
IN_HAND = (ReportState.QUEUED, ReportState.RENDERING)


def request_report(*, kind: str, subject: str, language: str, actor: User | None) -> GeneratedReport:
    """The report that is being made of `subject` in `language`: the one in hand, else a new one with its
    job.

    Asking twice gives the same row (a unique constraint holds it against two at once); a finished or failed
    one is never given again, because figures have moved on. The caller has checked who asks. KeyError for
    an unknown kind, ValueError for an unknown language.
    """
    report_kind(kind)
    wanted = {"kind": kind, "subject": subject, "language": Language(language)}
    in_hand = GeneratedReport.objects.filter(**wanted, state__in=IN_HAND)
    found = in_hand.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            job = enqueue_job(kind=RENDER_JOB, arguments={"kind": kind, "subject": subject}, actor=actor)
            return GeneratedReport.objects.create(**wanted, job=job, requested_by=actor)
    except IntegrityError:
        return in_hand.get()


def make_report(job: Job) -> None:
    """Render the report of this job and store the PDF. A report that has its file is left as it is."""
    report = job.report
    if not _start(report):
        return
    as_of = clock.now()
    kind = report_kind(report.kind)
    with translation.override(report.language):
        context = {**kind.context(report.subject, report.language), "as_of": as_of}
        title = kind.title(report.subject, report.language)
    set_progress(job, 30)
    content = render_pdf(kind.template, context, report.language)
    set_progress(job, 90)
    _finish(report, content=content, title=title, as_of=as_of)


@transaction.atomic
def give_up_report(job: Job) -> None:
    """The job was given up, so the report has failed; one that is ready stays ready."""
    report = GeneratedReport.objects.select_for_update().get(job=job)
    if report.state in IN_HAND:
        _move(report, ReportState.FAILED)


def _start(report: GeneratedReport) -> bool:
    """Whether there is something to render. A second try finds the row as the first one left it."""
    if report.state == ReportState.FAILED:
        try:
            with transaction.atomic():
                _move(report, ReportState.QUEUED)
        except IntegrityError as error:
            raise MoveNotAllowed(_("This report is being made already.")) from error
    if report.state == ReportState.QUEUED:
        _move(report, ReportState.RENDERING)
    return report.state == ReportState.RENDERING


@transaction.atomic
def _finish(report: GeneratedReport, *, content: bytes, title: str, as_of: datetime) -> None:
    locked = GeneratedReport.objects.select_for_update().get(pk=report.pk)
    if locked.state == ReportState.READY:
        # A worker that was given up for dead has come back; the other one's file stays.
        return
    name = f"{slugify(title)[:LONGEST_STEM] or locked.kind}-{locked.language}.pdf"
    locked.file = store_bytes(
        content=content, name=name, content_type=PDF, purpose="report", actor=locked.requested_by
    )
    locked.as_of = as_of
    _move(locked, ReportState.READY)


def _move(report: GeneratedReport, target: ReportState) -> None:
    check_move(REPORT_MOVES, current=report.state, target=target, states=ReportState)
    report.state = target
    report.save()
