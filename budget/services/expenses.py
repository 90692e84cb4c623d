"""An expense on its way: draft, submitted, checked, approved. Three different people, one lock."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from budget import ledger
from budget.enums import EXPENSE_MOVES, CutReason, ExpenseStatus, LedgerKind
from budget.errors import DuplicateReceipt, NotAllowedUse
from budget.expense_data import ExpenseData
from budget.models import Budget, Expense, LedgerEntry, Share
from budget.selectors import balance_of, rate_on, uses_open, worked_for_claimant
from budget.services import letters
from matching.enums import PartnershipStatus
from matching.models import Partnership
from matching.services.course import require_moving
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.core.errors import DomainError, Incomplete, SamePerson
from sdgpartners.core.history import because
from sdgpartners.core.moves import check_move
from sdgpartners.core.references import next_reference
from sdgpartners.documents.enums import FileState
from sdgpartners.documents.models import StoredFile
from sdgpartners.people.models import User

SPENDING = (PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING)


@transaction.atomic
def save_expense(
    *,
    share: Share,
    data: ExpenseData,
    receipt: StoredFile | None,
    actor: User,
    expense: Expense | None = None,
) -> Expense:
    """Keep a draft (or a returned expense), new when `expense` is None. A receipt that was there stays unless
    a new one comes. Raises DomainError for amounts that the currency does not have, StandsStill while the
    partnership is suspended."""
    require_moving(share.budget.partnership)
    if data.amount <= 0:
        raise DomainError(_("The amount must be above zero."))
    if not ledger.fits_currency(data.amount, data.currency):
        raise DomainError(
            _("%(currency)s has no smaller parts than this: fill in a whole amount."), currency=data.currency
        )
    if expense is None:
        expense = Expense(reference=next_reference("EXP"), share=share)
    else:
        expense = _locked(expense)
        if expense.status not in (ExpenseStatus.DRAFT, ExpenseStatus.RETURNED):
            raise DomainError(_("A submitted expense cannot be changed. Ask for it to be returned."))
        # What was frozen at an earlier submission no longer fits what is changed now.
        expense.rate, expense.rate_source, expense.claimed = None, "", None
        expense.own_contribution = ledger.ZERO
    for name in ("category", "payee", "description", "spent_on", "amount", "currency", "visit", "session",
                 "duplicate_note"):  # fmt: skip
        setattr(expense, name, getattr(data, name))
    if receipt is not None:
        expense.receipt = receipt
    with because(actor):
        expense.save()
    return expense


@transaction.atomic
def submit_expense(*, expense: Expense, actor: User) -> Expense:
    """Freeze the rate, hold the money, tell the checkers.

    Locks the partnership, then the budget before what is left is read, so that two claims never share a cent
    and nothing is claimed while it is suspended. Above what is left the remainder becomes own contribution.
    Raises StandsStill, Incomplete, MissingRate, DuplicateReceipt, NotAllowedUse, MoveNotAllowed.
    """
    _lock_budget(expense)
    expense = _locked(expense)
    check_move(EXPENSE_MOVES, current=expense.status, target=ExpenseStatus.SUBMITTED, states=ExpenseStatus)
    _require_ready(expense)
    rate = rate_on(expense.currency, expense.spent_on, base=expense.share.budget.currency)
    before = balance_of(expense.share)
    expense.rate, expense.rate_source = rate.rate, rate.source
    expense.claimed = ledger.in_base(expense.amount, rate.rate)
    split = ledger.grant(claimed=expense.claimed, cut=ledger.ZERO, left=before.left)
    expense.cut, expense.cut_reason, expense.own_contribution = ledger.ZERO, "", split.own
    expense.submitted_by, expense.submitted_at = actor, clock.now()
    expense.checked_by = expense.approved_by = None
    expense.checked_at = expense.approved_at = None
    expense.return_reason = ""
    expense.status = ExpenseStatus.SUBMITTED
    with because(actor):
        expense.save()
        _book(expense, LedgerKind.RESERVED, -split.granted, actor)
    letters.tell_checkers(expense)
    letters.warn_when_nearly_used(expense.share, before=before, after=balance_of(expense.share))
    return expense


def _require_ready(expense: Expense) -> None:
    """All that a submission needs, checked under the lock."""
    partnership = expense.share.budget.partnership
    if partnership.status == PartnershipStatus.ENDED_EARLY and partnership.ended_on is not None:
        if expense.spent_on > partnership.ended_on:
            raise Incomplete(
                _("The partnership ended on %(day)s. Only what was spent until that day is settled."),
                day=format_date(partnership.ended_on),
            )
    elif partnership.status not in SPENDING:
        raise DomainError(_("Expenses can be submitted while the partnership is active."))
    if expense.receipt is None or expense.receipt.state == FileState.REFUSED:
        raise Incomplete(_("Add a photo or scan of the receipt first."))
    if expense.spent_on > _today_of(partnership):
        raise Incomplete(_("The date of the receipt lies in the future."))
    if not partnership.starts_on or not partnership.ends_on:
        raise DomainError(_("Expenses can be submitted while the partnership is active."))
    if not partnership.starts_on <= expense.spent_on <= partnership.ends_on:
        raise Incomplete(
            _("The date of the receipt lies outside the partnership (%(start)s to %(end)s)."),
            start=partnership.starts_on,
            end=partnership.ends_on,
        )
    if expense.category.use not in uses_open(partnership):
        raise NotAllowedUse
    twin = _same_receipt(expense)
    if twin is not None and not expense.duplicate_note:
        raise DuplicateReceipt(reference=twin.reference)


def _today_of(partnership: Partnership) -> date:
    """The furthest calendar date of the two sides: a receipt carries the date of the place where one stood."""
    zones = (partnership.north.country.time_zone, partnership.south.country.time_zone)
    return max(clock.today(zone) for zone in zones)


def _require_another(expense: Expense, actor: User, *earlier: int | None) -> None:
    """SamePerson for who took an earlier step, and for the claimant's own people: any of them may have written it."""
    if actor.pk in earlier or worked_for_claimant(actor, expense):
        raise SamePerson


