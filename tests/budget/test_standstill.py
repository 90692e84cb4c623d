"""A suspended partnership: no money moves, drafts stay, and a race with a suspension has one winner."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from budget.enums import ExpenseStatus
from budget.models import Expense, LedgerEntry, Share
from budget.open_work import money_open
from budget.selectors import waiting_for, worked_for_claimant
from budget.services import expenses as services
from matching.enums import PartnershipStatus
from matching.errors import StandsStill
from matching.models import Partnership
from matching.services import close_partnership, end_early, resume_partnership, suspend_partnership
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.services import record_merger
from sdgpartners.programme.enums import Side
from tests.budget.factories import data_of, make_expense, make_partnership, share_of
from tests.factories import make_editor, make_seat
from tests.world import World, build_world

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _june() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def pair(world: World) -> Partnership:
    return make_partnership(world, world.gent, world.nikki, world.benin)


def suspend(world: World, pair: Partnership) -> None:
    suspend_partnership(
        partnership=pair, reason="Ties were cut", hide_publicly=False, actor=world.coordinator_ancb
    )


def test_no_money_moves_and_drafts_stay(world: World, pair: Partnership) -> None:
    editor = make_editor(world.gent)
    checker = make_seat(world.vvsg, AssociationRole.CHECKER)
    approver = make_seat(world.vvsg, AssociationRole.APPROVER)
    share = share_of(pair, Side.NORTH)
    draft = make_expense(share, editor, "10")
    submitted = services.submit_expense(expense=make_expense(share, editor, "20"), actor=editor)
    checked = services.submit_expense(expense=make_expense(share, editor, "30"), actor=editor)
    services.check_expense(expense=checked, cut=Decimal(0), cut_reason="", cut_note="", actor=checker)
    suspend(world, pair)
    before = LedgerEntry.objects.count()
    steps = (
        lambda: services.submit_expense(expense=draft, actor=editor),
        lambda: services.save_expense(
            share=share, data=data_of(draft), receipt=None, actor=editor, expense=draft
        ),
        lambda: services.check_expense(
            expense=submitted, cut=Decimal(0), cut_reason="", cut_note="", actor=checker
        ),
        lambda: services.approve_expense(expense=checked, actor=approver),
        lambda: services.return_expense(expense=submitted, reason="Why", actor=checker),
        lambda: services.reject_expense(expense=submitted, reason="Why", actor=checker),
    )
    share.refresh_from_db()
    for step in steps:
        with pytest.raises(StandsStill, match="suspended"):
            step()
    assert LedgerEntry.objects.count() == before
    assert list(waiting_for(checker)) == []
    states = sorted(Expense.objects.values_list("status", flat=True))
    assert states == ["checked", "draft", "submitted"]
    resume_partnership(partnership=pair, reason="Go", show_publicly=True, actor=world.coordinator_ancb)
    services.approve_expense(expense=checked, actor=approver)
    services.submit_expense(expense=draft, actor=editor)


def test_open_money_is_listed_by_half_without_receipts(world: World, pair: Partnership) -> None:
    editor = make_editor(world.gent)
    share = share_of(pair, Side.NORTH)
    make_expense(share, editor, "10")
    services.submit_expense(expense=make_expense(share, editor, "20"), actor=editor)
    lines = {line.kind: (line.count, str(line.detail)) for line in money_open([pair])}
    assert lines["expense_drafts"] == (1, "Gent")
    assert lines["expenses"][0] == 1
    assert lines["expenses"][1].startswith("Gent: ")
    assert "20" in lines["expenses"][1]


def test_the_page_says_why_and_keeps_what_was_typed(world: World, pair: Partnership) -> None:
    editor = make_editor(world.gent, language="en")
    share = share_of(pair, Side.NORTH)
    draft = make_expense(share, editor, "10")
    suspend(world, pair)
    browser = Client()
    browser.force_login(editor)
    page = browser.get(reverse("budget:budget-detail", args=[pair.reference])).content.decode()
    assert "Ties were cut" in page
    assert reverse("budget:expense-create", args=[pair.reference]) not in page
    page = browser.get(reverse("budget:expense-detail", args=[draft.reference])).content.decode()
    assert reverse("budget:expense-submit", args=[draft.reference]) not in page
    refused = browser.post(reverse("budget:expense-submit", args=[draft.reference]))
    assert refused.status_code == 422
    assert "nothing is changed, sent or paid" in refused.content.decode()
    typed = {
        "category": draft.category_id, "payee": "Hotel of three nights", "spent_on": "2026-03-01",
        "amount": "12", "currency": "EUR",
    }  # fmt: skip
    answer = browser.post(reverse("budget:expense-create", args=[pair.reference]), typed)
    assert answer.status_code == 422
    assert "Hotel of three nights" in answer.content.decode()
    assert Expense.objects.count() == 1


def test_closing_waits_for_the_money_and_for_the_last_day(world: World, pair: Partnership) -> None:
    editor = make_editor(world.gent)
    services.submit_expense(expense=make_expense(share_of(pair, Side.NORTH), editor, "20"), actor=editor)
    Partnership.objects.filter(pk=pair.pk).update(status=PartnershipStatus.CLOSING, ends_on=date(2026, 6, 1))
    with pytest.raises(DomainError, match="runs until"):
        close_partnership(partnership=pair, reason="Done", actor=world.coordinator_ancb)
    with clock.at(NOON.replace(day=2)):
        with pytest.raises(Incomplete, match="Expenses to check"):
            close_partnership(partnership=pair, reason="Done", actor=world.coordinator_ancb)
        expense = Expense.objects.get()
        checker = make_seat(world.vvsg, AssociationRole.CHECKER)
        services.reject_expense(expense=expense, reason="Not for this", actor=checker)
        close_partnership(partnership=pair, reason="Done", actor=world.coordinator_ancb)
    pair.refresh_from_db()
    assert (pair.status, pair.ended_on) == (PartnershipStatus.CLOSED, date(2026, 6, 1))


def test_what_was_spent_before_an_early_end_is_settled(world: World, pair: Partnership) -> None:
    editor = make_editor(world.gent)
    share = share_of(pair, Side.NORTH)
    before, after = make_expense(share, editor, "10"), make_expense(share, editor, "20")
    end_early(partnership=pair, reason="New council", actor=world.coordinator_ancb)
    with clock.at(NOON.replace(month=7)):
        assert services.submit_expense(expense=before, actor=editor).status == ExpenseStatus.SUBMITTED
        Expense.objects.filter(pk=after.pk).update(spent_on=date(2026, 6, 20))
        with pytest.raises(DomainError, match="The partnership ended on 1 June 2026"):
            services.submit_expense(expense=after, actor=editor)
        browser = Client()
        browser.force_login(editor)
        page = browser.get(reverse("budget:budget-detail", args=[pair.reference])).content.decode()
        create = reverse("budget:expense-create", args=[pair.reference])
        assert create in page
        typed = {
            "category": before.category_id, "payee": "Hotel", "spent_on": "2026-05-30", "amount": "12",
            "currency": "EUR",
        }  # fmt: skip
        assert browser.post(create, typed).status_code == 302
        assert Expense.objects.filter(payee="Hotel", status=ExpenseStatus.DRAFT).exists()


def test_a_half_follows_the_successor_and_its_old_people_still_check_nothing(
    world: World, pair: Partnership
) -> None:
    editor = make_editor(world.gent)
    left = make_editor(world.gent)
    expense = make_expense(share_of(pair, Side.NORTH), editor, "10")
    seat = left.memberships.get()
    seat.ended_at = clock.now()
    seat.save()
    record_merger(
        municipality=world.gent,
        successor=world.mechelen,
        happened_on=date(2026, 1, 1),
        note="Decree",
        actor=world.coordinator_vvsg,
    )
    assert Share.objects.get(budget__partnership=pair, side=Side.NORTH).municipality == world.mechelen
    expense = Expense.objects.select_related("share").get(pk=expense.pk)
    assert worked_for_claimant(editor, expense)
    assert worked_for_claimant(left, expense)


@pytest.mark.django_db(transaction=True)
def test_a_claim_and_a_suspension_at_once_have_one_order() -> None:
    world = build_world()
    pair = make_partnership(world, world.gent, world.nikki, world.benin)
    editor = make_editor(world.gent)
    expense = make_expense(share_of(pair, Side.NORTH), editor, "10")

    def attempt(step: int) -> str:
        try:
            with clock.at(NOON):
                if step == 0:
                    suspend(world, pair)
                else:
                    services.submit_expense(expense=expense, actor=editor)
        except DomainError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(max_workers=2) as pool:
        found = list(pool.map(attempt, range(2)))
    pair.refresh_from_db()
    expense.refresh_from_db()
    assert pair.status == PartnershipStatus.SUSPENDED
    assert found[0] == "done"
    assert (found[1], expense.status) in {("done", "submitted"), ("StandsStill", "draft")}
