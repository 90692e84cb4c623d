"""The section on theme and interests: the order of the partner countries, partners that are named, what is
offered and asked per subtheme."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import QuestionKind
from applications.fields import FieldGroup, FieldKind, FieldSpec, Text, Values, both
from applications.models import Answer, Application, Interest, Track, TrackPreference
from applications.names import ask_field, offer_field, rank_field
from applications.selectors.partner_wishes import partner_groups, with_partners
from sdgpartners.core.text import LANGUAGE_CODES
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
    with the place that the applicant gave it as `place` (None: not chosen), the partners to
    name, and its subthemes as `subtheme_rows`."""
    chosen = TrackPreference.objects.filter(application=application.pk, track=OuterRef("pk"))
    tracks = Track.objects.filter(call_id=application.call_id)
    if application.side == Side.SOUTH:
        tracks = tracks.filter(pk=application.track_id or 0)
    return list(
        with_partners(tracks, application)
        .select_related("theme", "partner_country__country")
        .annotate(place=Subquery(chosen.values("rank")[:1]), subtheme_rows=_subtheme_rows(application))
        .order_by("partner_country__country__code")
    )


def goals_of(application: Application) -> list[str]:
    """The goals and targets that the applicant chose, as codes (`8`, `8.3`), in one statement; empty while
    nobody has chosen or the call does not ask."""
    answers = Answer.objects.filter(application=application.pk, question__kind=QuestionKind.GOALS)
    values = answers.order_by("question__order").values_list("value", flat=True)
    return list(dict.fromkeys(code for value in values for code in value.split()))


def interest_groups(application: Application) -> tuple[tuple[FieldGroup, ...], Values]:
    """The groups of the section and what is stored in them, in one statement."""
    tracks = tracks_for(application)
    values: Values = {}
    groups: list[FieldGroup] = []
    if application.side == Side.NORTH:
        groups.append(_rank_group(tracks))
        for track in tracks:
            place = track.place  # type: ignore[attr-defined]
            values[rank_field(track.partner_country.country.code)] = str(place or "")
    partners, named = partner_groups(tracks, ranked=application.side == Side.NORTH)
    if application.side == Side.NORTH:
        groups += partners
    # In the order of the countries above them.
    for theme in dict.fromkeys(track.theme_id for track in tracks):
        together = [track for track in tracks if track.theme_id == theme]
        rows = _subthemes(together[0])
        if rows:
            groups.append(_theme_group(together, rows, ranked=application.side == Side.NORTH))
        for row in rows:
            values[offer_field(row.theme, row.code)] = str(row.offer)
            values[ask_field(row.theme, row.code)] = str(row.ask)
    if application.side == Side.SOUTH:
        groups += partners
    return tuple(groups), values | named


@dataclass(frozen=True, slots=True)
class _Asked:
    """A subtheme with what the applicant said of it."""

    theme: str
    code: str
    title: Text
    offer: int
    ask: int


def _subtheme_rows(application: Application) -> ArraySubquery:
    """The subthemes of a track's theme with the applicant's offer and ask, inside a query of tracks."""
    stored = Interest.objects.filter(application=application.pk, subtheme=OuterRef("pk"))
    row = JSONObject(
        code="code",
        offer=Coalesce(Subquery(stored.values("offer")[:1]), 0),
        ask=Coalesce(Subquery(stored.values("ask")[:1]), 0),
        **{f"title_{code}": f"title_{code}" for code in LANGUAGE_CODES},
    )
    return ArraySubquery(Subtheme.objects.filter(theme=OuterRef("theme")).order_by("order").values(row=row))


def _subthemes(track: Any) -> list[_Asked]:
    found = []
    for row in track.subtheme_rows:
        title = Subtheme(**{f"title_{code}": row[f"title_{code}"] for code in LANGUAGE_CODES})
        found.append(
            _Asked(track.theme.code, row["code"], lazy(str, str)(title), int(row["offer"]), int(row["ask"]))
        )
    return found


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
    return both(lazy(str, str)(track.partner_country.country), lazy(str, str)(track.theme))


def _theme_group(tracks: Sequence[Track], subthemes: Sequence[_Asked], *, ranked: bool) -> FieldGroup:
    fields: list[FieldSpec] = []
    for row in subthemes:
        fields += [
            FieldSpec(
                name=offer_field(row.theme, row.code),
                kind=FieldKind.SCALE,
                label=_("You can offer"),
                context=row.title,
                required=False,
                choices=OFFER_SCALE,
            ),
            FieldSpec(
                name=ask_field(row.theme, row.code),
                kind=FieldKind.SCALE,
                label=_("You want to learn"),
                context=row.title,
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
