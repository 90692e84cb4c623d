"""What the money has open for a partnership, for those who suspend, end or close it: sums a half, never receipts."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from budget.enums import ExpenseStatus
from budget.models import Expense
from matching.models import Partnership
from matching.open_work import OpenLine, register_open_work
from sdgpartners.core.display import format_money

_money = lazy(format_money, str)
# In the order in which an expense goes its way. Nobody can settle for a municipality what it never submits, and an
# approved expense is paid after the end as well: neither keeps a partnership open.
KINDS = (
    ("expense_drafts", _("Expenses not submitted yet"), (ExpenseStatus.DRAFT, ExpenseStatus.RETURNED), False),
    ("expenses", _("Expenses to check and approve"), (ExpenseStatus.SUBMITTED, ExpenseStatus.CHECKED), True),
    ("expenses_unpaid", _("Approved expenses not paid yet"), (ExpenseStatus.APPROVED,), False),
)


def money_open(partnerships: Sequence[Partnership]) -> Iterator[OpenLine]:
    """Expenses that are not settled, a line for each half and step; one statement."""
    rows = (
        Expense.objects.filter(share__budget__partnership__in=partnerships)
        .order_by("share")
        .values_list(
            "share__budget__partnership", "share__municipality__name", "share__budget__currency", "status"
        )
        .annotate(number=Count("pk"), amount=Sum(Coalesce("granted", "claimed", Decimal(0))))
    )
    found: dict[tuple[int, str, str], tuple[str, int, Decimal]] = {}
    for key, place, currency, status, number, amount in rows:
        for kind, _label, states, _bars in KINDS:
            if status in states:
                _code, before, sum_before = found.get((key, kind, place), (currency, 0, Decimal(0)))
                found[key, kind, place] = (currency, before + number, sum_before + amount)
    pages = {row.pk: reverse("budget:budget-detail", args=[row.reference]) for row in partnerships}
    for kind, label, _states, bars in KINDS:
        for (key, found_kind, place), (currency, number, amount) in found.items():
            if found_kind == kind:
                about = format_lazy("{place}: {amount}", place=place, amount=_money(amount, currency))
                yield OpenLine(
                    key,
                    kind,
                    label,
                    number,
                    pages[key],
                    about if amount else place,
                    bars_closing=bars,
                    about_money=True,
                )


register_open_work("money", money_open)
