"""What interests refer to, as the pairing reads it: subthemes, and the goals and targets that candidates named."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from applications.enums import QuestionKind
from applications.models import Answer, Call
from matching.pairing_input import Topic
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.models import Goal, Subtheme, Target


def named_goals(applications: Iterable[int]) -> Mapping[int, frozenset[str]]:
    """The codes of goals and targets (`16`, `16.7`) that each application (primary key) would work on first; one
    statement. Empty where the call does not ask."""
    rows = Answer.objects.filter(application__in=applications, question__kind=QuestionKind.GOALS).order_by()
    found: dict[int, frozenset[str]] = defaultdict(frozenset)
    for application, value in rows.values_list("application_id", "value"):
        found[application] |= frozenset(value.split())
    return found


def topics_of(call: Call, codes: Collection[str]) -> list[Topic]:
    """The subthemes of the programme, then the goals and targets among `codes`; six statements at most."""
    return [*_subthemes(call), *_goals(codes), *_targets(codes)]


def _subthemes(call: Call) -> list[Topic]:
    rows = (
        Subtheme.objects.filter(theme__programme_id=call.programme_id)
        .select_related("theme")
        .prefetch_related("goals", "targets__goal")
    )
    return [_topic(row) for row in rows]


def _topic(row: Subtheme) -> Topic:
    goals = {goal.number: goal for goal in row.goals.all()}
    goals |= {target.goal_id: target.goal for target in row.targets.all()}
    pillars = {str(goal.pillar_id) for goal in goals.values()}
    if row.theme.pillar_id:
        pillars.add(str(row.theme.pillar_id))
    return Topic(
        id=row.pk,
        titles=_titles(row),
        goals=frozenset(goals),
        targets=frozenset(target.code for target in row.targets.all()),
        pillars=frozenset(pillars),
        theme=row.theme_id,
    )


def _goals(codes: Collection[str]) -> list[Topic]:
    numbers = [int(code) for code in codes if code.isdecimal()]
    return [
        Topic(
            str(row.number),
            _titles(row),
            frozenset({row.number}),
            frozenset(),
            frozenset({str(row.pillar_id)}),
        )
        for row in Goal.objects.filter(number__in=numbers).order_by("number")
    ]


def _targets(codes: Collection[str]) -> list[Topic]:
    # A target's own text is a long sentence; its goal's title and its number say it in the words of the Agenda.
    rows = Target.objects.filter(code__in=codes).select_related("goal").order_by("goal", "order")
    return [
        Topic(
            row.code,
            _titles(row.goal),
            frozenset({row.goal_id}),
            frozenset({row.code}),
            frozenset({str(row.goal.pillar_id)}),
        )
        for row in rows
    ]


def _titles(row: Subtheme | Goal) -> dict[str, str]:
    return {code: getattr(row, f"title_{code}") for code in LANGUAGE_CODES}
