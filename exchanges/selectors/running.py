"""Which partnerships run, and who belongs to them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from matching.enums import PartnershipStatus
from matching.models import Partnership, TeamMember
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import Membership, User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import PartnerCountry

RUNNING = (PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING)


def running_on(partner_country: PartnerCountry, day: date) -> QuerySet[Partnership]:
    """The partnerships of a country that run on `day`, with both municipalities and their countries."""
    return (
        Partnership.objects.filter(
            partner_country=partner_country, status__in=RUNNING, starts_on__lte=day, ends_on__gte=day
        )
        .select_related("north__country", "south__country", "partner_country__programme")
        .order_by("reference")
    )


def people_of_sides(partnerships: Iterable[Partnership]) -> dict[tuple[int, Side], list[User]]:
    """The active people of each side, by (partnership, side): the municipality's editors and signatories, and the
    side's team. Contributors write along on applications; here the team counts.

    Two statements, whatever the number; nobody twice in a list.
    """
    rows = list(partnerships)
    found: dict[tuple[int, Side], dict[int, User]] = defaultdict(dict)
    places: dict[int, list[tuple[int, Side]]] = defaultdict(list)
    for row in rows:
        places[row.north_id].append((row.pk, Side.NORTH))
        places[row.south_id].append((row.pk, Side.SOUTH))
    members = Membership.objects.filter(
        municipality__in=places,
        role__in=(MunicipalRole.EDITOR, MunicipalRole.SIGNATORY),
        ended_at__isnull=True,
        user__is_active=True,
    ).select_related("user")
    for member in members.order_by("user"):
        for key in places[member.municipality_id]:
            found[key].setdefault(member.user_id, member.user)
    team = TeamMember.objects.filter(
        side__partnership__in=rows, left_on__isnull=True, user__isnull=False, user__is_active=True
    ).select_related("side", "user")
    for person in team.order_by("user"):
        if person.user is not None:
            found[person.side.partnership_id, Side(person.side.side)].setdefault(person.user.pk, person.user)
    return {key: list(people.values()) for key, people in found.items()}


def people_of(partnerships: Iterable[Partnership]) -> list[User]:
    """Everybody of both sides, each person once, in the order of their accounts; two statements."""
    everybody = {user.pk: user for people in people_of_sides(partnerships).values() for user in people}
    return [everybody[key] for key in sorted(everybody)]


def works_in(municipality_ids: Iterable[int]) -> Q:
    """Partnerships of these municipalities, as a filter on Partnership."""
    held = list(municipality_ids)
    return Q(north_id__in=held) | Q(south_id__in=held)
