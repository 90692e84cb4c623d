"""Who may say what they have to do with an application, and the record of what was said."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from applications.enums import ConflictGround, ReviewStatus
from applications.models import (
    Application,
    Call,
    ConfidentialityAgreement,
    ConflictDeclaration,
    Review,
    Track,
    TrackPreference,
)
from applications.own_reasons import in_words
from applications.selectors.applications import applications_at_desk, free_of_conflict
from applications.selectors.conflicts import OUT_OF_IT, READING_SEATS, readers_of
from applications.selectors.reviews import reviews_visible_to
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of


def _tracks_of(user: Any) -> QuerySet[Track]:
    """Tracks that a reviewer, coordinator, auditor or steering member reads or scores."""
    standing = standing_of(user)
    seen = standing.scope("partner_country", *READING_SEATS) | standing.steering_scope("partner_country")
    return Track.objects.filter(seen)


def calls_read_by(user: Any) -> QuerySet[Call]:
    """Calls whose files or ranking the person gets to read by a seat of theirs."""
    return Call.objects.filter(pk__in=_tracks_of(user).values("call"))


def declarable_by(user: Any) -> QuerySet[Application]:
    """Applications of which `user` may say what they have to do with them: those they read or score by a seat, as
    long as they have no conflict. One's own municipality's needs no word: the portal knows."""
    standing = standing_of(user)
    reached = Q(pk__in=reviews_visible_to(user).order_by().values("application"))
    if standing.associations:
        reached |= Q(pk__in=applications_at_desk(user).order_by().values("pk"))
    if standing.is_steering_member or standing.is_reviewer:
        tracks = Track.objects.filter(
            standing.steering_scope("partner_country") | Q(pk__in=tracks_in_panel(user).values("pk"))
        ).values("pk")
        ranking = TrackPreference.objects.filter(application=OuterRef("pk"), track__in=tracks)
        on_track = Q(Exists(ranking)) | Q(track__in=tracks, track__southern_scored=True)
        reached |= on_track & Q(submitted_at__isnull=False) & ~Q(status__in=OUT_OF_IT)
    return Application.objects.filter(reached & free_of_conflict(user)).select_related(
        "municipality__country", "call__programme"
    )


def tracks_in_panel(user: Any) -> QuerySet[Track]:
    """Tracks on which a reviewer has handed in all of theirs: there the panel reads the other applications as well."""
    mine = Review.objects.filter(reviewer=user.pk, track=OuterRef("pk"))
    handed_in = mine.filter(status=ReviewStatus.SUBMITTED)
    to_do = mine.exclude(status__in=(ReviewStatus.SUBMITTED, ReviewStatus.RECUSED))
    return Track.objects.filter(
        Exists(handed_in), ~Exists(to_do), standing_of(user).review_scope("partner_country")
    )


def declaration_of(user: Any, application: Application) -> ConflictDeclaration | None:
    """What the person said of the application, if anything."""
    return ConflictDeclaration.objects.filter(application=application.pk, person=user.pk).first()


def declarations_visible_to(user: Any) -> QuerySet[ConflictDeclaration]:
    """The record in the scope of coordinators and auditors, without applications that they have a conflict with."""
    rows = ConflictDeclaration.objects.filter(
        application__in=applications_at_desk(user).order_by().values("pk")
    )
    return rows.select_related(
        "application__municipality__country", "application__call__programme", "person", "lifted_by"
    )


def agreements_visible_to(user: Any) -> QuerySet[ConfidentialityAgreement]:
    """Who agreed to confidentiality, in the calls that the person reads."""
    rows = ConfidentialityAgreement.objects.filter(call__in=calls_read_by(user).values("pk"))
    return rows.select_related("call", "person")


def people_reading(application: Application) -> QuerySet[User]:
    """Who reads or scores an application by a seat, or was asked to review it, for whom a conflict can be entered."""
    tracks = Track.objects.filter(
        Q(pk__in=application.preferences.values("track")) | Q(pk=application.track_id)
    ).select_related("partner_country__programme")
    found = readers_of(*tracks)
    # What somebody scored counts after their seat has ended too.
    asked = application.reviews.order_by().values("reviewer")
    people = User.objects.filter(Q(pk__in=found, is_active=True) | Q(pk__in=asked))
    return people.order_by("last_name", "first_name", "pk")


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the history of a declaration: what it was from then on, by whom (None: the portal) and why. An empty
    `ground` is 'nothing to do with it'."""

    at: datetime
    ground: str
    words: str
    lifted: bool
    actor: User | None
    reason: str


def history_of(declaration: ConflictDeclaration) -> list[Said]:
    """Everything that was said, the oldest first; two statements."""
    rows = list(
        declaration.events.select_related("pgh_context")  # type: ignore[attr-defined]
        .annotate(actor_key=Cast(KeyTextTransform("user", "pgh_context__metadata"), BigIntegerField()))
        .order_by("pgh_id")
    )
    people = User.objects.in_bulk({row.actor_key for row in rows if row.actor_key})
    return [
        Said(
            at=row.pgh_created_at,
            ground=str(ConflictGround(row.ground).label) if row.ground else "",
            words=row.words,
            lifted=row.lifted_at is not None,
            actor=people.get(row.actor_key),
            reason=in_words((row.pgh_context.metadata if row.pgh_context else {}).get("reason") or ""),
        )
        for row in rows
    ]
