"""From the ranking to released letters, and the municipality's confirmation."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import (
    CALL_MOVES,
    ApplicationStatus,
    CallStatus,
    DecisionOutcome,
    Outcome,
    ReviewStatus,
)
from applications.models import Application, Call, CriterionFeedback, Decision, Track
from applications.own_reasons import RELEASED
from applications.selectors.call_texts import texts_of
from applications.selectors.decision_points import best_outcome
from applications.selectors.feedback import Feedback, feedback_on
from applications.selectors.letters import LetterCase
from applications.selectors.places import today_of
from applications.selectors.ranking import RankedRow, kept_figures, ranking_of
from applications.selectors.release import (
    fingerprint,
    refusal_to_decide,
    release_cases,
    release_problems,
)
from applications.selectors.reviews import IN_THE_RANKING, scored_applications
from applications.selectors.tallies import bases_of, grid_of
from applications.services.conflicts import refresh_conflicts
from applications.services.decision_letters import queue_letter
from applications.services.moving import locked, move
from applications.services.place_mails import tell_place_free
from applications.services.tallies import recompute_tallies
from applications.signals import decisions_released
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.core.errors import DeadlinePassed, DomainError, EditConflict, Incomplete
from sdgpartners.core.history import because
from sdgpartners.core.moves import check_move
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Language

_day = lazy(format_date, str)
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

    Reviews of people who have come into a conflict are set aside first, and the figures written again. Locks the call,
    then applications and decisions of the track, and the track last. All reviews must be in (Incomplete names the
    first that is missing). A decision that somebody set by hand keeps its outcome and reason; figures are renewed. An
    application is 'ranked' once all its tracks are and no review of it is open again.
    A tie at the cut line is prepared as reserve and waits for the panel's word (`decide_by_hand`).
    """
    call = locked_call(track.call)
    if call.status != CallStatus.PUBLISHED:
        raise DomainError(refusal_to_decide(call))
    # As it is under the lock: its grid may have changed since the page was made.
    track = Track.objects.select_related("call", "partner_country__country").get(pk=track.pk)
    list(scored_applications(track).select_for_update(of=("self",), no_key=True).order_by("pk"))
    refresh_conflicts(track=track, actor=actor)
    # Held, so that an outcome that somebody sets by hand meanwhile is not written over.
    list(Decision.objects.select_for_update().filter(track=track).order_by("pk"))
    recompute_tallies(track=track)
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
    not_scored = _not_scored(track)
    with because(actor):
        decisions = [_prepare(track, row, not_scored.get(row.application.pk, []), actor) for row in rows]
        for row in rows:
            _rank_when_complete(locked(row.application))
    return decisions


def _not_scored(track: Track) -> dict[int, list[str]]:
    """By application the criteria that apply in no counted review: their figure is no 0 to tell anybody of."""
    grid, found = grid_of(track), {}
    for basis in bases_of(track):
        counted = [review.scores for review in basis.sheet(grid).reviews if not review.set_aside]
        found[basis.pk] = [
            rule.id for rule in grid.rules if all(scores.get(rule.id) is None for scores in counted)
        ]
    return found


def _prepare(track: Track, row: RankedRow, not_scored: list[str], actor: User) -> Decision:
    line = row.line
    decision = row.decision or Decision(
        application=row.application, track=track, outcome=_BY_RANKING[Outcome(line.outcome)]
    )
    if not decision.reason:
        decision.outcome = _BY_RANKING[Outcome(line.outcome)]
    decision.ranked_as = Outcome(line.outcome)
    decision.rank, decision.total, decision.grid_version = line.rank, line.total, track.grid_version
    decision.figures = {**kept_figures(line), "not_scored": not_scored}
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
    """Set an outcome other than the ranking's, or settle a tie; with a reason that stays and that the municipality
    reads. Only before release: afterwards `change_decision`."""
    if not reason.strip():
        raise Incomplete(_("Give a reason."))
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    if decision.released_at is not None:
        raise DomainError(_("This decision has been released."))
    decision.outcome, decision.reason = DecisionOutcome(outcome), reason.strip()
    with because(actor, reason):
        decision.save()
    return decision


