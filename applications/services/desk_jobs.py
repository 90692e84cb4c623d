"""Exports and imports as jobs: small ones are done at once, by the same code."""

import json
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from applications.import_report import ImportReport, report_from
from applications.models import Call
from applications.selectors.applications import applications_at_desk
from applications.selectors.desk_tasks import IMPORT_JOB
from applications.selectors.invitations import invites_for
from applications.services.exporting import CSV, FORMATS, export_content
from applications.services.importing import check_columns, import_applications
from applications.sheets import read_sheet
from sdgpartners.core.errors import DomainError
from sdgpartners.documents.content import XLSX
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.errors import FileBringsMore, FileRefused
from sdgpartners.documents.models import Job, StoredFile
from sdgpartners.documents.services import enqueue_job, run_job, store_bytes, store_upload
from sdgpartners.documents.services.files import clean_name
from sdgpartners.people.models import User

EXPORT_JOB = "export_applications"
# What is done while the person waits: some eight seconds at most.
ROWS_AT_ONCE = 25
_NO_LONGER = _("You may no longer do this.")


def enqueue_export(*, keys: list[int], form: str, actor: User) -> Job:
    """A job that writes the applications with these keys; it looks again what `actor` may see. `form`: xlsx or
    csv."""
    return enqueue_job(kind=EXPORT_JOB, arguments={"keys": keys, "form": form}, actor=actor)


def make_export(job: Job) -> None:
    """Write the file of an export and hang it on the job. Raises DomainError when nobody asked for it."""
    if job.requested_by is None:
        raise DomainError(_NO_LONGER)
    form = str(job.arguments["form"])
    rows = applications_at_desk(job.requested_by).filter(pk__in=job.arguments["keys"])
    content = export_content(rows, form=form, user=job.requested_by)
    name, content_type = f"applications.{form}", FORMATS[form]
    _attach(job, content, name, content_type, "export")


@transaction.atomic
def start_import(*, call: Call, upload: "UploadedFile[Any]", actor: User) -> Job:
    """Keep the spreadsheet and let it be previewed: at once when it is small, else by the worker.

    Raises FileRefused for what is no XLSX or CSV, is damaged or too large, and SheetRefused for a table that cannot
    be read.
    """
    size = upload.size or 0
    if size > settings.UPLOAD_MAX_BYTES:
        raise FileRefused(
            _("The file is too large (%(size)s). The limit is %(limit)s."),
            size=filesizeformat(size),
            limit=filesizeformat(settings.UPLOAD_MAX_BYTES),
        )
    content = upload.read()
    stored = _stored(upload, content, actor)
    sheet = read_sheet(content)
    check_columns(call, sheet)
    arguments = {
        "call": call.code, "file": stored.pk, "name": stored.name, "rows": len(sheet.rows), "write": False,
        "skip_bad": False,
    }  # fmt: skip
    return enqueue_job(kind=IMPORT_JOB, arguments=arguments, actor=actor)


def _stored(upload: "UploadedFile[Any]", content: bytes, actor: User) -> StoredFile:
    if content.startswith(b"PK\x03\x04"):
        try:
            return store_upload(upload=upload, purpose="import", actor=actor, allowed=frozenset({XLSX}))
        except FileBringsMore as error:
            # A table is wanted: the advice to save it as PDF would lead nowhere.
            raise FileRefused(
                _(
                    "This spreadsheet holds macros, other files or content from another place. Save its table alone "
                    "as XLSX without macros, or as CSV."
                )
            ) from error
    if not content:
        raise FileRefused(_("The file is empty."))
    # A CSV file has no mark by which its content could be told: it is one when it can be read as one.
    read_sheet(content)
    name = clean_name(upload.name or "", ".csv")
    return store_bytes(content=content, name=name, content_type=CSV, purpose="import", actor=actor)


@transaction.atomic
def confirm_import(*, preview: Job, skip_bad: bool, actor: User) -> Job:
    """Let the previewed spreadsheet be written, once: a second click gives the same job.

    Locks the preview. Raises DomainError unless it is done, and for rows that fail unless `skip_bad`.
    """
    preview = Job.objects.select_for_update(of=("self",)).get(pk=preview.pk)
    arguments = dict(preview.arguments)
    if arguments.get("confirmed"):
        return Job.objects.get(pk=arguments["confirmed"])
    report = report_of(preview)
    if report is None or arguments["write"]:
        raise DomainError(_("This preview is not ready."))
    if report.failed and not skip_bad:
        raise DomainError(_("Some rows cannot be imported. Correct the file, or choose to leave them out."))
    job = enqueue_job(
        kind=IMPORT_JOB, arguments={**arguments, "write": True, "skip_bad": skip_bad}, actor=actor
    )
    preview.arguments = {**arguments, "confirmed": job.pk}
    preview.save(update_fields=["arguments"])
    return job


def run_if_small(job: Job) -> None:
    """Do an import now when it is small; a larger one waits for the worker. Safe when the worker has it already."""
    if int(job.arguments["rows"]) <= ROWS_AT_ONCE:
        run_job(job.pk)


def make_import(job: Job) -> None:
    """Preview or write the spreadsheet of the job and hang the report on it. Raises DomainError for somebody who may
    no longer import, SheetRefused for its columns."""
    arguments = job.arguments
    calls = Call.objects.select_related("programme__lead_association", "programme__north_country")
    call = calls.get(code=arguments["call"])
    actor = job.requested_by
    countries = invites_for(actor, call) if actor is not None and actor.is_active else []
    if actor is None or not countries:
        raise DomainError(_NO_LONGER)
    with StoredFile.objects.get(pk=arguments["file"]).file.open("rb") as file:
        sheet = read_sheet(file.read())
    with transaction.atomic():
        report = import_applications(
            call=call, sheet=sheet, actor=actor, countries=countries, write=bool(arguments["write"]),
            skip_bad=bool(arguments["skip_bad"]),
        )  # fmt: skip
        content = json.dumps(report.as_json()).encode()
        _attach(job, content, "report.json", "application/json", "import")


def report_of(job: Job) -> ImportReport | None:
    """The report of a job that is done; None before."""
    if job.state != JobState.DONE or job.file is None:
        return None
    with job.file.file.open("rb") as file:
        return report_from(json.loads(file.read()))


def _attach(job: Job, content: bytes, name: str, content_type: str, purpose: str) -> None:
    job.file = store_bytes(
        content=content, name=name, content_type=content_type, purpose=purpose, actor=job.requested_by
    )
    job.save(update_fields=["file"])
