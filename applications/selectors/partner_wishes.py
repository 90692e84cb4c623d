"""Partners that an applicant may name, in order, for each track whose call lets partners be named."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.db.models.functions import JSONObject
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.fields import Choices, FieldGroup, FieldKind, FieldSpec, Text, Values, both
from applications.models import Application, PartnerPreference, Track
from applications.names import partner_field, rank_field
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality

_PLACES: tuple[Text, ...] = (_("First partner"), _("Second partner"), _("Third partner"))
_PLACE = {"country": "country_id", "code": "code", "name": "name", "pk": "pk"}


def with_partners(tracks: QuerySet[Track], application: Application) -> QuerySet[Any]:
    """`tracks`, each with the municipalities that may be named as `partners` and those that `application` named
    as `named`; both empty (None) where none are asked for, so that it costs no statement of its own."""
    wishes = PartnerPreference.objects.filter(application=application.pk, track=OuterRef("pk"))
    named = JSONObject(
        rank="rank", country="municipality__country_id", code="municipality__code", pk="municipality_id"
    )
    asked = Q(partner_choices__gt=0)
    partners = _may_be_named(application).order_by("name", "pk").values(row=JSONObject(**_PLACE))
    return tracks.annotate(
        partners=Case(When(asked, then=ArraySubquery(partners))),
        named=Case(When(asked, then=ArraySubquery(wishes.order_by("rank").values(row=named)))),
    )


def _may_be_named(application: Application) -> QuerySet[Municipality]:
    """Inside a query of tracks: in a Flemish application the municipalities on the list of the track (all of its
    country where there is none), in a southern one the northern ones. Test municipalities and those that have
    merged are left out."""
    rows = Municipality.objects.filter(is_test=False, successor__isnull=True)
    if application.side == Side.SOUTH:
        return rows.filter(country=OuterRef("call__programme__north_country"))
    listings = Track.eligible.through.objects.filter(track=OuterRef(OuterRef("pk")))
    itself_or_what_it_took_over = Q(municipality=OuterRef("pk")) | Q(municipality__successor=OuterRef("pk"))
    return rows.filter(
        ~Exists(listings) | Exists(listings.filter(itself_or_what_it_took_over)),
        country=OuterRef("partner_country__country"),
    )


def partner_code(row: dict[str, Any]) -> str:
    """What a named partner is called in forms and submitted versions: `BJ-0404`."""
    return f"{row['country']}-{row['code']}"


def partner_name(track: Track, place: int) -> str:
    """The field of the partner at `place` (from 1) among those of the track."""
    return partner_field(track.partner_country.country_id, place)


def partner_groups(tracks: Sequence[Any], *, ranked: bool) -> tuple[list[FieldGroup], Values]:
    """A group per track (of `with_partners`) that lets partners be named, with what is stored; `ranked`: the
    group counts where its country was chosen."""
    groups: list[FieldGroup] = []
    values: Values = {}
    for track in tracks:
        if not track.partner_choices:
            continue
        choices = tuple((partner_code(row), row["name"]) for row in track.partners)
        stored = {row["rank"]: partner_code(row) for row in track.named}
        groups.append(_group(track, choices, ranked=ranked))
        codes = {code for code, _name in choices}
        for place in range(1, track.partner_choices + 1):
            code = stored.get(place, "")
            values[partner_name(track, place)] = code if code in codes else ""
    return groups, values


def _place_label(place: int) -> Text:
    return _PLACES[place - 1] if place <= len(_PLACES) else format_lazy(_("Partner {place}"), place=place)


def _group(track: Track, choices: Choices, *, ranked: bool) -> FieldGroup:
    country = lazy(str, str)(track.partner_country.country)
    title = _("Partners that you would like in {country}") if ranked else _("Partners that you would like")
    places = range(1, track.partner_choices + 1)
    return FieldGroup(
        title=format_lazy(title, country=country),
        help=_("You may leave this empty. The associations read your wishes; a wish is no promise."),
        fields=tuple(
            FieldSpec(
                name=partner_name(track, place),
                kind=FieldKind.CHOICE,
                label=both(country, _place_label(place)) if ranked else _place_label(place),
                required=False,
                choices=choices,
            )
            for place in places
        ),
        counts_with=(rank_field(track.partner_country.country_id),) if ranked else (),
    )
