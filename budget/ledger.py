"""The arithmetic of two halves, without Django: every cent has a place (concept note 3.4).

Amounts are Decimals in the budget's currency, to the cent, unless a name says otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
# Currencies without a smaller unit (ISO 4217, exponent 0).
WHOLE_UNITS = frozenset({"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF",
                         "XOF", "XPF"})  # fmt: skip


def to_cent(amount: Decimal) -> Decimal:
    """Rounded half up to the cent."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def halves(total: Decimal, north_percent: Decimal) -> tuple[Decimal, Decimal]:
    """The northern and the southern share; they always make `total`, to the cent. ValueError outside 0-100 %."""
    if not 0 <= north_percent <= 100 or total < 0:
        raise ValueError("a share lies between 0 and 100 % of an amount that is not negative")
    north = to_cent(total * north_percent / 100)
    return north, to_cent(total) - north


def in_base(amount: Decimal, rate: Decimal) -> Decimal:
    """`amount` of a currency of which `rate` units make one of the base, rounded half up to the cent."""
    if rate <= 0:
        raise ValueError("a rate is above zero")
    return to_cent(amount / rate)


def fits_currency(amount: Decimal, currency: str) -> bool:
    """Whether `amount` has no smaller parts than `currency` has coins (RWF and XOF: none; otherwise cents)."""
    unit = Decimal(1) if currency in WHOLE_UNITS else CENT
    return amount % unit == 0


@dataclass(frozen=True, slots=True)
class Grant:
    """What becomes of a claim: claimed = granted + cut + own."""

    granted: Decimal
    cut: Decimal
    own: Decimal


def grant(*, claimed: Decimal, cut: Decimal, left: Decimal) -> Grant:
    """As much of the claim, less the cut, as is left; the remainder is the municipality's own contribution.

    ValueError for a cut outside 0..claimed. A `left` below zero counts as nothing left.
    """
    if not 0 <= cut <= claimed:
        raise ValueError("a cut lies between nothing and the whole claim")
    wanted = claimed - cut
    granted = min(wanted, max(left, ZERO))
    return Grant(granted=granted, cut=cut, own=wanted - granted)


@dataclass(frozen=True, slots=True)
class Balance:
    """A half: its amount, what claims under way hold, what is approved, and what is left."""

    amount: Decimal
    reserved: Decimal
    approved: Decimal

    @property
    def left(self) -> Decimal:
        return self.amount - self.reserved - self.approved

    @property
    def used(self) -> Decimal:
        return self.reserved + self.approved

    @property
    def used_percent(self) -> int:
        """Rounded down, so that 100 means that nothing is left. A half of nothing is used up."""
        return int(self.used * 100 / self.amount) if self.amount else 100


def balance(entries: Iterable[tuple[str, Decimal]]) -> Balance:
    """The balance of a half from its movements (kind, signed amount): opened +, reserved -, released +, approved -.

    KeyError for a kind that does not exist.
    """
    sums = {"opened": ZERO, "reserved": ZERO, "released": ZERO, "approved": ZERO}
    for kind, amount in entries:
        sums[kind] += amount
    return Balance(
        amount=sums["opened"], reserved=-(sums["reserved"] + sums["released"]), approved=-sums["approved"]
    )


def crosses(*, before: Decimal, after: Decimal, amount: Decimal, percent: int) -> bool:
    """Whether use went from below `percent` of `amount` to it or above."""
    threshold = amount * percent / 100
    return before < threshold <= after
