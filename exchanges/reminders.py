"""What is still open in this room, and who is reminded of it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from exchanges.enums import MeetingStatus
from exchanges.models import HomeworkAnswer, Session, Visit
from exchanges.selectors.homework import open_answers
from exchanges.selectors.running import RUNNING, people_of_sides
from exchanges.selectors.visits import guest_of, host_of
from exchanges.services.letters import invited_to, time_for
from matching.enums import PartnershipStatus
from matching.models import Partnership
from sdgpartners.core import clock
from sdgpartners.notifications.registry import Due, register_reminder
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Programme
from sdgpartners.programme.selectors import rules_on


@register_reminder("homework_due")
def homework_due(moment: datetime) -> Iterable[Due]:
    """Homework that a partnership has not handed in, to the people of both municipalities."""
    running = Partnership.objects.filter(status__in=RUNNING).select_related(
        "north__country", "south__country", "partner_country__programme"
    )
    partnerships = {row.pk: row for row in running}
    people = people_of_sides(partnerships.values())
    for answer in open_answers(partnerships.values()):
        partnership = partnerships[answer.partnership_id]
        receivers = {user.pk: user for side in Side for user in people.get((partnership.pk, side), ())}
        for user in receivers.values():
            yield Due(
                target=f"{answer.homework.reference}/{partnership.reference}",
                due_on=answer.due_on,
                recipient=user,
                link=_answer_page(answer),
                programme=partnership.partner_country.programme,
                context={"homework": answer.homework, "partnership": partnership},
            )


@register_reminder("session_coming")
def session_coming(moment: datetime) -> Iterable[Due]:
    """A confirmed session that has not begun, to everybody who is invited; none of a suspended country."""
    sessions = Session.objects.filter(
        status=MeetingStatus.CONFIRMED,
        starts_at__gt=moment,
        partner_country__suspended_since__isnull=True,
    ).select_related("partner_country__programme", "facilitator")
    for session in sessions.order_by("starts_at"):
        for user in invited_to(session):
            yield Due(
                target=session.reference,
                due_on=session.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date(),
                recipient=user,
                link=reverse("exchanges:session-detail", args=(session.reference,)),
                programme=session.partner_country.programme,
                context={"session": session, "when": time_for(session, user)},
            )


@register_reminder("visit_report_due")
def visit_report_due(moment: datetime) -> Iterable[Due]:
    """A visit that is over and that one side has not reported on, to the people of that side."""
    over = Q(status=MeetingStatus.HELD) | Q(status=MeetingStatus.CONFIRMED)
    visits = Visit.objects.filter(over, ends_on__lt=clock.today())
    # While a partnership is suspended nobody is reminded.
    visits = visits.exclude(partnership__status=PartnershipStatus.SUSPENDED).select_related(
        "window",
        "partnership__north__country",
        "partnership__south__country",
        "partnership__partner_country__programme",
    )
    rows = list(visits.order_by("ends_on"))
    people = people_of_sides({row.partnership for row in rows})
    days: dict[int, int] = {}
    for visit in rows:
        programme = visit.partnership.partner_country.programme
        if programme.pk not in days:
            days[programme.pk] = rules_on(programme).visit_report_days
        for side in Side:
            if visit.reported_at(side) is None:
                receivers = people.get((visit.partnership_id, side), [])
                yield from _report_dues(visit, programme, days[programme.pk], receivers)


def _report_dues(visit: Visit, programme: Programme, days: int, receivers: Iterable[User]) -> Iterator[Due]:
    for user in receivers:
        yield Due(
            target=visit.reference,
            due_on=visit.ends_on + timedelta(days=days + visit.report_days_moved),
            recipient=user,
            link=reverse("exchanges:visit-detail", args=(visit.reference,)),
            programme=programme,
            context={"visit": visit, "guest": guest_of(visit), "host": host_of(visit)},
        )


def _answer_page(answer: HomeworkAnswer) -> str:
    return reverse(
        "exchanges:homework-answer", args=(answer.homework.reference, answer.partnership.reference)
    )
