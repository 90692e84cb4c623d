"""Tasks of the beat in this room."""

from celery import shared_task

from matching.services import lapse_proposals


@shared_task(name="matching.lapse_proposals")  # type: ignore[untyped-decorator]
def lapse() -> int:
    """Reopen the pairs whose last day to accept has passed; how many. Safe to run twice."""
    return lapse_proposals()
