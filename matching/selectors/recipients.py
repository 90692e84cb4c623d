"""To whom the letters of the matching go."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from applications.models import Application
from applications.selectors.conflicts import conflicts_among
from matching.models import Proposal
from matching.selectors.interests import concerned_by
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole, MunicipalRole
from sdgpartners.people.models import AssociationSeat, Membership, User
from sdgpartners.programme.models import Municipality, PartnerCountry


def staff_of(municipalities: Iterable[Municipality]) -> dict[int, list[User]]:
    """The active people of each municipality (by its primary key), or of what it has merged into; one statement; nobody
    twice in a list."""
    return _by_municipality(municipalities, tuple(MunicipalRole))


def editors_among(municipalities: Iterable[Municipality]) -> dict[int, list[User]]:
    """The active people who speak for each municipality (by its primary key): editors and signatories; one
    statement."""
    return _by_municipality(municipalities, (MunicipalRole.EDITOR, MunicipalRole.SIGNATORY))


def signatories_among(municipalities: Iterable[Municipality]) -> dict[int, list[User]]:
    """The active people who sign for each municipality (by its primary key), one statement."""
    return _by_municipality(municipalities, (MunicipalRole.SIGNATORY,))


def _by_municipality(
    municipalities: Iterable[Municipality], roles: Iterable[MunicipalRole]
) -> dict[int, list[User]]:
    # What an application or partnership still calls by its old name is looked after by who works for the successor.
    places: dict[int, set[int]] = defaultdict(set)
    for row in municipalities:
        for place in {row.pk, row.successor_id or row.pk}:
            places[place].add(row.pk)
    memberships = Membership.objects.filter(
        municipality__in=list(places),
        role__in=list(roles),
        ended_at__isnull=True,
        user__is_active=True,
    )
    found: dict[int, list[User]] = defaultdict(list)
    for membership in memberships.select_related("user").order_by("user_id"):
        for wanted in places[membership.municipality_id]:
            held = found[wanted]
            if membership.user not in held:
                held.append(membership.user)
    return found


def coordinators_of(partner_country: PartnerCountry) -> list[User]:
    """The active coordinators of the country's association and of the programme's lead, deputies of today
    included."""
    return _coordinators([partner_country])


def coordinators_free_of(
    countries: Iterable[PartnerCountry], applications: Iterable[Application]
) -> list[User]:
    """The active coordinators of the countries' associations and of the lead, without those who have a conflict of
    interest with one of `applications`. Five statements at most."""
    found = _coordinators(countries)
    barred = {row.person_id for row in conflicts_among([person.pk for person in found], applications)}
    return [person for person in found if person.pk not in barred]


def coordinators_reading(proposal: Proposal) -> list[User]:
    """The active coordinators of the proposal's country and of the lead, without those who step out of its track or
    have a conflict of interest with one of the two municipalities. A bounded number of statements."""
    concerned = concerned_by(proposal.scenario, [proposal.track])
    return coordinators_free_of(
        [proposal.track.partner_country], [proposal.north, proposal.south, *concerned]
    )


def _coordinators(countries: Iterable[PartnerCountry]) -> list[User]:
    associations = set()
    for country in countries:
        associations |= {country.association_id, country.programme.lead_association_id}
    today = clock.today()
    seats = AssociationSeat.objects.filter(
        association__in=associations, role=AssociationRole.COORDINATOR, ended_at__isnull=True
    )
    acting = seats.filter(deputy_from__lte=today, deputy_until__gte=today, deputy__isnull=False)
    people = Q(pk__in=seats.values("user")) | Q(pk__in=acting.values("deputy"))
    return list(User.objects.filter(people, is_active=True).order_by("pk"))
