"""What a section's page says of itself when it sends: which page it is, the how-manieth sending, and under which
amendment of the call it was made. Pure."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

_KEY = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"[0-9]{1,15}")


def is_key(text: str) -> bool:
    """Whether `text` is the key of an opened page, and not, say, the reference of another application."""
    return _KEY.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """One opened page of one person.

    `key` tells it from every other page; empty where a sender has none. `sent` rises with each sending (0 without
    script), so that one which was delayed is known from those after it. `amendment` is the number of the call's
    newest amendment when the page was made; 0 where there was none.
    """

    key: str = ""
    sent: int = 0
    amendment: int = 0

    @classmethod
    def fresh(cls, amendment: int) -> "OpenedPage":
        """A page that is made now."""
        return cls(uuid.uuid4().hex, 0, amendment)

    @classmethod
    def read(cls, posted: Mapping[str, object]) -> "OpenedPage":
        """What a page has posted; what was tampered with counts as missing."""
        key = str(posted.get("page", ""))
        return cls(key if is_key(key) else "", _number(posted.get("sent")), _number(posted.get("amendment")))


NO_PAGE = OpenedPage()


def _number(raw: object) -> int:
    text = str(raw or "")
    return int(text) if _NUMBER.fullmatch(text) else 0
