"""Reads of sessions: who sees which, what comes next, who was there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Prefetch,
    Q,
    QuerySet,
    Value,
)
from django.db.models.expressions import Combinable

from exchanges.enums import MeetingStatus
from exchanges.models import Attendance, Homework, HomeworkAnswer, Session
from exchanges.selectors.running import running_on, works_in
from matching.models import Partnership
from matching.selectors.partnerships import FILE_ROLES, partnerships_visible_to
from sdgpartners.core import clock
from sdgpartners.core.access import one_or_404
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import PartnerCountry

SESSION_ROLES = (AssociationRole.COORDINATOR, AssociationRole.FACILITATOR)
COMING = (MeetingStatus.PLANNED, MeetingStatus.CONFIRMED)


def sessions_visible_to(user: Any) -> QuerySet[Session]:
    """Sessions of the countries of one's partnerships, in the scope of one's seats, and those one
    facilitates.
    """
    standing = standing_of(user)
    if not user.is_authenticated:
        return Session.objects.none()
    own = Partnership.objects.filter(works_in(standing.municipality_ids)).values("partner_country")
    return Session.objects.filter(
        Q(partner_country__in=own)
        | Q(facilitator=user)
        | standing.scope("partner_country", *FILE_ROLES)
        | standing.steering_scope("partner_country")
    ).select_related(
        "partner_country__country",
        "partner_country__association",
        "partner_country__programme",
        "facilitator",
    )


def session_for(user: Any, reference: str) -> Session:
    """The session, or Http404 for whom it does not exist."""
    return one_or_404(sessions_visible_to(user), reference=reference)


def _start_of_what_ends_now() -> Combinable:
    """For each row, when it would have had to start to end at this moment."""
    length = ExpressionWrapper(F("minutes_long") * Value(timedelta(minutes=1)), DurationField())
    return ExpressionWrapper(Value(clock.now(), DateTimeField()) - length, DateTimeField())


def upcoming(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Those that are not over, the next first; cancelled ones stay in view until their day."""
    return sessions.filter(starts_at__gt=_start_of_what_ends_now()).order_by("starts_at")


def past(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """The others, the latest first, also when nobody has recorded yet that they were held."""
    return sessions.filter(starts_at__lte=_start_of_what_ends_now()).order_by("-starts_at")


def countries_of_sessions(user: Any) -> QuerySet[PartnerCountry]:
    """The partner countries for which a person may plan sessions."""
    return (
        PartnerCountry.objects.filter(
            standing_of(user).scope("", *SESSION_ROLES), suspended_since__isnull=True
        )
        .select_related("country", "programme", "association")
        .order_by("country__code")
    )


def sessions_of(partnership: Partnership) -> QuerySet[Session]:
    """The sessions of its country that lie in its time, in order; none before it has dates."""
    if partnership.starts_on is None or partnership.ends_on is None:
        return Session.objects.none()
    return Session.objects.filter(
        partner_country=partnership.partner_country_id,
        starts_at__date__gte=partnership.starts_on,
        starts_at__date__lte=partnership.ends_on,
    ).order_by("starts_at")


def next_session(partnership: Partnership) -> Session | None:
    """The next one of its country that is not cancelled."""
    rows = sessions_of(partnership).filter(starts_at__gte=clock.now(), status__in=COMING)
    return rows.select_related("partner_country__country").first()


@dataclass(frozen=True)
class AttendanceLine:
    """One municipality at one session; `recorded` is None while nothing was recorded."""

    partnership: Partnership
    side: Side
    recorded: Attendance | None

    @property
    def municipality(self) -> Any:
        return self.partnership.north if self.side == Side.NORTH else self.partnership.south


def attendance_lines(session: Session) -> list[AttendanceLine]:
    """Both sides of all partnerships that ran on the day or have something recorded; two statements."""
    recorded = {(row.partnership_id, row.side): row for row in session.attendances.all()}
    ran = running_on(session.partner_country, session.day)
    others = {key for key, _side in recorded}
    rows = ran | Partnership.objects.filter(pk__in=others) if others else ran
    rows = rows.select_related("north__country", "south__country", "partner_country__programme")
    return [
        AttendanceLine(row, side, recorded.get((row.pk, side.value)))
        for row in rows.order_by("reference")
        for side in Side
    ]


def homework_of(session: Session, user: Any) -> list[Homework]:
    """The homework of a session with the answers that `user` may see, as `seen_answers`; two statements."""
    answers = (
        HomeworkAnswer.objects.filter(partnership__in=partnerships_visible_to(user))
        .select_related("partnership__north", "partnership__south")
        .order_by("partnership__reference")
    )
    rows = session.homework.prefetch_related(Prefetch("answers", answers, to_attr="seen_answers"))
    return list(rows.order_by("due_on", "reference"))


def sessions_in_year(partner_country: PartnerCountry, year: int) -> QuerySet[Session]:
    """Those that were or will be held in a calendar year, in the portal's zone; cancelled ones left out."""
    return Session.objects.filter(partner_country=partner_country, starts_at__year=year).exclude(
        status=MeetingStatus.CANCELLED
    )
