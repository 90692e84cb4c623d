"""Contact between sessions, logged in 20 seconds on a phone (concept note 3.9, nr. 4)."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from exchanges.enums import ContactKind
from sdgpartners.core.models import Timestamped
from sdgpartners.programme.enums import Language, Side


@pghistory.track()
class Contact(Timestamped):
    """An exchange on the pair's own initiative."""

    partnership = models.ForeignKey(
        "matching.Partnership",
        on_delete=models.PROTECT,
        related_name="contacts",
        verbose_name=_("partnership"),
    )
    side = models.CharField(_("side"), max_length=8, choices=Side.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=ContactKind.choices)
    held_on = models.DateField(_("on"))
    note = models.CharField(_("what was it about?"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, blank=True)
    logged_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("noted by")
    )
    # A double tap on a slow link sends the same form twice.
    form_token = models.UUIDField(_("number of the form"), null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("exchange")
        verbose_name_plural = _("exchanges")
        ordering = ("-held_on", "-created_at")
        indexes = (models.Index(fields=("partnership", "-held_on"), name="contact_by_partnership"),)

    def __str__(self) -> str:
        return f"{self.partnership} {self.held_on}"
