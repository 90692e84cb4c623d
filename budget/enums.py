"""States and choices of money."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Use(models.TextChoices):
    """What money is for (concept note 3.4): exchange from the start, the others after a joint decision."""

    EXCHANGE = "exchange", _("Exchange and meeting")
    COMMUNICATION = "communication", _("Communication")
    EXPERIMENT = "experiment", _("Small experiment or project")


class ExpenseStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CHECKED = "checked", _("Checked")
    APPROVED = "approved", _("Approved")
    PAID = "paid", _("Paid")
    RETURNED = "returned", _("Returned")
    REJECTED = "rejected", _("Rejected")


_E = ExpenseStatus
EXPENSE_MOVES = {
    _E.DRAFT: frozenset({_E.SUBMITTED}),
    _E.SUBMITTED: frozenset({_E.CHECKED, _E.RETURNED, _E.REJECTED}),
    _E.CHECKED: frozenset({_E.APPROVED, _E.SUBMITTED, _E.REJECTED}),
    _E.APPROVED: frozenset({_E.PAID}),
    _E.PAID: frozenset[_E](),
    _E.RETURNED: frozenset({_E.SUBMITTED}),
    _E.REJECTED: frozenset[_E](),
}


class CutReason(models.TextChoices):
    NO_RECEIPT = "no_receipt", _("No valid receipt")
    NOT_ELIGIBLE = "not_eligible", _("Not for this use")
    TOO_HIGH = "too_high", _("Above what is usual")
    WRONG_AMOUNT = "wrong_amount", _("Amount differs from the receipt")
    OUTSIDE_PERIOD = "outside_period", _("Outside the partnership's dates")
    OTHER = "other", _("Other")


class LedgerKind(models.TextChoices):
    OPENED = "opened", _("Budget opened")
    RESERVED = "reserved", _("Claimed")
    RELEASED = "released", _("Claim given back")
    APPROVED = "approved", _("Approved")
