"""An expense: submitted, checked and approved by three different people."""

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from budget.enums import CutReason, ExpenseStatus
from sdgpartners.core.models import Timestamped


@pghistory.track()
class Expense(Timestamped):
    """One receipt. `claimed` = `granted` + `cut` + `own_contribution`, all in the budget's currency, once approved."""

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    share = models.ForeignKey(
        "budget.Share",
        on_delete=models.PROTECT,
        related_name="expenses",
        verbose_name=_("half of the budget"),
    )
    category = models.ForeignKey(
        "budget.Category", on_delete=models.PROTECT, related_name="expenses", verbose_name=_("category")
    )
    payee = models.CharField(_("paid to"), max_length=160)
    description = models.CharField(_("what for"), max_length=300, blank=True)
    spent_on = models.DateField(_("date of the receipt"))
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, validators=(MinValueValidator(0),)
    )
    currency = models.CharField(_("currency"), max_length=3)
    rate = models.DecimalField(_("rate"), max_digits=16, decimal_places=6, null=True, blank=True)
    rate_source = models.CharField(_("source of the rate"), max_length=200, blank=True)
    claimed = models.DecimalField(_("claimed"), max_digits=12, decimal_places=2, null=True, blank=True)
    cut = models.DecimalField(_("not accepted"), max_digits=12, decimal_places=2, default=0)
    cut_reason = models.CharField(
        _("reason of the cut"), max_length=16, choices=CutReason.choices, blank=True
    )
    cut_note = models.CharField(_("remark on the cut"), max_length=300, blank=True)
    own_contribution = models.DecimalField(_("own contribution"), max_digits=12, decimal_places=2, default=0)
    granted = models.DecimalField(_("granted"), max_digits=12, decimal_places=2, null=True, blank=True)
    receipt = models.ForeignKey(
        "documents.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("receipt"),
    )
    duplicate_note = models.CharField(_("why the same receipt is used again"), max_length=300, blank=True)
    visit = models.ForeignKey(
        "exchanges.Visit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="expenses",
        verbose_name=_("work visit"),
    )
    session = models.ForeignKey(
        "exchanges.Session",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="expenses",
        verbose_name=_("digital session"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ExpenseStatus.choices, default=ExpenseStatus.DRAFT
    )
    return_reason = models.TextField(_("why it was returned"), blank=True)
    submitted_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="submitted_expenses",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted on"), null=True, blank=True)
    checked_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="checked_expenses",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked on"), null=True, blank=True)
    approved_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="approved_expenses",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved on"), null=True, blank=True)

    class Meta:
        verbose_name = _("expense")
        verbose_name_plural = _("expenses")
        ordering = ("-spent_on", "-reference")
        constraints = (
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("submitted_by")),
                name="expense_checker_is_another",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (~Q(approved_by=F("submitted_by")) & ~Q(approved_by=F("checked_by"))),
                name="expense_approver_is_another",
            ),
            models.CheckConstraint(
                condition=Q(granted__isnull=True)
                | Q(claimed=F("granted") + F("cut") + F("own_contribution")),
                name="expense_amounts_add_up",
            ),
            models.CheckConstraint(
                condition=Q(cut=0) | Q(cut_reason__gt=""),
                name="expense_cut_has_reason",
                violation_error_message=_("Say why less is accepted."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=(ExpenseStatus.DRAFT, ExpenseStatus.RETURNED))
                | Q(
                    submitted_by__isnull=False,
                    submitted_at__isnull=False,
                    rate__isnull=False,
                    claimed__isnull=False,
                ),
                name="expense_submitted_is_frozen",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.payee}"
