"""The health of a partnership: last contact, next date, open tasks, and who is waited for since when."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.enums import PartnershipStatus
from matching.models import Partnership
from matching.pauses import Pause
from matching.selectors.ends import end_of_month
from matching.selectors.formal_decisions import BEFORE_THE_START
from matching.selectors.standstill import pauses_of
from portal.selectors.waiting_lines import (
    DESK,
    LAST,
    LIVING,
    NEXT_SESSION,
    NEXT_VISIT,
    REFUSED,
    RUNNING,
    SIDE,
    START,
    Line,
    waiting_lines,
)
from sdgpartners.core import clock
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import ProgrammeRules
from sdgpartners.programme.selectors import rules_on

# Nothing names a day by which these are due: they wait from the day that is known.
WITHOUT_DUE_DAY = frozenset(
    {"plan", "signature", "end_change", "end_decision", "confirmation", "people", START}
)
# What the start waits for, of the sides.
OF_THE_SIDES = frozenset({"plan", "signature", "confirmation", "people"})
PAGES: Mapping[str, str] = {
    "decision": "matching:partnership-decisions",
    "successor": "matching:partnership-hand-over",
    "sponsor": "matching:partnership-course",
    "end_decision": "matching:partnership-course",
    "end_change": "matching:partnership-course",
    "plan": "matching:partnership-plan",
    "signature": "matching:partnership-agreement",
    "confirmation": "matching:partnership-agreement",
    "review": "matching:partnership-plan-review",
    "breadth": "matching:partnership-team",
    "people": "matching:partnership-team",
    START: "matching:partnership-agreement",
    "visit_plan": "exchanges:visit-create",
}
AHEAD: Mapping[str, str | Promise] = {
    NEXT_SESSION: gettext_lazy("Digital session"),
    NEXT_VISIT: gettext_lazy("Work visit"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """Something open: who has to do it, what, by when or since when, and where. `waited` once somebody waits for it."""

    who: str
    what: str
    day: date | None
    waited: bool
    url: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """One partnership. `next_what` names what `next_on` is; `tasks` are in the order of their days."""

    partnership: Partnership
    last_contact: date | None
    next_on: date | None
    next_what: str
    tasks: Sequence[Task]

    @property
    def waits(self) -> list[Task]:
        """What is waited for, the longest first."""
        return [task for task in self.tasks if task.waited]

    @property
    def coming(self) -> list[Task]:
        """What is open and nobody waits for yet."""
        return [task for task in self.tasks if not task.waited]

    @property
    def silent_days(self) -> int | None:
        """Days since the last contact; None without one."""
        return None if self.last_contact is None else (clock.today() - self.last_contact).days


def followed(rows: QuerySet[Partnership]) -> QuerySet[Partnership]:
    """Those that live, also while they are suspended."""
    return rows.filter(status__in=(*LIVING, PartnershipStatus.SUSPENDED))


def health_of(
    partnerships: Iterable[Partnership],
    *,
    pauses: Mapping[int, Sequence[Pause]] | None = None,
    rules: Mapping[int, ProgrammeRules] | None = None,
) -> list[Health]:
    """The health of each, in the order given: two statements, and one a programme. `pauses` and the `rules` of today by
    programme are not read again where they are at hand."""
    rows = list(partnerships)
    if not rows:
        return []
    pauses = pauses_of(rows) if pauses is None else pauses
    rules = rules_of(rows) if rules is None else rules
    lines = defaultdict(list)
    for line in waiting_lines([row.pk for row in rows]):
        lines[line.partnership_id].append(line)
    return [
        _health(row, lines[row.pk], rules[row.partner_country.programme_id], pauses.get(row.pk, ()))
        for row in rows
    ]


def rules_of(partnerships: Iterable[Partnership]) -> dict[int, ProgrammeRules]:
    """The rules of today of their programmes, by key; one statement a programme."""
    programmes = {row.partner_country.programme for row in partnerships}
    return {programme.pk: rules_on(programme) for programme in programmes}


def _health(
    row: Partnership, lines: Sequence[Line], rules: ProgrammeRules, pauses: Iterable[Pause]
) -> Health:
    seen = [line.day for line in lines if line.kind == LAST and line.day is not None]
    ahead = [
        (line.day, str(AHEAD[line.kind]))
        for line in lines
        if line.kind in AHEAD and line.day is not None and (row.ends_on is None or line.day <= row.ends_on)
    ]
    next_on, next_what = min(ahead, default=(None, ""))
    sides = [line for line in lines if line.kind == SIDE]
    still = timedelta(days=sum(pause.days for pause in pauses))
    own = [line for side in sides for line in _of_the_side(row, side, rules, still)]
    open_lines = [*lines, *own]
    if any(map(_bars_start, open_lines)):
        open_lines = [line for line in open_lines if line.kind != START]
    tasks = [
        _task(row, line, rules.visit_report_days)
        for line in open_lines
        if line.kind not in (LAST, SIDE) and line.kind not in AHEAD
    ]
    tasks.sort(key=lambda task: (task.day is None, task.day or date.max, task.who))
    return Health(row, max(seen, default=None), next_on, next_what, tasks)


def _bars_start(line: Line) -> bool:
    """Whether something else is open before a coordinator can start the partnership."""
    if line.kind == "decision":
        return line.reference in BEFORE_THE_START
    return line.kind in OF_THE_SIDES or (line.kind == START and line.about == REFUSED)


def _of_the_side(row: Partnership, side: Line, rules: ProgrammeRules, still: timedelta) -> Iterator[Line]:
    """What a side has not confirmed before the start, and what it lacks to be broad by its month."""
    people, politicians, services, outside, contacts, sponsors, confirmed = map(int, side.about.split(","))
    named = contacts >= rules.contacts_per_side and sponsors >= 1 and people >= 1
    broad = (
        people >= rules.breadth_people_min
        and politicians >= rules.breadth_politicians_min
        and services >= rules.breadth_services_min
        and outside >= rules.breadth_actors_min
    )
    if row.status == PartnershipStatus.PREPARING:
        if not confirmed:
            yield Line("confirmation", row.pk, side.side, row.created_at.date(), "")
        if not named:
            yield Line("people", row.pk, side.side, row.created_at.date(), "")
    elif row.status in RUNNING and row.starts_on is not None and not broad:
        day = end_of_month(row.starts_on, rules.breadth_by_month) + still
        yield Line("breadth", row.pk, side.side, day, "")


def _task(row: Partnership, line: Line, report_days: int) -> Task:
    day = line.day
    if line.kind == "report" and day is not None:
        day += timedelta(days=report_days)
    waited = day is not None and (line.kind in WITHOUT_DUE_DAY or day < clock.today())
    who = {
        Side.NORTH.value: row.north.name,
        Side.SOUTH.value: row.south.name,
        DESK: row.partner_country.association.acronym,
    }.get(line.side, str(row))
    return Task(who, in_words(line), day, waited, _page_of(row, line), line.kind)


def _page_of(row: Partnership, line: Line) -> str:
    if line.kind == "homework":
        return reverse("exchanges:homework-answer", args=[line.reference, row.reference])
    if line.kind == "report":
        return reverse("exchanges:visit-detail", args=[line.reference])
    return reverse(PAGES[line.kind], args=[row.reference])


def in_words(line: Line) -> str:
    """What is open, in the active language."""
    return {
        "homework": _("homework “%(about)s”"),
        "decision": _("formal decision %(about)s"),
        "successor": _("successor of %(about)s"),
        "sponsor": _("word of the new sponsor"),
        "end_decision": _("decision on another last day"),
        "end_change": _("answer on another last day"),
        "plan": _("agreement to the joint plan"),
        "signature": _("signature of the agreement"),
        "confirmation": _("confirmation of calendar and budget"),
        "review": _("review of the joint plan"),
        "report": _("report on the work visit %(about)s"),
        "breadth": _("a broad internal steering group"),
        "people": _("names of contact persons, political sponsor and internal steering group"),
        START: _("start of the partnership"),
        "visit_plan": _("planning of the work visit"),
    }[line.kind].strip() % {"about": line.about}
