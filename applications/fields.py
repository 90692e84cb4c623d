"""What a section asks, as data: the form, the check of completeness, the page that shows answers, a conflict
of two editors and the submitted version all read the same description. Knows no model and no request."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from applications.enums import Section
from applications.words import count_words

Text = str | Promise
# What was typed: text, the code of a choice ("" = none), or the codes of several choices.
Value = str | list[str]
Values = dict[str, Value]

YES, NO = "yes", "no"
LONGEST_TEXT = 10_000
_NUMBER = re.compile(r"-?\d{1,12}([.,]\d{1,4})?")


class FieldKind(StrEnum):
    """How a field is asked and checked."""

    LINE = "line"
    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    NUMBER = "number"
    CHOICE = "choice"
    SEVERAL = "several"
    YES_NO = "yes_no"
    RANK = "rank"
    SCALE = "scale"
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field. `context` says what it is about where the label alone does not (a subtheme);
    `needs` is a field and the value of it with which this one becomes required."""

    name: str
    kind: FieldKind
    label: Text
    help: Text = ""
    required: bool = True
    word_limit: int | None = None
    max_chars: int = LONGEST_TEXT
    choices: tuple[tuple[str, Text], ...] = ()
    context: Text = ""
    needs: tuple[str, str] | None = None
    autocomplete: str = ""
    personal: bool = False
    question: str = ""
    criteria: tuple[str, ...] = ()

    @property
    def full_label(self) -> Text:
        """The label that stands on its own, as in a list of answers."""
        return format_lazy("{}: {}", self.context, self.label) if self.context else self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGroup:
    """Fields under one heading; without a title they follow the section's own."""

    fields: tuple[FieldSpec, ...]
    title: Text = ""
    help: Text = ""
    # The rank field that makes this group count, where the applicant chooses between groups.
    counts_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionContent:
    """A section with what is stored in it."""

    section: Section
    groups: tuple[FieldGroup, ...]
    values: Values

    @property
    def fields(self) -> Iterator[FieldSpec]:
        """All fields in the order of the page."""
        for group in self.groups:
            yield from group.fields


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a section is not complete: at which field, in words."""

    name: str
    message: Text


def _clean_text(text: str, *, lines: bool) -> str:
    """Line ends as one sign, no control signs (PostgreSQL refuses some), no blanks around."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    text = "".join(kept).strip()
    return text if lines else " ".join(text.split("\n"))


def normalise(spec: FieldSpec, raw: object) -> Value:
    """What is kept of a raw value: text without control signs, only codes that exist. Never raises."""
    codes = [code for code, _label in spec.choices]
    if spec.kind == FieldKind.SEVERAL:
        chosen = raw if isinstance(raw, list | tuple) else []
        return [code for code in codes if code in chosen]
    text = raw if isinstance(raw, str) else ""
    if spec.kind == FieldKind.ACCEPT:
        return YES if raw is True or text in (YES, "on", "true") else ""
    if spec.kind == FieldKind.SCALE:
        return text if text in codes else "0"
    if codes:
        return text if text in codes else ""
    return _clean_text(text, lines=spec.kind == FieldKind.TEXT)


def empty_value(spec: FieldSpec) -> Value:
    """The value of a field that nobody has filled in."""
    return normalise(spec, "")


def _is_asked(spec: FieldSpec, values: Mapping[str, Value]) -> bool:
    if spec.needs is not None:
        name, value = spec.needs
        return values.get(name) == value
    return spec.required


def storable(spec: FieldSpec, value: Value) -> bool:
    """Whether the value fits where it is kept; a longer one stays on the page alone."""
    return isinstance(value, list) or len(value) <= spec.max_chars


def problems_of(content: SectionContent, values: Mapping[str, Value]) -> list[Problem]:
    """Everything that keeps the section with `values` from being complete, in the order of the page."""
    found = [problem for spec in content.fields if (problem := _field_problem(spec, values)) is not None]
    if content.section == Section.INTERESTS:
        found += _rank_problems(content, values) + _interest_problems(content, values)
    return found


def _field_problem(spec: FieldSpec, values: Mapping[str, Value]) -> Problem | None:
    value = values.get(spec.name, empty_value(spec))
    if not value:
        return Problem(spec.name, _missing(spec)) if _is_asked(spec, values) else None
    return None if isinstance(value, list) else _text_problem(spec, value)


def _text_problem(spec: FieldSpec, value: str) -> Problem | None:
    if len(value) > spec.max_chars:
        return Problem(
            spec.name,
            format_lazy(
                _("Use at most {limit} characters: these are {used}."), limit=spec.max_chars, used=len(value)
            ),
        )
    if spec.word_limit is not None and (used := count_words(value)) > spec.word_limit:
        return Problem(spec.name, _too_many_words(spec.word_limit, used))
    if spec.kind == FieldKind.EMAIL and not _is_email(value):
        return Problem(spec.name, _("This is not an e-mail address. Write it like name@example.org."))
    if spec.kind == FieldKind.NUMBER and not _NUMBER.fullmatch(value):
        return Problem(spec.name, _("Write a number, such as 12 or 12,5."))
    return None


def _missing(spec: FieldSpec) -> Text:
    if spec.kind == FieldKind.ACCEPT:
        return _("This commitment is needed to take part.")
    if spec.kind in (FieldKind.CHOICE, FieldKind.YES_NO, FieldKind.SEVERAL):
        return _("Choose an answer.")
    return _("Fill in this field.")


def _too_many_words(limit: int, used: int) -> Text:
    message = ngettext_lazy(
        "Use at most {limit} words: this is one word too many.",
        "Use at most {limit} words: these are {over} words too many.",
        used - limit,
    )
    return format_lazy(message, limit=limit, over=used - limit)


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


def ranked(fields: Sequence[FieldSpec], values: Mapping[str, Value]) -> list[str]:
    """The names of the rank fields that have a place, first choice first."""
    chosen = [(str(values[spec.name]), spec.name) for spec in fields if values.get(spec.name)]
    return [name for _rank, name in sorted(chosen)]


def _rank_problems(content: SectionContent, values: Mapping[str, Value]) -> list[Problem]:
    fields = [spec for spec in content.fields if spec.kind == FieldKind.RANK]
    if not fields:
        return []
    places = sorted(str(values[spec.name]) for spec in fields if values.get(spec.name))
    if not places:
        return [Problem(fields[0].name, _("Choose at least one partner country."))]
    if len(set(places)) < len(places):
        return [Problem(fields[0].name, _("Give each partner country a different place."))]
    if places != [str(place) for place in range(1, len(places) + 1)]:
        return [Problem(fields[0].name, _("Start with your first choice."))]
    return []


def _interest_problems(content: SectionContent, values: Mapping[str, Value]) -> list[Problem]:
    """At least one offer and one ask for each theme that counts: without them there is nothing to match
    on."""
    found = []
    for group in content.groups:
        scales = [spec for spec in group.fields if spec.kind == FieldKind.SCALE]
        counts = not group.counts_with or any(values.get(name) for name in group.counts_with)
        if not scales or not counts:
            continue
        for start, message in (
            ("offer-", _("Say for at least one subject what you can offer.")),
            ("ask-", _("Say for at least one subject what you want to learn.")),
        ):
            names = [spec.name for spec in scales if spec.name.startswith(start)]
            if not any(values.get(name, "0") != "0" for name in names):
                found.append(Problem(names[0], message))
    return found
