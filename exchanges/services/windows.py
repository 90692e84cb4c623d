"""Windows: the period in which all visits of a country in one direction lie, with a conference inside."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from exchanges.enums import Direction, MeetingStatus, WindowStatus
from exchanges.errors import OutsidePeriod
from exchanges.models import Conference, VisitWindow
from exchanges.selectors.running import RUNNING
from exchanges.selectors.visits import conference_of, period_of
from exchanges.sentences import problem_in_words
from exchanges.services import letters, moving
from exchanges.texts import Texts
from exchanges.windows import Period, Problem, conference_problem
from matching.models import Partnership
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed
from sdgpartners.core.history import because
from sdgpartners.core.references import next_reference
from sdgpartners.people.models import User
from sdgpartners.programme.models import PartnerCountry
from sdgpartners.programme.selectors import rules_on


@transaction.atomic
def propose_window(
    *,
    partner_country: PartnerCountry,
    direction: Direction,
    starts_on: date,
    ends_on: date,
    actor: User | None,
    note: str = "",
) -> VisitWindow:
    """A period for the visits of a country in one direction (concept note 3.6). Several may be proposed
    at once.

    Raises CountrySuspended, OutsidePeriod for days out of order or outside the programme.
    """
    moving.require_open(partner_country)
    _check_window(Period(starts_on, ends_on), partner_country)
    with because(actor):
        return VisitWindow.objects.create(
            partner_country=partner_country,
            reference=next_reference("WIN"),
            direction=direction,
            starts_on=starts_on,
            ends_on=ends_on,
            note=note.strip(),
        )


@transaction.atomic
def change_window(
    *,
    window: VisitWindow,
    direction: Direction,
    starts_on: date,
    ends_on: date,
    actor: User | None,
    note: str = "",
) -> VisitWindow:
    """Other days for a window that is only proposed. Locks it. Raises MoveNotAllowed once fixed,
    OutsidePeriod.
    """
    window = moving.lock_window(window)
    if window.status != WindowStatus.PROPOSED:
        raise MoveNotAllowed(state=WindowStatus(window.status).label)
    _check_window(Period(starts_on, ends_on), window.partner_country)
    window.direction, window.starts_on, window.ends_on, window.note = (
        direction,
        starts_on,
        ends_on,
        note.strip(),
    )
    with because(actor):
        window.save()
    return window


@transaction.atomic
def set_conference(
    *, window: VisitWindow, titles: Texts, place: str, starts_on: date, ends_on: date, actor: User | None
) -> Conference:
    """The thematic conference inside a window (concept note 3.7), or other words and days for it. Locks
    the window.

    Raises Incomplete without title or place, OutsidePeriod outside the window or shorter than the rules ask,
    MoveNotAllowed for a cancelled window.
    """
    window = moving.lock_window(window)
    if window.status == WindowStatus.CANCELLED:
        raise MoveNotAllowed(state=WindowStatus.CANCELLED.label)
    if not titles.is_complete or not place.strip():
        raise Incomplete(_("A conference needs a title in all three languages and a place."))
    _check_conference(window, Period(starts_on, ends_on))
    conference = conference_of(window) or Conference(window=window)
    for name, value in titles.columns("title").items():
        setattr(conference, name, value)
    conference.place, conference.starts_on, conference.ends_on = place.strip(), starts_on, ends_on
    with because(actor):
        conference.save()
    return conference


@transaction.atomic
def fix_window(*, window: VisitWindow, actor: User | None) -> VisitWindow:
    """From now on every visit of the country in this direction lies in it. Locks the window.

    Mails `window_fixed` to the people of the country's partnerships. Raises CountrySuspended,
    MoveNotAllowed, Incomplete without a conference, OutsidePeriod when that does not fit, DomainError
    when another fixed window of the same direction overlaps.
    """
    window = moving.lock_window(window)
    moving.require_open(window.partner_country)
    moving.move_window(window, WindowStatus.FIXED)
    conference = conference_of(window)
    if conference is None:
        raise Incomplete(_("Add the thematic conference to the window before you fix it."))
    _check_conference(window, period_of(conference))
    _check_free(window)
    with because(actor):
        window.save()
    partnerships = Partnership.objects.filter(
        partner_country=window.partner_country,
        status__in=RUNNING,
        starts_on__lte=window.ends_on,
        ends_on__gte=window.starts_on,
    )
    letters.send_window_fixed(window, partnerships.order_by("reference"), actor=actor)
    return window


@transaction.atomic
def cancel_window(*, window: VisitWindow, reason: str, actor: User | None) -> VisitWindow:
    """Give a window up. Locks it. Raises Incomplete without a reason, DomainError while visits are
    planned in it, MoveNotAllowed.
    """
    window = moving.lock_window(window)
    moving.move_window(window, WindowStatus.CANCELLED)
    if not reason.strip():
        raise Incomplete(_("Say why the window is cancelled."))
    visits = window.visits.exclude(status=MeetingStatus.CANCELLED).count()
    if visits:
        raise DomainError(
            _("Visits lie in this window: %(number)s. Cancel them first, so that their people know."),
            number=visits,
        )
    window.cancel_reason = reason.strip()
    with because(actor, reason):
        window.save()
    return window


def _check_window(window: Period, partner_country: PartnerCountry) -> None:
    if not window.in_order:
        raise OutsidePeriod(problem_in_words(Problem.OUT_OF_ORDER))
    programme = partner_country.programme
    if not Period(programme.starts_on, programme.ends_on).holds(window):
        raise OutsidePeriod(_("These days lie outside the programme."))


def _check_conference(window: VisitWindow, conference: Period) -> None:
    rules = rules_on(window.partner_country.programme, conference.starts_on)
    problem = conference_problem(period_of(window), conference, days_min=rules.conference_days_min)
    if problem is not None:
        raise OutsidePeriod(problem_in_words(problem, days=rules.conference_days_min))


def _check_free(window: VisitWindow) -> None:
    """Two windows fixed at once lock the country, so that both cannot be fixed over the same days."""
    PartnerCountry.objects.select_for_update(of=("self",)).get(pk=window.partner_country_id)
    others = VisitWindow.objects.filter(
        partner_country=window.partner_country,
        direction=window.direction,
        status=WindowStatus.FIXED,
        starts_on__lte=window.ends_on,
        ends_on__gte=window.starts_on,
    ).exclude(pk=window.pk)
    if others.exists():
        raise DomainError(_("Another fixed window of the same direction overlaps with this one."))
