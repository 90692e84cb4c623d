"""What everybody may see: calls that are announced, and partnerships that work or have worked."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from applications.enums import CallStatus
from applications.models import Call, Track
from matching.enums import PartnershipStatus
from matching.models import Partnership
from sdgpartners.core import clock
from sdgpartners.core.maps import MapLink, MapPoint, known_outlines, load_inset, pair_map
from sdgpartners.programme.models import Country, Municipality, PartnerCountry, Programme

SHOWN = (PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING, PartnershipStatus.CLOSED)


def public_partnerships() -> QuerySet[Partnership]:
    """Partnerships with their places and themes; suspended, hidden and ended-early ones are not shown."""
    return (
        Partnership.objects.filter(status__in=SHOWN, hidden_publicly=False)
        .select_related(
            "north__country",
            "south__country",
            "partner_country__country",
            "partner_country__programme",
            "theme",
        )
        .prefetch_related("theme__goals")
        .order_by("partner_country__country__code", "-starts_on", "north__name")
    )


def public_calls() -> QuerySet[Call]:
    """Published and decided calls, the newest first, with their tracks."""
    tracks = Track.objects.select_related("partner_country__country", "partner_country__association", "theme")
    return (
        Call.objects.filter(status__in=(CallStatus.PUBLISHED, CallStatus.DECIDED))
        .select_related("programme")
        .prefetch_related(Prefetch("tracks", queryset=tracks))
        .order_by("-opens_at")
    )


def open_calls() -> QuerySet[Call]:
    """Calls that take candidacies at this moment."""
    now = clock.now()
    return public_calls().filter(status=CallStatus.PUBLISHED, opens_at__lte=now, closes_at__gte=now)


def partner_countries(programme: Programme) -> QuerySet[PartnerCountry]:
    """The countries of a programme with theme, association and goals."""
    return (
        PartnerCountry.objects.filter(programme=programme)
        .select_related("country", "association", "theme")
        .prefetch_related("theme__goals")
    )


@dataclass(frozen=True)
class PairMap:
    """The map of the pairs and the sentence that it shows."""

    finding: str
    svg: str


def _point(place: Municipality, country: Country) -> MapPoint:
    return MapPoint(
        code=str(place.pk),
        country_code=country.code,
        latitude=float(place.latitude),
        longitude=float(place.longitude),
        label=place.name,
        shape=country.marker,
    )


def map_of(partnerships: list[Partnership], programme: Programme, countries: list[PartnerCountry]) -> PairMap:
    """The pairs as curves between the insets of the programme's countries.

    A country without an outline in the house is left out of the picture; the list beside it has all pairs.
    """
    drawn = [programme.north_country, *(row.country for row in countries)]
    insets = [load_inset(country.code, country.name) for country in drawn if country.code in known_outlines()]
    codes = {inset.country_code for inset in insets}
    shown = [p for p in partnerships if {p.north.country_id, p.south.country_id} <= codes]
    points = {p.pk: p for pair in shown for p in (pair.north, pair.south)}
    finding = _("%(count)d partnerships link %(north)s with %(south)s") % {
        "count": len(partnerships),
        "north": programme.north_country.name,
        "south": ", ".join(row.country.name for row in countries),
    }
    svg = pair_map(
        insets,
        [_point(place, place.country) for place in points.values()],
        [MapLink(str(p.north_id), str(p.south_id), str(p)) for p in shown],
        title=finding,
        attribution=_("Fictional demo round") if programme.is_fictional else "",
    )
    return PairMap(finding=finding, svg=svg)
