"""The form of a formal decision of a college or council."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.enums import FormalBody, FormalSubject
from matching.formal_data import FormalData
from matching.models import FormalDecision
from sdgpartners.core.forms import DateInput, PortalForm

ANSWERS = (("", gettext_lazy("Not decided yet")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


class FormalDecisionForm(PortalForm):
    """What was asked of whom, when it is expected, and the answer once there is one."""

    subject = forms.ChoiceField(label=gettext_lazy("About"), choices=FormalSubject.choices)
    body = forms.ChoiceField(label=gettext_lazy("Who decides"), choices=FormalBody.choices)
    body_name = forms.CharField(
        label=gettext_lazy("Its own name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy(
            "For instance: college of mayor and aldermen, conseil communal, district council."
        ),
    )
    requested_on = forms.DateField(
        label=gettext_lazy("Put on the agenda on"), required=False, widget=DateInput
    )
    expected_on = forms.DateField(
        label=gettext_lazy("Decision expected on"), required=False, widget=DateInput
    )
    decided_on = forms.DateField(label=gettext_lazy("Decided on"), required=False, widget=DateInput)
    approved = forms.ChoiceField(
        label=gettext_lazy("Answer"), choices=ANSWERS, required=False, widget=forms.RadioSelect
    )
    number = forms.CharField(label=gettext_lazy("Number of the decision"), max_length=60, required=False)
    file = forms.FileField(
        label=gettext_lazy("The decision as a file"),
        required=False,
        help_text=gettext_lazy("A PDF or a photo."),
        widget=forms.FileInput(attrs={"data-shrink": True, "accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def __init__(self, *args: Any, decision: FormalDecision | None = None, **kwargs: Any) -> None:
        if decision is not None:
            names = ("subject", "body", "body_name", "requested_on", "expected_on", "decided_on", "number")
            answer = {True: "yes", False: "no", None: ""}[decision.approved]
            kwargs.setdefault(
                "initial", {name: getattr(decision, name) for name in names} | {"approved": answer}
            )
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """An answer has its day and the day its answer."""
        cleaned = super().clean() or {}
        if cleaned.get("approved") and not cleaned.get("decided_on") and "decided_on" not in self.errors:
            self.add_error("decided_on", _("Fill in the day of the decision."))
        if cleaned.get("decided_on") and not cleaned.get("approved"):
            self.add_error("approved", _("Say whether it was a yes or a no."))
        if cleaned.get("body") == FormalBody.OTHER and not cleaned.get("body_name"):
            self.add_error("body_name", _("Give the name of the body that decides."))
        return cleaned

    def formal_data(self) -> FormalData:
        """What was filled in, of a valid form."""
        data = self.cleaned_data
        return FormalData(
            subject=data["subject"],
            body=data["body"],
            body_name=data["body_name"],
            requested_on=data["requested_on"],
            expected_on=data["expected_on"],
            decided_on=data["decided_on"],
            approved={"yes": True, "no": False}.get(data["approved"]),
            number=data["number"],
        )
