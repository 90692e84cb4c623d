"""Commitments and the default scoring grid: copied into each call, so that a call stays as it was."""

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.text import Translated
from sdgpartners.programme.models.programme import Programme


@pghistory.track()
class RuleCommitment(models.Model):
    """What a municipality commits to (concept note 3.9, nr. 1 to 7)."""

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="commitments", verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"))
    scored = models.BooleanField(
        _("judged by the grid"),
        default=False,
        help_text=_("Otherwise it is accepted or not, without a score."),
    )
    text_en = models.TextField(_("text in English"))
    text_fr = models.TextField(_("text in French"))
    text_nl = models.TextField(_("text in Dutch"))

    text = Translated()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ("programme", "order")
        constraints = (models.UniqueConstraint(fields=("programme", "code"), name="rule_commitment_unique"),)

    def __str__(self) -> str:
        return self.text


@pghistory.track()
class RuleCriterion(models.Model):
    """A criterion of the default scoring grid (concept note 3.9; VVSG's own grid is not in the note)."""

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="criteria", verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"))
    weight = models.PositiveSmallIntegerField(_("weight"), validators=(MinValueValidator(1),))
    scale_min = models.PositiveSmallIntegerField(_("lowest score"), default=0)
    scale_max = models.PositiveSmallIntegerField(_("highest score"), default=4)
    floor = models.DecimalField(
        _("minimum"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("A mean score below it ranks after all others. Empty: no minimum."),
    )
    tie_break = models.PositiveSmallIntegerField(
        _("place among the tie-breaks"),
        null=True,
        blank=True,
        validators=(MinValueValidator(1),),
        help_text=_("1 = compared first where totals are equal."),
    )
    title_en = models.CharField(_("title in English"), max_length=120)
    title_fr = models.CharField(_("title in French"), max_length=120)
    title_nl = models.CharField(_("title in Dutch"), max_length=120)
    help_en = models.TextField(_("help in English"), blank=True)
    help_fr = models.TextField(_("help in French"), blank=True)
    help_nl = models.TextField(_("help in Dutch"), blank=True)

    title = Translated()
    help = Translated()

    class Meta:
        verbose_name = _("criterion of the default grid")
        verbose_name_plural = _("criteria of the default grid")
        ordering = ("programme", "order")
        constraints = (
            models.UniqueConstraint(fields=("programme", "code"), name="rule_criterion_unique"),
            models.CheckConstraint(
                condition=Q(weight__gt=0),
                name="rule_criterion_weight_positive",
                violation_error_message=_("A criterion weighs more than 0."),
                violation_error_code="weight",
            ),
            models.CheckConstraint(
                condition=Q(scale_max__gt=F("scale_min")),
                name="rule_criterion_scale_in_order",
                violation_error_message=_("The highest score is above the lowest."),
                violation_error_code="scale_max",
            ),
            models.CheckConstraint(
                condition=Q(floor__isnull=True) | Q(floor__gte=F("scale_min"), floor__lte=F("scale_max")),
                name="rule_criterion_floor_on_scale",
                violation_error_message=_("The minimum lies between the lowest and the highest score."),
                violation_error_code="floor",
            ),
        )

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class RuleCriterionAnchor(models.Model):
    """What a score of a criterion means."""

    criterion = models.ForeignKey(
        RuleCriterion, on_delete=models.CASCADE, related_name="anchors", verbose_name=_("criterion")
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
        constraints = (models.UniqueConstraint(fields=("criterion", "score"), name="rule_anchor_unique"),)

    def __str__(self) -> str:
        return f"{self.score}: {self.text}"
