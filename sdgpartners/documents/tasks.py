"""What the worker runs for the documents room."""

from celery import shared_task

from sdgpartners.documents import services


@shared_task(name="documents.run_job")  # type: ignore[untyped-decorator]
def run_job(pk: int) -> None:
    """Do one job, if it waits still."""
    services.run_job(pk)


@shared_task(name="documents.run_waiting_jobs")  # type: ignore[untyped-decorator]
def run_waiting_jobs() -> None:
    """Give stale claims back and do the jobs whose nudge was lost."""
    services.run_waiting_jobs()
