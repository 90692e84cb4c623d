"""The form that makes a passkey, in plain words."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """allauth's form: what is ticked says what most people come for, to sign in without a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this key")
        self.fields["name"].help_text = _("So that you know it again, such as “My phone”.")
        if "passwordless" in self.fields:
            box = self.fields["passwordless"]
            box.label = _("Sign in with this key alone, without a password")
            box.help_text = _("Your phone or computer asks for your finger, your face or its code.")
            box.initial = True
