"""Decisions on applications: prepared silently, released together; and the steering group's advice."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.enums import DecisionOutcome, Outcome
from sdgpartners.core.models import Timestamped


@pghistory.track()
class Decision(Timestamped):
    """What is decided of an application in a track, with the ranking that it rests on."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="decisions"
    )
    track = models.ForeignKey("applications.Track", on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=DecisionOutcome.choices)
    ranked_as = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    total = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    figures = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True, help_text=_("Needed where the outcome differs from the ranking."))
    feedback = models.TextField(blank=True)
    prepared_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirm_by = models.DateField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("track", "rank")
        constraints = (
            models.UniqueConstraint(fields=("application", "track"), name="decision_once_a_track"),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.get_outcome_display()}"


class Advice(Timestamped):
    """A remark of the steering group on the ranking of a track."""

    track = models.ForeignKey("applications.Track", on_delete=models.PROTECT, related_name="advice")
    author = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="advice")
    text = models.TextField()

    class Meta:
        verbose_name = _("advice")
        verbose_name_plural = _("advice")
        ordering = ("created_at",)

    def __str__(self) -> str:
        return f"{self.track} · {self.author}"
