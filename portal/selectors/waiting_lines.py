"""What a partnership waits for and when its sides are in touch, of all rooms, in one statement: the page of a
partnership puts many rooms together already."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Lower, Trim, TruncDate
from django.utils.translation import get_language

from exchanges.enums import ATTENDED, HomeworkStatus, MeetingStatus, WindowStatus
from exchanges.models import Attendance, Contact, HomeworkAnswer, Session, Visit, VisitWindow
from exchanges.selectors.visits import LIVING_VISIT
from matching.enums import MemberKind, PartnershipStatus, TeamRole
from matching.models import (
    Agreement,
    EndChange,
    FormalDecision,
    HandOver,
    JointPlan,
    Partnership,
    PartnershipSide,
    PlanReview,
    SideConfirmation,
)
from matching.selectors.formal_decisions import BEFORE_THE_START
from sdgpartners.core import clock
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.enums import Side

RUNNING = (PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING)
LIVING = (PartnershipStatus.PREPARING, *RUNNING)
DESK = "desk"
EMPTY = Value("")
NO_DAY = Value(None, output_field=DateField())
# Lines that are figures and no tasks.
LAST, NEXT_SESSION, NEXT_VISIT, SIDE = "last", "next_session", "next_visit", "side"
START, REFUSED = "start", "1"
SIDE_FIGURES = ("people", "politicians", "services", "outside", "contacts", "sponsors", "confirmed")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is open. `side` is a side, empty for both, or `desk` for the associations. `day` is by when it is
    due, or since when it waits where nothing names a day to it; None: neither. `reference` is that of homework or
    visit, of a formal decision what it is about."""

    kind: str
    partnership_id: int
    side: str
    day: date | None
    about: str
    reference: str = ""


def waiting_lines(keys: list[int]) -> list[Line]:
    """Everything that is open for these partnerships, as long as they live and do not stand still, and the days of
    contact; one statement."""
    first, *others = _sources(keys)
    return [Line(*row) for row in first.union(*others, all=True)]


def _sources(keys: list[int]) -> Iterator[QuerySet[Any, Any]]:
    yield _homework(keys)
    decisions = FormalDecision.objects.filter(
        withdrawn_at__isnull=True,
        decided_on__isnull=True,
        side__partnership__in=keys,
        side__partnership__status__in=LIVING,
    )
    side, pair = F("side__side"), "side__partnership"
    yield _columns(
        decisions,
        "decision",
        pair,
        side=side,
        day=F("expected_on"),
        about=F("body_name"),
        reference=F("subject"),
    )
    nobody = Q(successor__isnull=True) | Q(successor__left_on__isnull=False)
    leaving = HandOver.objects.filter(
        nobody, done_at__isnull=True, side__partnership__in=keys, side__partnership__status__in=LIVING
    )
    yield _columns(leaving, "successor", pair, side=side, day=F("leaves_on"), about=F("leaving__name"))
    living = {"partnership__in": keys, "partnership__status__in": LIVING}
    sponsors = SideConfirmation.objects.filter(confirmed_at__isnull=True, **living)
    yield _columns(sponsors, "sponsor", "partnership", side=F("side"), day=F("due_on"))
    changes = EndChange.objects.filter(decided_at__isnull=True, **living)
    agreed = changes.filter(agreed_north_at__isnull=False, agreed_south_at__isnull=False)
    yield _columns(agreed, "end_decision", "partnership", side=Value(DESK), day=TruncDate("created_at"))
    yield _signed(keys)
    yield _windows(keys)
    for one in Side:
        yield from _of_side(keys, one)
    yield _sides(keys)
    yield from _contact_days(keys)


