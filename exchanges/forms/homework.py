"""The form of a homework answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.forms import PortalForm


class AnswerForm(PortalForm):
    """The pair's answer; `version` is the one that the page showed."""

    text = forms.CharField(
        label=_("Your answer"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One answer of both municipalities. Your partner can change it until it is discussed."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)
