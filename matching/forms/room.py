"""Forms of the matching room: which pairs to list, and what a scenario is called, aims at and weighs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from applications.models import Track
from matching.enums import Objective, RuleKind, ScorePart
from matching.models import Scenario
from matching.pairing_input import MOST_WEIGHT
from matching.selectors.comparing import MOST_BESIDE
from matching.selectors.pair_lines import BARRED, BLOCKING, POSSIBLE, PROPOSED
from sdgpartners.core.forms import PortalForm

ONLY = (
    ("", _("All pairs")),
    (PROPOSED, _("Proposed")),
    (POSSIBLE, _("Possible")),
    (BARRED, _("Not possible, or forbidden")),
    (BLOCKING, _("Would rather have each other")),
    *RuleKind.choices,
)


class PairFilterForm(PortalForm):
    """Which pairs to list; it stands in the address."""

    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    track = forms.TypedChoiceField(label=_("Country"), coerce=int, empty_value=None, required=False)
    only = forms.ChoiceField(label=_("Only"), choices=ONLY, required=False)
    least = forms.IntegerField(label=_("At least so many points"), min_value=0, max_value=100, required=False)

    def __init__(self, *args: Any, tracks: Sequence[Track], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["track"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101  declared above
        field.choices = [("", _("All")), *((track.pk, str(track.partner_country)) for track in tracks)]
        if len(tracks) < 2:
            del self.fields["track"]

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters that make sense; a mistyped address shows everything."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class NameForm(PortalForm):
    """The name of a scenario."""

    name = forms.CharField(label=_("Name"), max_length=80)


class AimForm(PortalForm):
    """What is best, and what a preferred pair is worth."""

    objective = forms.ChoiceField(
        label=_("What is best?"), choices=Objective.choices, widget=forms.RadioSelect
    )
    prefer_points = forms.IntegerField(
        label=_("Points for a preferred pair"),
        min_value=0,
        max_value=20,
        help_text=_("Added before solving; a score never passes 100."),
    )


class WithdrawForm(PortalForm):
    """Why a scenario is laid aside."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with the scenario; the municipalities do not read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WeightsForm(PortalForm):
    """The weights that a scenario tries for one country; its prefix is the country."""

    def __init__(self, *args: Any, now: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in ScorePart:
            self.fields[part.value] = forms.IntegerField(
                label=part.label, min_value=0, max_value=MOST_WEIGHT, initial=now[part.value]
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            self.add_error(None, _("At least one weight of a match is more than 0."))
        return cleaned

    @property
    def weights(self) -> dict[str, int]:
        """The weights as they were typed; for a form that is valid."""
        return {part.value: int(self.cleaned_data[part.value]) for part in ScorePart}


class CompareForm(PortalForm):
    """Which scenarios stand beside this one; it stands in the address as `beside`."""

    beside = forms.MultipleChoiceField(
        label=_("Beside this scenario"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At most three."),
    )

    def __init__(self, *args: Any, others: Iterable[Scenario], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {row.reference: f"{row.name} · {row.reference}" for row in others}
        field = self.fields["beside"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  declared above
        field.choices = list(self.known.items())

    @property
    def named(self) -> list[str]:
        """References that exist, in the order of the address; a mistyped one is left out."""
        given = self.data.getlist("beside") if isinstance(self.data, QueryDict) else []
        return [reference for reference in dict.fromkeys(given) if reference in self.known]

    @property
    def chosen(self) -> list[str]:
        """Those that fit."""
        return self.named[:MOST_BESIDE]
