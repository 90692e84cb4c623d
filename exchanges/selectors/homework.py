"""Reads of homework."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from exchanges.enums import HomeworkStatus, MeetingStatus
from exchanges.models import HomeworkAnswer
from exchanges.selectors.running import RUNNING
from matching.models import Partnership
from matching.selectors.partnerships import partnerships_visible_to
from matching.selectors.standstill import is_suspended
from sdgpartners.core import clock
from sdgpartners.core.access import one_or_404


def answers_visible_to(user: Any) -> QuerySet[HomeworkAnswer]:
    """Those of the partnerships that a person sees, never another partnership's."""
    return HomeworkAnswer.objects.filter(partnership__in=partnerships_visible_to(user)).select_related(
        "homework__session__partner_country__country",
        "homework__session__partner_country__programme",
        "partnership__north__country",
        "partnership__south__country",
        "partnership__partner_country__programme",
        "handed_in_by",
    )


def answer_for(user: Any, homework: str, partnership: str) -> HomeworkAnswer:
    """The pair's joint answer to a piece of homework, both by reference, or Http404."""
    return one_or_404(
        answers_visible_to(user), homework__reference=homework, partnership__reference=partnership, side=""
    )


def open_answers(partnerships: Iterable[Partnership]) -> QuerySet[HomeworkAnswer]:
    """What these running partnerships have not handed in, the first due first."""
    return (
        HomeworkAnswer.objects.filter(
            partnership__in=partnerships, partnership__status__in=RUNNING, status=HomeworkStatus.OPEN
        )
        .exclude(homework__session__status=MeetingStatus.CANCELLED)
        .select_related("homework__session", "partnership__north", "partnership__south")
        .order_by(Coalesce("moved_to", "homework__due_on"), "homework__reference")
    )


def handed_in_on(answer: HomeworkAnswer) -> date | None:
    """The day in the portal's zone, which due dates are counted in."""
    if answer.handed_in_at is None:
        return None
    return answer.handed_in_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def is_late(answer: HomeworkAnswer) -> bool:
    """Whether it came after its last day, or has not come although that is over. Nothing gets late while the
    partnership is suspended."""
    handed_in = handed_in_on(answer)
    if handed_in is None and is_suspended(answer.partnership):
        return False
    return (handed_in or clock.today()) > answer.due_on
