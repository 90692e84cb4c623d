"""What moves along when a contact person hands over: the rooms above register what hangs on a person with them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from matching.models import TeamMember

Source = Callable[[Sequence[TeamMember]], Mapping[int, Sequence[str]]]
_sources: dict[str, Source] = {}


def register_moving(name: str, source: Source) -> None:
    """Ask `source` what hangs on people of a team: lines in the active language by the key of the TeamMember, which
    come with `side__partnership`. Its statements do not grow with the people. KeyError for a taken name."""
    if name in _sources:
        raise KeyError(f"what moves along, {name!r}, is registered twice")
    _sources[name] = source


def what_moves(people: Sequence[TeamMember]) -> dict[int, list[str]]:
    """What hangs on each of `people`, by key, in the order of the sources' names."""
    found: dict[int, list[str]] = defaultdict(list)
    if people:
        for name in sorted(_sources):
            for key, lines in _sources[name](people).items():
                found[key] += lines
    return found
