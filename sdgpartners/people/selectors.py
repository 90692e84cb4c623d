"""Reads of the people room: whom one may know of, and what a person holds."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import available_timezones

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sdgpartners.core import clock
from sdgpartners.core.display import zone_name
from sdgpartners.people.enums import AssociationRole, JoinState
from sdgpartners.people.errors import WrongDomain
from sdgpartners.people.models import (
    AssociationSeat,
    Invitation,
    JoinRequest,
    Membership,
    SteeringSeat,
    Succession,
    User,
)
from sdgpartners.people.offers import AssociationOffer, MunicipalOffer, Offer, offer_of
from sdgpartners.people.standing import memory_of, standing_of
from sdgpartners.people.tokens import token_hash
from sdgpartners.programme.mail_domains import is_own_address, mail_domains
from sdgpartners.programme.models import Association, Country, Municipality, PartnerCountry, Programme

_AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@dataclass(frozen=True)
class PeopleScope:
    """Whose seats a coordinator looks after. `everyone`: the programme's lead, or the administrator."""

    everyone: bool = False
    associations: frozenset[int] = frozenset()
    countries: frozenset[str] = frozenset()
    programmes: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.everyone or self.associations)

    def holds(self, offer: Offer) -> bool:
        """Whether this seat is within the scope, for those whose scope is not the whole site."""
        if isinstance(offer, MunicipalOffer):
            return offer.municipality.country_id in self.countries
        if isinstance(offer, AssociationOffer):
            return offer.association.pk in self.associations
        return offer.programme.pk in self.programmes


def people_scope(user: User) -> PeopleScope:
    """The scope of the coordinator's seats that `user` holds; read once per instance, like the standing."""
    kept: PeopleScope | None = memory_of(user).get("_people_scope")
    if kept is None:
        kept = memory_of(user)["_people_scope"] = _read_scope(user)
    return kept


def _read_scope(user: User) -> PeopleScope:
    standing = standing_of(user)
    held = standing.associations_as(AssociationRole.COORDINATOR)
    led = frozenset(pk for pk, association in standing.led_programmes.items() if association in held)
    if not held:
        return PeopleScope()
    associations = set(held)
    countries = set(Association.objects.filter(pk__in=held).values_list("country_id", flat=True))
    for country, association, north in PartnerCountry.objects.filter(programme__in=led).values_list(
        "country_id", "association_id", "programme__north_country_id"
    ):
        associations.add(association)
        countries |= {country, north}
    return PeopleScope(
        everyone=bool(led),
        associations=frozenset(associations),
        countries=frozenset(countries),
        programmes=led,
    )


def sees_everyone(user: User) -> bool:
    """The administrator and coordinators of the lead association."""
    return user.is_active and (user.is_superuser or people_scope(user).everyone)


def memberships_visible_to(user: User) -> QuerySet[Membership]:
    """Seats at municipalities, ended ones included, for those who look after them."""
    rows = Membership.objects.select_related("user", "municipality__country")
    if sees_everyone(user):
        return rows
    return rows.filter(municipality__country__in=people_scope(user).countries)


def association_seats_visible_to(user: User) -> QuerySet[AssociationSeat]:
    """Roles at associations, ended ones included, for those who look after them."""
    rows = AssociationSeat.objects.select_related("user", "association__country", "deputy")
    if sees_everyone(user):
        return rows
    return rows.filter(association__in=people_scope(user).associations)


def steering_seats_visible_to(user: User) -> QuerySet[SteeringSeat]:
    """Seats of the steering group; a sister association sees its own observers."""
    rows = SteeringSeat.objects.select_related("user", "programme__north_country", "association__country")
    if sees_everyone(user):
        return rows
    return rows.filter(association__in=people_scope(user).associations)


def invitations_visible_to(user: User) -> QuerySet[Invitation]:
    """Invitations to seats that one looks after."""
    rows = Invitation.objects.select_related(
        "municipality__country", "association__country", "steering_programme__north_country", "invited_by"
    )
    if sees_everyone(user):
        return rows
    scope = people_scope(user)
    return rows.filter(Q(municipality__country__in=scope.countries) | Q(association__in=scope.associations))


def people_visible_to(user: User) -> QuerySet[User]:
    """Oneself and everybody with a seat, held or ended, that one looks after; nobody for other people."""
    if sees_everyone(user):
        return User.objects.all()
    if not user.is_active or people_scope(user).is_empty:
        return User.objects.filter(pk=user.pk)
    seats = association_seats_visible_to(user)
    return User.objects.filter(
        Q(pk=user.pk)
        | Q(pk__in=memberships_visible_to(user).values("user"))
        | Q(pk__in=seats.values("user"))
        | Q(pk__in=seats.filter(deputy__isnull=False).values("deputy"))
        | Q(pk__in=steering_seats_visible_to(user).values("user"))
    )


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation behind an address, in whatever state it is."""
    rows = Invitation.objects.select_related(
        "municipality__country", "association__country", "steering_programme__north_country", "invited_by"
    )
    return rows.filter(token_hash=token_hash(token)).first()


def programme_of(offer: Offer) -> Programme | None:
    """The programme whose rules hold for a seat: the latest one that the place takes part in."""
    if isinstance(offer, MunicipalOffer):
        place = Q(north_country=offer.country) | Q(partner_countries__country=offer.country)
    elif isinstance(offer, AssociationOffer):
        place = Q(lead_association=offer.association) | Q(partner_countries__association=offer.association)
    else:
        return offer.programme
    return Programme.objects.filter(place).order_by("-starts_on", "-pk").first()


@dataclass(frozen=True)
class HeldSeat:
    """One line of 'my seats': where, as what, and for whom and how long where it is a deputy's."""

    place: str
    role_name: str
    since: date
    deputy_of: str = ""
    until: date | None = None
    deputies: list[str] = field(default_factory=list)


