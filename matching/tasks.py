"""Tasks of the beat in this room."""

from celery import shared_task

from matching.services import close_what_is_due, lapse_proposals
from matching.services.handovers import complete_hand_overs
from matching.services.plan_reviews import open_plan_reviews


@shared_task(name="matching.lapse_proposals")  # type: ignore[untyped-decorator]
def lapse() -> int:
    """Reopen the pairs whose last day to accept has passed; how many. Safe to run twice."""
    return lapse_proposals()


@shared_task(name="matching.close_what_is_due")  # type: ignore[untyped-decorator]
def close_due() -> int:
    """Let partnerships whose last days have come become closing; how many. Safe to run twice."""
    return close_what_is_due()


@shared_task(name="matching.open_plan_reviews")  # type: ignore[untyped-decorator]
def open_reviews() -> int:
    """Open the review of every joint plan whose month has come; how many. Safe to run twice."""
    return open_plan_reviews()


@shared_task(name="matching.complete_hand_overs")  # type: ignore[untyped-decorator]
def complete_due() -> int:
    """Finish the hand-overs whose day has come; how many. Safe to run twice."""
    return complete_hand_overs()
