"""Making and ending calls, and deciding on applications, at the desk."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from applications.call_dates import CallDates
from applications.forms.zoned import in_zone, whole_minute
from applications.models import Call
from sdgpartners.core.forms import DateInput, DateTimeInput, PortalForm
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.models import Programme

_ROWS = (
    ("programme",),
    ("title_nl", "title_fr", "title_en"),
    ("code",),
    ("summary_nl", "summary_fr", "summary_en"),
    ("opens_at", "closes_at"),
    ("info_session_at", "info_session_url"),
    ("reviews_due_on", "decisions_planned_on", "start_planned_on"),
)


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
    info_session_at = forms.DateTimeField(
        label=_("Information session"), widget=DateTimeInput, required=False
    )
    info_session_url = forms.URLField(
        label=_("Address of the information session"), required=False, assume_scheme="https"
    )
    reviews_due_on = forms.DateField(label=_("Reviews due on"), widget=DateInput, required=False)
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
        """Reads the moments in the zone of the northern country."""
        data = self.cleaned_data
        zone = self._zone()
        if zone:
            for name in ("opens_at", "closes_at", "info_session_at"):
                if data.get(name):
                    data[name] = in_zone(data[name], zone)
        if "opens_at" in data and "closes_at" in data:
            data["closes_at"] = whole_minute(data["closes_at"])
            if data["closes_at"] <= data["opens_at"]:
                self.add_error("closes_at", _("The call closes after it opens."))
        return data

    def _zone(self) -> str:
        """The zone of the announcement; empty while the programme is not chosen."""
        programme: Programme | None = self.cleaned_data.get("programme")
        return programme.north_country.time_zone if programme else ""

    @property
    def rows(self) -> list[list[BoundField]]:
        """The fields that stand beside each other: the languages of a text, two dates."""
        rows = ([self[name] for name in row if name in self.fields] for row in _ROWS)
        return [row for row in rows if row]

    def texts(self, name: str) -> dict[str, str]:
        """A text in its three languages."""
        return {code: self.cleaned_data[f"{name}_{code}"] for code in LANGUAGE_CODES}

    def dates(self) -> CallDates:
        """The dates of a valid form."""
        data = self.cleaned_data
        return CallDates(
            opens_at=data["opens_at"],
            closes_at=data["closes_at"],
            time_zone=self._zone(),
            info_session_at=data["info_session_at"],
            info_session_url=data["info_session_url"],
            decisions_planned_on=data["decisions_planned_on"],
            start_planned_on=data["start_planned_on"],
            reviews_due_on=data["reviews_due_on"],
        )


class CopyForm(CallForm):
    """The name and the dates of a copy; all the rest is as in the call that is copied."""

    def __init__(self, call: Call, *args: Any, **kwargs: Any) -> None:
        self.zone = call.time_zone
        super().__init__(Programme.objects.none(), *args, **kwargs)
        for name in ("programme", "summary_nl", "summary_fr", "summary_en"):
            del self.fields[name]
        for language in LANGUAGE_CODES:
            self.fields[f"title_{language}"].initial = getattr(call, f"title_{language}")

    def _zone(self) -> str:
        return self.zone


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
