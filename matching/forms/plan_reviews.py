"""The review of a joint plan: each side writes what it has learned, both write what changes."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sdgpartners.core.forms import PortalForm
from sdgpartners.programme.enums import Side

LONGEST = 4_000


class PlanReviewForm(PortalForm):
    """The part of one's own side (`sides`, with its name) and what changes; it knows the version that was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, data: Any = None, *, sides: dict[Side, str], version: int, initial: dict[str, str]
    ) -> None:
        super().__init__(data, initial={**initial, "version": version})
        for side, name in sides.items():
            self.fields[f"learned_{side.value}"] = _long(
                _("What %(name)s has learned and changed") % {"name": name}
            )
        self.fields["adjusts"] = _long(
            gettext_lazy("What the plan changes from here on"),
            gettext_lazy("Questions, activities, what you want to change. Nothing changes? Write that."),
        )

    def take_version(self, version: int) -> None:
        """Let the typed text stand on `version`, after a conflict that the person has seen."""
        self.data = {**dict(self.data.items()), "version": str(version)}

    def typed(self) -> dict[str, str]:
        """The parts that were written, of a valid form."""
        return {name: text for name, text in self.cleaned_data.items() if name != "version"}


def _long(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
