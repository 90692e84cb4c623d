"""After the release: a place lapses, the reserve list moves up, more time is given, a decision is changed."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, CallTextKind, DecisionOutcome
from applications.models import Application, Call, Decision, Track
from applications.selectors.call_texts import texts_of
from applications.selectors.decision_points import best_outcome
from applications.selectors.letters import letter_cases
from applications.selectors.places import Places, day_of_letter, day_to_confirm, places_on, today_of
from applications.services.decision_letters import Replaced, queue_letter, queue_more_time
from applications.services.decisions import locked_call
from applications.services.moving import locked, move
from applications.services.place_mails import places_held
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.core.errors import DomainError, Incomplete, LimitExceeded
from sdgpartners.core.history import because
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side

_S = ApplicationStatus
_day = lazy(format_date, str)
# Nobody has said yes or no yet: what was decided can still be changed.
CHANGEABLE = frozenset({_S.SELECTED, _S.RESERVE, _S.REJECTED})


class DecisionStands(DomainError):
    """The municipality has answered, its place has lapsed, or a match was made on it: the desk no longer changes the
    decision."""

    message = _(
        "The decision on %(municipality)s stands: its state is “%(state)s” now. What changes goes through the "
        "municipality itself, or through the matching."
    )


@transaction.atomic
def lapse_place(
    *, application: Application, actor: User, next_ones: Collection[int] | None = None
) -> list[Application]:
    """The place of a municipality that did not confirm in time lapses, and the first of the reserve list moves up;
    returns those who moved up (none where the list is empty or its first are equal: then somebody chooses).

    `next_ones` are the decisions (by key) of those whom a person saw moving up: nobody else does. None is whoever is
    first. Locks the call and the application. Letters to both. Raises DomainError before the day has passed,
    MoveNotAllowed when it was confirmed, given back or lapsed meanwhile.
    """
    call = locked_call(application.call)
    application = locked(application)
    held = list(places_held(application))
    days = [row.confirm_by for row in held if row.confirm_by is not None]
    if application.status == _S.SELECTED and days and today_of(call) <= max(days):
        raise DomainError(_("The place can be confirmed until %(day)s."), day=_day(max(days)))
    with because(actor):
        move(application, _S.LAPSED)
        for decision in held:
            decision.lapsed_at = clock.now()
            decision.save(update_fields=["lapsed_at"])
    _send(call, application, actor, kind=CallTextKind.LETTER_LAPSED)
    promoted = []
    for decision in held:
        places = places_on(decision.track, Side(application.side))
        if _moves_up(places, next_ones):
            promoted.append(_promote(call, places, actor=actor))
    return promoted


def _moves_up(places: Places, next_ones: Collection[int] | None) -> bool:
    """Whether there is a place, and one to take it whom a person saw; locks that one's application."""
    if not places.free or len(places.next) != 1:
        return False
    first = places.next[0]
    seen = next_ones is None or first.pk in next_ones
    # Withdrawn between reading and locking: somebody looks at the list again.
    return seen and locked(first.application).status == _S.RESERVE


@transaction.atomic
def promote_reserve(
    *, track: Track, side: Side, actor: User, decision: Decision | None = None, reason: str = ""
) -> Application:
    """The first of the reserve list of a track gets a free place, with a letter that asks to confirm by a day.

    Locks the call, so that a place is given once. `decision` names another than the first, or one of several that are
    equal: that wants a reason. Raises LimitExceeded when every place is taken, Incomplete when nobody is on the list,
    when the first are equal, and without the reason.
    """
    call = locked_call(track.call)
    places = places_on(track, side)
    if not places.free:
        raise LimitExceeded(_("Every place of this track is taken."))
    return _promote(call, places, actor=actor, decision=decision, reason=reason)


@transaction.atomic
def give_more_time(*, application: Application, day: date, actor: User) -> Application:
    """A selected municipality has until `day` (in the call's zone) to confirm, also when its day has passed; one whose
    place has lapsed gets it back, as long as nobody else has it.

    Locks the call and the application; mails everybody who works on it. Raises DomainError for a day that is not after
    the present one and today, DecisionStands when nothing waits for an answer, LimitExceeded where a lapsed place was
    given to another.
    """
    call = locked_call(application.call)
    application = locked(application)
    if application.status not in (_S.SELECTED, _S.LAPSED):
        raise DecisionStands(
            municipality=application.municipality.name, state=application.get_status_display()
        )
    held, lapsed = list(places_held(application)), application.status == _S.LAPSED
    days = [row.confirm_by for row in held if row.confirm_by is not None]
    if day < today_of(call) or (days and day <= max(days)):
        raise DomainError(_("Choose a later day."))
    if lapsed and not all(places_on(row.track, Side(application.side)).free for row in held):
        raise LimitExceeded(_("Every place of this track is taken."))
    with because(actor):
        for decision in held:
            decision.confirm_by, decision.lapsed_at = day, None
            decision.save(update_fields=["confirm_by", "lapsed_at"])
        if lapsed:
            move(application, _S.SELECTED)
    queue_more_time(application, day=day, lapsed=lapsed, actor=actor)
    return application


