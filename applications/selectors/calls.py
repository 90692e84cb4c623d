"""Reads of calls."""

from datetime import datetime

from django.db.models import QuerySet

from applications.enums import CallPhase, CallStatus
from applications.models import Call
from sdgpartners.core import clock


def public_calls() -> QuerySet[Call]:
    """Calls that anybody may read of: everything but drafts, the newest first."""
    return Call.objects.exclude(status=CallStatus.DRAFT).select_related("programme").order_by("-opens_at")


def open_calls(moment: datetime | None = None) -> QuerySet[Call]:
    """Calls that take applications at `moment` (now when None)."""
    moment = moment or clock.now()
    return Call.objects.filter(status=CallStatus.PUBLISHED, opens_at__lte=moment, closes_at__gte=moment)


def is_frozen(call: Call) -> bool:
    """Whether questions, criteria, tracks and dates of the call stand fast: from its opening on, and once it
    has ended."""
    return call.phase not in (CallPhase.HIDDEN, CallPhase.UPCOMING)