def _same_receipt(expense: Expense) -> Expense | None:
    return (
        Expense.objects.filter(
            share__budget__partnership__partner_country__programme=(
                expense.share.budget.partnership.partner_country.programme
            ),
            receipt__sha256=expense.receipt.sha256 if expense.receipt else "",
        )
        .exclude(pk=expense.pk)
        .exclude(status__in=(ExpenseStatus.DRAFT, ExpenseStatus.REJECTED))
        .first()
    )


@transaction.atomic
def check_expense(*, expense: Expense, cut: Decimal, cut_reason: str, cut_note: str, actor: User) -> Expense:
    """The checker confirms the claim, less what is cut with a reason. Never the submitter or the claimant's people."""
    _lock_budget(expense)
    expense = _locked(expense)
    check_move(EXPENSE_MOVES, current=expense.status, target=ExpenseStatus.CHECKED, states=ExpenseStatus)
    _require_another(expense, actor, expense.submitted_by_id)
    if not 0 <= cut <= (expense.claimed or ledger.ZERO):
        raise DomainError(_("A cut lies between nothing and the whole claim."))
    if cut and not cut_reason:
        raise Incomplete(_("Choose a reason for the cut."))
    expense.cut, expense.cut_note = ledger.to_cent(cut), cut_note if cut else ""
    expense.cut_reason = CutReason(cut_reason) if cut else ""
    expense.checked_by, expense.checked_at = actor, clock.now()
    expense.status = ExpenseStatus.CHECKED
    with because(actor, cut_note):
        expense.save()
    letters.tell_approvers(expense)
    return expense


@transaction.atomic
def approve_expense(*, expense: Expense, actor: User) -> Expense:
    """The approver, a third person, grants the claim up to what is left of the half.

    Under the budget's lock the claim's own hold is given back first, then the ceiling is read again.
    """
    _lock_budget(expense)
    expense = _locked(expense)
    check_move(EXPENSE_MOVES, current=expense.status, target=ExpenseStatus.APPROVED, states=ExpenseStatus)
    _require_another(expense, actor, expense.submitted_by_id, expense.checked_by_id)
    claimed = expense.claimed or ledger.ZERO
    with because(actor):
        _give_back(expense, actor)
        split = ledger.grant(claimed=claimed, cut=expense.cut, left=balance_of(expense.share).left)
        expense.granted, expense.own_contribution = split.granted, split.own
        expense.approved_by, expense.approved_at = actor, clock.now()
        expense.status = ExpenseStatus.APPROVED
        expense.save()
        _book(expense, LedgerKind.APPROVED, -split.granted, actor)
    letters.tell_submitter(expense)
    return expense


@transaction.atomic
def return_expense(*, expense: Expense, reason: str, actor: User) -> Expense:
    """Back to the submitter with a question; the hold is given back."""
    return _end_claim(expense, ExpenseStatus.RETURNED, reason, actor)


@transaction.atomic
def reject_expense(*, expense: Expense, reason: str, actor: User) -> Expense:
    """Refused for good, with a reason; the hold is given back."""
    return _end_claim(expense, ExpenseStatus.REJECTED, reason, actor)


def _end_claim(expense: Expense, target: ExpenseStatus, reason: str, actor: User) -> Expense:
    _lock_budget(expense)
    expense = _locked(expense)
    check_move(EXPENSE_MOVES, current=expense.status, target=target, states=ExpenseStatus)
    _require_another(expense, actor, expense.submitted_by_id)
    if not reason.strip():
        raise Incomplete(_("Give a reason: the municipality reads it."))
    expense.status, expense.return_reason = target, reason.strip()
    with because(actor, reason):
        expense.save()
        _give_back(expense, actor)
    letters.tell_submitter(expense)
    return expense


def _give_back(expense: Expense, actor: User) -> None:
    """Undo what this expense holds, whatever it was booked in."""
    held = -sum(
        (entry.amount for entry in expense.entries.exclude(kind=LedgerKind.APPROVED)), start=ledger.ZERO
    )
    if held:
        _book(expense, LedgerKind.RELEASED, held, actor)


def _book(expense: Expense, kind: LedgerKind, amount: Decimal, actor: User) -> None:
    LedgerEntry.objects.create(share=expense.share, kind=kind, amount=amount, expense=expense, made_by=actor)


def _lock_budget(expense: Expense) -> None:
    """The partnership first: while it is suspended no money moves (StandsStill)."""
    require_moving(Partnership.objects.get(budget__shares=expense.share_id))
    Budget.objects.select_for_update().get(shares=expense.share_id)


def _locked(expense: Expense) -> Expense:
    return (
        Expense.objects.select_for_update(of=("self",))
        .select_related("share__budget__partnership__partner_country__programme", "category", "receipt",
                        "share__budget__partnership__north__country", "share__budget__partnership__south__country",
                        "share__association", "share__municipality", "submitted_by")
        .get(pk=expense.pk)
    )  # fmt: skip
