"""What the panel agrees on, and what the steering group says of the ranking."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.ranking import RankingFilterForm
from applications.models import Criterion
from applications.selectors.ranking import RankedLine
from applications.selectors.ranking_page import Only
from sdgpartners.core.forms import PortalForm

NOT_APPLICABLE = "na"
# What is decided is not told on the site before the release.
_TOLD = (Only.DISAGREE, Only.TIE, Only.AGREED)


class SiteFilterForm(RankingFilterForm):
    """The filters of the ranking without those that tell of prepared decisions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["only"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [("", _("All")), *((one.value, one.label) for one in _TOLD)]


class AgreeScoreForm(PortalForm):
    """The agreed score on one criterion with its minute; `seen` marks the one that the page showed."""

    value = forms.ChoiceField(label=_("Agreed score"), widget=forms.RadioSelect)
    minute = forms.CharField(
        label=_("Minute"),
        help_text=_("What the panel agreed on and why. It stands in the record of the decisions."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, criterion: Criterion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["value"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        words = {anchor.score: anchor.text for anchor in criterion.anchors.all()}
        field.choices = [
            *(
                (str(step), _step(step, words))
                for step in range(criterion.scale_min, criterion.scale_max + 1)
            ),
            (NOT_APPLICABLE, _("Does not apply here")),
        ]

    def agreed(self) -> int | None:
        """The score, None for 'does not apply'; after is_valid()."""
        value = self.cleaned_data["value"]
        return None if value == NOT_APPLICABLE else int(value)


def _step(step: int, words: dict[int, str]) -> str:
    return f"{step}: {words[step]}" if words.get(step) else str(step)


class TakeBackForm(PortalForm):
    """Why an agreed score is taken back."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class AdviceForm(PortalForm):
    """A remark on the ranking as a whole, or on one application in it."""

    about = forms.ChoiceField(label=_("About"), required=False)
    text = forms.CharField(
        label=_("Advice"),
        help_text=_("The coordinators read it with your name, and it stands in the record of the decisions."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )

    def __init__(self, *args: Any, lines: Iterable[RankedLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["about"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [
            ("", _("The ranking as a whole")),
            *((one.line.id, one.name) for one in sorted(lines, key=lambda one: one.name)),
        ]
