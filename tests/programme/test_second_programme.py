"""A second programme with a country that nobody knew: data, no code."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sdgpartners.programme import selectors
from sdgpartners.programme.loading.problems import LoadError
from sdgpartners.programme.loading.programme_file import load_programme
from sdgpartners.programme.loading.reference import load_reference
from sdgpartners.programme.models import Country, Municipality, Programme

RIVERSIDE = Path(__file__).parent / "sample" / "riverside.toml"


def test_a_second_programme_stands_beside_the_first(globe: Programme) -> None:
    report = load_programme(RIVERSIDE)
    assert (report.created.total(), report.changed.total()) == (15, 0)
    riverside = Programme.objects.get(code="riverside")
    [senegal] = selectors.partner_countries(riverside)
    assert (senegal.country.name_fr, senegal.association.acronym) == ("Sénégal", "AMS")
    # An empty list: every municipality of the country.
    assert [row.name for row in selectors.eligible_municipalities(senegal)] == ["Hillside", "Riverside"]
    assert selectors.partner_countries(globe).count() == 2
    assert load_programme(RIVERSIDE).unchanged.total() == 15


def test_rules_hold_from_their_day_on(globe: Programme) -> None:
    load_programme(RIVERSIDE)
    riverside = Programme.objects.get(code="riverside")
    held = {
        day: selectors.rules_on(riverside, day).budget_total
        for day in (
            date(2020, 1, 1),
            date(2027, 1, 1),
            date(2028, 12, 31),
            date(2029, 1, 1),
            date(2040, 1, 1),
        )
    }
    assert list(held.values()) == [
        Decimal("20000.50"),
        Decimal("20000.50"),
        Decimal("20000.50"),
        Decimal(25000),
        Decimal(25000),
    ]


def test_themes_of_another_programme_cannot_be_named(globe: Programme, edited: Callable[..., Path]) -> None:
    path = edited(('theme = "water"', 'theme = "prosperity"'), source=RIVERSIDE)
    with pytest.raises(LoadError) as caught:
        load_programme(path)
    assert str(caught.value) == "partner_countries[0].theme: prosperity is not a theme of this programme"


def test_reference_data_leave_the_places_of_a_programme_alone(globe: Programme) -> None:
    load_programme(RIVERSIDE)
    report = load_reference()
    assert (report.created.total(), report.changed.total()) == (0, 0)
    assert Country.objects.filter(code="SN").exists()


def test_a_place_of_the_reference_data_is_not_removed_with_a_file(
    globe: Programme, edited: Callable[..., Path]
) -> None:
    karongi = (
        '[[municipalities]]\ncountry = "RW"\ncode = "11"\nname = "Nyarugenge"\nregion = "Kigali City"\n'
        "latitude = -1.9923\nlongitude = 30.0292\n\n[programme]"
    )
    report = load_programme(edited(("[programme]", karongi), source=RIVERSIDE))
    assert report.unchanged["municipalities"] == 1
    lines = load_programme(RIVERSIDE).lines
    assert lines == [
        "municipalities RW 11: no longer in the file, kept: also in reference/municipalities.csv"
    ]
    assert Municipality.objects.filter(country="RW", code="11").exists()
