"""What happens to files, jobs and reports."""

from sdgpartners.documents.delivery import deliver
from sdgpartners.documents.services.files import check_upload, store_bytes, store_checked, store_upload
from sdgpartners.documents.services.jobs import (
    enqueue_job,
    retry_job,
    run_job,
    run_waiting_jobs,
    set_progress,
)
from sdgpartners.documents.services.reports import request_report
from sdgpartners.documents.services.scanning import scan_file, scan_waiting_files

__all__ = [
    "check_upload",
    "deliver",
    "enqueue_job",
    "request_report",
    "retry_job",
    "run_job",
    "run_waiting_jobs",
    "scan_file",
    "scan_waiting_files",
    "set_progress",
    "store_bytes",
    "store_checked",
    "store_upload",
]
