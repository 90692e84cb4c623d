"""Who was there (concept note 3.9, nr. 4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from exchanges.enums import AttendanceKind, MeetingStatus
from exchanges.models import Attendance, Session
from exchanges.selectors.sessions import COMING
from exchanges.services import moving
from exchanges.services.sessions import hold_session
from matching.models import Partnership
from matching.services.course import require_moving
from sdgpartners.core.errors import DomainError, MoveNotAllowed
from sdgpartners.core.history import because
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side


@transaction.atomic
def record_attendance(
    *,
    session: Session,
    partnership: Partnership,
    side: Side,
    kind: AttendanceKind,
    actor: User | None,
    people: str = "",
) -> Attendance:
    """Whether one municipality took part, and who; an earlier word on it is replaced.

    Locks the session. A confirmed session that has begun counts as held from now on. Raises NotYet before
    it begins, MoveNotAllowed when it is not confirmed or was cancelled, DomainError for another country's
    partnership, StandsStill for a suspended one.
    """
    session = moving.lock_session(session)
    if session.status in COMING:
        session = hold_session(session=session, actor=actor)
    if session.status == MeetingStatus.CANCELLED:
        raise MoveNotAllowed(state=MeetingStatus.CANCELLED.label)
    if partnership.partner_country_id != session.partner_country_id:
        raise DomainError(_("This partnership does not belong to the country of the session."))
    row = Attendance.objects.filter(session=session, partnership=partnership, side=side).first()
    if row is None:
        row = Attendance(session=session, partnership=partnership, side=side)
    elif (row.kind, row.people) == (kind, people.strip()):
        return row
    require_moving(partnership)
    row.kind, row.people, row.recorded_by = kind, people.strip(), actor
    with because(actor):
        row.save()
    return row


@dataclass(frozen=True)
class Mark:
    """What is recorded of one municipality."""

    partnership: Partnership
    side: Side
    kind: AttendanceKind
    people: str = ""


@transaction.atomic
def record_marks(*, session: Session, marks: Iterable[Mark], actor: User | None) -> int:
    """Record the attendance of many municipalities at once, all or none; how many. Raises like
    `record_attendance`."""
    rows = [
        record_attendance(
            session=session,
            partnership=mark.partnership,
            side=mark.side,
            kind=mark.kind,
            people=mark.people,
            actor=actor,
        )
        for mark in marks
    ]
    return len(rows)
