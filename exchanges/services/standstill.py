"""A partnership goes on after a suspension, or ends early: what was due moves, what cannot take place is called off."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchanges.enums import HomeworkStatus, MeetingStatus
from exchanges.models import HomeworkAnswer, Visit
from exchanges.selectors.sessions import COMING
from exchanges.services import moving
from exchanges.services.sessions import invite_partnership
from matching.models import Partnership
from sdgpartners.core import clock
from sdgpartners.core.history import because
from sdgpartners.people.models import User

LONGEST_REASON = 300


@transaction.atomic
def move_deadlines(*, partnership: Partnership, since: date, days: int, actor: User | None) -> None:
    """After a suspension since `since`: open homework and reports of visits get the `days` back that passed.

    What was late before the suspension stays as late as it was. Meetings that are planned stay where they are; the pair
    is invited again to the sessions to come. Locks the answers and the visits. Part of the resuming, whose lock on the
    partnership keeps it from running twice.
    """
    if days:
        for answer in _open_answers(partnership):
            if answer.due_on >= since:
                answer.moved_to = answer.due_on + timedelta(days=days)
                answer.save(update_fields=["moved_to"])
        today = since + timedelta(days=days)
        for visit in _unreported(partnership, today):
            # One that was over while the partnership stood still could not be reported from then on.
            visit.report_days_moved += (today - max(since, visit.ends_on)).days
            visit.save(update_fields=["report_days_moved"])
    invite_partnership(partnership=partnership, actor=actor)


@transaction.atomic
def call_off_visits(*, partnership: Partnership, reason: str, actor: User | None) -> int:
    """The partnership has ended: visits that have not begun are called off; how many. Locks them.

    A confirmed one that has begun took place, whether or not somebody has entered it: both sides report on it. Nobody
    is mailed apart: the letter about the end says it.
    """
    rows = Visit.objects.select_for_update(of=("self",)).filter(partnership=partnership, status__in=COMING)
    begun = Q(status=MeetingStatus.CONFIRMED, starts_on__lte=clock.today())
    visits = list(rows.exclude(begun).order_by("pk"))
    with because(actor, reason):
        for visit in visits:
            moving.move_visit(visit, MeetingStatus.CANCELLED)
            visit.cancel_reason = reason[:LONGEST_REASON] or str(_("The partnership has ended."))
            visit.save(update_fields=["status", "cancel_reason"])
    return len(visits)


def _open_answers(partnership: Partnership) -> list[HomeworkAnswer]:
    rows = HomeworkAnswer.objects.select_for_update(of=("self",)).select_related("homework")
    return list(rows.filter(partnership=partnership, status=HomeworkStatus.OPEN).order_by("pk"))


def _unreported(partnership: Partnership, today: date) -> list[Visit]:
    """Visits over which a side has not reported and that were over before `today`, on which it goes on."""
    rows = Visit.objects.select_for_update(of=("self",)).filter(
        partnership=partnership,
        status__in=(MeetingStatus.CONFIRMED, MeetingStatus.HELD),
        ends_on__lt=today,
    )
    return list(rows.order_by("pk"))
