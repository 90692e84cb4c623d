"""What happens to a call after it has opened: dated amendments, and codes that admit one late municipality."""

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.models import Timestamped
from sdgpartners.core.text import Translated


class Amendment(models.Model):
    """A correction of an open call: what changed, why, when, by whom. Mailed to everybody with a draft.

    `changes` is a list of `{"path", "kind", "label": {en, fr, nl}, "before", "after"}`; before and after are
    raw values, texts in the three languages as `{en, fr, nl}`.
    """

    call = models.ForeignKey(
        "applications.Call", on_delete=models.PROTECT, related_name="amendments", verbose_name=_("call")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    reason_en = models.TextField(_("reason in English"))
    reason_fr = models.TextField(_("reason in French"))
    reason_nl = models.TextField(_("reason in Dutch"))
    changes = models.JSONField()
    made_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made on"))

    reason = Translated()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ("call", "-number")
        constraints = (models.UniqueConstraint(fields=("call", "number"), name="amendment_number_unique"),)

    def __str__(self) -> str:
        return f"{self.call} · {self.number}"


@pghistory.track()
class ExceptionCode(Timestamped):
    """Admits a late municipality to a closed call until `expires_at`, at most `uses_max` times. Named, so that
    nobody fakes dates."""

    call = models.ForeignKey(
        "applications.Call", on_delete=models.PROTECT, related_name="exception_codes", verbose_name=_("call")
    )
    name = models.CharField(_("name"), max_length=80)
    code = models.CharField(_("code"), max_length=20, unique=True)
    municipality = models.ForeignKey(
        "programme.Municipality",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for"),
    )
    note = models.TextField(_("why"))
    expires_at = models.DateTimeField(_("works until"))
    uses_max = models.PositiveSmallIntegerField(
        _("times that it can be used"), default=1, validators=(MinValueValidator(1),)
    )
    made_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True)

    class Meta:
        verbose_name = _("exception code")
        verbose_name_plural = _("exception codes")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name


class ExceptionUse(models.Model):
    """A municipality that came in by a code."""

    code = models.ForeignKey(ExceptionCode, on_delete=models.PROTECT, related_name="uses")
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="exception_uses"
    )
    used_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("code", "application"), name="exception_use_once"),)

    def __str__(self) -> str:
        return f"{self.code} · {self.application}"
