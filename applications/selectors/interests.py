"""The section on theme and interests: the order of the partner countries, what is offered and asked per
subtheme."""

from collections.abc import Sequence

from django.db.models import OuterRef, Subquery
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.fields import FieldGroup, FieldKind, FieldSpec, Text, Values
from applications.models import Application, Interest, Track, TrackPreference
from applications.names import ask_field, offer_field, rank_field
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Subtheme

OFFER_SCALE: tuple[tuple[str, Text], ...] = (
    ("0", _("0 – nothing")),
    ("1", _("1 – a little")),
    ("2", _("2 – well")),
    ("3", _("3 – a strength")),
)
ASK_SCALE: tuple[tuple[str, Text], ...] = (
    ("0", _("0 – no wish")),
    ("1", _("1 – a little")),
    ("2", _("2 – much")),
    ("3", _("3 – most of all")),
)
_PLACES: tuple[Text, ...] = (_("First choice"), _("Second choice"), _("Third choice"))


def tracks_for(application: Application) -> list[Track]:
    """The tracks that the application is about: its own one in the south, all of the call in the north, each
    with the place that the applicant gave it as `place` (None: not chosen)."""
    chosen = TrackPreference.objects.filter(application=application.pk, track=OuterRef("pk"))
    tracks = Track.objects.filter(call_id=application.call_id)
    if application.side == Side.SOUTH:
        tracks = tracks.filter(southern_applications=application.pk)
    return list(
        tracks.select_related("theme", "partner_country__country")
        .annotate(place=Subquery(chosen.values("rank")[:1]))
        .order_by("partner_country__country__code")
    )


def interest_groups(application: Application) -> tuple[tuple[FieldGroup, ...], Values]:
    """The groups of the section and what is stored in them, in two statements."""
    tracks = tracks_for(application)
    values: Values = {}
    groups: list[FieldGroup] = []
    if application.side == Side.NORTH:
        groups.append(_rank_group(tracks))
        for track in tracks:
            place = track.place  # type: ignore[attr-defined]
            values[rank_field(track.partner_country.country.code)] = str(place or "")
    subthemes = _subthemes(application, tracks)
    for theme in sorted({track.theme_id for track in tracks}):
        together = [track for track in tracks if track.theme_id == theme]
        rows = [row for row in subthemes if row.theme_id == theme]
        if rows:
            groups.append(_theme_group(together, rows, ranked=application.side == Side.NORTH))
    for row in subthemes:
        values[offer_field(row.theme.code, row.code)] = str(row.offer or 0)  # type: ignore[attr-defined]
        values[ask_field(row.theme.code, row.code)] = str(row.ask or 0)  # type: ignore[attr-defined]
    return tuple(groups), values


def _subthemes(application: Application, tracks: Sequence[Track]) -> list[Subtheme]:
    stored = Interest.objects.filter(application=application.pk, subtheme=OuterRef("pk"))
    return list(
        Subtheme.objects.filter(theme__in={track.theme_id for track in tracks})
        .select_related("theme")
        .annotate(offer=Subquery(stored.values("offer")[:1]), ask=Subquery(stored.values("ask")[:1]))
        .order_by("theme", "order")
    )


def _rank_group(tracks: Sequence[Track]) -> FieldGroup:
    places = [
        (str(number), _PLACES[number - 1] if number <= len(_PLACES) else str(number))
        for number in range(1, len(tracks) + 1)
    ]
    return FieldGroup(
        title=_("With which country would you like to work?"),
        help=_("One is enough. Choose more if you are open to them: it makes a match more likely."),
        fields=tuple(
            FieldSpec(
                name=rank_field(track.partner_country.country.code),
                kind=FieldKind.RANK,
                label=_track_title(track),
                required=False,
                choices=tuple(places),
            )
            for track in tracks
        ),
    )


def _track_title(track: Track) -> Text:
    """`Benin: Prosperity`."""
    return format_lazy("{}: {}", lazy(str, str)(track.partner_country.country), lazy(str, str)(track.theme))


def _theme_group(tracks: Sequence[Track], subthemes: Sequence[Subtheme], *, ranked: bool) -> FieldGroup:
    fields: list[FieldSpec] = []
    for row in subthemes:
        context = lazy(str, str)(row)
        fields += [
            FieldSpec(
                name=offer_field(row.theme.code, row.code),
                kind=FieldKind.SCALE,
                label=_("You can offer"),
                context=context,
                required=False,
                choices=OFFER_SCALE,
            ),
            FieldSpec(
                name=ask_field(row.theme.code, row.code),
                kind=FieldKind.SCALE,
                label=_("You want to learn"),
                context=context,
                required=False,
                choices=ASK_SCALE,
            ),
        ]
    # One theme for several countries is asked once.
    title = _track_title(tracks[0]) if len(tracks) == 1 else lazy(str, str)(tracks[0].theme)
    return FieldGroup(
        title=title,
        help=_("Only if you chose this country above.") if ranked else "",
        fields=tuple(fields),
        counts_with=tuple(rank_field(track.partner_country.country.code) for track in tracks)
        if ranked
        else (),
    )
