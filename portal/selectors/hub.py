"""A partnership at a glance: next date, what waits for whom, money left, commitments."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from budget.selectors import ShareBalance, balances
from exchanges.models import Contact, HomeworkAnswer, Session, Visit
from exchanges.selectors.contacts import contacts_of
from exchanges.selectors.homework import open_answers
from exchanges.selectors.obligations import obligations_of
from exchanges.selectors.sessions import next_session
from exchanges.selectors.visits import visits_of
from exchanges.sentences import MeterLine, meter_line
from matching.enums import PartnershipStatus
from matching.models import Partnership
from matching.selectors.partnerships import ChecklistItem, activation_checklist
from sdgpartners.core import clock

RUNNING = (PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING)


@dataclass(frozen=True)
class Hub:
    """Everything that the partnership's page shows. Empty parts belong to a partnership in preparation."""

    checklist: list[ChecklistItem]
    session: Session | None
    homework: list[HomeworkAnswer]
    visits: list[Visit]
    contacts: list[Contact]
    halves: list[ShareBalance]
    meter: list[MeterLine]


def hub_of(partnership: Partnership) -> Hub:
    """The page of one partnership, in a bounded number of statements."""
    preparing = partnership.status == PartnershipStatus.PREPARING
    if preparing:
        return Hub(activation_checklist(partnership), None, [], [], [], [], [])
    running = partnership.status in RUNNING
    return Hub(
        checklist=[],
        session=next_session(partnership) if running else None,
        homework=list(open_answers([partnership])) if running else [],
        visits=list(visits_of(partnership)),
        contacts=list(contacts_of(partnership)[:3]),
        halves=balances([partnership]).get(partnership.pk, []),
        meter=meter_of([partnership]).get(partnership.pk, []),
    )


def meter_of(partnerships: list[Partnership] | QuerySet[Partnership]) -> dict[int, list[MeterLine]]:
    """The obligations meter of this calendar year in words, by partnership."""
    found: dict[int, Any] = obligations_of(partnerships, clock.today().year)
    return {pk: [meter_line(line) for line in lines] for pk, lines in found.items()}
