"""The form that plans the sessions of a whole year."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exchanges.forms.texts import text_fields, texts_of
from exchanges.texts import Texts
from sdgpartners.core import clock
from sdgpartners.core.display import zone_name
from sdgpartners.core.forms import PortalForm
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.models import PartnerCountry


class SeriesForm(PortalForm):
    """Country, year and time of day; each title gets the year and a number."""

    partner_country = forms.ModelChoiceField(
        label=_("Country"), queryset=PartnerCountry.objects.none(), empty_label=None
    )
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    starts = forms.TimeField(
        label=_("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="10:00"
    )
    time_zone = forms.ChoiceField(label=_("On the clock of"))
    minutes_long = forms.IntegerField(label=_("Length in minutes"), min_value=15, max_value=600, initial=180)

    def __init__(self, *args: Any, countries: QuerySet[PartnerCountry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = text_fields("title", _("Title"))
        for code in LANGUAGE_CODES:
            with translation.override(code):
                titles[f"title_{code}"].initial = gettext("Digital session")
        self.fields = {**self.fields, **titles}
        self.fields["partner_country"].queryset = countries  # type: ignore[attr-defined]
        rows = list(countries.select_related("programme__north_country", "country"))
        zones = [row.programme.north_country.time_zone for row in rows] + [
            row.country.time_zone for row in rows
        ]
        choices = [(zone, zone_name(zone)) for zone in dict.fromkeys(zones)]
        self.fields["time_zone"].choices = choices  # type: ignore[attr-defined]
        self.fields["year"].initial = clock.today().year

    @property
    def titles(self) -> Texts:
        return texts_of(self.cleaned_data, "title")

    @property
    def given(self) -> dict[str, Any]:
        """What `plan_series` takes beside the titles."""
        names = ("partner_country", "year", "starts", "time_zone", "minutes_long")
        return {name: self.cleaned_data[name] for name in names}
