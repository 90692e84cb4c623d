"""What the rooms above still have open for a partnership: they register a source when they are ready.

Read before a partnership is suspended, ended or closed, so that people see what they stop.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from matching.models import Partnership


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One line for one partnership. `kind` groups lines of many partnerships under the same `label`.

    `count` things are open; `detail` says more (an amount), `url` leads to them. `bars_closing`: the partnership cannot
    be closed before they are settled. `about_money`: for those who see the money of the partnership.
    """

    partnership_id: int
    kind: str
    label: str | Promise
    count: int
    url: str = ""
    detail: str | Promise = ""
    bars_closing: bool = False
    about_money: bool = False


Source = Callable[[Sequence[Partnership]], Iterable[OpenLine]]
_sources: dict[str, Source] = {}


def register_open_work(name: str, source: Source) -> None:
    """Ask `source` for what is open; its statements do not grow with the partnerships. KeyError for a taken name."""
    if name in _sources:
        raise KeyError(f"open work {name!r} is registered twice")
    _sources[name] = source


def open_work(partnerships: Iterable[Partnership]) -> list[OpenLine]:
    """Everything that is open for these partnerships, in the order of the sources' names; lines without a count are
    left out."""
    rows = list(partnerships)
    if not rows:
        return []
    return [line for name in sorted(_sources) for line in _sources[name](rows) if line.count]
