"""Forms about visits."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from exchanges.enums import DelegateRole
from exchanges.models import Visit, VisitWindow
from exchanges.selectors.visits import conference_of
from exchanges.sentences import problem_in_words
from exchanges.windows import Problem
from sdgpartners.core.display import format_date
from sdgpartners.core.forms import DateInput, PortalForm


class WindowField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A window in words: who travels, from when until when, around which conference."""

    def label_from_instance(self, obj: Any) -> str:
        words = f"{obj.get_direction_display()}: {format_date(obj.starts_on)} – {format_date(obj.ends_on)}"
        conference = conference_of(obj)
        if conference is None:
            return words
        days = f"{format_date(conference.starts_on)} – {format_date(conference.ends_on)}"
        return f"{words} · {conference.title}, {conference.place}, {days}"


class VisitDaysForm(PortalForm):
    """The days of a visit and what happens on them."""

    starts_on = forms.DateField(label=_("First day"), widget=DateInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput())
    programme_text = forms.CharField(
        label=_("Programme in outline"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("You can fill this in later."),
    )

    def __init__(self, *args: Any, visit: Visit | None = None, **kwargs: Any) -> None:
        if visit is not None:
            names = ("starts_on", "ends_on", "programme_text")
            kwargs.setdefault("initial", {name: getattr(visit, name) for name in names})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", problem_in_words(Problem.OUT_OF_ORDER))
        return cleaned


class VisitForm(VisitDaysForm):
    """A new visit in one of the windows that are open for the pair."""

    window = WindowField(
        label=_("Window"), queryset=VisitWindow.objects.none(), empty_label=None, widget=forms.RadioSelect()
    )
    field_order = ("window", "starts_on", "ends_on", "programme_text")

    def __init__(self, *args: Any, windows: QuerySet[VisitWindow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["window"].queryset = windows  # type: ignore[attr-defined]
        if len(windows) == 1:
            self.fields["window"].initial = windows[0]


class DelegateForm(PortalForm):
    """A member of the delegation."""

    name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=DelegateRole.choices)


class ReportForm(PortalForm):
    """What one side saw and takes home."""

    text = forms.CharField(
        label=_("Report of the visit"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What did you see, what did you learn, what will you do differently?"),
    )
