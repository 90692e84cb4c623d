"""What a coordinator fills in to send an application back, and to put two together."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.enums import Section
from sdgpartners.core.forms import PortalForm


def in_zone(moment: datetime, zone: str) -> datetime:
    """The wall clock that was typed, in the call's zone, to the end of its minute: forms read it in the zone of
    the person."""
    naive = timezone.make_naive(moment) if timezone.is_aware(moment) else moment
    return naive.replace(tzinfo=ZoneInfo(zone)) + timedelta(seconds=59)


def _moment() -> forms.DateTimeField:
    return forms.DateTimeField(
        label=_("Answer until"),
        help_text=_("In the time zone of the call."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class ChangeRequestForm(PortalForm):
    """Which parts, why, and until when."""

    sections = forms.MultipleChoiceField(
        label=_("Parts that may be changed"), widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("What has to change"),
        help_text=_("The municipality gets this text by mail and sees it while it changes its answers."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
    )
    due_at = _moment()

    def __init__(self, sections: Iterable[Section], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sections"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(section.value, section.label) for section in sections]


class ProlongForm(PortalForm):
    """More time for changes that were asked for."""

    due_at = _moment()


class MergeReasonForm(PortalForm):
    """Why two applications are one; both municipalities read it."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Both municipalities get this text by mail."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )
