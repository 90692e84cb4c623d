"""Making and ending calls, and deciding on applications, at the desk."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.call_dates import CallDates
from applications.models import Call
from sdgpartners.core.forms import DateInput, DateTimeInput, PortalForm
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.models import Programme


class CallForm(PortalForm):
    """A new call: where it comes from, how it is called, when it is open."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"))
    code = forms.SlugField(
        label=_("Short name in the address"),
        help_text=_("Letters, digits and hyphens: globe-2026"),
        max_length=40,
    )
    title_nl = forms.CharField(label=_("Title in Dutch"), max_length=160)
    title_fr = forms.CharField(label=_("Title in French"), max_length=160)
    title_en = forms.CharField(label=_("Title in English"), max_length=160)
    summary_nl = forms.CharField(label=_("Summary in Dutch"), widget=forms.Textarea(attrs={"rows": 3}))
    summary_fr = forms.CharField(label=_("Summary in French"), widget=forms.Textarea(attrs={"rows": 3}))
    summary_en = forms.CharField(label=_("Summary in English"), widget=forms.Textarea(attrs={"rows": 3}))
    opens_at = forms.DateTimeField(
        label=_("Opens"), widget=DateTimeInput, help_text=_("In the time of the northern country.")
    )
    closes_at = forms.DateTimeField(
        label=_("Closes"),
        widget=DateTimeInput,
        help_text=_("The last minute counts in full: 23:59 ends at midnight."),
    )
    decisions_planned_on = forms.DateField(label=_("Decisions planned on"), widget=DateInput, required=False)
    start_planned_on = forms.DateField(
        label=_("Start of the partnerships planned on"), widget=DateInput, required=False
    )

    def __init__(self, programmes: QuerySet[Programme], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
        field.queryset = programmes
        field.initial = programmes.first()

    def clean_code(self) -> str:
        """A code that no other call has."""
        code: str = self.cleaned_data["code"]
        if Call.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Another call has this short name."))
        return code

    def clean(self) -> dict[str, Any]:
        """Reads both moments in the zone of the northern country."""
        data = self.cleaned_data
        programme = data.get("programme")
        if programme is not None:
            zone = ZoneInfo(programme.north_country.time_zone)
            for name in ("opens_at", "closes_at"):
                if name in data:
                    data[name] = _in_zone(data[name], zone)
        if "opens_at" in data and "closes_at" in data:
            data["closes_at"] += timedelta(seconds=59)
            if data["closes_at"] <= data["opens_at"]:
                self.add_error("closes_at", _("The call closes after it opens."))
        return data

    def texts(self, name: str) -> dict[str, str]:
        """A text in its three languages."""
        return {code: self.cleaned_data[f"{name}_{code}"] for code in LANGUAGE_CODES}

    def dates(self) -> CallDates:
        """The dates of a valid form."""
        data = self.cleaned_data
        return CallDates(
            opens_at=data["opens_at"],
            closes_at=data["closes_at"],
            time_zone=data["programme"].north_country.time_zone,
            decisions_planned_on=data["decisions_planned_on"],
            start_planned_on=data["start_planned_on"],
        )


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same wall clock in another zone: forms read what is typed in the zone of the person."""
    return timezone.make_naive(moment).replace(tzinfo=zone)


class ReasonForm(PortalForm):
    """A step that is explained to others."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)


class EligibilityForm(PortalForm):
    """Eligible or not, with the note that the municipality gets when it is not."""

    note = forms.CharField(
        label=_("Reason"),
        help_text=_(
            "Needed where the application is not eligible, or where you change a decision: it is mailed."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
