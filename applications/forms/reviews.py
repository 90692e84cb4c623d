"""The scoring sheet, and the answer to a decision."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.enums import DecisionOutcome
from applications.models import Criterion, Review
from applications.review_input import ScoreInput
from sdgpartners.core.forms import PortalForm

NOT_APPLICABLE = "na"


class CriterionForm(PortalForm):
    """One criterion: a score by its anchors, or 'does not apply'; and why."""

    value = forms.ChoiceField(label=_("Score"), widget=forms.RadioSelect, required=False)
    comment = forms.CharField(
        label=_("Why"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        required=False,
        help_text=_("Needed for the lowest and the highest score."),
    )

    def __init__(self, *args: Any, criterion: Criterion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criterion = criterion
        value = self.fields["value"]
        value.label = criterion.title
        if isinstance(value, forms.ChoiceField):
            value.choices = [*anchored(criterion), (NOT_APPLICABLE, _("Does not apply here"))]

    def score(self) -> ScoreInput:
        """What the service takes, after is_valid()."""
        given = self.cleaned_data["value"]
        return ScoreInput(
            value=int(given) if given and given != NOT_APPLICABLE else None,
            not_applicable=given == NOT_APPLICABLE,
            comment=self.cleaned_data["comment"],
        )


def anchored(criterion: Criterion) -> list[tuple[str, str]]:
    """The steps of the scale with what they mean."""
    words = {anchor.score: anchor.text for anchor in criterion.anchors.all()}
    steps = range(criterion.scale_min, criterion.scale_max + 1)
    return [(str(step), f"{step}: {words[step]}" if step in words else str(step)) for step in steps]


class SheetForm(PortalForm):
    """The rest of the sheet."""

    comment = forms.CharField(
        label=_("Overall remark"), widget=forms.Textarea(attrs={"rows": 4}), max_length=8000, required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


def criterion_forms(review: Review, criteria: Iterable[Criterion], data: Any = None) -> list[CriterionForm]:
    """A form a criterion, with what is stored."""
    stored = {score.criterion_id: score for score in review.scores.all()}
    found = []
    for criterion in criteria:
        score = stored.get(criterion.pk)
        initial: dict[str, Any] = {}
        if score is not None:
            given = "" if score.value is None else str(score.value)
            initial = {"value": NOT_APPLICABLE if score.not_applicable else given, "comment": score.comment}
        found.append(CriterionForm(data, criterion=criterion, prefix=criterion.code, initial=initial))
    return found


class AnswerForm(PortalForm):
    """Giving a place back wants a reason."""

    reason = forms.CharField(
        label=_("Why your municipality does not take part"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class HandForm(PortalForm):
    """An outcome set by people, with a reason that stays."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=DecisionOutcome.choices)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)
