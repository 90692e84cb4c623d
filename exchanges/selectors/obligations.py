"""The obligations meter for many partnerships, in a number of statements that does not grow with them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from exchanges.enums import ATTENDED, MeetingStatus, WindowStatus
from exchanges.models import Attendance, Contact, Session, Visit, VisitWindow
from exchanges.obligations import Facts, Minima, Obligation, Travel, obligations
from exchanges.selectors.sessions import COMING
from exchanges.selectors.visits import conference_of, period_of
from exchanges.windows import Period
from matching.models import Partnership
from matching.pauses import Pause
from matching.selectors.standstill import pauses_of
from sdgpartners.core import clock
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import ProgrammeRules
from sdgpartners.programme.selectors import rules_on

TOOK_PLACE = (MeetingStatus.HELD, MeetingStatus.REPORTED)


@dataclass
class _Days:
    """What is read for one pair."""

    sessions: dict[str, list[date]] = field(default_factory=lambda: {side: [] for side in Side.values})
    conference: list[date] = field(default_factory=list)
    conference_ahead: list[date] = field(default_factory=list)
    held: list[Travel] = field(default_factory=list)
    unreported: list[Travel] = field(default_factory=list)
    ahead: list[Travel] = field(default_factory=list)
    visited_windows: set[int] = field(default_factory=set)
    contacts: list[date] = field(default_factory=list)


def obligations_of(
    partnerships: Iterable[Partnership],
    year: int,
    *,
    pauses: Mapping[int, Sequence[Pause]] | None = None,
    rules: Mapping[int, ProgrammeRules] | None = None,
    visits: Sequence[Visit] | None = None,
) -> dict[int, tuple[Obligation, ...]]:
    """The meter of each partnership by its primary key, as it stands now; empty where it does not run in
    `year`.

    The days of suspensions do not count. Six statements and one a programme; `pauses`, the `rules` of the day by
    programme and all `visits` (with the conference of their window) are not read again where they are at hand.
    Partnerships come with `partner_country` (and its
    programme) loaded.
    """
    rows = [row for row in partnerships if row.starts_on is not None and row.ends_on is not None]
    today = clock.today()
    known: dict[int, _Days] = defaultdict(_Days)
    _read_attendance(rows, known)
    _read_visits(_visits_to(rows) if visits is None else visits, known, today)
    _read_contacts(rows, known)
    sessions = _sessions_ahead(rows)
    windows = _windows_ahead(rows, today)
    minima = _Minima(year, today, rules or {})
    pauses = pauses_of(rows) if pauses is None else pauses
    found: dict[int, tuple[Obligation, ...]] = {}
    for row in rows:
        country = row.partner_country_id
        facts = _facts(row, known[row.pk], sessions[country], windows[country], today)
        facts = replace(facts, paused=_stretches(pauses.get(row.pk, [])))
        found[row.pk] = obligations(facts, minima.of(row), year=year, today=today)
    return found


def _stretches(pauses: Iterable[Pause]) -> tuple[tuple[date, date], ...]:
    """Pauses with the last day counted; one that was over on its first day stopped nothing."""
    day = timedelta(days=1)
    return tuple((one.first, one.until - day) for one in pauses if one.first < one.until)


class _Minima:
    """The rules of each programme on the last day that counts, read once."""

    def __init__(self, year: int, today: date, given: Mapping[int, ProgrammeRules]) -> None:
        self._day = min(today, date(year, 12, 31))
        self._rules: dict[int, ProgrammeRules] = dict(given)

    def of(self, row: Partnership) -> Minima:
        key = row.partner_country.programme_id
        if key not in self._rules:
            self._rules[key] = rules_on(row.partner_country.programme, self._day)
        rules = self._rules[key]
        return Minima(
            sessions=rules.sessions_per_year_min,
            moments=rules.meeting_moments_per_year_min,
            visits=rules.visits_per_year,
            visits_each_way=max(rules.visits_made_min, rules.visits_hosted_min),
        )


def _read_attendance(rows: Sequence[Partnership], known: dict[int, _Days]) -> None:
    attended = Attendance.objects.filter(partnership__in=rows, kind__in=ATTENDED).exclude(
        session__status=MeetingStatus.CANCELLED
    )
    for key, side, starts_at, zone in attended.values_list(
        "partnership", "side", "session__starts_at", "session__time_zone"
    ):
        known[key].sessions[side].append(starts_at.astimezone(ZoneInfo(zone)).date())


def _visits_to(rows: Sequence[Partnership]) -> QuerySet[Visit]:
    return Visit.objects.filter(partnership__in=rows).select_related("window__conference")


def _read_visits(visits: Iterable[Visit], known: dict[int, _Days], today: date) -> None:
    for visit in visits:
        if visit.status == MeetingStatus.CANCELLED:
            continue
        days = known[visit.partnership_id]
        travel = Travel(visit.starts_on, visit.window.direction)
        days.visited_windows.add(visit.window_id)
        conference = conference_of(visit.window)
        shared = period_of(conference).common(period_of(visit)) if conference else Period(today, date.min)
        if visit.status in TOOK_PLACE:
            days.held.append(travel)
            days.conference += shared.days()
        elif visit.ends_on < today:
            days.unreported.append(travel)
        else:
            days.ahead.append(travel)
            days.conference_ahead += shared.days()


def _read_contacts(rows: Sequence[Partnership], known: dict[int, _Days]) -> None:
    contacts = Contact.objects.filter(partnership__in=rows).order_by()
    for key, held_on in contacts.values_list("partnership", "held_on").distinct():
        known[key].contacts.append(held_on)


def _sessions_ahead(rows: Sequence[Partnership]) -> dict[int, list[date]]:
    countries = {row.partner_country_id for row in rows}
    ahead = Session.objects.filter(
        partner_country__in=countries, status__in=COMING, starts_at__gte=clock.now()
    ).order_by("starts_at")
    found: dict[int, list[date]] = defaultdict(list)
    for country, starts_at, zone in ahead.values_list("partner_country", "starts_at", "time_zone"):
        found[country].append(starts_at.astimezone(ZoneInfo(zone)).date())
    return found


def _windows_ahead(rows: Sequence[Partnership], today: date) -> dict[int, list[VisitWindow]]:
    countries = {row.partner_country_id for row in rows}
    ahead = VisitWindow.objects.filter(partner_country__in=countries, ends_on__gte=today).exclude(
        status=WindowStatus.CANCELLED
    )
    found: dict[int, list[VisitWindow]] = defaultdict(list)
    for window in ahead.select_related("conference").order_by("starts_on"):
        found[window.partner_country_id].append(window)
    return found


def _facts(
    row: Partnership, days: _Days, sessions: Sequence[date], windows: Sequence[VisitWindow], today: date
) -> Facts:
    assert row.starts_on is not None  # noqa: S101  # the caller left others out
    assert row.ends_on is not None  # noqa: S101
    free = [window for window in windows if window.pk not in days.visited_windows]
    conferences = [conference for window in free if (conference := conference_of(window)) is not None]
    return Facts(
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        sessions_north=days.sessions[Side.NORTH],
        sessions_south=days.sessions[Side.SOUTH],
        sessions_ahead=sessions,
        conference_days=days.conference,
        conference_days_ahead=[
            *days.conference_ahead,
            *(day for one in conferences for day in period_of(one).days()),
        ],
        visits_held=days.held,
        visits_unreported=days.unreported,
        visits_ahead=days.ahead,
        # A window that has begun can still be used until it ends.
        windows_ahead=[Travel(max(window.starts_on, today), window.direction) for window in free],
        contacts=days.contacts,
    )
