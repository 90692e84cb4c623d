"""Forms about money. Amounts are taken with comma or point."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from budget.enums import CutReason
from budget.expense_data import ExpenseData
from budget.models import Category, Expense, Share
from exchanges.models import Session, Visit
from sdgpartners.core.forms import DateInput, PortalForm

LONGEST_AMOUNT = 24
MOST_DIGITS = 10  # before the decimal sign: what the columns hold in euro
GROUPED = re.compile(r"[0-9]+|[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")


class AmountField(forms.Field):
    """A Decimal from '1.234,50', '1 234.50' or '1234.5'. The last comma or point with one or two digits behind it
    is the decimal sign; all others group thousands."""

    default_error_messages = {"invalid_amount": _("Fill in an amount, for instance 1234.50 or 1234,50.")}

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"inputmode": "decimal", "class": "amount", "maxlength": LONGEST_AMOUNT}
        kwargs.setdefault("widget", forms.TextInput(attrs=attributes))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = "".join(str(value or "").split())
        if text == "":
            return None
        if len(text) > LONGEST_AMOUNT:
            raise forms.ValidationError(self.error_messages["invalid_amount"], code="invalid_amount")
        whole, sign, cents = text, "", ""
        for mark in (",", "."):
            head, found, tail = text.rpartition(mark)
            if found and len(tail) in (1, 2) and tail.isdecimal():
                whole, sign, cents = head, mark, tail
        digits = whole.replace(".", "").replace(",", "").lstrip("0") or "0"
        if (sign and sign in whole) or not GROUPED.fullmatch(whole) or len(digits) > MOST_DIGITS:
            raise forms.ValidationError(self.error_messages["invalid_amount"], code="invalid_amount")
        return Decimal(f"{digits}.{cents or '0'}")


class ExpenseForm(PortalForm):
    """One receipt."""

    spent_on = forms.DateField(label=_("Date of the receipt"), widget=DateInput())
    payee = forms.CharField(label=_("Paid to"), max_length=160)
    amount = AmountField(
        label=_("Amount on the receipt"),
        help_text=_("In the currency of the receipt. Comma or point both work."),
    )
    currency = forms.ChoiceField(label=_("Currency"))
    category = forms.ModelChoiceField(label=_("Category"), queryset=Category.objects.none())
    description = forms.CharField(label=_("What for"), max_length=300, required=False)
    visit = forms.ModelChoiceField(
        label=_("Work visit that it served"), queryset=Visit.objects.none(), required=False
    )
    session = forms.ModelChoiceField(
        label=_("Session that it served"), queryset=Session.objects.none(), required=False
    )
    receipt = forms.FileField(
        label=_("Receipt"),
        required=False,
        help_text=_("A photo or a PDF. You can add it later, before you submit."),
        # A photo becomes smaller before it travels.
        widget=forms.FileInput(attrs={"data-shrink": True, "accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    duplicate_note = forms.CharField(
        label=_("Why the same receipt is used again"),
        max_length=300,
        required=False,
        help_text=_("Only when the portal asks for it, for instance one invoice for two municipalities."),
    )

    def __init__(self, *args: Any, share: Share, expense: Expense | None = None, **kwargs: Any) -> None:
        if expense is not None:
            names = (
                "spent_on",
                "payee",
                "currency",
                "category",
                "description",
                "visit",
                "session",
                "duplicate_note",
            )
            kwargs.setdefault(
                "initial", {name: getattr(expense, name) for name in names} | {"amount": expense.amount}
            )
        super().__init__(*args, **kwargs)
        partnership = share.budget.partnership
        categories: QuerySet[Category] = partnership.partner_country.programme.categories.all()
        self._field("category").queryset = categories
        self._field("visit").queryset = partnership.visits.all()
        self._field("session").queryset = partnership.partner_country.sessions.all()
        currencies = dict.fromkeys(
            (share.municipality.country.currency, share.budget.currency, partnership.north.country.currency,
             partnership.south.country.currency, "USD")
        )  # fmt: skip
        currency = self.fields["currency"]
        if isinstance(currency, forms.ChoiceField):
            currency.choices = [(code, code) for code in currencies]

    def _field(self, name: str) -> forms.ModelChoiceField:  # type: ignore[type-arg]
        field = self.fields[name]
        if not isinstance(field, forms.ModelChoiceField):
            raise TypeError(name)
        return field

    def data_of(self) -> ExpenseData:
        """What the service takes, after is_valid()."""
        kept = {name: value for name, value in self.cleaned_data.items() if name != "receipt"}
        return ExpenseData(**kept)


class CheckForm(PortalForm):
    """What the checker decides."""

    cut = AmountField(
        label=_("Cut (EUR)"), required=False, help_text=_("Leave empty to accept the whole amount.")
    )
    cut_reason = forms.ChoiceField(
        label=_("Reason of the cut"), choices=[("", "—"), *CutReason.choices], required=False
    )
    cut_note = forms.CharField(label=_("Note for the municipality"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("cut") and not cleaned.get("cut_reason"):
            self.add_error("cut_reason", _("Choose a reason for the cut."))
        return cleaned


class ReasonForm(PortalForm):
    """A reason in one's own words."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
