"""Fields for a text in three languages."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from exchanges.texts import Texts
from sdgpartners.core.text import LANGUAGE_CODES


def text_fields(name: str, label: str | Promise, *, long: bool = False) -> dict[str, forms.CharField]:
    """Three fields `<name>_en`, `<name>_fr`, `<name>_nl`: “Title (fr)”."""
    fields = {}
    for code in LANGUAGE_CODES:
        options: dict[str, Any] = (
            {"widget": forms.Textarea(attrs={"rows": 5})} if long else {"max_length": 120}
        )
        words = format_lazy("{label} ({language})", label=label, language=code)
        fields[f"{name}_{code}"] = forms.CharField(label=words, **options)
    return fields


def texts_of(cleaned: dict[str, Any], name: str) -> Texts:
    """What was filled in for `name`."""
    return Texts(**{code: cleaned[f"{name}_{code}"] for code in LANGUAGE_CODES})


class ReasonForm(forms.Form):
    """A step that needs a reason."""

    use_required_attribute = False

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
