"""The questions of a call as an applicant gets them, with what is stored of the answers."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import JSONObject
from django.utils.functional import lazy

from applications.enums import QuestionKind, Section
from applications.fields import Choices, FieldKind, FieldSpec, ShownIf, Text, Value, Values, normalise
from applications.models import Answer, AnswerFile, Application, Criterion, Question, QuestionChoice, Track
from applications.names import question_field
from sdgpartners.core import clock
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.documents.enums import FileState
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Goal, Target, Theme

_KINDS = {kind: FieldKind(kind.value) for kind in QuestionKind}
_TARGET = {
    "code": "code",
    "goal": "goal_id",
    **{f"text_{code}": f"text_{code}" for code in LANGUAGE_CODES},
    **{f"title_{code}": f"goal__title_{code}" for code in LANGUAGE_CODES},
}
_LABELS = {name: name for name in ("code", "label_en", "label_fr", "label_nl")}


def told(row: object, name: str) -> Text:
    """A text of the programme that is read in the language in which it is shown, not in the one of now."""
    text: Text = lazy(getattr, str)(row, name)
    return text


def questions_for(application: Application) -> QuerySet[Question]:
    """The questions that this application gets, by its side and whether it is a short profile."""
    mine = Question.objects.filter(Q(side="") | Q(side=application.side), call_id=application.call_id)
    return mine.filter(in_profile=True) if application.is_profile else mine


def read_questions(
    application: Application, sections: Collection[Section]
) -> dict[str, tuple[list[FieldSpec], Values]]:
    """Per section its questions and their answers, with choices, criteria, files and goals, in one statement.
    A question on goals is left out where there are none to choose from."""
    found: dict[str, tuple[list[FieldSpec], Values]] = {}
    for question in _annotated(application, sections):
        fields, values = found.setdefault(question.section, ([], {}))
        choices = _choices(question)
        if question.kind == QuestionKind.GOALS and not choices:
            continue
        spec = _spec(question, choices)
        fields.append(spec)
        values[spec.name] = _stored(spec, question)
    return found


def _annotated(application: Application, sections: Collection[Section]) -> QuerySet[Any]:
    mine = {"application": application.pk, "question": OuterRef("pk")}
    choices = QuestionChoice.objects.filter(question=OuterRef("pk")).order_by("order")
    criteria = Criterion.objects.filter(questions=OuterRef("pk")).order_by("code").distinct()
    files = AnswerFile.objects.filter(**mine, removed_at__isnull=True).exclude(file__state=FileState.REFUSED)
    return (
        questions_for(application)
        .filter(section__in=sections)
        .annotate(
            given=Subquery(Answer.objects.filter(**mine).values("value")[:1]),
            given_at=Subquery(Answer.objects.filter(**mine).values("updated_at")[:1]),
            choice_rows=ArraySubquery(choices.values(row=JSONObject(**_LABELS))),
            criterion_codes=ArraySubquery(criteria.values("code")),
            file_rows=ArraySubquery(
                files.order_by("added_at").values(row=JSONObject(uid="file__uid", name="file__name"))
            ),
            goal_rows=Case(When(kind=QuestionKind.GOALS, then=ArraySubquery(_targets(application)))),
            shown_if_code=F("shown_if__code"),
        )
        .order_by("order")
    )


def _choices(question: Any) -> Choices:
    if question.kind == QuestionKind.FILE:
        return tuple((row["uid"], row["name"]) for row in question.file_rows)
    if question.kind == QuestionKind.GOALS:
        return tuple(_goals_with_targets(question.goal_rows))
    rows = [QuestionChoice(**choice) for choice in question.choice_rows]
    return tuple((row.code, told(row, "label")) for row in rows)


def _spec(question: Any, choices: Choices) -> FieldSpec:
    shown_if: ShownIf | None = None
    if question.shown_if_code is not None:
        shown_if = question_field(question.shown_if_code), tuple(question.shown_if_choices)
    first, last = _days(question)
    return FieldSpec(
        name=question_field(question.code),
        kind=_KINDS[QuestionKind(question.kind)],
        label=told(question, "label"),
        help=told(question, "help"),
        required=question.required,
        word_limit=question.word_limit,
        choices=choices,
        shown_if=shown_if,
        number_min=question.number_min,
        number_max=question.number_max,
        date_min=first,
        date_max=last,
        choices_max=question.choices_max,
        question=question.code,
        criteria=tuple(question.criterion_codes),
    )


def _days(question: Any) -> tuple[date | None, date | None]:
    """The first and last day of a date, which its question counts from today. A day that was still to come when it
    was written stays good after it has passed: otherwise a question for a signature would grow old."""
    if question.kind != QuestionKind.DATE:
        return None, None
    today = clock.today()
    given: datetime | None = question.given_at
    written = min(today, given.astimezone(ZoneInfo(settings.TIME_ZONE)).date()) if given else today
    return _moved(written, question.number_min), _moved(today, question.number_max)


def _moved(day: date, days: Decimal | None) -> date | None:
    return None if days is None else day + timedelta(days=int(days))


def _stored(spec: FieldSpec, question: Any) -> Value:
    if spec.kind == FieldKind.FILE:
        return [uid for uid, _name in spec.choices]
    # Text as it is; lists without what can no longer be chosen.
    return normalise(spec, question.given or "") if spec.kind == FieldKind.GOALS else question.given or ""


def _targets(application: Application) -> QuerySet[Any]:
    """All targets of each goal that the themes of the application's tracks name (by itself, by a target or by
    its pillar); of all 17 goals where the themes name none. With their goals, for a statement around it."""
    tracks = Track.objects.filter(call_id=application.call_id)
    if application.side == Side.SOUTH:
        tracks = tracks.filter(pk=application.track_id or 0)
    themes = Theme.objects.filter(tracks__in=tracks)
    named = Goal.objects.filter(
        Q(themes__in=themes) | Q(pillar__themes__in=themes) | Q(targets__themes__in=themes)
    )
    targets = Target.objects.filter(Q(goal__in=named) | ~Exists(named)).order_by("goal", "order")
    return targets.values(row=JSONObject(**_TARGET))


def _goals_with_targets(rows: list[dict[str, Any]]) -> Iterator[tuple[str, Text]]:
    """Each goal followed by its targets, as code and text."""
    number = None
    for row in rows:
        if row["goal"] != number:
            number = row["goal"]
            titles = {f"title_{code}": row[f"title_{code}"] for code in LANGUAGE_CODES}
            yield str(number), told(Goal(**titles), "title")
        texts = {f"text_{code}": row[f"text_{code}"] for code in LANGUAGE_CODES}
        yield row["code"], told(Target(**texts), "text")
