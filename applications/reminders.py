"""Reminders before a call closes: to those who have a draft, and to those who have not signed yet; and before
requested changes are due; before reviews are; and before a selected municipality has to confirm."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.urls import reverse

from applications.enums import REVIEW_EDITABLE, ApplicationStatus, CallStatus, DecisionOutcome, SignOffState
from applications.models import Application, Call, ChangeRequest, Decision, Review, SignOff
from applications.selectors.calls import open_calls
from applications.selectors.deadlines import deadline_of
from applications.selectors.places import day_of_letter
from applications.selectors.review_queue import open_reviews
from applications.selectors.sponsors import open_confirmations
from applications.selectors.staff import signatories_of, staff_of
from applications.services.decision_letters import REMINDER as UNCONFIRMED
from applications.services.sponsors import ENDED
from sdgpartners.notifications.registry import Due, register_reminder
from sdgpartners.people.models import User


def _in_open_calls(moment: datetime, status: ApplicationStatus) -> QuerySet[Application]:
    return (
        Application.objects.filter(
            Q(call__in=open_calls(moment)) | Q(call__status=CallStatus.PUBLISHED, late_until__gte=moment),
            status=status,
        )
        .select_related("call__programme", "municipality")
        .order_by("reference")
    )


def _due(application: Application, recipient: User, page: str, **context: object) -> Due:
    call, deadline = application.call, deadline_of(application)
    return Due(
        target=application.reference,
        due_on=deadline.astimezone(ZoneInfo(call.time_zone)).date(),
        recipient=recipient,
        link=reverse(page, args=[application.reference]),
        programme=call.programme,
        context={
            "application": application,
            "call": call,
            "municipality": application.municipality,
            "deadline": deadline,
            **context,
        },
    )


@register_reminder("application_deadline")
def application_deadline(moment: datetime) -> Iterator[Due]:
    """Drafts of open calls, to everybody who works on them; due on the day that the call closes (or, for
    who was admitted late, that their code ends), in its own zone."""
    for application in _in_open_calls(moment, ApplicationStatus.DRAFT):
        for person in staff_of(application):
            yield _due(application, person, "applications:application-detail")


@register_reminder("sign_off_waiting")
def sign_off_waiting(moment: datetime) -> Iterator[Due]:
    """Applications that wait for a signature, to the signatories but the one who asked; due when the call
    closes. Requested changes have a deadline of their own (`changes_due`)."""
    asked = {
        sign_off.application_id: sign_off.asked_by
        for sign_off in SignOff.objects.filter(state=SignOffState.ASKED).select_related("asked_by")
    }
    waiting = _in_open_calls(moment, ApplicationStatus.AWAITING_SIGN_OFF).filter(submitted_at__isnull=True)
    for application in waiting:
        asker = asked[application.pk]
        for person in signatories_of(application).exclude(pk=asker.pk):
            yield _due(application, person, "applications:sign-off-answer", asked_by=asker)


@register_reminder("changes_due")
def changes_due(moment: datetime) -> Iterator[Due]:
    """Requested changes that are not submitted yet, on the day of their own deadline in the call's zone: to
    everybody who works on them, or to the signatories but the one who asked once they wait for a signature."""
    requests = ChangeRequest.objects.filter(answered_at__isnull=True, cancelled_at__isnull=True)
    for request in requests.select_related(
        "application__call__programme", "application__municipality", "revision"
    ).order_by("pk"):
        application = request.application
        call = application.call
        sign_off = application.sign_offs.filter(state=SignOffState.ASKED).first()
        people = (
            staff_of(application)
            if sign_off is None
            else signatories_of(application).exclude(pk=sign_off.asked_by_id)
        )
        page = "applications:application-detail" if sign_off is None else "applications:sign-off-answer"
        for person in people:
            yield Due(
                target=application.reference,
                due_on=request.due_at.astimezone(ZoneInfo(call.time_zone)).date(),
                recipient=person,
                link=reverse(page, args=[application.reference]),
                programme=call.programme,
                context={
                    "application": application,
                    "call": call,
                    "municipality": application.municipality,
                    "request": request,
                },
            )


@register_reminder("reviews_due")
def reviews_due(moment: datetime) -> Iterator[Due]:
    """Reviews that are still to submit, one mail a reviewer and call; due on the day that the call names. Which ones
    they are stands in the portal alone."""
    waiting = Review.objects.filter(
        status__in=REVIEW_EDITABLE, application__status=ApplicationStatus.IN_REVIEW,
        application__municipality__is_test=False, track__call__status=CallStatus.PUBLISHED,
        track__call__reviews_due_on__isnull=False,
    )  # fmt: skip
    for person in User.objects.filter(is_active=True, pk__in=waiting.values("reviewer")).order_by("pk"):
        # As their list has it: without what they are barred from, and while they have a seat.
        own = open_reviews(person).filter(pk__in=waiting.values("pk"))
        counted = Counter(own.order_by().values_list("application__call", flat=True))
        for call in Call.objects.filter(pk__in=counted).select_related("programme").order_by("pk"):
            if call.reviews_due_on is not None:
                yield Due(
                    target=call.code,
                    due_on=call.reviews_due_on,
                    recipient=person,
                    link=reverse("applications:review-list"),
                    programme=call.programme,
                    context={"call": call, "count": counted[call.pk]},
                )


@register_reminder("sponsor_confirmation")
def sponsor_confirmation(moment: datetime) -> Iterator[Due]:
    """Applications that wait for the word of a new sponsor, to the signatories."""
    for row in open_confirmations().exclude(application__status__in=ENDED):
        application = row.application
        for person in signatories_of(application):
            yield Due(
                target=application.reference,
                due_on=row.due_on,
                recipient=person,
                link=reverse("applications:sponsor-confirm", args=[application.reference]),
                programme=application.call.programme,
                context={
                    "application": application,
                    "call": application.call,
                    "municipality": application.municipality,
                },
            )


@register_reminder(UNCONFIRMED)
def decision_unconfirmed(moment: datetime) -> Iterator[Due]:
    """Selected municipalities that have not answered, to everybody who works there; due on the last day to confirm, in
    the call's zone. Not in the first half of the days that they have, whose letter has just come; and after the last
    one nobody is reminded: the answer is no longer taken."""
    rows = Decision.objects.filter(
        outcome=DecisionOutcome.SELECTED, released_at__isnull=False, confirm_by__isnull=False,
        application__status=ApplicationStatus.SELECTED, application__municipality__is_test=False,
    )  # fmt: skip
    last: dict[str, Decision] = {}
    for row in rows.select_related("application__call__programme", "application__municipality").order_by(
        "confirm_by", "pk"
    ):
        last[row.application.reference] = row
    for row in last.values():
        call = row.application.call
        today = moment.astimezone(ZoneInfo(call.time_zone)).date()
        if row.confirm_by is None or today > row.confirm_by:
            continue
        if today - day_of_letter(call, [row]) < row.confirm_by - today:
            continue
        for person in staff_of(row.application):
            yield Due(
                target=row.application.reference,
                due_on=row.confirm_by,
                recipient=person,
                link=reverse("applications:decision-confirm", args=[row.application.reference]),
                programme=call.programme,
                context={
                    "application": row.application, "call": call, "municipality": row.application.municipality,
                },
            )  # fmt: skip
