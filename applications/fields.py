"""What a section asks, as data: the form, the check of completeness, the page that shows answers, a conflict
of two editors and the submitted version all read the same description. Knows no model and no request."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.formats import number_format
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from applications.enums import Section
from applications.names import PARTNER
from applications.typed_text import chosen_codes, clean_text, date_of, is_phone, number_of
from applications.words import count_words
from sdgpartners.core.display import format_date

Text = str | Promise
# What was typed: text, the code of a choice ("" = none), a day as ISO text, or the codes of several choices,
# goals or files.
Value = str | list[str]
Values = dict[str, Value]
# Codes with what they are called.
Choices = tuple[tuple[str, Text], ...]

YES, NO = "yes", "no"
LONGEST_TEXT = 10_000
# How many files a question takes that says nothing of it.
MOST_FILES = 3
# The condition of a field: another field of its section, and the answers to it with which it is asked.
ShownIf = tuple[str, tuple[str, ...]]


def both(first: Text, second: Text) -> Text:
    """Two texts with a colon between, as the language writes it."""
    return format_lazy(_("{first}: {second}"), first=first, second=second)


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
    DATE = "date"
    GOALS = "goals"
    FILE = "file"


# Kinds whose value is a list of codes, and those whose value is one code.
LISTS = frozenset({FieldKind.SEVERAL, FieldKind.GOALS, FieldKind.FILE})
CHOOSERS = frozenset({FieldKind.CHOICE, FieldKind.YES_NO, FieldKind.RANK})


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field. `context` says what it is about where the label alone does not (a subtheme).

    `choices` of goals are codes of goals and of their targets (`8`, `8.3`), those of a file field are the
    files given so far (uid and name): forms show them and never change them. With `shown_if` the field is
    asked only where the other field has one of the answers (any, where none is named).
    """

    name: str
    kind: FieldKind
    label: Text
    help: Text = ""
    required: bool = True
    word_limit: int | None = None
    max_chars: int = LONGEST_TEXT
    choices: Choices = ()
    context: Text = ""
    shown_if: ShownIf | None = None
    number_min: Decimal | None = None
    number_max: Decimal | None = None
    date_min: date | None = None
    date_max: date | None = None
    choices_max: int | None = None
    autocomplete: str = ""
    personal: bool = False
    question: str = ""
    criteria: tuple[str, ...] = ()

    @property
    def full_label(self) -> Text:
        """The label that stands on its own, as in a list of answers."""
        return both(self.context, self.label) if self.context else self.label


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

    def field(self, name: str) -> FieldSpec | None:
        """The field of that name; None where the section does not ask it."""
        return next((spec for spec in self.fields if spec.name == name), None)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a section is not complete: at which field, in words."""

    name: str
    message: Text


def normalise(spec: FieldSpec, raw: object) -> Value:
    """What is kept of a raw value: text without control signs, only codes that exist, a day as ISO text where
    it is one. Never raises."""
    codes = [code for code, _label in spec.choices]
    if spec.kind in LISTS:
        return chosen_codes(raw, codes)
    text = raw if isinstance(raw, str) else ""
    if spec.kind == FieldKind.ACCEPT:
        return YES if raw is True or text in (YES, "on", "true") else ""
    if spec.kind == FieldKind.SCALE:
        return text if text in codes else "0"
    if codes or spec.kind in CHOOSERS:
        return text if text in codes else ""
    text = clean_text(text, lines=spec.kind == FieldKind.TEXT)
    if spec.kind == FieldKind.DATE and (day := date_of(text)) is not None:
        return day.isoformat()
    return text


def empty_value(spec: FieldSpec) -> Value:
    """The value of a field that nobody has filled in."""
    return normalise(spec, "")


def is_asked(content: SectionContent, spec: FieldSpec, values: Mapping[str, Value]) -> bool:
    """Whether the field is put to the applicant, given the other answers. What is not asked keeps its value,
    but is never required, checked, shown among the answers or submitted."""
    seen: set[str] = set()
    while spec.shown_if is not None:
        name, codes = spec.shown_if
        earlier = content.field(name)
        # A question that is not put to this side, or that hangs on itself, asks for nothing.
        if earlier is None or name in seen or not _answered(values.get(name, ""), codes):
            return False
        seen.add(name)
        spec = earlier
    return True


def _answered(value: Value, codes: tuple[str, ...]) -> bool:
    given = [value] if isinstance(value, str) else value
    return any(each in codes for each in given) if codes else any(given)


def storable(spec: FieldSpec, value: Value) -> bool:
    """Whether the value fits where it is kept; a longer one stays on the page alone."""
    return isinstance(value, list) or len(value) <= spec.max_chars


def left_out(content: SectionContent, values: Mapping[str, Value]) -> Text:
    """Why not all of `values` can be stored, in words; empty where all can. A place or a partner that is given twice
    is stored once."""
    if not all(storable(spec, values[spec.name]) for spec in content.fields if spec.name in values):
        return _("One text is too long to be saved. Make it shorter.")
    ranks = [values.get(spec.name) for spec in content.fields if spec.kind == FieldKind.RANK]
    if _twice(ranks):
        return _("Give each partner country a different place.")
    for group in content.groups:
        if _twice([values.get(spec.name) for spec in group.fields if spec.name.startswith(PARTNER)]):
            return _("You have named this partner already.")
    return ""


def _twice(values: Sequence[Value | None]) -> bool:
    given = [str(value) for value in values if value]
    return len(set(given)) < len(given)


def problems_of(content: SectionContent, values: Mapping[str, Value]) -> list[Problem]:
    """Everything that keeps the section with `values` from being complete, in the order of the page."""
    found = [
        problem
        for spec in content.fields
        if is_asked(content, spec, values) and (problem := field_problem(spec, values)) is not None
    ]
    if content.section == Section.INTERESTS:
        found += _rank_problems(content, values) + _partner_problems(content, values)
        found += _interest_problems(content, values)
        places = {spec.name: place for place, spec in enumerate(content.fields)}
        found.sort(key=lambda problem: places[problem.name])
    return found


def field_problem(spec: FieldSpec, values: Mapping[str, Value]) -> Problem | None:
    """What is wrong with one field, whatever the other fields hold."""
    value = values.get(spec.name, empty_value(spec))
    if not value:
        return Problem(spec.name, _missing(spec)) if spec.required else None
    return _list_problem(spec, value) if isinstance(value, list) else _text_problem(spec, value)


def _list_problem(spec: FieldSpec, value: list[str]) -> Problem | None:
    if spec.choices_max is not None and len(value) > spec.choices_max:
        message = _("Choose at most {limit}: you chose {used}.")
        return Problem(spec.name, format_lazy(message, limit=spec.choices_max, used=len(value)))
    return None


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
    if spec.kind == FieldKind.PHONE and not is_phone(value):
        return Problem(spec.name, _("This is not a phone number. Write it like +32 2 555 01 00."))
    if spec.kind == FieldKind.NUMBER:
        return _number_problem(spec, value)
    return _date_problem(spec, value) if spec.kind == FieldKind.DATE else None


def _date_problem(spec: FieldSpec, value: str) -> Problem | None:
    day = date_of(value)
    if day is None:
        return Problem(spec.name, _("Write a date that exists, such as 23/11/2026."))
    if spec.date_max is not None and day > spec.date_max:
        message, limit = _("This day is too late. Write {day} or an earlier day."), spec.date_max
    elif spec.date_min is not None and day < spec.date_min:
        message, limit = _("This day is too early. Write {day} or a later day."), spec.date_min
    else:
        return None
    return Problem(spec.name, format_lazy(message, day=lazy(format_date, str)(limit)))


def _number_problem(spec: FieldSpec, value: str) -> Problem | None:
    number = number_of(value)
    if number is None:
        return Problem(spec.name, _("Write a number, such as 12 or 12,5."))
    low, high = spec.number_min, spec.number_max
    if (low is None or number >= low) and (high is None or number <= high):
        return None
    message = _("Write a number from {low} to {high}.")
    if low is None:
        message = _("Write {high} or less.")
    elif high is None:
        message = _("Write {low} or more.")
    return Problem(spec.name, format_lazy(message, low=_figure(low), high=_figure(high)))


def _figure(number: Decimal | None) -> Text:
    """The number in the reader's language, without zeros at its end."""
    if number is None:
        return ""
    places = max(0, -int(number.normalize().as_tuple().exponent))
    text: Text = lazy(number_format, str)(number, decimal_pos=places)
    return text


