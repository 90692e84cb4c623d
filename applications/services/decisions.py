"""From the ranking to released letters, and the municipality's confirmation."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import (
    CALL_MOVES,
    ApplicationStatus,
    CallStatus,
    DecisionOutcome,
    Outcome,
    ReviewStatus,
)
from applications.models import Application, Call, Decision, Track
from applications.own_reasons import RELEASED
from applications.selectors.ranking import RankedRow, ranking_of
from applications.selectors.reviews import IN_THE_RANKING, scored_applications
from applications.selectors.staff import staff_of
from applications.services.moving import locked, move
from applications.signals import decisions_released
from sdgpartners.core import clock
from sdgpartners.core.errors import DeadlinePassed, DomainError, Incomplete
from sdgpartners.core.history import because
from sdgpartners.core.moves import check_move
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User

_BY_RANKING = {
    Outcome.SELECTED: DecisionOutcome.SELECTED,
    Outcome.RESERVE: DecisionOutcome.RESERVE,
    Outcome.PANEL: DecisionOutcome.RESERVE,
    Outcome.BELOW_MINIMUM: DecisionOutcome.REJECTED,
    Outcome.UNSCORED: DecisionOutcome.REJECTED,
}


@transaction.atomic
def prepare_decisions(*, track: Track, actor: User) -> list[Decision]:
    """Fix the ranking of `track` and prepare a decision for each application, silently.

    Locks the call. All reviews must be in (Incomplete names the first that is missing). A decision that somebody
    set by hand keeps its outcome and reason; figures are renewed. An application is 'ranked' once all its tracks are
    and no review of it is open again.
    A tie at the cut line is prepared as reserve and waits for the panel's word (`decide_by_hand`).
    """
    call = _locked_call(track.call)
    if call.status != CallStatus.PUBLISHED:
        raise DomainError(_("Decisions of this call have been released already."))
    # Held, so that an outcome that somebody sets by hand meanwhile is not written over.
    list(Decision.objects.select_for_update().filter(track=track).order_by("pk"))
    rows = ranking_of(track)
    wanted = call.reviewers_per_application
    for row in rows:
        if row.line.n < wanted:
            raise Incomplete(
                _("%(municipality)s has %(count)d of %(wanted)d reviews."),
                municipality=row.application.municipality.name,
                count=row.line.n,
                wanted=wanted,
            )
    with because(actor):
        decisions = [_prepare(track, row, actor) for row in rows]
        for row in rows:
            _rank_when_complete(locked(row.application))
    return decisions


def _prepare(track: Track, row: RankedRow, actor: User) -> Decision:
    line = row.line
    decision = row.decision or Decision(
        application=row.application, track=track, outcome=_BY_RANKING[Outcome(line.outcome)]
    )
    if not decision.reason:
        decision.outcome = _BY_RANKING[Outcome(line.outcome)]
    decision.ranked_as = Outcome(line.outcome)
    decision.rank, decision.total = line.rank, line.total
    decision.figures = {
        "mean": str(line.mean), "median": str(line.median), "spread": str(line.spread), "n": line.n,
        "disagree": line.disagree, "bonus": str(line.bonus),
        "criteria": {code: str(figure) for code, figure in line.figures.items()},
    }  # fmt: skip
    decision.prepared_by = actor
    decision.save()
    return decision


def _rank_when_complete(application: Application) -> None:
    own = {application.track_id} if application.track_id is not None else set()
    tracks = own | set(application.preferences.values_list("track_id", flat=True))
    decided = set(application.decisions.values_list("track_id", flat=True))
    reopened = application.reviews.filter(status=ReviewStatus.REOPENED).exists()
    if tracks <= decided and not reopened and application.status == ApplicationStatus.IN_REVIEW:
        move(application, ApplicationStatus.RANKED)


@transaction.atomic
def decide_by_hand(*, decision: Decision, outcome: DecisionOutcome, reason: str, actor: User) -> Decision:
    """Set an outcome other than the ranking's, or settle a tie; with a reason that stays. Only before release."""
    if not reason.strip():
        raise Incomplete(_("Give a reason."))
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    if decision.released_at is not None:
        raise DomainError(_("This decision has been released."))
    decision.outcome, decision.reason = DecisionOutcome(outcome), reason.strip()
    with because(actor, reason):
        decision.save()
    return decision


def open_ties(call: Call) -> int:
    """How many decisions wait for the panel: a tie at the cut line that nobody settled, of those still in it."""
    tied = Decision.objects.filter(track__call=call, ranked_as=Outcome.PANEL, reason="")
    return tied.filter(application__status__in=IN_THE_RANKING).count()


