"""Reads of windows and visits."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from exchanges.enums import TRAVELLER, DelegateRole, Direction, MeetingStatus, WindowStatus
from exchanges.models import Conference, Delegate, Visit, VisitWindow
from exchanges.windows import Caution, Period, visit_cautions
from matching.models import Partnership
from matching.selectors.partnerships import partnerships_visible_to
from sdgpartners.core import clock
from sdgpartners.core.access import one_or_404
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality, PartnerCountry, ProgrammeRules

LIVING_VISIT = (MeetingStatus.PLANNED, MeetingStatus.CONFIRMED, MeetingStatus.HELD, MeetingStatus.REPORTED)


def visits_visible_to(user: Any) -> QuerySet[Visit]:
    """Visits of the partnerships that a person sees, with window and conference."""
    return (
        Visit.objects.filter(partnership__in=partnerships_visible_to(user))
        .select_related(
            "window__conference",
            "window__partner_country",
            "partnership__partner_country__country",
            "partnership__partner_country__programme",
            "partnership__north__country",
            "partnership__south__country",
            "report_north_by",
            "report_south_by",
        )
        .order_by("starts_on", "reference")
    )


def visit_for(user: Any, reference: str) -> Visit:
    """The visit with its delegation, or Http404 for whom it does not exist."""
    delegation = Prefetch("delegates", Delegate.objects.order_by("name"))
    return one_or_404(visits_visible_to(user).prefetch_related(delegation), reference=reference)


def travelling_side(visit: Visit) -> Side:
    """The side whose delegation travels."""
    return TRAVELLER[Direction(visit.window.direction)]


def host_of(visit: Visit) -> Municipality:
    """The municipality that receives."""
    partnership = visit.partnership
    return partnership.south if travelling_side(visit) == Side.NORTH else partnership.north


def guest_of(visit: Visit) -> Municipality:
    """The municipality whose delegation travels."""
    partnership = visit.partnership
    return partnership.north if travelling_side(visit) == Side.NORTH else partnership.south


def today_at(visit: Visit) -> date:
    """The calendar date where the visit takes place."""
    return clock.today(host_of(visit).country.time_zone)


def windows_open_for(partnership: Partnership) -> QuerySet[VisitWindow]:
    """Fixed windows of its country that are not over and in which it has no visit yet."""
    living = Visit.objects.filter(window=OuterRef("pk"), partnership=partnership, status__in=LIVING_VISIT)
    return (
        VisitWindow.objects.filter(
            ~Exists(living),
            partner_country=partnership.partner_country_id,
            status=WindowStatus.FIXED,
            ends_on__gte=clock.today(),
        )
        .select_related("conference", "partner_country__country")
        .order_by("starts_on")
    )


def conference_of(window: VisitWindow) -> Conference | None:
    """The window's conference, or None while it has none."""
    found: Conference | None = getattr(window, "conference", None)
    return found


def period_of(row: VisitWindow | Conference | Visit) -> Period:
    """The days of a row."""
    return Period(row.starts_on, row.ends_on)


def cautions_of(visit: Visit, rules: ProgrammeRules) -> list[Caution]:
    """What the pair should think about before it goes. The visit comes from `visit_for`; no statement."""
    conference = conference_of(visit.window)
    delegates = list(visit.delegates.all())
    return visit_cautions(
        period_of(visit),
        conference=period_of(conference) if conference else None,
        usual_days=rules.visit_days,
        delegates=len(delegates),
        delegates_min=rules.delegation_min,
        politicians=sum(1 for row in delegates if row.role == DelegateRole.POLITICIAN),
    )


def visits_of(partnership: Partnership) -> QuerySet[Visit]:
    """All visits of a pair with their windows, in order."""
    return (
        Visit.objects.filter(partnership=partnership)
        .select_related("window__conference", "partnership__north__country", "partnership__south__country")
        .order_by("starts_on")
    )


def countries_of_windows(user: Any) -> QuerySet[PartnerCountry]:
    """The partner countries whose windows a person may propose and fix."""
    return (
        PartnerCountry.objects.filter(standing_of(user).scope("", AssociationRole.COORDINATOR))
        .select_related("country", "programme")
        .order_by("country__code")
    )
