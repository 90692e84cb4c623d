"""Amounts and moments, as each language writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from sdgpartners.core import display


def render(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


MOMENT = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Monday 30 November 2026, 23:59 (Brussels)"),
        ("nl", "maandag 30 november 2026, 23:59 ("),
        ("fr", "lundi 30 novembre 2026, 23:59 ("),
    ],
)
def test_when_names_the_zone_in_each_language(language: str, words: str) -> None:
    with translation.override(language):
        html = render("{% when m 'Europe/Brussels' weekday=True %}", m=MOMENT)
    assert words in html
    assert 'datetime="2026-11-30T22:59+00:00"' in html


def test_when_adds_the_partners_time_and_its_day_when_it_differs() -> None:
    with translation.override("en"):
        late = render("{% when m 'Europe/Brussels' other='Africa/Kigali' %}", m=MOMENT)
        noon = render(
            "{% when m 'Europe/Brussels' other='Africa/Kigali' %}",
            m=datetime(2026, 11, 30, 11, 0, tzinfo=UTC),
        )
        same = render("{% when m 'Africa/Kigali' other='Africa/Kigali' %}", m=MOMENT)
    assert "23:59 (Brussels) · 1 December 2026, 00:59 (Kigali)" in late
    assert "30 November 2026, 12:00 (Brussels) · 13:00 (Kigali)" in noon
    assert "·" not in same


def test_when_of_a_date_has_no_zone() -> None:
    with translation.override("en"):
        assert render("{% when d %}", d=date(2026, 3, 1)) == '<time datetime="2026-03-01">1 March 2026</time>'


def test_a_moment_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        display.format_moment(datetime(2026, 1, 1, 12, 0))  # noqa: DTZ001 it is the mistake under test


N = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "amount", "currency", "written"),
    [
        ("nl", "1234.5", "EUR", f"€{N}1.234,50"),
        ("fr", "1234.5", "EUR", f"1{N}234,50{N}€"),
        ("en", "1234.5", "EUR", "€1,234.50"),
        ("nl", "1234567.5", "RWF", f"RWF{N}1.234.568"),
        ("fr", "655957", "XOF", f"655{N}957{N}XOF"),
        ("en", "-12.345", "EUR", "−€12.35"),
        ("nl", "0", "EUR", f"€{N}0,00"),
    ],
)
def test_money_is_written_as_the_language_does(
    language: str, amount: str, currency: str, written: str
) -> None:
    with translation.override(language):
        assert display.format_money(Decimal(amount), currency) == written


def test_short_money_has_no_cents() -> None:
    with translation.override("nl"):
        assert display.format_money(Decimal("151229.61"), "EUR", short=True) == f"€{N}151.230"
