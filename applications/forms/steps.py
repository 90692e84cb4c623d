"""Forms of the steps around an application."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.forms import PortalForm
from sdgpartners.programme.models import Municipality


class StartForm(PortalForm):
    """For whom one applies: a choice only for people who work for several municipalities."""

    municipality = forms.ChoiceField(label=_("Municipality"), widget=forms.RadioSelect)

    def __init__(
        self, municipalities: Iterable[Municipality], *args: Any, withdrawn: Iterable[str] = (), **kwargs: Any
    ) -> None:
        self.municipalities = {f"{each.country_id}-{each.code}": each for each in municipalities}
        super().__init__(*args, **kwargs)
        field = self.fields["municipality"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [(key, each.name) for key, each in self.municipalities.items()]
        if len(self.municipalities) == 1:
            field.initial = next(iter(self.municipalities))
        if references := ", ".join(withdrawn):
            self.fields["take_over"] = forms.BooleanField(
                label=gettext("Take over what was written in %(references)s") % {"references": references},
                help_text=_("That application was withdrawn. Commitments are accepted anew."),
                initial=True,
                required=False,
            )

    @property
    def chosen(self) -> Municipality:
        """The municipality of a valid form."""
        return self.municipalities[self.cleaned_data["municipality"]]


class DeclineForm(PortalForm):
    """Why somebody does not sign."""

    reason = forms.CharField(
        label=_("What has to change before you sign?"),
        help_text=_("The colleague who asked you gets this text."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )


class WithdrawForm(PortalForm):
    """Why an application is taken back; nobody has to say."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("You may leave this empty."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )


class ExceptionCodeForm(StartForm):
    """The code with which an association admits a late municipality."""

    code = forms.CharField(
        label=_("Exception code"),
        help_text=_("Eight letters and digits, from the association."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
