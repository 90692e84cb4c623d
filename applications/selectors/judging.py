"""How the candidates of a call are judged, for everybody to read: criteria with their weights, and the plus."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import TwinningRule
from applications.fields import Text
from applications.models import Call, Criterion, Track
from sdgpartners.programme.models import Subtheme

_number = lazy(number_format, str)
_name = lazy(str, str)


@dataclass(frozen=True, slots=True)
class TrackJudging:
    """What is judged in a track, and among which subthemes its candidates choose."""

    track: Track
    subthemes: tuple[Subtheme, ...]
    criteria: tuple[Criterion, ...]
    plus: tuple[Text, ...]

    @property
    def total_weight(self) -> int:
        """What the weights add up to; a score counts in proportion to it (docs/scoring.md)."""
        return sum(criterion.weight for criterion in self.criteria)


def judging_of(call: Call) -> list[TrackJudging]:
    """The tracks of `call` in their order. No statement where `call.tracks` was read with criteria, country, and
    theme with its subthemes."""
    return [
        TrackJudging(
            track,
            tuple(track.theme.subthemes.all()),
            tuple(track.criteria.all()),
            tuple(_plus(call, track)),
        )
        for track in call.tracks.all()
    ]


def _plus(call: Call, track: Track) -> list[Text]:
    points = min(call.bonus, call.bonus_max)
    if not points:
        return []
    shown = _number(points.normalize() if points % 1 else Decimal(int(points)))
    said: list[Text] = []
    if call.northern_twinning == TwinningRule.PLUS:
        said.append(
            format_lazy(
                _(
                    "A Flemish municipality without an active town twinning with the Global South gets "
                    "{points} points on top, out of 100."
                ),
                points=shown,
            )
        )
    if track.southern_scored and track.southern_twinning == TwinningRule.PLUS:
        said.append(
            format_lazy(
                _(
                    "In {country} a municipality without an active town twinning gets {points} points on top, out "
                    "of 100."
                ),
                country=_name(track.partner_country.country),
                points=shown,
            )
        )
    return said
