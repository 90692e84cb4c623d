"""Work visits: planned in the window of the country, confirmed, held, and reported by both sides."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from exchanges.enums import DelegateRole, MeetingStatus, WindowStatus
from exchanges.errors import NotYet, OutsidePeriod
from exchanges.models import Delegate, Visit, VisitWindow
from exchanges.selectors.visits import LIVING_VISIT, period_of, today_at
from exchanges.sentences import problem_in_words
from exchanges.services import letters, moving
from exchanges.windows import Period, visit_problem
from matching.enums import PartnershipStatus
from matching.models import Partnership
from matching.services.course import require_moving
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, LimitExceeded, MoveNotAllowed
from sdgpartners.core.history import because
from sdgpartners.core.references import next_reference
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import ProgrammeRules
from sdgpartners.programme.selectors import rules_on


@transaction.atomic
def plan_visit(
    *,
    window: VisitWindow,
    partnership: Partnership,
    starts_on: date,
    ends_on: date,
    actor: User | None,
    programme_text: str = "",
) -> Visit:
    """The visit of a pair inside a fixed window of its country (concept note 3.6). Locks the window.

    Raises MoveNotAllowed unless the window is fixed, NotRunning unless the partnership is active,
    CountrySuspended, DomainError for another country's window or when the pair has a visit in it,
    OutsidePeriod for days outside window or partnership.
    """
    window = moving.lock_window(window)
    require_moving(partnership)
    # As it is under the lock: it may have ended since the page was opened.
    partnership.refresh_from_db(fields=["status", "starts_on", "ends_on"])
    moving.require_open(window.partner_country)
    if window.status != WindowStatus.FIXED:
        raise MoveNotAllowed(state=WindowStatus(window.status).label)
    if window.partner_country_id != partnership.partner_country_id:
        raise DomainError(_("This window belongs to another country."))
    _check_days(window, partnership, Period(starts_on, ends_on))
    if window.visits.filter(partnership=partnership, status__in=LIVING_VISIT).exists():
        raise DomainError(_("Your partnership has a visit in this window already."))
    with because(actor):
        return Visit.objects.create(
            reference=next_reference("VIS"),
            window=window,
            partnership=partnership,
            starts_on=starts_on,
            ends_on=ends_on,
            programme_text=programme_text.strip(),
        )


@transaction.atomic
def change_visit(
    *, visit: Visit, starts_on: date, ends_on: date, programme_text: str, actor: User | None
) -> Visit:
    """Other days or another programme, before it is held. Locks the visit. A confirmed one is told to
    both sides again when its days change. Raises MoveNotAllowed, NotRunning, OutsidePeriod.
    """
    require_moving(visit.partnership)
    visit = moving.lock_visit(visit)
    moving.require_coming(visit)
    days = Period(starts_on, ends_on)
    _check_days(visit.window, visit.partnership, days)
    moved = days != period_of(visit)
    visit.starts_on, visit.ends_on, visit.programme_text = starts_on, ends_on, programme_text.strip()
    with because(actor):
        visit.save()
    if moved and visit.status == MeetingStatus.CONFIRMED:
        letters.send_visit("visit_confirmed", visit, actor=actor)
    return visit


@transaction.atomic
def add_delegate(*, visit: Visit, name: str, role: DelegateRole, actor: User | None) -> Delegate:
    """A member of the travelling delegation; the same name twice is one person. Locks the visit.

    Raises LimitExceeded above the most people that the rules allow, Incomplete, MoveNotAllowed once held.
    """
    require_moving(visit.partnership)
    visit = moving.lock_visit(visit)
    moving.require_coming(visit)
    name = " ".join(name.split())
    if not name:
        raise Incomplete(_("Fill in the name."))
    there = visit.delegates.filter(name=name).first()
    rules = _rules(visit)
    if there is None and visit.delegates.count() >= rules.delegation_max:
        raise LimitExceeded(
            _("A delegation is %(most)s people at most. Take somebody off first."), most=rules.delegation_max
        )
    delegate = there or Delegate(visit=visit, name=name)
    delegate.role = role
    with because(actor):
        delegate.save()
    return delegate


@transaction.atomic
def remove_delegate(*, visit: Visit, name: str, actor: User | None) -> None:
    """Take a person off the delegation; nothing happens when nobody has that name. Locks the visit.

    Raises MoveNotAllowed once held.
    """
    require_moving(visit.partnership)
    visit = moving.lock_visit(visit)
    moving.require_coming(visit)
    with because(actor):
        visit.delegates.filter(name=name).delete()


@transaction.atomic
def confirm_visit(*, visit: Visit, actor: User | None) -> Visit:
    """The association confirms: both sides may book. Locks the visit, mails `visit_confirmed`.

    Raises MoveNotAllowed, NotRunning, CountrySuspended, Incomplete without anybody in the delegation. A
    delegation that is smaller than the rules expect is a warning on the page, no bar.
    """
    require_moving(visit.partnership)
    visit = moving.lock_visit(visit)
    moving.require_open(visit.partnership.partner_country)
    moving.move_visit(visit, MeetingStatus.CONFIRMED)
    _check_days(visit.window, visit.partnership, period_of(visit))
    if not visit.delegates.exists():
        raise Incomplete(_("Name the delegation before the visit is confirmed."))
    with because(actor):
        visit.save()
    letters.send_visit("visit_confirmed", visit, actor=actor)
    return visit


@transaction.atomic
def hold_visit(*, visit: Visit, actor: User | None) -> Visit:
    """Say that it took place. Locks the visit. Raises NotYet before its first day where it is held,
    MoveNotAllowed."""
    require_moving(visit.partnership)
    visit = moving.lock_visit(visit)
    _hold(visit)
    with because(actor):
        visit.save()
    return visit


@transaction.atomic
def report_visit(*, visit: Visit, side: Side, text: str, actor: User) -> Visit:
    """One side tells what it saw and takes home; with the second report the visit is reported (concept
    note 3.2).

    Until then a side may write its own again. A confirmed visit that is over counts as held from now on.
    Locks the visit. Raises Incomplete, NotYet before the last day, MoveNotAllowed.
    """
    require_moving(visit.partnership)
    visit = moving.lock_visit(visit)
    if visit.status == MeetingStatus.CONFIRMED:
        _hold(visit)
    if visit.status != MeetingStatus.HELD:
        raise MoveNotAllowed(state=MeetingStatus(visit.status).label)
    if visit.ends_on > today_at(visit):
        raise NotYet(_("Report once the visit is over."))
    if not text.strip():
        raise Incomplete(_("Write your report first."))
    for name, value in (
        ("", text.strip()),
        ("_language", actor.language),
        ("_at", clock.now()),
        ("_by", actor),
    ):
        setattr(visit, f"report_{side.value}{name}", value)
    if all(visit.reported_at(each) for each in Side):
        moving.move_visit(visit, MeetingStatus.REPORTED)
    with because(actor):
        visit.save()
    return visit


@transaction.atomic
def cancel_visit(*, visit: Visit, reason: str, actor: User | None) -> Visit:
    """Call it off; the pair can plan another in the same window. Locks the visit, mails `visit_cancelled`.

    Raises Incomplete without a reason, StandsStill while the partnership is suspended (coordinators may),
    MoveNotAllowed once held.
    """
    _require_cancellable(visit, actor)
    visit = moving.lock_visit(visit)
    moving.move_visit(visit, MeetingStatus.CANCELLED)
    if not reason.strip():
        raise Incomplete(_("Say why the visit is cancelled. Both sides read it."))
    visit.cancel_reason = reason.strip()
    with because(actor, reason):
        visit.save()
    letters.send_visit("visit_cancelled", visit, actor=actor)
    return visit


def _require_cancellable(visit: Visit, actor: User | None) -> None:
    """Bookings are called off in a suspension as well, by who coordinates."""
    country = visit.partnership.partner_country
    if actor is None or not read_standing(actor).covers(country, AssociationRole.COORDINATOR):
        require_moving(visit.partnership)


def _hold(visit: Visit) -> None:
    moving.move_visit(visit, MeetingStatus.HELD)
    if visit.starts_on > today_at(visit):
        raise NotYet(_("This visit has not begun yet."))


def _check_days(window: VisitWindow, partnership: Partnership, visit: Period) -> None:
    partnership_days = moving.require_running(partnership)
    if partnership.status != PartnershipStatus.ACTIVE:
        raise MoveNotAllowed(state=PartnershipStatus(partnership.status).label)
    problem = visit_problem(period_of(window), visit, partnership=partnership_days)
    if problem is not None:
        raise OutsidePeriod(problem_in_words(problem))


def _rules(visit: Visit) -> ProgrammeRules:
    return rules_on(visit.partnership.partner_country.programme, visit.starts_on)
