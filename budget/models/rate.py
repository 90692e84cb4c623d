"""Rates of exchange, with their source. Frozen on an expense when it is submitted."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Rate(models.Model):
    """Units of `currency` for one unit of `base`, valid from a day until a day (or until replaced)."""

    base = models.CharField(_("base currency"), max_length=3, default="EUR")
    currency = models.CharField(_("currency"), max_length=3)
    rate = models.DecimalField(_("rate"), max_digits=16, decimal_places=6)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    rate_type = models.CharField(_("kind of rate"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("rate of exchange")
        verbose_name_plural = _("rates of exchange")
        ordering = ("currency", "-valid_from")
        constraints = (
            models.UniqueConstraint(fields=("base", "currency", "valid_from"), name="rate_once_a_day"),
            models.CheckConstraint(
                condition=Q(rate__gt=0),
                name="rate_positive",
                violation_error_message=_("A rate of exchange is more than 0."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="rate_dates_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate} {self.currency}"
