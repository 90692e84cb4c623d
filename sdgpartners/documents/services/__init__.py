"""What happens to files, jobs and reports."""

from sdgpartners.documents.delivery import deliver
from sdgpartners.documents.services.files import store_bytes, store_upload
from sdgpartners.documents.services.jobs import (
    enqueue_job,
    retry_job,
    run_job,
    run_waiting_jobs,
    set_progress,
)
from sdgpartners.documents.services.reports import request_report

__all__ = [
    "deliver",
    "enqueue_job",
    "request_report",
    "retry_job",
    "run_job",
    "run_waiting_jobs",
    "set_progress",
    "store_bytes",
    "store_upload",
]
