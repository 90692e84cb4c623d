"""The text of agreements in its three languages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.agreement_words import missing_placeholders, names_one_more, unknown_placeholders
from sdgpartners.core.forms import DateInput, PortalForm
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.models import Programme

ORDER = ("nl", "fr", "en")
LABELS = {
    "nl": gettext_lazy("Text in Dutch"),
    "fr": gettext_lazy("Text in French"),
    "en": gettext_lazy("Text in English"),
}


class AgreementTextForm(PortalForm):
    """What stands in braces must be known and what is needed be there; both parties are named equally often."""

    programme = forms.ModelChoiceField(label=gettext_lazy("Programme"), queryset=Programme.objects.none())
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        widget=DateInput,
        help_text=gettext_lazy(
            "Agreements that nobody has signed yet take this text over on that day; signed ones keep theirs."
        ),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        programmes: QuerySet[Programme],
        initial: Mapping[str, Any],
        bodies: Mapping[str, str],
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        for language in ORDER:
            self.fields[f"body_{language}"] = forms.CharField(
                label=LABELS[language],
                max_length=20_000,
                initial=bodies[language],
                widget=forms.Textarea(attrs={"rows": 18, "lang": language}),
            )

    def clean(self) -> dict[str, Any]:
        """Names each placeholder that is unknown or missing, at its field."""
        for language in LANGUAGE_CODES:
            name = f"body_{language}"
            text = self.cleaned_data.get(name)
            if text is None:
                continue
            for wrong in unknown_placeholders(text):
                self.add_error(name, _("“%(name)s” in braces is not known here.") % {"name": wrong})
            for missing in missing_placeholders(text):
                self.add_error(name, _("%(name)s is missing.") % {"name": f"{{{missing}}}"})
            if text and names_one_more(text):
                self.add_error(name, _("Name {north} as often as {south}: the two are equal partners."))
        return self.cleaned_data

    def bodies(self) -> dict[str, str]:
        """The texts by language, of a valid form."""
        return {code: self.cleaned_data[f"body_{code}"] for code in LANGUAGE_CODES}
