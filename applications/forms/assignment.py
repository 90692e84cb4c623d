"""Who reviews an application, by hand; passing on; and how many reviews a call wants by when."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from applications.models import Call, Review
from applications.selectors.assignment import Candidate
from sdgpartners.core.forms import DateInput, PortalForm

NOBODY = ""


class ReviewerForm(PortalForm):
    """Who stops and who starts: one of them, or both for a replacement; without `reviews` nobody stops."""

    stops = forms.ChoiceField(label=_("Who stops"), widget=forms.RadioSelect, required=False)
    starts = forms.ChoiceField(
        label=_("Who starts"),
        help_text=_("Who has the fewest reviews stands first. They get a mail."),
        widget=forms.RadioSelect,
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed where somebody stops. It stays in the record; it is not mailed."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
    )

    def __init__(
        self,
        reviews: Iterable[Review],
        candidates: Iterable[Candidate],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        stops, starts = self.fields["stops"], self.fields["starts"]
        if isinstance(stops, forms.ChoiceField) and isinstance(starts, forms.ChoiceField):
            stops.choices = [
                (NOBODY, _("Nobody")),
                *((str(row.pk), f"{row.reviewer} ({row.get_status_display()})") for row in reviews),
            ]
            starts.choices = [
                (NOBODY, _("Nobody")),
                *((str(one.user.pk), _named(one)) for one in candidates),
            ]
            if len(stops.choices) == 1:
                del self.fields["stops"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if not data.get("stops") and not data.get("starts"):
            self.add_error("starts", _("Choose who starts, or who stops."))
        elif data.get("stops") and not data.get("reason"):
            self.add_error("reason", _("Give a reason."))
        return data


def _named(one: Candidate) -> Any:
    load = ngettext_lazy("%(count)d review", "%(count)d reviews", "count") % {"count": one.load}
    return format_lazy("{person} · {pool} · {load}", person=str(one.user), pool=one.pool.label, load=load)


class PassOnForm(PortalForm):
    """Why somebody else should judge it."""

    reason = forms.CharField(
        label=_("Why do you pass this on?"),
        help_text=_("One sentence is enough: no time, the language, the subject. The coordinators read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class ReviewPlanForm(PortalForm):
    """How many reviews an application gets, who from, and by when; also after the call has opened."""

    reviewers_per_application = forms.IntegerField(
        label=_("Reviewers an application"), min_value=1, max_value=20
    )
    association_reviewers = forms.IntegerField(
        label=_("Of whom from the association of the country"),
        help_text=_("At least so many; 0: it does not matter."),
        min_value=0,
        max_value=20,
    )
    reviews_due_on = forms.DateField(label=_("Reviews due on"), widget=DateInput, required=False)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000)

    def __init__(self, call: Call, data: Any = None) -> None:
        names = ("reviewers_per_application", "association_reviewers", "reviews_due_on")
        super().__init__(data, initial={name: getattr(call, name) for name in names})
