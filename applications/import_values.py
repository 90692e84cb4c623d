"""A cell of a spreadsheet as the value of a field: by code, or by the words that people read in one of the three
languages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.fields import (
    LISTS,
    NO,
    YES,
    FieldKind,
    FieldSpec,
    Text,
    Value,
    normalise,
    storable,
)
from applications.revision_content import in_all_languages

CODES_SHOWN = 8
_BETWEEN = re.compile(r"[;,\n]+")
_WORDS = {
    YES: {"yes", "y", "ja", "j", "oui", "o", "x", "1", "true", "waar", "vrai"},
    NO: {"no", "n", "nee", "neen", "non", "0", "false", "onwaar", "faux", "-"},
}
_CHOOSE = (
    FieldKind.CHOICE,
    FieldKind.YES_NO,
    FieldKind.SEVERAL,
    FieldKind.GOALS,
    FieldKind.RANK,
    FieldKind.SCALE,
)


@dataclass(frozen=True, slots=True)
class CellRefused(Exception):
    """The cell says nothing that the field can hold."""

    reason: Text


def value_of(spec: FieldSpec, cell: str) -> Value:
    """What the field would hold, normalised. Raises CellRefused where the cell is not one of the choices, is no yes
    or no, is too long, or is for a field that takes files."""
    if spec.kind == FieldKind.FILE:
        raise CellRefused(_("Files are not imported: the municipality adds them on the page."))
    raw: object = cell
    if spec.kind == FieldKind.ACCEPT:
        raw = _yes_or_no(cell) == YES
    elif spec.kind in _CHOOSE:
        codes = [_code(spec, part) for part in _parts(spec, cell)]
        raw = codes if spec.kind in LISTS else codes[0]
    value = normalise(spec, raw)
    if not storable(spec, value):
        raise CellRefused(_("The text is too long."))
    return value


def _parts(spec: FieldSpec, cell: str) -> Iterable[str]:
    """Several choices stand with semicolons or commas between; goals may have blanks between as well."""
    if spec.kind not in LISTS:
        return [cell]
    parts = [part.strip() for part in _BETWEEN.split(cell) if part.strip()]
    if spec.kind == FieldKind.GOALS and len(parts) == 1:
        return parts[0].split()
    return parts


def _code(spec: FieldSpec, cell: str) -> str:
    wanted = cell.strip().casefold()
    for code, _label in spec.choices:
        if wanted == code.casefold():
            return code
    # Only now the words, in three languages: slow where there are many choices.
    for code, label in spec.choices:
        if wanted in _words(label):
            return code
    if spec.kind == FieldKind.YES_NO:
        return _yes_or_no(cell)
    raise CellRefused(_not_one_of(spec, cell))


def _words(label: Text) -> set[str]:
    return {text.strip().casefold() for text in in_all_languages(label).values()}


def _yes_or_no(cell: str) -> str:
    wanted = cell.strip().casefold()
    for code, words in _WORDS.items():
        if wanted in words:
            return code
    raise CellRefused(_("Write yes or no."))


def _not_one_of(spec: FieldSpec, cell: str) -> Text:
    told = [_named(code, str(label).strip()) for code, label in spec.choices[:CODES_SHOWN]]
    more = " …" if len(spec.choices) > CODES_SHOWN else ""
    return format_lazy(
        _("“{cell}” is not a choice here; use {codes}."), cell=cell[:60], codes=", ".join(told) + more
    )


def _named(code: str, label: str) -> str:
    """A choice as people read it, with its code where that is something else; both can be written."""
    return code if label.casefold() in ("", code.casefold()) else f"{label} ({code})"
