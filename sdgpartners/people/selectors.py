"""Reads of the people room: whom one may know of, and what a person holds."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import available_timezones

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sdgpartners.core.display import zone_name
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import AssociationSeat, Invitation, Membership, SteeringSeat, User
from sdgpartners.people.offers import AssociationOffer, MunicipalOffer, Offer, offer_of
from sdgpartners.people.standing import standing_of
from sdgpartners.people.tokens import token_hash
from sdgpartners.programme.models import Association, Country, PartnerCountry, Programme

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
    kept: PeopleScope | None = user.__dict__.get("_people_scope")
    if kept is None:
        kept = user.__dict__["_people_scope"] = _read_scope(user)
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


def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Time zones for a select: first those of the programme's countries, then all by continent."""
    first = list(Country.objects.order_by("code").values_list("time_zone", flat=True).distinct())
    near = list(dict.fromkeys(["Europe/Brussels", "Africa/Porto-Novo", "Africa/Kigali", *first]))
    groups = [(_("In the programme"), [(zone, zone_name(zone)) for zone in near])]
    known = sorted(available_timezones() - set(near))
    for area in _AREAS:
        zones = [zone for zone in known if zone.startswith(f"{area}/")]
        groups.append((area, [(zone, zone.removeprefix(f"{area}/").replace("_", " ")) for zone in zones]))
    return groups


def account_exists(email: str) -> bool:
    """Whether somebody signs in with this address."""
    return User.objects.filter(email__iexact=email).exists()
