"""Rules over the rows of a call, for the stock pages of the desk."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from applications.enums import QuestionKind
from applications.grid_input import CriterionInput
from applications.models import Criterion, Question
from applications.selectors.grid import criterion_problem
from applications.selectors.readiness import condition_problem, kind_problem
from sdgpartners.core.display import labelled
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.models import Municipality, Theme


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A question whose settings go with its kind, and whose condition looks at something that is there."""

    class Meta:
        widgets = {f"label_{language}": forms.Textarea(attrs={"rows": 2}) for language in LANGUAGE_CODES}
        help_texts = {
            "order": _("Place in its section."),
            "code": _("Names the answers in exports."),
            "word_limit": _("Only for a text, which needs it."),
            "number_min": _("Only for a number; for a date the days from today: 0 is today or later."),
            "number_max": _("Only for a number; for a date the days from today: 0 is today or earlier."),
            "choices_max": _("Only for goals and files."),
            "in_profile": _("Asked of municipalities that come in by the short profile too."),
            "criteria": _("The municipality reads below the question what the answer counts for."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        criteria = self.fields.get("criteria")
        if isinstance(criteria, forms.ModelMultipleChoiceField) and self.instance.pk:
            own = Criterion.objects.filter(track__call=self.instance.call_id)
            criteria.queryset = own.select_related("track__partner_country__country")
            # Two tracks have criteria of the same name.
            criteria.choices = [
                (row.pk, labelled(row.track.partner_country, row.title)) for row in criteria.queryset
            ]
        field = self.fields.get("shown_if")
        if isinstance(field, forms.ModelChoiceField) and self.instance.pk:
            choices = Question.objects.filter(call=self.instance.call_id, kind=QuestionKind.CHOICE)
            field.queryset = choices.exclude(pk=self.instance.pk).order_by("section", "order")

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        question: Question = self.instance
        for name, problem in (("kind", kind_problem(question)), ("shown_if", condition_problem(question))):
            if problem is not None:
                self.add_error(name if name in self.fields else None, str(problem))


class CriterionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A criterion whose minimum lies on its scale, and whose code is not the one of the bonus."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        row: Criterion = self.instance
        problem = criterion_problem(row, CriterionInput(row.weight, row.floor, row.tie_break))
        if problem is not None:
            self.add_error(None, str(problem))


class AnchorFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """What each score means, for scores that are on the scale of the criterion."""

    def clean(self) -> None:
        """Name the scores off the scale, as it is typed on the same page."""
        super().clean()
        row: Criterion = self.instance
        for form in self.forms:
            score = form.cleaned_data.get("score") if form.is_valid() else None
            if form.cleaned_data.get("DELETE") or score is None:
                continue
            if not row.scale_min <= score <= row.scale_max:
                form.add_error(
                    "score",
                    _("The scale of this criterion goes from %(low)s to %(high)s.")
                    % {"low": row.scale_min, "high": row.scale_max},
                )


class TrackForm(forms.ModelForm):  # type: ignore[type-arg]
    """A track whose theme is of its programme and whose list holds municipalities of today, of its own
    country."""

    class Meta:
        help_texts = {
            "places": _("How many partnerships this country takes."),
            "eligible": _("Nobody chosen: every municipality of the country."),
            "match_weight_theme": _("The weights of the matching count in proportion."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theme = self.fields.get("theme")
        if isinstance(theme, forms.ModelChoiceField) and self.instance.pk:
            theme.queryset = Theme.objects.filter(programme=self.instance.partner_country.programme_id)
        field = self.fields.get("eligible")
        if isinstance(field, forms.ModelMultipleChoiceField) and self.instance.pk:
            here = Q(country=self.instance.partner_country.country_id, is_test=False, successor__isnull=True)
            # What was chosen before stays in sight, so that saving can name it.
            field.queryset = Municipality.objects.filter(here | Q(tracks=self.instance)).distinct()

    def clean_eligible(self) -> QuerySet[Municipality]:
        """The list; a wrong municipality is named."""
        listed: QuerySet[Municipality] = self.cleaned_data["eligible"]
        country = self.instance.partner_country.country_id
        wrong = [
            place.name
            for place in listed
            if place.country_id != country or place.is_test or place.successor_id is not None
        ]
        if wrong:
            raise forms.ValidationError(
                _("Not a municipality of today in this country: %(places)s."),
                params={"places": ", ".join(wrong)},
            )
        return listed


class CommitmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A commitment that a candidate accepts with a tick."""

    class Meta:
        help_texts = {
            "required": _("Without this tick an application cannot be submitted."),
            "in_profile": _("Asked of municipalities that come in by the short profile too."),
        }
