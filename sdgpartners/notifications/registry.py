"""Reminders of all apps (`<app>/reminders.py`). They say what is still open; when to remind is decided
here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sdgpartners.people.models import User
from sdgpartners.programme.models import Programme


@dataclass(frozen=True, slots=True)
class Due:
    """Something that one person has not done yet.

    `target` is the reference of what it is about, `due_on` the day in the portal's zone, `link` the path of
    the page where it is done, `context` what the mail's templates need, `programme` the one whose ladder of
    days holds.
    """

    target: str
    due_on: date
    recipient: User
    link: str
    programme: Programme
    context: Mapping[str, object] = field(default_factory=dict)


Reminder = Callable[[datetime], Iterable[Due]]
_reminders: dict[str, Reminder] = {}


def register_reminder(kind: str) -> Callable[[Reminder], Reminder]:
    """Decorate a function that gives everything of `kind` that is still open at a moment, due soon, today
    or before.

    The mail's templates carry the kind's name and also get `step` (days before (-) or after the due date)
    and `due_on`. A kind that is registered twice raises KeyError.
    """

    def decorate(reminder: Reminder) -> Reminder:
        if kind in _reminders:
            raise KeyError(f"reminder {kind!r} is registered twice")
        _reminders[kind] = reminder
        return reminder

    return decorate


def unregister_reminder(kind: str) -> None:
    """Take a reminder away again (tests)."""
    del _reminders[kind]


def reminders() -> dict[str, Reminder]:
    """All reminders by kind, in alphabetical order."""
    return dict(sorted(_reminders.items()))