def _line(seat: Membership | AssociationSeat | SteeringSeat) -> HeldSeat:
    offer = offer_of(seat)
    return HeldSeat(offer.place, offer.role_name, seat.created_at.date())


def seats_of(user: User) -> list[HeldSeat]:
    """What `user` holds now, and where they are named as a deputy; four statements, whatever the number."""
    lines: list[HeldSeat] = []
    memberships = Membership.objects.filter(user=user, ended_at__isnull=True)
    lines += map(_line, memberships.select_related("municipality").order_by("municipality__name", "role"))
    seats = AssociationSeat.objects.filter(ended_at__isnull=True).select_related("association", "user")
    lines += map(_line, seats.filter(user=user).order_by("association__code", "role"))
    for seat in seats.filter(deputy=user).order_by("association__code", "role"):
        offer = offer_of(seat)
        lines.append(
            HeldSeat(
                offer.place,
                offer.role_name,
                seat.deputy_from or seat.created_at.date(),
                deputy_of=str(seat.user),
                until=seat.deputy_until,
            )
        )
    steering = SteeringSeat.objects.filter(user=user, ended_at__isnull=True)
    lines += map(_line, steering.select_related("programme", "association"))
    return lines


def near_zone_choices() -> list[tuple[str, str]]:
    """The time zones of the programme's countries, for a select."""
    first = list(Country.objects.order_by("code").values_list("time_zone", flat=True).distinct())
    near = dict.fromkeys(["Europe/Brussels", "Africa/Porto-Novo", "Africa/Kigali", *first])
    return [(zone, zone_name(zone)) for zone in near]


def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Time zones for a select: first those of the programme's countries, then all by continent."""
    near = near_zone_choices()
    groups = [(_("In the programme"), near)]
    known = sorted(available_timezones() - {zone for zone, _name in near})
    for area in _AREAS:
        zones = [zone for zone in known if zone.startswith(f"{area}/")]
        groups.append((area, [(zone, zone.removeprefix(f"{area}/").replace("_", " ")) for zone in zones]))
    return groups


def account_exists(email: str) -> bool:
    """Whether somebody signs in with this address."""
    return User.objects.filter(email__iexact=email).exists()


def join_requests_visible_to(user: User) -> QuerySet[JoinRequest]:
    """Requests to join whose address is proved, for those who decide or have decided on them."""
    rows = JoinRequest.objects.exclude(state=JoinState.ASKED).select_related(
        "municipality__country", "decided_by", "user"
    )
    if sees_everyone(user):
        return rows
    return rows.filter(municipality__country__in=people_scope(user).countries)


def join_requests_waiting_for(user: User) -> QuerySet[JoinRequest]:
    """Requests that this coordinator decides on."""
    waiting = JoinRequest.objects.filter(state=JoinState.WAITING)
    return waiting.filter(municipality__country__in=people_scope(user).countries).order_by("proved_at")


def successions_visible_to(user: User) -> QuerySet[Succession]:
    """Mergers and changes of sponsor in the countries that one looks after."""
    rows = Succession.objects.select_related(
        "municipality", "successor", "former_signatory", "new_signatory", "recorded_by"
    )
    if sees_everyone(user):
        return rows
    return rows.filter(municipality__country__in=people_scope(user).countries)


def join_request_by_token(token: str) -> JoinRequest | None:
    """The request behind a link, in whatever state it is."""
    rows = JoinRequest.objects.select_related("municipality__country")
    return rows.filter(token_hash=token_hash(token)).first()


def association_of(municipality: Municipality) -> Association | None:
    """Whom a municipality turns to: the lead in the north, else the association of its country; None before
    a programme is loaded."""
    programme = programme_of(MunicipalOffer(municipality, ""))
    if programme is None:
        return Association.objects.filter(country=municipality.country).order_by("code").first()
    if municipality.country_id == programme.north_country_id:
        return programme.lead_association
    countries = PartnerCountry.objects.filter(programme=programme, country=municipality.country)
    partner = countries.select_related("association").first()
    return partner.association if partner else programme.lead_association


def coordinators_for(municipality: Municipality) -> list[User]:
    """The coordinators of its association; those of the lead where it has none."""
    association = association_of(municipality)
    if association is None:
        return []
    programme = programme_of(MunicipalOffer(municipality, ""))
    found = coordinators_of(association)
    return found or (coordinators_of(programme.lead_association) if programme else [])


def coordinators_of(association: Association) -> list[User]:
    """People with a coordinator's seat there, deputies of today included."""
    today = clock.today()
    seats = AssociationSeat.objects.filter(
        association=association, role=AssociationRole.COORDINATOR, ended_at__isnull=True
    )
    acting = seats.filter(deputy_from__lte=today, deputy_until__gte=today, deputy__isnull=False)
    people = User.objects.filter(Q(pk__in=seats.values("user")) | Q(pk__in=acting.values("deputy")))
    return list(people.filter(is_active=True).order_by("pk"))


def check_domain(municipality: Municipality, email: str) -> bool:
    """Whether the address proves where somebody works; False where no domain is known. Raises WrongDomain."""
    domains = mail_domains(municipality)
    if domains and not is_own_address(email, municipality):
        raise WrongDomain(domains=", ".join(domains), municipality=municipality)
    return bool(domains)
