"""Forms about sessions."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exchanges.enums import AttendanceKind
from exchanges.forms.texts import text_fields, texts_of
from exchanges.models import Session
from exchanges.selectors.sessions import SESSION_ROLES, AttendanceLine
from exchanges.texts import Texts
from sdgpartners.core.display import zone_name
from sdgpartners.core.forms import DateInput, PortalForm
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Language
from sdgpartners.programme.models import PartnerCountry


class SessionForm(PortalForm):
    """Time, words and people of a session of one country. The time is the one on the clock of its zone."""

    day = forms.DateField(label=_("Day"), widget=DateInput())
    starts = forms.TimeField(
        label=_("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    time_zone = forms.ChoiceField(label=_("On the clock of"))
    minutes_long = forms.IntegerField(label=_("Length in minutes"), min_value=15, max_value=600, initial=180)
    agenda = forms.CharField(
        label=_("Agenda"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One point a line."),
    )
    link = forms.URLField(label=_("Link to join"), required=False, assume_scheme="https")
    working_languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        choices=Language.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )
    facilitator = forms.ModelChoiceField(
        label=_("Facilitator"), queryset=User.objects.none(), required=False, empty_label=_("Nobody yet")
    )

    def __init__(
        self, *args: Any, partner_country: PartnerCountry, session: Session | None = None, **kwargs: Any
    ) -> None:
        if session is not None:
            kwargs.setdefault("initial", _initial(session))
        super().__init__(*args, **kwargs)
        self.fields = {**text_fields("title", _("Title")), **self.fields}
        zones = [partner_country.country.time_zone, partner_country.programme.north_country.time_zone]
        if session is not None:
            zones.append(session.time_zone)
        choices = [(zone, zone_name(zone)) for zone in dict.fromkeys(zones)]
        self.fields["time_zone"].choices = choices  # type: ignore[attr-defined]
        self.fields["facilitator"].queryset = facilitators(partner_country)  # type: ignore[attr-defined]

    @property
    def titles(self) -> Texts:
        return texts_of(self.cleaned_data, "title")

    @property
    def starts_at(self) -> datetime:
        """The aware moment."""
        zone = ZoneInfo(self.cleaned_data["time_zone"])
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["starts"], tzinfo=zone)

    @property
    def words(self) -> dict[str, Any]:
        """What `plan_session` and `edit_session` take beside titles and time."""
        kept = {name: self.cleaned_data[name] for name in ("agenda", "link", "facilitator")}
        return {**kept, "working_languages": ",".join(self.cleaned_data["working_languages"])}


def _initial(session: Session) -> dict[str, Any]:
    here = session.starts_at.astimezone(ZoneInfo(session.time_zone))
    names = ("title_en", "title_fr", "title_nl", "time_zone", "minutes_long", "agenda", "link", "facilitator")
    return {
        **{name: getattr(session, name) for name in names},
        "day": here.date(),
        "starts": here.time(),
        "working_languages": [code for code in session.working_languages.split(",") if code],
    }


def facilitators(partner_country: PartnerCountry) -> QuerySet[User]:
    """Who can facilitate: coordinators and facilitators of the country's association and of the
    programme's lead.
    """
    associations = (partner_country.association_id, partner_country.programme.lead_association_id)
    seat = Q(
        association_seats__association__in=associations,
        association_seats__role__in=SESSION_ROLES,
        association_seats__ended_at__isnull=True,
    )
    return User.objects.filter(seat, is_active=True).distinct().order_by("last_name", "first_name")


class CountryForm(PortalForm):
    """For which country a session is planned; asked where a person plans for several."""

    country = forms.ChoiceField(label=_("Country"))

    def __init__(self, *args: Any, countries: list[PartnerCountry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.country.code, str(row.country)) for row in countries]
        self.fields["country"].choices = choices  # type: ignore[attr-defined]


class MinutesForm(PortalForm):
    """What was said, and where it can be seen again."""

    minutes = forms.CharField(label=_("Minutes"), widget=forms.Textarea(attrs={"rows": 8}))
    recording = forms.URLField(label=_("Link to the recording"), required=False, assume_scheme="https")


class HomeworkForm(PortalForm):
    """What the partnerships take along."""

    due_on = forms.DateField(
        label=_("Due on"), widget=DateInput(), help_text=_("Best before the next session.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {
            **text_fields("title", _("Title")),
            **text_fields("text", _("Text"), long=True),
            **self.fields,
        }

    @property
    def titles(self) -> Texts:
        return texts_of(self.cleaned_data, "title")

    @property
    def texts(self) -> Texts:
        return texts_of(self.cleaned_data, "text")


class AttendanceForm(PortalForm):
    """One municipality at one session. Empty: nothing is recorded."""

    kind = forms.ChoiceField(
        label=_("Attendance"), choices=[("", _("Not recorded")), *AttendanceKind.choices], required=False
    )
    people = forms.CharField(label=_("Who"), max_length=300, required=False)

    def __init__(self, *args: Any, line: AttendanceLine, **kwargs: Any) -> None:
        recorded = line.recorded
        if recorded is not None:
            kwargs["initial"] = {"kind": recorded.kind, "people": recorded.people}
        kwargs["prefix"] = f"{line.partnership.reference}-{line.side.value}"
        super().__init__(*args, **kwargs)
        self.line = line
        # The table has no room for a label beside each field; screen readers hear it with the municipality.
        for name, hue in (("kind", "form-select"), ("people", "form-control")):
            label = f"{self.fields[name].label}: {line.municipality}"
            self.fields[name].label = label
            self.fields[name].widget.attrs |= {"class": hue, "aria-label": label}
        people = self.fields["people"].widget
        people.attrs["placeholder"] = gettext("Names")
