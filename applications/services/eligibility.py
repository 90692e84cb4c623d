"""What the associations decide about a submitted application before it is reviewed or admitted."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import APPLICATION_MOVES, ApplicationStatus
from applications.errors import NotEligible, ReasonNeeded
from applications.models import Application
from applications.own_reasons import UNSCORED
from applications.selectors.eligibility import eligibility_of
from applications.selectors.staff import staff_of
from applications.selectors.tallies import tracks_scoring
from applications.services.moving import locked, move
from applications.services.tallies import recompute_tallies
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.core.moves import check_move
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side

_S = ApplicationStatus
_ONLY_UNSCORED = _(
    "Only applications from partner countries that are not scored are admitted without a ranking."
)


def refuse_unless_eligible(application: Application) -> None:
    """Raise NotEligible, with the reasons, when the rules of the call as they are now and what the municipality
    declares keep it out. The list of a track may have been amended since it started."""
    eligibility = eligibility_of(application.municipality, application.call, application.has_active_twinning)
    if not eligibility.met:
        raise NotEligible([reason.text for reason in eligibility.unmet])


@transaction.atomic
def decide_eligibility(*, application: Application, eligible: bool, note: str, actor: User) -> Application:
    """Say that a submitted application is eligible, or not; also change that decision before the review
    starts.

    Locks the application. A note is required for 'not eligible' and for a change. The municipality is mailed
    then, not when the first decision is 'eligible': that is no news to it. Deciding the same twice changes
    nothing. The figures of its tracks are written. Raises ReasonNeeded, MoveNotAllowed.
    """
    application = locked(application)
    target = _S.ELIGIBLE if eligible else _S.INELIGIBLE
    if application.status == target:
        return application
    check_move(APPLICATION_MOVES, current=application.status, target=target, states=ApplicationStatus)
    note = note.strip()
    tell = application.status != _S.SUBMITTED or not eligible
    if tell and not note:
        raise ReasonNeeded
    with because(actor, note):
        move(application, target, eligibility_note=note)
    if eligible:
        # From here on it stands in the rankings, with its bonus.
        for track in tracks_scoring(application):
            recompute_tallies(track=track, applications=[application])
    if tell:
        _mail(application, "application_eligible" if eligible else "application_ineligible", actor)
    return application


@transaction.atomic
def admit_unscored(*, application: Application, actor: User) -> Application:
    """Bring an eligible southern application that is not scored to the matching: eligible, selected,
    confirmed.

    Southern municipalities are designated or come in by a short profile and are unscored unless the call says
    so (concept note 3.3, default), so there is no ranking to wait for; signing the profile was their
    confirmation. Both moves stand in the history with that reason. Locks the application, mails the
    municipality; a second click changes nothing. Raises DomainError for Flemish or scored applications,
    MoveNotAllowed for those that are not eligible.
    """
    application = locked(application)
    if application.status == _S.CONFIRMED:
        return application
    track = application.track
    if application.side != Side.SOUTH or track is None or track.southern_scored:
        raise DomainError(_ONLY_UNSCORED)
    with because(actor, UNSCORED):
        move(application, _S.SELECTED)
        move(application, _S.CONFIRMED)
    _mail(application, "application_admitted", actor)
    return application


def _mail(application: Application, kind: str, actor: User) -> None:
    for person in staff_of(application):
        queue_mail(
            kind=kind,
            recipient=person,
            link=reverse("applications:application-detail", args=[application.reference]),
            target=application.reference,
            context={
                "application": application,
                "call": application.call,
                "municipality": application.municipality,
                "reason": application.eligibility_note,
                "is_demo": application.call.programme.is_fictional,
            },
            actor=actor,
        )
