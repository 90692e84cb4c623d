"""Conflicts of interest in the matching: pairs tell what was written and scored, so whoever steps out of a track reads
and decides nothing of them; and what lists of mail leave out."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Track
from applications.selectors.conflicts import barred_applications, tracks_stepped_out
from matching.models import Proposal, Scenario
from sdgpartners.core.concealment import register_concealer
from sdgpartners.notifications.models import OutgoingMail, ReminderSent


def tracks_closed_to(user: Any) -> QuerySet[Track]:
    """Tracks that `user` steps out of, or on which they have a conflict with a southern candidate; for lists, as a
    subquery."""
    southern = barred_applications(user).filter(track=OuterRef("pk"), submitted_at__isnull=False)
    stepped_out = Q(pk__in=tracks_stepped_out(user).values("pk"))
    return Track.objects.filter(stepped_out | Q(Exists(southern))).order_by()


def is_closed_to(user: Any, track: Track) -> bool:
    """Whether `user` reads and decides nothing of the pairs on the track. No statement where the track came from
    `visible_tracks`; else one."""
    known: bool | None = getattr(track, "closed", None)
    return tracks_closed_to(user).filter(pk=track.pk).exists() if known is None else known


def steps_out_of(user: Any, scenario: Scenario) -> bool:
    """Whether a track of the scenario is closed to `user`: then they do not decide on the whole. No statement where the
    scenario came from `scenarios_visible_to`; else one."""
    known: bool | None = getattr(scenario, "closed", None)
    return tracks_closed_to(user).filter(scenarios=scenario.pk).exists() if known is None else known


@register_concealer
def conceal_proposals(user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Without mail on proposals of tracks that are closed to `user`: it gives the reasons of the pair."""
    if rows.model not in (OutgoingMail, ReminderSent):
        return rows
    hidden = Proposal.objects.filter(track__in=tracks_closed_to(user).values("pk")).order_by()
    return rows.exclude(target__in=hidden.values("reference"))
