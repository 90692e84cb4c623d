"""What the worker does for this room: exports of many applications, and imports."""

from django.utils import timezone, translation

from applications.selectors.desk_tasks import IMPORT_JOB
from applications.services.desk_jobs import EXPORT_JOB, make_export, make_import
from sdgpartners.documents.models import Job
from sdgpartners.documents.registry import register_job


@register_job(EXPORT_JOB)
def export_applications(job: Job) -> None:
    """The file of the chosen applications, in the language and zone of the person who asked."""
    person = job.requested_by
    with (
        translation.override(person.language if person else "en"),
        timezone.override(person.time_zone if person else "UTC"),
    ):
        make_export(job)


@register_job(IMPORT_JOB)
def import_applications(job: Job) -> None:
    """The preview of a spreadsheet, or its import, with reasons in the language of the person who sent it."""
    person = job.requested_by
    with translation.override(person.language if person else "en"):
        make_import(job)