@transaction.atomic
def write_feedback(
    *,
    decision: Decision,
    language: str,
    general: str,
    criteria: Mapping[int, str],
    actor: User,
    seen: str | None = None,
) -> Decision:
    """What the municipality will read beside its points: in general and per criterion (by primary key), in `language`.

    Locks the decision. Empty texts are taken away. Only before release. `seen` is the mark of what stood on the page
    (None: not asked): EditConflict where somebody else has written since. Raises DomainError for a criterion of another
    track.
    """
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    if decision.released_at is not None:
        raise DomainError(_("This decision has been released."))
    own = set(decision.track.criteria.values_list("pk", flat=True))
    if not own.issuperset(criteria):
        raise DomainError(_("This criterion belongs to another track."))
    written = {pk: text.strip() for pk, text in criteria.items()}
    mine, theirs = Feedback(Language(language).value, general.strip(), written), feedback_on(decision)
    if seen is not None and theirs.mark not in (seen, mine.mark):
        raise EditConflict(theirs={"feedback": theirs}, mine={"feedback": mine})
    decision.feedback, decision.feedback_language = mine.general, mine.language
    with because(actor):
        decision.save(update_fields=["feedback", "feedback_language"])
    decision.criterion_feedback.exclude(criterion__in=[pk for pk, text in written.items() if text]).delete()
    for pk, text in written.items():
        if text:
            CriterionFeedback.objects.update_or_create(
                decision=decision, criterion_id=pk, defaults={"text": text}
            )
    return decision


class LettersChanged(DomainError):
    """What was looked at is not what would go out."""

    message = _(
        "Somebody changed the decisions or the texts since you looked at the letters. Look at them again."
    )


@transaction.atomic
def release_decisions(*, call: Call, actor: User, seen: str = "") -> int:
    """Release all decisions of a call together, one letter a municipality's person; returns how many applications.

    Locks the call, so that two coordinators release once (the second gets MoveNotAllowed), then its applications and
    decisions. Raises Incomplete with the first of `release_problems`, and LettersChanged where `seen`, the fingerprint
    of the letters that were looked at, is not theirs. Queues the letters; sends `decisions_released` per track.
    """
    call = locked_call(call)
    check_move(CALL_MOVES, current=call.status, target=CallStatus.DECIDED, states=CallStatus)
    tracks = list(call.tracks.select_related("partner_country__country", "call__programme").order_by("pk"))
    # Applications before tracks: refreshing writes figures, which locks the track.
    ranked = Application.objects.filter(call=call, status__in=IN_THE_RANKING).order_by("pk")
    list(ranked.select_for_update(no_key=True))
    for track in tracks:
        refresh_conflicts(track=track, actor=actor)
    list(Decision.objects.select_for_update().filter(track__call=call).order_by("pk"))
    problems = release_problems(call, tracks)
    if problems:
        raise Incomplete(problems[0].text, **dict(problems[0].params))
    cases = release_cases(call)
    if seen and seen != fingerprint(cases):
        raise LettersChanged
    now, confirm_by = clock.now(), today_of(call) + timedelta(days=call.confirm_days)
    with because(actor, RELEASED):
        call.status, call.decided_at = CallStatus.DECIDED, now
        call.save()
        for case in cases:
            _release_one(case, confirm_by, actor)
    texts = texts_of(call)
    for case in cases:
        queue_letter(case, texts=texts, actor=actor)
    for track in tracks:
        decisions_released.send(sender=Decision, track=track)
    return len(cases)


def _release_one(case: LetterCase, confirm_by: date, actor: User) -> None:
    """The best outcome over the tracks is the application's; its letter tells each track's."""
    for decision in case.decisions:
        decision.released_at, decision.released_by = clock.now(), actor
        if decision.outcome == DecisionOutcome.SELECTED:
            decision.confirm_by = confirm_by
        decision.save(update_fields=["released_at", "released_by", "confirm_by"])
    move(locked(case.application), ApplicationStatus(best_outcome(case.decisions)))


@transaction.atomic
def confirm_participation(*, application: Application, actor: User) -> Application:
    """A selected municipality confirms that it takes part; until the day in the letter, in the call's zone.

    Locks the application. Raises DeadlinePassed, and MoveNotAllowed once its place has lapsed or was given back.
    """
    application = locked(application)
    if application.status == ApplicationStatus.CONFIRMED:
        return application
    selected = application.decisions.filter(outcome=DecisionOutcome.SELECTED, released_at__isnull=False)
    last = selected.aggregate(day=Max("confirm_by"))["day"]
    if last is not None and today_of(application.call) > last:
        raise DeadlinePassed(_("Confirming was possible until %(day)s. Ask the association."), day=_day(last))
    with because(actor):
        move(application, ApplicationStatus.CONFIRMED)
        selected.update(confirmed_at=clock.now(), confirmed_by=actor)
    return application


@transaction.atomic
def decline_participation(*, application: Application, reason: str, actor: User) -> Application:
    """A selected municipality gives its place back, with a reason. Locks the application; mails the coordinators of
    the lead that a place came free."""
    if not reason.strip():
        raise Incomplete(_("Give a reason."))
    application = locked(application)
    with because(actor, reason):
        move(application, ApplicationStatus.DECLINED)
    tell_place_free(application, reason=reason.strip(), actor=actor)
    return application


def locked_call(call: Call) -> Call:
    """The row as it is now, locked until the transaction ends."""
    return Call.objects.select_for_update(of=("self",)).select_related("programme").get(pk=call.pk)