@transaction.atomic
def change_decision(*, decision: Decision, outcome: DecisionOutcome, reason: str, actor: User) -> Decision:
    """Change a released decision, with a reason that the municipality reads; it gets a letter that says which one it
    replaces, and an earlier one that has not gone out never does.

    Locks the call and the application. A selection has the call's days to confirm from now on. Raises Incomplete
    without a reason or a change, DecisionStands once the municipality answered (or was matched), LimitExceeded for a
    selection when every place of the track is taken.
    """
    if not reason.strip():
        raise Incomplete(_("Give a reason."))
    call = locked_call(decision.track.call)
    application = locked(decision.application)
    decisions = list(
        application.decisions.select_for_update(of=("self",)).select_related("track__call").order_by("pk")
    )
    changed = next(row for row in decisions if row.pk == decision.pk)
    check_change(changed, outcome)
    replaced = Replaced(day_of_letter(call, decisions), reason.strip())
    changed.changed_from, changed.changed_at = changed.outcome, clock.now()
    changed.outcome, changed.reason = outcome, reason.strip()
    changed.promoted_for = None
    others = [row for row in decisions if row.pk != changed.pk]
    changed.confirm_by = day_to_confirm(call, others) if outcome == DecisionOutcome.SELECTED else None
    with because(actor, reason.strip()):
        changed.save()
        target = _S(best_outcome(decisions))
        if target != application.status:
            move(application, target)
    _send(call, application, actor, replaced=replaced)
    return changed


def check_change(decision: Decision, outcome: DecisionOutcome) -> None:
    """Raise what `change_decision` raises where `decision`, as it is now, cannot become `outcome`."""
    application = decision.application
    if decision.released_at is None:
        raise DomainError(_("This decision has not been released yet."))
    if application.status not in CHANGEABLE:
        raise DecisionStands(
            municipality=application.municipality.name, state=application.get_status_display()
        )
    if decision.outcome == outcome:
        raise Incomplete(_("Choose another outcome than the present one."))
    if outcome == DecisionOutcome.SELECTED and not places_on(decision.track, Side(application.side)).free:
        raise LimitExceeded(_("Every place of this track is taken."))


def _promote(
    call: Call, places: Places, *, actor: User, decision: Decision | None = None, reason: str = ""
) -> Application:
    """Who is asked for, or the first; withdrawn meanwhile are passed over. The call is locked by the caller."""
    chosen = _chosen(places, decision, reason)
    application = locked(chosen.application)
    if application.status != _S.RESERVE:
        # Withdrawn between reading and locking.
        return _promote(
            call, places_on(places.track, places.side), actor=actor, decision=decision, reason=reason
        )
    vacated = places.vacated[0] if places.vacated else None
    chosen.changed_from, chosen.changed_at = chosen.outcome, clock.now()
    chosen.outcome, chosen.promoted_for = DecisionOutcome.SELECTED, vacated
    chosen.confirm_by = day_to_confirm(call, ())
    # What was said of the reserve list no longer holds; it stays in the history.
    chosen.reason = reason.strip()
    with because(actor, reason.strip()):
        chosen.save()
        move(application, _S.SELECTED)
    _send(call, application, actor, kind=CallTextKind.LETTER_PROMOTED)
    return application


def _chosen(places: Places, decision: Decision | None, reason: str) -> Decision:
    if not places.reserve:
        raise Incomplete(_("Nobody is on the reserve list."))
    first = places.next
    if decision is None:
        if len(first) > 1:
            raise Incomplete(_("The first of the reserve list are equal: choose one, with a reason."))
        return first[0]
    found = next((row for row in places.reserve if row.pk == decision.pk), None)
    if found is None:
        raise Incomplete(_("This municipality is no longer on the reserve list."))
    if [found.pk] != [row.pk for row in first] and not reason.strip():
        raise Incomplete(_("Give a reason."))
    return found


def _send(
    call: Call,
    application: Application,
    actor: User,
    *,
    kind: CallTextKind | None = None,
    replaced: Replaced | None = None,
) -> None:
    for case in letter_cases([application], kind=kind):
        queue_letter(case, texts=texts_of(call), actor=actor, replaced=replaced)
