"""The seat that somebody is invited to or holds: one of three kinds, each with its place and role."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sdgpartners.people.enums import AssociationRole, MunicipalRole, SteeringKind
from sdgpartners.people.models import AssociationSeat, Invitation, Membership, SteeringSeat
from sdgpartners.programme.models import Association, Country, Municipality, Programme


@dataclass(frozen=True)
class MunicipalOffer:
    """Editor or signatory of a municipality."""

    municipality: Municipality
    role: str

    @property
    def place(self) -> str:
        return str(self.municipality)

    @property
    def role_name(self) -> str:
        return str(MunicipalRole(self.role).label)

    @property
    def country(self) -> Country:
        return self.municipality.country


@dataclass(frozen=True)
class AssociationOffer:
    """A role at an association."""

    association: Association
    role: str

    @property
    def place(self) -> str:
        return self.association.acronym

    @property
    def role_name(self) -> str:
        return str(AssociationRole(self.role).label)

    @property
    def country(self) -> Country:
        return self.association.country


@dataclass(frozen=True)
class SteeringOffer:
    """A seat in the steering group; observers sit for an association."""

    programme: Programme
    kind: str
    association: Association | None = None

    @property
    def place(self) -> str:
        group = _("Steering group of %(programme)s") % {"programme": self.programme}
        return f"{group} ({self.association.acronym})" if self.association else group

    @property
    def role_name(self) -> str:
        return str(SteeringKind(self.kind).label)

    @property
    def country(self) -> Country:
        return self.association.country if self.association else self.programme.north_country


Offer = MunicipalOffer | AssociationOffer | SteeringOffer
Seat = Membership | AssociationSeat | SteeringSeat


def offer_of(row: Invitation | Seat) -> Offer:
    """The seat that an invitation offers, or that a person holds."""
    match row:
        case Membership():
            return MunicipalOffer(row.municipality, row.role)
        case AssociationSeat():
            return AssociationOffer(row.association, row.role)
        case SteeringSeat():
            return SteeringOffer(row.programme, row.kind, row.association)
    if row.municipality is not None:
        return MunicipalOffer(row.municipality, row.municipal_role)
    if row.steering_programme is not None:
        return SteeringOffer(row.steering_programme, row.steering_kind, row.association)
    # The constraint `invitation_for_exactly_one_seat` leaves nothing else.
    assert row.association is not None  # noqa: S101
    return AssociationOffer(row.association, row.association_role)


def columns_of(offer: Offer) -> dict[str, object]:
    """The columns of an Invitation that say which seat it is for."""
    match offer:
        case MunicipalOffer():
            return {"municipality": offer.municipality, "municipal_role": offer.role}
        case AssociationOffer():
            return {"association": offer.association, "association_role": offer.role}
        case SteeringOffer():
            return {
                "steering_programme": offer.programme,
                "steering_kind": offer.kind,
                "association": offer.association,
            }
