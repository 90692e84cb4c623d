"""What the steering group looks at: how far the partnerships are, and where it goes wrong."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.enums import ApplicationStatus
from applications.models import Application, Call, Track, TrackPreference
from budget.selectors import ShareBalance, balances
from exchanges.enums import MeetingStatus, ObligationState
from exchanges.models import Session
from exchanges.sentences import MeterLine
from matching.enums import PartnershipStatus
from matching.models import Partnership
from matching.permissions import partnerships_visible_to
from portal.selectors.hub import meter_of
from sdgpartners.core import clock
from sdgpartners.core.charts import PairRow, PartRow, bar_pairs, funnel
from sdgpartners.core.components import KeyFigure
from sdgpartners.core.display import format_money
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Programme

# The association roles that the dashboard is for.
BOARD_ROLES = (AssociationRole.COORDINATOR, AssociationRole.AUDITOR)
FOLLOWED = (PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING, PartnershipStatus.SUSPENDED)
WITHOUT_SEAT = 0  # no association has this key; a full member's seat holds None
PICKED = (ApplicationStatus.SELECTED, ApplicationStatus.CONFIRMED, ApplicationStatus.MATCHED)


@dataclass(frozen=True)
class Row:
    """One partnership on the board."""

    partnership: Partnership
    meter: list[MeterLine]
    halves: list[ShareBalance]

    @property
    def late(self) -> bool:
        return any(line.state == ObligationState.LATE for line in self.meter)


@dataclass(frozen=True)
class Picture:
    """A chart with the sentence that it shows and its rows as a table."""

    finding: str
    chart: str
    headers: list[str]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True)
class Board:
    """The steering group's dashboard. Charts are None where there is nothing to draw."""

    finding: str
    rows: list[Row]
    figures: list[KeyFigure]
    money: Picture | None
    road: Picture | None
    columns: list[str]


def _finding(rows: list[Row]) -> str:
    late = [row.partnership for row in rows if row.late]
    if not rows:
        return _("No partnerships run yet")
    if not late:
        return _("All %(count)d partnerships are on their way") % {"count": len(rows)}
    names = ", ".join(str(partnership) for partnership in late[:2])
    return ngettext(
        "%(count)d partnership is behind: %(names)s",
        "%(count)d partnerships are behind, among them %(names)s",
        len(late),
    ) % {"count": len(late), "names": names}


def _spent(rows: list[Row], side: str) -> Decimal:
    return sum(
        (half.balance.used for row in rows for half in row.halves if half.share.side == side),
        start=Decimal(0),
    )


def _money(rows: list[Row], currency: str) -> Picture | None:
    held = [row for row in rows if len(row.halves) == 2]
    if not held:
        return None
    north, south = _spent(held, "north"), _spent(held, "south")
    if north == south:
        finding = _("North and south use as much")
    else:
        finding = _("North uses more than south") if north > south else _("South uses more than north")
    pairs = [
        PairRow(
            label=str(row.partnership),
            first=float(row.halves[0].balance.used),
            second=float(row.halves[1].balance.used),
            first_text=format_money(row.halves[0].balance.used, currency),
            second_text=format_money(row.halves[1].balance.used, currency),
            maximum=float(max(half.share.amount for half in row.halves)),
        )
        for row in held
    ]
    return Picture(
        finding,
        bar_pairs(pairs, title=finding),
        [_("Partnership"), _("North"), _("South")],
        [(pair.label, pair.first_text, pair.second_text) for pair in pairs],
    )


def _followed(user: User, call: Call) -> QuerySet[Application]:
    """The applications of `call` that are in view of `user`: all for those who follow the whole programme, otherwise
    those of one's own country and the Flemish ones that rank it."""
    standing, rows = standing_of(user), Application.objects.filter(call=call, municipality__is_test=False)
    member = standing.steering.get(call.programme_id, WITHOUT_SEAT) is None
    if member or standing.leads(call.programme_id, *BOARD_ROLES):
        return rows
    scope = standing.scope("partner_country", *BOARD_ROLES) | standing.steering_scope("partner_country")
    tracks = Track.objects.filter(scope, call=call).values("pk")
    ranking = TrackPreference.objects.filter(application=OuterRef("pk"), track__in=tracks)
    return rows.filter(Q(track__in=tracks) | Q(Exists(ranking)))


def _road(user: User, call: Call | None) -> Picture | None:
    """From started applications to matches in the newest call, as a funnel."""
    if call is None:
        return None
    counted = _followed(user, call).aggregate(
        started=Count("pk"),
        submitted=Count("pk", filter=Q(submitted_at__isnull=False)),
        chosen=Count("pk", filter=Q(status__in=PICKED)),
        matched=Count("pk", filter=Q(status=ApplicationStatus.MATCHED)),
    )
    steps = [
        (_("Started"), counted["started"]), (_("Submitted"), counted["submitted"]),
        (_("Selected"), counted["chosen"]), (_("Matched"), counted["matched"]),
    ]  # fmt: skip
    finding = _("%(submitted)d of %(started)d applications were submitted in “%(call)s”") % {
        "submitted": counted["submitted"],
        "started": counted["started"],
        "call": call.title,
    }
    parts = [PartRow(label, value, counted["started"], str(value)) for label, value in steps]
    return Picture(
        finding,
        funnel(parts, title=finding),
        [_("Step"), _("Applications")],
        [(label, str(value)) for label, value in steps],
    )


def board_for(user: User, programme: Programme) -> Board:
    """The dashboard in the scope of `user`: an observer's and a sister association's own country only."""
    partnerships = list(
        partnerships_visible_to(user).filter(partner_country__programme=programme, status__in=FOLLOWED)
    )
    meters, halves = meter_of(partnerships), balances(partnerships)
    rows = [Row(row, meters.get(row.pk, []), halves.get(row.pk, [])) for row in partnerships]
    rows.sort(key=lambda row: (not row.late, str(row.partnership)))
    currency = next((half.share.budget.currency for row in rows for half in row.halves), "EUR")
    total = sum((half.share.amount for row in rows for half in row.halves), start=Decimal(0))
    used = _spent(rows, "north") + _spent(rows, "south")
    countries = {row.partnership.partner_country_id for row in rows}
    year = clock.today().year
    sessions = Session.objects.filter(partner_country__in=countries, starts_at__year=year).aggregate(
        held=Count("pk", filter=Q(status__in=(MeetingStatus.HELD, MeetingStatus.REPORTED))),
        planned=Count("pk", filter=~Q(status=MeetingStatus.CANCELLED)),
    )
    figures = [
        KeyFigure(str(len(rows)), _("partnerships"), _("in %(count)d countries") % {"count": len(countries)}),
        KeyFigure(
            format_money(used, currency, short=True), _("claimed or approved"),
            _("of %(total)s") % {"total": format_money(total, currency, short=True)},
        ),
        KeyFigure(f"{sessions['held']} / {sessions['planned']}", _("sessions"), _("held in %(year)d") % {"year": year}),
    ]  # fmt: skip
    call = Call.objects.filter(programme=programme, published_at__isnull=False).order_by("-opens_at").first()
    columns = [line.label for line in rows[0].meter] if rows else []
    return Board(_finding(rows), rows, figures, _money(rows, currency), _road(user, call), columns)
