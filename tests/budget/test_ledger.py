"""The arithmetic of the two halves."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget import ledger

CENTS = st.decimals(min_value=0, max_value=10_000_000, places=2)


@given(total=CENTS, percent=st.decimals(min_value=0, max_value=100, places=2))
def test_two_halves_always_make_the_total(total: Decimal, percent: Decimal) -> None:
    north, south = ledger.halves(total, percent)
    assert north + south == total
    assert min(north, south) >= 0


def test_the_note_s_halves() -> None:
    assert ledger.halves(Decimal(35000), Decimal(50)) == (Decimal("17500.00"), Decimal("17500.00"))


def test_an_odd_cent_goes_to_one_side_only() -> None:
    assert ledger.halves(Decimal("0.01"), Decimal(50)) == (Decimal("0.01"), Decimal("0.00"))


@pytest.mark.parametrize("percent", [Decimal("-0.01"), Decimal("100.01")])
def test_a_share_outside_its_range_is_refused(percent: Decimal) -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        ledger.halves(Decimal(100), percent)


@given(claimed=CENTS, left=st.decimals(min_value=-1000, max_value=1_000_000, places=2), data=st.data())
def test_granted_cut_and_own_add_up_and_never_pass_what_is_left(
    claimed: Decimal, left: Decimal, data: st.DataObject
) -> None:
    cut = data.draw(st.decimals(min_value=0, max_value=claimed, places=2))
    split = ledger.grant(claimed=claimed, cut=cut, left=left)
    assert split.granted + split.cut + split.own == claimed
    assert 0 <= split.granted <= max(left, Decimal(0))
    assert split.own == 0 or split.granted == max(left, Decimal(0))


def test_a_cut_above_the_claim_is_refused() -> None:
    with pytest.raises(ValueError, match="cut"):
        ledger.grant(claimed=Decimal(10), cut=Decimal(11), left=Decimal(100))


@pytest.mark.parametrize(
    ("amount", "rate", "euros"),
    [
        ("655.957", "655.957", "1.00"),
        ("100000", "655.957", "152.45"),
        ("1", "3", "0.33"),
        ("0.005", "1", "0.01"),
    ],
)
def test_conversion_rounds_half_up_to_the_cent(amount: str, rate: str, euros: str) -> None:
    assert ledger.in_base(Decimal(amount), Decimal(rate)) == Decimal(euros)


@pytest.mark.parametrize(
    ("amount", "currency", "fits"),
    [("100", "XOF", True), ("100.50", "XOF", False), ("10.5", "RWF", False), ("10.55", "EUR", True),
     ("10.555", "EUR", False)],
)  # fmt: skip
def test_currencies_without_a_smaller_unit(amount: str, currency: str, fits: bool) -> None:
    assert ledger.fits_currency(Decimal(amount), currency) is fits


MOVES = st.lists(st.tuples(st.sampled_from(["hold", "give_back", "approve"]), CENTS), max_size=12)


@given(amount=CENTS, moves=MOVES)
def test_what_is_left_is_the_sum_of_all_movements(amount: Decimal, moves: list[tuple[str, Decimal]]) -> None:
    entries = [("opened", amount)]
    for kind, value in moves:
        entries.append({"hold": ("reserved", -value), "give_back": ("released", value),
                        "approve": ("approved", -value)}[kind])  # fmt: skip
    assert ledger.balance(entries).left == sum((value for _, value in entries), start=Decimal(0))


def test_an_unknown_movement_is_an_error() -> None:
    with pytest.raises(KeyError):
        ledger.balance([("gift", Decimal(1))])


def test_the_warning_comes_once_when_the_threshold_is_passed() -> None:
    amount = Decimal(100)
    assert ledger.crosses(before=Decimal(79), after=Decimal(80), amount=amount, percent=80)
    assert not ledger.crosses(before=Decimal(80), after=Decimal(95), amount=amount, percent=80)
    assert not ledger.crosses(before=Decimal(10), after=Decimal(20), amount=amount, percent=80)
