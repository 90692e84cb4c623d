"""How many reviews a call wants, from whom and by when; also after it has opened, for it binds nobody who applies."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.enums import CallStatus
from applications.errors import ReasonNeeded
from applications.models import Call
from applications.selectors.readiness import review_plan_problems
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.people.models import User


@transaction.atomic
def plan_reviews(
    *,
    call: Call,
    reviewers_per_application: int,
    association_reviewers: int,
    reviews_due_on: date | None,
    reason: str,
    actor: User | None,
) -> Call:
    """Set what the call asks of its reviewers, with the reason for the history. Reviews that are given out stay.

    Locks the call; mails nobody (reminders follow the new day). Raises ReasonNeeded, and DomainError for a call that is
    decided or cancelled, and for numbers or a day that do not fit.
    """
    if not reason.strip():
        raise ReasonNeeded
    call = Call.objects.select_for_update(of=("self",)).select_related("programme").get(pk=call.pk)
    if call.status in (CallStatus.DECIDED, CallStatus.CANCELLED):
        raise DomainError(_("This call is over: its reviews are what they are."))
    call.reviewers_per_application = reviewers_per_application
    call.association_reviewers = association_reviewers
    call.reviews_due_on = reviews_due_on
    for problem in review_plan_problems(call):
        raise DomainError(problem)
    with because(actor, reason.strip()):
        call.save(
            update_fields=[
                "reviewers_per_application", "association_reviewers", "reviews_due_on", "updated_at",
            ]
        )  # fmt: skip
    return call
