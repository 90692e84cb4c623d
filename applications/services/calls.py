"""Making, publishing and cancelling calls. A call copies the programme's rules, so that it stays as it was
announced."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.functional import lazy

from applications.call_dates import CallDates
from applications.enums import CALL_MOVES, ApplicationStatus, CallStatus, TwinningRule
from applications.errors import CallFrozen, CallNotReady, ReasonNeeded
from applications.fields import Text
from applications.models import (
    Application,
    Call,
    Commitment,
    Criterion,
    CriterionAnchor,
    Question,
    QuestionChoice,
    Track,
)
from applications.selectors.calls import is_frozen
from applications.selectors.readiness import call_problems, condition_problem, kind_problem
from applications.selectors.staff import staff_of
from applications.services.information_sessions import information_session_moved
from applications.services.rehearsal import close_rehearsal
from applications.standard_questions import StandardQuestion, standard_questions
from sdgpartners.core import clock
from sdgpartners.core.history import because
from sdgpartners.core.moves import check_move
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User
from sdgpartners.programme.models import (
    MATCH_WEIGHTS,
    PartnerCountry,
    Programme,
    ProgrammeRules,
    RuleCriterion,
)
from sdgpartners.programme.selectors import listed_municipalities, rules_on

CallPart = Call | Track | Question | QuestionChoice | Criterion | CriterionAnchor | Commitment


@transaction.atomic
def create_call(
    *,
    programme: Programme,
    code: str,
    title: Mapping[str, str],
    summary: Mapping[str, str],
    dates: CallDates,
    actor: User | None,
) -> Call:
    """A draft call from the programme's rules of today: one track per partner country that is not suspended,
    with theme, places, way of entry, eligible list, matching weights and the criteria with their anchors; the
    commitments that are accepted (not those that are scored); the standard questions, linked to the criteria
    that judge them.

    `title` and `summary` hold en, fr and nl. Raises IntegrityError for a code that exists.
    """
    rules = rules_on(programme)
    with because(actor):
        call = Call.objects.create(
            programme=programme,
            code=code,
            **{f"title_{language}": title[language] for language in LANGUAGE_CODES},
            **{f"summary_{language}": summary[language] for language in LANGUAGE_CODES},
            opens_at=dates.opens_at,
            closes_at=dates.closes_at,
            time_zone=dates.time_zone,
            info_session_at=dates.info_session_at,
            info_session_url=dates.info_session_url,
            decisions_planned_on=dates.decisions_planned_on,
            start_planned_on=dates.start_planned_on,
            reviews_due_on=dates.reviews_due_on,
            reviewers_per_application=rules.reviewers_min,
            disagree_at=rules.disagree_at,
            bonus=rules.bonus_max,
            bonus_max=rules.bonus_max,
            bonus_tie_break=rules.bonus_tie_break,
            confirm_days=rules.confirm_days,
        )
        grid = list(programme.criteria.prefetch_related("anchors"))
        for country in programme.partner_countries.filter(suspended_since__isnull=True):
            _add_track(call, country, rules, grid)
        _add_commitments(call)
        for question in standard_questions():
            _add_question(call, question)
    return call


def _add_track(call: Call, country: PartnerCountry, rules: ProgrammeRules, grid: list[RuleCriterion]) -> None:
    track = Track.objects.create(
        call=call,
        partner_country=country,
        theme=country.theme,
        places=country.places,
        entry=country.entry,
        southern_scored=country.scored,
        southern_twinning=TwinningRule.CONDITION if country.excludes_twinned else TwinningRule.NONE,
        **{weight: getattr(rules, weight) for weight in MATCH_WEIGHTS},
        match_score_min=rules.match_score_min,
    )
    track.eligible.set(listed_municipalities(country))
    for rule in grid:
        criterion = Criterion.objects.create(
            track=track,
            **_copied(rule, "code", "order", "weight", "scale_min", "scale_max", "floor", "tie_break"),
            **_texts(rule, "title", "help"),
        )
        for anchor in rule.anchors.all():
            CriterionAnchor.objects.create(criterion=criterion, score=anchor.score, **_texts(anchor, "text"))


def _copied(row: object, *names: str) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def _texts(row: object, *names: str) -> dict[str, object]:
    return _copied(row, *(f"{name}_{language}" for name in names for language in LANGUAGE_CODES))


def _add_commitments(call: Call) -> None:
    for rule in call.programme.commitments.filter(scored=False):
        Commitment.objects.create(call=call, **_copied(rule, "code", "order"), **_texts(rule, "text"))


def _add_question(call: Call, standard: StandardQuestion) -> None:
    question = Question.objects.create(
        call=call,
        section=standard.section,
        code=standard.code,
        order=standard.order,
        kind=standard.kind,
        side=standard.side,
        in_profile=standard.in_profile,
        required=standard.required,
        word_limit=standard.word_limit,
        choices_max=standard.choices_max,
        number_min=standard.number_min,
        number_max=standard.number_max,
        # Standard questions come in their order, so the one that it hangs on is there.
        shown_if=call.questions.get(code=standard.shown_if) if standard.shown_if else None,
        shown_if_choices=list(standard.shown_if_choices),
        **{f"label_{language}": text for language, text in standard.label.items()},
        **{f"help_{language}": text for language, text in standard.help.items()},
    )
    question.criteria.set(Criterion.objects.filter(track__call=call, code__in=standard.criteria))
    for choice in standard.choices:
        QuestionChoice.objects.create(
            question=question,
            code=choice.code,
            order=choice.order,
            **{f"label_{language}": text for language, text in choice.label.items()},
        )


def lock_for_editing(call: Call) -> Call:
    """The call as it is now, locked until the transaction ends, for whoever changes it or its parts.

    Raises CallFrozen once it is open: a correction then is an amendment.
    """
    row = Call.objects.select_for_update(of=("self",)).select_related("programme").get(pk=call.pk)
    if is_frozen(row):
        raise CallFrozen
    return row


@transaction.atomic
def change_call_part(*, part: CallPart, values: Mapping[str, object], actor: User | None) -> CallPart:
    """Set fields of a call, or of a track, question, criterion or commitment of it, as long as it is not
    open.

    Locks the call; validates the row. Raises CallFrozen, ValidationError.
    """
    lock_for_editing(call_of(part))
    for name, value in values.items():
        setattr(part, name, value)
    part.full_clean()
    if isinstance(part, Question):
        refuse_broken(part)
    with because(actor):
        part.save()
    return part


def refuse_broken(question: Question) -> None:
    """Raise ValidationError when what is set does not go with the kind of the question, or when its condition
    looks at something that is not there. Under the lock of the call."""
    for name, problem in (("kind", kind_problem(question)), ("shown_if", condition_problem(question))):
        if problem is not None:
            raise ValidationError({name: str(problem)})


def call_of(part: CallPart) -> Call:
    """The call that a part belongs to."""
    if isinstance(part, Call):
        return part
    if isinstance(part, Criterion):
        return part.track.call
    if isinstance(part, CriterionAnchor):
        return part.criterion.track.call
    if isinstance(part, QuestionChoice):
        return part.question.call
    return part.call


@transaction.atomic
def publish_call(*, call: Call, actor: User | None) -> Call:
    """Make the call public: draft to published; from `opens_at` on it takes applications and stands fast.

    Locks the call; ends its rehearsal. A second click changes nothing. Raises CallNotReady (naming all that is
    missing), MoveNotAllowed.
    """
    call = Call.objects.select_for_update(of=("self",)).select_related("programme").get(pk=call.pk)
    if call.status == CallStatus.PUBLISHED:
        return call
    check_move(CALL_MOVES, current=call.status, target=CallStatus.PUBLISHED, states=CallStatus)
    _refuse_unless_ready(call)
    with because(actor):
        close_rehearsal(call)
        call.status, call.published_at = CallStatus.PUBLISHED, clock.now()
        call.save(update_fields=["status", "published_at"])
    return call


def _refuse_unless_ready(call: Call) -> None:
    problems = call_problems(call)
    if problems:
        raise CallNotReady("%(problems)s", problems=lazy(_in_a_row, str)(problems))


def _in_a_row(problems: list[Text]) -> str:
    return " ".join(str(problem) for problem in problems)


@transaction.atomic
def cancel_call(*, call: Call, reason: str, actor: User | None) -> Call:
    """End a call that is not decided yet; its applications become read-only where they stand.

    Locks the call; mails everybody who works on an application in it or signed up for its information
    session. A second click changes nothing. Raises
    ReasonNeeded, MoveNotAllowed.
    """
    call = Call.objects.select_for_update(of=("self",)).select_related("programme").get(pk=call.pk)
    if call.status == CallStatus.CANCELLED:
        return call
    if not reason.strip():
        raise ReasonNeeded
    check_move(CALL_MOVES, current=call.status, target=CallStatus.CANCELLED, states=CallStatus)
    with because(actor, reason):
        close_rehearsal(call)
        call.status = CallStatus.CANCELLED
        call.save(update_fields=["status"])
    if call.info_session_at is not None:
        information_session_moved(call, actor)
    for application in call.applications.exclude(status=ApplicationStatus.WITHDRAWN).select_related(
        "municipality"
    ):
        _mail_cancelled(call, application, reason.strip(), actor)
    return call


def _mail_cancelled(call: Call, application: Application, reason: str, actor: User | None) -> None:
    for person in staff_of(application):
        queue_mail(
            kind="call_cancelled",
            recipient=person,
            link=reverse("applications:application-detail", args=[application.reference]),
            target=application.reference,
            context={
                "call": call,
                "application": application,
                "municipality": application.municipality,
                "reason": reason,
                "is_demo": call.programme.is_fictional,
            },
            actor=actor,
        )
