"""What the worker runs for the people room."""

from celery import shared_task

from sdgpartners.people.services.retention import purge_join_requests


@shared_task(name="people.purge_join_requests")  # type: ignore[untyped-decorator]
def purge_join_requests_task() -> None:
    """Forget who asked to join and never confirmed the address."""
    purge_join_requests()
