"""Forms about oneself."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.forms import PortalForm
from sdgpartners.people.models import User
from sdgpartners.people.selectors import zone_choices
from sdgpartners.programme.enums import Language


class AboutMeForm(PortalForm):
    """What everybody tells of themselves. Language names stand in their own language."""

    first_name = forms.CharField(
        label=_("First name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=Language.choices,
        help_text=_("For pages, mails and reports."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("Times are shown in this zone."),
    )


class ProfileForm(AboutMeForm):
    """The profile page."""

    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        help_text=_("With the country code, for instance +229 or +250."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )


class NewPersonForm(AboutMeForm):
    """What somebody without an account fills in to accept an invitation."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=password_validators_help_text_html(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """A password may not look like the name or the address."""
        data = super().clean() or {}
        password = data.get("password")
        if password:
            person = User(
                email=self.email,
                first_name=data.get("first_name", ""),
                last_name=data.get("last_name", ""),
            )
            try:
                validate_password(password, person)
            except forms.ValidationError as problem:
                self.add_error("password", problem)
        return data
