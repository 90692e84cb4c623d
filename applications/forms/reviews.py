"""The scoring sheet, and the answer to a decision."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.enums import DecisionOutcome
from applications.models import Criterion, Review
from applications.review_input import NOTHING, Gap, ScoreInput, gap_in
from sdgpartners.core.forms import PortalForm

NOT_APPLICABLE = "na"


class CriterionForm(PortalForm):
    """One criterion: a score by its anchors, or 'does not apply'; and why. `theirs` is what is stored where another tab
    saved meanwhile and it says something else."""

    value = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    comment = forms.CharField(
        label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, required=False
    )
    theirs: ScoreInput | None = None

    def __init__(self, *args: Any, criterion: Criterion, words_at_ends: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criterion = criterion
        self.words_at_ends = words_at_ends
        value = self.fields["value"]
        value.label = criterion.title
        value.error_messages["invalid_choice"] = gettext(
            "Choose a score between %(low)d and %(high)d, or “Does not apply here”."
        ) % {"low": criterion.scale_min, "high": criterion.scale_max}
        if isinstance(value, forms.ChoiceField):
            value.choices = [*anchored(criterion), (NOT_APPLICABLE, _("Does not apply here"))]
        if words_at_ends:
            self.fields["comment"].help_text = _("Needed for the lowest and the highest score.")

    def score(self) -> ScoreInput:
        """What the service takes, after is_valid()."""
        given = self.cleaned_data["value"]
        return ScoreInput(
            value=int(given) if given and given != NOT_APPLICABLE else None,
            not_applicable=given == NOT_APPLICABLE,
            comment=self.cleaned_data["comment"],
        )

    def require_complete(self) -> bool:
        """Add what is missing as errors of the fields, after is_valid(); True when nothing is."""
        row = self.criterion
        gap = gap_in(
            self.score(), lowest=row.scale_min, highest=row.scale_max, words_at_ends=self.words_at_ends
        )
        if gap == Gap.SCORE:
            self.add_error("value", _("Choose a score, or say that it does not apply."))
        elif gap == Gap.WORDS:
            # The summary of errors names the field alone, which is called the same on each criterion.
            words = gettext("Explain the lowest or the highest score on “%(criterion)s”.")
            self.add_error("comment", words % {"criterion": row.title})
        return gap is None

    @property
    def is_given(self) -> bool:
        """Whether a score stands in the form."""
        return bool(self["value"].value())

    @property
    def chosen(self) -> str:
        """The label of what is stored by the other tab."""
        if self.theirs is None or not self.theirs.is_given:
            return ""
        if self.theirs.not_applicable:
            return str(_("Does not apply here"))
        return dict(anchored(self.criterion))[str(self.theirs.value)]


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
    private_note = forms.CharField(
        label=_("Private note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=8000,
        required=False,
        help_text=_("For you alone: nobody else reads it, and it stands in no list, export or record."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    theirs: Mapping[str, str] = {}

    def typed_version(self) -> int:
        """The version that the page was made from; one that never was where it was tampered with."""
        version = self.cleaned_data.get("version")
        return -1 if version is None else version


def criterion_forms(
    review: Review,
    criteria: Iterable[Criterion],
    stored: Mapping[int, ScoreInput],
    data: Any = None,
    typed: Mapping[str, Any] | None = None,
) -> list[CriterionForm]:
    """A form a criterion, with what is stored, or with what was `typed` before somebody had to sign in again."""
    found = []
    for criterion in criteria:
        given = stored.get(criterion.pk, NOTHING)
        value = NOT_APPLICABLE if given.not_applicable else "" if given.value is None else str(given.value)
        initial: dict[str, Any] = {"value": value, "comment": given.comment}
        if typed is not None:
            initial = {name: typed.get(f"{criterion.code}-{name}", "") for name in initial}
        form = CriterionForm(
            data,
            criterion=criterion,
            words_at_ends=review.application.call.comment_at_extremes,
            prefix=criterion.code,
            initial=initial,
        )
        found.append(form)
    return found


def strangers(data: Mapping[str, Any], criteria: Iterable[Criterion]) -> list[str]:
    """The codes of criteria that were sent and that the review does not have."""
    known = {criterion.code for criterion in criteria}
    sent = (name.rpartition("-") for name in data)
    return sorted({code for code, _dash, name in sent if code and name in ("value", "comment")} - known)


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
