"""The form of a section, made from its description. It keeps whatever was typed; what is missing is told, not
lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.fields import (
    YES,
    FieldGroup,
    FieldKind,
    FieldSpec,
    SectionContent,
    Text,
    Value,
    Values,
    normalise,
    problems_of,
)
from sdgpartners.core.forms import PortalForm

_INPUT_TYPES = {FieldKind.EMAIL: "email", FieldKind.PHONE: "tel"}


@dataclass(frozen=True, slots=True)
class BoundGroup:
    """A group of the form: its rows, each a context (a subtheme, or empty) with its fields."""

    title: Text
    help: Text
    # Shut groups belong to a country that was not chosen; they open at a touch.
    shut: bool
    rows: tuple[tuple[Text, tuple[BoundField, ...]], ...]


class SectionForm(PortalForm):
    """The fields of one section. `content` describes them and holds what is stored."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, content: SectionContent, *args: Any, version: int = 0, **kwargs: Any) -> None:
        self.content = content
        initial = {spec.name: _initial(spec, content.values[spec.name]) for spec in content.fields}
        super().__init__(*args, **kwargs)
        self.initial = {**initial, "version": version, **self.initial}
        for spec in content.fields:
            self.fields[spec.name] = _field(spec)

    def typed(self) -> Values:
        """What was typed in each field, as it can be kept, whether or not it is complete."""
        return {
            spec.name: normalise(
                spec,
                self.fields[spec.name].widget.value_from_datadict(
                    self.data, self.files, self.add_prefix(spec.name)
                ),
            )
            for spec in self.content.fields
        }

    def typed_version(self) -> int:
        """The version of the section that the page was made from; 0 where it was tampered with."""
        raw = str(self.data.get(self.add_prefix("version"), ""))
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0

    def clean(self) -> dict[str, Any]:
        """Adds every problem of the section to its field."""
        for problem in problems_of(self.content, self.content.values | self.typed()):
            self.add_error(problem.name, str(problem.message))
        return self.cleaned_data

    def groups(self) -> Iterator[BoundGroup]:
        """The fields under their headings, for the template."""
        values = self.content.values | (self.typed() if self.is_bound else {})
        chosen = any(values.get(name) for group in self.content.groups for name in group.counts_with)
        for group in self.content.groups:
            unchosen = bool(group.counts_with) and not any(values.get(name) for name in group.counts_with)
            yield BoundGroup(group.title, group.help, chosen and unchosen, tuple(self._rows(group)))

    def _rows(self, group: FieldGroup) -> Iterator[tuple[Text, tuple[BoundField, ...]]]:
        pair: list[BoundField] = []
        for spec in group.fields:
            if spec.kind != FieldKind.SCALE:
                yield "", (self[spec.name],)
                continue
            pair.append(self[spec.name])
            if len(pair) == 2:
                yield spec.context, tuple(pair)
                pair = []


def _initial(spec: FieldSpec, value: Value) -> object:
    return value == YES if spec.kind == FieldKind.ACCEPT else value


def _field(spec: FieldSpec) -> forms.Field:
    """A field that refuses nothing by itself: all checks are in `problems_of`."""
    shared: dict[str, Any] = {"label": spec.label, "help_text": spec.help, "required": False}
    if spec.kind == FieldKind.ACCEPT:
        return forms.BooleanField(**shared)
    if spec.kind == FieldKind.SEVERAL:
        return _AnyChoices(choices=spec.choices, widget=forms.CheckboxSelectMultiple, **shared)
    if spec.kind in (FieldKind.CHOICE, FieldKind.YES_NO):
        return _AnyChoice(choices=spec.choices, widget=forms.RadioSelect, **shared)
    if spec.kind == FieldKind.RANK:
        return _AnyChoice(choices=(("", gettext_lazy("Not this country")), *spec.choices), **shared)
    if spec.kind == FieldKind.SCALE:
        return _AnyChoice(choices=spec.choices, **shared)
    return forms.CharField(widget=_text_widget(spec), strip=False, **shared)


class _AnyChoice(forms.ChoiceField):
    """Unknown codes are dropped by `normalise`, not refused twice."""

    def validate(self, value: Any) -> None:
        return


class _AnyChoices(forms.MultipleChoiceField):
    """Like `_AnyChoice`, for several."""

    def validate(self, value: Any) -> None:
        return


def _text_widget(spec: FieldSpec) -> forms.Widget:
    attributes: dict[str, Any] = {"autocomplete": spec.autocomplete or "off"}
    if spec.kind == FieldKind.TEXT:
        if spec.word_limit is not None:
            attributes |= {
                "data-word-limit": spec.word_limit,
                # The browser fills in the figures while somebody types.
                "data-word-count-text": _("%(used)s of %(limit)s words"),
            }
        return forms.Textarea(attrs=attributes | {"rows": 6})
    if spec.kind == FieldKind.NUMBER:
        attributes["inputmode"] = "decimal"
    widget = forms.TextInput(attrs=attributes)
    widget.input_type = _INPUT_TYPES.get(spec.kind, "text")
    return widget
