"""What the worker runs for the applications room."""

from celery import shared_task

from applications.services.information_sessions import send_information_mails
from applications.services.retention import purge_call_interest


@shared_task(name="applications.send_information_mails")  # type: ignore[untyped-decorator]
def send_information_mails_task() -> None:
    """Remind of information sessions, and lead people on after them."""
    send_information_mails()


@shared_task(name="applications.purge_call_interest")  # type: ignore[untyped-decorator]
def purge_call_interest_task() -> None:
    """Forget the sign-ups and self-checks of calls of long ago."""
    purge_call_interest()
