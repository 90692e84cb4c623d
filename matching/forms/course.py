"""Forms of the steps in the course of a partnership: all of them ask for the reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.forms import DateInput, PortalForm

LONGEST = 2_000
LONGEST_COUNTRY = 300


def _reason(help_text: Any = "", longest: int = LONGEST) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        help_text=help_text or _("Both municipalities read it."),
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StepForm(PortalForm):
    """A step with its reason."""

    reason = _reason()


class SuspendForm(PortalForm):
    """Why it stands still, and whether its names leave the public pages."""

    reason = _reason()
    hide_publicly = forms.BooleanField(
        label=_("Take the names off the public pages as well"),
        help_text=_("They stay off after it resumes, until somebody shows them again."),
        required=False,
        initial=True,
    )


class SuspendCountryForm(SuspendForm):
    """The same for a whole country; the reason stands on many pages, so it is short."""

    reason = _reason(_("All municipalities of the country and their partners read it."), LONGEST_COUNTRY)
    hide_publicly = forms.BooleanField(
        label=_("Take the names off the public pages as well"),
        help_text=_(
            "Also those of partnerships that are closed. They stay off after the country resumes, until somebody "
            "shows them again."
        ),
        required=False,
        initial=True,
    )


class ResumeForm(PortalForm):
    """Why it goes on, and whether its names come back to the public pages."""

    reason = _reason()
    show_publicly = forms.BooleanField(
        label=_("Show the names on the public pages again"), required=False, initial=True
    )


class ResumeCountryForm(ResumeForm):
    """The same for a whole country."""

    show_publicly = forms.BooleanField(
        label=_("Show the names on the public pages again"),
        help_text=_("Names that were off them before the country was suspended stay off."),
        required=False,
        initial=True,
    )


class EndEarlyForm(PortalForm):
    """Why it ends early, and which side wishes another partner."""

    reason = _reason()

    def __init__(self, *args: Any, sides: list[tuple[str, str]], **kwargs: Any) -> None:
        """`sides`: value and name of the municipalities that may be matched again."""
        super().__init__(*args, **kwargs)
        if sides:
            self.fields["rematch"] = forms.MultipleChoiceField(
                label=_("Who wishes another partner?"),
                help_text=_("They go back among the candidates. Ask the municipality first."),
                choices=sides,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )


class AnotherEndForm(PortalForm):
    """Another last day."""

    ends_on = forms.DateField(label=_("New last day"), widget=DateInput)
    reason = _reason(_("Your partner and the coordinators read it."))


class AnswerForm(PortalForm):
    """The reason of a decision, granted or not."""

    reason = _reason(_("Both municipalities read it."))
