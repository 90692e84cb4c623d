"""What a track weighs: its criteria with their scales, and what each score means."""

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models.call import Track
from sdgpartners.core.text import Translated


@pghistory.track()
class Criterion(models.Model):
    """A criterion of a track with its weight and scale (concept note 3.9, default grid)."""

    track = models.ForeignKey(
        Track, on_delete=models.CASCADE, related_name="criteria", verbose_name=_("track")
    )
    code = models.SlugField(_("code"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"))
    weight = models.PositiveSmallIntegerField(_("weight"), validators=(MinValueValidator(1),))
    scale_min = models.PositiveSmallIntegerField(_("lowest score"), default=0)
    scale_max = models.PositiveSmallIntegerField(_("highest score"), default=4)
    floor = models.DecimalField(_("minimum"), max_digits=4, decimal_places=2, null=True, blank=True)
    tie_break = models.PositiveSmallIntegerField(
        _("place among the tie-breaks"),
        null=True,
        blank=True,
        help_text=_("1 = compared first where totals are equal."),
    )
    title_en = models.CharField(_("title in English"), max_length=120)
    title_fr = models.CharField(_("title in French"), max_length=120)
    title_nl = models.CharField(_("title in Dutch"), max_length=120)
    help_en = models.TextField(_("explanation in English"), blank=True)
    help_fr = models.TextField(_("explanation in French"), blank=True)
    help_nl = models.TextField(_("explanation in Dutch"), blank=True)

    title = Translated()
    help = Translated()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ("track", "order")
        constraints = (
            models.UniqueConstraint(fields=("track", "code"), name="criterion_code_unique"),
            models.CheckConstraint(
                condition=Q(scale_max__gt=F("scale_min")),
                name="criterion_scale_in_order",
                violation_error_message=_("The highest score is above the lowest."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gt=0),
                name="criterion_weight_positive",
                violation_error_message=_("A criterion weighs more than 0."),
            ),
        )

    def __str__(self) -> str:
        return self.title


class CriterionAnchor(models.Model):
    """What a score means."""

    criterion = models.ForeignKey(
        Criterion, on_delete=models.CASCADE, related_name="anchors", verbose_name=_("criterion")
    )
    score = models.PositiveSmallIntegerField(_("score"))
    text_en = models.CharField(_("text in English"), max_length=300)
    text_fr = models.CharField(_("text in French"), max_length=300)
    text_nl = models.CharField(_("text in Dutch"), max_length=300)

    text = Translated()

    class Meta:
        verbose_name = _("anchor")
        verbose_name_plural = _("anchors")
        ordering = ("criterion", "score")
        constraints = (models.UniqueConstraint(fields=("criterion", "score"), name="anchor_unique"),)

    def __str__(self) -> str:
        return f"{self.score}: {self.text}"
