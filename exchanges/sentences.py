"""Codes of the pure files put to words, in the active language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchanges.enums import Direction, ObligationState
from exchanges.obligations import Kind, Obligation, Step, StepCode
from exchanges.windows import Caution, Problem
from sdgpartners.core.display import format_date, format_moment, format_time, zone_of

PROBLEMS: Mapping[Problem, str | Promise] = {
    Problem.OUT_OF_ORDER: gettext_lazy("The last day comes before the first."),
    Problem.OUTSIDE_WINDOW: gettext_lazy("These days lie outside the window."),
    Problem.CONFERENCE_TOO_SHORT: gettext_lazy("The conference lasts %(days)s days at least."),
    Problem.OUTSIDE_PARTNERSHIP: gettext_lazy("On these days the partnership does not run."),
}
CAUTIONS: Mapping[Caution, str | Promise] = {
    Caution.MISSES_CONFERENCE: gettext_lazy("The visit misses a day of the thematic conference."),
    Caution.LONGER_THAN_USUAL: gettext_lazy("The visit is longer than the usual week."),
    Caution.DELEGATION_SMALL: gettext_lazy("The delegation is smaller than the programme expects."),
    Caution.NO_POLITICIAN: gettext_lazy("There is no politician in the delegation."),
}
KINDS: Mapping[Kind, str | Promise] = {
    Kind.SESSIONS: gettext_lazy("Digital sessions this year"),
    Kind.MOMENTS: gettext_lazy("Meeting moments this year"),
    Kind.VISIT: gettext_lazy("Work visit this year"),
    Kind.BOTH_WAYS: gettext_lazy("Each received the other"),
    Kind.CONTACT: gettext_lazy("Contact of your own in between"),
}


def problem_in_words(problem: Problem, *, days: int = 0) -> str:
    """Why dates cannot be accepted; `days` is what a conference lasts at least."""
    return str(PROBLEMS[problem]) % {"days": days}


def caution_in_words(caution: Caution) -> str:
    """What to think about before going."""
    return str(CAUTIONS[caution])


def moment_in_zones(moment: datetime, zone: str, other: str = "") -> str:
    """The moment in the reader's zone and, where that is another, in the meeting's: one line without
    markup.
    """
    text = format_moment(moment, zone, weekday=True)
    if not other or zone_of(other).key == zone_of(zone).key:
        return text
    here, there = moment.astimezone(zone_of(zone)), moment.astimezone(zone_of(other))
    second = format_time(moment, other) if here.date() == there.date() else format_moment(moment, other)
    return f"{text} · {second}"


@dataclass(frozen=True)
class MeterLine:
    """An obligation as people read it. `state` is an enum member, for the badge."""

    code: str
    label: str
    figure: str
    state: ObligationState
    next_step: str
    by: str


def meter_line(obligation: Obligation) -> MeterLine:
    """The words of one line of the meter, without the names of the pair."""
    return MeterLine(
        code=obligation.kind.value,
        label=str(KINDS[obligation.kind]),
        figure=_("%(value)s of %(minimum)s") % {"value": obligation.value, "minimum": obligation.minimum},
        state=ObligationState(obligation.state.value),
        next_step=step_in_words(obligation.step),
        by=format_date(obligation.by),
    )


def step_in_words(step: Step) -> str:
    """The next step as one sentence; empty when there is none."""
    words = _STEPS[step.code]
    return words(step)


def _day(step: Step) -> str:
    return format_date(step.on) if step.on else ""


def _plan_sessions(step: Step) -> str:
    return ngettext(
        "Ask your association to plan another session.",
        "Ask your association to plan %(number)s more sessions.",
        step.number,
    ) % {"number": step.number}


def _ask_window(step: Step) -> str:
    if step.direction == Direction.NORTH_TO_SOUTH:
        return _("Ask your association for a window in which Flemish delegations travel.")
    if step.direction == Direction.SOUTH_TO_NORTH:
        return _("Ask your association for a window in which delegations travel to Flanders.")
    return _("Ask your association for a window for the visits.")


_STEPS: Mapping[StepCode, Callable[[Step], str]] = {
    StepCode.NONE: lambda step: "",
    StepCode.ATTEND_SESSION: lambda step: _("Take part in the meeting of %(day)s.") % {"day": _day(step)},
    StepCode.PLAN_SESSIONS: _plan_sessions,
    StepCode.REPORT_VISIT: lambda step: _("Report on the visit of %(day)s.") % {"day": _day(step)},
    StepCode.MAKE_VISIT: lambda step: _("Prepare the visit of %(day)s.") % {"day": _day(step)},
    StepCode.PLAN_VISIT: lambda step: _("Plan your visit in the window from %(day)s.") % {"day": _day(step)},
    StepCode.ASK_WINDOW: _ask_window,
    StepCode.LOG_CONTACT: lambda step: _("Call or write to your partner, and log it here."),
    StepCode.CATCH_UP: lambda step: _("Agree with your association how to make up for it."),
}
