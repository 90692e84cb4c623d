"""A code that admits a late municipality."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.forms.zoned import in_zone, whole_minute
from applications.models import Call
from sdgpartners.core.display import zone_name
from sdgpartners.core.forms import DateTimeInput, PortalForm
from sdgpartners.programme.models import Municipality


class ExceptionForm(PortalForm):
    """For whom, until when, how often, and why."""

    name = forms.CharField(
        label=_("Name"), help_text=_("How you will recognise it: “Storm in Nikki”."), max_length=80
    )
    municipality = forms.ModelChoiceField(
        Municipality.objects.none(),
        label=_("Only for"),
        required=False,
        empty_label=_("Whoever has the code"),
    )
    expires_at = forms.DateTimeField(label=_("Works until"), widget=DateTimeInput)
    uses_max = forms.IntegerField(
        label=_("How many municipalities may use it"), initial=1, min_value=1, max_value=100
    )
    note = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

    def __init__(self, call: Call, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = call
        field = self.fields["municipality"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
        countries = Q(country=call.programme.north_country_id) | Q(
            country__in=call.tracks.values("partner_country__country")
        )
        field.queryset = Municipality.objects.filter(
            countries, successor__isnull=True, is_test=False
        ).order_by("country", "name")
        self.fields["expires_at"].help_text = format_lazy(
            _("On the clock of {zone}."), zone=zone_name(call.time_zone)
        )

    def values(self) -> dict[str, Any]:
        """What `make_exception_code` takes of a valid form."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "municipality": data["municipality"],
            "expires_at": whole_minute(in_zone(data["expires_at"], self.call.time_zone)),
            "uses_max": data["uses_max"],
            "note": data["note"],
        }
