"""The form that takes 20 seconds on a phone."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from exchanges.enums import ContactKind
from sdgpartners.core import clock
from sdgpartners.core.forms import DateInput, PortalForm
from sdgpartners.people.models import User


class ContactForm(PortalForm):
    """One choice, a day that is filled in already, one line that may stay empty."""

    kind = forms.ChoiceField(
        label=_("How were you in touch?"), choices=ContactKind.choices, widget=forms.RadioSelect()
    )
    held_on = forms.DateField(label=_("On which day?"), widget=DateInput())
    note = forms.CharField(
        label=_("What was it about?"), max_length=500, required=False, help_text=_("One line is enough.")
    )
    form_token = forms.UUIDField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"held_on": clock.today(person.time_zone), "form_token": uuid4()}
        super().__init__(*args, **kwargs)
        self.fields["held_on"].widget.attrs["max"] = clock.today(person.time_zone).isoformat()
