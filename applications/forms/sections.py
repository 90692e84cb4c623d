"""The form of a section, made from its description. It keeps whatever was typed; what is missing is told, not
lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.answers import shown
from applications.fields import (
    CHOOSERS,
    YES,
    FieldGroup,
    FieldKind,
    FieldSpec,
    SectionContent,
    Text,
    Value,
    Values,
    group_counts,
    is_asked,
    normalise,
    problems_of,
)
from applications.forms.goals import BoundGoal, bound_goals
from applications.names import PARTNER
from sdgpartners.core.forms import DateInput, PortalForm

_INPUT_TYPES = {FieldKind.EMAIL: "email", FieldKind.PHONE: "tel"}
# More answers than these are a list to choose from, not a column of buttons.
MOST_RADIOS = 8


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field on the page: its input, what describes it, and its condition in words."""

    bound: BoundField
    spec: FieldSpec
    asked: bool = True
    # For the script that shows and hides: the name of the other field and the answers, with blanks between.
    after: str = ""
    answers: str = ""
    # `Only if you answered “Yes” to “...”`, for pages without the script.
    only_if: str = ""
    goals: tuple[BoundGoal, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundGroup:
    """A group of the form: its rows, each a context (a subtheme, or empty) with its fields."""

    title: Text
    help: Text
    # Shut groups belong to a country that was not chosen; they open at a touch.
    shut: bool
    # For the script: the fields that open the group once one of them is chosen, with blanks between.
    opens_with: str
    rows: tuple[tuple[Text, tuple[ShownField, ...]], ...]


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
        """What was typed in each field, as it can be kept, whether or not it is complete; files are not typed
        and stand as they are stored."""
        return {spec.name: self._typed(spec) for spec in self.content.fields}

    def _typed(self, spec: FieldSpec) -> Value:
        if spec.kind == FieldKind.FILE:
            return self.content.values[spec.name]
        widget = self.fields[spec.name].widget
        raw = widget.value_from_datadict(self.data, self.files, self.add_prefix(spec.name))
        return normalise(spec, raw)

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
            shut = chosen and not group_counts(group, values)
            opens_with = " ".join(self.add_prefix(name) for name in group.counts_with)
            yield BoundGroup(group.title, group.help, shut, opens_with, tuple(self._rows(group, values)))

    def _rows(self, group: FieldGroup, values: Values) -> Iterator[tuple[Text, tuple[ShownField, ...]]]:
        pair: list[ShownField] = []
        for spec in group.fields:
            if spec.kind != FieldKind.SCALE:
                yield "", (self._shown(spec, values),)
                continue
            pair.append(self._shown(spec, values))
            if len(pair) == 2:
                yield spec.context, tuple(pair)
                pair = []

    def _shown(self, spec: FieldSpec, values: Values) -> ShownField:
        bound = self[spec.name]
        goals = bound_goals(bound) if spec.kind == FieldKind.GOALS else ()
        if spec.shown_if is None:
            return ShownField(bound, spec, goals=goals)
        name, codes = spec.shown_if
        earlier = self.content.field(name)
        return ShownField(
            bound,
            spec,
            asked=is_asked(self.content, spec, values),
            after=self.add_prefix(name),
            answers=" ".join(codes),
            only_if=_only_if(earlier, codes),
            goals=goals,
        )


def _only_if(earlier: FieldSpec | None, codes: tuple[str, ...]) -> str:
    if earlier is None:
        return ""
    if not codes:
        return _("Only if you answered “%(question)s”.") % {"question": earlier.full_label}
    return _("Only if you answered %(answers)s to “%(question)s”.") % {
        "answers": _(" or ").join(f"“{shown(earlier, code)}”" for code in codes),
        "question": earlier.full_label,
    }


def _initial(spec: FieldSpec, value: Value) -> object:
    return value == YES if spec.kind == FieldKind.ACCEPT else value


def _field(spec: FieldSpec) -> forms.Field:
    """A field that refuses nothing by itself: all checks are in `problems_of`."""
    shared: dict[str, Any] = {"label": spec.label, "help_text": spec.help, "required": False}
    if spec.kind == FieldKind.ACCEPT:
        return forms.BooleanField(**shared)
    if spec.kind == FieldKind.FILE:
        return _AnyFile(widget=forms.FileInput, **shared)
    if spec.kind in (FieldKind.SEVERAL, FieldKind.GOALS):
        boxes = forms.CheckboxSelectMultiple(
            {"class": "form-check-input"} if spec.kind == FieldKind.GOALS else {}
        )
        return _AnyChoices(choices=spec.choices, widget=boxes, **shared)
    if spec.kind in CHOOSERS or spec.kind == FieldKind.SCALE:
        return _chooser(spec, shared)
    return forms.CharField(widget=_text_widget(spec), strip=False, **shared)


def _chooser(spec: FieldSpec, shared: dict[str, Any]) -> forms.Field:
    if spec.kind == FieldKind.SCALE:
        return _AnyChoice(choices=spec.choices, **shared)
    if spec.kind == FieldKind.RANK:
        return _AnyChoice(choices=(("", gettext_lazy("Not this country")), *spec.choices), **shared)
    if len(spec.choices) <= MOST_RADIOS and not spec.name.startswith(PARTNER):
        return _AnyChoice(choices=spec.choices, widget=forms.RadioSelect, **shared)
    return _AnyChoice(choices=(("", gettext_lazy("Nothing chosen")), *spec.choices), **shared)


class _AnyChoice(forms.ChoiceField):
    """Unknown codes are dropped by `normalise`, not refused twice."""

    def validate(self, value: Any) -> None:
        return


class _AnyChoices(forms.MultipleChoiceField):
    """Like `_AnyChoice`, for several."""

    def validate(self, value: Any) -> None:
        return


class _AnyFile(forms.FileField):
    """Looks at no upload: a service checks the content and says what is wrong with it."""

    def clean(self, data: Any, initial: Any = None) -> None:
        return


def _text_widget(spec: FieldSpec) -> forms.Widget:
    attributes: dict[str, Any] = {"autocomplete": spec.autocomplete or "off"}
    if spec.kind == FieldKind.DATE:
        return DateInput(attributes)
    if spec.kind in (FieldKind.TEXT, FieldKind.LINE):
        # What people type may run from right to left.
        attributes["dir"] = "auto"
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
