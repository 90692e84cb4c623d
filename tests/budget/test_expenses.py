"""An expense's road: three people, one lock, no cent lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from budget.enums import CutReason, ExpenseStatus
from budget.errors import DuplicateReceipt, MissingRate, NotAllowedUse
from budget.models import Category, Expense, LedgerEntry
from budget.selectors import balance_of, balances, similar_expenses, waiting_for
from budget.services import expenses as services
from budget.services.opening import open_budget
from matching.models import Partnership
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed, SamePerson
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.programme.enums import Side
from tests.budget.factories import data_of, make_expense, make_partnership, make_rate, make_receipt, share_of
from tests.factories import make_editor, make_seat
from tests.world import World

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _june() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def pair(world: World) -> Partnership:
    return make_partnership(world, world.gent, world.nikki, world.benin)


def _approved(expense: Expense, world: World, cut: str = "0") -> Expense:
    checker = make_seat(world.vvsg, AssociationRole.CHECKER)
    approver = make_seat(world.vvsg, AssociationRole.APPROVER)
    reason = CutReason.TOO_HIGH if Decimal(cut) else ""
    services.check_expense(expense=expense, cut=Decimal(cut), cut_reason=reason, cut_note="", actor=checker)
    return services.approve_expense(expense=expense, actor=approver)


def test_two_equal_halves_open_once(pair: Partnership) -> None:
    open_budget(partnership=pair, actor=None)
    amounts = [
        (half.share.side, half.share.amount, half.share.association.code)
        for half in balances([pair])[pair.pk]
    ]
    assert amounts == [("north", Decimal("17500.00"), "vvsg"), ("south", Decimal("17500.00"), "ancb")]


def test_an_expense_in_francs_is_frozen_at_its_rate(world: World, pair: Partnership) -> None:
    make_rate()
    share = share_of(pair, Side.SOUTH)
    editor = make_editor(world.nikki)
    expense = make_expense(share, editor, "100000", currency="XOF")
    submitted = services.submit_expense(expense=expense, actor=editor)
    assert (submitted.claimed, submitted.rate, submitted.rate_source) == (
        Decimal("152.45"), Decimal("655.957"), "fixed parity")  # fmt: skip
    assert balance_of(share).left == Decimal("17347.55")


def test_a_missing_rate_stops_and_the_draft_stays(world: World, pair: Partnership) -> None:
    editor = make_editor(world.nikki)
    expense = make_expense(share_of(pair, Side.SOUTH), editor, "500", currency="USD")
    with pytest.raises(MissingRate, match="USD"):
        services.submit_expense(expense=expense, actor=editor)
    expense.refresh_from_db()
    assert expense.status == ExpenseStatus.DRAFT


def test_francs_have_no_cents(world: World, pair: Partnership) -> None:
    with pytest.raises(DomainError, match="XOF"):
        make_expense(share_of(pair, Side.SOUTH), make_editor(world.nikki), "10.50", currency="XOF")


def test_three_different_people(world: World, pair: Partnership) -> None:
    share = share_of(pair, Side.NORTH)
    editor = make_editor(world.gent)
    expense = services.submit_expense(expense=make_expense(share, editor), actor=editor)
    with pytest.raises(SamePerson):
        services.check_expense(expense=expense, cut=Decimal(0), cut_reason="", cut_note="", actor=editor)
    checker = make_seat(world.vvsg, AssociationRole.CHECKER)
    services.check_expense(expense=expense, cut=Decimal(0), cut_reason="", cut_note="", actor=checker)
    for same in (editor, checker):
        with pytest.raises(SamePerson):
            services.approve_expense(expense=expense, actor=same)
    assert waiting_for(checker).count() == 0


def test_the_database_itself_refuses_the_same_person_twice(world: World, pair: Partnership) -> None:
    editor = make_editor(world.gent)
    expense = services.submit_expense(expense=make_expense(share_of(pair, Side.NORTH), editor), actor=editor)
    with pytest.raises(IntegrityError, match="expense_checker_is_another"), transaction.atomic():
        Expense.objects.filter(pk=expense.pk).update(checked_by=editor)


def test_claimed_cut_and_granted_add_up(world: World, pair: Partnership) -> None:
    share = share_of(pair, Side.NORTH)
    editor = make_editor(world.gent)
    expense = services.submit_expense(expense=make_expense(share, editor, "1000"), actor=editor)
    done = _approved(expense, world, cut="150.50")
    assert (done.claimed, done.cut, done.granted, done.own_contribution) == (
        Decimal("1000.00"), Decimal("150.50"), Decimal("849.50"), Decimal("0.00"))  # fmt: skip
    assert balance_of(share).left == Decimal("16650.50")
    assert balance_of(share).approved == Decimal("849.50")


def test_above_the_ceiling_the_remainder_is_own_contribution(world: World, pair: Partnership) -> None:
    share = share_of(pair, Side.NORTH)
    editor = make_editor(world.gent)
    services.submit_expense(expense=make_expense(share, editor, "17000"), actor=editor)
    second = services.submit_expense(expense=make_expense(share, editor, "800"), actor=editor)
    assert second.own_contribution == Decimal("300.00")
    assert balance_of(share).left == 0
    assert _approved(second, world).granted == Decimal("500.00")
    assert balance_of(share_of(pair, Side.SOUTH)).left == Decimal("17500.00")


def test_a_returned_expense_gives_its_hold_back_and_comes_again(world: World, pair: Partnership) -> None:
    share = share_of(pair, Side.NORTH)
    editor = make_editor(world.gent)
    checker = make_seat(world.vvsg, AssociationRole.CHECKER)
    expense = services.submit_expense(expense=make_expense(share, editor, "700"), actor=editor)
    with pytest.raises(Incomplete):
        services.return_expense(expense=expense, reason="  ", actor=checker)
    services.return_expense(expense=expense, reason="Which hotel?", actor=checker)
    assert balance_of(share).left == Decimal("17500.00")
    changed = services.save_expense(
        share=share, data=data_of(expense), receipt=None, actor=editor, expense=expense
    )
    assert (changed.claimed, changed.rate, changed.own_contribution) == (None, None, Decimal(0))
    again = services.submit_expense(expense=expense, actor=editor)
    assert (again.status, balance_of(share).left) == (ExpenseStatus.SUBMITTED, Decimal("16800.00"))
    mail = OutgoingMail.objects.get(kind="expense_returned")
    assert (mail.recipient, "Which hotel?" in mail.body_text) == (editor, True)


def test_a_double_click_on_submit_claims_once(world: World, pair: Partnership) -> None:
    share = share_of(pair, Side.NORTH)
    editor = make_editor(world.gent)
    expense = services.submit_expense(expense=make_expense(share, editor, "700"), actor=editor)
    with pytest.raises(MoveNotAllowed):
        services.submit_expense(expense=expense, actor=editor)
    assert balance_of(share).left == Decimal("16800.00")


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2026, 6, 2)])
def test_dates_outside_the_partnership_or_in_the_future_are_refused(
    world: World, pair: Partnership, day: date
) -> None:
    editor = make_editor(world.gent)
    expense = make_expense(share_of(pair, Side.NORTH), editor, spent_on=day)
    with pytest.raises(Incomplete):
        services.submit_expense(expense=expense, actor=editor)


def test_only_exchange_before_a_joint_decision(world: World, pair: Partnership) -> None:
    editor = make_editor(world.gent)
    category = Category.objects.get(programme=world.programme, code="communication")
    expense = make_expense(share_of(pair, Side.NORTH), editor, category=category)
    with pytest.raises(NotAllowedUse):
        services.submit_expense(expense=expense, actor=editor)


def test_the_same_file_twice_needs_a_reason(world: World, pair: Partnership) -> None:
    share = share_of(pair, Side.NORTH)
    editor = make_editor(world.gent)
    first = services.submit_expense(expense=make_expense(share, editor, receipt="one"), actor=editor)
    second = make_expense(share, editor, receipt="one")
    with pytest.raises(DuplicateReceipt, match=first.reference):
        services.submit_expense(expense=second, actor=editor)
    Expense.objects.filter(pk=second.pk).update(duplicate_note="One invoice, two rooms")
    assert services.submit_expense(expense=second, actor=editor).status == ExpenseStatus.SUBMITTED
    assert list(similar_expenses(second)) == [first]


def test_without_a_receipt_it_stays_a_draft(world: World, pair: Partnership) -> None:
    editor = make_editor(world.gent)
    expense = make_expense(share_of(pair, Side.NORTH), editor)
    Expense.objects.filter(pk=expense.pk).update(receipt=None)
    with pytest.raises(Incomplete, match="receipt"):
        services.submit_expense(expense=expense, actor=editor)


def test_the_municipality_is_warned_once_at_eighty_percent(world: World, pair: Partnership) -> None:
    share = share_of(pair, Side.NORTH)
    editor = make_editor(world.gent)
    for amount in ("13999", "1", "1"):
        services.submit_expense(expense=make_expense(share, editor, amount), actor=editor)
    assert OutgoingMail.objects.filter(kind="budget_nearly_used").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_claims_at_once_never_share_a_cent(world: World, pair: Partnership) -> None:
    share = share_of(pair, Side.NORTH)
    editor = make_editor(world.gent)
    claims = [make_expense(share, editor, "10000") for _ in range(4)]

    def submit(expense: Expense) -> None:
        try:
            services.submit_expense(expense=expense, actor=editor)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(submit, claims))
    assert balance_of(share).left == 0
    granted = sum(10000 - row.own_contribution for row in Expense.objects.all())
    assert granted == Decimal("17500.00")
    assert make_receipt(editor).pk
    assert sum(entry.amount for entry in LedgerEntry.objects.filter(share=share)) == 0
