"""What coordinators need to write feedback: the tracks that they may, and what the reviewers noted."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from applications.enums import REVIEW_EDITABLE, ApplicationStatus, ReviewStatus
from applications.models import Call, Decision, Score, Track
from applications.selectors.conflicts import tracks_stepped_out
from applications.selectors.reviews import reviews_visible_to
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is written for a municipality: in general, and by the primary key of the criterion."""

    language: str
    general: str
    criteria: Mapping[int, str]

    @property
    def mark(self) -> str:
        """A short mark of what stands here, for a page that was made from it."""
        told = (self.general, sorted((pk, text) for pk, text in self.criteria.items() if text))
        # Without a word the language says nothing.
        return sha256(repr((self.language if any(told) else "", *told)).encode()).hexdigest()[:20]


def feedback_on(decision: Decision) -> Feedback:
    """What is kept now; one statement, none after `decisions_with_feedback`."""
    written = {row.criterion_id: row.text for row in decision.criterion_feedback.all()}
    return Feedback(decision.feedback_language, decision.feedback, written)


def tracks_to_write(user: Any, call: Call, *, only: Track | None = None) -> list[Track]:
    """Tracks of the call that the person ranks: in scope, no conflict on it, no review of their own still to come.
    Three statements."""
    scope = standing_of(user).scope("partner_country", AssociationRole.COORDINATOR)
    rows = Track.objects.filter(scope, call=call).select_related("partner_country__country").order_by("pk")
    if only is not None:
        rows = rows.filter(pk=only.pk)
    waiting = awaiting_own(user, call).values("track")
    return list(rows.exclude(pk__in=tracks_stepped_out(user).values("pk")).exclude(pk__in=waiting))


def awaiting_own(user: Any, call: Call) -> Any:
    """One's own reviews in a call that are still to be handed in: until then others' figures stay hidden."""
    return (
        reviews_visible_to(user)
        .filter(track__call=call, status__in=REVIEW_EDITABLE, application__status=ApplicationStatus.IN_REVIEW)
        .order_by()
    )


def comments_of(decision: Decision) -> dict[int, list[str]]:
    """What the reviews that count noted, by criterion, without names; one statement."""
    rows = Score.objects.filter(
        review__application=decision.application_id, review__track=decision.track_id,
        review__status=ReviewStatus.SUBMITTED, review__set_aside=False,
    ).exclude(comment="")  # fmt: skip
    found: dict[int, list[str]] = {}
    for criterion, comment in rows.order_by("review", "criterion").values_list("criterion_id", "comment"):
        found.setdefault(criterion, []).append(comment)
    return found
