"""The record of the decisions of a track, as PDF, in three languages: who decided what, when, on which basis. The
subject is `<code of the call>-<country>`."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _

from applications.enums import DecisionOutcome, ReviewStatus
from applications.models import Advice, Decision, GridChange, PanelScore, Review, Track
from applications.review_permissions import ReviewPerm
from applications.selectors.concealment import DECISION_RECORD
from applications.selectors.conflicts import recusals_of
from applications.selectors.ranking import ranking_of
from applications.selectors.reviews import awaits_own_review
from sdgpartners.core.access import allowed
from sdgpartners.documents.registry import ReportKind
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of

KIND = DECISION_RECORD
LETTERS = (
    "decision_selected",
    "decision_reserve",
    "decision_rejected",
    "decision_promoted",
    "decision_lapsed",
)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who was asked to review on the track, with how many reviews became what."""

    person: User
    counted: int
    set_aside: int
    stepped_out: int
    open: int


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A step on a released decision: when, on whom, from what to what, by whom and why."""

    at: datetime
    municipality: str
    before: str
    after: str
    actor: User | None
    reason: str


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
    rows = ranking_of(track)
    decisions = list(
        Decision.objects.filter(track=track)
        .select_related("application__municipality", "prepared_by", "released_by")
        .select_related("promoted_for__application__municipality")
        .order_by("rank", "pk")
    )  # fmt: skip
    released = [row for row in decisions if row.released_at is not None]
    references = [row.application.reference for row in decisions]
    return {
        "track": track,
        "call": track.call,
        "criteria": track.criteria.order_by("order"),
        "grid_changes": GridChange.objects.filter(track=track)
        .select_related("changed_by")
        .order_by("version"),
        "reviewers": _reviewers(track),
        "recusals": recusals_of(track),
        "rows": rows,
        "panel": PanelScore.objects.filter(criterion__track=track)
        .select_related("application__municipality", "criterion", "agreed_by")
        .order_by("application__reference", "criterion__order"),
        "advice": Advice.objects.filter(track=track)
        .select_related("author", "application__municipality")
        .order_by("created_at"),
        "decisions": decisions,
        "prepared_by": sorted({str(row.prepared_by) for row in decisions if row.prepared_by}),
        "released_by": sorted({str(row.released_by) for row in released if row.released_by}),
        "released_at": min((row.released_at for row in released if row.released_at), default=None),
        "letters": _letters(references),
        "changes": _changes(track, {row.pk: row for row in released}),
        "is_demo": track.call.programme.is_fictional or settings.DEMO,
    }


def may_read(user: Any, subject: str) -> bool:
    """Whoever reads the ranking of the track, once there are decisions: in scope, no conflict on it, no review of their
    own still to hand in. The steering group once they are released: prepared ones are not told to it."""
    try:
        track = track_of(subject)
    except Track.DoesNotExist:
        return False
    if not allowed(user, ReviewPerm.VIEW_RANKING, track) or awaits_own_review(user, track):
        return False
    decisions = Decision.objects.filter(track=track)
    desk = (AssociationRole.COORDINATOR, AssociationRole.AUDITOR)
    if not standing_of(user).covers(track.partner_country, *desk):
        decisions = decisions.filter(released_at__isnull=False)
    return decisions.exists()


def title(subject: str, language: str) -> str:
    """The name of page and file."""
    track = track_of(subject)
    return _("Decision record %(call)s, %(country)s") % {
        "call": track.call.code,
        "country": track.partner_country.country.name,
    }


def _reviewers(track: Track) -> list[Reviewer]:
    """Everybody who was asked, by name."""
    people: dict[int, User] = {}
    counts: dict[int, Counter[str]] = {}
    for review in Review.objects.filter(track=track).select_related("reviewer").order_by("pk"):
        people[review.reviewer_id] = review.reviewer
        if review.status == ReviewStatus.RECUSED:
            became = "stepped_out"
        elif review.set_aside:
            became = "set_aside"
        else:
            became = "counted" if review.status == ReviewStatus.SUBMITTED else "open"
        counts.setdefault(review.reviewer_id, Counter())[became] += 1
    order = sorted(people.values(), key=lambda person: (person.last_name, person.first_name, person.pk))
    names = ("counted", "set_aside", "stepped_out", "open")
    return [Reviewer(one, **{name: counts[one.pk][name] for name in names}) for one in order]


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


def _changes(track: Track, released: dict[int, Decision]) -> list[ChangeLine]:
    """What was done to decisions after their release, from the history; the oldest first."""
    events: Any = apps.get_model("applications", "DecisionEvent")
    rows = events.objects.filter(track=track.pk, released_at__isnull=False, pgh_obj_id__in=released)
    stored: dict[int, Any] = {}
    found: list[tuple[Any, str, str]] = []
    for row in rows.select_related("pgh_context").order_by("pgh_id"):
        before = stored.get(row.pgh_obj_id)
        stored[row.pgh_obj_id] = row
        if before is not None and (step := _step(before, row)) is not None:
            found.append((row, *step))
    metadata = [(row.pgh_context.metadata if row.pgh_context else {}) for row, _old, _new in found]
    people = User.objects.in_bulk([one["user"] for one in metadata if one.get("user")])
    return [
        ChangeLine(
            at=row.pgh_created_at,
            municipality=released[row.pgh_obj_id].application.municipality.name,
            before=old,
            after=new,
            actor=people.get(given.get("user") or 0),
            reason=str(given.get("reason") or ""),
        )
        for (row, old, new), given in zip(found, metadata, strict=True)
    ]


def _step(before: Any, after: Any) -> tuple[str, str] | None:
    """From what to what, in words; None for a change that is no decision."""
    if before.outcome != after.outcome:
        return str(DecisionOutcome(before.outcome).label), str(DecisionOutcome(after.outcome).label)
    if before.lapsed_at is None and after.lapsed_at is not None:
        return str(DecisionOutcome(before.outcome).label), _("Lapsed")
    if before.confirmed_at is None and after.confirmed_at is not None:
        return str(DecisionOutcome(before.outcome).label), _("Confirmed")
    return None


decision_record = ReportKind(
    kind=KIND,
    template="pdf/decision_record.html",
    context=record_context,
    may_read=may_read,
    title=title,
)
