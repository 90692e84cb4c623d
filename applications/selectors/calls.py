"""Reads of calls."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from applications.enums import ApplicationStatus, CallPhase, CallStatus
from applications.models import Application, Call, Track
from applications.selectors.applications import decided_by
from sdgpartners.core import clock
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Municipality

_S = ApplicationStatus
# From the ranking on: what opens again now is unfair to those who were in time.
RANKED = frozenset(
    {_S.RANKED, _S.SELECTED, _S.RESERVE, _S.REJECTED, _S.CONFIRMED, _S.DECLINED, _S.LAPSED, _S.MATCHED}
)


def public_calls() -> QuerySet[Call]:
    """Calls that anybody may read of: everything but drafts, the newest first."""
    return Call.objects.exclude(status=CallStatus.DRAFT).select_related("programme").order_by("-opens_at")


def zones_of(call: Call) -> list[str]:
    """The zone in which `call` is announced, then those of its partner countries, each once; one statement where
    the tracks were not read before."""
    tracks = Track.objects.select_related("partner_country__country")
    prefetch_related_objects([call], Prefetch("tracks", queryset=tracks))
    countries = [track.partner_country.country for track in call.tracks.all()]
    return list(dict.fromkeys([call.time_zone, *sorted(country.time_zone for country in countries)]))


def calls_to_start(user: Any) -> QuerySet[Call]:
    """Calls whose start `user` may look at: public ones, and those in rehearsal for the people of a test
    municipality."""
    shown = ~Q(status=CallStatus.DRAFT)
    mine = Municipality.objects.filter(pk__in=standing_of(user).municipality_ids, is_test=True)
    if mine.exists():
        shown |= Q(rehearsal_since__isnull=False)
    return Call.objects.filter(shown).select_related(
        "programme__lead_association", "programme__north_country"
    )


def is_ranked(call: Call) -> bool:
    """Whether the ranking of a scored application of `call` is made, so that nobody may come in any more."""
    return call.applications.filter(status__in=RANKED).exclude(track__southern_scored=False).exists()


def open_calls(moment: datetime | None = None) -> QuerySet[Call]:
    """Calls that take applications at `moment` (now when None)."""
    moment = moment or clock.now()
    return Call.objects.filter(status=CallStatus.PUBLISHED, opens_at__lte=moment, closes_at__gte=moment)


def taking_imports(calls: QuerySet[Call], user: Any) -> QuerySet[Call]:
    """Those of `calls` in which an import by `user` can write something now: open ones, and closed ones with a draft
    of theirs that was admitted late."""
    now = clock.now()
    late = Application.objects.filter(
        decided_by(user), call=OuterRef("pk"), status=_S.DRAFT, late_until__gte=now
    )
    return calls.filter(
        Q(closes_at__gte=now) | Q(Exists(late)), status=CallStatus.PUBLISHED, opens_at__lte=now
    )


def is_frozen(call: Call) -> bool:
    """Whether questions, criteria, tracks and dates of the call stand fast: from its opening on, and once it
    has ended."""
    return call.phase not in (CallPhase.HIDDEN, CallPhase.REHEARSAL, CallPhase.UPCOMING)