@transaction.atomic
def release_decisions(*, call: Call, actor: User) -> int:
    """Release all decisions of a call together, one letter a municipality's person; returns how many applications.

    Locks the call, so that two coordinators release once: the second gets MoveNotAllowed. Raises Incomplete for
    applications without a decision on eligibility, tracks that are not ranked and ties that are not settled;
    LimitExceeded is left to the matching's places. Sends `decisions_released` per track.
    """
    call = _locked_call(call)
    check_move(CALL_MOVES, current=call.status, target=CallStatus.DECIDED, states=CallStatus)
    if call.closes_at >= clock.now():
        raise DomainError(_("The call is still open."))
    if open_ties(call):
        raise Incomplete(_("A tie at the cut line waits for the panel."))
    waiting = _undecided(call)
    if waiting is not None:
        message = (
            _("%(municipality)s still waits for the decision on eligibility.")
            if waiting.status == ApplicationStatus.SUBMITTED
            else _("%(municipality)s was asked for changes: wait for them, or take the request back first.")
        )
        raise Incomplete(message, municipality=waiting.municipality.name)
    tracks = list(call.tracks.select_related("partner_country__country", "call"))
    for track in tracks:
        if scored_applications(track).exclude(status=ApplicationStatus.RANKED).exists():
            raise Incomplete(_("The track %(track)s is not ranked yet."), track=str(track.partner_country))
    confirm_by = clock.today(call.time_zone) + timedelta(days=call.confirm_days)
    applications = list(Application.objects.filter(call=call, status=ApplicationStatus.RANKED))
    with because(actor, RELEASED):
        call.status, call.decided_at = CallStatus.DECIDED, clock.now()
        call.save()
        prepared = Decision.objects.filter(track__call=call, application__in=applications)
        prepared.filter(released_at__isnull=True).update(released_at=clock.now(), released_by=actor)
        prepared.filter(outcome=DecisionOutcome.SELECTED).update(confirm_by=confirm_by)
        for application in applications:
            _release_one(locked(application), actor)
    for track in tracks:
        decisions_released.send(sender=Decision, track=track)
    return len(applications)


def _undecided(call: Call) -> Application | None:
    """A submitted application that would be scored but was never looked at, or came back for changes: after the
    release it is too late."""
    scored = Q(track__isnull=True) | Q(track__southern_scored=True)
    waiting = (
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.CHANGES_REQUESTED,
        ApplicationStatus.AWAITING_SIGN_OFF,
    )
    rows = Application.objects.filter(scored, call=call, submitted_at__isnull=False, status__in=waiting)
    return rows.select_related("municipality").order_by("reference").first()


def _release_one(application: Application, actor: User) -> None:
    """The best outcome over the tracks is the application's; its letter tells each track's."""
    decisions = list(application.decisions.select_related("track__partner_country__country", "track__theme"))
    outcomes = {decision.outcome for decision in decisions}
    best = next(
        (o for o in (DecisionOutcome.SELECTED, DecisionOutcome.RESERVE) if o in outcomes),
        DecisionOutcome.REJECTED,
    )
    move(application, ApplicationStatus(best))
    for person in staff_of(application):
        queue_mail(
            kind=f"decision_{best}",
            recipient=person,
            link=reverse("applications:decision-confirm", args=(application.reference,)),
            target=application.reference,
            context={
                "application": application,
                "decisions": decisions,
                "confirm_by": next((d.confirm_by for d in decisions if d.confirm_by), None),
                "is_demo": application.call.programme.is_fictional,
            },
            actor=actor,
            supersede=True,
        )


@transaction.atomic
def confirm_participation(*, application: Application, actor: User) -> Application:
    """A selected municipality confirms that it takes part; until the day in the letter, in the call's zone."""
    application = locked(application)
    if application.status == ApplicationStatus.CONFIRMED:
        return application
    selected = application.decisions.filter(outcome=DecisionOutcome.SELECTED, released_at__isnull=False)
    first = selected.first()
    if first is not None and first.confirm_by and clock.today(application.call.time_zone) > first.confirm_by:
        raise DeadlinePassed(
            _("Confirming was possible until %(day)s. Ask the association."), day=first.confirm_by
        )
    with because(actor):
        move(application, ApplicationStatus.CONFIRMED)
        selected.update(confirmed_at=clock.now(), confirmed_by=actor)
    return application


@transaction.atomic
def decline_participation(*, application: Application, reason: str, actor: User) -> Application:
    """A selected municipality gives its place back, with a reason."""
    if not reason.strip():
        raise Incomplete(_("Give a reason."))
    application = locked(application)
    with because(actor, reason):
        move(application, ApplicationStatus.DECLINED)
    return application


def _locked_call(call: Call) -> Call:
    return Call.objects.select_for_update(of=("self",)).select_related("programme").get(pk=call.pk)
