"""What the worker runs for the applications room."""

from celery import shared_task

from applications.services.information_sessions import send_information_mails


@shared_task(name="applications.send_information_mails")  # type: ignore[untyped-decorator]
def send_information_mails_task() -> None:
    """Remind of information sessions, and lead people on after them."""
    send_information_mails()
