"""The hard rules: what keeps a candidate out of every pair of a track, as a code with words in `matching.sentences`."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from applications.enums import TwinningRule
from applications.models import Application, Call, Track


@dataclass(frozen=True)
class Known:
    """What the rules look at, by primary key; `confirmed`, `totals` and `ranks` by application and track."""

    call: Call
    ranks: Mapping[tuple[int, int], int]
    confirmed: frozenset[tuple[int, int]]
    totals: Mapping[tuple[int, int], Decimal]
    in_partnership: frozenset[int]
    known_twins: frozenset[int]


def bar_of_north(row: Application, track: Track, known: Known) -> str:
    """Why a Flemish candidate cannot be matched on the track, empty where it can."""
    if _is_in_partnership(row, known):
        return "in_partnership"
    selection = selection_bar(row, track, known)
    if selection:
        return selection
    # Having none is a condition only where the call says so; there the declaration counts (concept note 3.9).
    if known.call.northern_twinning == TwinningRule.CONDITION and row.has_active_twinning:
        return "twinned_north"
    return _minimum_bar(row, track, known)


def selection_bar(row: Application, track: Track, known: Known) -> str:
    """Why a Flemish candidate is none of the track: it did not choose it, or is not selected and confirmed for it."""
    if (row.pk, track.pk) not in known.ranks:
        return "not_ranked"
    return "" if (row.pk, track.pk) in known.confirmed else "not_selected"


def bar_of_south(row: Application, track: Track, known: Known, listed: frozenset[int]) -> str:
    """Why a southern candidate cannot be matched, empty where it can; `listed` empty: all of the country."""
    if track.partner_country.suspended_since is not None:
        return "country_suspended"
    if listed and row.municipality_id not in listed:
        return "not_eligible"
    if track.southern_twinning == TwinningRule.CONDITION and _is_twinned(row, known):
        return "twinned"
    if _is_in_partnership(row, known):
        return "in_partnership"
    return _minimum_bar(row, track, known) if track.southern_scored else ""


def _is_in_partnership(row: Application, known: Known) -> bool:
    """Itself, or what it has merged into."""
    return not known.in_partnership.isdisjoint((row.municipality_id, row.municipality.successor_id))


def _is_twinned(row: Application, known: Known) -> bool:
    """The declaration counts; the list of known town twinnings only where nothing was declared."""
    if row.has_active_twinning is None:
        return row.municipality_id in known.known_twins
    return bool(row.has_active_twinning)


def _minimum_bar(row: Application, track: Track, known: Known) -> str:
    """An application that was not scored has no score that could be too low."""
    total, least = known.totals.get((row.pk, track.pk)), track.match_score_min
    return "below_minimum" if total is not None and least is not None and total < least else ""
