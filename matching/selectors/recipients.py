"""To whom the letters of the matching go."""

from collections import defaultdict
from collections.abc import Iterable

from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.programme.models import Municipality, PartnerCountry


def staff_of(municipalities: Iterable[Municipality]) -> dict[int, list[User]]:
    """The active people of each municipality (by its primary key), one statement; nobody twice in a list."""
    keys = {row.pk for row in municipalities}
    found: dict[int, list[User]] = defaultdict(list)
    people = (
        User.objects.filter(is_active=True, memberships__municipality__in=keys)
        .filter(memberships__ended_at__isnull=True)
        .order_by("pk")
        .prefetch_related("memberships")
        .distinct()
    )
    for person in people:
        for membership in person.memberships.all():
            held = found[membership.municipality_id]
            if membership.municipality_id in keys and membership.ended_at is None and person not in held:
                held.append(person)
    return found


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
