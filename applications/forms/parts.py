"""Rules over the rows of a call, for the stock pages of the desk."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from applications.enums import QuestionKind
from applications.models import Question
from applications.selectors.readiness import condition_problem, kind_problem
from sdgpartners.programme.models import Municipality


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A question whose settings go with its kind, and whose condition looks at something that is there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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


class TrackForm(forms.ModelForm):  # type: ignore[type-arg]
    """A track whose list holds municipalities of today, of its own country."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
