"""Reviews and their scores."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums import ReviewStatus
from sdgpartners.core.models import Timestamped


@pghistory.track()
class Review(Timestamped):
    """One reviewer on one application in one track, on a fixed revision. Never one's own municipality."""

    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="reviews",
        verbose_name=_("application"),
    )
    track = models.ForeignKey(
        "applications.Track", on_delete=models.PROTECT, related_name="reviews", verbose_name=_("track")
    )
    revision = models.ForeignKey(
        "applications.Revision", on_delete=models.PROTECT, related_name="reviews", verbose_name=_("version")
    )
    reviewer = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="reviews", verbose_name=_("reviewer")
    )
    status = models.CharField(
        _("status"), max_length=12, choices=ReviewStatus.choices, default=ReviewStatus.ASSIGNED
    )
    version = models.PositiveIntegerField(_("number of saves"), default=0)
    set_aside = models.BooleanField(_("set aside"), default=False)
    set_aside_reason = models.CharField(_("why it was set aside"), max_length=300, blank=True)
    comment = models.TextField(_("overall remark"), blank=True)
    assigned_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("assigned by")
    )
    submitted_at = models.DateTimeField(_("submitted on"), null=True, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("application", "track", "reviewer"), name="review_once_a_reviewer"
            ),
            models.CheckConstraint(
                condition=~Q(status=ReviewStatus.SUBMITTED) | Q(submitted_at__isnull=False),
                name="review_submitted_has_date",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.reviewer}"


@pghistory.track()
class Score(models.Model):
    """A score on one criterion; an empty value is 'not applicable', left out with the weights re-based."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey("applications.Criterion", on_delete=models.PROTECT, related_name="scores")
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    not_applicable = models.BooleanField(default=False)
    comment = models.TextField(blank=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = (
            models.UniqueConstraint(fields=("review", "criterion"), name="score_once_a_criterion"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(not_applicable=False), name="score_not_both"
            ),
        )

    def __str__(self) -> str:
        return f"{self.review} · {self.criterion.code}"
