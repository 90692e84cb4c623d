"""Forms for people without an account: the self-check of eligibility, and signing up for the information session."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.fields import NO, YES
from applications.models import Call
from applications.names import rank_field
from sdgpartners.core.forms import PortalForm, refuse_links
from sdgpartners.programme.enums import Language
from sdgpartners.programme.forms import MunicipalityField
from sdgpartners.programme.models import Municipality, ProgrammeRules

UNSURE = "unsure"
ANSWERS = ((YES, _("Yes")), (NO, _("No")), (UNSURE, _("I do not know yet")))


def _asked(label: Any, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, help_text=help_text, choices=ANSWERS, widget=forms.RadioSelect)


def _twinning(place: Municipality | None, north: str) -> Any:
    if place is None:
        return _(
            "Does it have an active town twinning today: in Flanders with the Global South, elsewhere abroad?"
        )
    if place.country_id == north:
        return _("Does your municipality have an active town twinning with the Global South today?")
    return _("Does your municipality have an active town twinning abroad today?")


class PlaceForm(PortalForm):
    """For which municipality: what is asked next depends on it."""

    municipality = MunicipalityField(
        help_text=_(
            "Type the first letters and choose from the list. Not there? Then this call is not for it."
        )
    )

    def __init__(self, call: Call, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tracks = list(call.tracks.select_related("partner_country__country").order_by("partner_country"))
        place = self.fields["municipality"]
        assert isinstance(place, MunicipalityField)  # noqa: S101 (for the type checker)
        self.north = call.programme.north_country_id
        place.offer([self.north, *(track.partner_country.country_id for track in self.tracks)])

    @property
    def place(self) -> Municipality | None:
        """The municipality that was named; None where it is not known."""
        found: Municipality | None = self.cleaned_data.get("municipality") if self.is_valid() else None
        return found


class SelfCheckForm(PlaceForm):
    """Six questions at most with the municipality, which is asked before: the last but one only in Flanders, where
    there is a choice of countries. `place` is None where what was sent names none."""

    def __init__(
        self, call: Call, rules: ProgrammeRules, place: Municipality | None, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(call, *args, **kwargs)
        if place is not None:
            self.fields["municipality"].widget = forms.HiddenInput()
            self.initial["municipality"] = f"{place.name} ({place.country_id})"
        self.fields["twinning"] = _asked(
            _twinning(place, self.north), _("A twinning on paper only does not count.")
        )
        self.fields["together"] = _asked(_("Can officials and politicians both take part?"))
        self.fields["time"] = _asked(self._time(rules))
        self.rank_names = [rank_field(track.partner_country.country_id) for track in self.tracks]
        if len(self.tracks) > 1 and (place is None or place.country_id == self.north):
            for name, track in zip(self.rank_names, self.tracks, strict=True):
                self.fields[name] = self._rank(str(track.partner_country.country))
        self.fields["languages"] = forms.MultipleChoiceField(
            label=_("Which languages can you work in?"),
            choices=Language.choices,
            widget=forms.CheckboxSelectMultiple,
        )

    def _time(self, rules: ProgrammeRules) -> str:
        return gettext(
            "Can they take part in at least %(sessions)d digital sessions and %(visits)d work visit of %(days)d days "
            "each year?"
        ) % {
            "sessions": rules.sessions_per_year_min,
            "visits": rules.visits_per_year,
            "days": rules.visit_days,
        }

    def _rank(self, country: str) -> forms.ChoiceField:
        places = [
            (str(place), gettext("Choice %(place)d") % {"place": place})
            for place in range(1, len(self.tracks) + 1)
        ]
        return forms.ChoiceField(
            label=gettext("Would you work with %(country)s?") % {"country": country},
            choices=[("", gettext("No, or I do not know yet")), *places],
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        """Countries have places of their own."""
        data = super().clean() or {}
        given = {name: data.get(name, "") for name in self.rank_names}
        chosen = [value for value in given.values() if value]
        for name, value in given.items():
            if value and chosen.count(value) > 1:
                self.add_error(name, _("Give each country a place of its own."))
        return data

    @property
    def answers(self) -> dict[str, object]:
        """What is kept: raw values by the name of the field, without the municipality."""
        return {name: value for name, value in self.cleaned_data.items() if name != "municipality"}


class SignUpForm(PortalForm):
    """Who comes to the information session."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        validators=[refuse_links],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    job_title = forms.CharField(
        label=_("Function"),
        max_length=120,
        required=False,
        help_text=_("You may leave this empty."),
        validators=[refuse_links],
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    municipality = MunicipalityField(
        label=_("Municipality"), required=False, help_text=_("You may leave this empty.")
    )
    language = forms.ChoiceField(label=_("Language of our mails"), choices=Language.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["municipality"]
        assert isinstance(place, MunicipalityField)  # noqa: S101 (for the type checker)
        place.offer()
