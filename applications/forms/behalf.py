"""For which municipality an association starts an application."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.forms import PortalForm
from sdgpartners.programme.models import Municipality


class BehalfForm(PortalForm):
    """One of the municipalities in scope; their names are ordered by country."""

    municipality = forms.ChoiceField(
        label=_("Municipality"),
        error_messages={"invalid_choice": _("Choose a municipality of the list.")},
    )

    def __init__(self, municipalities: Iterable[Municipality], *args: Any, **kwargs: Any) -> None:
        self.municipalities = {f"{each.country_id}-{each.code}": each for each in municipalities}
        super().__init__(*args, **kwargs)
        field = self.fields["municipality"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("Choose a municipality")),
                *((key, f"{each.name} ({each.country})") for key, each in self.municipalities.items()),
            ]

    @property
    def chosen(self) -> Municipality:
        """The municipality of a valid form."""
        return self.municipalities[self.cleaned_data["municipality"]]
