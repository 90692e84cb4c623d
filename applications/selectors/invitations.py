"""Which municipalities can be invited to a call, and how they can be reached."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from applications.enums import ApplicationStatus
from applications.models import Application, Call, CallInvitation, Track
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import Membership, User
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Municipality

COORDINATOR = AssociationRole.COORDINATOR


def invites_for(user: Any, call: Call) -> list[str]:
    """Codes of the countries whose municipalities `user` may invite: the association that runs the programme all,
    the others their own."""
    tracks = Track.objects.filter(standing_of(user).scope("partner_country", COORDINATOR), call=call)
    codes = list(
        tracks.order_by("partner_country__country").values_list("partner_country__country", flat=True)
    )
    leads = standing_of(user).leads(call.programme_id, COORDINATOR)
    return [call.programme.north_country_id, *codes] if leads else codes


def invitable(call: Call, countries: Collection[str]) -> QuerySet[Municipality]:
    """Municipalities of `countries` that can still be invited: real ones that exist today, on the
    list of their track where there is one, neither invited nor started."""
    listed = Track.eligible.through.objects.filter(
        track__call=call, track__partner_country__country=OuterRef("country")
    )
    started = Application.objects.filter(call=call, municipality=OuterRef("pk")).exclude(
        status=ApplicationStatus.WITHDRAWN
    )
    return (
        Municipality.objects.filter(country__in=countries, is_test=False, successor__isnull=True)
        .filter(~Exists(listed) | Exists(listed.filter(municipality=OuterRef("pk"))))
        .exclude(Exists(CallInvitation.objects.filter(call=call, municipality=OuterRef("pk"))))
        .exclude(Exists(started))
        .select_related("country")
        .order_by("country", "name")
    )


def with_people_count(rows: QuerySet[Municipality]) -> QuerySet[Municipality]:
    """Adds `people`: how many active people work for the municipality."""
    working = Q(memberships__ended_at__isnull=True, memberships__user__is_active=True)
    return rows.annotate(people=Count("memberships__user", filter=working, distinct=True))


@dataclass(frozen=True, slots=True)
class Reach:
    """How an invitation gets to its municipalities: people with their municipality, addresses of bodies without
    people, and those who cannot be reached."""

    people: tuple[tuple[User, Municipality], ...]
    addresses: tuple[Municipality, ...]
    nobody: tuple[Municipality, ...]

    @property
    def mails(self) -> int:
        """How many mails go out."""
        return len(self.people) + len(self.addresses)


def reach_of(municipalities: Iterable[Municipality]) -> Reach:
    """The people of each municipality, else its official address, in one statement."""
    rows = list(municipalities)
    held = staff_by_municipality([row.pk for row in rows])
    alone = [row for row in rows if row.pk not in held]
    return Reach(
        people=tuple((person, row) for row in rows for person in held.get(row.pk, ())),
        addresses=tuple(row for row in alone if row.email),
        nobody=tuple(row for row in alone if not row.email),
    )


def staff_by_municipality(municipalities: Collection[int]) -> dict[int, list[User]]:
    """The active people of each municipality, each once."""
    found: dict[int, list[User]] = {}
    held = Membership.objects.filter(
        municipality__in=municipalities, ended_at__isnull=True, user__is_active=True
    ).select_related("user")
    for membership in held.order_by("municipality", "user"):
        people = found.setdefault(membership.municipality_id, [])
        if membership.user not in people:
            people.append(membership.user)
    return found
