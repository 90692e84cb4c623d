"""Rows for tests, real ones on the real database. No factory makes more than its required neighbours.

Countries and associations are found again by their code, so that two municipalities of Benin share one
country. Dates follow `core.clock`: a programme runs from last year's first day for five years, its rules from
the same day.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from allauth.account.models import EmailAddress
from factory.django import DjangoModelFactory

from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole, MunicipalRole, SteeringKind
from sdgpartners.people.models import AssociationSeat, Membership, SteeringSeat, User
from sdgpartners.programme.enums import Language, Marker, SouthernEntry, ThemeKind
from sdgpartners.programme.models import (
    Association,
    Country,
    Municipality,
    PartnerCountry,
    Programme,
    ProgrammeRules,
    Subtheme,
    Theme,
)

PASSWORD = "correct horse battery"


def _texts(name: str) -> dict[str, Any]:
    """The French and Dutch column as their English one, with the language behind it, so that mix-ups show."""
    return {
        f"{name}_fr": factory.LazyAttribute(lambda row: f"{getattr(row, f'{name}_en')} (fr)"),
        f"{name}_nl": factory.LazyAttribute(lambda row: f"{getattr(row, f'{name}_en')} (nl)"),
    }


def _year(offset: int, month: int, day: int) -> date:
    return date(clock.today().year + offset, month, day)


class CountryFactory(DjangoModelFactory):
    """Flanders, unless a code with other values is given."""

    class Meta:
        model = Country
        django_get_or_create = ("code",)

    code = "BE"
    name_en, name_fr, name_nl = "Flanders", "Flandre", "Vlaanderen"
    municipality_term_en = "municipality"
    municipality_term_fr = "commune"
    municipality_term_nl = "gemeente"
    default_language = Language.NL
    time_zone = "Europe/Brussels"
    currency = "EUR"
    marker = Marker.DIAMOND


def make_benin() -> Country:
    return CountryFactory(
        code="BJ",
        name_en="Benin",
        name_fr="Bénin",
        name_nl="Benin",
        default_language=Language.FR,
        time_zone="Africa/Porto-Novo",
        currency="XOF",
        marker=Marker.CIRCLE,
    )


def make_rwanda() -> Country:
    return CountryFactory(
        code="RW",
        name_en="Rwanda",
        name_fr="Rwanda",
        name_nl="Rwanda",
        municipality_term_en="district",
        municipality_term_fr="district",
        municipality_term_nl="district",
        default_language=Language.EN,
        time_zone="Africa/Kigali",
        currency="RWF",
        marker=Marker.TRIANGLE,
    )


class AssociationFactory(DjangoModelFactory):
    class Meta:
        model = Association
        django_get_or_create = ("code",)

    code = "vvsg"
    acronym = factory.LazyAttribute(lambda row: row.code.upper())
    country = factory.SubFactory(CountryFactory)
    name_en = factory.LazyAttribute(lambda row: f"Association {row.acronym}")
    name_fr = factory.LazyAttribute(lambda row: f"Association {row.acronym} (fr)")
    name_nl = factory.LazyAttribute(lambda row: f"Vereniging {row.acronym}")
    email = factory.LazyAttribute(lambda row: f"questions@{row.code}.example")


class MunicipalityFactory(DjangoModelFactory):
    class Meta:
        model = Municipality
        django_get_or_create = ("country", "code")

    country = factory.SubFactory(CountryFactory)
    code = factory.Sequence(lambda n: f"T{n:05d}")
    name = factory.Sequence(lambda n: f"Municipality {n}")
    region = "Region"
    population = 50_000
    population_year = 2020
    latitude = Decimal("51.0")
    longitude = Decimal("4.0")


class ProgrammeFactory(DjangoModelFactory):
    """A programme without rules or partner countries; `RulesFactory` and `PartnerCountryFactory` add them."""

    class Meta:
        model = Programme
        django_get_or_create = ("code",)

    code = "globe"
    name_en = "SDG Partnerships"
    name_fr = "Partenariats ODD"
    name_nl = "SDG-partnerschappen"
    donor = "DGD"
    lead_association = factory.SubFactory(AssociationFactory)
    north_country = factory.SelfAttribute("lead_association.country")
    starts_on = factory.LazyFunction(lambda: _year(-1, 1, 1))
    ends_on = factory.LazyFunction(lambda: _year(3, 12, 31))


class RulesFactory(DjangoModelFactory):
    """The rules with the concept note's numbers, which are the model's defaults."""

    class Meta:
        model = ProgrammeRules

    programme = factory.SubFactory(ProgrammeFactory)
    valid_from = factory.SelfAttribute("programme.starts_on")
    partnerships_end_on = factory.SelfAttribute("programme.ends_on")


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme

    programme = factory.SubFactory(ProgrammeFactory)
    code = factory.Sequence(lambda n: f"theme-{n}")
    kind = ThemeKind.FREE
    title_en = factory.Sequence(lambda n: f"Theme {n}")
    title_fr = _texts("title")["title_fr"]
    title_nl = _texts("title")["title_nl"]


class SubthemeFactory(DjangoModelFactory):
    class Meta:
        model = Subtheme

    theme = factory.SubFactory(ThemeFactory)
    code = factory.Sequence(lambda n: f"subtheme-{n}")
    order = factory.Sequence(lambda n: n % 30_000 + 1)
    title_en = factory.Sequence(lambda n: f"Subtheme {n}")
    title_fr = _texts("title")["title_fr"]
    title_nl = _texts("title")["title_nl"]


class PartnerCountryFactory(DjangoModelFactory):
    """Benin with ANCB, unless others are given."""

    class Meta:
        model = PartnerCountry

    programme = factory.SubFactory(ProgrammeFactory)
    country = factory.LazyFunction(make_benin)
    association = factory.LazyAttribute(lambda row: AssociationFactory(code="ancb", country=row.country))
    theme = factory.LazyAttribute(lambda row: ThemeFactory(programme=row.programme))
    places = 4
    entry = SouthernEntry.PROFILE


class UserFactory(DjangoModelFactory):
    """A person with a verified address and the password `PASSWORD`, without any seat."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    first_name = "Ada"
    last_name = factory.Sequence(lambda n: f"Person {n}")
    language = Language.EN
    time_zone = "Europe/Brussels"

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        password = fields.pop("password", PASSWORD)
        user = User.objects.create_user(fields.pop("email"), password, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user


def _member(
    municipality: Municipality, role: MunicipalRole, user: User | None, fields: dict[str, Any]
) -> User:
    language = municipality.country.default_language
    member: User = user or UserFactory(
        **{"language": language, "time_zone": municipality.country.time_zone, **fields}
    )
    Membership.objects.create(user=member, municipality=municipality, role=role)
    return member


def make_editor(municipality: Municipality, user: User | None = None, **fields: Any) -> User:
    """A person (or the one given) who may edit for `municipality`; language and zone are the country's."""
    return _member(municipality, MunicipalRole.EDITOR, user, fields)


def make_signatory(municipality: Municipality, user: User | None = None, **fields: Any) -> User:
    """A person (or the one given) who signs for `municipality`; language and zone are the country's."""
    return _member(municipality, MunicipalRole.SIGNATORY, user, fields)


def make_seat(
    association: Association,
    role: str = AssociationRole.COORDINATOR,
    user: User | None = None,
    **fields: Any,
) -> User:
    """A person (or the one given) with `role` at `association`."""
    holder: User = user or UserFactory(**fields)
    AssociationSeat.objects.create(user=holder, association=association, role=role)
    return holder


def make_steering(
    programme: Programme,
    kind: str = SteeringKind.POLITICIAN,
    association: Association | None = None,
    user: User | None = None,
    **fields: Any,
) -> User:
    """A person (or the one given) in the steering group; an observer needs the `association` they sit for."""
    member: User = user or UserFactory(**fields)
    SteeringSeat.objects.create(user=member, programme=programme, kind=kind, association=association)
    return member


def in_english(user: User) -> User:
    """The person with English as their language, for tests that read pages by their words."""
    user.language = "en"
    user.save(update_fields=["language"])
    return user
