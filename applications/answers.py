"""Answers as people read them: on the check page, beside a colleague's text, in the submitted version."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from applications.fields import (
    YES,
    Choices,
    FieldGroup,
    FieldKind,
    FieldSpec,
    SectionContent,
    Text,
    Value,
    Values,
    empty_value,
    group_counts,
    is_asked,
)
from applications.names import PARTNER
from applications.typed_text import date_of
from sdgpartners.core.display import format_date

# Kinds whose answer is read line by line.
LINES = frozenset({FieldKind.TEXT, FieldKind.GOALS, FieldKind.FILE})


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A label and the answer in the active language; `spec` is the (first) field behind it."""

    spec: FieldSpec
    label: Text
    text: str

    @property
    def lines(self) -> bool:
        """Whether the text keeps its line breaks: prose, and lists of which each line is one thing."""
        return self.spec.kind in LINES

    @property
    def files(self) -> Choices:
        """The files given as the answer: uid and name."""
        return self.spec.choices if self.spec.kind == FieldKind.FILE else ()


def shown(spec: FieldSpec, value: Value) -> str:
    """The value in words, in the active language; empty where nothing was filled in."""
    labels = {code: str(label) for code, label in spec.choices}
    if spec.kind == FieldKind.GOALS:
        return "\n".join(goal_words(code, labels.get(code, "")) for code in value)
    if spec.kind == FieldKind.FILE:
        return "\n".join(labels.get(uid, uid) for uid in value)
    if spec.kind == FieldKind.DATE and isinstance(value, str):
        day = date_of(value)
        return value if day is None else format_date(day)
    if isinstance(value, list):
        return ", ".join(labels.get(code, code) for code in value)
    if spec.kind == FieldKind.ACCEPT:
        return _("Accepted") if value == YES else ""
    return labels.get(value, value) if labels else value


def goal_words(code: str, text: str) -> str:
    """`SDG 16 Peace, justice and strong institutions`, or of a target `16.7 Ensure responsive ...`."""
    sdg = _("SDG")
    return f"{code} {text}".strip() if "." in code else f"{sdg} {code} {text}".strip()


def answer_rows(content: SectionContent, values: Mapping[str, Value] | None = None) -> list[AnswerRow]:
    """The section as rows to read, in the active language, without what is not asked. Offer and ask of a
    subtheme share a row, which is left out where both are nothing; a country that was not chosen is left out
    too, with the interests and partners that hang on it, and so is a partner that was not named."""
    values = content.values if values is None else values
    rows: list[AnswerRow] = []
    for group in content.groups:
        if not group_counts(group, values):
            continue
        rows += _scale_rows(group, values)
        for spec in group.fields:
            value = values.get(spec.name, empty_value(spec))
            unnamed = not value and (spec.kind == FieldKind.RANK or spec.name.startswith(PARTNER))
            if spec.kind == FieldKind.SCALE or unnamed or not is_asked(content, spec, values):
                continue
            rows.append(AnswerRow(spec, spec.label, shown(spec, value)))
    return rows


def _scale_rows(group: FieldGroup, values: Mapping[str, Value]) -> list[AnswerRow]:
    rows = []
    scales = [spec for spec in group.fields if spec.kind == FieldKind.SCALE]
    for offer, ask in zip(scales[::2], scales[1::2], strict=True):
        given = {"offer": values.get(offer.name, "0"), "ask": values.get(ask.name, "0")}
        if set(given.values()) == {"0"}:
            continue
        text = _("Offers %(offer)s of 3 · wants to learn %(ask)s of 3") % given
        rows.append(AnswerRow(offer, offer.context, text))
    return rows


def differing(content: SectionContent, mine: Values) -> list[tuple[FieldSpec, str, str]]:
    """Fields where `mine` says something else than what is stored: the field, their words, my words. Files
    are never typed, so they never differ."""
    return [
        (spec, shown(spec, content.values.get(spec.name, empty_value(spec))), shown(spec, mine[spec.name]))
        for spec in content.fields
        if spec.kind != FieldKind.FILE
        and spec.name in mine
        and mine[spec.name] != content.values.get(spec.name, empty_value(spec))
    ]
