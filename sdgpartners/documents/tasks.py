"""What the worker runs for the documents room."""

from contextlib import suppress

from celery import shared_task

from sdgpartners.documents import services
from sdgpartners.documents.errors import ScannerAway
from sdgpartners.documents.services.uploads import remove_stale_uploads as remove_stale


@shared_task(name="documents.run_job")  # type: ignore[untyped-decorator]
def run_job(pk: int) -> None:
    """Do one job, if it waits still."""
    services.run_job(pk)


@shared_task(name="documents.run_waiting_jobs")  # type: ignore[untyped-decorator]
def run_waiting_jobs() -> None:
    """Give stale claims back and do the jobs whose nudge was lost."""
    services.run_waiting_jobs()


@shared_task(name="documents.scan_file")  # type: ignore[untyped-decorator]
def scan_file(pk: int) -> None:
    """Look at one file in quarantine; without an answer of the scanner the beat comes back to it."""
    with suppress(ScannerAway):
        services.scan_file(pk)


@shared_task(name="documents.scan_waiting_files")  # type: ignore[untyped-decorator]
def scan_waiting_files() -> None:
    """Look at the files in quarantine whose nudge was lost, or for which the scanner was away."""
    services.scan_waiting_files()


@shared_task(name="documents.remove_stale_uploads")  # type: ignore[untyped-decorator]
def remove_stale_uploads() -> None:
    """Forget uploads that were never finished."""
    remove_stale()
