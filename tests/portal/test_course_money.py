"""Whatever happens to a partnership, no cent of its two halves moves, and what waits on a person follows."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from budget.models import Expense, LedgerEntry, Share
from exchanges.enums import DelegateRole
from exchanges.services.visits import add_delegate, confirm_visit
from matching.services import (
    end_early,
    free_north,
    resume_country,
    resume_partnership,
    suspend_country,
    suspend_partnership,
)
from portal.selectors.tasks import waiting_on
from sdgpartners.core import clock
from sdgpartners.people.services import record_merger
from tests.exchanges.asking import planned_visit
from tests.exchanges.factories import NOON, build_pairs
from tests.portal.busy import Busy, make_busy
from tests.world import World


def suspended_and_back(busy: Busy, world: World) -> None:
    suspend_partnership(partnership=busy.pair, reason="Stop", hide_publicly=True, actor=busy.desk)
    free_north(partnership=busy.pair, reason="Another", actor=busy.desk)
    with clock.at(NOON + timedelta(days=40)):
        resume_partnership(partnership=busy.pair, reason="Go", show_publicly=True, actor=busy.desk)


def country_and_back(busy: Busy, world: World) -> None:
    suspend_country(partner_country=world.rwanda, reason="Stop", hide_publicly=True, actor=busy.desk)
    with clock.at(NOON + timedelta(days=40)):
        resume_country(partner_country=world.rwanda, reason="Go", show_publicly=True, actor=busy.desk)


def merged(busy: Busy, world: World) -> None:
    record_merger(
        municipality=busy.pair.north, successor=world.mechelen, happened_on=date(2026, 11, 1), note="Decree",
        actor=world.coordinator_vvsg,
    )  # fmt: skip


def ended(busy: Busy, world: World) -> None:
    end_early(partnership=busy.pair, reason="New council", actor=busy.desk)


def money() -> list[list[tuple[Any, ...]]]:
    return [
        list(Share.objects.order_by("side").values_list("side", "association", "amount")),
        list(LedgerEntry.objects.order_by("pk").values_list("pk", "share", "kind", "amount", "made_by")),
        list(Expense.objects.order_by("pk").values_list("pk", "share", "status", "amount", "currency")),
    ]


@pytest.mark.parametrize("step", [suspended_and_back, country_and_back, merged, ended])
def test_no_cent_moves(step: Callable[[Busy, World], None], world: World) -> None:
    world.rules.budget_total = Decimal("35000.01")
    world.rules.save()
    with clock.at(NOON):
        busy = make_busy(world)
        before = money()
        step(busy, world)
        assert money() == before
    assert sum(row.amount for row in Share.objects.filter(budget__partnership=busy.pair)) == Decimal(
        "35000.01"
    )


def test_a_visit_that_is_over_asks_for_its_report(world: World) -> None:
    pairs = build_pairs(world)
    with clock.at(NOON):
        visit = planned_visit(pairs)
        add_delegate(visit=visit, name="Ann", role=DelegateRole.OFFICIAL, actor=pairs.gent)
        confirm_visit(visit=visit, actor=world.coordinator_ralga)
    for day, expected in ((visit.ends_on, False), (visit.ends_on + timedelta(days=1), True)):
        with clock.at(NOON + (day - NOON.date())):
            asked = "Report on the work visit" in {task.label for task in waiting_on(pairs.gent)}
            assert asked is expected
