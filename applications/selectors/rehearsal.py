"""Who walks through a call that is rehearsed."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from applications.models import Application, Call
from sdgpartners.people.models import Membership
from sdgpartners.programme.models import Municipality


@dataclass(frozen=True, slots=True)
class Rehearsing:
    """A test municipality, the people who act for it, and its application in the call."""

    municipality: Municipality
    memberships: list[Membership]
    application: Application | None


def places_of(call: Call) -> QuerySet[Municipality]:
    """The test municipalities of the countries of `call`."""
    countries = Q(country=call.programme.north_country_id) | Q(
        country__in=call.tracks.values("partner_country__country")
    )
    return (
        Municipality.objects.filter(countries, is_test=True, successor__isnull=True)
        .select_related("country")
        .order_by("country", "pk")
    )


def rehearsing(call: Call) -> list[Rehearsing]:
    """The test municipalities of a call with who acts for them, in three statements."""
    places = list(places_of(call))
    held = list(
        Membership.objects.filter(municipality__in=places, ended_at__isnull=True)
        .select_related("user")
        .order_by("pk")
    )
    made = {row.municipality_id: row for row in call.applications.filter(municipality__in=places)}
    return [
        Rehearsing(place, [row for row in held if row.municipality_id == place.pk], made.get(place.pk))
        for place in places
    ]
