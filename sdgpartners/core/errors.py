"""What services raise. Each carries a message that a person may read, in the language that is active when shown."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule of the domain says no. `message` is lazily translated, with named placeholders filled from `params`."""

    message: str | Promise = _("This is not possible now.")

    def __init__(self, message: str | Promise | None = None, **params: object) -> None:
        self.template = message if message is not None else self.message
        self.params: Mapping[str, object] = params
        super().__init__(self.template)

    def __str__(self) -> str:
        return str(self.template) % self.params if self.params else str(self.template)


class MoveNotAllowed(DomainError):
    """The table of moves of the aggregate does not hold this move (also when somebody else moved it first)."""

    message = _("This step is no longer possible: the present state is “%(state)s”.")


class DeadlinePassed(DomainError):
    """The moment until which this was possible is over."""


class Incomplete(DomainError):
    """Something that this step needs is missing."""


class EditConflict(DomainError):
    """Somebody else saved in the meantime. Both texts are kept: `theirs` is stored, `mine` comes along."""

    message = _("Somebody else saved this part while you were writing. Both texts are shown below.")

    def __init__(self, *, theirs: Mapping[str, object], mine: Mapping[str, object]) -> None:
        self.theirs = theirs
        self.mine = mine
        super().__init__()


class LimitExceeded(DomainError):
    """A ceiling, a number of places or a quota would be passed."""


class SamePerson(DomainError):
    """Two steps that must be taken by different people were about to be taken by one."""

    message = _("This step must be taken by a different person than the earlier steps.")
