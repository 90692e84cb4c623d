"""Reads of the programme room, on the real programme."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sdgpartners.core import clock
from sdgpartners.programme import selectors
from sdgpartners.programme.enums import TwinningStatus
from sdgpartners.programme.models import (
    Municipality,
    PartnerCountry,
    Programme,
    ProgrammeRules,
    Theme,
    TownTwinning,
)
from tests.factories import MunicipalityFactory, ProgrammeFactory, RulesFactory


def _programme(globe: Programme, code: str, first: date, last: date) -> Programme:
    programme: Programme = ProgrammeFactory(
        code=code, lead_association=globe.lead_association, starts_on=first, ends_on=last
    )
    return programme


def test_the_current_programme_is_the_one_that_runs(globe: Programme) -> None:
    later = _programme(globe, "later", date(2027, 1, 1), date(2031, 12, 31))
    held = {
        day: selectors.current_programme(day)
        for day in (
            date(2020, 1, 1),
            date(2024, 5, 1),
            date(2026, 12, 31),
            date(2027, 1, 1),
            date(2040, 1, 1),
        )
    }
    assert list(held.values()) == [globe, globe, globe, later, later]
    with clock.at(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):  # the first of January in Brussels
        assert selectors.current_programme() == later


def test_there_may_be_no_programme_at_all(globe: Programme) -> None:
    globe.partner_countries.all().delete()
    globe.delete()
    assert selectors.current_programme() is None


def test_rules_before_the_first_are_the_first_and_none_is_an_error(globe: Programme) -> None:
    [only] = globe.rules.all()
    assert selectors.rules_on(globe, date(2000, 1, 1)) == only
    new = RulesFactory(programme=globe, valid_from=date(2024, 6, 1))
    assert selectors.rules_on(globe, date(2024, 5, 31)) == only
    assert selectors.rules_on(globe, date(2024, 6, 1)) == new
    globe.rules.all().delete()
    with pytest.raises(ProgrammeRules.DoesNotExist, match="globe-2022-2026 has no rules"):
        selectors.rules_on(globe)


def _eligible(programme: Programme, country: str) -> list[str]:
    found = selectors.eligible_municipalities(programme.partner_countries.get(country=country))
    return [row.name for row in found]


def test_eligible_are_those_on_the_list(globe: Programme) -> None:
    assert _eligible(globe, "RW") == ["Bugesera", "Gatsibo", "Karongi", "Nyanza"]
    assert len(_eligible(globe, "BJ")) == 11


def test_a_known_twinning_takes_a_commune_off_where_the_country_says_so(globe: Programme) -> None:
    nikki = Municipality.objects.get(country="BJ", code="0404")
    karongi = Municipality.objects.get(country="RW", code="31")
    gent = Municipality.objects.get(country="BE", code="44021")
    for south in (nikki, karongi):
        TownTwinning.objects.create(
            north=gent, partner_country_code=south.country_id, south=south, partner_name=south.name
        )
    assert "Nikki" not in _eligible(globe, "BJ")
    assert "Karongi" in _eligible(globe, "RW")
    TownTwinning.objects.filter(south=nikki).update(status=TwinningStatus.ENDED)
    assert "Nikki" in _eligible(globe, "BJ")


def test_an_empty_list_is_the_whole_country_less_the_twinned(globe: Programme) -> None:
    globe.partner_countries.get(country="BJ").eligible.clear()
    names = _eligible(globe, "BJ")
    assert len(names) == 77 - 5
    assert set(names).isdisjoint({"Bohicon", "Dogbo", "Pèrèrè", "Toukountouna", "Za-Kpota"})


def test_a_merged_municipality_gives_way_to_its_successor(globe: Programme) -> None:
    rwanda = globe.partner_countries.get(country="RW")
    merged = MunicipalityFactory(country=rwanda.country, name="Karongi-Nyanza")
    rwanda.eligible.filter(name__in=("Karongi", "Nyanza")).update(successor=merged)
    assert _eligible(globe, "RW") == ["Bugesera", "Gatsibo", "Karongi-Nyanza"]


def test_rehearsals_stay_out_of_the_real_lists(globe: Programme) -> None:
    rwanda = globe.partner_countries.get(country="RW")
    rwanda.eligible.add(MunicipalityFactory(country=rwanda.country, name="Rehearsal", is_test=True))
    assert "Rehearsal" not in _eligible(globe, "RW")
    assert selectors.active_municipalities(rwanda.country).count() == 30


def test_twinnings_are_found_from_both_sides_and_after_a_merger(globe: Programme) -> None:
    dogbo = Municipality.objects.get(country="BJ", code="0603")
    roeselare = Municipality.objects.get(country="BE", code="36015")
    [known] = selectors.twinnings_of(dogbo)
    assert list(selectors.twinnings_of(roeselare)) == [known]
    roeselare.successor = MunicipalityFactory(country=roeselare.country)
    roeselare.save()
    assert list(selectors.twinnings_of(roeselare.successor)) == [known]
    assert not selectors.twinnings_of(Municipality.objects.get(country="BE", code="44021")).exists()


def test_tie_breaks_follow_the_places_that_are_given(globe: Programme) -> None:
    assert selectors.tie_breaks(globe) == ["thematic-fit", "support", "bonus"]
    globe.rules.update(bonus_tie_break=1)
    assert selectors.tie_breaks(globe) == ["thematic-fit", "bonus", "support"]
    globe.rules.update(bonus_tie_break=None)
    globe.criteria.filter(code="support").update(tie_break=None)
    assert selectors.tie_breaks(globe) == ["thematic-fit"]


def test_milestones_of_a_country_hold_those_of_the_programme(globe: Programme) -> None:
    rwanda = globe.partner_countries.get(country="RW")
    codes = [row.code for row in selectors.milestones(globe, rwanda)]
    assert codes == [
        "call",
        "information-session",
        "matching",
        "start",
        "belgian-elections",
        "sessions-2024",
        "visit-2024",
        "first-year",
        "lasting",
        "end",
        "sessions-2025",
        "visit-2025",
        "programme-end",
    ]
    assert selectors.milestones(globe).count() == 23


def _statements(read: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as caught:
        read()
    return len(caught)


def test_lists_take_the_same_statements_for_one_row_and_many(globe: Programme) -> None:
    theme = Theme.objects.get(code="citizen-participation")

    def all_lists() -> None:
        """Everything that a page shows of each row."""
        rows: list[object] = []
        for subtheme in selectors.subthemes(theme):
            rows += [subtheme.theme.title, *subtheme.goals.all(), *subtheme.targets.all()]
        for criterion in selectors.criteria(globe):
            rows += [criterion.title, *criterion.anchors.all()]
        rows += [str(milestone.partner_country) for milestone in selectors.milestones(globe)]
        for country in selectors.partner_countries(globe):
            rows += [str(country), str(country.association), str(country.theme)]

    many = _statements(all_lists)
    theme.subthemes.exclude(code="open-information").delete()
    globe.criteria.exclude(code="support").delete()
    globe.milestones.exclude(code="call", partner_country__country="RW").delete()
    globe.partner_countries.filter(country="BJ").delete()
    assert _statements(all_lists) == many == 7


def test_choosing_a_municipality_takes_two_statements(globe: Programme) -> None:
    def read(country: PartnerCountry) -> list[str]:
        return [f"{row.name}, {row.country}" for row in selectors.eligible_municipalities(country)]

    for country in selectors.partner_countries(globe):
        assert _statements(partial(read, country)) == 2
