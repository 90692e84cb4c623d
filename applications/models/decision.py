"""Decisions on applications: prepared silently, released together; and the steering group's advice."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.enums import CallTextKind, DecisionOutcome, Outcome
from sdgpartners.core.models import Timestamped
from sdgpartners.core.text import Translated


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
    feedback = models.TextField(_("feedback to the municipality"), blank=True)
    feedback_language = models.CharField(_("language of the feedback"), max_length=2, blank=True)
    grid_version = models.PositiveSmallIntegerField(_("version of the grid"), default=1)
    # The released decision as it was before the last change, for the letter that replaces another.
    changed_at = models.DateTimeField(_("changed on"), null=True, blank=True)
    changed_from = models.CharField(
        _("changed from"), max_length=10, choices=DecisionOutcome.choices, blank=True
    )
    lapsed_at = models.DateTimeField(_("lapsed on"), null=True, blank=True)
    # Whose place was taken, for who came from the reserve list.
    promoted_for = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="promoted",
        verbose_name=_("takes the place of"),
    )
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


class CriterionFeedback(models.Model):
    """What the municipality reads of one criterion, beside its points; in the language of the decision's feedback."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="criterion_feedback")
    criterion = models.ForeignKey("applications.Criterion", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("feedback"))

    class Meta:
        verbose_name = _("feedback on a criterion")
        verbose_name_plural = _("feedback on criteria")
        ordering = ("decision", "criterion")
        constraints = (models.UniqueConstraint(fields=("decision", "criterion"), name="feedback_once"),)

    def __str__(self) -> str:
        return f"{self.decision} · {self.criterion.code}"


class CallText(models.Model):
    """A text of a call in the coordinators' own words, in place of the standard one. Letters may name what
    `applications.letters` lists, in braces."""

    call = models.ForeignKey(
        "applications.Call", on_delete=models.CASCADE, related_name="texts", verbose_name=_("call")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=CallTextKind.choices)
    subject_en = models.CharField(_("subject in English"), max_length=160, blank=True)
    subject_fr = models.CharField(_("subject in French"), max_length=160, blank=True)
    subject_nl = models.CharField(_("subject in Dutch"), max_length=160, blank=True)
    body_en = models.TextField(_("text in English"))
    body_fr = models.TextField(_("text in French"))
    body_nl = models.TextField(_("text in Dutch"))

    subject = Translated()
    body = Translated()

    class Meta:
        verbose_name = _("text of a call")
        verbose_name_plural = _("texts of a call")
        ordering = ("call", "kind")
        constraints = (models.UniqueConstraint(fields=("call", "kind"), name="call_text_once"),)

    def __str__(self) -> str:
        return f"{self.call} · {self.get_kind_display()}"


class Advice(Timestamped):
    """A remark of the steering group on the ranking of a track; part of the decision record. `application` where it is
    about one."""

    track = models.ForeignKey("applications.Track", on_delete=models.PROTECT, related_name="advice")
    author = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="advice")
    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="advice",
        verbose_name=_("application"),
    )
    text = models.TextField(_("advice"))

    class Meta:
        verbose_name = _("advice")
        verbose_name_plural = _("advice")
        ordering = ("created_at",)

    def __str__(self) -> str:
        return f"{self.track} · {self.author}"
