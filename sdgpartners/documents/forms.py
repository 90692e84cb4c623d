"""What a report is asked for with, and how an upload is begun."""

from django import forms

from sdgpartners.core.forms import PortalForm
from sdgpartners.programme.enums import Language


class ReportRequestForm(PortalForm):
    """Kind and subject come hidden from the page that offers the report; the person chooses the language."""

    kind = forms.SlugField(max_length=40, widget=forms.HiddenInput)
    subject = forms.CharField(max_length=60, widget=forms.HiddenInput)
    language = forms.ChoiceField(choices=Language.choices)


class UploadForm(forms.Form):
    """The name and size of a file that comes in pieces, and the room it is for. The browser's script fills it in."""

    name = forms.CharField(max_length=255)
    size = forms.IntegerField(min_value=0)
    purpose = forms.SlugField(max_length=30)
