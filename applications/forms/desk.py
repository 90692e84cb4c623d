"""Forms of the coordinators' pages around applications."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import Call
from sdgpartners.core.forms import PortalForm


class ImportForm(PortalForm):
    """A spreadsheet for a call."""

    call = forms.ModelChoiceField(
        Call.objects.none(),
        label=_("Call"),
        empty_label=None,
        error_messages={"invalid_choice": _("This call takes no applications now. Choose one that is open.")},
    )
    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_(
            "XLSX, or CSV in UTF-8; at most 500 rows. Nothing is kept before you have seen what each row does."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, calls: QuerySet[Call], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["call"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
        field.queryset = calls


class TogetherForm(PortalForm):
    """One decision on the eligibility of several applications."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=(("eligible", _("Eligible")), ("ineligible", _("Not eligible"))),
        widget=forms.RadioSelect,
        initial="eligible",
    )
    note = forms.CharField(
        label=_("Reason"),
        help_text=_(
            "Needed where an application is not eligible, or where you change a decision: it is mailed."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
