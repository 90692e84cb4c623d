"""The only places that change a state in this room, and the locks and questions that come before."""

from exchanges.enums import (
    HOMEWORK_MOVES,
    MEETING_MOVES,
    WINDOW_MOVES,
    HomeworkStatus,
    MeetingStatus,
    WindowStatus,
)
from exchanges.errors import CountrySuspended, NotRunning
from exchanges.models import HomeworkAnswer, Session, Visit, VisitWindow
from exchanges.selectors.running import RUNNING
from exchanges.windows import Period
from matching.enums import PartnershipStatus
from matching.errors import StandsStill
from matching.models import Partnership
from sdgpartners.core.errors import MoveNotAllowed
from sdgpartners.core.moves import check_move
from sdgpartners.programme.models import PartnerCountry


def lock_session(session: Session) -> Session:
    """The row as it is now, locked until the transaction ends."""
    return (
        Session.objects.select_for_update(of=("self",))
        .select_related("partner_country__programme", "partner_country__country", "facilitator")
        .get(pk=session.pk)
    )


def lock_answer(answer: HomeworkAnswer) -> HomeworkAnswer:
    """The row as it is now, locked until the transaction ends."""
    return (
        HomeworkAnswer.objects.select_for_update(of=("self",))
        .select_related("homework__session__partner_country__programme", "partnership__partner_country")
        .get(pk=answer.pk)
    )


def lock_window(window: VisitWindow) -> VisitWindow:
    """The row as it is now, locked until the transaction ends; visits are planned under this lock."""
    return (
        VisitWindow.objects.select_for_update(of=("self",))
        .select_related("partner_country__programme", "partner_country__country", "conference")
        .get(pk=window.pk)
    )


def lock_visit(visit: Visit) -> Visit:
    """The row as it is now, locked until the transaction ends."""
    return (
        Visit.objects.select_for_update(of=("self",))
        .select_related(
            "window__conference",
            "partnership__partner_country__programme",
            "partnership__north__country",
            "partnership__south__country",
        )
        .get(pk=visit.pk)
    )


def move_session(session: Session, target: MeetingStatus) -> None:
    """Move and leave saving to the caller; raises MoveNotAllowed."""
    check_move(MEETING_MOVES, current=session.status, target=target, states=MeetingStatus)
    session.status = target


def move_visit(visit: Visit, target: MeetingStatus) -> None:
    """Move and leave saving to the caller; raises MoveNotAllowed."""
    check_move(MEETING_MOVES, current=visit.status, target=target, states=MeetingStatus)
    visit.status = target


def move_window(window: VisitWindow, target: WindowStatus) -> None:
    """Move and leave saving to the caller; raises MoveNotAllowed."""
    check_move(WINDOW_MOVES, current=window.status, target=target, states=WindowStatus)
    window.status = target


def move_answer(answer: HomeworkAnswer, target: HomeworkStatus) -> None:
    """Move and leave saving to the caller; raises MoveNotAllowed."""
    check_move(HOMEWORK_MOVES, current=answer.status, target=target, states=HomeworkStatus)
    answer.status = target


def require_coming(row: Session | Visit) -> None:
    """Raise MoveNotAllowed unless the meeting is planned or confirmed."""
    if row.status not in (MeetingStatus.PLANNED, MeetingStatus.CONFIRMED):
        raise MoveNotAllowed(state=MeetingStatus(row.status).label)


def require_open(partner_country: PartnerCountry) -> None:
    """Raise CountrySuspended while cooperation with the country has stopped."""
    if partner_country.suspended_since is not None:
        raise CountrySuspended


def require_running(partnership: Partnership) -> Period:
    """The days over which the partnership runs; StandsStill while it is suspended, NotRunning unless it is active or
    closing."""
    if partnership.status == PartnershipStatus.SUSPENDED:
        raise StandsStill
    if partnership.status not in RUNNING or partnership.starts_on is None or partnership.ends_on is None:
        raise NotRunning
    return Period(partnership.starts_on, partnership.ends_on)
