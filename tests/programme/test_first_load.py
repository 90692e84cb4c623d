"""The two commands on an empty database, in the order of a new installation."""

import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from sdgpartners.programme.models import (
    Association,
    Country,
    Goal,
    Municipality,
    PartnerCountry,
    Pillar,
    Programme,
    Target,
    TownTwinning,
)
from tests.programme.conftest import GLOBE

pytestmark = pytest.mark.django_db


def run(*command: str) -> list[str]:
    out = io.StringIO()
    call_command(*command, stdout=out)
    return out.getvalue().splitlines()


def test_an_empty_database_gets_the_reference_data_and_the_programme() -> None:
    assert run("load_reference") == [
        "3 countries, 3 associations, 5 pillars, 17 goals, 169 targets, 392 municipalities, 14 town twinnings"
        " (municipalities: 285 BE, 77 BJ, 30 RW)",
        "603 created, 0 changed, 0 unchanged",
    ]
    models = (Country, Association, Pillar, Goal, Target, TownTwinning)
    assert [model.objects.count() for model in models] == [3, 3, 5, 17, 169, 14]  # type: ignore[attr-defined]
    assert Counter(Municipality.objects.values_list("country", flat=True)) == {"BE": 285, "BJ": 77, "RW": 30}
    assert run("load_programme", str(GLOBE)) == ["93 created, 0 changed, 0 unchanged"]
    assert PartnerCountry.objects.count() == 2


def test_a_programme_before_the_reference_data_names_what_is_missing() -> None:
    with pytest.raises(CommandError) as caught:
        run("load_programme", str(GLOBE))
    assert "programme.north_country: BE is not a country" in str(caught.value).splitlines()
    assert not Programme.objects.exists()
