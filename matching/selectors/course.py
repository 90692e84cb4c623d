"""Reads about the course of a partnership: what a step touches, what waits, another end, confirmations of sponsors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.functional import Promise

from matching.dates import partnership_end
from matching.enums import PartnershipStatus
from matching.models import EndChange, Partnership, SideConfirmation
from matching.open_work import OpenLine, open_work
from matching.selectors.candidates import DEAD_PARTNERSHIPS
from matching.selectors.recipients import coordinators_of, staff_of
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality
from sdgpartners.programme.selectors import rules_on

AGREEABLE = (PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING)


@dataclass
class EffectLine:
    """One kind of thing that a step touches, over all its partnerships: how many, where to, and with what detail."""

    label: str | Promise
    count: int = 0
    url: str = ""
    details: list[str | Promise] = field(default_factory=list)
    bars_closing: bool = False
    about_money: bool = False


@dataclass(frozen=True)
class Effects:
    """What a step does, shown before it is done."""

    partnerships: Sequence[Partnership]
    lines: Sequence[EffectLine]
    municipalities: Sequence[str]
    people: Sequence[User]

    @property
    def bars_closing(self) -> bool:
        return any(line.bars_closing for line in self.lines)


def effects_of(partnerships: Iterable[Partnership]) -> Effects:
    """What is open for these partnerships and who is mailed; statements do not grow with the partnerships."""
    rows = list(partnerships)
    places = {place.pk: place.name for row in rows for place in (row.north, row.south)}
    people = sorted(people_told(rows).values(), key=lambda person: str(person).casefold())
    return Effects(rows, open_lines(rows), sorted(places.values()), people)


def open_lines(partnerships: Iterable[Partnership]) -> list[EffectLine]:
    """What is open, one line a kind; of a single partnership with the address that leads to it."""
    rows = list(partnerships)
    found: dict[str, EffectLine] = {}
    for line in open_work(rows):
        _add(found.setdefault(line.kind, EffectLine(line.label)), line, alone=len(rows) == 1)
    return list(found.values())


def _add(kind: EffectLine, line: OpenLine, *, alone: bool) -> None:
    kind.count += line.count
    kind.bars_closing = kind.bars_closing or line.bars_closing
    kind.about_money = line.about_money
    if line.detail:
        kind.details.append(line.detail)
    if alone:
        kind.url = line.url


def people_told(partnerships: Iterable[Partnership]) -> dict[int, User]:
    """Everybody who hears of a step: the staff of all sides, and the coordinators. A statement for the staff and one a
    country."""
    rows = list(partnerships)
    staff = staff_of(place for row in rows for place in (row.north, row.south))
    found = {person.pk: person for held in staff.values() for person in held}
    for country in {row.partner_country_id: row.partner_country for row in rows}.values():
        found |= {person.pk: person for person in coordinators_of(country)}
    return found


def cap_of(partnership: Partnership) -> date | None:
    """The last day that the rules allow this partnership; None before it has a start.

    It lasts as many months as the rules of its first day give; the programme may move the last day of its partnerships
    since (concept note 3.1), so that day is read from the rules of today."""
    if partnership.starts_on is None:
        return None
    programme = partnership.partner_country.programme
    first = partnership.starts_on
    today = rules_on(programme, max(first, clock.today()))
    return partnership_end(
        first,
        duration_months=rules_on(programme, first).duration_months,
        last_days=(today.partnerships_end_on, programme.ends_on),
    )


def municipality_on(partnership: Partnership, side: Side) -> Municipality:
    """The municipality of one side."""
    return partnership.north if side == Side.NORTH else partnership.south


def other_side(side: Side) -> Side:
    """The partner's side."""
    return Side.SOUTH if side == Side.NORTH else Side.NORTH


def end_changes_of(partnership: Partnership) -> list[EndChange]:
    """Requests for another last day, the newest first, with who took part; one statement."""
    rows = EndChange.objects.filter(partnership=partnership.pk).order_by("-created_at", "-pk")
    return list(rows.select_related("asked_by", "agreed_north_by", "agreed_south_by", "decided_by"))


def sponsor_questions(partnership: Partnership) -> list[SideConfirmation]:
    """Questions to new sponsors, answered ones included, the oldest first; one statement."""
    rows = SideConfirmation.objects.filter(partnership=partnership.pk).order_by("created_at", "pk")
    return list(
        rows.select_related(
            "succession__municipality",
            "succession__successor",
            "succession__former_signatory",
            "confirmed_by",
        )
    )


