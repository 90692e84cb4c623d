"""A partnership at a glance: next date, what waits for whom, money left, commitments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from budget.selectors import ShareBalance, balances
from exchanges.models import Contact, Session, Visit
from exchanges.selectors.contacts import contacts_of
from exchanges.selectors.obligations import obligations_of
from exchanges.selectors.sessions import next_session
from exchanges.selectors.visits import visits_of
from exchanges.sentences import MeterLine, meter_line
from matching.enums import PartnershipStatus
from matching.models import Partnership
from matching.pauses import Pause
from matching.selectors.partnerships import ChecklistItem, activation_checklist
from matching.selectors.standstill import pauses_of
from portal.selectors.health import Health, Task, health_of, rules_of
from portal.selectors.waiting_lines import LIVING
from sdgpartners.core import clock
from sdgpartners.programme.models import ProgrammeRules

RUNNING = (PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING)


@dataclass(frozen=True)
class Hub:
    """What the partnership's page shows. Empty parts belong to a partnership in preparation or one that has ended."""

    checklist: list[ChecklistItem]
    session: Session | None
    health: Health | None
    visits: list[Visit]
    contacts: list[Contact]
    halves: list[ShareBalance]
    meter: list[MeterLine]

    @property
    def homework(self) -> list[Task]:
        """What the pair has not handed in, the first due first."""
        return [task for task in self.health.tasks if task.kind == "homework"] if self.health else []

    @property
    def plans_a_visit(self) -> bool:
        """Whether there is a period of visits in which the pair has none yet."""
        return self.health is not None and any(task.kind == "visit_plan" for task in self.health.tasks)


def hub_of(partnership: Partnership) -> Hub:
    """The page of one partnership, in a bounded number of statements."""
    pauses, rules = pauses_of([partnership]), rules_of([partnership])
    lives = partnership.status in (*LIVING, PartnershipStatus.SUSPENDED)
    health = health_of([partnership], pauses=pauses, rules=rules)[0] if lives else None
    if partnership.status == PartnershipStatus.PREPARING:
        return Hub(activation_checklist(partnership), None, health, [], [], [], [])
    visits = list(visits_of(partnership))
    # Over is over: nobody is late any more, and there is no next step.
    meter = meter_of([partnership], pauses=pauses, rules=rules, visits=visits) if lives else {}
    return Hub(
        checklist=[],
        session=next_session(partnership) if partnership.status in RUNNING else None,
        health=health,
        visits=visits,
        contacts=list(contacts_of(partnership)[:3]),
        halves=balances([partnership]).get(partnership.pk, []),
        meter=meter.get(partnership.pk, []),
    )


def meter_of(
    partnerships: list[Partnership] | QuerySet[Partnership],
    *,
    pauses: Mapping[int, Sequence[Pause]] | None = None,
    rules: Mapping[int, ProgrammeRules] | None = None,
    visits: Sequence[Visit] | None = None,
) -> dict[int, list[MeterLine]]:
    """The obligations meter of this calendar year in words, by partnership."""
    year = clock.today().year
    found: dict[int, Any] = obligations_of(partnerships, year, pauses=pauses, rules=rules, visits=visits)
    return {pk: [meter_line(line) for line in lines] for pk, lines in found.items()}
