"""What the panel agrees on: a score on one criterion of one application, with the minute of it."""

import pghistory
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.enums import CallStatus, ReviewStatus
from applications.errors import ConflictOfInterest, ReasonNeeded
from applications.models import Application, Call, Criterion, PanelScore, Review, Tally, Track
from applications.selectors.conflicts import steps_out
from applications.selectors.reviews import scored_applications
from applications.services.moving import locked
from applications.services.tallies import recompute_tallies
from sdgpartners.core.errors import DomainError, EditConflict, Incomplete
from sdgpartners.core.history import because
from sdgpartners.people.models import User


def seen_of(score: PanelScore | None) -> str:
    """A mark of an agreed score as a page showed it; empty where there was none."""
    return "" if score is None else score.updated_at.isoformat()


@transaction.atomic
def agree_on_score(
    *, application: Application, criterion: Criterion, value: int | None, minute: str, seen: str, actor: User
) -> PanelScore:
    """Keep what the panel agreed on for a criterion: a score of its scale, or None for 'does not apply'.

    Locks the application, then the track; figures are written again. The same score with the same minute changes
    nothing. Raises Incomplete without a minute, EditConflict if the agreed score is not the one that was `seen`,
    ConflictOfInterest for who steps out of the track, DomainError for a score outside the scale, an application that
    is not ranked on the track of the criterion or has no review that counts (or would have none with a score left),
    and once the decisions are released.
    """
    minute = minute.strip()
    if not minute:
        raise Incomplete(_("Write down what the panel agreed on and why."))
    track = _open_track(application, criterion, actor)
    if value is not None and not criterion.scale_min <= value <= criterion.scale_max:
        raise DomainError(
            _("A score on “%(criterion)s” lies between %(least)d and %(most)d."),
            criterion=criterion.title, least=criterion.scale_min, most=criterion.scale_max,
        )  # fmt: skip
    counted = Review.objects.filter(application=application, track=track, status=ReviewStatus.SUBMITTED)
    if not counted.filter(set_aside=False).exists():
        raise DomainError(
            _("No review of this application counts yet. An agreed score stands in their place.")
        )
    score = _current(application, criterion)
    if score is not None and (score.value, score.minute) == (value, minute):
        return score
    _require_seen(score, seen, value=value, minute=minute)
    score = score or PanelScore(application=application, criterion=criterion)
    score.value, score.minute, score.agreed_by = value, minute, actor
    with because(actor, minute):
        score.save()
    recompute_tallies(track=track, applications=[application])
    if not Tally.objects.filter(application=application, track=track, n__gt=0).exists():
        raise DomainError(
            _("With this no review would have a score left, and the application would not be ranked.")
        )
    return score


@transaction.atomic
def take_back_score(
    *, application: Application, criterion: Criterion, reason: str, seen: str, actor: User
) -> None:
    """Take back an agreed score: the reviewers' own scores count again. Score, minute and reason stay in the history.

    Locks and raises as `agree_on_score`; ReasonNeeded without a reason. Nothing happens where none was agreed.
    """
    if not reason.strip():
        raise ReasonNeeded
    track = _open_track(application, criterion, actor)
    score = _current(application, criterion)
    if score is None:
        return
    _require_seen(score, seen, reason=reason)
    with because(actor, reason.strip()):
        pghistory.create_event(score, label="take_back")
        score.delete()
    recompute_tallies(track=track, applications=[application])


def _open_track(application: Application, criterion: Criterion, actor: User) -> Track:
    """The track of the criterion, with the application locked: a release waits for it, and is seen after it."""
    locked(application)
    track = Track.objects.select_related("call", "partner_country").get(pk=criterion.track_id)
    if Call.objects.values_list("status", flat=True).get(pk=track.call_id) != CallStatus.PUBLISHED:
        raise DomainError(_("The decisions of this call have been released: agreed scores stand."))
    if not scored_applications(track).filter(pk=application.pk).exists():
        raise DomainError(_("This application is not ranked on this track."))
    if steps_out(actor, track):
        raise ConflictOfInterest(_("You step out of this track: you do not enter its agreed scores."))
    return track


def _current(application: Application, criterion: Criterion) -> PanelScore | None:
    return PanelScore.objects.filter(application=application, criterion=criterion).first()


def _require_seen(score: PanelScore | None, seen: str, **mine: object) -> None:
    if seen_of(score) != seen:
        theirs = {"value": score.value, "minute": score.minute} if score else {}
        raise EditConflict(theirs=theirs, mine=mine)
