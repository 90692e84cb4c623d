"""The people of the demo. The ones with a name of their own sign in with the password `demo`."""

from dataclasses import dataclass
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from sdgpartners.people.enums import AssociationRole, MunicipalRole, SteeringKind
from sdgpartners.people.models import AssociationSeat, Membership, SteeringSeat, User
from sdgpartners.programme.models import Association, Municipality, Programme

PASSWORD = "demo"  # noqa: S105  # works only with DEMO=1, which production settings refuse
DOMAIN = "demo.example"
R = AssociationRole


@dataclass(frozen=True)
class Seat:
    """A demo account at an association."""

    account: str
    first_name: str
    last_name: str
    association: str
    roles: tuple[AssociationRole, ...]
    language: str
    zone: str = "Europe/Brussels"


SEATS = (
    Seat("vvsg", "Vera", "Vandamme", "vvsg", (R.COORDINATOR, R.APPROVER), "nl"),
    Seat("finance", "Filip", "De Cent", "vvsg", (R.CHECKER, R.APPROVER, R.PAYER), "nl"),
    Seat("ancb", "Aïcha", "Adjovi", "ancb", (R.COORDINATOR, R.CHECKER), "fr", "Africa/Porto-Novo"),
    Seat("ralga", "Rose", "Uwimana", "ralga", (R.COORDINATOR, R.CHECKER), "en", "Africa/Kigali"),
    Seat("reviewer", "Rik", "Lezer", "vvsg", (R.REVIEWER,), "nl"),
    Seat("reviewer2", "Ruth", "Mukamana", "ralga", (R.REVIEWER,), "en", "Africa/Kigali"),
    Seat("facilitator", "Fatou", "Sessou", "vvsg", (R.FACILITATOR,), "fr"),
    Seat("auditor", "Ann", "Controle", "vvsg", (R.AUDITOR,), "nl"),
    Seat("reviewer.ancb", "Blaise", "Houngbo", "ancb", (R.REVIEWER,), "fr", "Africa/Porto-Novo"),
)
STEERING = (
    ("steering", "Stefaan", "Stuur", SteeringKind.GENERAL_DIRECTOR),
    # Reviews as well from the third call on.
    ("reviewer3", "Saskia", "Raad", SteeringKind.POLITICIAN),
)
# Municipalities whose editor and signatory are among the accounts that are printed.
OPEN_TO_VISITORS = ("gent", "leuven", "nikki", "karongi")
# The municipality with a colleague who writes along.
HELPED = "gent"


@dataclass(frozen=True)
class Login:
    """A line of the list that is printed at the start and stands in the README."""

    email: str
    role: str


def logins() -> list[Login]:
    """The accounts that visitors may use."""
    roles = {seat.account: ", ".join(seat.roles) + f" ({seat.association.upper()})" for seat in SEATS}
    roles |= {
        "steering": "steering group",
        "reviewer3": "steering group, also reviewer",
        "admin": "administrator",
    }
    for place in OPEN_TO_VISITORS:
        roles |= {
            f"{place}.editor": f"editor ({place.title()})",
            f"{place}.signatory": f"signatory ({place.title()})",
        }
    roles[f"{HELPED}.contributor"] = f"contributor ({HELPED.title()})"
    return [Login(f"{account}@{DOMAIN}", role) for account, role in roles.items()]


@cache
def _hashed() -> str:
    """One slow hash for all of them: they share the password anyway."""
    return make_password(PASSWORD)


def make_person(account: str, first: str, last: str, language: str, zone: str, *, may_sign_in: bool) -> User:
    """A fictional person with a verified address; without a usable password unless `may_sign_in`."""
    user = User(
        email=f"{account}@{DOMAIN}",
        first_name=first,
        last_name=last,
        language=language,
        time_zone=zone,
        is_demo=True,
    )
    if may_sign_in:
        user.password = _hashed()
    else:
        user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_seats(programme: Programme) -> dict[str, User]:
    """Everybody who does not work for a municipality, by account."""
    people: dict[str, User] = {}
    for seat in SEATS:
        user = make_person(
            seat.account, seat.first_name, seat.last_name, seat.language, seat.zone, may_sign_in=True
        )  # fmt: skip
        association = Association.objects.get(code=seat.association)
        for role in seat.roles:
            AssociationSeat.objects.create(user=user, association=association, role=role)
        people[seat.account] = user
    steering = {}
    for account, first, last, kind in STEERING:
        user = make_person(account, first, last, "nl", "Europe/Brussels", may_sign_in=True)
        SteeringSeat.objects.create(user=user, programme=programme, kind=kind)
        steering[account] = user
    admin = make_person("admin", "Ada", "Beheer", "en", "Europe/Brussels", may_sign_in=True)
    admin.is_superuser = True
    admin.save(update_fields=["is_superuser"])
    return people | steering | {"admin": admin}


def join_reviewers(user: User) -> None:
    """A member of the steering group reviews as well from now on."""
    seat = SteeringSeat.objects.get(user=user)
    seat.reviews = True
    seat.save()


@dataclass(frozen=True)
class Staff:
    """The two people of a municipality."""

    municipality: Municipality
    editor: User
    signatory: User


STAFF_ROLES = (MunicipalRole.EDITOR, MunicipalRole.SIGNATORY)
FIRST_NAMES = {"BE": ("Els", "Jan"), "BJ": ("Awa", "Koffi"), "RW": ("Grace", "Jean")}


def make_staff(municipality: Municipality) -> Staff:
    """An editor and a signatory, in the language and zone of their country."""
    country = municipality.country
    slug = municipality.name.lower().replace(" ", "-").replace("è", "e").replace("é", "e")
    first = FIRST_NAMES.get(country.code, ("Sam", "Alex"))
    people = [
        make_person(
            f"{slug}.{role}", first[index], municipality.name, country.default_language, country.time_zone,
            may_sign_in=slug in OPEN_TO_VISITORS,
        )
        for index, role in enumerate(STAFF_ROLES)
    ]  # fmt: skip
    titles = {"nl": ("deskundige internationaal", "burgemeester"), "fr": ("chargée de coopération", "maire"),
              "en": ("international officer", "mayor")}[country.default_language]  # fmt: skip
    for user, role, title in zip(people, STAFF_ROLES, titles, strict=True):
        Membership.objects.create(user=user, municipality=municipality, role=role, job_title=title)
    return Staff(municipality, people[0], people[1])


def make_contributor(municipality: Municipality) -> User:
    """A colleague who writes along and cannot send off."""
    country = municipality.country
    user = make_person(
        f"{HELPED}.contributor", "Noor", municipality.name, country.default_language, country.time_zone,
        may_sign_in=True,
    )  # fmt: skip
    Membership.objects.create(
        user=user, municipality=municipality, role=MunicipalRole.CONTRIBUTOR, job_title="medewerker jeugd"
    )
    return user
