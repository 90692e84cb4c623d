"""The jobs of the documents room."""

from sdgpartners.documents.models import Job
from sdgpartners.documents.registry import register_job
from sdgpartners.documents.services.reports import RENDER_JOB, give_up_report, make_report


@register_job(RENDER_JOB, given_up=give_up_report)
def render_report(job: Job) -> None:
    """Make the PDF of the report that belongs to this job."""
    make_report(job)
