"""To whom the letters of the matching go."""

from collections import defaultdict
from collections.abc import Iterable

from applications.selectors.conflicts import competing_on, conflicts_among
from matching.models import Proposal
from sdgpartners.people.enums import AssociationRole, MunicipalRole
from sdgpartners.people.models import Membership, User
from sdgpartners.programme.models import Municipality, PartnerCountry


def staff_of(municipalities: Iterable[Municipality]) -> dict[int, list[User]]:
    """The active people of each municipality (by its primary key), one statement; nobody twice in a list."""
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
    memberships = Membership.objects.filter(
        municipality__in={row.pk for row in municipalities},
        role__in=list(roles),
        ended_at__isnull=True,
        user__is_active=True,
    )
    found: dict[int, list[User]] = defaultdict(list)
    for membership in memberships.select_related("user").order_by("user_id"):
        held = found[membership.municipality_id]
        if membership.user not in held:
            held.append(membership.user)
    return found


def coordinators_free_of(proposal: Proposal) -> list[User]:
    """The same of the proposal's country, without those who step out of its track."""
    people = coordinators_of(proposal.track.partner_country)
    competing = competing_on(proposal.track).only("pk", "municipality")
    keys = [person.pk for person in people]
    barred = {row.person_id for row in conflicts_among(keys, [proposal.south, *competing])}
    return [person for person in people if person.pk not in barred]


def coordinators_of(partner_country: PartnerCountry) -> list[User]:
    """The active coordinators of the country's association and of the programme's lead."""
    associations = {partner_country.association_id, partner_country.programme.lead_association_id}
    return list(
        User.objects.filter(
            is_active=True,
            association_seats__association__in=associations,
            association_seats__role=AssociationRole.COORDINATOR,
            association_seats__ended_at__isnull=True,
        )
        .order_by("pk")
        .distinct()
    )
