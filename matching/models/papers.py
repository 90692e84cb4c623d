"""The formal papers of a partnership: the agreement's text, decisions of councils, the plan's review."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matching.enums import FormalBody, FormalSubject
from sdgpartners.core.models import Timestamped


@pghistory.track()
class AgreementText(Timestamped):
    """The text of agreements of a programme in three languages, in force from a day; the standard text if there is
    none. Placeholders stand in braces. Both parties stand in it as equals (concept note 3.1)."""

    programme = models.ForeignKey(
        "programme.Programme",
        on_delete=models.CASCADE,
        related_name="agreement_texts",
        verbose_name=_("programme"),
    )
    valid_from = models.DateField(_("valid from"))
    body_en = models.TextField(_("text in English"))
    body_fr = models.TextField(_("text in French"))
    body_nl = models.TextField(_("text in Dutch"))

    class Meta:
        verbose_name = _("text of the agreement")
        verbose_name_plural = _("texts of the agreement")
        ordering = ("programme", "-valid_from")
        constraints = (
            models.UniqueConstraint(fields=("programme", "valid_from"), name="agreement_text_one_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.programme} {self.valid_from:%Y-%m-%d}"


@pghistory.track()
class FormalDecision(Timestamped):
    """What a college or council of one side decides about the partnership, by whom and when."""

    side = models.ForeignKey(
        "matching.PartnershipSide",
        on_delete=models.CASCADE,
        related_name="formal_decisions",
        verbose_name=_("side"),
    )
    subject = models.CharField(_("about"), max_length=12, choices=FormalSubject.choices)
    body = models.CharField(_("who decides"), max_length=10, choices=FormalBody.choices)
    body_name = models.CharField(
        _("its own name"),
        max_length=120,
        blank=True,
        help_text=_("For instance: college of mayor and aldermen, conseil communal, district council."),
    )
    requested_on = models.DateField(_("put on the agenda on"), null=True, blank=True)
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    approved = models.BooleanField(_("approved"), null=True, blank=True)
    number = models.CharField(_("number of the decision"), max_length=60, blank=True)
    file = models.ForeignKey(
        "documents.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )
    entered_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    withdrawn_at = models.DateTimeField(_("taken back on"), null=True, blank=True)

    class Meta:
        verbose_name = _("formal decision")
        verbose_name_plural = _("formal decisions")
        ordering = ("side", "created_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True, approved__isnull=True)
                | Q(decided_on__isnull=False, approved__isnull=False),
                name="formal_decision_whole",
                violation_error_message=_("A decision has a day and says yes or no."),
                violation_error_code="decided_on",
            ),
            models.CheckConstraint(
                condition=Q(requested_on__isnull=True)
                | Q(decided_on__isnull=True)
                | Q(decided_on__gte=F("requested_on")),
                name="formal_decision_days_in_order",
                violation_error_message=_("The decision lies before it was put on the agenda."),
                violation_error_code="decided_on",
            ),
        )

    def __str__(self) -> str:
        return f"{self.side} · {self.get_subject_display()}"


@pghistory.track()
class PlanReview(Timestamped):
    """Both sides look back at their joint plan, by the month that the rules name (12)."""

    plan = models.ForeignKey(
        "matching.JointPlan", on_delete=models.CASCADE, related_name="reviews", verbose_name=_("joint plan")
    )
    due_on = models.DateField(_("due on"))
    plan_version = models.PositiveIntegerField(_("version of the plan"), default=0)
    learned_north = models.TextField(_("what the Flemish municipality learned and changed"), blank=True)
    learned_south = models.TextField(_("what the partner municipality learned and changed"), blank=True)
    adjusts = models.TextField(_("what the plan changes from here on"), blank=True)
    version = models.PositiveIntegerField(default=0)
    agreed_north_at = models.DateTimeField(_("Flemish side agreed on"), null=True, blank=True)
    agreed_north_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agreed for the Flemish side by"),
    )
    agreed_south_at = models.DateTimeField(_("partner side agreed on"), null=True, blank=True)
    agreed_south_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agreed for the partner side by"),
    )

    class Meta:
        verbose_name = _("review of the joint plan")
        verbose_name_plural = _("reviews of the joint plan")
        ordering = ("plan", "due_on")
        constraints = (models.UniqueConstraint(fields=("plan", "due_on"), name="plan_review_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.plan} · {self.due_on:%Y-%m-%d}"
