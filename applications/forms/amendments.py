"""The correction of a public call: everything as it stands, to be typed over, and why."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.forms.zoned import in_zone, wall_clock, whole_minute
from applications.models import Call, Track
from applications.selectors.amendable import Amendable, ValueKind
from sdgpartners.core.display import zone_name
from sdgpartners.core.forms import DateInput, DateTimeInput, PortalForm
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.selectors import active_municipalities

_ORDER = ("nl", "fr", "en")
_PARTS = {
    "call": _("Dates and texts of the call"),
    "track": _("Places and who may take part"),
    "question": _("Questions"),
    "commitment": _("Commitments"),
}


class AmendForm(PortalForm):
    """One field (three for a text) for each thing that may be corrected; `read` is the newest amendment when the
    page was made."""

    read = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, call: Call, amendable: Mapping[str, Amendable], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call, self.amendable = call, amendable
        for field in amendable.values():
            for name, made in self._fields_of(field):
                self.fields[name] = made
        for language in _ORDER:
            self.fields[f"reason_{language}"] = forms.CharField(
                label=format_lazy(_("Why ({language})"), language=language),
                widget=forms.Textarea(attrs={"rows": 2}),
                max_length=2000,
            )

    def _fields_of(self, field: Amendable) -> Iterator[tuple[str, forms.Field]]:
        name, label = _name(field.path), field.label
        if field.kind == ValueKind.TEXT:
            required = field.name != "help"
            for language in _ORDER:
                column = f"{field.name}_{language}"
                long = field.row._meta.get_field(column).max_length is None
                yield (
                    f"{name}-{language}",
                    forms.CharField(
                        label=format_lazy("{label} ({language})", label=label, language=language),
                        initial=getattr(field.row, column),
                        required=required,
                        max_length=field.row._meta.get_field(column).max_length,
                        widget=forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput(),
                    ),
                )
        else:
            yield name, self._plain(field, label)

    def _plain(self, field: Amendable, label: Any) -> forms.Field:
        value = None if field.kind == ValueKind.PLACES else getattr(field.row, field.name)
        match field.kind:
            case ValueKind.MOMENT:
                shown = wall_clock(value, self.call.time_zone)
                required = field.name == "closes_at"
                return forms.DateTimeField(
                    label=label,
                    initial=shown,
                    widget=DateTimeInput,
                    required=required,
                    help_text=self._clock(),
                )
            case ValueKind.DATE:
                return forms.DateField(label=label, initial=value, widget=DateInput, required=False)
            case ValueKind.NUMBER:
                least = 1
                return forms.IntegerField(label=label, initial=value, min_value=least, max_value=5000)
            case ValueKind.FLAG:
                return forms.BooleanField(label=label, initial=value, required=False)
            case ValueKind.PLACES:
                return self._places(field.row, label)
            case _:
                return forms.URLField(label=label, initial=value, required=False, assume_scheme="https")

    def _clock(self) -> Any:
        return format_lazy(_("On the clock of {zone}."), zone=zone_name(self.call.time_zone))

    def _places(self, track: Track, label: Any) -> forms.Field:
        return forms.ModelMultipleChoiceField(
            active_municipalities(track.partner_country.country).order_by("name"),
            label=label,
            initial=[place.pk for place in track.eligible.all()],
            required=False,
            widget=forms.SelectMultiple(attrs={"size": 8}),
            help_text=_("Nobody chosen: every municipality of the country."),
        )

    @property
    def parts(self) -> list[tuple[Any, list[list[BoundField]], bool]]:
        """The fields by part, in rows (a text in its three languages is one), each part with whether one of its
        fields is refused."""
        found = []
        for part, title in _PARTS.items():
            names = [name for name in self.fields if name.startswith(f"{part}-")]
            if names:
                rows = [[self[name] for name in row] for _text, row in groupby(names, _text_of)]
                found.append((title, rows, any(name in self.errors for name in names)))
        return found

    @property
    def reason_fields(self) -> list[BoundField]:
        """Why, in the three languages."""
        return [self[f"reason_{language}"] for language in _ORDER]

    def changes(self) -> dict[str, object]:
        """What a valid form says, by path, as `amend_call` takes it."""
        return {path: self._typed(field) for path, field in self.amendable.items()}

    def _typed(self, field: Amendable) -> object:
        data, name = self.cleaned_data, _name(field.path)
        if field.kind == ValueKind.TEXT:
            return {language: data[f"{name}-{language}"] for language in LANGUAGE_CODES}
        if field.kind != ValueKind.MOMENT:
            return data[name]
        before = getattr(field.row, field.name)
        if data[name] is None:
            return None
        typed = in_zone(data[name], self.call.time_zone)
        # The form knows minutes: what was not typed over stays to the second.
        if before is not None and typed.replace(tzinfo=None) == wall_clock(before, self.call.time_zone):
            return before
        return whole_minute(typed) if field.name == "closes_at" else typed

    def reasons(self) -> dict[str, str]:
        """Why, in the three languages."""
        return {language: self.cleaned_data[f"reason_{language}"] for language in LANGUAGE_CODES}


def _text_of(name: str) -> str:
    """What the languages of one text have in common: the name without its language."""
    text, _dash, language = name.rpartition("-")
    return text if language in LANGUAGE_CODES else name


def _name(path: str) -> str:
    return path.replace(".", "-")
