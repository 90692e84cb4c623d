"""Amounts as people type them: what is not certain is asked again, never guessed."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from budget.forms import AmountField


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1234.5", "1234.5"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1.234.567,50", "1234567.50"),
        ("12.345", "12345"),
        ("125000.00", "125000"),
        ("9999999999,99", "9999999999.99"),
    ],
)
def test_comma_and_point_both_work(typed: str, amount: str) -> None:
    assert AmountField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed",
    [
        "12.3456",  # once read as 123456
        "1,23,456.00",
        "1.234,567.00",
        "-5",
        "1e9",
        "12.\N{SUPERSCRIPT TWO}",
        "10000000000",  # more than the columns hold
        "999999999999999999",
    ],
)
def test_what_cannot_be_an_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        AmountField().clean(typed)
    assert refused.value.code == "invalid_amount"
