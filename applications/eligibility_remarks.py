"""What rooms above know of a municipality and who applies should hear, though it decides nothing about taking part:
they register a source when they are ready."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from applications.fields import Text
from sdgpartners.programme.models import Municipality


@dataclass(frozen=True, slots=True)
class EligibilityRemark:
    """A stable code and a sentence. `public`: whether a visitor without an account may read it."""

    code: str
    text: Text
    public: bool = False


Source = Callable[[Municipality], Iterable[EligibilityRemark]]
_sources: dict[str, Source] = {}


def register_eligibility_remark(name: str, source: Source) -> None:
    """Ask `source` about every municipality whose rules are looked at; KeyError for a name that is taken."""
    if name in _sources:
        raise KeyError(f"eligibility remark {name!r} is registered twice")
    _sources[name] = source


def remarks_about(municipality: Municipality) -> list[EligibilityRemark]:
    """What all sources say, in the order of their names."""
    return [remark for name in sorted(_sources) for remark in _sources[name](municipality)]
