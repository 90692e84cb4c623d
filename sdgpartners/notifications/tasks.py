"""What the worker runs for the notifications room."""

from celery import shared_task

from sdgpartners.notifications import services


@shared_task(name="notifications.drain_outbox")  # type: ignore[untyped-decorator]
def drain_outbox() -> None:
    """Send what waits in the outbox."""
    services.drain_outbox()


@shared_task(name="notifications.send_due")  # type: ignore[untyped-decorator]
def send_due() -> None:
    """Queue the reminders that are due now."""
    services.send_due()
