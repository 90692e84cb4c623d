"""The words of letters and other texts of a call: what may stand in braces in them, and how that is filled. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from applications.enums import CallTextKind

_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")

_K = CallTextKind
_EVERY_LETTER = frozenset({"municipality", "call", "reference", "countries", "points"})
# By kind of text, what may stand in braces in it. `confirm_by` is the last day to confirm.
PLACEHOLDERS: Mapping[CallTextKind, frozenset[str]] = {
    _K.CONFIDENTIALITY: frozenset({"call"}),
    _K.LETTER_SELECTED: _EVERY_LETTER | {"confirm_by"},
    _K.LETTER_PROMOTED: _EVERY_LETTER | {"confirm_by"},
    _K.LETTER_RESERVE: _EVERY_LETTER,
    _K.LETTER_REJECTED: _EVERY_LETTER,
    _K.LETTER_LAPSED: frozenset({"municipality", "call", "reference", "countries", "confirm_by"}),
}
# What a letter cannot do without: who is asked something reads by when in the subject, and points go with an outcome.
NEEDED_IN_SUBJECT: Mapping[CallTextKind, frozenset[str]] = {
    _K.LETTER_SELECTED: frozenset({"confirm_by"}),
    _K.LETTER_PROMOTED: frozenset({"confirm_by"}),
}
NEEDED_IN_BODY: Mapping[CallTextKind, frozenset[str]] = {
    _K.LETTER_SELECTED: frozenset({"points", "confirm_by"}),
    _K.LETTER_PROMOTED: frozenset({"confirm_by"}),
    _K.LETTER_RESERVE: frozenset({"points"}),
    _K.LETTER_REJECTED: frozenset({"points"}),
}
# Blocks of several lines: in a subject they would be torn apart.
_BLOCKS = frozenset({"points"})


@dataclass(frozen=True, slots=True)
class Words:
    """A text in one language; the subject is empty where the kind has none."""

    subject: str
    body: str


def placeholders_in(text: str) -> list[str]:
    """What stands in braces in `text`, each once, in the order of the text; a brace without its other half is named as
    it stands."""
    return list(dict.fromkeys(match[1] if match[1] is not None else match[0] for match in _matches(text)))


def unknown_placeholders(kind: CallTextKind, text: str, *, in_subject: bool = False) -> list[str]:
    """What stands in braces in a text of `kind` and cannot be filled there."""
    known = PLACEHOLDERS[kind] - (_BLOCKS if in_subject else frozenset())
    return [name for name in placeholders_in(text) if name not in known]


def missing_placeholders(kind: CallTextKind, text: str, *, in_subject: bool = False) -> list[str]:
    """What a text of `kind` has to name and does not."""
    needed = (NEEDED_IN_SUBJECT if in_subject else NEEDED_IN_BODY).get(kind, frozenset())
    return sorted(needed.difference(placeholders_in(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with what stands in braces replaced, once: braces inside a value stay as they are. KeyError names a
    placeholder without a value."""
    return _BRACES.sub(lambda match: match[0] if match[1] is None else values[match[1]], text)


def _matches(text: str) -> list[re.Match[str]]:
    return list(_BRACES.finditer(text))
