"""Who may take part in a call, with the reasons and whom to ask (concept note 3.3, 3.9)."""

from dataclasses import dataclass

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.eligibility_remarks import remarks_about
from applications.enums import CallPhase, TwinningRule
from applications.fields import Text
from applications.models import Application, Call, Track
from sdgpartners.programme.enums import Side, TwinningStatus
from sdgpartners.programme.models import Association, Municipality
from sdgpartners.programme.selectors import twinnings_of

_name = lazy(str, str)
# What the north declares, by the rule of the call and the answer.
_NORTHERN = {
    (TwinningRule.CONDITION, True): _(
        "There is an active town twinning with the Global South. Having none is a condition."
    ),
    (TwinningRule.CONDITION, False): _("There is no active town twinning with the Global South."),
    (TwinningRule.CONDITION, None): _(
        "We will ask whether there is an active town twinning with the Global South today. Having none is a "
        "condition."
    ),
    (TwinningRule.PLUS, True): _(
        "There is an active town twinning with the Global South. You may take part, without the plus for "
        "having none."
    ),
    (TwinningRule.PLUS, False): _("There is no active town twinning with the Global South. That is a plus."),
    (TwinningRule.PLUS, None): _(
        "We will ask whether there is an active town twinning with the Global South today. Having none is a "
        "plus, not a condition."
    ),
}
# Partner countries are asked about any town twinning abroad.
_SOUTHERN = {
    (TwinningRule.CONDITION, True): _("There is an active town twinning abroad. Having none is a condition."),
    (TwinningRule.CONDITION, False): _("There is no active town twinning abroad."),
    (TwinningRule.CONDITION, None): _(
        "We will ask whether there is an active town twinning abroad today. Having none is a condition."
    ),
    (TwinningRule.PLUS, True): _(
        "There is an active town twinning abroad. You may take part, without the plus for having none."
    ),
    (TwinningRule.PLUS, False): _("There is no active town twinning abroad. That is a plus."),
    (TwinningRule.PLUS, None): _(
        "We will ask whether there is an active town twinning abroad today. Having none is a plus, not a condition."
    ),
}
_TWINNING = {Side.NORTH: _NORTHERN, Side.SOUTH: _SOUTHERN}


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule, whether it is met, and how it reads; where it is not, `contact` is whom to ask.

    With `remark` it decides nothing (yet): a plus, a hint, something that will be asked. It is met, then. What is
    not `public` is for people with an account only.
    """

    code: str
    met: bool
    text: Text
    contact: Association | None = None
    remark: bool = False
    public: bool = True


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

    @property
    def conditional(self) -> bool:
        """Whether all rules are met as far as is known, and one hangs on an answer that is not: whether there is a
        town twinning, where having none is a condition."""
        return self.met and any(reason.code == "twinning_asked" for reason in self.reasons)

    @property
    def unmet(self) -> tuple[Reason, ...]:
        """The rules that stand in the way."""
        return tuple(reason for reason in self.reasons if not reason.met)


def eligibility_of(
    municipality: Municipality, call: Call, has_active_twinning: bool | None = None
) -> Eligibility:
    """Look at every rule of `call` for `municipality`. An empty list of a track means: all of its country.

    `has_active_twinning` is what the municipality declares of today (None: not asked yet). The list of known
    town twinnings only gives a hint: the declaration counts.
    """
    if municipality.country_id == call.programme.north_country_id:
        contact = call.programme.lead_association
        where = Reason("north", True, _("Every Flemish city or municipality may take part."))
        return Eligibility(
            Side.NORTH,
            None,
            (
                where,
                *_of_itself(municipality, call, contact),
                *_twinning(Side.NORTH, call.northern_twinning, has_active_twinning, contact),
                *_hints(municipality, call.northern_twinning, has_active_twinning, contact),
            ),
        )
    track = (
        call.tracks.select_related("partner_country__country", "partner_country__association", "theme")
        .filter(partner_country__country=municipality.country_id)
        .first()
    )
    if track is None:
        contact = call.programme.lead_association
        nowhere = Reason("country", False, _("This call is not for municipalities of your country."), contact)
        return Eligibility(None, None, (nowhere, *_of_itself(municipality, call, contact)))
    contact = track.partner_country.association
    return Eligibility(
        Side.SOUTH,
        track,
        (
            _on_the_list(municipality, track, contact),
            *_of_itself(municipality, call, contact),
            *_twinning(Side.SOUTH, track.southern_twinning, has_active_twinning, contact),
            *_hints(municipality, track.southern_twinning, has_active_twinning, contact),
        ),
    )


def obstacles_of(application: Application, listed: frozenset[int] | None = None) -> tuple[Reason, ...]:
    """The rules of the call that keep `application` from being signed, as it is stored now; `listed` are the
    municipalities on the list of its track, where they are read already."""
    municipality, call, track = application.municipality, application.call, application.track
    declared = application.has_active_twinning
    if track is None:
        contact = call.programme.lead_association
        own = _twinning(Side.NORTH, call.northern_twinning, declared, contact)
    else:
        contact = track.partner_country.association
        own = (
            _on_the_list(municipality, track, contact, listed),
            *_twinning(Side.SOUTH, track.southern_twinning, declared, contact),
        )
    return tuple(reason for reason in (*_of_itself(municipality, call, contact), *own) if not reason.met)


def _of_itself(municipality: Municipality, call: Call, contact: Association) -> tuple[Reason, ...]:
    if municipality.is_test and call.phase != CallPhase.REHEARSAL:
        only = _("This is a test municipality: it takes part in rehearsals only.")
        return (_still_exists(municipality, contact), Reason("test", False, only, contact))
    return (_still_exists(municipality, contact),)


def _still_exists(municipality: Municipality, contact: Association) -> Reason:
    if municipality.successor_id is None:
        return Reason("exists", True, _("The municipality exists today."))
    text = format_lazy(
        _("The municipality has merged: {successor} may take part in its place."),
        successor=_name(municipality.successor),
    )
    return Reason("merged", False, text, contact)


def _on_the_list(
    municipality: Municipality, track: Track, contact: Association, listed: frozenset[int] | None = None
) -> Reason:
    name = _name(track.partner_country.country)
    if listed is None:
        listed = frozenset(track.eligible.values_list("pk", flat=True))
    # A test municipality stands in for whoever is on the list.
    if not listed or municipality.is_test:
        text = format_lazy(_("All municipalities of {country} may take part."), country=name)
        return Reason("country", True, text)
    if municipality.pk in listed or _took_over_from(municipality, listed):
        text = format_lazy(_("The municipality is on the list that was agreed for {country}."), country=name)
        return Reason("listed", True, text)
    text = format_lazy(_("The municipality is not on the list that was agreed for {country}."), country=name)
    return Reason("not_listed", False, text, contact)


def _took_over_from(municipality: Municipality, listed: frozenset[int]) -> bool:
    """Whether a listed municipality has merged into this one, also by several mergers."""
    seen: set[int] = {municipality.pk}
    newest = seen
    while newest:
        found = Municipality.objects.filter(successor__in=newest).values_list("pk", flat=True)
        newest = set(found) - seen
        if newest & listed:
            return True
        seen |= newest
    return False


def _twinning(side: Side, rule: str, declared: bool | None, contact: Association) -> tuple[Reason, ...]:
    if rule == TwinningRule.NONE:
        return ()
    text = _TWINNING[side][TwinningRule(rule), declared]
    if rule == TwinningRule.PLUS:
        return (Reason("twinning_plus", True, text, remark=True),)
    if declared is None:
        return (Reason("twinning_asked", True, text, remark=True),)
    return (Reason("twinning", not declared, text, contact if declared else None),)


def _hints(
    municipality: Municipality, rule: str, declared: bool | None, contact: Association
) -> tuple[Reason, ...]:
    """What decides nothing, and is good to know."""
    from_above = tuple(
        Reason(each.code, True, each.text, contact, remark=True, public=each.public)
        for each in remarks_about(municipality)
    )
    if rule == TwinningRule.NONE or declared:
        return from_above
    return (*from_above, *_known_twinnings(municipality))


def _known_twinnings(municipality: Municipality) -> tuple[Reason, ...]:
    """A hint where the list knows of one and none is declared (yet)."""
    known = [row for row in twinnings_of(municipality) if row.status == TwinningStatus.KNOWN]
    if not known:
        return ()
    names = ", ".join(
        row.partner_name if municipality.pk in (row.north_id, row.north.successor_id) else str(row.north)
        for row in known
    )
    text = format_lazy(
        _("Our list knows of a town twinning with {names}. What you declare yourself counts."), names=names
    )
    return (Reason("twinning_known", True, text, remark=True),)
