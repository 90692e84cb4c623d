"""The record of the decisions of a track, as PDF, in three languages: who decided what, when, on which basis. The
subject is `<code of the call>-<country>`."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from applications.models import Decision, Track
from applications.review_permissions import ReviewPerm
from applications.selectors.concealment import DECISION_RECORD
from applications.selectors.conflicts import Recusal, recusals_of
from applications.selectors.decision_record import (
    decisions_and_changes,
    grid_versions,
    panel_lines,
    reviewers_of,
)
from applications.selectors.panel import advice_on
from applications.selectors.ranking import RankedRow, ranking_of
from applications.selectors.reviews import awaits_own_review
from sdgpartners.core.access import allowed
from sdgpartners.documents.registry import ReportKind
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.programme.enums import Side

KIND = DECISION_RECORD
LETTERS = (
    "decision_selected",
    "decision_reserve",
    "decision_rejected",
    "decision_promoted",
    "decision_lapsed",
)


def subject_of(track: Track) -> str:
    """How the record of `track` is called."""
    return f"{track.call.code}-{track.partner_country.country_id}"


def track_of(subject: str) -> Track:
    """Track.DoesNotExist for an unknown subject."""
    code, _mark, country = subject.rpartition("-")
    rows = Track.objects.select_related(
        "call__programme", "partner_country__country", "partner_country__association",
        "partner_country__programme", "theme",
    )  # fmt: skip
    return rows.get(call__code=code, partner_country__country=country)


def record_context(subject: str, language: str) -> dict[str, Any]:
    """What the record shows, in `language`. Track.DoesNotExist for an unknown subject."""
    track = track_of(subject)
    criteria = list(track.criteria.order_by("order"))
    decisions = list(
        Decision.objects.filter(track=track, released_at__isnull=False)
        .select_related("application__municipality", "prepared_by", "released_by")
        .select_related("promoted_for__application__municipality")
        .order_by("application__side", "rank", "pk")
    )  # fmt: skip
    released_at = min((row.released_at for row in decisions if row.released_at), default=None)
    lines, changes = decisions_and_changes(decisions)
    return {
        "track": track,
        "call": track.call,
        "criteria": criteria,
        "grid_versions": grid_versions(track, criteria),
        "reviewers": reviewers_of(track),
        "recusals": _recusals(track, released_at),
        "rankings": _rankings(track),
        "panel": panel_lines(criteria),
        "advice": advice_on(track),
        "decisions": lines,
        "prepared_by": sorted({str(row.prepared_by) for row in decisions if row.prepared_by}),
        "released_by": sorted({str(row.released_by) for row in decisions if row.released_by}),
        "released_at": released_at,
        "letters": _letters([row.application.reference for row in decisions]),
        "changes": changes,
        "is_demo": track.call.programme.is_fictional or settings.DEMO,
    }


def may_read(user: Any, subject: str) -> bool:
    """Whoever reads the ranking of the track, once its decisions are released: in scope, no conflict on it, no review
    of their own still to hand in. What is prepared stands in no file: it may still change, and a file stays."""
    try:
        track = track_of(subject)
    except Track.DoesNotExist:
        return False
    if not allowed(user, ReviewPerm.VIEW_RANKING, track) or awaits_own_review(user, track):
        return False
    return Decision.objects.filter(track=track, released_at__isnull=False).exists()


def title(subject: str, language: str) -> str:
    """The name of page and file."""
    track = track_of(subject)
    return _("Decision record %(call)s, %(country)s") % {
        "call": track.call.code,
        "country": track.partner_country.country.name,
    }


def _rankings(track: Track) -> list[tuple[str, list[RankedRow]]]:
    """The ranking of each side, with its name where there are two."""
    rows = ranking_of(track)
    sides = [(side, own) for side in Side if (own := [row for row in rows if row.application.side == side])]
    return [(str(side.label) if len(sides) > 1 else "", own) for side, own in sides]


def _recusals(track: Track, released_at: datetime | None) -> list[Recusal]:
    """Who stepped out before the release: a conflict that came up later changed nothing in it."""
    rows = recusals_of(track)
    return [row for row in rows if released_at is None or row.when is None or row.when <= released_at]


def _letters(references: list[str]) -> list[tuple[str, int]]:
    """How many mails of each kind of letter were written, those that were replaced before they went left out."""
    rows = OutgoingMail.objects.filter(kind__in=LETTERS, target__in=references).exclude(state="superseded")
    counted = Counter(rows.values_list("kind", flat=True))
    names = {
        "decision_selected": _("selected"),
        "decision_reserve": _("on the reserve list"),
        "decision_rejected": _("not selected"),
        "decision_promoted": _("from the reserve list to a place"),
        "decision_lapsed": _("the place has lapsed"),
    }
    return [(names[kind], counted[kind]) for kind in LETTERS if counted[kind]]


decision_record = ReportKind(
    kind=KIND,
    template="pdf/decision_record.html",
    context=record_context,
    may_read=may_read,
    title=title,
)
