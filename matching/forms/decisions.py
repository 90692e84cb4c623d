"""Short forms around a decision: a minute, a reason, a word on a pair."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Call, Track
from matching.enums import Objective, RuleKind
from matching.selectors.stepping_out import tracks_closed_to
from sdgpartners.core.forms import PortalForm
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of


def _text(label: Any, *, help_text: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=forms.Textarea(attrs={"rows": 4})
    )


class EndorseForm(PortalForm):
    """The minute of the steering group."""

    minute = _text(
        _("Minute of the steering group"),
        help_text=_("Date of the meeting, who took part, what was said and decided."),
    )


class ApproveForm(PortalForm):
    """The minute of an association, which may be empty."""

    minute = _text(_("Minute (not obligatory)"), required=False)


class ReasonForm(PortalForm):
    """Why something is sent back or declined."""

    reason = _text(_("Reason"))


class PairRuleForm(PortalForm):
    """A word on a pair, with the reason."""

    kind = forms.ChoiceField(choices=RuleKind.choices, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with the scenario; the municipalities do not read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ScenarioForm(PortalForm):
    """A new scenario, over tracks of one call that the person coordinates."""

    call = forms.ModelChoiceField(label=_("Call"), queryset=Call.objects.none())
    tracks = forms.ModelMultipleChoiceField(
        label=_("Countries"), queryset=Track.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    objective = forms.ChoiceField(
        label=_("What is best?"),
        choices=Objective.choices,
        widget=forms.RadioSelect,
        initial=Objective.TOTAL,
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = standing_of(user).scope("partner_country", AssociationRole.COORDINATOR)
        own = Track.objects.filter(scope).exclude(pk__in=tracks_closed_to(user).values("pk"))
        tracks = own.select_related("call", "partner_country__country")
        self.fields["tracks"].queryset = tracks  # type: ignore[attr-defined]
        self.fields["call"].queryset = Call.objects.filter(tracks__in=tracks).distinct()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        call, tracks = cleaned.get("call"), cleaned.get("tracks") or []
        if call is not None and any(track.call_id != call.pk for track in tracks):
            self.add_error("tracks", _("Choose countries of this call."))
        return cleaned