def _missing(spec: FieldSpec) -> Text:
    if spec.kind == FieldKind.ACCEPT:
        return _("This commitment is needed to take part.")
    if spec.kind in (FieldKind.CHOICE, FieldKind.YES_NO, FieldKind.SEVERAL):
        return _("Choose an answer.")
    if spec.kind == FieldKind.GOALS:
        return _("Choose at least one goal or target.")
    if spec.kind == FieldKind.FILE:
        return _("Add a file.")
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
    names = ranked(fields, values)
    places = [str(values[name]) for name in names]
    if not places:
        return [Problem(fields[0].name, _("Choose at least one partner country."))]
    for name, place, before in zip(names[1:], places[1:], places, strict=False):
        if place == before:
            return [Problem(name, _("Give each partner country a different place."))]
    for number, (name, place) in enumerate(zip(names, places, strict=True), start=1):
        if place != str(number):
            # At the country that takes the place after the gap, not at one that was left out.
            return [Problem(name, _("Start with your first choice."))]
    return []


def group_counts(group: FieldGroup, values: Mapping[str, Value]) -> bool:
    """Whether the applicant has chosen what the group is about."""
    return not group.counts_with or any(values.get(name) for name in group.counts_with)


def _partner_problems(content: SectionContent, values: Mapping[str, Value]) -> list[Problem]:
    """Partners are named from the first place on, each once."""
    found = []
    for group in content.groups:
        fields = [spec for spec in group.fields if spec.name.startswith(PARTNER)]
        if not fields or not group_counts(group, values):
            continue
        named = [values.get(spec.name, "") for spec in fields]
        for place, (spec, value) in enumerate(zip(fields, named, strict=True)):
            if value and value in named[:place]:
                found.append(Problem(spec.name, _("You have named this partner already.")))
            elif not value and any(named[place:]):
                found.append(Problem(spec.name, _("Name a partner here first, or empty the places below.")))
                break
    return found


def _interest_problems(content: SectionContent, values: Mapping[str, Value]) -> list[Problem]:
    """At least one offer and one ask for each theme that counts: without them there is nothing to match
    on."""
    found = []
    for group in content.groups:
        scales = [spec for spec in group.fields if spec.kind == FieldKind.SCALE]
        if not scales or not group_counts(group, values):
            continue
        for start, message in (
            ("offer-", _("Say for at least one subject what you can offer.")),
            ("ask-", _("Say for at least one subject what you want to learn.")),
        ):
            names = [spec.name for spec in scales if spec.name.startswith(start)]
            if not any(values.get(name, "0") != "0" for name in names):
                found.append(Problem(names[0], message))
    return found
