"""The budget of a partnership: two halves that always make the total (concept note 3.4)."""

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from budget.enums import LedgerKind, Use
from sdgpartners.core import clock
from sdgpartners.core.models import Timestamped
from sdgpartners.core.text import Translated
from sdgpartners.programme.enums import Side


@pghistory.track()
class Budget(Timestamped):
    """Opened when a partnership becomes active; the row that is locked before what is left is read."""

    partnership = models.OneToOneField(
        "matching.Partnership", on_delete=models.PROTECT, related_name="budget"
    )
    total = models.DecimalField(max_digits=12, decimal_places=2, validators=(MinValueValidator(0),))
    currency = models.CharField(max_length=3, default="EUR")

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")

    def __str__(self) -> str:
        return str(self.partnership)


@pghistory.track()
class Share(models.Model):
    """One half, of a municipality, held and paid out by its association."""

    budget = models.ForeignKey(
        Budget, on_delete=models.PROTECT, related_name="shares", verbose_name=_("budget")
    )
    side = models.CharField(_("side"), max_length=8, choices=Side.choices)
    municipality = models.ForeignKey(
        "programme.Municipality",
        on_delete=models.PROTECT,
        related_name="shares",
        verbose_name=_("municipality"),
    )
    association = models.ForeignKey(
        "programme.Association",
        on_delete=models.PROTECT,
        related_name="shares",
        verbose_name=_("association"),
    )
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, validators=(MinValueValidator(0),)
    )

    class Meta:
        verbose_name = _("half of a budget")
        verbose_name_plural = _("halves of budgets")
        ordering = ("budget", "side")
        constraints = (
            models.UniqueConstraint(fields=("budget", "side"), name="share_once_a_side"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="share_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.budget} · {self.municipality}"


class Category(models.Model):
    """A kind of expense, belonging to one of the three uses."""

    programme = models.ForeignKey(
        "programme.Programme",
        on_delete=models.CASCADE,
        related_name="categories",
        verbose_name=_("programme"),
    )
    code = models.SlugField(_("code"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"))
    use = models.CharField(_("use"), max_length=14, choices=Use.choices)
    name_en = models.CharField(_("name in English"), max_length=80)
    name_fr = models.CharField(_("name in French"), max_length=80)
    name_nl = models.CharField(_("name in Dutch"), max_length=80)

    name = Translated()

    class Meta:
        verbose_name = _("category of expenses")
        verbose_name_plural = _("categories of expenses")
        ordering = ("programme", "order")
        constraints = (models.UniqueConstraint(fields=("programme", "code"), name="category_code_unique"),)

    def __str__(self) -> str:
        return self.name


class LedgerEntry(models.Model):
    """Append-only movements on a half, in the budget's currency. What is left is their sum."""

    share = models.ForeignKey(
        Share, on_delete=models.PROTECT, related_name="entries", verbose_name=_("half of the budget")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=LedgerKind.choices)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    expense = models.ForeignKey(
        "budget.Expense",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("expense"),
    )
    made_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("created on"), default=clock.now)

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"