def _of_side(keys: list[int], side: Side) -> Iterator[QuerySet[Any, Any]]:
    """What one side has not agreed to, signed or reported yet."""
    other = Side.SOUTH if side == Side.NORTH else Side.NORTH
    mine, pair = Value(side.value), "partnership"
    not_agreed = Q(**{f"agreed_{side.value}_at__isnull": True})
    plans = JointPlan.objects.filter(
        not_agreed,
        partnership__in=keys,
        partnership__status__in=(PartnershipStatus.PREPARING, PartnershipStatus.ACTIVE),
    )
    since = Coalesce(TruncDate(f"agreed_{other.value}_at"), TruncDate("updated_at"))
    yield _columns(plans, "plan", pair, side=mine, day=since)
    unsigned = Agreement.objects.filter(
        Q(**{f"signed_{side.value}_at__isnull": True}),
        partnership__in=keys,
        partnership__status=PartnershipStatus.PREPARING,
    )
    since = Coalesce(TruncDate(f"signed_{other.value}_at"), TruncDate("created_at"))
    yield _columns(unsigned, "signature", pair, side=mine, day=since)
    reviews = PlanReview.objects.filter(
        not_agreed, plan__partnership__in=keys, plan__partnership__status__in=RUNNING
    )
    yield _columns(reviews, "review", "plan__partnership", side=mine, day=F("due_on"))
    changes = EndChange.objects.filter(
        not_agreed, decided_at__isnull=True, partnership__in=keys, partnership__status__in=LIVING
    )
    yield _columns(changes, "end_change", pair, side=mine, day=TruncDate("created_at"))
    over = Q(status=MeetingStatus.HELD) | Q(status=MeetingStatus.CONFIRMED, ends_on__lt=clock.today())
    visits = Visit.objects.filter(
        over,
        Q(**{f"report_{side.value}_at__isnull": True}),
        partnership__in=keys,
        partnership__status__in=RUNNING,
    )
    day = ExpressionWrapper(F("ends_on") + F("report_days_moved"), output_field=DateField())
    about = F("reference")
    yield _columns(visits, "report", pair, side=mine, day=day, about=about, reference=about)


def _signed(keys: list[int]) -> QuerySet[Any, Any]:
    """Agreements that both have signed, since then: a coordinator starts the partnership, unless something else is
    open. `about` is `REFUSED` where the last word of a college or council on candidacy or agreement is a no."""
    before = FormalDecision.objects.filter(withdrawn_at__isnull=True, subject__in=BEFORE_THE_START)
    later = before.filter(
        side=OuterRef("side"), subject=OuterRef("subject"), body=OuterRef("body"),
        body_name__iexact=OuterRef("body_name"), pk__gt=OuterRef("pk"),
    )  # fmt: skip
    refused = before.filter(~Exists(later), side__partnership=OuterRef("partnership"), approved=False)
    rows = Agreement.objects.filter(
        partnership__in=keys,
        partnership__status=PartnershipStatus.PREPARING,
        signed_north_at__isnull=False,
        signed_south_at__isnull=False,
    )
    since = Greatest(TruncDate("signed_north_at"), TruncDate("signed_south_at"))
    about = Case(When(Exists(refused), then=Value(REFUSED)), default=EMPTY)
    return _columns(rows, START, "partnership", side=Value(DESK), day=since, about=about)


def _homework(keys: list[int]) -> QuerySet[Any, Any]:
    language = (get_language() or "en").split("-")[0]
    title = F(f"homework__title_{language if language in LANGUAGE_CODES else 'en'}")
    rows = HomeworkAnswer.objects.filter(
        status=HomeworkStatus.OPEN, partnership__in=keys, partnership__status__in=RUNNING
    ).exclude(homework__session__status=MeetingStatus.CANCELLED)
    day, reference = Coalesce("moved_to", "homework__due_on"), F("homework__reference")
    return _columns(
        rows, "homework", "partnership", side=F("side"), day=day, about=title, reference=reference
    )


def _windows(keys: list[int]) -> QuerySet[Any, Any]:
    """A fixed period of visits in which a pair has no visit yet: both plan it."""
    planned = Visit.objects.filter(
        window=OuterRef("pk"), partnership=OuterRef(OuterRef("pk")), status__in=LIVING_VISIT
    )
    windows = VisitWindow.objects.filter(
        ~Exists(planned),
        partner_country=OuterRef("partner_country"),
        status=WindowStatus.FIXED,
        ends_on__gte=clock.today(),
    )
    last = Subquery(windows.order_by("starts_on").values("ends_on")[:1])
    rows = Partnership.objects.filter(Exists(windows), pk__in=keys, status__in=RUNNING)
    return _columns(rows, "visit_plan", "pk", side=EMPTY, day=last)


