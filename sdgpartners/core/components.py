"""What the interface components take: declared, so that a mistyped property fails at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Choices

from sdgpartners.core.charts.svg import SERIES


class Tone(StrEnum):
    """How a state feels. The picture that goes with it is in `components/icon.html`, the colour in the
    tokens."""

    DONE = "done"
    ACTIVE = "active"
    WAIT = "wait"
    TODO = "todo"
    LATE = "late"
    OFF = "off"


class Shape(StrEnum):
    """Shapes that tell sides apart without colour. Each has one hue, so hue is never the only sign."""

    DIAMOND = "diamond"
    CIRCLE = "circle"
    TRIANGLE = "triangle"
    SQUARE = "square"
    STAR = "star"

    @property
    def hue(self) -> str:
        """The hue of the shape, by its name in `charts.svg.FILLS`: as static/css/components.css draws it."""
        return _HUES[self]


_HUES = {
    Shape.DIAMOND: "north",
    Shape.CIRCLE: "third",
    Shape.TRIANGLE: "south",
    Shape.SQUARE: "fourth",
    Shape.STAR: "fifth",
}


# Words that states commonly use. An enum that needs another tone declares a `tone` property on its members.
_WORDS = {
    Tone.DONE: "accepted active agreed approved asked checked clean completed confirmed decided discussed "
    "done eligible endorsed fixed handed_in held in_force matched met opened paid passed published "
    "ready released reported selected sent signed solved submitted",
    Tone.ACTIVE: "assigned closing in_progress in_review open planned preparing proposed ranked rendering "
    "running sending started",
    Tone.WAIT: "accepted_north accepted_south awaiting_sign_off changes_requested expiring incomplete on_way "
    "partial quarantine queued reopened reserve returned suspended waiting",
    Tone.TODO: "draft new not_started todo upcoming",
    Tone.LATE: "blocked bounced cannot_start failed ineligible infected late not_eligible overdue refused "
    "rejected",
    Tone.OFF: "cancelled closed converted declined ended ended_early excused expired hidden inactive lapsed "
    "recused revoked superseded withdrawn",
}
TONE_OF_STATE = {word: tone for tone, words in _WORDS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Marker:
    """One side on pages and pictures: code (`BE`), shape, and its name in the active language."""

    code: str
    shape: str
    name: str


@dataclass(frozen=True, slots=True)
class TaskItem:
    """A line of a task list. Without `url` it can't be opened yet; `hint` says when or why."""

    label: str
    status: str
    url: str = ""
    tone: Tone = Tone.TODO
    hint: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure with its unit below it: `14`, `applications`, `8 selected`."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """What a state badge shows."""

    label: str
    tone: Tone


_marker_source: list[Callable[[], Mapping[str, Marker]]] = []


def provide_markers(source: Callable[[], Mapping[str, Marker]]) -> None:
    """Tell where markers come from (an app calls this once in `ready()`); `source` caches for itself."""
    _marker_source[:] = [source]


def marker_for(code_or_row: Any) -> Marker:
    """The marker of a code or of a row with `code`, `name` and `shape` or `marker`.

    LookupError for an unknown code, ValueError for an unknown shape.
    """
    if isinstance(code_or_row, Marker):
        return code_or_row
    if isinstance(code_or_row, str):
        found = _marker_source[0]() if _marker_source else {}
        if code_or_row not in found:
            raise LookupError(f"no marker for {code_or_row!r}")
        return found[code_or_row]
    shape = getattr(code_or_row, "shape", None) or code_or_row.marker
    return Marker(code=str(code_or_row.code), shape=str(Shape(shape)), name=str(code_or_row.name))


def hues_of(countries: Sequence[Any]) -> list[str]:
    """The hue of each country in a picture: that of its marker, so that both say the same. Where two share a
    shape, the later one gets a hue that is still free. At most as many countries as there are hues in a series;
    ValueError beyond that, and for an unknown shape; LookupError as `marker_for`."""
    if len(countries) > len(SERIES):
        raise ValueError(f"a picture holds at most {len(SERIES)} countries")
    own = [Shape(marker_for(country).shape).hue for country in countries]
    free = [hue for hue in SERIES if hue not in own]
    return [hue if hue not in own[:place] else free.pop(0) for place, hue in enumerate(own)]


def tone_for(value: Any) -> Tone:
    """The tone of a state: its own `tone`, else the one its word commonly has, else neutral."""
    own = getattr(value, "tone", None)
    return Tone(own) if own else TONE_OF_STATE.get(str(getattr(value, "value", value)).lower(), Tone.TODO)


def badge_for(value: Any, label: str = "", tone: str = "") -> Badge:
    """The badge of a row (`status` or `state` with its translated display), of an enum member, or of `label`.

    ValueError where no words can be found: a stored code is never shown to people.
    """
    for field in ("status", "state"):
        state = getattr(value, field, None)
        display = getattr(value, f"get_{field}_display", None)
        if state is not None and not isinstance(value, (str, Choices)):
            label = label or str(display() if callable(display) else getattr(state, "label", ""))
            value = _member(type(value), field, state)
            break
    label = label or str(getattr(value, "label", ""))
    if not label:
        raise ValueError(f"status_badge: no words for {value!r}; pass a row, an enum member or label=")
    return Badge(label=label, tone=Tone(tone) if tone else tone_for(value))


def _member(row_type: type, field: str, state: Any) -> Any:
    """A stored code as the enum member it stands for, when the row's class names its enum (`Status`,
    `State`)."""
    enum = getattr(row_type, field.capitalize(), None)
    return enum(state) if isinstance(enum, type) and issubclass(enum, Choices) else state
