"""After a merger or elections: the new sponsor stands behind what the former one signed."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.models import Timestamped


@pghistory.track()
class SponsorConfirmation(Timestamped):
    """A running application that the new sponsor is asked to confirm, and their yes with its date."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, related_name="sponsor_confirmations"
    )
    succession = models.ForeignKey(
        "people.Succession", on_delete=models.PROTECT, related_name="sponsor_confirmations"
    )
    due_on = models.DateField(_("answer by"))
    confirmed_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("confirmation by the new sponsor")
        verbose_name_plural = _("confirmations by the new sponsor")
        ordering = ("application", "created_at")
        constraints = (
            models.UniqueConstraint(
                fields=("application", "succession"), name="sponsor_confirmation_once_a_succession"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="sponsor_confirmation_by_whom",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.succession}"
