"""The rules on who may take part in a call, in sentences for everybody."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import TwinningRule
from applications.fields import Text
from applications.models import Call, Track
from sdgpartners.programme.enums import SouthernEntry

_name = lazy(str, str)
_NORTH = {
    TwinningRule.NONE: _("Any Flemish city or municipality."),
    TwinningRule.PLUS: _(
        "Any Flemish city or municipality. Having no active town twinning with the Global South today is a "
        "plus, not a condition."
    ),
    TwinningRule.CONDITION: _(
        "Any Flemish city or municipality without an active town twinning with the Global South today."
    ),
}
_ENTRY = {
    SouthernEntry.DESIGNATED: _("{association} designates them; they fill in a short profile."),
    SouthernEntry.PROFILE: _("{association} invites them; they fill in a short profile."),
    SouthernEntry.FULL: _("They fill in the same form as Flemish municipalities."),
}
_SOUTH = {
    TwinningRule.PLUS: _("Having no active town twinning today is a plus there, not a condition."),
    TwinningRule.CONDITION: _("Having no active town twinning today is a condition there."),
}


@dataclass(frozen=True, slots=True)
class TrackRules:
    """Who may take part in the partner country of a track."""

    track: Track
    sentences: tuple[Text, ...]


def northern_rule(call: Call) -> Text:
    """Who may take part on the Flemish side."""
    return _NORTH[TwinningRule(call.northern_twinning)]


def southern_rules(call: Call) -> list[TrackRules]:
    """Who may take part in every partner country of the call; one statement beside those of `call.tracks`, which
    come with country and association where they were read before."""
    tracks = list(call.tracks.all())
    prefetch_related_objects(tracks, "eligible")
    return [TrackRules(track, tuple(_sentences(track))) for track in tracks]


def _sentences(track: Track) -> list[Text]:
    country = _name(track.partner_country.country)
    listed = sorted(str(each) for each in track.eligible.all())
    if listed:
        who: Text = format_lazy(_("In {country}: {names}."), country=country, names=", ".join(listed))
    else:
        who = format_lazy(_("In {country}: every municipality."), country=country)
    entry = format_lazy(
        _ENTRY[SouthernEntry(track.entry)], association=track.partner_country.association.acronym
    )
    rule = _SOUTH.get(TwinningRule(track.southern_twinning))
    return [who, entry] if rule is None else [who, entry, rule]
