"""Answers as people read them: on the check page, beside a colleague's text, in the submitted version."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from applications.fields import (
    YES,
    FieldGroup,
    FieldKind,
    FieldSpec,
    SectionContent,
    Text,
    Value,
    Values,
    empty_value,
)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A label and the answer in the active language; `spec` is the (first) field behind it."""

    spec: FieldSpec
    label: Text
    text: str

    @property
    def lines(self) -> bool:
        """Whether the text is prose that keeps its line breaks."""
        return self.spec.kind == FieldKind.TEXT


def shown(spec: FieldSpec, value: Value) -> str:
    """The value in words, in the active language; empty where nothing was filled in."""
    labels = {code: str(label) for code, label in spec.choices}
    if isinstance(value, list):
        return ", ".join(labels.get(code, code) for code in value)
    if spec.kind == FieldKind.ACCEPT:
        return _("Accepted") if value == YES else ""
    return labels.get(value, value) if labels else value


def answer_rows(content: SectionContent, values: Mapping[str, Value] | None = None) -> list[AnswerRow]:
    """The section as rows to read, in the active language. Offer and ask of a subtheme share a row, which is
    left out where both are nothing; a country that was not chosen is left out too, with the interests that
    hang on it."""
    values = content.values if values is None else values
    rows: list[AnswerRow] = []
    for group in content.groups:
        if group.counts_with and not any(values.get(name) for name in group.counts_with):
            continue
        rows += _scale_rows(group, values)
        for spec in group.fields:
            value = values.get(spec.name, empty_value(spec))
            if spec.kind == FieldKind.SCALE or (spec.kind == FieldKind.RANK and not value):
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
    """Fields where `mine` says something else than what is stored: the field, their words, my words."""
    return [
        (spec, shown(spec, content.values.get(spec.name, empty_value(spec))), shown(spec, mine[spec.name]))
        for spec in content.fields
        if spec.name in mine and mine[spec.name] != content.values.get(spec.name, empty_value(spec))
    ]
