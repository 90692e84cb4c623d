"""The places of a track after the release: who has one, who has to confirm, which came free, who is next."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from applications.enums import ApplicationStatus, CallStatus, DecisionOutcome
from applications.models import Application, Call, Decision, Track
from applications.selectors.conflicts import tracks_stepped_out
from applications.selectors.release import released_decisions
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Side

_S = ApplicationStatus
# Who holds a place until they give it back.
HOLDING = frozenset({_S.SELECTED, _S.CONFIRMED, _S.MATCHED})
# Whose place came free.
GAVE_UP = frozenset({_S.DECLINED, _S.LAPSED, _S.WITHDRAWN})


@dataclass(slots=True)
class Places:
    """The places of one side of a track. `reserve` are those that can still get one, best first; `vacated` whose place
    nobody took yet."""

    track: Track
    side: Side
    waiting: list[Decision] = field(default_factory=list)
    overdue: list[Decision] = field(default_factory=list)
    confirmed: list[Decision] = field(default_factory=list)
    vacated: list[Decision] = field(default_factory=list)
    reserve: list[Decision] = field(default_factory=list)
    rejected: list[Decision] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """How many hold a place."""
        return len(self.waiting) + len(self.overdue) + len(self.confirmed)

    @property
    def free(self) -> int:
        """How many places nobody holds."""
        return max(0, self.track.places - self.taken)

    @property
    def next(self) -> list[Decision]:
        """Who is first on the reserve list; several where they are equal, none where the list is empty."""
        return [row for row in self.reserve if row.rank == self.reserve[0].rank]

    @property
    def heir(self) -> Decision | None:
        """Who moves up when one of the places is given up; None where nobody does, or somebody has to choose."""
        return self.next[0] if len(self.next) == 1 and self.taken <= self.track.places else None


def places_of(call: Call, tracks: Iterable[Track]) -> list[Places]:
    """The places of every track and side on which something was decided, in the order of `tracks`; one statement.
    `tracks` come with their country."""
    return sort_places(released_decisions(call).order_by("track", "rank", "pk"), tracks, today_of(call))


def places_on(track: Track, side: Side) -> Places:
    """The places of one side of a track; one statement."""
    rows = released_decisions(track.call).filter(track=track, application__side=side)
    found = sort_places(rows.order_by("rank", "pk"), [track], today_of(track.call))
    return found[0] if found else Places(track, side)


def lists_behind(application: Application) -> list[Places]:
    """The places of each track on which the application holds one: who comes next there; two statements a track."""
    rows = application.decisions.filter(outcome=DecisionOutcome.SELECTED, released_at__isnull=False)
    rows = rows.select_related("track__partner_country__country", "track__call").order_by("track")
    return [places_on(row.track, Side(application.side)) for row in rows]


def sort_places(rows: QuerySet[Decision], tracks: Iterable[Track], today: date) -> list[Places]:
    """The same for decisions that are at hand, in the order of their rank."""
    by_key = {track.pk: track for track in tracks}
    decisions = list(rows)
    replaced = {row.promoted_for_id for row in decisions}
    found: dict[tuple[int, str], Places] = {}
    for row in decisions:
        if row.track_id not in by_key:
            continue
        key = (row.track_id, row.application.side)
        if key not in found:
            found[key] = Places(by_key[row.track_id], Side(row.application.side))
        _sort_in(found[key], row, replaced, today)
    order = {pk: place for place, pk in enumerate(by_key)}
    return [found[key] for key in sorted(found, key=lambda key: (order[key[0]], key[1] != Side.NORTH))]


def _sort_in(places: Places, row: Decision, replaced: set[int | None], today: date) -> None:
    status = row.application.status
    if row.outcome == DecisionOutcome.SELECTED:
        if status == _S.SELECTED:
            over = row.confirm_by is not None and row.confirm_by < today
            (places.overdue if over else places.waiting).append(row)
        elif status in HOLDING:
            places.confirmed.append(row)
        elif status in GAVE_UP and row.pk not in replaced:
            places.vacated.append(row)
    elif row.changed_from == DecisionOutcome.SELECTED and row.pk not in replaced:
        places.vacated.append(row)
    if row.outcome == DecisionOutcome.RESERVE and status == _S.RESERVE:
        places.reserve.append(row)
    elif row.outcome == DecisionOutcome.REJECTED and status in (_S.REJECTED, _S.RESERVE, _S.SELECTED):
        places.rejected.append(row)


def today_of(call: Call) -> date:
    """The day of today where the call is announced."""
    return clock.today(call.time_zone)


def day_to_confirm(call: Call, decisions: Iterable[Decision]) -> date:
    """The day by which a place that is given now is confirmed, beside these decisions on the same application: the one
    that runs for them already, else the call's days from today."""
    today = today_of(call)
    running = [row.confirm_by for row in decisions if row.confirm_by is not None and row.confirm_by >= today]
    return max(running, default=today + timedelta(days=call.confirm_days))


def day_of_letter(call: Call, decisions: Iterable[Decision]) -> date:
    """The day, where the call is announced, of the letter that holds now on these released decisions."""
    moments = [
        moment for row in decisions for moment in (row.released_at, row.changed_at) if moment is not None
    ]
    return max(moments).astimezone(ZoneInfo(call.time_zone)).date()


def calls_with_open_places(user: Any) -> QuerySet[Any]:
    """Calls whose decisions `user` released or could have: those in which a place was not confirmed in time, or came
    free while somebody is on the reserve list, with their number as `open_places`; one statement."""
    standing, role = standing_of(user), AssociationRole.COORDINATOR
    led = [programme for programme in standing.led_programmes if standing.leads(programme, role)]
    reserve = Decision.objects.filter(
        track=OuterRef("track"), application__side=OuterRef("application__side"),
        outcome=DecisionOutcome.RESERVE, application__status=_S.RESERVE, released_at__isnull=False,
    )  # fmt: skip
    overdue = Q(application__status=_S.SELECTED, confirm_by__lt=clock.today())
    vacated = Q(Exists(reserve), application__status__in=GAVE_UP, promoted__isnull=True)
    rows = Decision.objects.filter(
        overdue | vacated, outcome=DecisionOutcome.SELECTED, released_at__isnull=False,
        track__call=OuterRef("pk"), application__municipality__is_test=False,
    )  # fmt: skip
    counted = (
        rows.order_by().values("track__call").annotate(n=Count("application", distinct=True)).values("n")
    )
    calls = Call.objects.filter(programme__in=led, status=CallStatus.DECIDED)
    return (
        calls.exclude(pk__in=tracks_stepped_out(user).values("call"))
        .annotate(open_places=Coalesce(Subquery(counted), 0))
        .filter(open_places__gt=0)
        .order_by("closes_at")
    )