def _sides(keys: list[int]) -> QuerySet[Any, Any]:
    """How broad a side's people are, and what it confirmed: `about` holds people, politicians, services, actors,
    contacts, sponsors, and 1 or 0 for calendar and split together, with commas between them."""
    present = Q(team__left_on__isnull=True)
    steering = present & Q(team__role=TeamRole.STEERING)
    politician = steering & Q(team__kind=MemberKind.POLITICIAN)
    rows = PartnershipSide.objects.filter(partnership__in=keys).annotate(
        people=Count("team__name", distinct=True, filter=steering),
        politicians=Count("team__name", distinct=True, filter=politician),
        services=Count(Lower(Trim("team__service")), distinct=True, filter=steering & ~Q(team__service="")),
        outside=Count("actors", distinct=True),
        contacts=Count("team__name", distinct=True, filter=present & Q(team__role=TeamRole.CONTACT)),
        sponsors=Count("team__name", distinct=True, filter=present & Q(team__role=TeamRole.SPONSOR)),
        confirmed=Case(
            When(calendar_agreed_at__isnull=False, split_confirmed_at__isnull=False, then=1), default=0
        ),
    )
    figures = [Cast(name, CharField()) for name in SIDE_FIGURES]
    parts = [part for figure in figures for part in (figure, Value(","))][:-1]
    return _columns(rows, SIDE, "partnership", side=F("side"), day=NO_DAY, about=Concat(*parts))


def _contact_days(keys: list[int]) -> Iterator[QuerySet[Any, Any]]:
    """When the two were in touch last and will be next, a line for each way."""
    coming = (MeetingStatus.PLANNED, MeetingStatus.CONFIRMED)
    mine = {"partnership": OuterRef("pk")}
    sessions = Session.objects.filter(
        partner_country=OuterRef("partner_country"), status__in=coming, starts_at__gte=clock.now()
    )
    held = Visit.objects.filter(status__in=(MeetingStatus.HELD, MeetingStatus.REPORTED), **mine)
    planned = Visit.objects.filter(status__in=coming, starts_on__gte=clock.today(), **mine)
    met = Attendance.objects.filter(kind__in=ATTENDED, **mine)
    ways = {
        LAST: (
            Contact.objects.filter(**mine).order_by("-held_on").values("held_on"),
            met.order_by("-session__starts_at").values(day=TruncDate("session__starts_at")),
            held.order_by("-ends_on").values("ends_on"),
        ),
        NEXT_SESSION: (sessions.order_by("starts_at").values(day=TruncDate("starts_at")),),
        NEXT_VISIT: (planned.order_by("starts_on").values("starts_on"),),
    }
    pairs = Partnership.objects.filter(pk__in=keys)
    for kind, sources in ways.items():
        for source in sources:
            yield _columns(pairs, kind, "pk", side=EMPTY, day=Subquery(source[:1]))


def _columns(
    rows: QuerySet[Any, Any],
    kind: str,
    partnership: str,
    *,
    side: Any,
    day: Any,
    about: Any = EMPTY,
    reference: Any = EMPTY,
) -> QuerySet[Any, Any]:
    """The same six columns of every source, so that one statement reads them all."""
    named: QuerySet[Any, Any] = rows.order_by().annotate(
        line_kind=Value(kind, output_field=CharField()),
        line_pair=F(partnership),
        line_side=Cast(side, CharField()),
        line_day=Cast(day, DateField()),
        line_about=Cast(about, CharField()),
        line_reference=Cast(reference, CharField()),
    )
    return named.values_list(
        "line_kind", "line_pair", "line_side", "line_day", "line_about", "line_reference"
    )
