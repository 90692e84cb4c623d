"""Letters and decisions at the desk: texts of a call, feedback, a changed decision, more time."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.enums import CallTextKind, DecisionOutcome
from applications.letters import Words, missing_placeholders, unknown_placeholders
from applications.selectors.decision_points import DecisionPoints
from sdgpartners.core.forms import DateInput, PortalForm
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.enums import Language

_SUBJECTS = {
    "nl": _("Subject in Dutch"),
    "fr": _("Subject in French"),
    "en": _("Subject in English"),
}
_BODIES = {"nl": _("Text in Dutch"), "fr": _("Text in French"), "en": _("Text in English")}
ORDER = ("nl", "fr", "en")


class CallTextForm(PortalForm):
    """One text of a call in three languages; what stands in braces must be known, and what is needed be there."""

    def __init__(self, kind: CallTextKind, written: Mapping[str, Words], data: Any = None) -> None:
        super().__init__(data)
        self.kind = kind
        for language in ORDER:
            if kind != CallTextKind.CONFIDENTIALITY:
                self.fields[f"subject_{language}"] = forms.CharField(
                    label=_SUBJECTS[language], max_length=160, initial=written[language].subject
                )
            self.fields[f"body_{language}"] = forms.CharField(
                label=_BODIES[language],
                max_length=8000,
                initial=written[language].body,
                widget=forms.Textarea(attrs={"rows": 14, "lang": language}),
            )

    def clean(self) -> dict[str, Any]:
        """Names each placeholder that is unknown, or missing, at its field."""
        for name, text in list(self.cleaned_data.items()):
            in_subject = name.startswith("subject_")
            for wrong in unknown_placeholders(self.kind, text, in_subject=in_subject):
                self.add_error(name, _("“%(name)s” in braces is not known here.") % {"name": wrong})
            for missing in missing_placeholders(self.kind, text, in_subject=in_subject):
                self.add_error(name, _("%(name)s is missing.") % {"name": f"{{{missing}}}"})
        return self.cleaned_data

    def words(self) -> dict[str, Words]:
        """The texts by language, of a valid form."""
        data = self.cleaned_data
        return {
            language: Words(subject=data.get(f"subject_{language}", ""), body=data[f"body_{language}"])
            for language in LANGUAGE_CODES
        }


class FeedbackForm(PortalForm):
    """What the municipality reads beside its points: per criterion and in general, in one language."""

    language = forms.ChoiceField(
        label=_("Language of the feedback"),
        choices=Language.choices,
        help_text=_(
            "The municipality reads it as you write it; the rest of the letter is in the reader's own language."
        ),
    )
    general = forms.CharField(
        label=_("In general"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4000, required=False
    )

    def __init__(self, points: DecisionPoints, data: Any = None) -> None:
        super().__init__(data)
        decision = points.decision
        home = decision.application.municipality.country.default_language
        self.fields["language"].initial = decision.feedback_language or home
        self.fields["general"].initial = decision.feedback
        for row in points.criteria:
            self.fields[f"criterion-{row.criterion.pk}"] = forms.CharField(
                label=row.criterion.title,
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=1500,
                required=False,
                initial=row.feedback,
            )

    def criteria(self) -> dict[int, str]:
        """The texts by the key of the criterion, of a valid form."""
        return {
            int(name.removeprefix("criterion-")): text
            for name, text in self.cleaned_data.items()
            if name.startswith("criterion-")
        }


class ChangeDecisionForm(PortalForm):
    """Another outcome for a released decision; the municipality reads the reason."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=DecisionOutcome.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The municipality reads it in its letter and on its page."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class MoreTimeForm(PortalForm):
    """Another last day to confirm."""

    day = forms.DateField(label=_("Until"), widget=DateInput)


class PromoteForm(PortalForm):
    """Who moves up from the reserve list; the reason where it is not simply the first."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The municipality reads it in its letter and on its page."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
    )
