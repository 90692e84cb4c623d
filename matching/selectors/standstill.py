"""Reads about suspensions: which is open, the days that do not count, who hears of it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import QuerySet

from matching.enums import PartnershipStatus
from matching.models import Partnership, Suspension
from matching.pauses import Pause
from sdgpartners.core import clock
from sdgpartners.programme.models import PartnerCountry


def is_suspended(partnership: Partnership) -> bool:
    """Whether it stands still, as the row in hand says."""
    return partnership.status == PartnershipStatus.SUSPENDED


def open_suspension(partnership: Partnership) -> Suspension | None:
    """The suspension that lasts, or None; no statement for a partnership that is not suspended."""
    if not is_suspended(partnership):
        return None
    return suspensions_of(partnership).filter(resumed_on__isnull=True).first()


def suspensions_of(partnership: Partnership) -> QuerySet[Suspension]:
    """All suspensions, the latest first, with who decided."""
    rows = Suspension.objects.filter(partnership=partnership.pk).select_related("suspended_by", "resumed_by")
    return rows.order_by("-since", "-pk")


def pauses_of(partnerships: Iterable[Partnership]) -> dict[int, list[Pause]]:
    """The days on which each partnership stood still, by its primary key, today included while it lasts; one
    statement."""
    tomorrow = clock.today() + timedelta(days=1)
    rows = Suspension.objects.filter(partnership__in=list(partnerships)).order_by("since")
    found: dict[int, list[Pause]] = defaultdict(list)
    for key, since, resumed_on in rows.values_list("partnership", "since", "resumed_on"):
        found[key].append(Pause(since, resumed_on or tomorrow))
    return found


def hidden_before(partnership: Partnership) -> bool:
    """Whether its names were off the public pages before it was suspended, as its history tells: then that was asked
    for apart, and the end of the suspension is no reason to show them. One statement."""
    events = Partnership.pgh_event_model.objects.filter(pgh_obj=partnership.pk)  # type: ignore[attr-defined]
    rows = events.exclude(status=PartnershipStatus.SUSPENDED).order_by("-pgh_id")
    return bool(rows.values_list("hidden_publicly", flat=True).first())


def hidden_because(partnership: Partnership, reason: str) -> bool:
    """Whether the last thing that was done to it was to hide its names, for this reason. One statement."""
    events = Partnership.pgh_event_model.objects.filter(pgh_obj=partnership.pk)  # type: ignore[attr-defined]
    last = events.order_by("-pgh_id").values_list("hidden_publicly", "pgh_context__metadata__reason").first()
    return bool(last == (True, reason))


def living_in(partner_country: PartnerCountry) -> QuerySet[Partnership]:
    """The partnerships of a country that are not over, suspended ones among them."""
    over = (PartnershipStatus.CLOSED, PartnershipStatus.ENDED_EARLY)
    return Partnership.objects.filter(partner_country=partner_country).exclude(status__in=over)