def open_side_confirmations() -> QuerySet[SideConfirmation]:
    """Questions that nobody has answered, of partnerships that neither stand still nor have ended."""
    silent = (*DEAD_PARTNERSHIPS, PartnershipStatus.SUSPENDED)
    rows = SideConfirmation.objects.filter(confirmed_at__isnull=True).exclude(partnership__status__in=silent)
    return rows.select_related(
        "partnership__north", "partnership__south", "partnership__partner_country__programme"
    ).order_by("due_on", "pk")


def open_end_changes() -> QuerySet[EndChange]:
    """Requests that wait for an answer, of partnerships that run."""
    rows = EndChange.objects.filter(decided_at__isnull=True, partnership__status__in=AGREEABLE)
    return rows.select_related(
        "partnership__north",
        "partnership__south",
        "partnership__partner_country__programme",
    ).order_by("created_at")


def merged_side(partnership: Partnership) -> Side | None:
    """The side whose municipality has merged although the partnership did not follow; no statement for who has
    north and south loaded."""
    if partnership.status in DEAD_PARTNERSHIPS:
        return None
    merged = [side for side in Side if municipality_on(partnership, side).successor_id is not None]
    return merged[0] if merged else None


def waiting_for_municipality(user: Any) -> QuerySet[Any, Any]:
    """Partnerships in which a request for another end (`end_waits`) or the word of a new sponsor
    (`sponsor_waits`) waits for a side of one's own; one statement."""
    standing = standing_of(user)
    editing = [pk for pk in standing.municipality_ids if standing.is_editor(pk)]
    signing = [pk for pk in standing.municipality_ids if standing.is_signatory(pk)]
    changes = EndChange.objects.filter(partnership=OuterRef("pk"), decided_at__isnull=True)
    north = changes.filter(partnership__north__in=editing, agreed_north_at__isnull=True)
    south = changes.filter(partnership__south__in=editing, agreed_south_at__isnull=True)
    asked = SideConfirmation.objects.filter(
        Q(side=Side.NORTH, partnership__north__in=signing)
        | Q(side=Side.SOUTH, partnership__south__in=signing),
        partnership=OuterRef("pk"),
        confirmed_at__isnull=True,
    )
    rows = Partnership.objects.filter(Q(north__in=editing) | Q(south__in=editing))
    rows = rows.exclude(status__in=(*DEAD_PARTNERSHIPS, PartnershipStatus.SUSPENDED))
    rows = rows.annotate(end_waits=Exists(north) | Exists(south), sponsor_waits=Exists(asked))
    return (
        rows.filter(Q(end_waits=True) | Q(sponsor_waits=True))
        .select_related("north", "south")
        .order_by("reference")
    )


def waiting_for_coordinator(user: Any) -> QuerySet[Any, Any]:
    """Partnerships that wait for a coordinator: to be started (`start_waits`: plan and agreement are there), to decide
    on another end (`end_waits`), about a merger that they could not follow (`merger_waits`), or to be closed
    (`over_waits`); one statement."""
    agreed = EndChange.objects.filter(
        partnership=OuterRef("pk"),
        decided_at__isnull=True,
        agreed_north_at__isnull=False,
        agreed_south_at__isnull=False,
    )
    merged = Q(north__successor__isnull=False) | Q(south__successor__isnull=False)
    over = Q(status=PartnershipStatus.CLOSING, ends_on__lt=clock.today())
    begin = Q(
        status=PartnershipStatus.PREPARING,
        plan__agreed_north_at__isnull=False,
        plan__agreed_south_at__isnull=False,
        agreement__signed_north_at__isnull=False,
        agreement__signed_south_at__isnull=False,
    )
    scope = standing_of(user).scope("partner_country", AssociationRole.COORDINATOR)
    rows = Partnership.objects.filter(scope).exclude(status__in=DEAD_PARTNERSHIPS)
    rows = rows.annotate(
        end_waits=Exists(agreed.filter(partnership__status__in=AGREEABLE)),
        merger_waits=ExpressionWrapper(merged, BooleanField()),
        over_waits=ExpressionWrapper(over, BooleanField()),
        start_waits=ExpressionWrapper(begin, BooleanField()),
    )
    waits = Q(end_waits=True) | Q(merger_waits=True) | Q(over_waits=True) | Q(start_waits=True)
    return rows.filter(waits).select_related("north", "south").order_by("reference")
