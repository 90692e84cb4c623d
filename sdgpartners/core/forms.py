"""What all forms of the portal share."""

import re

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

# What a mail would show as a link: the portal writes to addresses that strangers fill in.
_LINK = re.compile(r"://|@|\bwww\.|\.(?:com|net|org|edu|gov|int|mil)\b", re.IGNORECASE)


def refuse_links(text: str) -> None:
    """Validator of names and functions that people without an account type. Raises ValidationError."""
    if _LINK.search(text):
        raise forms.ValidationError(_("Leave out web and mail addresses here."), code="link")


class PortalFormMixin:
    """A crispy form without its own <form> tag: the page writes tag, token, error summary and button."""

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_show_errors = True
        helper.error_text_inline = True
        return helper


class PortalForm(PortalFormMixin, forms.Form):
    """Base of plain forms."""

    use_required_attribute = False


class PortalModelForm(PortalFormMixin, forms.ModelForm):  # type: ignore[type-arg]
    """Base of forms over a model."""

    use_required_attribute = False


class DateInput(forms.DateInput):
    """The browser's own date field; it always speaks ISO, whatever the page's language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own date-and-time field."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")
