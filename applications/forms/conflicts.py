"""What somebody has to do with an application; and its record at the desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.enums import ConflictGround
from sdgpartners.core.forms import PortalForm
from sdgpartners.people.models import User

NOTHING, CONFLICT = "nothing", "conflict"


class AgreeForm(PortalForm):
    """Agreeing is a tick of one's own, not a page that was passed."""

    agrees = forms.BooleanField(label=_("I have read this and I agree"))


class InterestForm(PortalForm):
    """Nothing to do with it, or a conflict with its ground."""

    interest = forms.ChoiceField(
        label=_("Do you have anything to do with this municipality?"),
        widget=forms.RadioSelect,
        choices=[
            (NOTHING, _("No, I have nothing to do with it")),
            (CONFLICT, _("Yes, I step out of this application")),
        ],
    )
    ground = forms.ChoiceField(
        label=_("If yes: why?"), widget=forms.RadioSelect, choices=ConflictGround.choices, required=False
    )
    words = forms.CharField(
        label=_("In your own words"),
        help_text=_(
            "One sentence is enough, without names of family or friends. The coordinators read it, and it stays in "
            "the record."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("interest") == CONFLICT:
            if not data.get("ground"):
                self.add_error("ground", _("Choose why."))
            elif data["ground"] == ConflictGround.OTHER and not data.get("words"):
                self.add_error("words", _("Say in one sentence what the reason is."))
        elif data.get("interest") == NOTHING and (data.get("ground") or data.get("words")):
            self.add_error("interest", _("You gave a reason: choose “Yes”, or take the reason out."))
        return data

    def said(self) -> dict[str, str]:
        """What the service takes, after is_valid()."""
        if self.cleaned_data["interest"] == NOTHING:
            return {"ground": "", "words": ""}
        return {"ground": self.cleaned_data["ground"], "words": self.cleaned_data["words"]}


class FindApplicationForm(PortalForm):
    """Whose application a conflict is entered for."""

    reference = forms.CharField(
        label=_("Reference of the application"), help_text=_("For example APP-2026-0042."), max_length=20
    )


class EnterForm(PortalForm):
    """A conflict that a coordinator knows of."""

    person = forms.ModelChoiceField(label=_("Who steps out"), queryset=User.objects.none())
    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect, choices=ConflictGround.choices)
    words = forms.CharField(
        label=_("What it rests on"),
        help_text=_("Stays in the record. The person reads that you entered it, not this text."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
    )

    def __init__(self, people: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
        field.queryset = people


class LiftForm(PortalForm):
    """Why a conflict is taken away."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)
