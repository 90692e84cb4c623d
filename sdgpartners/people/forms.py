"""Forms about oneself."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.errors import DomainError
from sdgpartners.core.forms import PortalForm, refuse_links
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import User
from sdgpartners.people.selectors import check_domain, near_zone_choices, zone_choices
from sdgpartners.programme.enums import Language
from sdgpartners.programme.forms import MunicipalityField


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

    # Hundreds of zones are no question for somebody who comes in.
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=near_zone_choices,
        help_text=_("Times are shown in this zone. You can choose another one later, in your profile."),
    )
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


JOIN_ROLES = (
    (MunicipalRole.CONTRIBUTOR, _("Contributor: I write along")),
    (MunicipalRole.EDITOR, _("Editor: I start the application and send it for signature")),
    (MunicipalRole.SIGNATORY, _("Signatory: I sign for the municipality (mayor, general director)")),
)


class JoinForm(PortalForm):
    """What somebody without a seat tells, to be let in by the association."""

    municipality = MunicipalityField()
    first_name = forms.CharField(
        label=_("First name"),
        max_length=80,
        validators=[refuse_links],
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=80,
        validators=[refuse_links],
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    job_title = forms.CharField(
        label=_("Your function at the municipality"),
        max_length=120,
        validators=[refuse_links],
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = forms.EmailField(
        label=_("Your work e-mail address"),
        help_text=_("On the municipality's own domain, where it has one. No Gmail or Hotmail."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    role = forms.ChoiceField(
        label=_("What will you do?"),
        choices=JOIN_ROLES,
        initial=MunicipalRole.EDITOR,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(label=_("Language of our mails"), choices=Language.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["municipality"]
        assert isinstance(place, MunicipalityField)  # noqa: S101 (for the type checker)
        place.offer()

    def clean(self) -> dict[str, Any]:
        """The rule on the address stands beside it."""
        data = super().clean() or {}
        if data.get("municipality") and data.get("email"):
            try:
                check_domain(data["municipality"], data["email"])
            except DomainError as refusal:
                self.add_error("email", str(refusal))
        return data


class JoinDecisionForm(PortalForm):
    """The association's answer to somebody who asks to join."""

    phoned = forms.BooleanField(
        label=_("I have checked by phone that this person works there"),
        help_text=_("Needed where the address is not on the municipality's own domain."),
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason, when you refuse"),
        help_text=_("The person gets this text."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
