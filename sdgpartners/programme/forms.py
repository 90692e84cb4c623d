"""Choosing a municipality by typing: a field with all names as suggestions, and no script."""

import difflib
import re
import unicodedata
from collections import Counter
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from sdgpartners.programme.models import Municipality

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def simple(name: str) -> str:
    """A name without accents, capitals, spaces and signs, for comparing what people type."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return _NOT_A_LETTER.sub("", "".join(letter for letter in plain if not unicodedata.combining(letter)))


class SuggestingInput(forms.TextInput):
    """A text field with a <datalist>; `suggestions` are values with a word beside each."""

    suggestions: list[tuple[str, str]] = []

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = {**self.attrs, **(attrs or {}), "name": name, "type": "text"}
        given["list"] = f"{given.get('id', name)}-list"
        if value:
            given["value"] = value
        options = format_html_join("", '<option value="{}">{}</option>', self.suggestions)
        return format_html('<input{}><datalist id="{}">{}</datalist>', flatatt(given), given["list"], options)


class MunicipalityField(forms.CharField):
    """The name of a municipality that exists today, in some countries; cleans to its row.

    Accents and capitals do not matter. A name that is gone says what it is part of now; an unknown one what
    is meant, perhaps. Call `offer` with the codes of the countries before the form is used.
    """

    widget = SuggestingInput
    default_error_messages = {
        "unknown": _("We do not know “%(name)s”. Choose a name from the list."),
        "meant": _("We do not know “%(name)s”. Do you mean %(near)s?"),
        "merged": _("%(name)s has merged: fill in %(successor)s."),
        "several": _("There are several with this name: write the country behind it, such as “%(example)s”."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Which municipality, commune or district?"))
        kwargs.setdefault("max_length", 120)
        super().__init__(**kwargs)
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        self._countries: list[str] | None = None

    def offer(self, countries: list[str] | None = None) -> None:
        """Take municipalities of these countries (codes), or of all; one statement."""
        self._countries = countries
        rows = self._rows().values_list("name", "country__code").order_by("name")
        known = list(rows)
        twice = {name for name, number in Counter(name for name, _code in known).items() if number > 1}
        shown = [(f"{name} ({code})" if name in twice else name, code) for name, code in known]
        widget: Any = self.widget
        widget.suggestions = shown

    def _rows(self) -> Any:
        rows = Municipality.objects.filter(successor=None, is_test=False)
        return rows if self._countries is None else rows.filter(country__in=self._countries)

    def to_python(self, value: Any) -> Any:
        """The row, or None where nothing was typed."""
        if isinstance(value, Municipality):
            return value
        typed = str(super().to_python(value) or "")
        return self._find(typed) if typed else None

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The limits of a text have been looked at with the text."""

    def _find(self, typed: str) -> Municipality:
        if len(typed) > (self.max_length or 120):
            raise self._error("unknown", name=f"{typed[:40]}…")
        wanted = simple(typed)
        rows: dict[str, list[Municipality]] = {}
        for row in self._rows().select_related("country"):
            for name in (row.name, row.alt_name, f"{row.name} {row.country_id}"):
                if name:
                    rows.setdefault(simple(name), []).append(row)
        found = list({row.pk: row for row in rows.get(wanted, [])}.values())
        exact = [row for row in found if simple(row.name) == wanted] or found
        if len(exact) > 1:
            raise self._error("several", example=f"{exact[0].name} ({exact[0].country_id})")
        if exact:
            return exact[0]
        self._say_merged(typed, wanted)
        near = difflib.get_close_matches(wanted, rows, n=1, cutoff=0.7)
        if near:
            raise self._error("meant", name=typed, near=rows[near[0]][0].name)
        raise self._error("unknown", name=typed)

    def _say_merged(self, typed: str, wanted: str) -> None:
        gone = Municipality.objects.filter(Q(successor__isnull=False) | Q(merged_from__gt="")).select_related(
            "successor"
        )
        for row in gone if wanted else ():
            if row.successor is not None and simple(row.name) == wanted:
                raise self._error("merged", name=typed, successor=row.successor.name)
            if wanted in map(simple, row.merged_from.split("+")):
                raise self._error("merged", name=typed, successor=row.name)

    def _error(self, code: str, **params: str) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code, params=params)
