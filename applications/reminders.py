"""Reminders before a call closes: to those who have a draft, and to those who have not signed yet."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse

from applications.enums import ApplicationStatus, SignOffState
from applications.models import Application, SignOff
from applications.selectors.calls import open_calls
from applications.selectors.staff import signatories_of, staff_of
from sdgpartners.notifications.registry import Due, register_reminder
from sdgpartners.people.models import User


def _in_open_calls(moment: datetime, status: ApplicationStatus) -> QuerySet[Application]:
    return (
        Application.objects.filter(call__in=open_calls(moment), status=status)
        .select_related("call__programme", "municipality")
        .order_by("reference")
    )


def _due(application: Application, recipient: User, page: str, **context: object) -> Due:
    call = application.call
    return Due(
        target=application.reference,
        due_on=call.closes_at.astimezone(ZoneInfo(call.time_zone)).date(),
        recipient=recipient,
        link=reverse(page, args=[application.reference]),
        programme=call.programme,
        context={
            "application": application,
            "call": call,
            "municipality": application.municipality,
            **context,
        },
    )


@register_reminder("application_deadline")
def application_deadline(moment: datetime) -> Iterator[Due]:
    """Drafts of open calls, to everybody who works on them; due on the day that the call closes, in its own
    zone."""
    for application in _in_open_calls(moment, ApplicationStatus.DRAFT):
        for person in staff_of(application):
            yield _due(application, person, "applications:application-detail")


@register_reminder("sign_off_waiting")
def sign_off_waiting(moment: datetime) -> Iterator[Due]:
    """Applications that wait for a signature, to the signatories but the one who asked; due when the call
    closes."""
    asked = {
        sign_off.application_id: sign_off.asked_by
        for sign_off in SignOff.objects.filter(state=SignOffState.ASKED).select_related("asked_by")
    }
    for application in _in_open_calls(moment, ApplicationStatus.AWAITING_SIGN_OFF):
        asker = asked[application.pk]
        for person in signatories_of(application).exclude(pk=asker.pk):
            yield _due(application, person, "applications:sign-off-answer", asked_by=asker)
