"""The `world` fixture: the programme with three associations, two partner countries, a few real places."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.programme.enums import ThemeKind
from sdgpartners.programme.models import (
    Association,
    Country,
    Municipality,
    PartnerCountry,
    Programme,
    ProgrammeRules,
    Theme,
)
from tests.factories import (
    AssociationFactory,
    CountryFactory,
    MunicipalityFactory,
    PartnerCountryFactory,
    ProgrammeFactory,
    RulesFactory,
    SubthemeFactory,
    ThemeFactory,
    make_benin,
    make_rwanda,
    make_seat,
)

SUBTHEMES = {
    "benin": ("energy", "local-economy", "markets"),
    "rwanda": ("participation", "youth", "feedback"),
}
PLACES = {
    "gent": ("BE", "44021", "Gent", "Oost-Vlaanderen", 263_927, "51.05", "3.71667"),
    "leuven": ("BE", "24062", "Leuven", "Vlaams-Brabant", 102_275, "50.87959", "4.70093"),
    "mechelen": ("BE", "12025", "Mechelen", "Antwerpen", 86_921, "51.02574", "4.47762"),
    "nikki": ("BJ", "0404", "Nikki", "Borgou", 151_232, "9.94009", "3.21075"),
    "cove": ("BJ", "1204", "Covè", "Zou", 51_247, "7.22097", "2.34017"),
    "karongi": ("RW", "31", "Karongi", "Western Province", 373_869, "-2.14087", "29.39541"),
    "nyanza": ("RW", "21", "Nyanza", "Southern Province", 365_718, "-2.33602", "29.79286"),
}


@dataclass(frozen=True)
class World:
    """Rows that nearly every test of the road needs. Nobody but the three coordinators has a seat."""

    programme: Programme
    rules: ProgrammeRules
    vvsg: Association
    ancb: Association
    ralga: Association
    be: Country
    bj: Country
    rw: Country
    benin: PartnerCountry
    rwanda: PartnerCountry
    theme_benin: Theme
    theme_rwanda: Theme
    gent: Municipality
    leuven: Municipality
    mechelen: Municipality
    nikki: Municipality
    cove: Municipality
    karongi: Municipality
    nyanza: Municipality
    coordinator_vvsg: User
    coordinator_ancb: User
    coordinator_ralga: User


def _theme(programme: Programme, code: str, title: str) -> Theme:
    theme: Theme = ThemeFactory(programme=programme, code=code, title_en=title, kind=ThemeKind.PRINCIPLE)
    for order, subtheme in enumerate(SUBTHEMES[code], start=1):
        SubthemeFactory(
            theme=theme, code=subtheme, order=order, title_en=subtheme.replace("-", " ").capitalize()
        )
    return theme


def _places(countries: dict[str, Country]) -> dict[str, Municipality]:
    return {
        key: MunicipalityFactory(
            country=countries[country],
            code=code,
            name=name,
            region=region,
            population=population,
            latitude=Decimal(latitude),
            longitude=Decimal(longitude),
        )
        for key, (country, code, name, region, population, latitude, longitude) in PLACES.items()
    }


def build_world() -> World:
    """Make the rows of `World`; the demo and the bench make theirs from files instead."""
    be, bj, rw = CountryFactory(), make_benin(), make_rwanda()
    vvsg = AssociationFactory(code="vvsg", country=be)
    ancb = AssociationFactory(code="ancb", country=bj)
    ralga = AssociationFactory(code="ralga", country=rw)
    programme = ProgrammeFactory(lead_association=vvsg)
    theme_benin = _theme(programme, "benin", "Prosperity")
    theme_rwanda = _theme(programme, "rwanda", "Citizen participation")
    coordinator = AssociationRole.COORDINATOR
    return World(
        programme=programme,
        rules=RulesFactory(programme=programme),
        vvsg=vvsg,
        ancb=ancb,
        ralga=ralga,
        be=be,
        bj=bj,
        rw=rw,
        benin=PartnerCountryFactory(programme=programme, country=bj, association=ancb, theme=theme_benin),
        rwanda=PartnerCountryFactory(programme=programme, country=rw, association=ralga, theme=theme_rwanda),
        theme_benin=theme_benin,
        theme_rwanda=theme_rwanda,
        **_places({"BE": be, "BJ": bj, "RW": rw}),
        coordinator_vvsg=make_seat(vvsg, coordinator, email="vvsg@example.org", language="nl"),
        coordinator_ancb=make_seat(
            ancb, coordinator, email="ancb@example.org", language="fr", time_zone="Africa/Porto-Novo"
        ),
        coordinator_ralga=make_seat(
            ralga, coordinator, email="ralga@example.org", language="en", time_zone="Africa/Kigali"
        ),
    )


@pytest.fixture
def world(db: None) -> World:
    """The programme with two partner countries, seven municipalities, a coordinator for each association."""
    return build_world()
