"""Who may take part in a call, with the reasons (concept note 3.3, 3.9)."""

from dataclasses import dataclass

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.fields import Text
from applications.models import Call, Track
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Country, Municipality


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule, whether it is met, and how it reads."""

    code: str
    met: bool
    text: Text


@dataclass(frozen=True, slots=True)
class Eligibility:
    """On which side and in which track a municipality would take part, and every rule that was looked at."""

    side: Side | None
    track: Track | None
    reasons: tuple[Reason, ...]

    @property
    def met(self) -> bool:
        """Whether all rules are met."""
        return all(reason.met for reason in self.reasons)


def eligibility_of(municipality: Municipality, call: Call) -> Eligibility:
    """Look at every rule of `call` for `municipality`. An empty list of a track means: all of its country."""
    existing = _still_exists(municipality)
    if municipality.country_id == call.programme.north_country_id:
        where = Reason("north", True, _("Every Flemish city or municipality may take part."))
        return Eligibility(Side.NORTH, None, (where, existing))
    track = (
        call.tracks.select_related("partner_country__country", "theme")
        .filter(partner_country__country=municipality.country_id)
        .first()
    )
    if track is None:
        nowhere = Reason("country", False, _("This call is not for municipalities of your country."))
        return Eligibility(None, None, (nowhere, existing))
    return Eligibility(Side.SOUTH, track, (_on_the_list(municipality, track), existing))


def _still_exists(municipality: Municipality) -> Reason:
    if municipality.successor_id is None:
        return Reason("exists", True, _("The municipality exists today."))
    return Reason(
        "merged",
        False,
        format_lazy(
            _("The municipality has merged: {successor} may take part in its place."),
            successor=lazy(str, str)(municipality.successor),
        ),
    )


def _on_the_list(municipality: Municipality, track: Track) -> Reason:
    country: Country = track.partner_country.country
    name = lazy(str, str)(country)
    listed = set(track.eligible.values_list("pk", flat=True))
    if not listed:
        return Reason(
            "country", True, format_lazy(_("All municipalities of {country} may take part."), country=name)
        )
    if municipality.pk in listed:
        return Reason(
            "listed",
            True,
            format_lazy(_("The municipality is on the list that was agreed for {country}."), country=name),
        )
    return Reason(
        "not_listed",
        False,
        format_lazy(_("The municipality is not on the list that was agreed for {country}."), country=name),
    )
